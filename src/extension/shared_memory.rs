//! Shared memories, which any number of arenas may have. Sizes are in pages of 65,536 bytes where it says so, else in bytes.

use super::arena::{arena, get, libwasmer_arena_t, libwasmer_handle_t};
use super::engine::libwasmer_engine_t;
use super::error::libwasmer_error_t;
use super::memory::libwasmer_memory_view_t;
use super::version::live::Live;
use crate::ffi;
use crate::runtime::{Error, Limits, Result, SharedMemory, Status};

/// A shared memory, which any number of arenas may have: their instances run at the same time and see what the others
/// write. Safe to use from any thread, but for its deletion. The memory lives until this is deleted and no arena has it.
pub struct libwasmer_shared_memory_t {
    pub(super) memory: SharedMemory,
    _live: Live,
}

impl libwasmer_shared_memory_t {
    fn into_raw(memory: SharedMemory) -> *mut Self {
        Box::into_raw(Box::new(Self { memory, _live: Live::new() }))
    }
}

/// The body of most functions: something of a shared memory goes to `out`, whose name is `name`.
unsafe fn of<T>(
    memory: *const libwasmer_shared_memory_t,
    (out, name): (*mut T, &str),
    error: *mut *mut libwasmer_error_t,
    by: impl FnOnce(&SharedMemory) -> Result<T>,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (memory, write) = unsafe { (ffi::borrow(memory, "memory")?, ffi::write(out, name)?) };
        write(by(&memory.memory)?);
        Ok(())
    })
}

/// Makes a shared memory of zeros, with sizes in pages. Addresses are reserved as the engine's memories do it, and the
/// host may grow it to the engine's quota of pages at most.
///
/// Statuses: LIMIT, OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_shared_memory_new(
    engine: *const libwasmer_engine_t,
    minimum: u32,
    maximum: u32,
    memory: *mut *mut libwasmer_shared_memory_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (engine, write) =
            unsafe { (ffi::borrow(engine, "engine")?, ffi::write(memory, "memory")?) };
        let limits = Limits { minimum, maximum: Some(maximum) };
        let made = SharedMemory::new(&engine.engine, limits)?;
        write(libwasmer_shared_memory_t::into_raw(made));
        Ok(())
    })
}

/// Gives a shared memory up. It stays where arenas have it. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_shared_memory_delete(memory: *mut libwasmer_shared_memory_t) {
    // SAFETY: the caller's promise.
    ffi::guard_or((), || drop(unsafe { ffi::owned(memory) }));
}

/// Takes a shared memory out of an arena, be it made there or declared by a module, so that other arenas may have it
/// too. The caller deletes what it is given. LIBWASMER_STATUS_TYPE if the memory is not shared.
///
/// Statuses: BUSY, CLOSED, HANDLE, TYPE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_memory_share(
    arena: *const libwasmer_arena_t,
    handle: libwasmer_handle_t,
    memory: *mut *mut libwasmer_shared_memory_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: passed on.
    unsafe {
        get(arena, (memory, "memory"), error, |arena| {
            arena.shared_memory(handle).map(libwasmer_shared_memory_t::into_raw)
        })
    }
}

/// Gives an arena a shared memory, for its instances to import. Its pages count among those of each arena that has
/// it, and it grows if all of them have room. Where the arena has it already, the handle is the same.
///
/// Statuses: BUSY, CLOSED, LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_arena_add_shared_memory(
    arena: *const libwasmer_arena_t,
    memory: *const libwasmer_shared_memory_t,
    handle: *mut libwasmer_handle_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (arena, memory, write) = unsafe {
            (self::arena(arena)?, ffi::borrow(memory, "memory")?, ffi::write(handle, "handle")?)
        };
        write(arena.add_shared_memory(&memory.memory)?);
        Ok(())
    })
}

/// The size in pages.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_shared_memory_size(
    memory: *const libwasmer_shared_memory_t,
    pages: *mut u32,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: passed on.
    unsafe { of(memory, (pages, "pages"), error, |memory| Ok(memory.size())) }
}

/// Grows by a number of pages, for all who have it, and gives the size before. LIBWASMER_STATUS_LIMIT if its maximum, the
/// quota of its engine or that of an arena does not allow it. `before` may be NULL.
///
/// Statuses: LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_shared_memory_grow(
    memory: *const libwasmer_shared_memory_t,
    delta: u32,
    before: *mut u32,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let mut unwanted = 0;
    let before = if before.is_null() { &raw mut unwanted } else { before };
    // SAFETY: passed on.
    unsafe { of(memory, (before, "before"), error, |memory| memory.grow(delta)) }
}

/// Where the memory is, until it is deleted: as `libwasmer_memory_view`.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_shared_memory_view(
    memory: *const libwasmer_shared_memory_t,
    view: *mut *const libwasmer_memory_view_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let view_of = |memory: &SharedMemory| Ok(memory.view().as_ptr().cast_const().cast());
    // SAFETY: passed on.
    unsafe { of(memory, (view, "view"), error, view_of) }
}

/// Copies `size` bytes at an address of the memory to `bytes`, whatever guests do meanwhile.
/// LIBWASMER_STATUS_OUT_OF_BOUNDS, and nothing is copied, if not all of them are in the memory.
///
/// Statuses: OUT_OF_BOUNDS.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_shared_memory_read(
    memory: *const libwasmer_shared_memory_t,
    address: u64,
    bytes: *mut u8,
    size: usize,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let memory = unsafe { ffi::borrow(memory, "memory")? };
        if size == 0 {
            return memory.memory.read(address, &mut []);
        }
        if bytes.is_null() {
            return Err(Error::new(Status::NullArgument, "argument bytes is NULL"));
        }
        let room = std::ptr::slice_from_raw_parts_mut(bytes, size.min(isize::MAX as usize));
        // SAFETY: the caller's promise: `bytes` has room for `size` bytes.
        memory.memory.read(address, unsafe { &mut *room })
    })
}

/// Copies `size` bytes to an address of the memory, whatever guests do meanwhile. LIBWASMER_STATUS_OUT_OF_BOUNDS,
/// and nothing is copied, if they do not fit.
///
/// Statuses: OUT_OF_BOUNDS.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_shared_memory_write(
    memory: *const libwasmer_shared_memory_t,
    address: u64,
    bytes: *const u8,
    size: usize,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (memory, bytes) =
            unsafe { (ffi::borrow(memory, "memory")?, ffi::bytes(bytes, size, "bytes")?) };
        memory.memory.write(address, bytes)
    })
}

/// Notifies so many of the guests that wait (`memory.atomic.wait32` and `wait64`) on the word at an address, a multiple of 4,
/// those first that came first, and gives how many there were. `notified` may be NULL. What the guests are to find is to
/// be written before, as an atomic word.
///
/// Statuses: OUT_OF_BOUNDS.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_shared_memory_notify(
    memory: *const libwasmer_shared_memory_t,
    address: u64,
    count: u32,
    notified: *mut u32,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let mut unwanted = 0;
    let notified = if notified.is_null() { &raw mut unwanted } else { notified };
    // SAFETY: passed on.
    unsafe { of(memory, (notified, "notified"), error, |memory| memory.notify(address, count)) }
}
