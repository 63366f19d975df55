//! The bridge to wasm.h: the same objects under the names of both headers.

use super::arena::{libwasmer_arena_t, libwasmer_handle_t};
use super::engine::libwasmer_engine_t;
use super::error::libwasmer_error_t;
use super::module::libwasmer_module_t;
use crate::ffi;
use crate::runtime::{Arena, Error, Status};
use crate::standard::engine::wasm_engine_t;
use crate::standard::module::{code, into_raw};
use crate::standard::reference::{self, Body, wasm_module_t, wasm_ref_t, wasm_trap_t};
use crate::standard::store::{self, wasm_store_t};
use std::ptr::{NonNull, null_mut};
use std::sync::Arc;

/// Gives the engine of wasm.h as one of this header: the same engine, with an owner of its own.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_engine_from_wasm(
    wasm: *const wasm_engine_t,
    engine: *mut *mut libwasmer_engine_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (wasm, write) = unsafe { (ffi::borrow(wasm, "wasm")?, ffi::write(engine, "engine")?) };
        write(libwasmer_engine_t::into_raw(wasm.engine.clone()));
        Ok(())
    })
}

/// Gives an engine as one of wasm.h, which `wasm_engine_delete` frees.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_engine_to_wasm(
    engine: *const libwasmer_engine_t,
    wasm: *mut *mut wasm_engine_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (engine, write) =
            unsafe { (ffi::borrow(engine, "engine")?, ffi::write(wasm, "wasm")?) };
        write(libwasmer_engine_t::into_raw(engine.engine.clone()));
        Ok(())
    })
}

/// Gives the module of wasm.h as one of this header: the same code, with an owner of its own.
///
/// Statuses: TYPE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_module_from_wasm(
    wasm: *const wasm_module_t,
    module: *mut *mut libwasmer_module_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (code, write) = unsafe {
            ffi::borrow(wasm, "wasm")?;
            (code(wasm)?, ffi::write(module, "module")?)
        };
        write(libwasmer_module_t::into_raw(code.module.clone()));
        Ok(())
    })
}

/// Gives a module as one of wasm.h, which `wasm_module_delete` frees.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_module_to_wasm(
    module: *const libwasmer_module_t,
    wasm: *mut *mut wasm_module_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (module, write) =
            unsafe { (ffi::borrow(module, "module")?, ffi::write(wasm, "wasm")?) };
        write(into_raw(module.module.clone()));
        Ok(())
    })
}

/// The arena that a store of wasm.h is. It belongs to the store and lives as long as that and what
/// was made in it; it must not be deleted. NULL for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_store_arena(
    store: *const wasm_store_t,
) -> *const libwasmer_arena_t {
    // SAFETY: the caller's promise.
    match unsafe { ffi::borrow(store, "store") } {
        Ok(store) => std::ptr::from_ref(store.arena()).cast(),
        Err(_) => std::ptr::null(),
    }
}

/// Makes an arena a store of wasm.h, which `wasm_store_delete` frees. On success the store owns the
/// arena: the caller may go on using it, and must not delete it.
///
/// Statuses: BUSY, CLOSED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_store_from_arena(
    arena: *mut libwasmer_arena_t,
    store: *mut *mut wasm_store_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (engine, write) =
            unsafe { (super::arena::arena(arena)?.engine()?, ffi::write(store, "store")?) };
        // A libwasmer_arena_t is an Arena, and it is the caller's to give. Not NULL: it was entered.
        if let Some(arena) = NonNull::new(arena.cast::<Arena>()) {
            write(Arc::into_raw(wasm_store_t::of(arena, engine)).cast_mut());
        }
        Ok(())
    })
}

/// The handle of an object of wasm.h in the arena of `store`: of a function, global, table, memory,
/// instance or tag, and of anything else as an externref. `store` may be NULL for what lives in a
/// store. The caller holds the object by the handle: see `libwasmer_release`.
///
/// Statuses: BUSY, CLOSED, HANDLE, TYPE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_ref_handle(
    reference: *const wasm_ref_t,
    store: *const wasm_store_t,
    handle: *mut libwasmer_handle_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (object, write) =
            unsafe { (reference::shared(reference, "reference")?, ffi::write(handle, "handle")?) };
        write(match &object.body {
            Body::Object(found) => {
                if !store.is_null() && !std::ptr::eq(store, Arc::as_ptr(&found.store)) {
                    return Err(store::of_another_store("object"));
                }
                let handle = found.handle()?;
                found.store.arena().hold(handle)?;
                handle
            }
            // SAFETY: the caller's promise.
            _ => unsafe { store::store(store)? }.held_externref(&object)?,
        });
        Ok(())
    })
}

/// The object of wasm.h that a handle in the arena of a store names, as a `wasm_ref_t`, which
/// `wasm_ref_as_func` and the like make more special; NULL for handle 0. The caller deletes it.
///
/// Statuses: BUSY, CLOSED, HANDLE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_ref_from_handle(
    store: *const wasm_store_t,
    handle: libwasmer_handle_t,
    reference: *mut *mut wasm_ref_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (store, write) = unsafe { (store::store(store)?, ffi::write(reference, "reference")?) };
        if handle != 0 {
            store.arena().hold(handle)?;
        }
        write(store::object(&store, handle)?.map_or(null_mut(), wasm_ref_t::into_raw));
        Ok(())
    })
}

/// Gives what a trap of wasm.h says as an error. A host function that returns the error ends the
/// call with that very trap.
///
/// Statuses: TYPE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_error_from_trap(
    trap: *const wasm_trap_t,
    failure: *mut *mut libwasmer_error_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (trap, write) =
            unsafe { (reference::shared(trap, "trap")?, ffi::write(failure, "failure")?) };
        match trap.body {
            Body::Trap(_) => write(libwasmer_error_t::into_raw(wasm_ref_t::error_of(trap))),
            _ => return Err(Error::new(Status::Type, "argument trap is not a trap")),
        }
        Ok(())
    })
}

/// Makes a trap of wasm.h of an error, which is taken over. NULL for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_error_to_trap(
    failure: *mut libwasmer_error_t,
) -> *mut wasm_trap_t {
    ffi::guard_or(null_mut(), || {
        // SAFETY: the caller's promise.
        let failure = unsafe { ffi::owned(failure) };
        failure.map_or(null_mut(), |failure| {
            wasm_ref_t::into_raw(wasm_ref_t::trap_of(failure.into_error()))
        })
    })
}
