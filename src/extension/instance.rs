//! Instances.

use super::arena::{arena, get, kind, libwasmer_arena_t, libwasmer_handle_t};
use super::error::libwasmer_error_t;
use super::externtype::libwasmer_externkind_t;
use super::interrupt::libwasmer_interrupt_t;
use super::module::libwasmer_module_t;
use crate::ffi;
use crate::runtime::Status;
use std::ffi::c_char;

/// Makes an instance of a module in an arena and runs its start function. `imports` holds a handle
/// for each import, in the order of the module; all that are missing or do not fit are named in one
/// error. `call_data` is handed to host functions that the start function calls.
///
/// Statuses: BUSY, CLOSED, HANDLE, LINK, and those of a call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_instance_new(
    arena: *const libwasmer_arena_t,
    module: *const libwasmer_module_t,
    imports: *const libwasmer_handle_t,
    import_count: usize,
    call_data: u64,
    instance: *mut libwasmer_handle_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (arena, module, imports, write) = unsafe {
            (
                self::arena(arena)?,
                ffi::borrow(module, "module")?,
                ffi::handles(imports, import_count, "imports")?,
                ffi::write(instance, "instance")?,
            )
        };
        write(arena.instantiate(&module.module, imports, call_data)?);
        Ok(())
    })
}

/// As `libwasmer_instance_new`, with the start function called under an interrupt, whatever is set
/// for the arena.
///
/// Statuses: BUSY, CLOSED, HANDLE, LINK, and those of a call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_instance_new_under(
    arena: *const libwasmer_arena_t,
    module: *const libwasmer_module_t,
    imports: *const libwasmer_handle_t,
    import_count: usize,
    call_data: u64,
    interrupt: *const libwasmer_interrupt_t,
    instance: *mut libwasmer_handle_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (arena, module, imports, interrupt, write) = unsafe {
            (
                self::arena(arena)?,
                ffi::borrow(module, "module")?,
                ffi::handles(imports, import_count, "imports")?,
                ffi::borrow(interrupt, "interrupt")?,
                ffi::write(instance, "instance")?,
            )
        };
        let work = || arena.instantiate(&module.module, imports, call_data);
        write(arena.under(interrupt.interrupt.clone(), work)?);
        Ok(())
    })
}

/// The export with a number, counted from 0 in the order of the module.
///
/// Statuses: BUSY, CLOSED, HANDLE, NOT_FOUND, UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_instance_export_at(
    arena: *const libwasmer_arena_t,
    instance: libwasmer_handle_t,
    number: usize,
    export: *mut libwasmer_handle_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: passed on.
    unsafe { get(arena, (export, "export"), error, |arena| arena.export(instance, number)) }
}

/// The export with a name, and its kind. `kind_out` may be NULL. LIBWASMER_STATUS_NOT_FOUND if
/// there is none.
///
/// Statuses: BUSY, CLOSED, HANDLE, INVALID_UTF8, NOT_FOUND, UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_instance_export(
    arena: *const libwasmer_arena_t,
    instance: libwasmer_handle_t,
    name: *const c_char,
    name_size: usize,
    kind_out: *mut libwasmer_externkind_t,
    export: *mut libwasmer_handle_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (arena, name, write) = unsafe {
            (
                self::arena(arena)?,
                ffi::text(name, name_size, "name")?,
                ffi::write(export, "export")?,
            )
        };
        let (_, handle) = arena.export_by_name(instance, name)?;
        if !kind_out.is_null() {
            // SAFETY: the caller's promise.
            unsafe { ffi::write(kind_out, "kind_out")?(kind(arena, handle)?) };
        }
        write(handle);
        Ok(())
    })
}

/// The points that an instance of a metered module has left, and whether it trapped because they did
/// not suffice. LIBWASMER_STATUS_UNSUPPORTED if its module was compiled without metering.
///
/// Statuses: BUSY, CLOSED, HANDLE, UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_instance_points(
    arena: *const libwasmer_arena_t,
    instance: libwasmer_handle_t,
    remaining: *mut u64,
    exhausted: *mut bool,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (arena, write_remaining, write_exhausted) = unsafe {
            (
                self::arena(arena)?,
                ffi::write(remaining, "remaining")?,
                ffi::write(exhausted, "exhausted")?,
            )
        };
        let points = arena.points(instance)?;
        write_remaining(points.remaining);
        write_exhausted(points.exhausted);
        Ok(())
    })
}

/// Adds to the points that an instance has left, and forgets that they did not suffice.
///
/// Statuses: BUSY, CLOSED, HANDLE, UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_instance_add_points(
    arena: *const libwasmer_arena_t,
    instance: libwasmer_handle_t,
    more: u64,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        unsafe { self::arena(arena)? }.add_points(instance, more)
    })
}

/// Sets the points that an instance has left, and forgets that they did not suffice.
///
/// Statuses: BUSY, CLOSED, HANDLE, UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_instance_set_points(
    arena: *const libwasmer_arena_t,
    instance: libwasmer_handle_t,
    remaining: u64,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        unsafe { self::arena(arena)? }.set_points(instance, remaining)
    })
}
