//! Tags, by which the exceptions of guests are told apart.

use super::arena::{get, libwasmer_arena_t, libwasmer_handle_t};
use super::error::libwasmer_error_t;
use crate::ffi;
use crate::runtime::{Error, Result, Status, ValueKind};

/// Makes a tag for modules to import, of exceptions that carry values of `param_count` kinds
/// (`libwasmer_valuekind_t`; `params` may be NULL if `param_count` is 0). Two tags are never the same one, whatever
/// they carry: modules that are to catch each other's exceptions import the same tag, made here or exported by
/// one of them. The memory of a tag, some hundred bytes, is freed with the arena.
///
/// Statuses: BUSY, CLOSED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_tag_new(
    arena: *const libwasmer_arena_t,
    params: *const u8,
    param_count: usize,
    tag: *mut libwasmer_handle_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let make = |arena: &crate::runtime::Arena| {
        // SAFETY: the caller's promise.
        let numbers = unsafe { ffi::bytes(params, param_count, "params")? };
        let kinds = numbers.iter().map(|&number| {
            ValueKind::from_u8(number).ok_or_else(|| {
                Error::new(
                    Status::InvalidArgument,
                    format!("argument params: {number} is not the number of a value kind"),
                )
            })
        });
        arena.new_tag(&kinds.collect::<Result<Vec<_>>>()?)
    };
    // SAFETY: passed on.
    unsafe { get(arena, (tag, "tag"), error, make) }
}
