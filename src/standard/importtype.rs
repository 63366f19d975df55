//! Imports of modules.

use super::attempt;
use super::externtype::{taken, wasm_externtype_t};
use super::vector::{Boxed, Owned, bytes, twin, vector, wasm_byte_vec_t};
use crate::extension::version::live::Live;
use crate::ffi;
use crate::runtime::{Result, module};
use std::ptr::{null, null_mut};

pub struct wasm_importtype_t {
    module: Owned<u8>,
    name: Owned<u8>,
    ty: Box<wasm_externtype_t>,
    _live: Live,
}

impl wasm_importtype_t {
    fn new(module: Owned<u8>, name: Owned<u8>, ty: Box<wasm_externtype_t>) -> Self {
        Self { module, name, ty, _live: Live::new() }
    }

    pub fn of(import: &module::Import) -> Result<*mut Self> {
        let module = Owned(bytes(import.module.as_bytes(), false)?);
        let name = Owned(bytes(import.name.as_bytes(), false)?);
        Ok(Box::into_raw(Box::new(Self::new(
            module,
            name,
            wasm_externtype_t::new(import.ty.clone())?,
        ))))
    }
}

impl Boxed for wasm_importtype_t {
    const NOUN: &'static str = "type";

    unsafe fn twin(&self) -> Result<Self> {
        // SAFETY: passed on.
        let (module, name) =
            unsafe { (self.module.0.copied("module")?, self.name.0.copied("name")?) };
        Ok(Self::new(Owned(module), Owned(name), wasm_externtype_t::new(self.ty.ty.clone())?))
    }
}

vector!(wasm_importtype_vec_t of *mut wasm_importtype_t: wasm_importtype_vec_new_empty
    wasm_importtype_vec_new_uninitialized wasm_importtype_vec_new wasm_importtype_vec_copy
    wasm_importtype_vec_delete);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_importtype_new(
    module: *mut wasm_byte_vec_t,
    name: *mut wasm_byte_vec_t,
    ty: *mut wasm_externtype_t,
) -> *mut wasm_importtype_t {
    attempt(null_mut(), || {
        // All three are taken over, also if one is wrong.
        // SAFETY: the caller's promise.
        let (module, name, ty) = unsafe {
            (
                wasm_byte_vec_t::taken(module, "module"),
                wasm_byte_vec_t::taken(name, "name"),
                taken(ty, "type"),
            )
        };
        Ok(Box::into_raw(Box::new(wasm_importtype_t::new(module?, name?, ty?))))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_importtype_delete(import: *mut wasm_importtype_t) {
    // SAFETY: the caller's promise.
    ffi::guard_or((), || drop(unsafe { ffi::owned(import) }));
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_importtype_copy(
    import: *const wasm_importtype_t,
) -> *mut wasm_importtype_t {
    // SAFETY: the caller's promise.
    attempt(null_mut(), || unsafe { twin(import) })
}

unsafe fn part<T>(
    import: *const wasm_importtype_t,
    get: impl FnOnce(&wasm_importtype_t) -> *const T,
) -> *const T {
    // SAFETY: the caller's promise.
    attempt(null(), || Ok(get(unsafe { ffi::borrow(import, "type")? })))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_importtype_module(
    import: *const wasm_importtype_t,
) -> *const wasm_byte_vec_t {
    // SAFETY: passed on.
    unsafe { part(import, |import| &import.module.0) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_importtype_name(
    import: *const wasm_importtype_t,
) -> *const wasm_byte_vec_t {
    // SAFETY: passed on.
    unsafe { part(import, |import| &import.name.0) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_importtype_type(
    import: *const wasm_importtype_t,
) -> *const wasm_externtype_t {
    // SAFETY: passed on.
    unsafe { part(import, |import| &*import.ty) }
}
