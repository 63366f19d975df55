//! Fuel: the same count for the same work on every compiler, and an error of its own when it is used up.

mod common;
use common::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use wasmer::runtime::metering::Metering;
use wasmer::runtime::*;

fn fuelled(compiler: Compiler, limit: u64) -> Engine {
    let mut config = Config::default();
    config.set_compiler(compiler).unwrap();
    config.set_feature("exception-handling", true).unwrap();
    config.set_metering(Metering::fuel(limit, &[]).unwrap());
    Engine::new(config)
}

/// Programs that export `run`, and what one call costs: an operator is a point, `end` too.
const PROGRAMS: &[(&str, &str, u64)] = &[
    ("nothing", r#"(module (func (export "run")))"#, 1),
    ("a constant", r#"(module (func (export "run") (drop (i32.const 1))))"#, 3),
    // get, get, add, drop, end
    (
        "a sum",
        r#"(module (func (export "run") (local i32 i32)
            local.get 0 local.get 1 i32.add drop))"#,
        5,
    ),
    // 2 before the loop, the loop, 100 times 6, end, end
    (
        "a loop of 100 rounds",
        r#"(module (func (export "run") (local i32)
            i32.const 100 local.set 0
            (loop $l
                local.get 0 i32.const 1 i32.sub local.tee 0 br_if $l)))"#,
        2 + 1 + 100 * 5 + 2,
    ),
    // 10 times call, end in the called one, end
    (
        "ten calls",
        r#"(module (func $f) (func (export "run")
            call $f call $f call $f call $f call $f call $f call $f call $f call $f call $f))"#,
        10 * 2 + 1,
    ),
    // const, if, const, drop, end, end; the other branch is not paid for
    (
        "a branch",
        r#"(module (func (export "run")
            i32.const 1
            (if (then i32.const 1 drop) (else i32.const 1 drop i32.const 1 drop))))"#,
        // The `else` ends the branch that was taken.
        7 - 1,
    ),
];

#[test]
fn the_same_work_costs_the_same_on_every_compiler() {
    for (name, text, expected) in PROGRAMS {
        let costs = COMPILERS.map(|compiler| {
            let engine = fuelled(compiler, 1_000_000);
            let arena = Owned::new(&engine);
            let instance = arena.instantiate(&module(&engine, text), &[], 0).unwrap();
            let run = arena.export(instance, 0).unwrap();
            call(&arena, run, &[]).unwrap();
            let cost = 1_000_000 - arena.points(instance).unwrap().remaining;
            call(&arena, run, &[]).unwrap();
            assert_eq!(1_000_000 - arena.points(instance).unwrap().remaining, 2 * cost, "{name}");
            cost
        });
        println!("{name}: {costs:?}");
        assert_eq!(costs[0], costs[1], "{name}");
        assert_eq!(costs[0], *expected, "{name}");
    }
}

#[test]
fn what_never_ends_runs_out_and_goes_on_with_more() {
    for compiler in COMPILERS {
        let engine = fuelled(compiler, 10_000);
        let text = r#"(module (func (export "endless") (loop $l br $l))
            (func (export "trap") unreachable)
            (func (export "quick")))"#;
        let arena = Owned::new(&engine);
        let instance = arena.instantiate(&module(&engine, text), &[], 0).unwrap();
        let [endless, trap, quick] = [0, 1, 2].map(|place| arena.export(instance, place).unwrap());
        // A trap of the guest's own is not taken for it.
        assert_eq!(call(&arena, trap, &[]).unwrap_err().status, Status::Trap);
        for _ in 0..3 {
            let error = call(&arena, endless, &[]).unwrap_err();
            assert_eq!(error.status, Status::OutOfFuel);
            assert_eq!(error.trap, Some(TrapKind::Unreachable));
            assert_eq!(error.frames.len(), 1);
            assert!(arena.points(instance).unwrap().exhausted);
            arena.add_points(instance, 100).unwrap();
            assert!(!arena.points(instance).unwrap().exhausted);
        }
        assert_eq!(call(&arena, trap, &[]).unwrap_err().status, Status::Trap);
        call(&arena, quick, &[]).unwrap();
        arena.add_points(instance, u64::MAX).unwrap();
        assert_eq!(arena.points(instance).unwrap().remaining, u64::MAX);
        call(&arena, quick, &[]).unwrap();
    }
}

#[test]
fn a_start_function_runs_out() {
    for compiler in COMPILERS {
        let engine = fuelled(compiler, 1000);
        let endless = module(&engine, "(module (func $f (loop $l br $l)) (start $f))");
        let error = Owned::new(&engine).instantiate(&endless, &[], 0).unwrap_err();
        assert_eq!(error.status, Status::OutOfFuel);
    }
}

/// Calls another instance, and keeps the status of the error.
struct Nested {
    arena: Owned,
    func: Handle,
    seen: Arc<AtomicU32>,
}

impl HostCall for Nested {
    unsafe fn call(&self, _: &CallInfo<'_>, _: &Signature, _: *mut Slot) -> Result<()> {
        let error = call(&self.arena, self.func, &[]).unwrap_err();
        self.seen.store(error.status as u32, Ordering::SeqCst);
        Ok(())
    }
}

#[test]
fn a_nested_call_runs_out_and_the_outer_one_goes_on() {
    for compiler in COMPILERS {
        let engine = fuelled(compiler, 10_000);
        let arena = Owned::new(&engine);
        let endless = r#"(module (func (export "endless") (loop $l br $l)))"#;
        let instance = arena.instantiate(&module(&engine, endless), &[], 0).unwrap();
        let func = arena.export(instance, 0).unwrap();
        let seen = Arc::new(AtomicU32::new(0));
        let body = Nested { arena, func, seen: seen.clone() };

        let outer = Owned::new(&engine);
        let f = outer.new_func(FuncType::new(&[], &[]), Box::new(body)).unwrap();
        let text = r#"(module (import "host" "f" (func $f))
            (func (export "run") call $f) (func (export "fail") call $f unreachable))"#;
        let instance = outer.instantiate(&module(&engine, text), &[f], 0).unwrap();
        let [run, fail] = [0, 1].map(|place| outer.export(instance, place).unwrap());
        call(&outer, run, &[]).unwrap();
        assert_eq!(seen.load(Ordering::SeqCst), Status::OutOfFuel as u32);
        // The outer guest's trap is its own.
        assert_eq!(call(&outer, fail, &[]).unwrap_err().status, Status::Trap);
    }
}

#[test]
fn operators_without_a_number_cost_a_point() {
    let engine = fuelled(Compiler::Cranelift, 1000);
    let text = r#"(module (func (export "run") (try_table)))"#;
    let arena = Owned::new(&engine);
    let instance = arena.instantiate(&module(&engine, text), &[], 0).unwrap();
    let run = arena.export(instance, 0).unwrap();
    call(&arena, run, &[]).unwrap();
    assert_eq!(arena.points(instance).unwrap().remaining, 1000 - 3, "try_table, end, end");
}
