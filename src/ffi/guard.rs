//! The only way into the library from C.

use crate::extension::error::libwasmer_error_t;
use crate::runtime::quiet::{self, caught};
use crate::runtime::{Error, Result, Status};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::null_mut;

/// Runs the body of a function that can fail. `error` may be NULL; else it is set to NULL if the
/// body worked, and to an error object if it did not. A panic is an error like any other, and is not
/// printed.
#[inline]
pub fn guard(error: *mut *mut libwasmer_error_t, body: impl FnOnce() -> Result<()>) -> Status {
    guard_call(error, || quiet::ours(body))
}

/// As `guard`, for functions that are called often and do nothing but enter wasm, where panics are not
/// printed either.
#[inline]
pub fn guard_call(error: *mut *mut libwasmer_error_t, body: impl FnOnce() -> Result<()>) -> Status {
    match caught(body) {
        Ok(()) => {
            if !error.is_null() {
                // SAFETY: the caller passes NULL or a place to write to.
                unsafe { error.write(null_mut()) };
            }
            Status::Ok
        }
        Err(failed) => report(error, failed),
    }
}

#[cold]
fn report(error: *mut *mut libwasmer_error_t, failed: Error) -> Status {
    let status = failed.status;
    if !error.is_null() {
        // SAFETY: as above.
        unsafe { error.write(libwasmer_error_t::into_raw(failed)) };
    }
    status
}

/// Runs the body of a function that cannot fail but for a defect; then it gives `value`.
#[inline]
pub fn guard_or<R>(value: R, body: impl FnOnce() -> R) -> R {
    catch_unwind(AssertUnwindSafe(|| quiet::ours(body))).unwrap_or(value)
}
