//! Configurations. What goes in them is named by `wasmer.h`. A setting that cannot be had is told
//! by the engine that is made from it, because the functions that set it return nothing.

use super::{attempt, last_error};
use crate::extension::version::live::Live;
use crate::ffi;
use crate::runtime::{Config, Error, Result, Status};
use std::ptr::null_mut;

pub struct wasm_config_t {
    config: Config,
    failed: Option<Error>,
    _live: Live,
}

impl wasm_config_t {
    /// The configuration, or why it cannot be had.
    pub fn finish(self) -> Result<Config> {
        self.failed.map_or(Ok(self.config), Err)
    }
}

/// Changes a configuration. What fails first is noted in it.
///
/// # Safety
/// NULL or a configuration.
pub unsafe fn change(config: *mut wasm_config_t, by: impl FnOnce(&mut Config) -> Result<()>) {
    attempt((), || {
        // SAFETY: passed on.
        let object = unsafe { ffi::take(config, "config")? };
        if let Err(error) = by(&mut object.config) {
            object.failed.get_or_insert(error);
        }
        Ok(())
    });
}

/// Notes that an argument is NULL, which changes nothing.
pub fn null(name: &str) {
    last_error::set(Error::new(Status::NullArgument, format!("argument {name} is NULL")));
}

#[unsafe(no_mangle)]
pub extern "C" fn wasm_config_new() -> *mut wasm_config_t {
    attempt(null_mut(), || {
        let config = Config::default();
        Ok(Box::into_raw(Box::new(wasm_config_t { config, failed: None, _live: Live::new() })))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_config_delete(config: *mut wasm_config_t) {
    // SAFETY: the caller's promise.
    ffi::guard_or((), || drop(unsafe { ffi::owned(config) }));
}
