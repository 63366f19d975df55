//! Value types. There are few and they never change, so C gets pointers to constants: making one
//! allocates nothing, deleting one does nothing.

use super::attempt;
use super::vector::{Element, vector};
use crate::ffi;
use crate::runtime::{Error, Result, Status, ValueKind};
use std::ptr::null_mut;

#[repr(C)]
pub struct wasm_valtype_t {
    kind: ValueKind,
}

static ALL: [wasm_valtype_t; 7] = [
    wasm_valtype_t { kind: ValueKind::I32 },
    wasm_valtype_t { kind: ValueKind::I64 },
    wasm_valtype_t { kind: ValueKind::F32 },
    wasm_valtype_t { kind: ValueKind::F64 },
    wasm_valtype_t { kind: ValueKind::V128 },
    wasm_valtype_t { kind: ValueKind::ExternRef },
    wasm_valtype_t { kind: ValueKind::FuncRef },
];

/// The kind behind a number of C's.
pub fn kind(number: u8) -> Result<ValueKind> {
    ValueKind::from_u8(number).ok_or_else(|| {
        Error::new(Status::InvalidArgument, format!("{number} is not the number of a value kind"))
    })
}

impl wasm_valtype_t {
    /// The pointer for C. It is never written to.
    pub fn of(kind: ValueKind) -> *mut Self {
        let found = ALL.iter().find(|ty| ty.kind == kind);
        found.map_or(null_mut(), |ty| std::ptr::from_ref(ty).cast_mut())
    }

    /// # Safety
    /// NULL or a value type.
    pub unsafe fn kind(ty: *const Self, name: &str) -> Result<ValueKind> {
        // SAFETY: passed on.
        Ok(unsafe { ffi::borrow(ty, name)? }.kind)
    }
}

impl Element for *mut wasm_valtype_t {
    unsafe fn copy(&self) -> Result<Self> {
        Ok(*self)
    }
    unsafe fn delete(self) {}
}

vector!(wasm_valtype_vec_t of *mut wasm_valtype_t: wasm_valtype_vec_new_empty
    wasm_valtype_vec_new_uninitialized wasm_valtype_vec_new wasm_valtype_vec_copy
    wasm_valtype_vec_delete);

impl wasm_valtype_vec_t {
    pub fn of(kinds: &[ValueKind]) -> Result<Self> {
        Self::from_elements(kinds.iter().map(|&kind| wasm_valtype_t::of(kind)).collect())
    }

    /// # Safety
    /// As for `elements`; each is NULL or a value type.
    pub unsafe fn kinds(&self, name: &str) -> Result<Vec<ValueKind>> {
        // SAFETY: passed on.
        unsafe {
            let types = self.elements(name)?;
            types.iter().map(|&ty| wasm_valtype_t::kind(ty, name)).collect()
        }
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn wasm_valtype_new(kind: u8) -> *mut wasm_valtype_t {
    attempt(null_mut(), || Ok(wasm_valtype_t::of(self::kind(kind)?)))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_valtype_kind(ty: *const wasm_valtype_t) -> u8 {
    // SAFETY: the caller's promise.
    attempt(0, || Ok(unsafe { wasm_valtype_t::kind(ty, "type")? } as u8))
}

#[unsafe(no_mangle)]
pub extern "C" fn wasm_valtype_copy(ty: *const wasm_valtype_t) -> *mut wasm_valtype_t {
    ty.cast_mut()
}

#[unsafe(no_mangle)]
pub extern "C" fn wasm_valtype_delete(_: *mut wasm_valtype_t) {}
