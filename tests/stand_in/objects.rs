//! Globals, tables, vectors and host info: which owner keeps what alive.

use crate::handles::*;
use crate::standard::externs::*;
use crate::standard::externtype::*;
use crate::standard::foreign::*;
use crate::standard::global::*;
use crate::standard::globaltype::wasm_globaltype_new;
use crate::standard::last_error::wasmer_last_error_message;
use crate::standard::reference::*;
use crate::standard::store::wasm_store_delete;
use crate::standard::table::*;
use crate::standard::tabletype::wasm_tabletype_new;
use crate::standard::trap::*;
use crate::standard::val::*;
use crate::standard::valtype::wasm_valtype_new;
use crate::standard::vector::*;
use std::ffi::c_void;
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

unsafe fn wasm_last_error(text: &mut [u8]) -> i32 {
    // SAFETY: as long as it says.
    unsafe { wasmer_last_error_message(text.as_mut_ptr().cast(), text.len() as i32) }
}

#[test]
fn globals_and_tables_outlive_the_store_pointer() {
    let gone = AtomicUsize::new(0);
    // SAFETY: each object is deleted once.
    unsafe {
        let store = new_store();
        let foreign = wasm_foreign_new(store);
        let ty = wasm_globaltype_new(wasm_valtype_new(EXTERNREF), 1);
        let global = wasm_global_new(store, ty, &object_value(foreign));
        wasm_externtype_delete(ty);
        let limits = wasm_limits_t { min: 1, max: 2 };
        let ty = wasm_tabletype_new(wasm_valtype_new(EXTERNREF), &limits);
        let table = wasm_table_new(store, ty, global);
        wasm_externtype_delete(ty);
        wasm_global_set_host_info_with_finalizer(global, word(&gone), Some(count));
        wasm_store_delete(store);

        let mut value = wasm_val_t::INIT;
        wasm_global_get(global, &mut value);
        assert!(wasm_ref_same(value.of.reference, foreign));
        wasm_global_set(global, &object_value(table));
        wasm_val_delete(&mut value);
        wasm_global_get(global, &mut value);
        assert!(wasm_ref_same(value.of.reference, table));
        wasm_val_delete(&mut value);

        let first = wasm_table_get(table, 0);
        assert!(wasm_ref_same(first, global));
        assert_eq!(wasm_global_get_host_info(wasm_ref_as_global(first)), word(&gone));
        wasm_ref_delete(first);
        assert!(wasm_table_grow(table, 1, foreign) && !wasm_table_grow(table, 1, null_mut()));
        assert!(wasm_table_set(table, 0, null_mut()) && wasm_table_get(table, 0).is_null());
        assert!(!wasm_table_set(table, 2, foreign));
        let mut text = [0; 200];
        let length = wasm_last_error(&mut text);
        assert!(length > 0, "the last failure was noted");

        let mut externs = filled(|out| {
            let both = [wasm_extern_copy(global), wasm_table_as_extern(wasm_table_copy(table))];
            wasm_extern_vec_new(out, 2, both.as_ptr());
        });
        let mut copies = filled(|out| wasm_extern_vec_copy(out, &externs));
        wasm_extern_vec_delete(&mut externs);
        let found = copies.elements("copies").unwrap();
        assert!(wasm_extern_same(found[1], table) && wasm_extern_as_table(found[0]).is_null());
        wasm_extern_vec_delete(&mut copies);
        wasm_foreign_delete(foreign);
        assert_eq!(gone.load(SeqCst), 0);
        wasm_global_delete(global);
        // Nothing else has it, and the store is there still.
        assert_eq!(gone.load(SeqCst), 1);
        wasm_table_delete(table);
        assert_eq!(gone.load(SeqCst), 1);
    }
}

#[test]
fn vectors_of_values_own_their_references() {
    let gone = AtomicUsize::new(0);
    // SAFETY: each object is deleted once.
    unsafe {
        let store = new_store();
        let foreign = wasm_foreign_new(store);
        wasm_foreign_set_host_info_with_finalizer(foreign, word(&gone), Some(count));
        let values = [number(1), object_value(foreign), object_value(null_mut())];
        let mut vector = filled(|out| wasm_val_vec_new(out, 3, values.as_ptr()));
        let mut copied = filled(|out| wasm_val_vec_copy(out, &vector));
        wasm_val_vec_delete(&mut vector);
        assert_eq!(gone.load(SeqCst), 0);
        let found = copied.elements("copied").unwrap();
        assert!(wasm_ref_same(found[1].of.reference, foreign) && found[0].of.i32 == 1);
        wasm_val_vec_delete(&mut copied);
        assert_eq!(gone.load(SeqCst), 1);
        wasm_store_delete(store);
    }
}

/// Replaces the info that it is the finalizer of, which it may.
unsafe extern "C" fn replace(trap: *mut c_void) {
    // SAFETY: the trap is alive while its info is replaced.
    unsafe { wasm_trap_set_host_info(trap.cast(), 8 as *mut c_void) };
}

#[test]
fn host_info_is_finalized_once_without_a_lock() {
    let gone = AtomicUsize::new(0);
    // SAFETY: each object is deleted once.
    unsafe {
        let store = new_store();
        let trap = wasm_trap_new(store, null());
        wasm_store_delete(store);
        let copied = wasm_trap_copy(trap);
        for times in 0..3 {
            wasm_trap_set_host_info_with_finalizer(trap, word(&gone), Some(count));
            assert_eq!(gone.load(SeqCst), times);
        }
        wasm_trap_set_host_info(copied, null_mut());
        assert_eq!(gone.load(SeqCst), 3);
        wasm_trap_set_host_info_with_finalizer(trap, trap.cast(), Some(replace));
        wasm_trap_set_host_info_with_finalizer(copied, word(&gone), Some(count));
        assert_eq!(wasm_trap_get_host_info(copied) as usize, 8);
        wasm_trap_delete(copied);
        wasm_trap_delete(trap);
    }
}
