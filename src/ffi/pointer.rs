//! Pointers from C, checked as far as they can be: NULL, alignment, lengths, text. What a pointer
//! points to is the caller's promise, which each function states in its documentation.

use crate::runtime::{Error, Handle, Result, Status, ValueKind};

fn null(name: &str) -> Error {
    Error::new(Status::NullArgument, format!("argument {name} is NULL"))
}

fn check<T>(pointer: *const T, name: &str) -> Result<()> {
    if pointer.is_null() {
        return Err(null(name));
    }
    if !pointer.is_aligned() {
        return Err(Error::new(
            Status::InvalidArgument,
            format!("argument {name} is not aligned to {} bytes", align_of::<T>()),
        ));
    }
    Ok(())
}

/// An array that a call works on in place. NULL is allowed with length 0.
#[inline]
pub fn in_place<T>(pointer: *const T, count: usize, name: &str) -> Result<()> {
    if count == 0 { Ok(()) } else { check(pointer, name) }
}

/// A reference to what a pointer of the caller's points to, for the time of the call.
///
/// # Safety
/// NULL, or alive and not written to for as long as the reference is used.
#[inline]
pub unsafe fn borrow<'a, T>(pointer: *const T, name: &str) -> Result<&'a T> {
    check(pointer, name)?;
    // SAFETY: the caller's promise, and the checks.
    Ok(unsafe { &*pointer })
}

/// Like `borrow`, for an object that the function changes.
///
/// # Safety
/// As for `borrow`, and nothing else refers to the object.
pub unsafe fn take<'a, T>(pointer: *mut T, name: &str) -> Result<&'a mut T> {
    check(pointer, name)?;
    // SAFETY: the caller's promise, and the checks.
    Ok(unsafe { &mut *pointer })
}

/// Makes sure that a result can be written before any work is done for it.
///
/// # Safety
/// NULL, or valid for a write of `T`.
#[inline]
pub unsafe fn write<T>(pointer: *mut T, name: &str) -> Result<impl FnOnce(T) + use<T>> {
    check(pointer, name)?;
    // SAFETY: the caller's promise, and the checks.
    Ok(move |value| unsafe { pointer.write(value) })
}

/// The box behind a pointer that this library gave out; None for NULL.
///
/// # Safety
/// NULL, or a pointer from `Box::into_raw` that is not used again.
pub unsafe fn owned<T>(pointer: *mut T) -> Option<Box<T>> {
    // SAFETY: the caller's promise.
    (!pointer.is_null()).then(|| unsafe { Box::from_raw(pointer) })
}

/// Values of the caller's. NULL is allowed with count 0.
///
/// # Safety
/// `pointer` points to `count` values that do not change during the call.
pub unsafe fn slice<'a, T>(pointer: *const T, count: usize, name: &str) -> Result<&'a [T]> {
    if count == 0 {
        return Ok(&[]);
    }
    check(pointer, name)?;
    if count > isize::MAX as usize / size_of::<T>() {
        return Err(Error::new(
            Status::InvalidArgument,
            format!("argument {name}: {count} elements do not fit into memory"),
        ));
    }
    // SAFETY: the caller's promise, and the checks.
    Ok(unsafe { std::slice::from_raw_parts(pointer, count) })
}

/// Bytes of the caller's. NULL is allowed with length 0.
///
/// # Safety
/// `pointer` points to `count` bytes that do not change during the call.
pub unsafe fn bytes<'a>(pointer: *const u8, count: usize, name: &str) -> Result<&'a [u8]> {
    // SAFETY: passed on.
    unsafe { slice(pointer, count, name) }
}

/// UTF-8 text of the caller's.
///
/// # Safety
/// As for `bytes`.
pub unsafe fn text<'a>(
    pointer: *const std::ffi::c_char,
    count: usize,
    name: &str,
) -> Result<&'a str> {
    // SAFETY: passed on.
    utf8(unsafe { bytes(pointer.cast(), count, name)? }, name)
}

/// The text that the bytes of an argument are.
pub fn utf8<'a>(bytes: &'a [u8], name: &str) -> Result<&'a str> {
    std::str::from_utf8(bytes).map_err(|error| {
        Error::new(Status::InvalidUtf8, format!("argument {name} is not UTF-8: {error}"))
    })
}

/// Handles of the caller's.
///
/// # Safety
/// As for `bytes`.
pub unsafe fn handles<'a>(
    pointer: *const Handle,
    count: usize,
    name: &str,
) -> Result<&'a [Handle]> {
    // SAFETY: passed on.
    unsafe { slice(pointer, count, name) }
}

/// Value kinds of the caller's.
///
/// # Safety
/// As for `bytes`.
pub unsafe fn kinds(pointer: *const u8, count: usize, name: &str) -> Result<Vec<ValueKind>> {
    // SAFETY: passed on.
    let numbers = unsafe { bytes(pointer, count, name)? };
    numbers
        .iter()
        .map(|&number| {
            ValueKind::from_u8(number).ok_or_else(|| {
                Error::new(
                    Status::InvalidArgument,
                    format!("argument {name}: {number} is not the number of a value kind"),
                )
            })
        })
        .collect()
}
