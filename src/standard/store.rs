//! Stores: one arena each, and what wasm.h adds to what lives in it.

use super::attempt;
use super::engine::wasm_engine_t;
use super::foreign::Foreign;
use super::reference::{Body, Object, wasm_ref_t};
use crate::extension::version::live::Live;
use crate::ffi::{self, Env};
use crate::runtime::{Arena, Engine, Error, Handle, Noun, Result, Status};
use std::collections::{HashMap, HashSet};
use std::ptr::{NonNull, null_mut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What an externref stands for. Objects of the store are named by their handle, because one that
/// kept the store would never be freed with it.
enum Meaning {
    Object(Handle),
    Other(Arc<wasm_ref_t>),
}

/// What has an externref: an object of the store, or another by its address.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Object(Handle),
    Other(usize),
}

#[derive(Default)]
struct Tables {
    /// Of the objects that live in the arena.
    infos: HashMap<Handle, Env>,
    /// What an externref, by its handle, stands for.
    meanings: HashMap<Handle, Meaning>,
    externrefs: HashMap<Key, Handle>,
    /// Instances that nobody holds any more, and that are to be freed when no thread is inside.
    released: Vec<Handle>,
    /// Objects that are known in another way than by the pointers that C deletes.
    pinned: HashSet<Handle>,
}

/// `wasm_store_t`, counted by reference: each object that lives in it keeps it.
pub struct wasm_store_t {
    arena: NonNull<Arena>,
    pub engine: Engine,
    tables: Mutex<Tables>,
    _live: Live,
}

// SAFETY: the arena may be used by any thread, and checks that it is one at a time.
unsafe impl Send for wasm_store_t {}
unsafe impl Sync for wasm_store_t {}

impl Drop for wasm_store_t {
    fn drop(&mut self) {
        // SAFETY: from a Box; nobody else has it any more but a call that is running, for which the
        // arena stays.
        unsafe { Arena::delete(self.arena.as_ptr()) };
    }
}

/// # Safety
/// NULL or a store.
pub unsafe fn store(store: *const wasm_store_t) -> Result<Arc<wasm_store_t>> {
    // SAFETY: passed on; what C holds comes from an Arc.
    unsafe {
        ffi::borrow(store, "store")?;
        Arc::increment_strong_count(store);
        Ok(Arc::from_raw(store))
    }
}

impl wasm_store_t {
    /// A store that owns the arena.
    pub fn of(arena: NonNull<Arena>, engine: Engine) -> Arc<Self> {
        Arc::new(Self { arena, engine, tables: Mutex::default(), _live: Live::new() })
    }

    #[inline]
    pub fn arena(&self) -> &Arena {
        // SAFETY: alive until `drop`.
        unsafe { self.arena.as_ref() }
    }

    /// To be held for a moment only: not while a finalizer or the guest runs.
    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn host_info(&self, handle: Handle) -> *mut std::ffi::c_void {
        self.tables().infos.get(&handle).map_or(null_mut(), |info| info.pointer)
    }

    pub fn set_host_info(&self, handle: Handle, info: Env) {
        let before = self.tables().infos.insert(handle, info);
        // Finalized here, without the lock.
        drop(before);
    }

    /// Keeps an object until the store goes.
    pub fn pin(&self, handle: Handle) {
        self.tables().pinned.insert(handle);
    }

    /// To be told when the pointers to an instance are all deleted: frees it if nothing reaches it.
    pub fn release(&self, instance: Handle) {
        {
            let mut tables = self.tables();
            if tables.pinned.contains(&instance) {
                return;
            }
            tables.released.push(instance);
        }
        self.collect();
    }

    /// Frees the instances that nobody reaches, if no other thread is inside.
    pub fn collect(&self) {
        let released = std::mem::take(&mut self.tables().released);
        for instance in released {
            match self.arena().release(instance) {
                Ok(true) => {
                    let info = self.tables().infos.remove(&instance);
                    // Finalized here, without the lock.
                    drop(info);
                }
                // Reachable in other ways: it stays until the store goes.
                Ok(false) => {}
                Err(_) => self.tables().released.push(instance),
            }
        }
    }

    /// The externref of an object.
    pub fn externref(&self, object: &Arc<wasm_ref_t>) -> Result<Handle> {
        let (key, meaning) = match &object.body {
            Body::Object(found) if !std::ptr::eq(&*found.store, self) => {
                return Err(of_another_store("object"));
            }
            Body::Object(found) => {
                let handle = found.handle()?;
                self.pin(handle);
                (Key::Object(handle), Meaning::Object(handle))
            }
            Body::Foreign(foreign) if !foreign.is_of(self) => {
                return Err(of_another_store("foreign object"));
            }
            _ => (Key::Other(Arc::as_ptr(object) as usize), Meaning::Other(object.clone())),
        };
        if let Some(&handle) = self.tables().externrefs.get(&key) {
            return Ok(handle);
        }
        let handle = self.arena().new_extern(0)?;
        let mut tables = self.tables();
        tables.externrefs.insert(key, handle);
        tables.meanings.insert(handle, meaning);
        Ok(handle)
    }
}

/// The object that a reference of the arena's names; None for null.
pub fn object(store: &Arc<wasm_store_t>, handle: Handle) -> Result<Option<Arc<wasm_ref_t>>> {
    if handle == 0 {
        return Ok(None);
    }
    let noun = store.arena().noun(handle)?;
    if noun != Noun::Extern {
        return Object::reference(store, noun, handle).map(Some);
    }
    let meaning = match store.tables().meanings.get(&handle) {
        Some(Meaning::Object(handle)) => Err(*handle),
        Some(Meaning::Other(object)) => Ok(Some(object.clone())),
        None => Ok(None),
    };
    match meaning {
        Ok(Some(object)) => Ok(Some(object)),
        Err(handle) => Object::reference(store, store.arena().noun(handle)?, handle).map(Some),
        // Made through libwasmer.h: foreign to us.
        Ok(None) => {
            let object = wasm_ref_t::new(Body::Foreign(Foreign::new(store)));
            let mut tables = store.tables();
            tables.externrefs.insert(Key::Other(Arc::as_ptr(&object) as usize), handle);
            tables.meanings.insert(handle, Meaning::Other(object.clone()));
            Ok(Some(object))
        }
    }
}

/// The error for an object that was made in one store and is used in another.
pub fn of_another_store(what: &str) -> Error {
    Error::new(Status::Handle, format!("{what} belongs to another store"))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_store_new(engine: *mut wasm_engine_t) -> *mut wasm_store_t {
    attempt(null_mut(), || {
        // SAFETY: the caller's promise.
        let engine = unsafe { ffi::borrow(engine, "engine")? }.engine.clone();
        let store = wasm_store_t::of(Arena::new(&engine), engine);
        Ok(Arc::into_raw(store).cast_mut())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_store_delete(store: *mut wasm_store_t) {
    ffi::guard_or((), || {
        if !store.is_null() {
            // SAFETY: the caller's promise; from `wasm_store_new`.
            drop(unsafe { Arc::from_raw(store) });
        }
    });
}
