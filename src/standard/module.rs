//! Modules.

use super::exporttype::{wasm_exporttype_t, wasm_exporttype_vec_t};
use super::importtype::{wasm_importtype_t, wasm_importtype_vec_t};
use super::reference::{Body, reference, wasm_module_t, wasm_ref_t};
use super::store::{store, wasm_store_t};
use super::vector::{Owned, bytes, wasm_byte_vec_t};
use super::{attempt, fill};
use crate::extension::version::live::Live;
use crate::ffi;
use crate::runtime::{Engine, Error, Module, Result, Status};
use std::ptr::null_mut;
use std::sync::{Mutex, PoisonError};

pub struct Code {
    pub module: Module,
    /// The name that the program gave it, in place of the one in the module.
    name: Mutex<Option<String>>,
}

impl Code {
    pub fn name(&self) -> Option<String> {
        let given = self.name.lock().unwrap_or_else(PoisonError::into_inner).clone();
        given.or_else(|| self.module.name().map(str::to_owned))
    }

    pub fn set_name(&self, name: String) {
        *self.name.lock().unwrap_or_else(PoisonError::into_inner) = Some(name);
    }
}

/// `wasm_shared_module_t`.
pub struct wasm_shared_module_t {
    module: Module,
    _live: Live,
}

/// Hands a module to C.
pub fn into_raw(module: Module) -> *mut wasm_module_t {
    wasm_ref_t::into_raw(wasm_ref_t::new(Body::Module(Code { module, name: Mutex::new(None) })))
}

/// # Safety
/// NULL or a reference.
pub unsafe fn code<'a>(module: *const wasm_module_t) -> Result<&'a Code> {
    // SAFETY: passed on.
    let reference = unsafe { ffi::borrow(module, "module")? };
    match &reference.body {
        Body::Module(code) => Ok(code),
        _ => Err(reference.wrong("module")),
    }
}

/// The bytes of a module in WebAssembly's binary format. Text goes through `wat2wasm`.
///
/// # Safety
/// NULL or a vector of the caller's.
pub unsafe fn binary<'a>(vector: *const wasm_byte_vec_t) -> Result<&'a [u8]> {
    // SAFETY: passed on.
    let bytes = unsafe { ffi::borrow(vector, "binary")?.elements("binary")? };
    if bytes.starts_with(b"\0asm") {
        return Ok(bytes);
    }
    Err(Error::new(
        Status::InvalidModule,
        format!(
            "module of {} bytes: WebAssembly's binary format expected, which begins with \\0asm; \
             wat2wasm makes it of text",
            bytes.len()
        ),
    ))
}

reference!(wasm_module_t if |body| matches!(body, Body::Module(_));
    wasm_module_delete wasm_module_copy wasm_module_same wasm_module_get_host_info
    wasm_module_set_host_info wasm_module_set_host_info_with_finalizer;
    wasm_module_as_ref wasm_module_as_ref_const wasm_ref_as_module wasm_ref_as_module_const);

unsafe fn make(
    store: *mut wasm_store_t,
    by: impl FnOnce(&Engine) -> Result<Module>,
) -> *mut wasm_module_t {
    // SAFETY: the caller's promise.
    attempt(null_mut(), || Ok(into_raw(by(&unsafe { self::store(store)? }.engine)?)))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_module_new(
    store: *mut wasm_store_t,
    binary: *const wasm_byte_vec_t,
) -> *mut wasm_module_t {
    // SAFETY: the caller's promise.
    unsafe { make(store, |engine| Module::new(engine, self::binary(binary)?)) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_module_validate(
    store: *mut wasm_store_t,
    binary: *const wasm_byte_vec_t,
) -> bool {
    attempt(false, || {
        // SAFETY: the caller's promise.
        let (store, bytes) = unsafe { (self::store(store)?, self::binary(binary)?) };
        Module::validate(&store.engine, bytes)?;
        Ok(true)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_module_imports(
    module: *const wasm_module_t,
    out: *mut wasm_importtype_vec_t,
) {
    // SAFETY: the caller's promise.
    unsafe {
        fill(out, wasm_importtype_vec_t::EMPTY, || {
            let imports = code(module)?.module.imports();
            let vector = Owned(wasm_importtype_vec_t::zeros(imports.len())?);
            for (place, import) in imports.iter().enumerate() {
                vector.0.data.add(place).write(wasm_importtype_t::of(import)?);
            }
            Ok(vector.release())
        });
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_module_exports(
    module: *const wasm_module_t,
    out: *mut wasm_exporttype_vec_t,
) {
    // SAFETY: the caller's promise.
    unsafe {
        fill(out, wasm_exporttype_vec_t::EMPTY, || {
            let exports = code(module)?.module.exports();
            let vector = Owned(wasm_exporttype_vec_t::zeros(exports.len())?);
            for (place, export) in exports.iter().enumerate() {
                vector.0.data.add(place).write(wasm_exporttype_t::of(export)?);
            }
            Ok(vector.release())
        });
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_module_serialize(
    module: *const wasm_module_t,
    out: *mut wasm_byte_vec_t,
) {
    // SAFETY: the caller's promise.
    unsafe {
        fill(out, wasm_byte_vec_t::EMPTY, || bytes(&code(module)?.module.serialize()?, false));
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_module_deserialize(
    store: *mut wasm_store_t,
    serialized: *const wasm_byte_vec_t,
) -> *mut wasm_module_t {
    // SAFETY: the caller's promise.
    unsafe {
        make(store, |engine| {
            let bytes = ffi::borrow(serialized, "serialized")?.elements("serialized")?;
            Module::deserialize(engine, bytes)
        })
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_module_share(
    module: *const wasm_module_t,
) -> *mut wasm_shared_module_t {
    attempt(null_mut(), || {
        // SAFETY: the caller's promise.
        let module = unsafe { code(module)? }.module.clone();
        Ok(Box::into_raw(Box::new(wasm_shared_module_t { module, _live: Live::new() })))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_module_obtain(
    store: *mut wasm_store_t,
    shared: *const wasm_shared_module_t,
) -> *mut wasm_module_t {
    attempt(null_mut(), || {
        // SAFETY: the caller's promise.
        let shared = unsafe {
            self::store(store)?;
            ffi::borrow(shared, "shared")?
        };
        Ok(into_raw(shared.module.clone()))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_shared_module_delete(shared: *mut wasm_shared_module_t) {
    // SAFETY: the caller's promise.
    ffi::guard_or((), || drop(unsafe { ffi::owned(shared) }));
}
