//! Types: what is owned, what is borrowed from them, and what a constructor takes over.

use crate::handles::filled;
use crate::runtime::ValueKind;
use crate::standard::exporttype::*;
use crate::standard::externtype::*;
use crate::standard::functype::*;
use crate::standard::globaltype::*;
use crate::standard::importtype::*;
use crate::standard::memorytype::*;
use crate::standard::tabletype::*;
use crate::standard::tagtype::*;
use crate::standard::valtype::*;
use crate::standard::vector::*;
use std::ptr::null_mut;

fn name(text: &str) -> wasm_byte_vec_t {
    // SAFETY: as long as it says.
    filled(|out| unsafe { wasm_byte_vec_new(out, text.len(), text.as_ptr()) })
}

fn kinds(kinds: &[u8]) -> wasm_valtype_vec_t {
    let types: Vec<_> = kinds.iter().map(|&kind| wasm_valtype_new(kind)).collect();
    // SAFETY: as many as it says.
    filled(|out| unsafe { wasm_valtype_vec_new(out, types.len(), types.as_ptr()) })
}

unsafe fn functype(params: &[u8], results: &[u8]) -> *mut wasm_functype_t {
    let (mut params, mut results) = (kinds(params), kinds(results));
    // SAFETY: both are given away.
    let ty = unsafe { wasm_functype_new(&mut params, &mut results) };
    assert!(params.data.is_null() && results.data.is_null());
    ty
}

unsafe fn kinds_of(types: *const wasm_valtype_vec_t) -> Vec<u8> {
    // SAFETY: borrowed from a type that is alive.
    unsafe {
        let types = (*types).elements("types").unwrap();
        types.iter().map(|&ty| wasm_valtype_kind(ty)).collect()
    }
}

#[test]
fn a_function_type_lends_its_vectors() {
    // SAFETY: each type is deleted once, after what it lent was read.
    unsafe {
        let ty = functype(&[0, 1, 4], &[128, 129]);
        let params = wasm_functype_params(ty);
        let up = wasm_functype_as_externtype(ty);
        let copied = wasm_functype_copy(wasm_externtype_as_functype_const(up));
        assert!(wasm_externtype_as_globaltype(up).is_null() && ty == up);
        // What was lent stays good while others look at the type.
        assert_eq!(kinds_of(params), [0, 1, 4]);
        wasm_functype_delete(ty);
        assert_eq!(kinds_of(wasm_functype_params(copied)), [0, 1, 4]);
        assert_eq!(kinds_of(wasm_functype_results(copied)), [128, 129]);
        assert!(wasm_globaltype_content(copied).is_null());
        wasm_externtype_delete(copied);
    }
}

#[test]
fn a_constructor_that_fails_takes_its_arguments_all_the_same() {
    // SAFETY: what is given away is not used again; Miri looks for what is left.
    unsafe {
        let mut params = kinds(&[0, 77]);
        let mut results = kinds(&[1]);
        assert!(wasm_functype_new(&mut params, &mut results).is_null());
        assert!(params.data.is_null() && results.data.is_null());
        let mut results = kinds(&[1]);
        assert!(wasm_functype_new(null_mut(), &mut results).is_null());
        assert!(results.data.is_null());
        // A tag has no results.
        assert!(wasm_tagtype_new(functype(&[0], &[0])).is_null());
        assert!(wasm_tagtype_new(null_mut()).is_null());

        let (mut module, mut field) = (name("module"), name("field"));
        assert!(wasm_importtype_new(&mut module, &mut field, null_mut()).is_null());
        assert!(module.data.is_null() && field.data.is_null());
        let mut field = name("field");
        assert!(wasm_importtype_new(null_mut(), &mut field, functype(&[], &[])).is_null());
        assert!(wasm_exporttype_new(null_mut(), functype(&[], &[])).is_null());
        let mut field = name("field");
        assert!(wasm_exporttype_new(&mut field, null_mut()).is_null());
    }
}

#[test]
fn imports_and_exports_own_their_names_and_types() {
    // SAFETY: each object is deleted once.
    unsafe {
        let limits = wasm_limits_t { min: 1, max: UNLIMITED };
        let types = [
            functype(&[0], &[]),
            wasm_globaltype_new(wasm_valtype_new(3), 1),
            wasm_tabletype_new(wasm_valtype_new(129), &limits),
            wasm_memorytype_new(&limits),
            wasm_tagtype_new(functype(&[2], &[])),
        ];
        let imports = types.map(|ty| {
            let (mut module, mut field) = (name("module"), name("\0field"));
            wasm_importtype_new(&mut module, &mut field, ty)
        });
        let mut all = filled(|out| wasm_importtype_vec_new(out, 5, imports.as_ptr()));
        let mut copied = filled(|out| wasm_importtype_vec_copy(out, &all));
        wasm_importtype_vec_delete(&mut all);
        for (kind, &import) in copied.elements("copied").unwrap().iter().enumerate() {
            assert_eq!((*wasm_importtype_name(import)).elements("it").unwrap(), b"\0field");
            assert_eq!((*wasm_importtype_module(import)).elements("it").unwrap(), b"module");
            let ty = wasm_importtype_type(import);
            assert_eq!(usize::from(wasm_externtype_kind(ty)), kind);
            let mut field = name("out");
            let export = wasm_exporttype_new(&mut field, wasm_externtype_copy(ty));
            let again = wasm_exporttype_copy(export);
            wasm_exporttype_delete(export);
            assert_eq!((*wasm_exporttype_name(again)).elements("it").unwrap(), b"out");
            assert_eq!(usize::from(wasm_externtype_kind(wasm_exporttype_type(again))), kind);
            wasm_exporttype_delete(again);
        }
        // A program may take an element out.
        let tag = *copied.data.add(4);
        *copied.data.add(4) = null_mut();
        wasm_importtype_vec_delete(&mut copied);
        let ty = wasm_externtype_as_tagtype_const(wasm_importtype_type(tag));
        assert_eq!(kinds_of(wasm_functype_params(wasm_tagtype_functype(ty))), [2]);
        wasm_importtype_delete(tag);
    }
}

#[test]
fn what_tables_memories_and_globals_lend_is_their_own() {
    // SAFETY: each object is deleted once.
    unsafe {
        let limits = wasm_limits_t { min: 3, max: 7 };
        let (table, memory, global) = (
            wasm_tabletype_new(wasm_valtype_new(128), &limits),
            wasm_memorytype_new(&limits),
            wasm_globaltype_new(wasm_valtype_new(4), 0),
        );
        for lent in [wasm_tabletype_limits(table), wasm_memorytype_limits(memory)] {
            assert_eq!(((*lent).min, (*lent).max), (3, 7));
        }
        assert_eq!(wasm_valtype_kind(wasm_tabletype_element(table)), ValueKind::ExternRef as u8);
        assert_eq!(wasm_valtype_kind(wasm_globaltype_content(global)), ValueKind::V128 as u8);
        assert!(wasm_memorytype_limits(table.cast_const()) != wasm_tabletype_limits(table));
        for ty in [table, memory, global] {
            wasm_externtype_delete(ty);
        }
    }
}
