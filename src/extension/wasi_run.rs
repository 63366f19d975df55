//! WASI: guests, their imports, and running them.

use super::arena::{arena, get, libwasmer_arena_t, libwasmer_handle_t};
use super::bytes::libwasmer_bytes_t;
use super::error::libwasmer_error_t;
use super::interrupt::libwasmer_interrupt_t;
use super::module::libwasmer_module_t;
use super::version::live::Live;
use super::wasi::libwasmer_wasi_config_t;
use crate::ffi;
use crate::runtime::wasi::stream::Captured;
use crate::runtime::wasi::{State, Version, version_of};
use crate::runtime::{Error, Result, Status};
use std::ffi::c_char;
use std::sync::Arc;

/// What one guest has: descriptors, clocks, captured output. It is used by the functions made for it, in
/// one arena: that of a command, or of instances that share their descriptors. What the functions need of
/// it they keep. Its output may be read by any thread, also while the guest runs.
pub struct libwasmer_wasi_t {
    pub(super) state: Arc<State>,
    _live: Live,
}

/// Makes what a guest has. The configuration is not needed any more after that.
///
/// Statuses: LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_new(
    config: *const libwasmer_wasi_config_t,
    wasi: *mut *mut libwasmer_wasi_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (config, write) =
            unsafe { (ffi::borrow(config, "config")?, ffi::write(wasi, "wasi")?) };
        let state = State::new(&config.config)?;
        write(Box::into_raw(Box::new(libwasmer_wasi_t { state, _live: Live::new() })));
        Ok(())
    })
}

/// Frees it. NULL is allowed. Functions that were made for it go on; its output cannot be read any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_delete(wasi: *mut libwasmer_wasi_t) {
    // SAFETY: the caller's promise.
    ffi::guard_or((), || drop(unsafe { ffi::owned(wasi) }));
}

/// The newest version of WASI of which a module imports something: LIBWASMER_WASIVERSION_NONE if it
/// imports nothing of the kind, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_module_wasi_version(
    module: *const libwasmer_module_t,
) -> Version {
    // SAFETY: the caller's promise.
    ffi::guard_or(Version::None, || match unsafe { ffi::borrow(module, "module") } {
        Ok(module) => version_of(&module.module),
        Err(_) => Version::None,
    })
}

/// Makes the functions of WASI that a module imports, in an arena. `imports` has room for `import_count`
/// handles, which is the number of all imports of the module, in its order, as `libwasmer_instance_new`
/// takes them. Only those of WASI are written (from `wasi_snapshot_preview1` and `wasi_unstable`, also
/// mixed); the others are left as they are, for the caller to fill in, before or after. To put a function
/// of one's own in the place of one of WASI's, write its handle over that.
///
/// The guest's memory is the one that the instance exports by the name "memory", or a shared one that it imports. A
/// function that needs it and finds none ends the guest's call.
///
/// If threads are allowed (LIBWASMER_WASILIMIT_THREADS) and the module imports `wasi.thread-spawn`, that and the shared memory
/// that it imports are made and written too: one such module in an arena. It is LIBWASMER_STATUS_UNSUPPORTED if it imports
/// anything else besides WASI, or is metered, and LIBWASMER_STATUS_LINK if it does not export `wasi_thread_start`.
///
/// Statuses: BUSY, CLOSED, HANDLE, LIMIT, LINK, OUT_OF_MEMORY, RESOURCE, UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_imports(
    arena: *const libwasmer_arena_t,
    wasi: *const libwasmer_wasi_t,
    module: *const libwasmer_module_t,
    imports: *mut libwasmer_handle_t,
    import_count: usize,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (arena, wasi, module) = unsafe {
            (self::arena(arena)?, ffi::borrow(wasi, "wasi")?, ffi::borrow(module, "module")?)
        };
        ffi::in_place(imports, import_count, "imports")?;
        let wanted = module.module.imports().len();
        if import_count != wanted {
            return Err(Error::new(
                Status::InvalidArgument,
                format!("argument imports: room for {import_count}, the module has {wanted}"),
            ));
        }
        let made = arena.wasi_imports(&wasi.state, &module.module)?;
        for (place, handle) in made.into_iter().enumerate().filter(|(_, handle)| *handle != 0) {
            // SAFETY: there is room for as many, and nothing is read.
            unsafe { imports.add(place).write(handle) };
        }
        Ok(())
    })
}

/// Makes one function of WASI in an arena, by its name in a version (a `libwasmer_wasiversion_t`).
/// LIBWASMER_STATUS_NOT_FOUND if there is none by that name.
///
/// Statuses: BUSY, CLOSED, HANDLE, INVALID_UTF8, NOT_FOUND, UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_func(
    arena: *const libwasmer_arena_t,
    wasi: *const libwasmer_wasi_t,
    version: u32,
    name: *const c_char,
    name_size: usize,
    func: *mut libwasmer_handle_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let make = |arena: &crate::runtime::Arena| {
        // SAFETY: the caller's promise.
        let (wasi, name) =
            unsafe { (ffi::borrow(wasi, "wasi")?, ffi::text(name, name_size, "name")?) };
        let version = [Version::None, Version::Unstable, Version::Preview1]
            .into_iter()
            .find(|&known| known as u32 == version)
            .ok_or_else(|| {
                let message = format!("{version} is not the number of a version of WASI");
                Error::new(Status::InvalidArgument, message)
            })?;
        arena.wasi_func(&wasi.state, version, name)
    };
    // SAFETY: passed on.
    unsafe { get(arena, (func, "func"), error, make) }
}

/// Has the functions made for `wasi` use this memory of the arena, whichever instance calls them; 0 for the
/// one that the instance exports, as at first. For guests that import their memory and export none.
///
/// Statuses: BUSY, CLOSED, HANDLE, LINK.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_set_memory(
    arena: *const libwasmer_arena_t,
    wasi: *const libwasmer_wasi_t,
    memory: libwasmer_handle_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (arena, wasi) = unsafe { (self::arena(arena)?, ffi::borrow(wasi, "wasi")?) };
        arena.wasi_set_memory(&wasi.state, memory)
    })
}

fn captured(wasi: &libwasmer_wasi_t, stream: u32) -> Result<&Captured> {
    let found = match stream {
        1 => &wasi.state.output,
        2 => &wasi.state.error,
        _ => &None,
    };
    found.as_deref().ok_or_else(|| {
        Error::new(Status::NotFound, format!("wasi: the output {stream} is not captured"))
    })
}

/// Takes out all that a guest has written to standard output (`stream` is 1) or standard error (2) and
/// that was not taken yet, which makes room for more. LIBWASMER_STATUS_NOT_FOUND if that is not captured.
/// Any thread may do so, also while the guest runs.
///
/// Statuses: NOT_FOUND.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_output(
    wasi: *const libwasmer_wasi_t,
    stream: u32,
    output: *mut *mut libwasmer_bytes_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (wasi, write) = unsafe { (ffi::borrow(wasi, "wasi")?, ffi::write(output, "output")?) };
        write(libwasmer_bytes_t::into_raw(captured(wasi, stream)?.take()));
        Ok(())
    })
}

/// As `libwasmer_wasi_output`, but takes out `size` bytes at most, to `buffer`; `count` says how many. 0
/// means that there is nothing now.
///
/// Statuses: NOT_FOUND.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_read_output(
    wasi: *const libwasmer_wasi_t,
    stream: u32,
    buffer: *mut u8,
    size: usize,
    count: *mut usize,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (wasi, write) = unsafe { (ffi::borrow(wasi, "wasi")?, ffi::write(count, "count")?) };
        ffi::in_place(buffer, size, "buffer")?;
        let size = size.min(isize::MAX as usize);
        let room: &mut [u8] = if size == 0 {
            &mut []
        } else {
            // The buffer may never have been written to, and is now.
            // SAFETY: the caller's promise.
            unsafe {
                buffer.write_bytes(0, size);
                std::slice::from_raw_parts_mut(buffer, size)
            }
        };
        write(captured(wasi, stream)?.take_into(room));
        Ok(())
    })
}

/// Runs a command: calls what an instance exports as `_start`, which is done once for an instance. If it
/// returns or exits, this is LIBWASMER_STATUS_OK, and `code` gets the exit code (0 if it returned);
/// anything else is an error. The first of its threads that exits or traps ends it likewise; all of them have ended when
/// this returns. LIBWASMER_STATUS_NOT_FOUND if there is no `_start`. `call_data` is handed to
/// host functions that are called meanwhile.
///
/// Statuses: BUSY, CLOSED, HANDLE, NOT_FOUND, LINK, and those of a call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_start(
    arena: *const libwasmer_arena_t,
    instance: libwasmer_handle_t,
    call_data: u64,
    code: *mut u32,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: passed on.
    unsafe { get(arena, (code, "code"), error, |arena| arena.wasi_start(instance, call_data)) }
}

/// As `libwasmer_wasi_start`, under an interrupt, whatever is set for the arena.
///
/// Statuses: BUSY, CLOSED, HANDLE, NOT_FOUND, LINK, and those of a call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_start_under(
    arena: *const libwasmer_arena_t,
    instance: libwasmer_handle_t,
    call_data: u64,
    interrupt: *const libwasmer_interrupt_t,
    code: *mut u32,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let start = |arena: &crate::runtime::Arena| {
        // SAFETY: the caller's promise.
        let interrupt = unsafe { ffi::borrow(interrupt, "interrupt")? };
        arena.under(interrupt.interrupt.clone(), || arena.wasi_start(instance, call_data))
    };
    // SAFETY: passed on.
    unsafe { get(arena, (code, "code"), error, start) }
}

/// Initializes a reactor: calls what an instance exports as `_initialize`, if it does, which is to be done
/// once and before anything else of it is called. A reactor that exits is LIBWASMER_STATUS_EXIT.
///
/// Statuses: BUSY, CLOSED, HANDLE, LINK, and those of a call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_initialize(
    arena: *const libwasmer_arena_t,
    instance: libwasmer_handle_t,
    call_data: u64,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        unsafe { self::arena(arena)? }.wasi_initialize(instance, call_data)
    })
}

/// As `libwasmer_wasi_initialize`, under an interrupt, whatever is set for the arena.
///
/// Statuses: BUSY, CLOSED, HANDLE, LINK, and those of a call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_initialize_under(
    arena: *const libwasmer_arena_t,
    instance: libwasmer_handle_t,
    call_data: u64,
    interrupt: *const libwasmer_interrupt_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (arena, interrupt) =
            unsafe { (self::arena(arena)?, ffi::borrow(interrupt, "interrupt")?) };
        arena.under(interrupt.interrupt.clone(), || arena.wasi_initialize(instance, call_data))
    })
}
