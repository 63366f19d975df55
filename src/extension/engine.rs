//! Engines.

use super::config::libwasmer_config_t;
use super::error::libwasmer_error_t;
use super::version::live::Live;
use crate::ffi;
use crate::runtime::{Compiler, Config, Engine, Status};

/// A configuration that modules are compiled by. Safe to use from any thread. Modules and arenas
/// keep what they need of it, so it may be freed before them.
pub struct libwasmer_engine_t {
    pub(crate) engine: Engine,
    _live: Live,
}

impl libwasmer_engine_t {
    pub(crate) fn into_raw(engine: Engine) -> *mut Self {
        Box::into_raw(Box::new(Self { engine, _live: Live::new() }))
    }
}

/// Makes an engine. `config` may be NULL for the default; it is copied and stays the caller's.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_engine_new(
    config: *const libwasmer_config_t,
    engine: *mut *mut libwasmer_engine_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let write = unsafe { ffi::write(engine, "engine")? };
        let config = if config.is_null() {
            Config::default()
        } else {
            // SAFETY: the caller's promise.
            unsafe { ffi::borrow(config, "config")? }.config.clone()
        };
        write(libwasmer_engine_t::into_raw(Engine::new(config)));
        Ok(())
    })
}

/// Frees an engine. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_engine_delete(engine: *mut libwasmer_engine_t) {
    // SAFETY: the caller's promise.
    ffi::guard_or((), || drop(unsafe { ffi::owned(engine) }));
}

/// The compiler that an engine asks first; Cranelift for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_engine_compiler(engine: *const libwasmer_engine_t) -> Compiler {
    // SAFETY: the caller's promise.
    match unsafe { ffi::borrow(engine, "engine") } {
        Ok(object) => object.engine.compiler(),
        Err(_) => Compiler::Cranelift,
    }
}
