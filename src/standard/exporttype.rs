//! Exports of modules.

use super::attempt;
use super::externtype::{taken, wasm_externtype_t};
use super::vector::{Element, Owned, bytes, vector, wasm_byte_vec_t};
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
    fn into_raw(name: Owned<u8>, ty: Box<wasm_externtype_t>) -> *mut Self {
        Box::into_raw(Box::new(Self { name, ty, _live: Live::new() }))
    }

    pub fn of(export: &module::Export) -> Result<*mut Self> {
        let name = Owned(bytes(export.name.as_bytes(), false)?);
        Ok(Self::into_raw(name, wasm_externtype_t::new(export.ty.clone())?))
    }
}

unsafe fn copy(export: *const wasm_exporttype_t) -> Result<*mut wasm_exporttype_t> {
    // SAFETY: the caller's promise.
    unsafe {
        let export = ffi::borrow(export, "type")?;
        let name = Owned(export.name.0.copied("name")?);
        Ok(wasm_exporttype_t::into_raw(name, wasm_externtype_t::new(export.ty.ty.clone())?))
    }
}

impl Element for *mut wasm_exporttype_t {
    unsafe fn copy(&self) -> Result<Self> {
        if self.is_null() {
            return Ok(null_mut());
        }
        // SAFETY: passed on.
        unsafe { copy(*self) }
    }
    unsafe fn delete(self) {
        // SAFETY: passed on.
        drop(unsafe { ffi::owned(self) });
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
        Ok(wasm_exporttype_t::into_raw(name?, ty?))
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
    attempt(null_mut(), || unsafe { copy(export) })
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
