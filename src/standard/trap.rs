//! Traps: why a call, an instantiation or a host function ended.

use super::frame::{wasm_frame_t, wasm_frame_vec_t};
use super::reference::{Body, reference, wasm_ref_t, wasm_trap_t};
use super::store::{store, wasm_store_t};
use super::vector::{bytes, wasm_byte_vec_t};
use super::{attempt, fill};
use crate::ffi;
use crate::runtime::{Error, Frame, Result, Status, TrapKind, quiet};
use std::ptr::null_mut;
use std::sync::{Arc, OnceLock};

/// What an error says, without the frames, which a trap made by the program gets later.
pub struct Cause {
    status: Status,
    message: String,
    trap: Option<TrapKind>,
    payload: u64,
    exit_code: Option<u32>,
    /// And how many were left out.
    frames: OnceLock<(Vec<Frame>, usize)>,
}

impl wasm_ref_t {
    /// The trap for an error: the very object, where the error began as a trap.
    pub fn trap_of(mut error: Error) -> Arc<Self> {
        let frames = (std::mem::take(&mut error.frames), error.frames_omitted);
        let carried = error.carried.take().and_then(|object| object.downcast::<Self>().ok());
        if let Some(trap) = carried
            && let Body::Trap(cause) = &trap.body
        {
            if !frames.0.is_empty() {
                // A trap of an inner call has its own, and keeps them.
                let _ = cause.frames.set(frames);
            }
            return trap;
        }
        let known = OnceLock::new();
        if !frames.0.is_empty() {
            let _ = known.set(frames);
        }
        let message = std::mem::take(&mut error.message);
        Self::new(Body::Trap(Cause {
            status: error.status,
            message,
            trap: error.trap,
            payload: error.payload,
            exit_code: error.exit_code,
            frames: known,
        }))
    }

    /// The error for a trap, which goes along with it.
    pub fn error_of(this: Arc<Self>) -> Error {
        let Body::Trap(cause) = &this.body else { return this.wrong("trap") };
        let mut error = Error::new(cause.status, cause.message.clone());
        error.trap = cause.trap;
        error.payload = cause.payload;
        error.exit_code = cause.exit_code;
        if let Some((frames, omitted)) = cause.frames.get() {
            error.frames = frames.clone();
            error.frames_omitted = *omitted;
        }
        error.carried = Some(this);
        error
    }

    fn cause(&self) -> Result<&Cause> {
        match &self.body {
            Body::Trap(cause) => Ok(cause),
            _ => Err(self.wrong("trap")),
        }
    }

    fn frames(&self) -> Result<&[Frame]> {
        Ok(self.cause()?.frames.get().map_or(&[], |(frames, _)| frames))
    }
}

/// Runs the body of a function whose result is a trap, or NULL if it worked.
#[inline]
pub fn trapping(body: impl FnOnce() -> Result<()>) -> *mut wasm_trap_t {
    match quiet::caught(body) {
        Ok(()) => null_mut(),
        Err(error) => wasm_ref_t::into_raw(wasm_ref_t::trap_of(error)),
    }
}

reference!(wasm_trap_t if |body| matches!(body, Body::Trap(_));
    wasm_trap_delete wasm_trap_copy wasm_trap_same wasm_trap_get_host_info
    wasm_trap_set_host_info wasm_trap_set_host_info_with_finalizer;
    wasm_trap_as_ref wasm_trap_as_ref_const wasm_ref_as_trap wasm_ref_as_trap_const);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_trap_new(
    store: *mut wasm_store_t,
    message: *const wasm_byte_vec_t,
) -> *mut wasm_trap_t {
    attempt(null_mut(), || {
        // SAFETY: the caller's promise.
        let text = unsafe {
            self::store(store)?;
            ffi::borrow(message, "message").and_then(|text| text.elements("message"))
        };
        // A callback that returned NULL would have worked, so there is a trap also for bad text.
        let message = match &text {
            Ok(text) => String::from_utf8_lossy(text.strip_suffix(&[0]).unwrap_or(text)),
            Err(error) => error.message.as_str().into(),
        };
        let error = Error::new(Status::Host, message);
        Ok(wasm_ref_t::into_raw(wasm_ref_t::trap_of(error)))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_trap_message(trap: *const wasm_trap_t, out: *mut wasm_byte_vec_t) {
    // SAFETY: the caller's promise.
    unsafe {
        fill(out, wasm_byte_vec_t::EMPTY, || {
            bytes(ffi::borrow(trap, "trap")?.cause()?.message.as_bytes(), true)
        });
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_trap_origin(trap: *const wasm_trap_t) -> *mut wasm_frame_t {
    attempt(null_mut(), || {
        // SAFETY: the caller's promise.
        let frames = unsafe { ffi::borrow(trap, "trap")? }.frames()?;
        Ok(frames.first().map_or(null_mut(), |frame| wasm_frame_t::into_raw(frame.clone())))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_trap_trace(trap: *const wasm_trap_t, out: *mut wasm_frame_vec_t) {
    // SAFETY: the caller's promise.
    unsafe {
        fill(out, wasm_frame_vec_t::EMPTY, || {
            let frames = ffi::borrow(trap, "trap")?.frames()?;
            let frames = frames.iter().map(|frame| wasm_frame_t::into_raw(frame.clone()));
            wasm_frame_vec_t::from_elements(frames.collect())
        });
    }
}
