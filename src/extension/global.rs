//! Globals. Their values are words of 64 bits, one for each or two for a v128 (low word first).

use super::arena::{arena, get, libwasmer_arena_t, libwasmer_handle_t};
use super::error::libwasmer_error_t;
use crate::ffi;
use crate::runtime::{Error, GlobalType, Result, Slot, Status, ValueKind};

unsafe fn value(words: *const u64) -> Result<Slot> {
    // SAFETY: the caller's promise: two words.
    unsafe { Ok(Slot(*ffi::borrow(words.cast::<[u64; 2]>(), "words")?)) }
}

/// Makes a global with a kind of value (`libwasmer_valuekind_t`) and a value of two words.
///
/// Statuses: BUSY, CLOSED, HANDLE, LINK.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_global_new(
    arena: *const libwasmer_arena_t,
    kind: u8,
    is_mutable: bool,
    words: *const u64,
    global: *mut libwasmer_handle_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let make = |arena: &crate::runtime::Arena| {
        let kind = ValueKind::from_u8(kind).ok_or_else(|| {
            Error::new(
                Status::InvalidArgument,
                format!("argument kind: {kind} is not the number of a value kind"),
            )
        })?;
        // SAFETY: the caller's promise.
        arena.new_global(GlobalType { kind, mutable: is_mutable }, unsafe { value(words)? })
    };
    // SAFETY: passed on.
    unsafe { get(arena, (global, "global"), error, make) }
}

/// Writes the value to two words. Narrow values are extended by zeros.
///
/// Statuses: BUSY, CLOSED, HANDLE, UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_global_get(
    arena: *const libwasmer_arena_t,
    global: libwasmer_handle_t,
    words: *mut u64,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let words: *mut [u64; 2] = words.cast();
    // SAFETY: passed on.
    unsafe { get(arena, (words, "words"), error, |arena| Ok(arena.global_get(global)?.0)) }
}

/// Sets the value from two words. LIBWASMER_STATUS_IMMUTABLE if the global cannot be set.
///
/// Statuses: BUSY, CLOSED, HANDLE, LINK, IMMUTABLE, UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_global_set(
    arena: *const libwasmer_arena_t,
    global: libwasmer_handle_t,
    words: *const u64,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (arena, value) = unsafe { (self::arena(arena)?, value(words)?) };
        arena.global_set(global, value)
    })
}

/// Lets threads read a global of a number without entering its arena, and set it if it is mutable, also
/// while a guest runs: `place` is where its value is, an i32 or f32 in the first four bytes. Read and
/// write it as an atomic word. It is of use as a view of a memory is.
///
/// Statuses: BUSY, CLOSED, HANDLE, TYPE, IMMUTABLE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_global_view(
    arena: *const libwasmer_arena_t,
    global: libwasmer_handle_t,
    place: *mut *mut u64,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let view = |arena: &crate::runtime::Arena| Ok(arena.global_view(global)?.as_ptr());
    // SAFETY: passed on.
    unsafe { get(arena, (place, "place"), error, view) }
}
