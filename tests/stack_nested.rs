//! Stacks that are handed from call to call and from thread to thread.

mod common;
use common::probe::probe_module;
use common::*;
use wasmer::runtime::*;

/// The limit of an outer call is in force again after a nested one, on the same thread and with
/// several threads that pass stacks to each other.
#[test]
fn nested_calls_and_threads_keep_the_end_of_each_stack() {
    let _watchdog = watchdog("stack end, nested", 120);
    let wat = r#"(module (import "" "back" (func $back (param i32)))
        (global $left (mut i32) (i32.const 0))
        (func $deep (param i32) (if (local.get 0)
          (then (call $deep (i32.sub (local.get 0) (i32.const 1)))) (else unreachable)))
        (func (export "run") (param i32 i32)
          (if (local.get 1) (then (call $back (i32.sub (local.get 1) (i32.const 1)))))
          (call $deep (local.get 0))))"#;
    let threads = [(Compiler::Cranelift, 1), (Compiler::Singlepass, 2), (Compiler::Cranelift, 3)]
        .map(|(compiler, number)| {
            std::thread::spawn(move || {
                let engine = engine(compiler);
                let module = module(&engine, wat);
                let mut rng = Rng(number);
                for _ in 0..30 {
                    let arena = Owned::new(&engine);
                    let own = std::sync::Arc::new(std::sync::OnceLock::new());
                    let run = own.clone();
                    // Each level ends somewhere in the last eighth of its stack, or beyond.
                    let depth = 20_000 + rng.below(30_000) as u64;
                    let back = host(&arena, &[ValueKind::I32], &[], move |info, slots| {
                        let left = slots[0].0[0] & 0xffff_ffff;
                        let error = call(info.arena, *run.get().unwrap(), &[depth, left]);
                        assert_eq!(error.unwrap_err().status, Status::Trap);
                        Ok(())
                    });
                    let instance = arena.instantiate(&module, &[back], 0).unwrap();
                    let func = arena.export_by_name(instance, "run").unwrap().1;
                    own.set(func).unwrap();
                    let error = call(&arena, func, &[depth, 4]).unwrap_err();
                    let kinds = [TrapKind::Unreachable, TrapKind::StackOverflow];
                    assert!(kinds.contains(&error.trap.unwrap()), "{error}");
                }
                probe_module(compiler, "nested calls");
            })
        });
    for thread in threads {
        thread.join().unwrap();
    }
}
