//! Modules, and their text.

use crate::ffi;
use crate::runtime::{Module, source};
use crate::standard::engine::wasm_engine_t;
use crate::standard::module::{binary, code, into_raw};
use crate::standard::reference::wasm_module_t;
use crate::standard::vector::{bytes, wasm_byte_vec_t};
use crate::standard::{attempt, fill};
use std::ptr::null_mut;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wat2wasm(wat: *const wasm_byte_vec_t, out: *mut wasm_byte_vec_t) {
    // SAFETY: the caller's promise.
    unsafe {
        fill(out, wasm_byte_vec_t::EMPTY, || {
            bytes(&source::wat2wasm(ffi::borrow(wat, "wat")?.elements("wat")?)?, false)
        });
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasmer_module_new(
    engine: *mut wasm_engine_t,
    bytes: *const wasm_byte_vec_t,
) -> *mut wasm_module_t {
    attempt(null_mut(), || {
        // SAFETY: the caller's promise.
        let (engine, bytes) = unsafe { (ffi::borrow(engine, "engine")?, binary(bytes)?) };
        Ok(into_raw(Module::new(&engine.engine, bytes)?))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasmer_module_name(
    module: *const wasm_module_t,
    out: *mut wasm_byte_vec_t,
) {
    // SAFETY: the caller's promise.
    unsafe {
        fill(out, wasm_byte_vec_t::EMPTY, || {
            bytes(code(module)?.name().unwrap_or_default().as_bytes(), false)
        });
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasmer_module_set_name(
    module: *mut wasm_module_t,
    name: *const wasm_byte_vec_t,
) -> bool {
    attempt(false, || {
        // SAFETY: the caller's promise.
        let (code, name) = unsafe { (code(module)?, wasm_byte_vec_t::text(name, "name")?) };
        code.set_name(name.to_owned());
        Ok(true)
    })
}
