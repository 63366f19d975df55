//! `include/wasm.h`, the standard C API: one file per noun, over the same runtime as `extension`.
//!
//! C sees many types, we have few. Everything that wasm.h calls a reference (functions, instances,
//! modules, traps, ...) is a `wasm_ref_t`, counted by reference, whose address is the pointer that
//! C holds: `_copy` counts one more, `_as_extern` is the same pointer. Everything that describes an
//! import or export is a `wasm_externtype_t`. So what C converts costs nothing, and a pointer of
//! the wrong kind is found out.
//!
//! `wasmer` holds the names of `include/wasmer.h`.

#![allow(non_camel_case_types)]
// The safety rules of every function are those at the head of wasm.h.
#![allow(clippy::missing_safety_doc)]

pub mod exporttype;
pub mod externs;
pub mod externtype;
pub mod foreign;
pub mod frame;
pub mod func;
pub mod functype;
pub mod global;
pub mod globaltype;
mod host_func;
pub mod importtype;
pub mod instance;
pub mod last_error;
pub mod memory;
pub mod memorytype;
pub mod module;
pub mod reference;
pub mod store;
pub mod table;
pub mod tabletype;
pub mod tagtype;
pub mod trap;
pub mod val;
pub mod valtype;
pub mod vector;

pub mod config;
pub mod engine;
pub mod wasmer;

use crate::ffi;
use crate::runtime::{Result, quiet};

/// Runs the body of a function that tells of failure by `value` and by `wasmer_last_error_*`.
#[inline]
fn attempt<R>(value: R, body: impl FnOnce() -> Result<R>) -> R {
    match quiet::caught(|| quiet::ours(body)) {
        Ok(result) => result,
        Err(error) => {
            last_error::set(error);
            value
        }
    }
}

/// As `attempt`, for a function that fills `out`: with `empty` on failure.
unsafe fn fill<T>(out: *mut T, empty: T, body: impl FnOnce() -> Result<T>) {
    // SAFETY: the caller's promise.
    let written = quiet::caught(|| unsafe { ffi::write(out, "out") });
    match written {
        Ok(write) => write(attempt(empty, body)),
        Err(error) => last_error::set(error),
    }
}
