//! The size of guests' stacks is one for the process, so it has a process of its own.

mod common;
use common::*;
use wasmer::runtime::*;

#[test]
fn it_can_be_set_before_the_first_arena_only() {
    for wrong in [0, 65_535, 64 * 1024 * 1024 + 1, usize::MAX] {
        assert_eq!(set_stack_bytes(wrong).unwrap_err().status, Status::InvalidArgument);
    }
    assert_eq!(stack_bytes(), WASM_STACK_BYTES);
    set_stack_bytes(4 * 1024 * 1024 - 1).unwrap();
    assert_eq!(stack_bytes(), 4 * 1024 * 1024);
    let text = r#"(module (global $depth (export "depth") (mut i32) (i32.const 0))
        (memory 1)
        (func $f (export "f") (param i32) (result i32)
            (global.set $depth (i32.add (global.get $depth) (i32.const 1)))
            (drop (memory.grow (i32.const 0)))
            (i32.add (call $f (local.get 0)) (local.get 0))))"#;
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let instance = arena.instantiate(&module(&engine, text), &[], 0).unwrap();
        let (depth, f) = (arena.export(instance, 0).unwrap(), arena.export(instance, 1).unwrap());
        for _ in 0..20 {
            let error = call(&arena, f, &[1]).unwrap_err();
            assert_eq!(error.trap, Some(TrapKind::StackOverflow));
        }
        // Frames are at least 32 bytes; with the default of 1 MiB there are four times fewer.
        let reached = arena.global_get(depth).unwrap().0[0] / 20;
        println!("{compiler}: {reached} deep");
        assert!(reached > 30_000, "{compiler}: {reached} deep");
    }
    set_stack_bytes(4 * 1024 * 1024).unwrap();
    assert_eq!(set_stack_bytes(1024 * 1024).unwrap_err().status, Status::InvalidArgument);
}
