//! Globals.

use super::externtype::{wasm_externtype_t, wasm_globaltype_t};
use super::reference::{Body, Kind, Object, reference, wasm_global_t, wasm_ref_t};
use super::store::{store, wasm_store_t};
use super::val::wasm_val_t;
use super::valtype::kind;
use super::{attempt, fill};
use crate::ffi;
use crate::runtime::{ExternType, GlobalType, Result, Slot, Status};
use std::ptr::null_mut;

reference!(wasm_global_t if |body| matches!(body, Body::Object(Object { kind: Kind::Global, .. }));
    wasm_global_delete wasm_global_copy wasm_global_same wasm_global_get_host_info
    wasm_global_set_host_info wasm_global_set_host_info_with_finalizer;
    wasm_global_as_ref wasm_global_as_ref_const wasm_ref_as_global wasm_ref_as_global_const);

/// # Safety
/// NULL or a reference.
unsafe fn global<'a>(global: *const wasm_global_t) -> Result<&'a Object> {
    // SAFETY: passed on.
    unsafe { ffi::borrow(global, "global")? }.object("global", |kind| matches!(kind, Kind::Global))
}

fn ty(global: &Object) -> Result<GlobalType> {
    match global.store.arena().extern_type(global.handle()?)? {
        ExternType::Global(ty) => Ok(ty),
        other => Err(crate::runtime::Error::new(Status::Type, other.to_string())),
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_global_new(
    store: *mut wasm_store_t,
    ty: *const wasm_globaltype_t,
    value: *const wasm_val_t,
) -> *mut wasm_global_t {
    attempt(null_mut(), || {
        let mut slot = Slot::default();
        // SAFETY: the caller's promise.
        let (store, ty) = unsafe {
            let (store, mut ty) = (self::store(store)?, ffi::borrow(ty, "type")?.global()?);
            let value = ffi::borrow(value, "value")?;
            // As in Wasmer's library, on whose word programs rely: the kind is the value's. The type
            // that the global says of itself, and is linked by, is of that kind too.
            ty.kind = kind(value.kind)?;
            value.to_slot(ty.kind, &store, &mut slot)?;
            (store, ty)
        };
        let handle = store.arena().new_global(ty, slot)?;
        Ok(wasm_ref_t::into_raw(Object::make(&store, Kind::Global, handle)))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_global_type(global: *const wasm_global_t) -> *mut wasm_globaltype_t {
    attempt(null_mut(), || {
        // SAFETY: the caller's promise.
        wasm_externtype_t::into_raw(ExternType::Global(ty(unsafe { self::global(global)? })?))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_global_get(global: *const wasm_global_t, out: *mut wasm_val_t) {
    // SAFETY: the caller's promise.
    unsafe {
        fill(out, wasm_val_t::INIT, || {
            let global = self::global(global)?;
            let slot = global.store.arena().global_get(global.handle()?)?;
            let value = wasm_val_t::from_slot(ty(global)?.kind, &global.store, &slot);
            global.store.after_call();
            value
        });
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_global_set(global: *mut wasm_global_t, value: *const wasm_val_t) {
    attempt((), || {
        let mut slot = Slot::default();
        // SAFETY: the caller's promise.
        let global = unsafe {
            let (global, value) = (self::global(global)?, ffi::borrow(value, "value")?);
            value.to_slot(ty(global)?.kind, &global.store, &mut slot)?;
            global
        };
        let set = global.store.arena().global_set(global.handle()?, slot);
        global.store.after_call();
        set
    });
}
