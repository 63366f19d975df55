//! Which proposals are on.

use crate::extension::version::live::Live;
use crate::ffi;
use crate::runtime::{Config, Error, Result, Status};
use crate::standard::attempt;
use crate::standard::config::{change, null, wasm_config_t};
use std::ptr::null_mut;

/// What is to be changed in a configuration, in order.
pub struct wasmer_features_t {
    changes: Vec<(&'static str, bool)>,
    _live: Live,
}

#[unsafe(no_mangle)]
pub extern "C" fn wasmer_features_new() -> *mut wasmer_features_t {
    attempt(null_mut(), || {
        let features = wasmer_features_t { changes: Vec::new(), _live: Live::new() };
        Ok(Box::into_raw(Box::new(features)))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasmer_features_delete(features: *mut wasmer_features_t) {
    // SAFETY: the caller's promise.
    ffi::guard_or((), || drop(unsafe { ffi::owned(features) }));
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_config_set_features(
    config: *mut wasm_config_t,
    features: *mut wasmer_features_t,
) {
    // Taken over, also if there is no configuration.
    // SAFETY: the caller's promise.
    let Some(features) = (unsafe { ffi::owned(features) }) else {
        return null("features");
    };
    // SAFETY: the caller's promise.
    unsafe {
        change(config, |config| {
            features.changes.into_iter().try_for_each(|(name, on)| config.set_feature(name, on))
        });
    }
}

unsafe fn set(features: *mut wasmer_features_t, name: &'static str, on: bool) -> bool {
    attempt(false, || {
        // SAFETY: the caller's promise.
        let features = unsafe { ffi::take(features, "features")? };
        Config::default().set_feature(name, on)?;
        features.changes.push((name, on));
        Ok(true)
    })
}

macro_rules! feature {
    ($function:ident $name:literal) => {
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $function(features: *mut wasmer_features_t, enable: bool) -> bool {
            // SAFETY: passed on.
            unsafe { set(features, $name, enable) }
        }
    };
}

feature!(wasmer_features_bulk_memory "bulk-memory");
feature!(wasmer_features_exceptions "exception-handling");
feature!(wasmer_features_extended_const "extended-const");
feature!(wasmer_features_multi_memory "multi-memory");
feature!(wasmer_features_multi_value "multi-value");
feature!(wasmer_features_reference_types "reference-types");
feature!(wasmer_features_relaxed_simd "relaxed-simd");
feature!(wasmer_features_simd "simd");
feature!(wasmer_features_tail_call "tail-call");
feature!(wasmer_features_threads "threads");
feature!(wasmer_features_wide_arithmetic "wide-arithmetic");

/// What no compiler here supports: it is off, and cannot be on.
fn only_off(features: *mut wasmer_features_t, name: &str, on: bool) -> Result<bool> {
    // SAFETY: the caller's promise.
    unsafe { ffi::borrow(features, "features")? };
    if on {
        return Err(Error::new(Status::Unsupported, format!("no compiler supports {name}")));
    }
    Ok(true)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasmer_features_memory64(
    features: *mut wasmer_features_t,
    enable: bool,
) -> bool {
    attempt(false, || only_off(features, "memory64", enable))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasmer_features_module_linking(
    features: *mut wasmer_features_t,
    enable: bool,
) -> bool {
    attempt(false, || only_off(features, "module-linking", enable))
}
