//! The same arena under the names of both headers.

use crate::extension::arena::*;
use crate::extension::engine::{libwasmer_engine_delete, libwasmer_engine_new};
use crate::extension::standard::*;
use crate::runtime::Status;
use crate::standard::foreign::*;
use crate::standard::reference::*;
use crate::standard::store::wasm_store_delete;
use std::ptr::{null, null_mut};

#[test]
fn an_arena_that_became_a_store_is_used_by_both_names() {
    let (mut engine, mut arena, mut store) = (null_mut(), null_mut(), null_mut());
    let mut error = null_mut();
    // SAFETY: the store owns the arena; each object is deleted once.
    unsafe {
        assert_eq!(libwasmer_engine_new(null(), &mut engine, &mut error), Status::Ok);
        assert_eq!(libwasmer_arena_new(engine, &mut arena, &mut error), Status::Ok);
        libwasmer_engine_delete(engine);
        let mut before = 0;
        assert_eq!(libwasmer_externref_new(arena, 5, &mut before, &mut error), Status::Ok);
        assert_eq!(libwasmer_store_from_arena(arena, &mut store, &mut error), Status::Ok);

        for round in 0..3 {
            let (mut handle, mut data) = (0, 0);
            assert_eq!(libwasmer_externref_new(arena, round, &mut handle, &mut error), Status::Ok);
            let found = libwasmer_store_arena(store);
            assert_eq!(libwasmer_externref_data(found, handle, &mut data, &mut error), Status::Ok);
            assert_eq!((data, found), (round, arena.cast_const()));

            let foreign = wasm_foreign_new(store);
            assert_eq!(libwasmer_ref_handle(foreign, store, &mut handle, &mut error), Status::Ok);
            let mut back = null_mut();
            assert_eq!(libwasmer_ref_from_handle(store, handle, &mut back, &mut error), Status::Ok);
            assert!(wasm_ref_same(back, foreign));
            wasm_ref_delete(back);
            wasm_foreign_delete(foreign);
        }
        wasm_store_delete(store);
    }
}
