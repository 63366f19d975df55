//! Memories. Sizes are in pages of 65,536 bytes where it says so, else in bytes.

use super::arena::{arena, get, libwasmer_arena_t, libwasmer_handle_t};
use super::error::libwasmer_error_t;
use crate::ffi;
use crate::runtime::{Arena, Error, Limits, MemoryView, Status};

/// Makes a memory of zeros, with sizes in pages. `maximum` counts if `has_maximum`; a shared memory
/// needs one.
///
/// Statuses: BUSY, CLOSED, LIMIT, OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_memory_new(
    arena: *const libwasmer_arena_t,
    minimum: u32,
    has_maximum: bool,
    maximum: u32,
    is_shared: bool,
    memory: *mut libwasmer_handle_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let limits = Limits { minimum, maximum: has_maximum.then_some(maximum) };
    // SAFETY: passed on.
    unsafe { get(arena, (memory, "memory"), error, |arena| arena.new_memory(limits, is_shared)) }
}

/// The size in pages.
///
/// Statuses: BUSY, CLOSED, HANDLE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_memory_size(
    arena: *const libwasmer_arena_t,
    memory: libwasmer_handle_t,
    pages: *mut u32,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: passed on.
    unsafe { get(arena, (pages, "pages"), error, |arena| arena.memory_size(memory)) }
}

/// Grows by a number of pages, and gives the size before. LIBWASMER_STATUS_LIMIT if the memory's
/// maximum or a limit does not allow it. `before` may be NULL.
///
/// Statuses: BUSY, CLOSED, HANDLE, LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_memory_grow(
    arena: *const libwasmer_arena_t,
    memory: libwasmer_handle_t,
    delta: u32,
    before: *mut u32,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let mut unwanted = 0;
    let before = if before.is_null() { &raw mut unwanted } else { before };
    // SAFETY: passed on.
    unsafe { get(arena, (before, "before"), error, |arena| arena.memory_grow(memory, delta)) }
}

/// Start and length in bytes. The start may move when the memory grows, and both mean nothing after
/// the arena is closed: `libwasmer_memory_read` and `libwasmer_memory_write` are always safe.
///
/// Statuses: BUSY, CLOSED, HANDLE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_memory_data(
    arena: *const libwasmer_arena_t,
    memory: libwasmer_handle_t,
    data: *mut *mut u8,
    size: *mut usize,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (arena, write_data, write_size) =
            unsafe { (self::arena(arena)?, ffi::write(data, "data")?, ffi::write(size, "size")?) };
        let (start, length) = arena.memory_data(memory)?;
        write_data(start);
        write_size(length);
        Ok(())
    })
}

/// Where a memory is, for `libwasmer_memory_view`. The bytes stay where they are; `size` is in bytes,
/// grows when the memory does, and is to be read as an atomic word.
#[repr(C)]
pub struct libwasmer_memory_view_t {
    pub data: *mut u8,
    pub size: usize,
}

/// Lets threads look at and change a memory without entering its arena, also while a guest runs. `view`
/// is of use until the memory is released or its arena closed: who does that sees to it that no thread uses
/// the view any more.
/// What is read while the guest writes there, or the other way round, is as it is between threads with a
/// shared memory: each byte is of one of the two, words that are written as a whole by both are not torn, and
/// nothing is said of the order.
///
/// Statuses: BUSY, CLOSED, HANDLE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_memory_view(
    arena: *const libwasmer_arena_t,
    memory: libwasmer_handle_t,
    view: *mut *const libwasmer_memory_view_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    const _: () = assert!(
        size_of::<libwasmer_memory_view_t>() == size_of::<MemoryView>()
            && std::mem::offset_of!(libwasmer_memory_view_t, size) == MemoryView::SIZE_AT
    );
    let view_of = |arena: &Arena| Ok(arena.memory_view(memory)?.as_ptr().cast_const().cast());
    // SAFETY: passed on.
    unsafe { get(arena, (view, "view"), error, view_of) }
}

/// Copies `size` bytes at an address of the memory to `bytes`. LIBWASMER_STATUS_OUT_OF_BOUNDS, and
/// nothing is copied, if not all of them are in the memory.
///
/// Statuses: BUSY, CLOSED, HANDLE, OUT_OF_BOUNDS.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_memory_read(
    arena: *const libwasmer_arena_t,
    memory: libwasmer_handle_t,
    address: u64,
    bytes: *mut u8,
    size: usize,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let arena = unsafe { self::arena(arena)? };
        if size == 0 {
            return arena.memory_read(memory, address, &mut []);
        }
        if bytes.is_null() {
            return Err(Error::new(Status::NullArgument, "argument bytes is NULL"));
        }
        let room = std::ptr::slice_from_raw_parts_mut(bytes, size.min(isize::MAX as usize));
        // SAFETY: the caller's promise: `bytes` has room for `size` bytes.
        arena.memory_read(memory, address, unsafe { &mut *room })
    })
}

/// Copies `size` bytes to an address of the memory. LIBWASMER_STATUS_OUT_OF_BOUNDS, and nothing is
/// copied, if they do not fit.
///
/// Statuses: BUSY, CLOSED, HANDLE, OUT_OF_BOUNDS.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_memory_write(
    arena: *const libwasmer_arena_t,
    memory: libwasmer_handle_t,
    address: u64,
    bytes: *const u8,
    size: usize,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (arena, bytes) = unsafe { (self::arena(arena)?, ffi::bytes(bytes, size, "bytes")?) };
        arena.memory_write(memory, address, bytes)
    })
}
