//! Bytes that cross: borrowed views, and buffers that the library owns.

use super::error::libwasmer_error_t;
use super::version::live::Live;
use crate::ffi;
use crate::runtime::Status;
use crate::runtime::source::wat2wasm;
use std::ffi::c_char;

/// Bytes that belong to another object and live as long as it. Text is UTF-8; no NUL ends it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct libwasmer_view_t {
    pub data: *const c_char,
    /// In bytes.
    pub size: usize,
}

impl libwasmer_view_t {
    pub(crate) const EMPTY: Self = Self { data: c"".as_ptr(), size: 0 };

    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self { data: bytes.as_ptr().cast(), size: bytes.len() }
    }
}

/// A buffer of bytes, owned by the caller.
pub struct libwasmer_bytes_t {
    bytes: Vec<u8>,
    _live: Live,
}

impl libwasmer_bytes_t {
    pub(crate) fn into_raw(bytes: Vec<u8>) -> *mut Self {
        Box::into_raw(Box::new(Self { bytes, _live: Live::new() }))
    }
}

/// What is in a buffer. The view lives as long as the buffer; it is empty for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_bytes_view(bytes: *const libwasmer_bytes_t) -> libwasmer_view_t {
    // SAFETY: the caller's promise.
    match unsafe { ffi::borrow(bytes, "bytes") } {
        Ok(buffer) => libwasmer_view_t::of(&buffer.bytes),
        Err(_) => libwasmer_view_t::EMPTY,
    }
}

/// Frees a buffer. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_bytes_delete(bytes: *mut libwasmer_bytes_t) {
    // SAFETY: the caller's promise.
    ffi::guard_or((), || drop(unsafe { ffi::owned(bytes) }));
}

/// Translates WebAssembly text to binary. Binary is passed through.
///
/// Statuses: INVALID_MODULE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wat2wasm(
    text: *const u8,
    text_size: usize,
    wasm: *mut *mut libwasmer_bytes_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (text, write) =
            unsafe { (ffi::bytes(text, text_size, "text")?, ffi::write(wasm, "wasm")?) };
        let binary = wat2wasm(text)?.into_owned();
        write(libwasmer_bytes_t::into_raw(binary));
        Ok(())
    })
}
