//! Modules from and to files.

use super::engine::libwasmer_engine_t;
use super::error::libwasmer_error_t;
use super::interrupt::libwasmer_interrupt_t;
use super::module::libwasmer_module_t;
use crate::ffi;
use crate::runtime::{Engine, Error, Module, Result, Status};
use std::ffi::c_char;
use std::path::Path;

/// # Safety
/// As for `ffi::bytes`.
unsafe fn path<'a>(path: *const c_char, size: usize) -> Result<&'a Path> {
    // SAFETY: passed on.
    let bytes = unsafe { ffi::bytes(path.cast(), size, "path")? };
    if bytes.is_empty() || bytes.contains(&0) {
        return Err(Error::new(Status::InvalidArgument, "path: it is empty, or a NUL is in it"));
    }
    #[cfg(unix)]
    return Ok(Path::new(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes)));
    #[cfg(not(unix))]
    return Ok(Path::new(ffi::utf8(bytes, "path")?));
}

unsafe fn load(
    engine: *const libwasmer_engine_t,
    (file, size): (*const c_char, usize),
    module: *mut *mut libwasmer_module_t,
    error: *mut *mut libwasmer_error_t,
    by: impl FnOnce(&Engine, &Path) -> Result<Module>,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (engine, path, write) = unsafe {
            (ffi::borrow(engine, "engine")?, path(file, size)?, ffi::write(module, "module")?)
        };
        write(libwasmer_module_t::into_raw(by(&engine.engine, path)?));
        Ok(())
    })
}

/// Compiles a file of WebAssembly, binary or text, as `libwasmer_module_new` does. Errors name the
/// file: LIBWASMER_STATUS_NOT_FOUND if there is none, LIBWASMER_STATUS_FILE if it cannot be read.
///
/// Statuses: NOT_FOUND, FILE, OUT_OF_MEMORY, and those of compiling.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_module_new_from_file(
    engine: *const libwasmer_engine_t,
    path: *const c_char,
    path_size: usize,
    module: *mut *mut libwasmer_module_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let compile = |engine: &Engine, path: &Path| Module::from_file(engine, path, None);
    // SAFETY: passed on.
    unsafe { load(engine, (path, path_size), module, error, compile) }
}

/// As `libwasmer_module_new_from_file`, ended as `libwasmer_module_new_under` is.
///
/// Statuses: NOT_FOUND, FILE, OUT_OF_MEMORY, INTERRUPTED, and those of compiling.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_module_new_from_file_under(
    engine: *const libwasmer_engine_t,
    path: *const c_char,
    path_size: usize,
    interrupt: *const libwasmer_interrupt_t,
    module: *mut *mut libwasmer_module_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let compile = |engine: &Engine, path: &Path| {
        // SAFETY: the caller's promise.
        let interrupt = unsafe { ffi::borrow(interrupt, "interrupt")? };
        Module::from_file(engine, path, Some(&interrupt.interrupt))
    };
    // SAFETY: passed on.
    unsafe { load(engine, (path, path_size), module, error, compile) }
}

/// Writes a module to a file, as `libwasmer_module_serialize` gives it. What was there before is replaced
/// as a whole or, if this fails, left as it is: the file is written under another name in the same
/// directory and renamed. LIBWASMER_STATUS_FILE or LIBWASMER_STATUS_NOT_FOUND if it cannot be written.
///
/// Statuses: SERIALIZE, NOT_FOUND, FILE, OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_module_serialize_to_file(
    module: *const libwasmer_module_t,
    path: *const c_char,
    path_size: usize,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (module, path) =
            unsafe { (ffi::borrow(module, "module")?, self::path(path, path_size)?) };
        module.module.serialize_to_file(path)
    })
}

/// Loads a file that `libwasmer_module_serialize_to_file` wrote, as `libwasmer_module_deserialize` does.
/// Errors name the file: LIBWASMER_STATUS_NOT_FOUND if there is none, LIBWASMER_STATUS_FILE if it cannot be read.
///
/// Statuses: NOT_FOUND, FILE, OUT_OF_MEMORY, DESERIALIZE, UNSUPPORTED, LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_module_deserialize_file(
    engine: *const libwasmer_engine_t,
    path: *const c_char,
    path_size: usize,
    module: *mut *mut libwasmer_module_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: passed on.
    unsafe { load(engine, (path, path_size), module, error, Module::deserialize_file) }
}
