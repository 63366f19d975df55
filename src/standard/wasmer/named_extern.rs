//! Externals with the names by which they are imported.

use super::super::reference::{self, wasm_extern_t};
use super::super::vector::{Boxed, Owned, bytes, vector, wasm_byte_vec_t};
use crate::extension::version::live::Live;
use crate::ffi;
use crate::runtime::{Result, module};
use std::ptr::null;

pub struct wasmer_named_extern_t {
    module: Owned<u8>,
    name: Owned<u8>,
    external: Owned<*mut wasm_extern_t>,
    _live: Live,
}

impl wasmer_named_extern_t {
    /// Shares the external.
    ///
    /// # Safety
    /// A reference.
    pub unsafe fn new(import: &module::Import, external: *mut wasm_extern_t) -> Result<Box<Self>> {
        // SAFETY: passed on.
        let external = unsafe { reference::copy(external) };
        Ok(Box::new(Self {
            module: Owned(bytes(import.module.as_bytes(), false)?),
            name: Owned(bytes(import.name.as_bytes(), false)?),
            external: Owned(super::super::vector::Vector::from_elements(vec![external])?),
            _live: Live::new(),
        }))
    }
}

impl Boxed for wasmer_named_extern_t {
    const NOUN: &'static str = "extern";

    unsafe fn twin(&self) -> Result<Self> {
        // SAFETY: passed on.
        unsafe {
            Ok(Self {
                module: Owned(self.module.0.copied("module")?),
                name: Owned(self.name.0.copied("name")?),
                external: Owned(self.external.0.copied("extern")?),
                _live: Live::new(),
            })
        }
    }
}

vector!(wasmer_named_extern_vec_t of *mut wasmer_named_extern_t: wasmer_named_extern_vec_new_empty
    wasmer_named_extern_vec_new_uninitialized wasmer_named_extern_vec_new
    wasmer_named_extern_vec_copy wasmer_named_extern_vec_delete);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasmer_named_extern_module(
    named_extern: *const wasmer_named_extern_t,
) -> *const wasm_byte_vec_t {
    // SAFETY: the caller's promise.
    ffi::guard_or(null(), || match unsafe { ffi::borrow(named_extern, "extern") } {
        Ok(named) => &raw const named.module.0,
        Err(_) => null(),
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasmer_named_extern_name(
    named_extern: *const wasmer_named_extern_t,
) -> *const wasm_byte_vec_t {
    // SAFETY: the caller's promise.
    ffi::guard_or(null(), || match unsafe { ffi::borrow(named_extern, "extern") } {
        Ok(named) => &raw const named.name.0,
        Err(_) => null(),
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasmer_named_extern_unwrap(
    named_extern: *const wasmer_named_extern_t,
) -> *const wasm_extern_t {
    // SAFETY: the caller's promise; the vector has one element.
    ffi::guard_or(null(), || match unsafe { ffi::borrow(named_extern, "extern") } {
        Ok(named) => unsafe { *named.external.0.data }.cast_const(),
        Err(_) => null(),
    })
}
