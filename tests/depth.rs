//! How deep calls may be nested, and what an error from the depth carries.

mod common;
use common::*;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use wasmer::runtime::*;

/// A guest function that calls a host function that calls it again, without end. Gives the handle
/// and the number of host calls.
fn endless(arena: &Arena, engine: &Engine) -> (Handle, Arc<AtomicU64>) {
    let calls = Arc::new(AtomicU64::new(0));
    let own = Arc::new(OnceLock::new());
    let (counter, target) = (calls.clone(), own.clone());
    let again = host(arena, &[], &[], move |info, _| {
        counter.fetch_add(1, Relaxed);
        call(info.arena, *target.get().unwrap(), &[]).map(|_| ())
    });
    let wat = r#"(module $m (import "" "again" (func $again)) (func $f (export "f") call $again))"#;
    let instance = arena.instantiate(&module(engine, wat), &[again], 0).unwrap();
    let f = arena.export_by_name(instance, "f").unwrap().1;
    own.set(f).unwrap();
    (f, calls)
}

#[test]
fn endless_recursion_over_the_host_ends_with_depth() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let (f, calls) = endless(&arena, &engine);
        for round in 1..=3 {
            let error = call(&arena, f, &[]).unwrap_err();
            assert_eq!(error.status, Status::Depth, "{error}");
            assert_eq!(calls.load(Relaxed), round * u64::from(MAX_DEPTH));
        }
    }
}

/// Each thread has its own depth, and several arenas share that of a thread.
#[test]
fn the_depth_is_that_of_the_thread() {
    let engine = engine(Compiler::Cranelift);
    let (one, two) = (Owned::new(&engine), Owned::new(&engine));
    let (inner, calls) = endless(&two, &engine);
    let inside = Arc::new(two);
    let shared = inside.clone();
    let nest = host(&one, &[], &[], move |_, _| call(&shared, inner, &[]).map(|_| ()));
    let wat = r#"(module (import "" "nest" (func $nest)) (func (export "f") call $nest))"#;
    let instance = one.instantiate(&module(&engine, wat), &[nest], 0).unwrap();
    let f = one.export_by_name(instance, "f").unwrap().1;
    assert_eq!(call(&one, f, &[]).unwrap_err().status, Status::Depth);
    // The outer arena took one level.
    assert_eq!(calls.swap(0, Relaxed), u64::from(MAX_DEPTH) - 1);
    assert_eq!(call(&inside, inner, &[]).unwrap_err().status, Status::Depth);
    assert_eq!(calls.load(Relaxed), u64::from(MAX_DEPTH));
}

/// musl gives threads 128 KiB, macOS 512: the end of the host's stack comes before the depth.
#[test]
fn small_host_stacks_end_with_depth_as_well() {
    for compiler in COMPILERS {
        for kib in [128, 192, 256, 512] {
            let thread = std::thread::Builder::new().stack_size(kib * 1024);
            let calls = thread.spawn(move || {
                let engine = engine(compiler);
                let arena = Owned::new(&engine);
                let (f, calls) = endless(&arena, &engine);
                let error = call(&arena, f, &[]).unwrap_err();
                assert_eq!(error.status, Status::Depth, "{error}");
                calls.load(Relaxed)
            });
            let calls = calls.unwrap().join().unwrap();
            println!("{compiler}, {kib} KiB: {calls} calls");
            assert!(calls > 0 && calls <= u64::from(MAX_DEPTH));
        }
    }
}

/// The depth goes down again with every kind of end.
#[test]
fn errors_do_not_use_up_the_depth() {
    silence_panics_with("on purpose");
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let fails = host(&arena, &[], &[], |_, _| Err(Error::new(Status::Host, "no")));
        let panics = host(&arena, &[], &[], |_, _| panic!("on purpose"));
        let wat = r#"(module (import "" "0" (func $0)) (import "" "1" (func $1))
            (func (export "0") call $0) (func (export "1") call $1) (func (export "2") unreachable)
            (func $3 (export "3") call $3) (func (export "4") (drop (i32.load8_u (i32.const -1))))
            (memory 1))"#;
        let instance = arena.instantiate(&module(&engine, wat), &[fails, panics], 0).unwrap();
        let starts = module(&engine, "(module (func $f unreachable) (start $f))");
        let wanted = [Status::Host, Status::Panic, Status::Trap, Status::Trap, Status::Trap];
        for _ in 0..2 * MAX_DEPTH {
            for (number, wanted) in wanted.iter().enumerate() {
                let func = arena.export_by_name(instance, &number.to_string()).unwrap().1;
                assert_eq!(call(&arena, func, &[]).unwrap_err().status, *wanted);
            }
            let error = arena.instantiate(&starts, &[], 0).unwrap_err();
            assert_eq!(error.trap, Some(TrapKind::Unreachable), "{error}");
        }
    }
}

#[test]
fn frames_are_capped_and_the_rest_is_counted() {
    let wat = r#"(module (import "" "fail" (func $fail))
        (memory 1) (data $d "")
        (func $last (if (i32.eq (global.get $host) (i32.const 1)) (then call $fail))
          (if (global.get $host)
            (then (memory.init $d (i32.const -1) (i32.const 9) (i32.const 9)))) unreachable)
        (global $host (export "host") (mut i32) (i32.const 0))
        (func $r (param i32)
          (if (local.get 0) (then (call $r (i32.sub (local.get 0) (i32.const 1)))) (else call $last)))
        (func $first (export "f") (param i32) (call $r (local.get 0))))"#;
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let fail = host(&arena, &[], &[], |_, _| {
            let mut error = Error::new(Status::Host, "no");
            error.payload = 77;
            Err(error)
        });
        let instance = arena.instantiate(&module(&engine, wat), &[fail], 0).unwrap();
        let get = |name: &str| arena.export_by_name(instance, name).unwrap().1;
        assert_eq!(MAX_FRAMES, 128);
        // A trap in compiled code, a host function's error, a trap in wasmer's own code.
        for host in [0, 1, 2] {
            arena.global_set(get("host"), slot(host)).unwrap();
            // With $last, $first and the last $r there are three frames more.
            for depth in [0, 10, 124, 125, 126, 127, 1000, 5000] {
                let error = call(&arena, get("f"), &[depth]).unwrap_err();
                let total = depth as usize + 3;
                let what = format!("{compiler}, host {host}, {total} frames");
                assert_eq!(error.frames.len(), total.min(MAX_FRAMES), "{what}");
                assert_eq!(error.frames_omitted, total.saturating_sub(MAX_FRAMES), "{what}");
                assert_eq!(error.frames[0].function, "last", "{what}");
                assert_eq!(error.frames[0].function_index, 1, "{what}");
                assert_eq!(error.frames.last().unwrap().function, "first", "{what}");
                assert!(error.frames[1..error.frames.len() - 1].iter().all(|f| f.function == "r"));
                let payload = if host == 1 { 77 } else { 0 };
                assert_eq!((error.payload, error.trap.is_none()), (payload, host == 1), "{what}");
            }
        }
    }
}

/// Under Singlepass the frame pointer of the code that called is passed on, and that is Rust code
/// here, which keeps anything in that register.
#[test]
fn a_start_function_that_is_an_import_may_fail() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let fail = host(&arena, &[], &[], |_, _| Err(Error::new(Status::Host, "no")));
        let wat = r#"(module (import "" "fail" (func $fail)) (start $fail))"#;
        let module = module(&engine, wat);
        for _ in 0..100 {
            let error = arena.instantiate(&module, &[fail], 0).unwrap_err();
            assert_eq!((error.status, error.frames.len()), (Status::Host, 0), "{compiler}");
        }
    }
}
