//! Functions.

use super::attempt;
use super::externtype::{wasm_externtype_t, wasm_functype_t};
use super::host_func::{Callback, HostBody};
use super::reference::{Body, Kind, Object, reference, wasm_func_t, wasm_ref_t, wasm_trap_t};
use super::store::{store, wasm_store_t};
use super::trap::trapping;
use super::val::{vectors_stay, wasm_val_t, wasm_val_vec_t};
use super::vector::Element;
use crate::ffi::{self, Env, Finalizer};
use crate::runtime::{Error, ExternType, HostFunc, Result, Signature, Slot, Status, ValueKind};
use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::{Arc, Mutex};

/// `wasm_func_callback_t`.
pub type wasm_func_callback_t =
    Option<unsafe extern "C" fn(*const wasm_val_vec_t, *mut wasm_val_vec_t) -> *mut wasm_trap_t>;
/// `wasm_func_callback_with_env_t`.
pub type wasm_func_callback_with_env_t = Option<
    unsafe extern "C" fn(
        *mut c_void,
        *const wasm_val_vec_t,
        *mut wasm_val_vec_t,
    ) -> *mut wasm_trap_t,
>;

reference!(wasm_func_t if |body| matches!(
        body, Body::Object(object) if matches!(object.kind, Kind::Func { .. })
    );
    wasm_func_delete wasm_func_copy wasm_func_same wasm_func_get_host_info
    wasm_func_set_host_info wasm_func_set_host_info_with_finalizer;
    wasm_func_as_ref wasm_func_as_ref_const wasm_ref_as_func wasm_ref_as_func_const);

/// # Safety
/// NULL or a reference.
unsafe fn func<'a>(func: *const wasm_func_t) -> Result<(&'a Object, &'a Arc<Signature>)> {
    // SAFETY: passed on.
    let reference = unsafe { ffi::borrow(func, "func")? };
    match &reference.body {
        Body::Object(object) => match &object.kind {
            Kind::Func { signature, .. } => Ok((object, signature)),
            _ => Err(reference.wrong("function")),
        },
        _ => Err(reference.wrong("function")),
    }
}

unsafe fn new(
    store: *mut wasm_store_t,
    ty: *const wasm_functype_t,
    callback: Option<Callback>,
    env: Env,
) -> *mut wasm_func_t {
    attempt(null_mut(), || {
        // SAFETY: the caller's promise.
        let (store, ty) = unsafe { (self::store(store)?, ffi::borrow(ty, "type")?.func()?) };
        let callback = callback
            .ok_or_else(|| Error::new(Status::NullArgument, "argument callback is NULL"))?;
        if ty.params.iter().chain(&ty.results).any(|&kind| kind == ValueKind::V128) {
            return Err(vectors_stay());
        }
        let signature = Arc::new(Signature::new(ty.clone()));
        let body = Box::new(HostBody::new(&store, callback, env));
        let host = Some(Arc::new(HostFunc { signature: signature.clone(), body }));
        let kind = Kind::Func { signature, host, entering: Mutex::new(()) };
        Ok(wasm_ref_t::into_raw(Object::make(&store, kind, 0)))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_func_new(
    store: *mut wasm_store_t,
    ty: *const wasm_functype_t,
    callback: wasm_func_callback_t,
) -> *mut wasm_func_t {
    // SAFETY: passed on.
    unsafe { new(store, ty, callback.map(Callback::Plain), Env::none()) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_func_new_with_env(
    store: *mut wasm_store_t,
    ty: *const wasm_functype_t,
    callback: wasm_func_callback_with_env_t,
    env: *mut c_void,
    finalizer: Finalizer,
) -> *mut wasm_func_t {
    // SAFETY: passed on. The finalizer gets `env` also if this fails.
    unsafe { new(store, ty, callback.map(Callback::WithEnv), Env { pointer: env, finalizer }) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_func_type(func: *const wasm_func_t) -> *mut wasm_functype_t {
    attempt(null_mut(), || {
        // SAFETY: the caller's promise.
        let (_, signature) = unsafe { self::func(func)? };
        wasm_externtype_t::into_raw(ExternType::Func(signature.ty.clone()))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_func_param_arity(func: *const wasm_func_t) -> usize {
    // SAFETY: the caller's promise.
    attempt(0, || Ok(unsafe { self::func(func)? }.1.ty.params.len()))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_func_result_arity(func: *const wasm_func_t) -> usize {
    // SAFETY: the caller's promise.
    attempt(0, || Ok(unsafe { self::func(func)? }.1.ty.results.len()))
}

/// The elements of a vector that may be NULL if it would be empty.
unsafe fn elements<'a>(vector: *const wasm_val_vec_t, name: &str) -> Result<&'a [wasm_val_t]> {
    if vector.is_null() {
        return Ok(&[]);
    }
    // SAFETY: passed on.
    unsafe { ffi::borrow(vector, name)?.elements(name) }
}

/// Deletes results that were written before one failed.
///
/// # Safety
/// `places` holds `count` values that nobody else has.
#[cold]
unsafe fn take_back(places: *mut wasm_val_t, count: usize) {
    for place in 0..count {
        // SAFETY: the caller's promise.
        unsafe { std::mem::replace(&mut *places.add(place), wasm_val_t::INIT).delete() };
    }
}

#[cold]
fn wrong_kind(place: usize, error: Error, signature: &Signature) -> Error {
    Error::new(error.status, format!("call of {}: argument {place}: {error}", signature.ty))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_func_call(
    func: *const wasm_func_t,
    args: *const wasm_val_vec_t,
    results: *mut wasm_val_vec_t,
) -> *mut wasm_trap_t {
    trapping(|| {
        // SAFETY: the caller's promise.
        let (object, signature, args, room) = unsafe {
            let (object, signature) = self::func(func)?;
            (object, signature, elements(args, "args")?, elements(results, "results")?)
        };
        let (params, kinds) = (&signature.ty.params, &signature.ty.results);
        if args.len() != params.len() {
            return Err(signature.miscounted("arguments", params.len(), args.len()));
        }
        if kinds.contains(&ValueKind::V128) {
            return Err(vectors_stay());
        }
        let store = &object.store;
        let fill = |_: &Signature, slots: *mut Slot| {
            for (place, (arg, &kind)) in args.iter().zip(params).enumerate() {
                // SAFETY: as many slots as there are parameters; references are the caller's promise.
                unsafe { arg.to_slot(kind, store, slots.add(place)) }
                    .map_err(|error| wrong_kind(place, error, signature))?;
            }
            Ok(args.len())
        };
        // Programs that do not want the results give no places for them: what has none is dropped.
        let wanted = kinds.len().min(room.len());
        let places = if wanted == 0 {
            null_mut()
        } else {
            // SAFETY: not NULL, or there would be no room.
            unsafe { (*results).data }
        };
        let read = |_: &Signature, slots: *const Slot| {
            for (place, &kind) in kinds.iter().enumerate() {
                // SAFETY: as many slots as there are results, and as many places as are wanted. What
                // is in the places is not owned before.
                unsafe {
                    match wasm_val_t::from_slot(kind, store, slots.add(place)) {
                        Ok(value) if place < wanted => places.add(place).write(value),
                        Ok(value) => value.delete(),
                        Err(error) => {
                            take_back(places, place.min(wanted));
                            return Err(error);
                        }
                    }
                }
            }
            Ok(())
        };
        let called = store.arena().call_by(object.handle()?, 0, fill, read);
        store.after_call();
        called
    })
}
