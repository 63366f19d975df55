//! Instances that are given back before their arena goes.

mod common;
use common::*;
use wasmer::runtime::*;

const ALONE: &str = r#"(module (func (export "f") (result i32) i32.const 7))"#;

#[test]
fn a_released_instance_makes_room_for_another() {
    let engine = engine(Compiler::Cranelift);
    let module = module(&engine, ALONE);
    let arena = Owned::new(&engine);
    for _ in 0..MAX_INSTANCES + 100 {
        let instance = arena.instantiate(&module, &[], 0).unwrap();
        assert!(arena.release(instance).unwrap());
        assert_eq!(arena.noun(instance).unwrap(), Noun::Dead);
        assert_eq!(arena.export(instance, 0).unwrap_err().status, Status::Handle);
        assert_eq!(arena.release(instance).unwrap_err().status, Status::Handle);
    }
    // Places are used again; what is in them is right.
    let kept = arena.instantiate(&module, &[], 0).unwrap();
    let released = arena.instantiate(&module, &[], 0).unwrap();
    assert!(arena.release(released).unwrap());
    let other = arena.instantiate(&module, &[], 0).unwrap();
    for instance in [kept, other] {
        let f = arena.export(instance, 0).unwrap();
        assert_eq!(call(&arena, f, &[]).unwrap(), [7]);
    }
}

#[test]
fn an_instance_that_can_be_reached_stays() {
    let engine = engine(Compiler::Cranelift);
    let arena = Owned::new(&engine);
    let asked = arena.instantiate(&module(&engine, ALONE), &[], 0).unwrap();
    let f = arena.export(asked, 0).unwrap();
    assert!(!arena.release(asked).unwrap());
    assert_eq!(call(&arena, f, &[]).unwrap(), [7]);

    for text in [
        "(module (memory 1))",
        "(module (table 1 funcref))",
        "(module (global (mut i32) (i32.const 1)))",
    ] {
        let instance = arena.instantiate(&module(&engine, text), &[], 0).unwrap();
        assert!(!arena.release(instance).unwrap(), "{text}");
        assert_eq!(arena.noun(instance).unwrap(), Noun::Instance);
    }
    let table = arena.new_table(ValueKind::FuncRef, Limits { minimum: 1, maximum: None }, 0);
    let text = r#"(module (import "m" "t" (table 1 funcref))
        (elem (i32.const 0) $f) (func $f (result i32) i32.const 9))"#;
    let table = table.unwrap();
    let importer = arena.instantiate(&module(&engine, text), &[table], 0).unwrap();
    assert!(!arena.release(importer).unwrap());
    let f = arena.table_get(table, 0).unwrap();
    assert_eq!(call(&arena, f, &[]).unwrap(), [9]);
}

#[test]
fn only_an_instance_can_be_released() {
    let engine = engine(Compiler::Cranelift);
    let arena = Owned::new(&engine);
    let memory = arena.new_memory(Limits { minimum: 1, maximum: None }, false).unwrap();
    assert_eq!(arena.release(memory).unwrap_err().status, Status::Handle);
    assert_eq!(arena.release(0).unwrap_err().status, Status::Handle);
}
