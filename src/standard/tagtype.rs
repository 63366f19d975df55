//! Tag types: what an exception carries.

use super::attempt;
use super::externtype::{
    Parts, ask, externtype, taken, wasm_externtype_t, wasm_functype_t, wasm_tagtype_t,
};
use super::vector::vector;
use crate::runtime::{Error, ExternType, Status};
use std::ptr::{null, null_mut};

externtype!(wasm_tagtype_t TAG: wasm_tagtype_delete wasm_tagtype_copy
    wasm_tagtype_as_externtype wasm_tagtype_as_externtype_const
    wasm_externtype_as_tagtype wasm_externtype_as_tagtype_const);
vector!(wasm_tagtype_vec_t of *mut wasm_tagtype_t: wasm_tagtype_vec_new_empty
    wasm_tagtype_vec_new_uninitialized wasm_tagtype_vec_new wasm_tagtype_vec_copy
    wasm_tagtype_vec_delete);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_tagtype_new(functype: *mut wasm_functype_t) -> *mut wasm_tagtype_t {
    attempt(null_mut(), || {
        // SAFETY: the caller's promise.
        let functype = unsafe { taken(functype, "functype")? };
        let ty = functype.func()?;
        if !ty.results.is_empty() {
            return Err(Error::new(
                Status::Type,
                format!("tag type: a tag has no results, {ty} has"),
            ));
        }
        wasm_externtype_t::into_raw(ExternType::Tag(ty.clone()))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_tagtype_functype(
    ty: *const wasm_tagtype_t,
) -> *const wasm_functype_t {
    // SAFETY: the caller's promise.
    unsafe {
        ask(ty, null(), |ty| match &ty.parts {
            Parts::Tag { functype } => Some(std::ptr::from_ref(&**functype)),
            _ => None,
        })
    }
}
