//! Function types.

use super::attempt;
use super::externtype::{Parts, ask, externtype, wasm_externtype_t, wasm_functype_t};
use super::valtype::wasm_valtype_vec_t;
use super::vector::vector;
use crate::runtime::{Error, ExternType, FuncType, Result, Status, ValueKind};
use std::ptr::{null, null_mut};

externtype!(wasm_functype_t FUNC: wasm_functype_delete wasm_functype_copy
    wasm_functype_as_externtype wasm_functype_as_externtype_const
    wasm_externtype_as_functype wasm_externtype_as_functype_const);
vector!(wasm_functype_vec_t of *mut wasm_functype_t: wasm_functype_vec_new_empty
    wasm_functype_vec_new_uninitialized wasm_functype_vec_new wasm_functype_vec_copy
    wasm_functype_vec_delete);

/// The kinds in a vector that a parameter marked `own` passes; none for NULL.
unsafe fn kinds(types: *mut wasm_valtype_vec_t, name: &str) -> Result<Vec<ValueKind>> {
    // SAFETY: the caller's promise.
    let kinds = unsafe {
        let types = wasm_valtype_vec_t::taken(types, name)?;
        types.0.kinds(name)?
    };
    if kinds.len() > FuncType::MOST {
        return Err(Error::new(
            Status::InvalidArgument,
            format!("argument {name}: {} types, {} are allowed", kinds.len(), FuncType::MOST),
        ));
    }
    Ok(kinds)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_functype_new(
    params: *mut wasm_valtype_vec_t,
    results: *mut wasm_valtype_vec_t,
) -> *mut wasm_functype_t {
    attempt(null_mut(), || {
        // Both are taken over, also if one is wrong.
        // SAFETY: the caller's promise.
        let (params, results) = unsafe { (kinds(params, "params"), kinds(results, "results")) };
        wasm_externtype_t::into_raw(ExternType::Func(FuncType::new(&params?, &results?)))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_functype_params(
    ty: *const wasm_functype_t,
) -> *const wasm_valtype_vec_t {
    // SAFETY: the caller's promise.
    unsafe {
        ask(ty, null(), |ty| match &ty.parts {
            Parts::Func { params, .. } => Some(std::ptr::from_ref(params)),
            _ => None,
        })
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_functype_results(
    ty: *const wasm_functype_t,
) -> *const wasm_valtype_vec_t {
    // SAFETY: the caller's promise.
    unsafe {
        ask(ty, null(), |ty| match &ty.parts {
            Parts::Func { results, .. } => Some(std::ptr::from_ref(results)),
            _ => None,
        })
    }
}
