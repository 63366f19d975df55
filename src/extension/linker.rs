//! Linking by name.

use super::arena::{arena, libwasmer_arena_t, libwasmer_handle_t};
use super::error::libwasmer_error_t;
use super::func::{self, libwasmer_callback_t, libwasmer_finalizer_t};
use super::interrupt::libwasmer_interrupt_t;
use super::module::libwasmer_module_t;
use super::version::live::Live;
use crate::ffi::{self, Env};
use crate::runtime::{Linker, Result, Status};
use std::ffi::{c_char, c_void};

/// Names of modules and in them, and what they stand for: objects of an arena, and host functions for
/// any arena. Safe to use from any thread. It keeps no arena open: an object of one that was freed, or of
/// another one than is asked for, is an error where it is used.
pub struct libwasmer_linker_t {
    linker: Linker,
    _live: Live,
}

unsafe fn linker<'a>(linker: *const libwasmer_linker_t) -> Result<&'a Linker> {
    // SAFETY: passed on.
    unsafe { Ok(&ffi::borrow(linker, "linker")?.linker) }
}

/// Makes a linker without names. NULL only if memory is out.
#[unsafe(no_mangle)]
pub extern "C" fn libwasmer_linker_new() -> *mut libwasmer_linker_t {
    ffi::guard_or(std::ptr::null_mut(), || {
        Box::into_raw(Box::new(libwasmer_linker_t {
            linker: Linker::default(),
            _live: Live::new(),
        }))
    })
}

/// Frees a linker. NULL is allowed. Instances that were made with it are not touched; they keep the host
/// functions that they import.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_linker_delete(linker: *mut libwasmer_linker_t) {
    // SAFETY: the caller's promise.
    ffi::guard_or((), || drop(unsafe { ffi::owned(linker) }));
}

/// Whether a name may be defined again, in place of what it stood for. It may not at first.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_linker_allow_shadowing(
    linker: *const libwasmer_linker_t,
    on: bool,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        unsafe { self::linker(linker)? }.allow_shadowing(on);
        Ok(())
    })
}

/// Defines a name as an object of an arena: a function, memory, global, table or tag.
/// LIBWASMER_STATUS_INVALID_ARGUMENT if the name is defined already, LIBWASMER_STATUS_HANDLE for 0.
///
/// Statuses: INVALID_UTF8, HANDLE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_linker_define(
    linker: *const libwasmer_linker_t,
    module_name: *const c_char,
    module_name_size: usize,
    name: *const c_char,
    name_size: usize,
    handle: libwasmer_handle_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (linker, module, name) = unsafe {
            (
                self::linker(linker)?,
                ffi::text(module_name, module_name_size, "module_name")?,
                ffi::text(name, name_size, "name")?,
            )
        };
        linker.define(module, name, handle)
    })
}

/// Defines a name as a host function, which is made as by `libwasmer_func_new` in each arena whose
/// instances import it. The finalizer gets `env` once, when the linker and all these arenas are gone, or the
/// name is defined anew; also if this fails. LIBWASMER_STATUS_INVALID_ARGUMENT if the name is defined
/// already.
///
/// Statuses: INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_linker_define_func(
    linker: *const libwasmer_linker_t,
    module_name: *const c_char,
    module_name_size: usize,
    name: *const c_char,
    name_size: usize,
    params: *const u8,
    param_count: usize,
    results: *const u8,
    result_count: usize,
    callback: libwasmer_callback_t,
    env: *mut c_void,
    finalizer: libwasmer_finalizer_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let env = Env { pointer: env, finalizer };
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (linker, module, name, host) = unsafe {
            (
                self::linker(linker)?,
                ffi::text(module_name, module_name_size, "module_name")?,
                ffi::text(name, name_size, "name")?,
                func::host((params, param_count, results, result_count), callback, env)?,
            )
        };
        linker.define_host(module, name, host)
    })
}

/// Defines all exports of an instance under the name of a module. LIBWASMER_STATUS_INVALID_ARGUMENT if
/// one of these names is defined already; then none is.
///
/// Statuses: BUSY, CLOSED, HANDLE, INVALID_UTF8, UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_linker_define_instance(
    linker: *const libwasmer_linker_t,
    arena: *const libwasmer_arena_t,
    module_name: *const c_char,
    module_name_size: usize,
    instance: libwasmer_handle_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (linker, arena, module) = unsafe {
            (
                self::linker(linker)?,
                self::arena(arena)?,
                ffi::text(module_name, module_name_size, "module_name")?,
            )
        };
        linker.define_instance(arena, module, instance)
    })
}

/// What a name stands for in an arena. LIBWASMER_STATUS_NOT_FOUND if it is not defined,
/// LIBWASMER_STATUS_HANDLE if it is an object of another arena.
///
/// Statuses: BUSY, CLOSED, HANDLE, INVALID_UTF8, NOT_FOUND.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_linker_get(
    linker: *const libwasmer_linker_t,
    arena: *const libwasmer_arena_t,
    module_name: *const c_char,
    module_name_size: usize,
    name: *const c_char,
    name_size: usize,
    handle: *mut libwasmer_handle_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (linker, arena, module, name, write) = unsafe {
            (
                self::linker(linker)?,
                self::arena(arena)?,
                ffi::text(module_name, module_name_size, "module_name")?,
                ffi::text(name, name_size, "name")?,
                ffi::write(handle, "handle")?,
            )
        };
        write(linker.get(arena, module, name)?);
        Ok(())
    })
}

/// Makes an instance, as `libwasmer_instance_new` does, with what the linker knows its imports by.
/// LIBWASMER_STATUS_LINK names all that are not defined, or do not fit, in one error.
///
/// Statuses: BUSY, CLOSED, HANDLE, LINK, and those of a call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_linker_instantiate(
    linker: *const libwasmer_linker_t,
    arena: *const libwasmer_arena_t,
    module: *const libwasmer_module_t,
    call_data: u64,
    instance: *mut libwasmer_handle_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (linker, arena, module, write) = unsafe {
            (
                self::linker(linker)?,
                self::arena(arena)?,
                ffi::borrow(module, "module")?,
                ffi::write(instance, "instance")?,
            )
        };
        write(linker.instantiate(arena, &module.module, call_data)?);
        Ok(())
    })
}

/// As `libwasmer_linker_instantiate`, with the start function called under an interrupt, whatever is set
/// for the arena.
///
/// Statuses: BUSY, CLOSED, HANDLE, LINK, and those of a call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_linker_instantiate_under(
    linker: *const libwasmer_linker_t,
    arena: *const libwasmer_arena_t,
    module: *const libwasmer_module_t,
    call_data: u64,
    interrupt: *const libwasmer_interrupt_t,
    instance: *mut libwasmer_handle_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (linker, arena, module, interrupt, write) = unsafe {
            (
                self::linker(linker)?,
                self::arena(arena)?,
                ffi::borrow(module, "module")?,
                ffi::borrow(interrupt, "interrupt")?,
                ffi::write(instance, "instance")?,
            )
        };
        let work = || linker.instantiate(arena, &module.module, call_data);
        write(arena.under(interrupt.interrupt.clone(), work)?);
        Ok(())
    })
}
