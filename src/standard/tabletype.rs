//! Table types. Limits are in elements.

use super::attempt;
use super::externtype::{
    Parts, ask, externtype, wasm_externtype_t, wasm_limits_t, wasm_tabletype_t,
};
use super::valtype::wasm_valtype_t;
use super::vector::vector;
use crate::ffi;
use crate::runtime::{Error, ExternType, Status};
use std::ptr::{null, null_mut};

externtype!(wasm_tabletype_t TABLE: wasm_tabletype_delete wasm_tabletype_copy
    wasm_tabletype_as_externtype wasm_tabletype_as_externtype_const
    wasm_externtype_as_tabletype wasm_externtype_as_tabletype_const);
vector!(wasm_tabletype_vec_t of *mut wasm_tabletype_t: wasm_tabletype_vec_new_empty
    wasm_tabletype_vec_new_uninitialized wasm_tabletype_vec_new wasm_tabletype_vec_copy
    wasm_tabletype_vec_delete);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_tabletype_new(
    element: *mut wasm_valtype_t,
    limits: *const wasm_limits_t,
) -> *mut wasm_tabletype_t {
    attempt(null_mut(), || {
        // SAFETY: the caller's promise.
        let (element, limits) =
            unsafe { (wasm_valtype_t::kind(element, "element")?, *ffi::borrow(limits, "limits")?) };
        if !element.is_reference() {
            return Err(Error::new(
                Status::Type,
                format!("table type: elements are funcref or externref, not {element}"),
            ));
        }
        let limits = crate::runtime::Limits::from(limits).check("table type")?;
        wasm_externtype_t::into_raw(ExternType::Table { element, limits })
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_tabletype_element(
    ty: *const wasm_tabletype_t,
) -> *const wasm_valtype_t {
    // SAFETY: the caller's promise.
    unsafe {
        ask(ty, null(), |ty| match ty.parts {
            Parts::Limited { element, .. } if !element.is_null() => Some(element),
            _ => None,
        })
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_tabletype_limits(
    ty: *const wasm_tabletype_t,
) -> *const wasm_limits_t {
    // SAFETY: the caller's promise.
    unsafe {
        ask(ty, null(), |ty| match &ty.parts {
            Parts::Limited { element, limits } if !element.is_null() => {
                Some(std::ptr::from_ref(limits))
            }
            _ => None,
        })
    }
}
