//! Modules.

use super::bytes::{libwasmer_bytes_t, libwasmer_view_t};
use super::engine::libwasmer_engine_t;
use super::error::libwasmer_error_t;
use super::externtype::{libwasmer_externtype_t, libwasmer_item_t};
use super::interrupt::libwasmer_interrupt_t;
use super::version::live::Live;
use crate::ffi;
use crate::runtime::{Compiler, Engine, Error, Module, Result, Status, workers};
use std::ffi::c_char;

/// Compiled code. Safe to use from any thread. Arenas keep the code of their instances, so a module
/// may be freed before them.
pub struct libwasmer_module_t {
    pub(super) module: Module,
    _live: Live,
}

impl libwasmer_module_t {
    pub(super) fn into_raw(module: Module) -> *mut Self {
        Box::into_raw(Box::new(Self { module, _live: Live::new() }))
    }
}

unsafe fn make(
    engine: *const libwasmer_engine_t,
    bytes: *const u8,
    size: usize,
    module: *mut *mut libwasmer_module_t,
    error: *mut *mut libwasmer_error_t,
    by: impl FnOnce(&Engine, &[u8]) -> Result<Module>,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (engine, bytes, write) = unsafe {
            (
                ffi::borrow(engine, "engine")?,
                ffi::bytes(bytes, size, "bytes")?,
                ffi::write(module, "module")?,
            )
        };
        write(libwasmer_module_t::into_raw(by(&engine.engine, bytes)?));
        Ok(())
    })
}

/// Compiles WebAssembly, binary or text. What Singlepass does not support is compiled by Cranelift.
///
/// Statuses: those of compiling.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_module_new(
    engine: *const libwasmer_engine_t,
    bytes: *const u8,
    size: usize,
    module: *mut *mut libwasmer_module_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: passed on.
    unsafe { make(engine, bytes, size, module, error, Module::new) }
}

/// As `libwasmer_module_new`, ended with LIBWASMER_STATUS_INTERRUPTED when the interrupt is fired. It
/// returns within milliseconds, whatever the bytes are. What goes on then ends by itself, with the
/// functions that are being compiled; `libwasmer_abandoned_compilations` counts it until it has. The
/// bytes are copied, so they need not outlive the call.
///
/// Statuses: INTERRUPTED, and those of compiling.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_module_new_under(
    engine: *const libwasmer_engine_t,
    bytes: *const u8,
    size: usize,
    interrupt: *const libwasmer_interrupt_t,
    module: *mut *mut libwasmer_module_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let compile = |engine: &Engine, bytes: &[u8]| {
        // SAFETY: the caller's promise.
        let interrupt = unsafe { ffi::borrow(interrupt, "interrupt")? };
        Module::new_under(engine, bytes, Some(&interrupt.interrupt))
    };
    // SAFETY: passed on.
    unsafe { make(engine, bytes, size, module, error, compile) }
}

/// The number of compilations that were interrupted and have not ended yet. With 64 of them
/// `libwasmer_module_new_under` gives LIBWASMER_STATUS_LIMIT. How long they may take is bounded by the
/// quotas LIBWASMER_QUOTA_FUNCTION_COST and LIBWASMER_QUOTA_MODULE_COST.
#[unsafe(no_mangle)]
pub extern "C" fn libwasmer_abandoned_compilations() -> usize {
    workers::abandoned()
}

/// Checks WebAssembly, binary or text, without compiling it. LIBWASMER_STATUS_OK if it is valid.
///
/// Statuses: INVALID_MODULE, LINK, LIMIT, UNSUPPORTED, DEPTH.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_module_validate(
    engine: *const libwasmer_engine_t,
    bytes: *const u8,
    size: usize,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (engine, bytes) =
            unsafe { (ffi::borrow(engine, "engine")?, ffi::bytes(bytes, size, "bytes")?) };
        Module::validate(&engine.engine, bytes)
    })
}

/// Gives the bytes from which `libwasmer_module_deserialize` makes the module again, in a library
/// of the same version, without compiling.
///
/// Statuses: SERIALIZE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_module_serialize(
    module: *const libwasmer_module_t,
    bytes: *mut *mut libwasmer_bytes_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (module, write) =
            unsafe { (ffi::borrow(module, "module")?, ffi::write(bytes, "bytes")?) };
        write(libwasmer_bytes_t::into_raw(module.module.serialize()?));
        Ok(())
    })
}

/// Loads what `libwasmer_module_serialize` gave. Damage is found by a digest and is an error; who
/// can forge the bytes can run any code, so load only what you wrote. Metering is part of the code: an engine
/// with metering refuses a module that was compiled without (LIBWASMER_STATUS_DESERIALIZE), and one
/// that was compiled with it pays as it was compiled to, whatever the engine says.
///
/// Statuses: DESERIALIZE, UNSUPPORTED, LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_module_deserialize(
    engine: *const libwasmer_engine_t,
    bytes: *const u8,
    size: usize,
    module: *mut *mut libwasmer_module_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: passed on.
    unsafe { make(engine, bytes, size, module, error, Module::deserialize) }
}

/// Frees a module. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_module_delete(module: *mut libwasmer_module_t) {
    // SAFETY: the caller's promise.
    ffi::guard_or((), || drop(unsafe { ffi::owned(module) }));
}

fn read<R>(module: *const libwasmer_module_t, nothing: R, get: impl FnOnce(&Module) -> R) -> R {
    // SAFETY: the caller's promise.
    match unsafe { ffi::borrow(module, "module") } {
        Ok(object) => get(&object.module),
        Err(_) => nothing,
    }
}

/// The compiler whose code a module is; Cranelift for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_module_compiler(module: *const libwasmer_module_t) -> Compiler {
    read(module, Compiler::Cranelift, Module::compiler)
}

/// The name in a module's name section, empty if there is none. It lives as long as the module.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_module_name(
    module: *const libwasmer_module_t,
) -> libwasmer_view_t {
    read(module, libwasmer_view_t::EMPTY, |module| {
        libwasmer_view_t::of(module.name().unwrap_or_default().as_bytes())
    })
}

/// Number of imports; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_module_import_count(module: *const libwasmer_module_t) -> usize {
    read(module, 0, |module| module.imports().len())
}

/// Number of exports; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_module_export_count(module: *const libwasmer_module_t) -> usize {
    read(module, 0, |module| module.exports().len())
}

fn none(what: &str, number: usize, count: usize) -> Error {
    Error::new(Status::NotFound, format!("module has no {what} {number}, it has {count}"))
}

/// Describes the import with a number, counted from 0 in the order of the module.
///
/// Statuses: NOT_FOUND.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_module_import(
    module: *const libwasmer_module_t,
    number: usize,
    import: *mut libwasmer_item_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (object, write) =
            unsafe { (ffi::borrow(module, "module")?, ffi::write(import, "import")?) };
        let imports = object.module.imports();
        let found = imports.get(number).ok_or_else(|| none("import", number, imports.len()))?;
        write(libwasmer_item_t {
            module: libwasmer_view_t::of(found.module.as_bytes()),
            name: libwasmer_view_t::of(found.name.as_bytes()),
            ty: libwasmer_externtype_t::of(&found.ty),
        });
        Ok(())
    })
}

/// Describes the export with a number, counted from 0 in the order of the module.
///
/// Statuses: NOT_FOUND.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_module_export(
    module: *const libwasmer_module_t,
    number: usize,
    export: *mut libwasmer_item_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (object, write) =
            unsafe { (ffi::borrow(module, "module")?, ffi::write(export, "export")?) };
        let exports = object.module.exports();
        let found = exports.get(number).ok_or_else(|| none("export", number, exports.len()))?;
        write(libwasmer_item_t {
            module: libwasmer_view_t::EMPTY,
            name: libwasmer_view_t::of(found.name.as_bytes()),
            ty: libwasmer_externtype_t::of(&found.ty),
        });
        Ok(())
    })
}

/// The contents of the custom section of a name, the last one if there are several.
/// LIBWASMER_STATUS_NOT_FOUND if there is none. The view lives as long as the module.
///
/// Statuses: INVALID_UTF8, NOT_FOUND.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_module_custom_section(
    module: *const libwasmer_module_t,
    name: *const c_char,
    name_size: usize,
    contents: *mut libwasmer_view_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (object, name, write) = unsafe {
            (
                ffi::borrow(module, "module")?,
                ffi::text(name, name_size, "name")?,
                ffi::write(contents, "contents")?,
            )
        };
        let found = object.module.custom_section(name).ok_or_else(|| {
            Error::new(Status::NotFound, format!("module has no custom section {name:?}"))
        })?;
        write(libwasmer_view_t::of(found));
        Ok(())
    })
}
