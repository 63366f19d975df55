//! The machine to compile for.

use crate::extension::version::live::Live;
use crate::ffi;
use crate::runtime::{Config, Error, Status};
use crate::standard::attempt;
use crate::standard::config::{change, null, wasm_config_t};
use crate::standard::vector::wasm_byte_vec_t;
use std::ptr::null_mut;

pub struct wasmer_triple_t {
    triple: String,
    _live: Live,
}

/// The names of CPU features, separated by commas.
pub struct wasmer_cpu_features_t {
    names: String,
    _live: Live,
}

pub struct wasmer_target_t {
    triple: String,
    cpu_features: String,
    _live: Live,
}

fn new_triple(triple: &str) -> *mut wasmer_triple_t {
    Box::into_raw(Box::new(wasmer_triple_t { triple: triple.to_owned(), _live: Live::new() }))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasmer_triple_new(triple: *const wasm_byte_vec_t) -> *mut wasmer_triple_t {
    attempt(null_mut(), || {
        // SAFETY: the caller's promise.
        let triple = unsafe { wasm_byte_vec_t::text(triple, "triple")? };
        Config::default().set_target(triple, "")?;
        Ok(new_triple(triple))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn wasmer_triple_new_from_host() -> *mut wasmer_triple_t {
    attempt(null_mut(), || Ok(new_triple(&Config::default().triple())))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasmer_triple_delete(triple: *mut wasmer_triple_t) {
    // SAFETY: the caller's promise.
    ffi::guard_or((), || drop(unsafe { ffi::owned(triple) }));
}

#[unsafe(no_mangle)]
pub extern "C" fn wasmer_cpu_features_new() -> *mut wasmer_cpu_features_t {
    attempt(null_mut(), || {
        let features = wasmer_cpu_features_t { names: String::new(), _live: Live::new() };
        Ok(Box::into_raw(Box::new(features)))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasmer_cpu_features_delete(features: *mut wasmer_cpu_features_t) {
    // SAFETY: the caller's promise.
    ffi::guard_or((), || drop(unsafe { ffi::owned(features) }));
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasmer_cpu_features_add(
    features: *mut wasmer_cpu_features_t,
    feature: *const wasm_byte_vec_t,
) -> bool {
    attempt(false, || {
        // SAFETY: the caller's promise.
        let (features, name) = unsafe {
            (ffi::take(features, "features")?, wasm_byte_vec_t::text(feature, "feature")?)
        };
        if name.contains(',') || name.trim().is_empty() {
            return Err(Error::new(
                Status::InvalidArgument,
                format!("unknown CPU feature {name:?}"),
            ));
        }
        let mut config = Config::default();
        config.set_target(&config.triple(), name)?;
        features.names.push_str(name);
        features.names.push(',');
        Ok(true)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasmer_target_new(
    triple: *mut wasmer_triple_t,
    cpu_features: *mut wasmer_cpu_features_t,
) -> *mut wasmer_target_t {
    attempt(null_mut(), || {
        // Both are taken over, also if one is NULL.
        // SAFETY: the caller's promise.
        let (triple, features) = unsafe { (ffi::owned(triple), ffi::owned(cpu_features)) };
        let (Some(triple), Some(features)) = (triple, features) else {
            return Err(Error::new(Status::NullArgument, "wasmer_target_new: an argument is NULL"));
        };
        Ok(Box::into_raw(Box::new(wasmer_target_t {
            triple: triple.triple,
            cpu_features: features.names,
            _live: Live::new(),
        })))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasmer_target_delete(target: *mut wasmer_target_t) {
    // SAFETY: the caller's promise.
    ffi::guard_or((), || drop(unsafe { ffi::owned(target) }));
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_config_set_target(
    config: *mut wasm_config_t,
    target: *mut wasmer_target_t,
) {
    // Taken over, also if there is no configuration.
    // SAFETY: the caller's promise.
    let Some(target) = (unsafe { ffi::owned(target) }) else {
        return null("target");
    };
    // SAFETY: the caller's promise.
    unsafe { change(config, |config| config.set_target(&target.triple, &target.cpu_features)) };
}
