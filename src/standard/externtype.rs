//! Types of what modules import and export: one object for all kinds, so that converting between
//! `wasm_externtype_t` and `wasm_functype_t` and the like is the same pointer.

use super::attempt;
use super::valtype::{wasm_valtype_t, wasm_valtype_vec_t};
use super::vector::{Boxed, twin, vector};
use crate::extension::version::live::Live;
use crate::ffi;
use crate::runtime::{Error, ExternType, FuncType, GlobalType, Limits, Result, Status, ValueKind};
use std::ptr::{null, null_mut};

/// `wasm_externkind_t`.
pub const FUNC: u8 = 0;
pub const GLOBAL: u8 = 1;
pub const TABLE: u8 = 2;
pub const MEMORY: u8 = 3;
pub const TAG: u8 = 4;

/// No maximum.
pub const UNLIMITED: u32 = u32::MAX;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct wasm_limits_t {
    pub min: u32,
    pub max: u32,
}

impl From<Limits> for wasm_limits_t {
    fn from(limits: Limits) -> Self {
        Self { min: limits.minimum, max: limits.maximum.unwrap_or(UNLIMITED) }
    }
}

impl From<wasm_limits_t> for Limits {
    fn from(limits: wasm_limits_t) -> Self {
        Self { minimum: limits.min, maximum: (limits.max != UNLIMITED).then_some(limits.max) }
    }
}

/// The parts that C borrows, in its own form.
pub enum Parts {
    Func { params: wasm_valtype_vec_t, results: wasm_valtype_vec_t },
    Global { content: *const wasm_valtype_t },
    Limited { element: *const wasm_valtype_t, limits: wasm_limits_t },
    Tag { functype: Box<wasm_externtype_t> },
}

pub struct wasm_externtype_t {
    pub ty: ExternType,
    pub parts: Parts,
    _live: Live,
}

pub type wasm_functype_t = wasm_externtype_t;
pub type wasm_globaltype_t = wasm_externtype_t;
pub type wasm_tabletype_t = wasm_externtype_t;
pub type wasm_memorytype_t = wasm_externtype_t;
pub type wasm_tagtype_t = wasm_externtype_t;

impl wasm_externtype_t {
    pub fn new(ty: ExternType) -> Result<Box<Self>> {
        let parts = match &ty {
            ExternType::Func(ty) => {
                // The results may fail: what the parameters took is freed by `Parts`.
                let mut parts = Parts::Func {
                    params: wasm_valtype_vec_t::of(&ty.params)?,
                    results: wasm_valtype_vec_t::EMPTY,
                };
                if let Parts::Func { results, .. } = &mut parts {
                    *results = wasm_valtype_vec_t::of(&ty.results)?;
                }
                parts
            }
            ExternType::Global(ty) => Parts::Global { content: wasm_valtype_t::of(ty.kind) },
            ExternType::Table { element, limits } => {
                Parts::Limited { element: wasm_valtype_t::of(*element), limits: (*limits).into() }
            }
            ExternType::Memory { limits, .. } => {
                Parts::Limited { element: null(), limits: (*limits).into() }
            }
            ExternType::Tag(ty) => {
                Parts::Tag { functype: Self::new(ExternType::Func(ty.clone()))? }
            }
        };
        Ok(Box::new(Self { ty, parts, _live: Live::new() }))
    }

    pub fn into_raw(ty: ExternType) -> Result<*mut Self> {
        Ok(Box::into_raw(Self::new(ty)?))
    }

    pub fn kind(&self) -> u8 {
        match self.ty {
            ExternType::Func(_) => FUNC,
            ExternType::Global(_) => GLOBAL,
            ExternType::Table { .. } => TABLE,
            ExternType::Memory { .. } => MEMORY,
            ExternType::Tag(_) => TAG,
        }
    }

    fn wrong<R>(&self, wanted: &str) -> Result<R> {
        Err(Error::new(Status::Type, format!("{wanted} expected, {} found", self.ty)))
    }

    pub fn func(&self) -> Result<&FuncType> {
        match &self.ty {
            ExternType::Func(ty) => Ok(ty),
            _ => self.wrong("function type"),
        }
    }

    pub fn global(&self) -> Result<GlobalType> {
        match &self.ty {
            ExternType::Global(ty) => Ok(*ty),
            _ => self.wrong("global type"),
        }
    }

    pub fn table(&self) -> Result<(ValueKind, Limits)> {
        match &self.ty {
            ExternType::Table { element, limits } => Ok((*element, *limits)),
            _ => self.wrong("table type"),
        }
    }

    pub fn memory(&self) -> Result<(Limits, bool)> {
        match &self.ty {
            ExternType::Memory { limits, shared } => Ok((*limits, *shared)),
            _ => self.wrong("memory type"),
        }
    }
}

impl Drop for Parts {
    fn drop(&mut self) {
        if let Self::Func { params, results } = self {
            // SAFETY: made by `new`; what value types are needs no delete.
            unsafe {
                params.free();
                results.free();
            }
        }
    }
}

/// The type that a parameter marked `own` passes.
///
/// # Safety
/// NULL, or a type that the caller gives up.
pub unsafe fn taken(ty: *mut wasm_externtype_t, name: &str) -> Result<Box<wasm_externtype_t>> {
    // SAFETY: passed on.
    unsafe {
        ffi::borrow(ty, name)?;
        Ok(Box::from_raw(ty))
    }
}

/// Asks a type for something; `nothing` for NULL and for a type of another kind.
///
/// # Safety
/// NULL or a type.
pub unsafe fn ask<R>(
    ty: *const wasm_externtype_t,
    nothing: R,
    get: impl FnOnce(&wasm_externtype_t) -> Option<R>,
) -> R {
    attempt(nothing, || {
        // SAFETY: passed on.
        let ty = unsafe { ffi::borrow(ty, "type")? };
        match get(ty) {
            Some(found) => Ok(found),
            None => ty.wrong("another kind of type"),
        }
    })
}

impl Boxed for wasm_externtype_t {
    const NOUN: &'static str = "type";

    unsafe fn twin(&self) -> Result<Self> {
        Ok(*Self::new(self.ty.clone())?)
    }
}

/// Copy, delete and the vector of a type; for all but `wasm_externtype_t` also the way to it and
/// back.
macro_rules! externtype {
    ($ty:ident: $delete:ident $copy:ident) => {
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $delete(ty: *mut $ty) {
            // SAFETY: the caller's promise.
            $crate::ffi::guard_or((), || drop(unsafe { $crate::ffi::owned(ty) }));
        }
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $copy(ty: *const $ty) -> *mut $ty {
            // SAFETY: the caller's promise.
            unsafe { $crate::standard::externtype::copied(ty) }
        }
    };
    ($ty:ident $kind:ident: $delete:ident $copy:ident $up:ident $up_const:ident $down:ident $down_const:ident) => {
        $crate::standard::externtype::externtype!($ty: $delete $copy);

        #[unsafe(no_mangle)]
        pub extern "C" fn $up(ty: *mut $ty) -> *mut wasm_externtype_t {
            ty
        }
        #[unsafe(no_mangle)]
        pub extern "C" fn $up_const(ty: *const $ty) -> *const wasm_externtype_t {
            ty
        }
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $down(ty: *mut wasm_externtype_t) -> *mut $ty {
            // SAFETY: the caller's promise.
            unsafe { $crate::standard::externtype::of_kind(ty, $crate::standard::externtype::$kind) }
        }
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $down_const(ty: *const wasm_externtype_t) -> *const $ty {
            // SAFETY: the caller's promise.
            unsafe {
                let kind = $crate::standard::externtype::$kind;
                $crate::standard::externtype::of_kind(ty.cast_mut(), kind)
            }
        }
    };
}
pub(super) use externtype;

/// # Safety
/// NULL or a type.
pub unsafe fn copied(ty: *const wasm_externtype_t) -> *mut wasm_externtype_t {
    // SAFETY: passed on.
    attempt(null_mut(), || unsafe { twin(ty) })
}

/// The same pointer if the kind fits, else NULL, which is an answer and not an error.
///
/// # Safety
/// NULL or a type.
pub unsafe fn of_kind(ty: *mut wasm_externtype_t, kind: u8) -> *mut wasm_externtype_t {
    // SAFETY: passed on.
    match unsafe { ffi::borrow(ty, "type") } {
        Ok(found) if found.kind() == kind => ty,
        _ => null_mut(),
    }
}

externtype!(wasm_externtype_t: wasm_externtype_delete wasm_externtype_copy);
vector!(wasm_externtype_vec_t of *mut wasm_externtype_t: wasm_externtype_vec_new_empty
    wasm_externtype_vec_new_uninitialized wasm_externtype_vec_new wasm_externtype_vec_copy
    wasm_externtype_vec_delete);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_externtype_kind(ty: *const wasm_externtype_t) -> u8 {
    // SAFETY: the caller's promise.
    unsafe { ask(ty, FUNC, |ty| Some(ty.kind())) }
}
