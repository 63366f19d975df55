//! Memory types. Limits are in pages of 65,536 bytes.

use super::attempt;
use super::externtype::{
    Parts, ask, externtype, wasm_externtype_t, wasm_limits_t, wasm_memorytype_t,
};
use super::vector::vector;
use crate::ffi;
use crate::runtime::{ExternType, Limits};
use std::ptr::{null, null_mut};

externtype!(wasm_memorytype_t MEMORY: wasm_memorytype_delete wasm_memorytype_copy
    wasm_memorytype_as_externtype wasm_memorytype_as_externtype_const
    wasm_externtype_as_memorytype wasm_externtype_as_memorytype_const);
vector!(wasm_memorytype_vec_t of *mut wasm_memorytype_t: wasm_memorytype_vec_new_empty
    wasm_memorytype_vec_new_uninitialized wasm_memorytype_vec_new wasm_memorytype_vec_copy
    wasm_memorytype_vec_delete);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_memorytype_new(
    limits: *const wasm_limits_t,
) -> *mut wasm_memorytype_t {
    attempt(null_mut(), || {
        // SAFETY: the caller's promise.
        let limits = Limits::from(unsafe { *ffi::borrow(limits, "limits")? });
        let limits = limits.check("memory type")?;
        wasm_externtype_t::into_raw(ExternType::Memory { limits, shared: false })
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_memorytype_limits(
    ty: *const wasm_memorytype_t,
) -> *const wasm_limits_t {
    // SAFETY: the caller's promise.
    unsafe {
        ask(ty, null(), |ty| match &ty.parts {
            Parts::Limited { element, limits } if element.is_null() => {
                Some(std::ptr::from_ref(limits))
            }
            _ => None,
        })
    }
}
