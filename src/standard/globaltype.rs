//! Global types.

use super::attempt;
use super::externtype::{Parts, ask, externtype, wasm_externtype_t, wasm_globaltype_t};
use super::valtype::wasm_valtype_t;
use super::vector::vector;
use crate::runtime::{Error, ExternType, GlobalType, Status};
use std::ptr::{null, null_mut};

/// `wasm_mutability_t`.
const CONST: u8 = 0;
const VAR: u8 = 1;

externtype!(wasm_globaltype_t GLOBAL: wasm_globaltype_delete wasm_globaltype_copy
    wasm_globaltype_as_externtype wasm_globaltype_as_externtype_const
    wasm_externtype_as_globaltype wasm_externtype_as_globaltype_const);
vector!(wasm_globaltype_vec_t of *mut wasm_globaltype_t: wasm_globaltype_vec_new_empty
    wasm_globaltype_vec_new_uninitialized wasm_globaltype_vec_new wasm_globaltype_vec_copy
    wasm_globaltype_vec_delete);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_globaltype_new(
    content: *mut wasm_valtype_t,
    mutability: u8,
) -> *mut wasm_globaltype_t {
    attempt(null_mut(), || {
        // SAFETY: the caller's promise.
        let kind = unsafe { wasm_valtype_t::kind(content, "content")? };
        let mutable = match mutability {
            CONST => false,
            VAR => true,
            other => {
                return Err(Error::new(
                    Status::InvalidArgument,
                    format!("mutability {other}: expected WASM_CONST (0) or WASM_VAR (1)"),
                ));
            }
        };
        wasm_externtype_t::into_raw(ExternType::Global(GlobalType { kind, mutable }))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_globaltype_content(
    ty: *const wasm_globaltype_t,
) -> *const wasm_valtype_t {
    // SAFETY: the caller's promise.
    unsafe {
        ask(ty, null(), |ty| match ty.parts {
            Parts::Global { content } => Some(content),
            _ => None,
        })
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_globaltype_mutability(ty: *const wasm_globaltype_t) -> u8 {
    // SAFETY: the caller's promise.
    unsafe { ask(ty, CONST, |ty| ty.global().ok().map(|ty| if ty.mutable { VAR } else { CONST })) }
}
