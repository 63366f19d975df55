//! Linear memories. Sizes are in pages of 65,536 bytes, data sizes in bytes.

use super::attempt;
use super::externtype::{wasm_externtype_t, wasm_memorytype_t};
use super::reference::{Body, Kind, Object, reference, wasm_memory_t, wasm_ref_t};
use super::store::{store, wasm_store_t};
use crate::ffi;
use crate::runtime::Result;
use std::ptr::null_mut;

reference!(wasm_memory_t if |body| matches!(body, Body::Object(Object { kind: Kind::Memory, .. }));
    wasm_memory_delete wasm_memory_copy wasm_memory_same wasm_memory_get_host_info
    wasm_memory_set_host_info wasm_memory_set_host_info_with_finalizer;
    wasm_memory_as_ref wasm_memory_as_ref_const wasm_ref_as_memory wasm_ref_as_memory_const);

/// # Safety
/// NULL or a reference.
unsafe fn memory<'a>(memory: *const wasm_memory_t) -> Result<&'a Object> {
    // SAFETY: passed on.
    unsafe { ffi::borrow(memory, "memory")? }.object("memory", |kind| matches!(kind, Kind::Memory))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_memory_new(
    store: *mut wasm_store_t,
    ty: *const wasm_memorytype_t,
) -> *mut wasm_memory_t {
    attempt(null_mut(), || {
        // SAFETY: the caller's promise.
        let (store, (limits, shared)) =
            unsafe { (self::store(store)?, ffi::borrow(ty, "type")?.memory()?) };
        let handle = store.arena().new_memory(limits, shared)?;
        Ok(wasm_ref_t::into_raw(Object::make(&store, Kind::Memory, handle)))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_memory_type(memory: *const wasm_memory_t) -> *mut wasm_memorytype_t {
    attempt(null_mut(), || {
        // SAFETY: the caller's promise.
        let memory = unsafe { self::memory(memory)? };
        wasm_externtype_t::into_raw(memory.store.arena().extern_type(memory.handle()?)?)
    })
}

/// Start and length in bytes.
unsafe fn bytes(memory: *const wasm_memory_t) -> Result<(*mut u8, usize)> {
    // SAFETY: passed on.
    let memory = unsafe { self::memory(memory)? };
    memory.store.arena().memory_data(memory.handle()?)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_memory_data(memory: *mut wasm_memory_t) -> *mut u8 {
    // SAFETY: the caller's promise.
    attempt(null_mut(), || Ok(unsafe { bytes(memory)? }.0))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_memory_data_size(memory: *const wasm_memory_t) -> usize {
    // SAFETY: the caller's promise.
    attempt(0, || Ok(unsafe { bytes(memory)? }.1))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_memory_size(memory: *const wasm_memory_t) -> u32 {
    attempt(0, || {
        // SAFETY: the caller's promise.
        let memory = unsafe { self::memory(memory)? };
        memory.store.arena().memory_size(memory.handle()?)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_memory_grow(memory: *mut wasm_memory_t, delta: u32) -> bool {
    attempt(false, || {
        // SAFETY: the caller's promise.
        let memory = unsafe { self::memory(memory)? };
        memory.store.arena().memory_grow(memory.handle()?, delta)?;
        Ok(true)
    })
}
