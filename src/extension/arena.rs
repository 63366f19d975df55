//! Arenas and what is in them.

use super::engine::libwasmer_engine_t;
use super::error::libwasmer_error_t;
use super::externtype::{libwasmer_externkind_t, libwasmer_externtype_t};
use crate::ffi;
use crate::runtime::{Arena, ExternType, Handle, Result, Status};

/// Instances that are linked to each other, and all that they use: freed together. One thread at a
/// time may be inside; another one gets LIBWASMER_STATUS_BUSY, at once. A host function may enter
/// again on the thread that called it, and on others after `libwasmer_arena_set_lending`. Between calls
/// an arena may change threads.
// repr(transparent), in a form that cbindgen does not read: it would make this a typedef of Arena.
#[cfg_attr(all(), repr(transparent))]
pub struct libwasmer_arena_t(pub(super) Arena);

/// Names an object in an arena: a function, memory, global, table, instance or externref. Needs no
/// delete. It is also the form in which references cross: 0 is the null reference, and names
/// nothing. A handle of another arena is found out and is an error.
pub type libwasmer_handle_t = u64;

pub(super) unsafe fn arena<'a>(arena: *const libwasmer_arena_t) -> Result<&'a Arena> {
    // SAFETY: passed on.
    unsafe { Ok(&ffi::borrow(arena, "arena")?.0) }
}

/// The body of most functions: something of an arena goes to `out`, whose name is `name`.
pub(super) unsafe fn get<T>(
    object: *const libwasmer_arena_t,
    (out, name): (*mut T, &str),
    error: *mut *mut libwasmer_error_t,
    by: impl FnOnce(&Arena) -> Result<T>,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: passed on.
        let (arena, write) = unsafe { (arena(object)?, ffi::write(out, name)?) };
        write(by(arena)?);
        Ok(())
    })
}

/// Makes an empty arena.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_arena_new(
    engine: *const libwasmer_engine_t,
    arena: *mut *mut libwasmer_arena_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (engine, write) =
            unsafe { (ffi::borrow(engine, "engine")?, ffi::write(arena, "arena")?) };
        write(Arena::new(&engine.engine).as_ptr().cast());
        Ok(())
    })
}

/// Closes an arena: what is in it is freed, at once or, if a call is running, when that has
/// returned. Until then the call goes on; new ones get LIBWASMER_STATUS_CLOSED. Never waits. May be
/// repeated, from any thread, also from a host function. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_arena_close(arena: *const libwasmer_arena_t) {
    ffi::guard_or((), || {
        // SAFETY: the caller's promise.
        if let Ok(arena) = unsafe { self::arena(arena) } {
            arena.close();
        }
    });
}

/// Closes an arena and frees the object itself, which must not be used again by the caller. NULL is
/// allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_arena_delete(arena: *mut libwasmer_arena_t) {
    if !arena.is_null() {
        // SAFETY: the caller's promise; a libwasmer_arena_t is an Arena.
        ffi::guard_or((), || unsafe { Arena::delete(arena.cast()) });
    }
}

/// Sets whether other threads may enter while a host function runs that is made by `libwasmer_func_new`
/// or `libwasmer_func_new_words`, and is called from now on; off at first. Such a thread takes the
/// place of the one inside, as if the host function called back: what it does ends before the host
/// function's return is seen by the guest, which waits for it. So a host function may start a thread
/// that calls the guest, and wait for it. A thread that comes while wasm runs gets
/// LIBWASMER_STATUS_BUSY as ever.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_arena_set_lending(
    arena: *const libwasmer_arena_t,
    on: bool,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        unsafe { self::arena(arena)? }.set_lending(on);
        Ok(())
    })
}

/// Gives an arena up because the frames of its innermost call on this thread were dropped without
/// returning (a `longjmp` out of a host function, or what amounts to one). The arena is closed; its
/// memory is never freed. To be called on that thread, once for each such call, and while
/// the interrupt that the call was made under, if there is one, still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_arena_abandon(arena: *const libwasmer_arena_t) {
    ffi::guard_or((), || {
        // SAFETY: the caller's promise.
        if let Ok(arena) = unsafe { self::arena(arena) } {
            arena.abandon();
        }
    });
}

/// Sets what there may be at most in an arena (`quota` is a `libwasmer_quota_t`), in place of what its
/// engine says. What is there already stays. The quotas of modules are for engines only.
///
/// Statuses: BUSY, CLOSED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_arena_set_quota(
    arena: *const libwasmer_arena_t,
    quota: u32,
    most: u64,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        unsafe { self::arena(arena)? }.set_quota(super::config::quota(quota)?, most)
    })
}

/// What there may be at most in an arena (`quota` is a `libwasmer_quota_t`).
///
/// Statuses: BUSY, CLOSED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_arena_quota(
    arena: *const libwasmer_arena_t,
    quota: u32,
    most: *mut u64,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: passed on.
    unsafe { get(arena, (most, "most"), error, |arena| arena.quota(super::config::quota(quota)?)) }
}

/// Describes the object that a handle names. What the description points to lives as long as the
/// arena is open.
///
/// Statuses: BUSY, CLOSED, HANDLE, UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_extern_type(
    arena: *const libwasmer_arena_t,
    handle: libwasmer_handle_t,
    ty: *mut libwasmer_externtype_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let describe = |arena: &Arena| {
        let found = arena.extern_type(handle)?;
        match found {
            // The signature stays in the arena; the copy in `found` does not.
            ExternType::Func(_) => {
                Ok(libwasmer_externtype_t::of_func(&arena.signature(handle)?.ty))
            }
            // Nothing of a tag does.
            ExternType::Tag(_) => Ok(libwasmer_externtype_t::EMPTY),
            other => Ok(libwasmer_externtype_t::of(&other)),
        }
    };
    // SAFETY: passed on.
    unsafe { get(arena, (ty, "ty"), error, describe) }
}

/// Makes an externref that carries `data`, whatever it means to the caller. It stays in the arena.
///
/// Statuses: BUSY, CLOSED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_externref_new(
    arena: *const libwasmer_arena_t,
    data: u64,
    reference: *mut libwasmer_handle_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: passed on.
    unsafe { get(arena, (reference, "reference"), error, |arena| arena.new_extern(data)) }
}

/// What an externref carries.
///
/// Statuses: BUSY, CLOSED, HANDLE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_externref_data(
    arena: *const libwasmer_arena_t,
    reference: libwasmer_handle_t,
    data: *mut u64,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: passed on.
    unsafe { get(arena, (data, "data"), error, |arena| arena.extern_data(reference)) }
}

/// The kind of the object that a handle names.
pub(super) fn kind(arena: &Arena, handle: Handle) -> Result<libwasmer_externkind_t> {
    Ok(libwasmer_externtype_t::of(&arena.extern_type(handle)?).kind)
}
