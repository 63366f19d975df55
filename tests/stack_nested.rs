//! Stacks that are handed from call to call and from thread to thread.

mod common;
use common::probe::probe_module;
use common::*;
use std::cmp::Ordering;
use std::fmt::Write;
use std::sync::{Arc, Mutex, OnceLock};
use wasmer::runtime::*;

/// The limit of an outer call is in force again after a nested one, on the same thread and with
/// several threads that pass stacks to each other: the library call at the end is made, or refused
/// because the reserve has begun, just as without the nested call.
#[test]
fn nested_calls_and_threads_keep_the_end_of_each_stack() {
    let _watchdog = watchdog("stack end, nested", 120);
    let threads = [(Compiler::Cranelift, 1), (Compiler::Singlepass, 2), (Compiler::Cranelift, 3)];
    let threads = threads.map(|(compiler, seed)| std::thread::spawn(move || nest(compiler, seed)));
    for thread in threads {
        thread.join().unwrap();
    }
}

fn nest(compiler: Compiler, seed: u64) {
    let wat = r#"(module (import "" "back" (func $back (param i32))) (memory 1) (data $d "")
        (func $deep (param i32)
          (if (local.get 0) (then (call $deep (i32.sub (local.get 0) (i32.const 1))))
            (else (memory.init $d (i32.const 0) (i32.const 1) (i32.const 1)))))
        (func (export "run") (param i32 i32)
          (if (local.get 1) (then (call $back (i32.sub (local.get 1) (i32.const 1)))))
          (call $deep (local.get 0))))"#;
    let engine = engine(compiler);
    let module = module(&engine, wat);
    let (mut rng, mut edge, mut kinds) = (Rng(seed), 0, [0, 0]);
    for _ in 0..40 {
        let arena = Owned::new(&engine);
        let (own, depths) = (Arc::new(OnceLock::new()), Arc::new(Mutex::new(Vec::new())));
        let (run, rest) = (own.clone(), depths.clone());
        let back = host(&arena, &[ValueKind::I32], &[], move |info, slots| {
            let left = slots[0].0[0] & 0xffff_ffff;
            let (depth, wanted) = rest.lock().unwrap().pop().unwrap();
            let error = call(info.arena, *run.get().unwrap(), &[depth, left]).unwrap_err();
            assert_eq!(error.trap, Some(wanted), "{compiler}, {depth} levels, {left} left");
            Ok(())
        });
        let instance = arena.instantiate(&module, &[back], 0).unwrap();
        let get = |name: &str| arena.export_by_name(instance, name).unwrap().1;
        own.set(get("run")).unwrap();
        if edge == 0 {
            // The first depth at which the reserve has begun.
            let (mut works, mut fails) = (0, 1 << 20);
            while works + 1 < fails {
                let middle = (works + fails) / 2;
                let error = call(&arena, get("run"), &[middle, 0]).unwrap_err();
                let overflow = error.trap == Some(TrapKind::StackOverflow);
                *(if overflow { &mut fails } else { &mut works }) = middle;
            }
            edge = fails;
        }
        while depths.lock().unwrap().len() < 5 {
            let depth = edge * (96 + rng.below(9) as u64) / 100;
            let (wanted, place) = match depth.cmp(&edge) {
                Ordering::Less => (TrapKind::MemoryOutOfBounds, 0),
                Ordering::Equal => continue,
                Ordering::Greater => (TrapKind::StackOverflow, 1),
            };
            depths.lock().unwrap().push((depth, wanted));
            kinds[place] += 1;
        }
        let (depth, wanted) = depths.lock().unwrap().pop().unwrap();
        let error = call(&arena, get("run"), &[depth, 4]).unwrap_err();
        assert_eq!(error.trap, Some(wanted), "{compiler}, {depth} levels, outermost");
    }
    assert!(kinds[0] > 20 && kinds[1] > 20, "{kinds:?}");
    probe_module(compiler, "nested calls");
}

/// As many locals as wasm allows, all of them alive over the call: a frame of 160 to 400 KB jumps over
/// the reserve and the guard page at once if nobody looks.
#[test]
fn recursion_with_the_most_locals_is_an_error_at_each_depth() {
    let _watchdog = watchdog("50,000 locals", 120);
    // Cranelift takes 20 seconds for 50,000 values that are alive.
    for (compiler, most) in [(Compiler::Cranelift, 20_000), (Compiler::Singlepass, 50_000)] {
        let mut body = String::new();
        for place in 2..most {
            let _ =
                write!(body, "(local.set {place} (i64.load offset={} (i32.const 0)))", place * 8);
        }
        let sum: String = (2..most)
            .map(|place| {
                format!("(global.set $sum (i64.xor (global.get $sum) (local.get {place})))")
            })
            .collect();
        let wat = format!(
            r#"(module (memory 7) (global $sum (mut i64) (i64.const 0))
            (func $trap unreachable)
            (func $wide (param i32 i32) (local{})
              {body}
              (if (local.get 0)
                (then (call $wide (i32.sub (local.get 0) (i32.const 1)) (local.get 1)))
                (else (call $small (local.get 1))))
              {sum})
            (func $small (param i32)
              (if (local.get 0) (then (call $small (i32.sub (local.get 0) (i32.const 1)))) (else (call $trap))))
            (func (export "run") (param i32 i32) (call $wide (local.get 0) (local.get 1))))"#,
            " i64".repeat(most - 2),
        );
        let engine = engine(compiler);
        let module = module(&engine, &wat);
        assert_eq!(module.compiler(), compiler);
        let arena = Owned::new(&engine);
        let instance = arena.instantiate(&module, &[], 0).unwrap();
        let run = arena.export_by_name(instance, "run").unwrap().1;
        let mut counts = [0, 0];
        // Small frames in front of the last trap move it through the rest of the stack.
        for wide in [0, 1, 2, 4, 5, 6, u32::MAX] {
            for small in (0..30_000).step_by(197) {
                let error = call(&arena, run, &[wide.into(), small]).unwrap_err();
                match error.trap {
                    Some(TrapKind::Unreachable) => counts[0] += 1,
                    Some(TrapKind::StackOverflow) => counts[1] += 1,
                    _ => panic!("{compiler} {wide} {small}: {error}"),
                }
            }
        }
        println!("{compiler}: {counts:?}");
        assert!(counts.iter().all(|&count| count > 50), "{counts:?}");
        probe_module(compiler, "50,000 locals");
    }
}

/// Throwing runs the unwinder and allocates. Off by default, and only Cranelift has it.
#[test]
fn throwing_at_each_depth_is_an_error() {
    let _watchdog = watchdog("throw at the end of the stack", 120);
    let mut config = Config::default();
    config.set_feature("exception-handling", true).unwrap();
    let engine = Engine::new(config);
    let wat = r#"(module (tag $t (param i32)) (global $count (export "count") (mut i32) (i32.const 0))
        (global $caught (export "caught") (mut i32) (i32.const 0))
        (func $throw (throw $t (i32.const 1)))
        (func $catch (block $out (result i32) (try_table (catch $t $out) (call $throw)) (i32.const 0))
          global.set $caught)
        (func $r (param i32 i32)
          (global.set $count (i32.add (global.get $count) (i32.const 1)))
          (if (local.get 0) (then (call $r (i32.sub (local.get 0) (i32.const 1)) (local.get 1)))
            (else (if (local.get 1) (then (call $catch)) (else (call $throw))))))
        (func (export "run") (param i32 i32) (call $r (local.get 0) (local.get 1))))"#;
    let arena = Owned::new(&engine);
    let instance = arena.instantiate(&module(&engine, wat), &[], 0).unwrap();
    let get = |name: &str| arena.export_by_name(instance, name).unwrap().1;
    let (run, count) = (get("run"), get("count"));
    call(&arena, run, &[u32::MAX.into(), 0]).unwrap_err();
    let most = arena.global_get(count).unwrap().0[0];
    let reserve = most * 5 / 6;
    let mut counts = std::collections::BTreeMap::new();
    for catch in [0, 1] {
        let (end, edge) = (most - 600..most + 2, reserve - 2000..reserve + 2000);
        for depth in (0..100).chain(edge.step_by(40)).chain(end) {
            let found = match call(&arena, run, &[depth, catch]) {
                Ok(_) => "caught".to_owned(),
                Err(error) => format!("{:?}", error.trap.expect("a trap")),
            };
            *counts.entry((catch, found)).or_insert(0) += 1;
        }
    }
    println!("{counts:?}");
    probe_module(Compiler::Cranelift, "throwing");
    assert!(counts[&(0, "UncaughtException".into())] >= 100, "{counts:?}");
    assert!(counts[&(1, "caught".into())] >= 100, "{counts:?}");
    assert!(counts[&(1, "StackOverflow".into())] >= 600, "{counts:?}");
}
