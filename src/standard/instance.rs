//! Instances.

use super::externs::{self, wasm_extern_vec_t};
use super::fill;
use super::module::code;
use super::reference::{
    Body, Kind, Object, reference, wasm_instance_t, wasm_module_t, wasm_ref_t, wasm_trap_t,
};
use super::store::{of_another_store, store, wasm_store_t};
use super::trap::trapping;
use super::vector::Owned;
use crate::ffi;
use crate::runtime::{ExternType, Handle, Result};
use std::ptr::null_mut;
use std::sync::Arc;

reference!(wasm_instance_t if |body| matches!(
        body, Body::Object(Object { kind: Kind::Instance, .. })
    );
    wasm_instance_delete wasm_instance_copy wasm_instance_same wasm_instance_get_host_info
    wasm_instance_set_host_info wasm_instance_set_host_info_with_finalizer;
    wasm_instance_as_ref wasm_instance_as_ref_const
    wasm_ref_as_instance wasm_ref_as_instance_const);

/// # Safety
/// NULL or a reference.
pub unsafe fn object<'a>(instance: *const wasm_instance_t) -> Result<&'a Object> {
    // SAFETY: passed on.
    unsafe { ffi::borrow(instance, "instance")? }
        .object("instance", |kind| matches!(kind, Kind::Instance))
}

/// The handles of what is given for the imports. An element that is NULL is a missing import, which
/// the runtime names.
unsafe fn handles(
    imports: *const wasm_extern_vec_t,
    store: &Arc<wasm_store_t>,
) -> Result<Vec<Handle>> {
    if imports.is_null() {
        return Ok(Vec::new());
    }
    // SAFETY: passed on.
    let imports = unsafe { ffi::borrow(imports, "imports")?.elements("imports")? };
    let mut handles = Vec::with_capacity(imports.len());
    for (place, &import) in imports.iter().enumerate() {
        if import.is_null() {
            handles.push(0);
            continue;
        }
        // SAFETY: the caller's promise.
        let object = unsafe { externs::object(import)? };
        if !Arc::ptr_eq(&object.store, store) {
            return Err(of_another_store(&format!("import {place}")));
        }
        handles.push(object.handle()?);
    }
    Ok(handles)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_instance_new(
    store: *mut wasm_store_t,
    module: *const wasm_module_t,
    imports: *const wasm_extern_vec_t,
    trap: *mut *mut wasm_trap_t,
) -> *mut wasm_instance_t {
    let mut instance = null_mut();
    let failed = trapping(|| {
        // SAFETY: the caller's promise.
        let (store, module, imports) = unsafe {
            let store = self::store(store)?;
            let imports = handles(imports, &store)?;
            (store, &code(module)?.module, imports)
        };
        store.collect();
        let handle = store.arena().instantiate(module, &imports, 0)?;
        instance = wasm_ref_t::into_raw(Object::make(&store, Kind::Instance, handle));
        Ok(())
    });
    if trap.is_null() {
        // SAFETY: just made, or NULL.
        unsafe { super::reference::delete(failed) };
    } else {
        // SAFETY: the caller passes NULL or a place to write to.
        unsafe { trap.write(failed) };
    }
    instance
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_instance_exports(
    instance: *const wasm_instance_t,
    out: *mut wasm_extern_vec_t,
) {
    let exports = || {
        // SAFETY: the caller's promise.
        let instance = unsafe { object(instance)? };
        let (store, handle) = (&instance.store, instance.handle()?);
        let module = store.arena().module(handle)?;
        let vector = Owned(wasm_extern_vec_t::zeros(module.exports().len())?);
        for (place, export) in module.exports().iter().enumerate() {
            let handle = store.arena().export(handle, place)?;
            let kind = match export.ty {
                ExternType::Func(_) => Kind::func(store.arena().signature(handle)?),
                ExternType::Global(_) => Kind::Global,
                ExternType::Table { .. } => Kind::Table,
                ExternType::Memory { .. } => Kind::Memory,
                ExternType::Tag(_) => Kind::Tag,
            };
            let object = wasm_ref_t::into_raw(Object::make(store, kind, handle));
            // SAFETY: as many as there are exports.
            unsafe { vector.0.data.add(place).write(object) };
        }
        Ok(vector.release())
    };
    // SAFETY: the caller's promise.
    unsafe { fill(out, wasm_extern_vec_t::EMPTY, exports) };
}
