//! Stores: one arena each, and what wasm.h adds to what lives in it.

use super::attempt;
use super::engine::wasm_engine_t;
use super::foreign::Foreign;
use super::reference::{Body, Object, wasm_ref_t};
use crate::extension::version::live::Live;
use crate::ffi::{self, Env};
use crate::runtime::{Arena, Engine, Error, Freed, Handle, Noun, Result, Status};
use std::collections::HashMap;
use std::ptr::{NonNull, null_mut};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
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
    /// What is to be released when no other thread is inside.
    waiting: Vec<Handle>,
}

/// `wasm_store_t`, counted by reference: each object that lives in it keeps it.
pub struct wasm_store_t {
    arena: NonNull<Arena>,
    pub engine: Engine,
    tables: Mutex<Tables>,
    /// How many externrefs were passed since the last collection.
    passed: AtomicUsize,
    _live: Live,
}

/// Externrefs that are passed before it is looked what became of them.
const PASSED: usize = 64;

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
        let tables = Mutex::default();
        let passed = AtomicUsize::new(0);
        let store = Self { arena, engine, tables, passed, _live: Live::new() };
        // From now on it is noted what is freed. A closed arena frees nothing more.
        let _ = store.arena().freed(0);
        Arc::new(store)
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

    /// Gives up one hold of an object, now or when no other thread is inside.
    pub fn release(&self, handle: Handle) {
        self.tables().waiting.push(handle);
        self.collect();
    }

    /// To be called after what may have passed references, when nothing of it is running any more.
    #[inline]
    pub fn after_call(&self) {
        if self.passed.load(Relaxed) >= PASSED {
            self.collect();
        }
    }

    /// Releases what waits for it, and forgets what was known of objects that were freed.
    pub fn collect(&self) {
        self.passed.store(0, Relaxed);
        loop {
            let waiting = std::mem::take(&mut self.tables().waiting);
            for handle in waiting {
                // Nothing is left of what a closed arena held.
                if let Err(error) = self.arena().release(handle)
                    && error.status == Status::Busy
                {
                    self.tables().waiting.push(handle);
                }
            }
            // What was forgotten may have kept something.
            match self.arena().freed(usize::MAX) {
                Ok(freed) if !freed.is_empty() => self.forget(&freed),
                _ => return,
            }
        }
    }

    fn forget(&self, freed: &[Freed]) {
        let (mut infos, mut others) = (Vec::new(), Vec::new());
        {
            let mut tables = self.tables();
            for freed in freed {
                infos.extend(tables.infos.remove(&freed.handle));
                match tables.meanings.remove(&freed.handle) {
                    Some(Meaning::Object(handle)) => {
                        tables.externrefs.remove(&Key::Object(handle));
                        tables.waiting.push(handle);
                    }
                    Some(Meaning::Other(object)) => {
                        let address = Arc::as_ptr(&object) as usize;
                        tables.externrefs.remove(&Key::Other(address));
                        others.push(object);
                    }
                    None => {}
                }
            }
        }
        // Finalized here, without the lock.
        drop((infos, others));
    }

    /// The externref of an object, to be passed on: it is held for a moment.
    pub fn externref(&self, object: &Arc<wasm_ref_t>) -> Result<Handle> {
        let handle = self.held_externref(object)?;
        self.tables().waiting.push(handle);
        self.passed.fetch_add(1, Relaxed);
        Ok(handle)
    }

    /// The externref of an object, held.
    pub fn held_externref(&self, object: &Arc<wasm_ref_t>) -> Result<Handle> {
        let (key, meaning) = match &object.body {
            Body::Object(found) if !std::ptr::eq(&*found.store, self) => {
                return Err(of_another_store("object"));
            }
            Body::Object(found) => {
                let handle = found.handle()?;
                (Key::Object(handle), Meaning::Object(handle))
            }
            Body::Foreign(foreign) if !foreign.is_of(self) => {
                return Err(of_another_store("foreign object"));
            }
            _ => (Key::Other(Arc::as_ptr(object) as usize), Meaning::Other(object.clone())),
        };
        let known = self.tables().externrefs.get(&key).copied();
        if let Some(handle) = known {
            match self.arena().hold(handle) {
                // It was freed meanwhile.
                Err(error) if error.status == Status::Handle => {}
                held => return held.map(|()| handle),
            }
        }
        let handle = self.arena().new_extern(0)?;
        if let Meaning::Object(object) = meaning {
            // The externref keeps it.
            self.arena().hold(object)?;
        }
        let mut tables = self.tables();
        tables.externrefs.insert(key, handle);
        tables.meanings.insert(handle, meaning);
        Ok(handle)
    }
}

/// Releases a handle a little later.
struct Waiting<'a>(&'a wasm_store_t, Handle);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.tables().waiting.push(self.1);
        self.0.passed.fetch_add(1, Relaxed);
    }
}

/// The object that a reference of the arena's names, whose hold it takes over; None for null.
pub fn object(store: &Arc<wasm_store_t>, handle: Handle) -> Result<Option<Arc<wasm_ref_t>>> {
    if handle == 0 {
        return Ok(None);
    }
    let noun = store.arena().noun(handle)?;
    if noun != Noun::Extern {
        return Object::reference(store, noun, handle).map(Some);
    }
    // What it stands for is what is held from here on.
    let _handle = Waiting(store, handle);
    let meaning = match store.tables().meanings.get(&handle) {
        Some(Meaning::Object(handle)) => Err(*handle),
        Some(Meaning::Other(object)) => Ok(Some(object.clone())),
        None => Ok(None),
    };
    match meaning {
        Ok(Some(object)) => Ok(Some(object)),
        Err(handle) => {
            store.arena().hold(handle)?;
            Object::reference(store, store.arena().noun(handle)?, handle).map(Some)
        }
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
