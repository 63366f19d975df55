//! What went wrong last on this thread, for functions of wasm.h that have no other way to tell.

use crate::ffi;
use crate::runtime::Error;
use std::cell::RefCell;
use std::ffi::{c_char, c_int};

thread_local! {
    /// The text with a NUL at its end; empty if there is none.
    static LAST: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Notes an error; it takes the place of the one before.
#[cold]
pub fn set(error: Error) {
    // A NUL in the middle would end it for C.
    let mut text: Vec<u8> = error.message.bytes().filter(|&byte| byte != 0).collect();
    text.push(0);
    // A thread that is ending has none any more.
    let _ = LAST.try_with(|last| *last.borrow_mut() = text);
}

fn with<R>(nothing: R, work: impl FnOnce(&mut Vec<u8>) -> R) -> R {
    ffi::guard_or(None, || LAST.try_with(|last| work(&mut last.borrow_mut())).ok())
        .unwrap_or(nothing)
}

/// Length in bytes of the last error of this thread with the NUL at its end; 0 if there is none.
#[unsafe(no_mangle)]
pub extern "C" fn wasmer_last_error_length() -> c_int {
    with(0, |last| c_int::try_from(last.len()).unwrap_or(c_int::MAX))
}

/// Moves the last error of this thread into a buffer of `length` bytes and gives its length with the
/// NUL; 0 if there is none. -1, and the error stays, if `buffer` is NULL or too small.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasmer_last_error_message(buffer: *mut c_char, length: c_int) -> c_int {
    with(-1, |last| {
        if last.is_empty() {
            return 0;
        }
        let room = usize::try_from(length).unwrap_or(0);
        if buffer.is_null() || room < last.len() {
            return -1;
        }
        // SAFETY: the caller's promise that the buffer has `length` bytes.
        unsafe { std::ptr::copy_nonoverlapping(last.as_ptr(), buffer.cast(), last.len()) };
        std::mem::take(last).len() as c_int
    })
}
