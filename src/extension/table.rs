//! Tables of references. Sizes and indices are in elements; 0 is the null reference.

use super::arena::{arena, get, libwasmer_arena_t, libwasmer_handle_t};
use super::error::libwasmer_error_t;
use crate::ffi;
use crate::runtime::{Error, Limits, Status, ValueKind};

/// Makes a table of funcref or externref (`libwasmer_valuekind_t`) whose elements are all `init`.
/// `maximum` counts if `has_maximum`.
///
/// Statuses: BUSY, CLOSED, HANDLE, TYPE, LINK, LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_table_new(
    arena: *const libwasmer_arena_t,
    element: u8,
    minimum: u32,
    has_maximum: bool,
    maximum: u32,
    init: libwasmer_handle_t,
    table: *mut libwasmer_handle_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let limits = Limits { minimum, maximum: has_maximum.then_some(maximum) };
    let make = |arena: &crate::runtime::Arena| {
        let element = ValueKind::from_u8(element).ok_or_else(|| {
            Error::new(
                Status::InvalidArgument,
                format!("argument element: {element} is not the number of a value kind"),
            )
        })?;
        arena.new_table(element, limits, init)
    };
    // SAFETY: passed on.
    unsafe { get(arena, (table, "table"), error, make) }
}

/// The size.
///
/// Statuses: BUSY, CLOSED, HANDLE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_table_size(
    arena: *const libwasmer_arena_t,
    table: libwasmer_handle_t,
    size: *mut u32,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: passed on.
    unsafe { get(arena, (size, "size"), error, |arena| arena.table_size(table)) }
}

/// The reference at an index.
///
/// Statuses: BUSY, CLOSED, HANDLE, OUT_OF_BOUNDS, UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_table_get(
    arena: *const libwasmer_arena_t,
    table: libwasmer_handle_t,
    index: u32,
    reference: *mut libwasmer_handle_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: passed on.
    unsafe { get(arena, (reference, "reference"), error, |arena| arena.table_get(table, index)) }
}

/// Sets the reference at an index.
///
/// Statuses: BUSY, CLOSED, HANDLE, LINK, OUT_OF_BOUNDS, IMMUTABLE, UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_table_set(
    arena: *const libwasmer_arena_t,
    table: libwasmer_handle_t,
    index: u32,
    reference: libwasmer_handle_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        unsafe { self::arena(arena)? }.table_set(table, index, reference)
    })
}

/// Grows by a number of elements that are all `init`, and gives the size before.
/// LIBWASMER_STATUS_LIMIT if the table's maximum or a limit does not allow it. `before` may be NULL.
///
/// Statuses: BUSY, CLOSED, HANDLE, LINK, IMMUTABLE, LIMIT, UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_table_grow(
    arena: *const libwasmer_arena_t,
    table: libwasmer_handle_t,
    delta: u32,
    init: libwasmer_handle_t,
    before: *mut u32,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let mut unwanted = 0;
    let before = if before.is_null() { &raw mut unwanted } else { before };
    // SAFETY: passed on.
    unsafe { get(arena, (before, "before"), error, |arena| arena.table_grow(table, delta, init)) }
}
