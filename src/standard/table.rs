//! Tables. Sizes and indices are in elements.

use super::attempt;
use super::externtype::{wasm_externtype_t, wasm_tabletype_t};
use super::reference::{Body, Kind, Object, reference, wasm_ref_t, wasm_table_t};
use super::store::{store, wasm_store_t};
use super::val::{lift, lower};
use crate::ffi;
use crate::runtime::{Error, ExternType, Handle, Result, Status, ValueKind};
use std::ptr::null_mut;

reference!(wasm_table_t if |body| matches!(body, Body::Object(Object { kind: Kind::Table, .. }));
    wasm_table_delete wasm_table_copy wasm_table_same wasm_table_get_host_info
    wasm_table_set_host_info wasm_table_set_host_info_with_finalizer;
    wasm_table_as_ref wasm_table_as_ref_const wasm_ref_as_table wasm_ref_as_table_const);

/// # Safety
/// NULL or a reference.
unsafe fn table<'a>(table: *const wasm_table_t) -> Result<&'a Object> {
    // SAFETY: passed on.
    unsafe { ffi::borrow(table, "table")? }.object("table", |kind| matches!(kind, Kind::Table))
}

fn ty(table: &Object) -> Result<(ExternType, ValueKind)> {
    match table.store.arena().extern_type(table.handle()?)? {
        ty @ ExternType::Table { element, .. } => Ok((ty, element)),
        other => Err(Error::new(Status::Type, other.to_string())),
    }
}

/// The element that a reference is, by the table's type.
unsafe fn element(table: &Object, reference: *const wasm_ref_t) -> Result<Handle> {
    // SAFETY: passed on.
    unsafe { lower(ty(table)?.1, reference, &table.store) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_table_new(
    store: *mut wasm_store_t,
    ty: *const wasm_tabletype_t,
    init: *mut wasm_ref_t,
) -> *mut wasm_table_t {
    attempt(null_mut(), || {
        // SAFETY: the caller's promise.
        let (store, (kind, limits), init) = unsafe {
            let store = self::store(store)?;
            let ty = ffi::borrow(ty, "type")?.table()?;
            let init = lower(ty.0, init, &store)?;
            (store, ty, init)
        };
        let handle = store.arena().new_table(kind, limits, init)?;
        Ok(wasm_ref_t::into_raw(Object::make(&store, Kind::Table, handle)))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_table_type(table: *const wasm_table_t) -> *mut wasm_tabletype_t {
    // SAFETY: the caller's promise.
    attempt(null_mut(), || wasm_externtype_t::into_raw(ty(unsafe { self::table(table)? })?.0))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_table_get(table: *const wasm_table_t, index: u32) -> *mut wasm_ref_t {
    attempt(null_mut(), || {
        // SAFETY: the caller's promise.
        let table = unsafe { self::table(table)? };
        let found = lift(table.store.arena().table_get(table.handle()?, index)?, &table.store);
        table.store.after_call();
        found
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_table_set(
    table: *mut wasm_table_t,
    index: u32,
    reference: *mut wasm_ref_t,
) -> bool {
    attempt(false, || {
        // SAFETY: the caller's promise.
        let (table, element) = unsafe {
            let table = self::table(table)?;
            (table, element(table, reference)?)
        };
        let set = table.store.arena().table_set(table.handle()?, index, element);
        table.store.after_call();
        set?;
        Ok(true)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_table_size(table: *const wasm_table_t) -> u32 {
    attempt(0, || {
        // SAFETY: the caller's promise.
        let table = unsafe { self::table(table)? };
        table.store.arena().table_size(table.handle()?)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_table_grow(
    table: *mut wasm_table_t,
    delta: u32,
    init: *mut wasm_ref_t,
) -> bool {
    attempt(false, || {
        // SAFETY: the caller's promise.
        let (table, element) = unsafe {
            let table = self::table(table)?;
            (table, element(table, init)?)
        };
        let grown = table.store.arena().table_grow(table.handle()?, delta, element);
        table.store.after_call();
        grown?;
        Ok(true)
    })
}
