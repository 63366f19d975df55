//! Engines: those of libwasmer.h, under the name of wasm.h.

use super::attempt;
use super::config::wasm_config_t;
use crate::extension::engine::libwasmer_engine_t;
use crate::ffi;
use crate::runtime::{Config, Engine};
use std::ptr::null_mut;

pub type wasm_engine_t = libwasmer_engine_t;

#[unsafe(no_mangle)]
pub extern "C" fn wasm_engine_new() -> *mut wasm_engine_t {
    attempt(null_mut(), || Ok(libwasmer_engine_t::into_raw(Engine::new(Config::default()))))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_engine_new_with_config(
    config: *mut wasm_config_t,
) -> *mut wasm_engine_t {
    attempt(null_mut(), || {
        // SAFETY: the caller's promise; it is taken over.
        let config = unsafe {
            ffi::borrow(config, "config")?;
            ffi::owned(config)
        };
        let config = config.map_or(Ok(Config::default()), |config| config.finish())?;
        Ok(libwasmer_engine_t::into_raw(Engine::new(config)))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_engine_delete(engine: *mut wasm_engine_t) {
    // SAFETY: the caller's promise.
    ffi::guard_or((), || drop(unsafe { ffi::owned(engine) }));
}
