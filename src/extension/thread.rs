//! Threads.

use super::error::libwasmer_error_t;
use crate::ffi;
use crate::runtime::{Error, Status, name_stack};
use std::ffi::c_void;

/// Names the stack that this thread is on, if the program made it (a coroutine's): `size` bytes from
/// `lowest` up, its usable part. Until another is named, what is entered on that stack is refused with
/// LIBWASMER_STATUS_DEPTH while less than LIBWASMER_LIMIT_HOST_STACK_BYTES are left, as on a thread's own stack. `lowest` may be NULL
/// with a size of 0, which takes the name back. A stack that is not named may be used too; then it is up to you that
/// there is as much room whenever wasm is entered, by host functions as well.
/// LIBWASMER_STATUS_INVALID_ARGUMENT if the thread is on another stack, LIBWASMER_STATUS_UNSUPPORTED on the alternate
/// signal stack, on which wasm cannot be entered.
///
/// Statuses: UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_thread_set_stack(
    lowest: *const c_void,
    size: usize,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        let start = lowest as usize;
        let end = start.checked_add(size).ok_or_else(|| {
            Error::new(
                Status::InvalidArgument,
                format!("stack of {size} bytes from {start:#x}: it ends outside of memory"),
            )
        })?;
        if lowest.is_null() && size != 0 {
            return Err(Error::new(Status::NullArgument, "argument lowest is NULL"));
        }
        name_stack(start..end)
    })
}
