//! Everything a guest can be doing is ended by an interrupt, in time, and what is around it goes on.

mod common;
use common::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use wasmer::runtime::*;

const BUSY: &str = r#"(module
    (import "host" "f" (func $f (result i32)))
    (memory (export "memory") 1024 1024)
    (memory $shared 1 1 shared)
    (table $table 1 funcref)
    (elem (i32.const 0) $again)
    (type $none (func))
    (global $count (mut i32) (i32.const 0))
    (func (export "loop") (loop $l br $l))
    (func (export "sum") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)
    (func (export "host calls") (loop $l call $f drop br $l))
    (func (export "fill") (loop $l
        (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x100000)) br $l))
    (func (export "copy") (loop $l
        (memory.copy (i32.const 0) (i32.const 0x100000) (i32.const 0x100000)) br $l))
    (func (export "wait")
        (drop (memory.atomic.wait32 $shared (i32.const 0) (i32.const 0) (i64.const -1))))
    (func (export "many waits") (loop $l
        (drop (memory.atomic.wait32 $shared (i32.const 0) (i32.const 0) (i64.const 1000))) br $l))
    (func $again)
    (func (export "indirect") (loop $l (call_indirect (type $none) (i32.const 0)) br $l))
    (func $deep (export "deep") (param i32)
        (if (local.get 0)
            (then (call $deep (i32.sub (local.get 0) (i32.const 1))))
            (else (loop $l br $l))))
    (func (export "grow") (loop $l (drop (memory.grow (i32.const 0))) br $l))
)"#;

struct Answer;

impl HostCall for Answer {
    unsafe fn call(&self, _: &CallInfo<'_>, _: &Signature, slots: *mut Slot) -> Result<()> {
        unsafe { slots.write(Slot([1, 0])) };
        Ok(())
    }
}

fn busy(compiler: Compiler) -> (Owned, Handle) {
    let engine = engine(compiler);
    let arena = Owned::new(&engine);
    let f = arena.new_func(FuncType::new(&[], &[ValueKind::I32]), Box::new(Answer)).unwrap();
    let instance = arena.instantiate(&module(&engine, BUSY), &[f], 0).unwrap();
    (arena, instance)
}

fn export(arena: &Arena, instance: Handle, name: &str) -> Handle {
    arena.export_by_name(instance, name).unwrap().1
}

/// Calls with a deadline, and gives the error and how late it came.
fn late(arena: &Arena, func: Handle, arguments: &[u64], deadline: Duration) -> (Error, Duration) {
    let interrupt = Interrupt::new().unwrap();
    arena.set_interrupt(Some(interrupt.clone())).unwrap();
    let start = Instant::now();
    interrupt.fire_after(Some(deadline)).unwrap();
    let error = call(arena, func, arguments).unwrap_err();
    let took = start.elapsed();
    arena.set_interrupt(None).unwrap();
    assert!(took >= deadline, "{took:?} is before the deadline");
    (error, took - deadline)
}

#[test]
fn every_kind_of_work_is_stopped_and_the_arena_goes_on() {
    for compiler in COMPILERS {
        let (arena, instance) = busy(compiler);
        let sum = export(&arena, instance, "sum");
        for (name, arguments, frames) in [
            ("loop", &[][..], 1),
            ("host calls", &[], 1),
            ("fill", &[], 1),
            ("copy", &[], 1),
            ("wait", &[], 1),
            ("many waits", &[], 1),
            ("indirect", &[], 1),
            ("deep", &[5000], 20),
            ("grow", &[], 1),
        ] {
            let func = export(&arena, instance, name);
            let (mut worst, mut located) = (Duration::ZERO, 0);
            for _ in 0..20 {
                let (error, late) = late(&arena, func, arguments, Duration::from_millis(3));
                assert_eq!(error.status, Status::Interrupted, "{name}: {error}");
                assert_eq!(error.trap, Some(TrapKind::Interrupted), "{name}");
                // None if the deadline passed before the call began: the machine is busy.
                located += u32::from(error.frames.len() >= frames);
                assert!(error.frames.is_empty() || error.frames.len() >= frames, "{name}");
                for frame in &error.frames {
                    let (function, module) = (frame.function_offset, frame.module_offset);
                    assert!(function < module || (function, module) == (0, 0), "{name}: {frame:?}");
                    assert!(module < 10_000, "{name}: {frame:?}");
                }
                worst = worst.max(late);
            }
            assert!(located >= 5, "{name}: {located} of 20 errors say where the guest was");
            println!("{compiler} {name}: at most {worst:?} late");
            assert_eq!(call(&arena, sum, &[40, 2]).unwrap(), [42], "after {name}");
        }
    }
}

#[test]
fn a_start_function_is_stopped() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let endless = module(&engine, "(module (func $f (loop $l br $l)) (start $f))");
        let arena = Owned::new(&engine);
        let interrupt = Interrupt::new().unwrap();
        arena.set_interrupt(Some(interrupt.clone())).unwrap();
        interrupt.fire_after(Some(Duration::from_millis(5))).unwrap();
        let error = arena.instantiate(&endless, &[], 0).unwrap_err();
        assert_eq!(error.status, Status::Interrupted, "{error}");
        // It stays fired until it is reset.
        assert_eq!(arena.instantiate(&endless, &[], 0).unwrap_err().status, Status::Interrupted);
        interrupt.reset();
        let quick = module(&engine, "(module (func $f) (start $f))");
        arena.instantiate(&quick, &[], 0).unwrap();
    }
}

/// Calls another arena's function, under another interrupt.
struct Inner {
    arena: Owned,
    func: Handle,
    /// The status of the inner call.
    seen: Arc<AtomicU32>,
    swallow: bool,
}

impl HostCall for Inner {
    unsafe fn call(&self, _: &CallInfo<'_>, _: &Signature, slots: *mut Slot) -> Result<()> {
        unsafe { slots.write(Slot([7, 0])) };
        match call(&self.arena, self.func, &[]) {
            Ok(_) => Ok(()),
            Err(error) => {
                self.seen.store(error.status as u32, Ordering::SeqCst);
                if self.swallow { Ok(()) } else { Err(error) }
            }
        }
    }
}

#[test]
fn the_outer_interrupt_stops_the_inner_call_and_the_inner_one_only_its_own() {
    for compiler in COMPILERS {
        for (outer_fires, swallow) in [(true, false), (true, true), (false, false), (false, true)] {
            let (inner, instance) = busy(compiler);
            let func = export(&inner, instance, "loop");
            let inner_interrupt = Interrupt::new().unwrap();
            inner.set_interrupt(Some(inner_interrupt.clone())).unwrap();
            let seen = Arc::new(AtomicU32::new(0));
            let body = Inner { arena: inner, func, seen: seen.clone(), swallow };

            let engine = engine(compiler);
            let outer = Owned::new(&engine);
            let f = outer.new_func(FuncType::new(&[], &[ValueKind::I32]), Box::new(body)).unwrap();
            let text = r#"(module (import "host" "f" (func $f (result i32)))
                (func (export "run") (result i32) call $f))"#;
            let instance = outer.instantiate(&module(&engine, text), &[f], 0).unwrap();
            let run = export(&outer, instance, "run");
            let outer_interrupt = Interrupt::new().unwrap();
            outer.set_interrupt(Some(outer_interrupt.clone())).unwrap();
            let fires = if outer_fires { &outer_interrupt } else { &inner_interrupt };
            fires.fire_after(Some(Duration::from_millis(5))).unwrap();
            let result = call(&outer, run, &[]);
            assert_eq!(seen.load(Ordering::SeqCst), Status::Interrupted as u32);
            if outer_fires || !swallow {
                assert_eq!(result.unwrap_err().status, Status::Interrupted);
            } else {
                assert_eq!(result.unwrap(), [7], "only the inner call was stopped");
            }
        }
    }
}

#[test]
fn one_interrupt_stops_calls_on_many_threads() {
    let interrupt = Interrupt::new().unwrap();
    let threads: Vec<_> = (0..20)
        .map(|number| {
            let interrupt = interrupt.clone();
            std::thread::spawn(move || {
                let (arena, instance) = busy(COMPILERS[number % 2]);
                let func = export(&arena, instance, "loop");
                arena.set_interrupt(Some(interrupt)).unwrap();
                call(&arena, func, &[]).unwrap_err().status
            })
        })
        .collect();
    std::thread::sleep(Duration::from_millis(100));
    interrupt.fire().unwrap();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), Status::Interrupted);
    }
}

#[test]
fn a_call_that_ends_in_time_is_not_touched() {
    let (arena, instance) = busy(Compiler::Cranelift);
    let sum = export(&arena, instance, "sum");
    let interrupt = Interrupt::new().unwrap();
    arena.set_interrupt(Some(interrupt.clone())).unwrap();
    for _ in 0..1000 {
        interrupt.fire_after(Some(Duration::from_secs(100))).unwrap();
        assert_eq!(call(&arena, sum, &[1, 2]).unwrap(), [3]);
        interrupt.fire_after(None).unwrap();
    }
    // Fired at any moment of many short calls: each works or is stopped.
    let mut stopped = 0;
    for round in 0..2000 {
        interrupt.fire_after(Some(Duration::from_micros(round % 50))).unwrap();
        loop {
            match call(&arena, sum, &[20, 22]) {
                Ok(result) => assert_eq!(result, [42]),
                Err(error) => {
                    assert_eq!(error.status, Status::Interrupted);
                    stopped += 1;
                    break;
                }
            }
        }
        interrupt.reset();
    }
    assert_eq!(stopped, 2000);
    assert_eq!(call(&arena, sum, &[20, 22]).unwrap(), [42]);
}

#[test]
fn an_alarm_that_was_reset_does_not_ring_and_rings_no_later_one() {
    let interrupt = Interrupt::new().unwrap();
    let spin = |time| {
        let start = Instant::now();
        while start.elapsed() < time {
            std::hint::spin_loop();
        }
    };
    for round in 0..3000 {
        interrupt.fire_after(Some(Duration::from_micros(60))).unwrap();
        // Before the alarm, while it rings or after it.
        spin(Duration::from_micros(50 + round % 100));
        interrupt.reset();
        interrupt.fire_after(Some(Duration::from_secs(3600))).unwrap();
        spin(Duration::from_micros(80));
        assert!(!interrupt.is_fired(), "round {round}");
    }
}

#[test]
fn of_a_deep_stack_the_innermost_and_the_outermost_frames_are_told() {
    let text = r#"(module
        (func $first (export "first") (call $middle (i32.const 3000)))
        (func $middle (param i32) (if (local.get 0)
            (then (call $middle (i32.sub (local.get 0) (i32.const 1))))
            (else (call $last))))
        (func $last (loop $l br $l)))"#;
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let instance = arena.instantiate(&module(&engine, text), &[], 0).unwrap();
        let first = export(&arena, instance, "first");
        let (error, _) = late(&arena, first, &[], Duration::from_millis(20));
        assert_eq!(error.frames.len(), MAX_FRAMES, "{compiler}");
        // `middle` runs 3,001 times.
        assert_eq!(error.frames_omitted, 3003 - MAX_FRAMES, "{compiler}");
        let names: Vec<_> = error.frames.iter().map(|frame| &*frame.function).collect();
        assert_eq!(names[0], "last", "{compiler}");
        assert_eq!(names[MAX_FRAMES - 1], "first", "{compiler}");
        assert!(names[1..MAX_FRAMES - 1].iter().all(|&name| name == "middle"), "{compiler}");
    }
}

/// A module whose compilation takes a while: many functions.
fn large() -> String {
    let body = "(local.set 0 (i32.add (local.get 0) (i32.mul (local.get 0) (i32.const 3))))";
    let functions = format!("(func (param i32) (result i32) {} (local.get 0))", body.repeat(100));
    format!("(module {})", functions.repeat(3000))
}

#[test]
fn a_compilation_is_stopped() {
    let wasm = wasmer::runtime::source::wat2wasm(large().as_bytes()).unwrap().into_owned();
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let start = Instant::now();
        Module::new(&engine, &wasm).unwrap();
        let whole = start.elapsed();
        let interrupt = Interrupt::new().unwrap();
        // The module is validated first, which is not interrupted.
        interrupt.fire().unwrap();
        let start = Instant::now();
        let error = Module::new_under(&engine, &wasm, Some(&interrupt)).err().unwrap();
        println!("{compiler}: {:?} of {whole:?}", start.elapsed());
        assert_eq!(error.status, Status::Interrupted, "{error}");
        interrupt.reset();
        Module::new_under(&engine, b"(module)", Some(&interrupt)).unwrap();
    }
}
