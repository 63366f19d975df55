//! Foreign objects: what the program wants wasm to pass around. One that never got into wasm is
//! freed with its last handle, else with its store.

use super::attempt;
use super::reference::{Body, reference, wasm_foreign_t, wasm_ref_t};
use super::store::{store, wasm_store_t};
use std::ptr::null_mut;
use std::sync::{Arc, Weak};

pub struct Foreign {
    /// Weak, because the store keeps those that got into wasm.
    store: Weak<wasm_store_t>,
}

impl Foreign {
    pub fn new(store: &Arc<wasm_store_t>) -> Self {
        Self { store: Arc::downgrade(store) }
    }

    pub fn is_of(&self, store: &wasm_store_t) -> bool {
        std::ptr::eq(self.store.as_ptr(), store)
    }
}

reference!(wasm_foreign_t if |body| matches!(body, Body::Foreign(_));
    wasm_foreign_delete wasm_foreign_copy wasm_foreign_same wasm_foreign_get_host_info
    wasm_foreign_set_host_info wasm_foreign_set_host_info_with_finalizer;
    wasm_foreign_as_ref wasm_foreign_as_ref_const wasm_ref_as_foreign wasm_ref_as_foreign_const);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_foreign_new(store: *mut wasm_store_t) -> *mut wasm_foreign_t {
    attempt(null_mut(), || {
        // SAFETY: the caller's promise.
        let store = unsafe { self::store(store)? };
        Ok(wasm_ref_t::into_raw(wasm_ref_t::new(Body::Foreign(Foreign::new(&store)))))
    })
}
