//! The trap of a stack overflow has the frames of the guest, wherever the stack ended.

mod common;
use common::*;
use wasmer::runtime::*;

/// Recursion without end over `$deep`: by itself, with a library call at each level, and with a host function.
const GUEST: &str = r#"(module $m
    (import "" "host" (func $host))
    (memory 1 1)
    (func $plain (param i32) (result i32) (i32.add (i32.const 1) (call $plain (local.get 0))))
    (func $library (param i32) (result i32)
        (drop (memory.grow (i32.const 1)))
        (i32.add (i32.const 1) (call $library (local.get 0))))
    (func $hosted (param i32) (result i32)
        (call $host)
        (i32.add (i32.const 1) (call $hosted (local.get 0))))
    (func (export "plain") (result i32) (call $plain (i32.const 0)))
    (func (export "library") (result i32) (call $library (i32.const 0)))
    (func (export "hosted") (result i32) (call $hosted (i32.const 0)))
    (func (export "trap") (result i32) (unreachable)))"#;

#[test]
fn a_stack_overflow_has_frames() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let nothing = host(&arena, &[], &[], |_, _| Ok(()));
        let instance = arena.instantiate(&module(&engine, GUEST), &[nothing], 0).unwrap();
        for name in ["plain", "library", "hosted"].repeat(3) {
            let func = arena.export_by_name(instance, name).unwrap().1;
            let error = call(&arena, func, &[]).unwrap_err();
            assert_eq!(error.trap, Some(TrapKind::StackOverflow), "{error}");
            let frames = &error.frames;
            assert_eq!(frames.len(), MAX_FRAMES, "{compiler} {name}");
            assert!(error.frames_omitted > 1000, "{compiler} {name}: {}", error.frames_omitted);
            let (outermost, deep) = frames.split_last().unwrap();
            for frame in deep {
                assert_eq!((&*frame.module, &*frame.function), ("m", name), "{compiler}");
            }
            assert_eq!(outermost.function_index, deep[0].function_index + 3, "{compiler} {name}");
            // What comes next has frames of its own.
            let trap = arena.export_by_name(instance, "trap").unwrap().1;
            let error = call(&arena, trap, &[]).unwrap_err();
            assert_eq!((error.trap, error.frames.len()), (Some(TrapKind::Unreachable), 1));
        }
    }
}
