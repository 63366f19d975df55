//! Frames: where in the guest it was when something failed.

use super::attempt;
use super::fill;
use super::reference::wasm_instance_t;
use super::vector::{Boxed, bytes, twin, vector, wasm_byte_vec_t};
use crate::extension::version::live::Live;
use crate::ffi;
use crate::runtime::{Frame, Result};
use std::ptr::null_mut;

pub struct wasm_frame_t {
    frame: Frame,
    _live: Live,
}

impl wasm_frame_t {
    pub fn into_raw(frame: Frame) -> *mut Self {
        Box::into_raw(Box::new(Self { frame, _live: Live::new() }))
    }
}

impl Boxed for wasm_frame_t {
    const NOUN: &'static str = "frame";

    unsafe fn twin(&self) -> Result<Self> {
        Ok(Self { frame: self.frame.clone(), _live: Live::new() })
    }
}

unsafe fn read<R>(frame: *const wasm_frame_t, nothing: R, get: impl FnOnce(&Frame) -> R) -> R {
    // SAFETY: the caller's promise.
    attempt(nothing, || Ok(get(&unsafe { ffi::borrow(frame, "frame")? }.frame)))
}

vector!(wasm_frame_vec_t of *mut wasm_frame_t: wasm_frame_vec_new_empty
    wasm_frame_vec_new_uninitialized wasm_frame_vec_new wasm_frame_vec_copy wasm_frame_vec_delete);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_frame_delete(frame: *mut wasm_frame_t) {
    // SAFETY: the caller's promise.
    ffi::guard_or((), || drop(unsafe { ffi::owned(frame) }));
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_frame_copy(frame: *const wasm_frame_t) -> *mut wasm_frame_t {
    // SAFETY: the caller's promise.
    attempt(null_mut(), || unsafe { twin(frame) })
}

/// The runtime knows the module of a frame but not which of its instances it was: NULL.
#[unsafe(no_mangle)]
pub extern "C" fn wasm_frame_instance(_: *const wasm_frame_t) -> *mut wasm_instance_t {
    null_mut()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_frame_func_index(frame: *const wasm_frame_t) -> u32 {
    // SAFETY: passed on.
    unsafe { read(frame, 0, |frame| frame.function_index) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_frame_func_offset(frame: *const wasm_frame_t) -> usize {
    // SAFETY: passed on.
    unsafe { read(frame, 0, |frame| frame.function_offset as usize) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_frame_module_offset(frame: *const wasm_frame_t) -> usize {
    // SAFETY: passed on.
    unsafe { read(frame, 0, |frame| frame.module_offset as usize) }
}

unsafe fn name(
    frame: *const wasm_frame_t,
    out: *mut wasm_byte_vec_t,
    get: impl FnOnce(&Frame) -> &str,
) {
    // SAFETY: the caller's promise.
    unsafe {
        fill(out, wasm_byte_vec_t::EMPTY, || {
            bytes(get(&ffi::borrow(frame, "frame")?.frame).as_bytes(), false)
        });
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_frame_func_name(
    frame: *const wasm_frame_t,
    out: *mut wasm_byte_vec_t,
) {
    // SAFETY: passed on.
    unsafe { name(frame, out, |frame| &frame.function) };
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_frame_module_name(
    frame: *const wasm_frame_t,
    out: *mut wasm_byte_vec_t,
) {
    // SAFETY: passed on.
    unsafe { name(frame, out, |frame| &frame.module) };
}
