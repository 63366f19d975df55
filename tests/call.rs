//! Calls: values, results, errors, closing.

mod common;
use common::*;
use wasmer::runtime::*;

const SUM: &str = r#"(module (func (export "sum") (param i32 i32) (result i32)
    local.get 0 local.get 1 i32.add))"#;

#[test]
fn sum_is_42_on_each_compiler() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let sum = export(&arena, &engine, SUM, "sum");
        assert_eq!(call(&arena, sum, &[5, 37]).unwrap(), [42]);
        assert_eq!(call(&arena, sum, &[u64::MAX, 1]).unwrap(), [0], "the low bits count");
    }
}

#[test]
fn values_of_every_kind_pass_through() {
    let engine = engine(Compiler::Cranelift);
    let arena = Owned::new(&engine);
    let wat = r#"(module (func (export "f")
        (param i32 i64 f32 f64 v128 externref funcref)
        (result funcref externref v128 f64 f32 i64 i32)
        local.get 6 local.get 5 local.get 4 local.get 3 local.get 2 local.get 1 local.get 0))"#;
    let f = export(&arena, &engine, wat, "f");
    let object = arena.new_extern(77).unwrap();
    let (single, double) = (1.5f32.to_bits().into(), 2.5f64.to_bits());
    let given = [u32::MAX.into(), u64::MAX, single, double, 3, 4, object, f];
    let found = call(&arena, f, &given).unwrap();
    assert_eq!(found, [f, object, 3, 4, double, single, u64::MAX, u64::from(u32::MAX)]);
    assert_eq!(arena.extern_data(object).unwrap(), 77);
    let nulls = call(&arena, f, &[0; 8]).unwrap();
    assert_eq!(nulls, [0; 8]);
}

#[test]
fn references_of_the_wrong_kind_or_arena_are_errors() {
    let engine = engine(Compiler::Cranelift);
    let (arena, other) = (Owned::new(&engine), Owned::new(&engine));
    let wat =
        r#"(module (func (export "f") (param funcref)) (func (export "e") (param externref)))"#;
    let instance = arena.instantiate(&module(&engine, wat), &[], 0).unwrap();
    let f = arena.export_by_name(instance, "f").unwrap().1;
    let e = arena.export_by_name(instance, "e").unwrap().1;
    let foreign = export(&other, &engine, SUM, "sum");
    let object = arena.new_extern(1).unwrap();
    for (func, argument) in [(f, foreign), (f, object), (e, f), (f, 12345), (e, u64::MAX)] {
        let error = call(&arena, func, &[argument]).unwrap_err();
        assert_eq!(error.status, Status::Handle, "{error}");
    }
    call(&arena, f, &[f]).unwrap();
    call(&arena, e, &[object]).unwrap();
}

#[test]
fn traps_have_a_code_a_message_and_frames() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let wat = r#"(module $m
            (func $inner (param i32 i32) (result i32) local.get 0 local.get 1 i32.div_s)
            (func $outer (export "div") (param i32 i32) (result i32)
              local.get 0 local.get 1 call $inner i32.const 1 i32.add))"#;
        let div = export(&arena, &engine, wat, "div");
        let error = call(&arena, div, &[1, 0]).unwrap_err();
        assert_eq!(error.status, Status::Trap);
        assert_eq!(error.trap, Some(TrapKind::IntegerDivisionByZero));
        assert_eq!(error.message, "integer divide by zero");
        let names: Vec<_> = error.frames.iter().map(|frame| frame.function.as_str()).collect();
        assert_eq!(names, ["inner", "outer"], "{compiler}");
        assert_eq!(error.frames[0].module, "m");
        assert_eq!(error.frames[0].function_index, 0);
        assert!(error.frames[0].module_offset > error.frames[0].function_offset);
        assert_eq!(call(&arena, div, &[8, 2]).unwrap(), [5], "the arena goes on");
    }
}

#[test]
fn each_trap_has_its_kind() {
    let wat = r#"(module (memory 1) (table 2 funcref) (type $t (func)) (type $u (func (param i32)))
        (func $u (type $u)) (elem (i32.const 1) $u)
        (func (export "0") unreachable)
        (func (export "1") (drop (i32.load (i32.const 65536))))
        (func (export "2") (call_indirect (type $t) (i32.const 2)))
        (func (export "3") (call_indirect (type $t) (i32.const 0)))
        (func (export "4") (call_indirect (type $t) (i32.const 1)))
        (func (export "5") (drop (i32.trunc_f32_s (f32.const nan))))
        (func (export "6") (drop (i32.div_s (i32.const -2147483648) (i32.const -1))))
        (func $r (export "7") call $r)
        (func (export "8") (drop (i32.atomic.load (i32.const 1)))))"#;
    let kinds = [
        TrapKind::Unreachable,
        TrapKind::MemoryOutOfBounds,
        TrapKind::TableOutOfBounds,
        TrapKind::IndirectCallToNull,
        TrapKind::BadSignature,
        TrapKind::BadConversionToInteger,
        TrapKind::IntegerOverflow,
        TrapKind::StackOverflow,
        TrapKind::UnalignedAtomic,
    ];
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let instance = arena.instantiate(&module(&engine, wat), &[], 0).unwrap();
        for (number, kind) in kinds.iter().enumerate() {
            let func = arena.export_by_name(instance, &number.to_string()).unwrap().1;
            let error = call(&arena, func, &[]).unwrap_err();
            assert_eq!(error.trap, Some(*kind), "{compiler}: {error}");
        }
    }
}

/// Whether it would have to wait or not. What is wrong with the address is said first.
#[test]
fn a_wait_on_a_memory_that_is_not_shared_traps_as_such() {
    let wat = r#"(module (memory $other 1 1 shared) (memory $m 1)
        (data (memory $m) (i32.const 8) "\2a")
        (func (export "wait32") (param i32 i32) (result i32)
            (memory.atomic.wait32 $m offset=4 (local.get 0) (local.get 1) (i64.const 0)))
        (func (export "wait64") (param i32 i32) (result i32)
            (memory.atomic.wait64 $m offset=8
                (local.get 0) (i64.extend_i32_u (local.get 1)) (i64.const 0)))
        (func (export "shared") (param i32 i32) (result i32)
            (memory.atomic.wait32 $other (local.get 0) (local.get 1) (i64.const 0))))"#;
    for compiler in COMPILERS {
        let mut metered = Config::default();
        metered.set_compiler(compiler).unwrap();
        metered.set_metering(metering::Metering::new(1000, &[1; metering::OPERATORS]).unwrap());
        for engine in [engine(compiler), Engine::new(metered)] {
            let arena = Owned::new(&engine);
            let instance = arena.instantiate(&module(&engine, wat), &[], 0).unwrap();
            let export = |name| arena.export_by_name(instance, name).unwrap().1;
            let trap = |name, address, value| {
                let error = call(&arena, export(name), &[address, value]).unwrap_err();
                assert_eq!(error.status, Status::Trap, "{compiler}, {name}: {error}");
                assert_eq!(error.frames.len(), 1, "{compiler}, {name}");
                (error.trap, error.message.clone())
            };
            let unshared =
                (Some(TrapKind::ExpectedSharedMemory), "expected shared memory".to_owned());
            for (name, equal) in [("wait32", 4), ("wait64", 0)] {
                assert_eq!(trap(name, equal, 42), unshared, "{compiler}, {name}");
                assert_eq!(trap(name, equal, 41), unshared, "{compiler}, {name}");
                assert_eq!(trap(name, 65536, 0).0, Some(TrapKind::MemoryOutOfBounds));
                assert_eq!(trap(name, 1, 0).0, Some(TrapKind::UnalignedAtomic));
            }
            assert_eq!(call(&arena, export("shared"), &[0, 1]).unwrap(), [1], "another value");
            assert_eq!(call(&arena, export("shared"), &[0, 0]).unwrap(), [2], "its time is over");
        }
    }
}

#[test]
fn too_few_slots_are_an_error() {
    let engine = engine(Compiler::Cranelift);
    let arena = Owned::new(&engine);
    let sum = export(&arena, &engine, SUM, "sum");
    let mut slots = [slot(1)];
    let error = unsafe { arena.call(sum, slots.as_mut_ptr(), 1, 0) }.unwrap_err();
    assert_eq!(error.status, Status::InvalidArgument);
    assert_eq!(error.message, "call of func(i32, i32) -> (i32): 2 slots expected, 1 given");
}

#[test]
fn a_closed_arena_refuses_and_a_second_close_is_harmless() {
    let engine = engine(Compiler::Cranelift);
    let arena = Owned::new(&engine);
    let sum = export(&arena, &engine, SUM, "sum");
    arena.close();
    arena.close();
    assert_eq!(call(&arena, sum, &[1, 2]).unwrap_err().status, Status::Closed);
    assert_eq!(arena.new_extern(1).unwrap_err().status, Status::Closed);
}

#[test]
fn another_thread_is_told_that_the_arena_is_busy() {
    let engine = engine(Compiler::Cranelift);
    let arena = std::sync::Arc::new(Owned::new(&engine));
    let shared = arena.clone();
    let other = host(&arena, &[], &[], move |_, _| {
        let shared = shared.clone();
        let error = std::thread::spawn(move || shared.new_extern(1).unwrap_err()).join().unwrap();
        assert_eq!(error.status, Status::Busy);
        Ok(())
    });
    call(&arena, other, &[]).unwrap();
    arena.close();
}

#[test]
fn closing_during_a_call_lets_it_end() {
    let engine = engine(Compiler::Cranelift);
    let arena = Owned::new(&engine);
    let close = host(&arena, &[], &[ValueKind::I32], |info, slots| {
        info.arena.close();
        assert_eq!(info.arena.new_extern(1).unwrap_err().status, Status::Closed);
        slots[0] = slot(9);
        Ok(())
    });
    let wat = r#"(module (import "" "close" (func $c (result i32)))
        (func (export "f") (result i32) call $c))"#;
    let instance = arena.instantiate(&module(&engine, wat), &[close], 0).unwrap();
    let f = arena.export_by_name(instance, "f").unwrap().1;
    assert_eq!(call(&arena, f, &[]).unwrap(), [9]);
    assert_eq!(call(&arena, f, &[]).unwrap_err().status, Status::Closed);
}
