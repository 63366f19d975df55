//! Externals: what can be imported and exported.

use super::attempt;
use super::externtype::{self, wasm_externtype_t};
use super::reference::{
    Body, Kind, Object, narrow, reference, wasm_extern_t, wasm_func_t, wasm_global_t,
    wasm_memory_t, wasm_ref_t, wasm_table_t,
};
use super::vector::{Element, vector};
use crate::ffi;
use crate::runtime::{ExternType, Result};
use std::ptr::null_mut;

fn kind(body: &Body) -> Option<u8> {
    Some(match &body.object()?.kind {
        Kind::Func { .. } => externtype::FUNC,
        Kind::Global => externtype::GLOBAL,
        Kind::Table => externtype::TABLE,
        Kind::Memory => externtype::MEMORY,
        Kind::Tag => externtype::TAG,
        Kind::Instance => return None,
    })
}

/// # Safety
/// NULL or a reference.
pub unsafe fn object<'a>(reference: *const wasm_extern_t) -> Result<&'a Object> {
    // SAFETY: passed on.
    unsafe { ffi::borrow(reference, "extern")? }
        .object("external", |kind| !matches!(kind, Kind::Instance))
}

reference!(wasm_extern_t if |body| kind(body).is_some();
    wasm_extern_delete wasm_extern_copy wasm_extern_same wasm_extern_get_host_info
    wasm_extern_set_host_info wasm_extern_set_host_info_with_finalizer;
    wasm_extern_as_ref wasm_extern_as_ref_const wasm_ref_as_extern wasm_ref_as_extern_const);

/// The vector's elements are any references.
impl Element for *mut wasm_ref_t {
    unsafe fn copy(&self) -> Result<Self> {
        if self.is_null() {
            return Ok(null_mut());
        }
        // SAFETY: passed on.
        Ok(unsafe { super::reference::copy(*self) })
    }
    unsafe fn delete(self) {
        // SAFETY: passed on.
        unsafe { super::reference::delete(self) };
    }
}

vector!(wasm_extern_vec_t of *mut wasm_extern_t: wasm_extern_vec_new_empty
    wasm_extern_vec_new_uninitialized wasm_extern_vec_new wasm_extern_vec_copy
    wasm_extern_vec_delete);

/// From a kind of external to `wasm_extern_t` and back.
macro_rules! external {
    ($ty:ident $kind:ident: $up:ident $up_const:ident $down:ident $down_const:ident) => {
        #[unsafe(no_mangle)]
        pub extern "C" fn $up(object: *mut $ty) -> *mut wasm_extern_t {
            object
        }
        #[unsafe(no_mangle)]
        pub extern "C" fn $up_const(object: *const $ty) -> *const wasm_extern_t {
            object
        }
        narrow!(wasm_extern_t => $ty if |body| kind(body) == Some(externtype::$kind);
            $down $down_const);
    };
}

external!(wasm_func_t FUNC: wasm_func_as_extern wasm_func_as_extern_const
    wasm_extern_as_func wasm_extern_as_func_const);
external!(wasm_global_t GLOBAL: wasm_global_as_extern wasm_global_as_extern_const
    wasm_extern_as_global wasm_extern_as_global_const);
external!(wasm_table_t TABLE: wasm_table_as_extern wasm_table_as_extern_const
    wasm_extern_as_table wasm_extern_as_table_const);
external!(wasm_memory_t MEMORY: wasm_memory_as_extern wasm_memory_as_extern_const
    wasm_extern_as_memory wasm_extern_as_memory_const);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_extern_kind(object: *const wasm_extern_t) -> u8 {
    attempt(externtype::FUNC, || {
        // SAFETY: the caller's promise.
        let reference = unsafe { ffi::borrow(object, "extern")? };
        kind(&reference.body).ok_or_else(|| reference.wrong("external"))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_extern_type(object: *const wasm_extern_t) -> *mut wasm_externtype_t {
    attempt(null_mut(), || {
        // SAFETY: the caller's promise.
        let object = unsafe { self::object(object)? };
        wasm_externtype_t::into_raw(match &object.kind {
            Kind::Func { signature, .. } => ExternType::Func(signature.ty.clone()),
            _ => object.store.arena().extern_type(object.handle()?)?,
        })
    })
}
