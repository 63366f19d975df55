//! References: everything that can be copied, compared and given a host info.

use super::attempt;
use super::foreign::Foreign;
use super::module::Code;
use super::store::wasm_store_t;
use super::trap::Cause;
use crate::extension::version::live::Live;
use crate::ffi::{self, Env, Finalizer};
use crate::runtime::{Error, Handle, HostFunc, Noun, Result, Signature, Status};
use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};

/// An object that lives in a store.
pub struct Object {
    pub store: Arc<wasm_store_t>,
    /// 0 for a host function that has not been used yet.
    handle: AtomicU64,
    pub kind: Kind,
}

/// What kind of object, with what is known of it without entering the store.
pub enum Kind {
    Func {
        signature: Arc<Signature>,
        /// Of a host function made by wasm.h.
        host: Option<Arc<HostFunc>>,
        /// Held while a host function is taken into the arena, which must happen once.
        entering: Mutex<()>,
    },
    Global,
    Table,
    Memory,
    Tag,
    Instance,
}

impl Kind {
    /// A function that is in the arena.
    pub fn func(signature: Arc<Signature>) -> Self {
        Self::Func { signature, host: None, entering: Mutex::new(()) }
    }
}

pub enum Body {
    Object(Object),
    Foreign(Foreign),
    Module(Code),
    Trap(Cause),
}

/// `wasm_ref_t` and all that is one. The pointer that C holds is that of an `Arc`.
pub struct wasm_ref_t {
    pub body: Body,
    /// Of what does not live in a store; see `wasm_store_t` for the others.
    info: Mutex<Env>,
    _live: Live,
}

pub type wasm_func_t = wasm_ref_t;
pub type wasm_global_t = wasm_ref_t;
pub type wasm_table_t = wasm_ref_t;
pub type wasm_memory_t = wasm_ref_t;
pub type wasm_extern_t = wasm_ref_t;
pub type wasm_instance_t = wasm_ref_t;
pub type wasm_module_t = wasm_ref_t;
pub type wasm_trap_t = wasm_ref_t;
pub type wasm_foreign_t = wasm_ref_t;

impl Object {
    pub fn make(store: &Arc<wasm_store_t>, kind: Kind, handle: Handle) -> Arc<wasm_ref_t> {
        let handle = AtomicU64::new(handle);
        wasm_ref_t::new(Body::Object(Self { store: store.clone(), handle, kind }))
    }

    /// The object of the arena that a handle names.
    pub fn reference(
        store: &Arc<wasm_store_t>,
        noun: Noun,
        handle: Handle,
    ) -> Result<Arc<wasm_ref_t>> {
        let kind = match noun {
            Noun::Func => Kind::func(store.arena().signature(handle)?),
            Noun::Global => Kind::Global,
            Noun::Table => Kind::Table,
            Noun::Memory => Kind::Memory,
            Noun::Tag => Kind::Tag,
            Noun::Instance => Kind::Instance,
            Noun::Extern | Noun::Dead => {
                return Err(Error::new(Status::Handle, format!("handle {handle:#x}: {noun}")));
            }
        };
        Ok(Self::make(store, kind, handle))
    }

    /// The handle in the arena. A host function gets one when it is used for the first time.
    #[inline]
    pub fn handle(&self) -> Result<Handle> {
        match self.handle.load(Ordering::Acquire) {
            0 => self.enter(),
            handle => Ok(handle),
        }
    }

    #[cold]
    fn enter(&self) -> Result<Handle> {
        let Kind::Func { host: Some(host), entering, .. } = &self.kind else {
            return Err(Error::new(Status::Handle, "object without a handle"));
        };
        let _entering = entering.lock().unwrap_or_else(PoisonError::into_inner);
        match self.handle.load(Ordering::Acquire) {
            0 => {
                let handle = self.store.arena().add_func(host)?;
                self.handle.store(handle, Ordering::Release);
                Ok(handle)
            }
            handle => Ok(handle),
        }
    }

    fn noun(&self) -> &'static str {
        match self.kind {
            Kind::Func { .. } => "function",
            Kind::Global => "global",
            Kind::Table => "table",
            Kind::Memory => "memory",
            Kind::Tag => "tag",
            Kind::Instance => "instance",
        }
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        // Each object holds its handle once; 0 is held by nobody.
        match *self.handle.get_mut() {
            0 => {}
            handle => self.store.release(handle),
        }
    }
}

impl Body {
    #[inline]
    pub fn object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    fn noun(&self) -> &'static str {
        match self {
            Self::Object(object) => object.noun(),
            Self::Foreign(_) => "foreign object",
            Self::Module(_) => "module",
            Self::Trap(_) => "trap",
        }
    }
}

impl wasm_ref_t {
    pub fn new(body: Body) -> Arc<Self> {
        Arc::new(Self { body, info: Mutex::new(Env::none()), _live: Live::new() })
    }

    /// Hands an owner to C.
    pub fn into_raw(this: Arc<Self>) -> *mut Self {
        Arc::into_raw(this).cast_mut()
    }

    pub fn wrong(&self, wanted: &str) -> Error {
        let found = self.body.noun();
        Error::new(Status::Type, format!("{wanted} expected, {found} found"))
    }

    /// The object in a store that this is, if it is of the kind that `fits`.
    #[inline]
    pub fn object(&self, wanted: &str, fits: impl FnOnce(&Kind) -> bool) -> Result<&Object> {
        match self.body.object() {
            Some(object) if fits(&object.kind) => Ok(object),
            _ => Err(self.wrong(wanted)),
        }
    }

    fn host_info(&self) -> *mut c_void {
        match self.body.object() {
            // 0 has none.
            Some(object) => object.store.host_info(object.handle.load(Ordering::Acquire)),
            None => self.info.lock().unwrap_or_else(PoisonError::into_inner).pointer,
        }
    }

    /// Nothing is finalized if this fails.
    fn set_host_info(&self, info: *mut c_void, finalizer: Finalizer) -> Result<()> {
        if let Some(object) = self.body.object() {
            object.store.set_host_info(object.handle()?, Env { pointer: info, finalizer });
            return Ok(());
        }
        let before = {
            let mut place = self.info.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *place, Env { pointer: info, finalizer })
        };
        // Finalized here, without the lock.
        drop(before);
        Ok(())
    }
}

// SAFETY: what is inside is checked or locked; the word of the program's is its own affair.
unsafe impl Send for wasm_ref_t {}
unsafe impl Sync for wasm_ref_t {}

/// One more owner of what C passes.
///
/// # Safety
/// NULL or a reference.
pub unsafe fn shared(reference: *const wasm_ref_t, name: &str) -> Result<Arc<wasm_ref_t>> {
    // SAFETY: passed on; what C holds comes from an Arc.
    unsafe {
        ffi::borrow(reference, name)?;
        Arc::increment_strong_count(reference);
        Ok(Arc::from_raw(reference))
    }
}

/// # Safety
/// NULL or a reference that the caller gives up.
pub unsafe fn delete(reference: *mut wasm_ref_t) {
    ffi::guard_or((), || {
        if !reference.is_null() {
            // SAFETY: passed on.
            drop(unsafe { Arc::from_raw(reference) });
        }
    });
}

/// # Safety
/// NULL or a reference.
pub unsafe fn copy(reference: *const wasm_ref_t) -> *mut wasm_ref_t {
    // SAFETY: passed on.
    attempt(null_mut(), || Ok(wasm_ref_t::into_raw(unsafe { shared(reference, "reference")? })))
}

/// # Safety
/// NULL or references.
pub unsafe fn same(one: *const wasm_ref_t, other: *const wasm_ref_t) -> bool {
    if one.is_null() || other.is_null() {
        return false;
    }
    one == other
        || attempt(false, || {
            // SAFETY: passed on.
            let (one, other) = unsafe { (ffi::borrow(one, "one")?, ffi::borrow(other, "other")?) };
            Ok(match (one.body.object(), other.body.object()) {
                (Some(one), Some(other)) => {
                    let handle = one.handle.load(Ordering::Acquire);
                    Arc::ptr_eq(&one.store, &other.store)
                        && handle != 0
                        && handle == other.handle.load(Ordering::Acquire)
                }
                _ => false,
            })
        })
}

/// # Safety
/// NULL or a reference.
pub unsafe fn get_host_info(reference: *const wasm_ref_t) -> *mut c_void {
    // SAFETY: passed on.
    attempt(null_mut(), || Ok(unsafe { ffi::borrow(reference, "reference")? }.host_info()))
}

/// # Safety
/// NULL or a reference.
pub unsafe fn set_host_info(reference: *mut wasm_ref_t, info: *mut c_void, finalizer: Finalizer) {
    attempt((), || {
        // SAFETY: passed on.
        unsafe { ffi::borrow(reference, "reference")? }.set_host_info(info, finalizer)
    });
}

/// The same pointer if the object is of the kind that `fits`, else NULL, which is an answer.
///
/// # Safety
/// NULL or a reference.
pub unsafe fn as_kind(
    reference: *mut wasm_ref_t,
    fits: impl FnOnce(&Body) -> bool,
) -> *mut wasm_ref_t {
    // SAFETY: passed on.
    match unsafe { ffi::borrow(reference, "reference") } {
        Ok(found) if fits(&found.body) => reference,
        _ => null_mut(),
    }
}

/// What every reference type can do: the base, and for all but `wasm_ref_t` the way to it and back.
macro_rules! reference {
    ($ty:ident: $delete:ident $copy:ident $same:ident $get:ident $set:ident $set_final:ident) => {
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $delete(reference: *mut $ty) {
            // SAFETY: passed on.
            unsafe { $crate::standard::reference::delete(reference) };
        }
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $copy(reference: *const $ty) -> *mut $ty {
            // SAFETY: passed on.
            unsafe { $crate::standard::reference::copy(reference) }
        }
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $same(one: *const $ty, other: *const $ty) -> bool {
            // SAFETY: passed on.
            unsafe { $crate::standard::reference::same(one, other) }
        }
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $get(reference: *const $ty) -> *mut std::ffi::c_void {
            // SAFETY: passed on.
            unsafe { $crate::standard::reference::get_host_info(reference) }
        }
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $set(reference: *mut $ty, info: *mut std::ffi::c_void) {
            // SAFETY: passed on.
            unsafe { $crate::standard::reference::set_host_info(reference, info, None) };
        }
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $set_final(
            reference: *mut $ty,
            info: *mut std::ffi::c_void,
            finalizer: Option<unsafe extern "C" fn(*mut std::ffi::c_void)>,
        ) {
            // SAFETY: passed on.
            unsafe { $crate::standard::reference::set_host_info(reference, info, finalizer) };
        }
    };
    ($ty:ident if $fits:expr; $($base:ident)*; $up:ident $up_const:ident $down:ident $down_const:ident) => {
        $crate::standard::reference::reference!($ty: $($base)*);

        #[unsafe(no_mangle)]
        pub extern "C" fn $up(reference: *mut $ty) -> *mut $crate::standard::reference::wasm_ref_t {
            reference
        }
        #[unsafe(no_mangle)]
        pub extern "C" fn $up_const(
            reference: *const $ty,
        ) -> *const $crate::standard::reference::wasm_ref_t {
            reference
        }
        $crate::standard::reference::narrow!(
            $crate::standard::reference::wasm_ref_t => $ty if $fits; $down $down_const
        );
    };
}
pub(super) use reference;

/// From a pointer to something to a pointer to something more special, or NULL.
macro_rules! narrow {
    ($from:ty => $to:ident if $fits:expr; $down:ident $down_const:ident) => {
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $down(reference: *mut $from) -> *mut $to {
            // SAFETY: passed on.
            unsafe { $crate::standard::reference::as_kind(reference, $fits) }
        }
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $down_const(reference: *const $from) -> *const $to {
            // SAFETY: passed on.
            unsafe { $crate::standard::reference::as_kind(reference.cast_mut(), $fits) }
        }
    };
}
pub(super) use narrow;

reference!(wasm_ref_t: wasm_ref_delete wasm_ref_copy wasm_ref_same wasm_ref_get_host_info
    wasm_ref_set_host_info wasm_ref_set_host_info_with_finalizer);
