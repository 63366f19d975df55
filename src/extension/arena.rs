//! Arenas and what is in them.

use super::engine::libwasmer_engine_t;
use super::error::libwasmer_error_t;
use super::externtype::{libwasmer_externkind_t, libwasmer_externtype_t};
use crate::ffi;
use crate::runtime::{Arena, ExternType, Handle, Noun, Result, Status};

/// Instances that are linked to each other, and all that they use: freed together. One thread at a
/// time may be inside; another one gets LIBWASMER_STATUS_BUSY, at once. A host function may enter
/// again on the thread that called it, and on others after `libwasmer_arena_set_lending`. Between calls
/// an arena may change threads.
// repr(transparent), in a form that cbindgen does not read: it would make this a typedef of Arena.
#[cfg_attr(all(), repr(transparent))]
pub struct libwasmer_arena_t(pub(super) Arena);

/// Names an object in an arena: a function, memory, global, table, instance or externref. Needs no
/// delete: the object stays until the arena goes, or until the handle is released (see
/// `libwasmer_release`). It is also the form in which references cross: 0 is the null reference, and
/// names nothing. A handle of another arena, or of something that was freed, is found out and is an
/// error; it never names another object.
pub type libwasmer_handle_t = u64;

/// What kind of object was freed.
#[repr(u32)]
#[derive(Clone, Copy)]
pub enum libwasmer_noun_t {
    Func = 0,
    Global = 1,
    Table = 2,
    Memory = 3,
    Tag = 4,
    Instance = 5,
    Externref = 6,
}

/// An object that was freed before its arena.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct libwasmer_freed_t {
    /// What named it.
    pub handle: libwasmer_handle_t,
    /// What an externref carried, or the `env` of a host function; else 0.
    pub word: u64,
    pub noun: libwasmer_noun_t,
}

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
///
/// Statuses: no others.
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

/// Gives up handles that are not used any more. Each function that writes a handle, and each handle in
/// the slots or words of a call, gives it once; an object is held as long as it was given more often
/// than released. 0 may be among them any number of times, and `handles` may be NULL if `count` is 0.
///
/// What then neither a held object reaches nor a running call is freed, at once where that is cheap, else
/// with later releases. An object reaches what one expects: an instance its imports and what is in its
/// tables and globals; an exported or referenced function, memory, table or global the instance that it
/// is of; an imported host function the instance that imports it. So long its handle may still be used;
/// then it is LIBWASMER_STATUS_HANDLE. While a call into the arena is running nothing is freed: `waiting`
/// (`waiting` may be NULL) tells whether it would have been, and to call again after it is of use.
///
/// All handles are looked at, and the first error is given: LIBWASMER_STATUS_HANDLE for one that was not
/// held. LIBWASMER_STATUS_BUSY, and nothing is released, if another thread is inside the arena.
///
/// Statuses: BUSY, CLOSED, HANDLE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_release(
    arena: *const libwasmer_arena_t,
    handles: *const libwasmer_handle_t,
    count: usize,
    waiting: *mut bool,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (arena, handles) =
            unsafe { (self::arena(arena)?, ffi::handles(handles, count, "handles")?) };
        let waits = arena.release_all(handles)?;
        if !waiting.is_null() {
            // SAFETY: the caller's promise.
            unsafe { ffi::write(waiting, "waiting")?(waits) };
        }
        Ok(())
    })
}

/// Holds an object that the caller has a handle of once more: it is to be released once more. For one
/// who keeps a handle that somebody else releases.
///
/// Statuses: BUSY, CLOSED, HANDLE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_hold(
    arena: *const libwasmer_arena_t,
    handle: libwasmer_handle_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        unsafe { self::arena(arena)? }.hold(handle)
    })
}

/// Frees now what `libwasmer_release` would free later. `done` (`done` may be NULL) tells whether it did:
/// not while a call into the arena is running. In a closed arena it is told whether that is over, and all
/// is freed.
///
/// Statuses: BUSY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_arena_collect(
    arena: *const libwasmer_arena_t,
    done: *mut bool,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let mut unwanted = false;
    let done = if done.is_null() { &raw mut unwanted } else { done };
    // SAFETY: passed on.
    unsafe { get(arena, (done, "done"), error, Arena::collect) }
}

/// Tells what was freed since this was called last: writes up to `capacity` objects to `freed` and how
/// many to `count` (`freed` may be NULL if `capacity` is 0); the others are told next time. Nothing is
/// noted before the first call. (The arena of a store of wasm.h tells the store, not the caller.)
///
/// Statuses: BUSY, CLOSED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_arena_freed(
    arena: *const libwasmer_arena_t,
    freed: *mut libwasmer_freed_t,
    capacity: usize,
    count: *mut usize,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (arena, write) = unsafe { (self::arena(arena)?, ffi::write(count, "count")?) };
        ffi::in_place(freed, capacity, "freed")?;
        let found = arena.freed(capacity)?;
        for (place, found) in found.iter().enumerate() {
            let noun = match found.noun {
                Noun::Func => libwasmer_noun_t::Func,
                Noun::Global => libwasmer_noun_t::Global,
                Noun::Table => libwasmer_noun_t::Table,
                Noun::Memory => libwasmer_noun_t::Memory,
                Noun::Tag => libwasmer_noun_t::Tag,
                Noun::Instance | Noun::Dead => libwasmer_noun_t::Instance,
                Noun::Extern => libwasmer_noun_t::Externref,
            };
            let one = libwasmer_freed_t { handle: found.handle, word: found.word, noun };
            // SAFETY: the caller's promise: room for `capacity`.
            unsafe { freed.add(place).write(one) };
        }
        write(found.len());
        Ok(())
    })
}

/// Makes an externref that carries `data`, whatever it means to the caller.
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
