//! What is not right yet, each as small as it can be. A test moves to where it belongs when it
//! passes. The largest one is in stack_frames.rs.

mod common;
use common::*;
use wasmer::runtime::*;

/// wasmer's trampoline for a host function has no frame of its own under Singlepass, so the frame
/// that called it is skipped.
#[test]
fn a_failing_host_function_names_its_caller_under_singlepass() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let fail = host(&arena, &[], &[], |_, _| Err(Error::new(Status::Host, "no")));
        let wat = r#"(module (import "" "fail" (func $fail)) (func $inner call $fail)
            (func $outer (export "f") call $inner))"#;
        let instance = arena.instantiate(&module(&engine, wat), &[fail], 0).unwrap();
        let f = arena.export_by_name(instance, "f").unwrap().1;
        let error = call(&arena, f, &[]).unwrap_err();
        let names: Vec<_> = error.frames.iter().map(|frame| frame.function.as_str()).collect();
        assert_eq!(names, ["inner", "outer"], "{compiler}");
    }
}

/// The shim that such a function needs is not the caller's module, so neither "invalid module" nor
/// the panic of the compiler tells anything.
#[test]
fn a_host_function_with_vectors_is_unsupported_under_singlepass() {
    use ValueKind::V128;
    let engine = engine(Compiler::Singlepass);
    let arena = Owned::new(&engine);
    for (params, results) in [(&[V128][..], &[][..]), (&[], &[V128])] {
        let func = host(&arena, params, results, |_, _| Ok(()));
        let error = call(&arena, func, &[0, 0]).unwrap_err();
        assert_eq!(error.status, Status::Unsupported, "{error}");
    }
}

/// Both ways to refuse a pair of types spell them in the same way.
#[test]
fn colliding_types_are_spelled_as_everywhere() {
    // Found by tests/collisions.rs.
    let one = "i32 i64 funcref externref i32 i64 i32 i64 i64 externref funcref i64 funcref i32 i64 \
        i64 externref i32 externref funcref externref externref funcref externref";
    let two = "i64 funcref funcref i32 externref i64 funcref i64 i32 funcref i32 i32 i64 i64 externref \
        i64 i64 i32 i64 i64 externref funcref i64 funcref";
    let engine = engine(Compiler::Cranelift);
    let arena = Owned::new(&engine);
    let [one, two] = [one, two].map(|params| {
        let wat = format!("(module (func (param {params}) (result i32) unreachable))");
        module(&engine, &wat)
    });
    arena.instantiate(&one, &[], 0).unwrap();
    let error = arena.instantiate(&two, &[], 0).unwrap_err();
    assert!(error.message.contains("func(i32, i64, funcref, externref"), "{error}");
}

/// A valid module that wasmer lacks something for.
#[test]
fn what_wasmer_lacks_is_unsupported() {
    let wat = r#"(module (import "" "g" (global $g funcref)) (table 1 funcref)
        (elem (i32.const 0) funcref (global.get $g)))"#;
    for compiler in COMPILERS {
        let engine = engine(compiler);
        Module::validate(&engine, wat.as_bytes()).unwrap();
        if let Err(error) = Module::new(&engine, wat.as_bytes()) {
            assert_eq!(error.status, Status::Unsupported, "{error}");
        }
    }
}

/// A memory that was never made must not count.
#[test]
fn a_refused_memory_does_not_use_up_the_limit() {
    let engine = engine(Compiler::Cranelift);
    let arena = Owned::new(&engine);
    let small = Limits { minimum: 1, maximum: None };
    let large = Limits { minimum: 65536, maximum: None };
    arena.new_memory(small, false).unwrap();
    for _ in 0..MAX_MEMORIES {
        assert_eq!(arena.new_memory(large, false).unwrap_err().status, Status::Limit);
    }
    arena.new_memory(small, false).unwrap();
}
