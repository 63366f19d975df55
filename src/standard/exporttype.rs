//! Exports of modules.

use super::attempt;
use super::externtype::{taken, wasm_externtype_t};
use super::vector::{Boxed, Owned, bytes, twin, vector, wasm_byte_vec_t};
use crate::extension::version::live::Live;
use crate::ffi;
use crate::runtime::{Result, module};
use std::ptr::{null, null_mut};

pub struct wasm_exporttype_t {
    name: Owned<u8>,
    ty: Box<wasm_externtype_t>,
    _live: Live,
}

impl wasm_exporttype_t {
    fn new(name: Owned<u8>, ty: Box<wasm_externtype_t>) -> Self {
        Self { name, ty, _live: Live::new() }
    }

    pub fn of(export: &module::Export) -> Result<*mut Self> {
        let name = Owned(bytes(export.name.as_bytes(), false)?);
        Ok(Box::into_raw(Box::new(Self::new(name, wasm_externtype_t::new(export.ty.clone())?))))
    }
}

impl Boxed for wasm_exporttype_t {
    const NOUN: &'static str = "type";

    unsafe fn twin(&self) -> Result<Self> {
        // SAFETY: passed on.
        let name = Owned(unsafe { self.name.0.copied("name")? });
        Ok(Self::new(name, wasm_externtype_t::new(self.ty.ty.clone())?))
    }
}

vector!(wasm_exporttype_vec_t of *mut wasm_exporttype_t: wasm_exporttype_vec_new_empty
    wasm_exporttype_vec_new_uninitialized wasm_exporttype_vec_new wasm_exporttype_vec_copy
    wasm_exporttype_vec_delete);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_exporttype_new(
    name: *mut wasm_byte_vec_t,
    ty: *mut wasm_externtype_t,
) -> *mut wasm_exporttype_t {
    attempt(null_mut(), || {
        // Both are taken over, also if one is wrong.
        // SAFETY: the caller's promise.
        let (name, ty) = unsafe { (wasm_byte_vec_t::taken(name, "name"), taken(ty, "type")) };
        Ok(Box::into_raw(Box::new(wasm_exporttype_t::new(name?, ty?))))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_exporttype_delete(export: *mut wasm_exporttype_t) {
    // SAFETY: the caller's promise.
    ffi::guard_or((), || drop(unsafe { ffi::owned(export) }));
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_exporttype_copy(
    export: *const wasm_exporttype_t,
) -> *mut wasm_exporttype_t {
    // SAFETY: the caller's promise.
    attempt(null_mut(), || unsafe { twin(export) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_exporttype_name(
    export: *const wasm_exporttype_t,
) -> *const wasm_byte_vec_t {
    // SAFETY: the caller's promise.
    attempt(null(), || Ok(&unsafe { ffi::borrow(export, "type")? }.name.0 as *const _))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_exporttype_type(
    export: *const wasm_exporttype_t,
) -> *const wasm_externtype_t {
    // SAFETY: the caller's promise.
    attempt(null(), || Ok(&*unsafe { ffi::borrow(export, "type")? }.ty as *const _))
}
