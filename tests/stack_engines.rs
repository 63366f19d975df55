//! Engines whose guests have stacks of different sizes, on the same thread and inside of each other. The
//! process has one number for the most, so this has a process of its own.

mod common;
use common::*;
use wasmer::runtime::*;

const KIB: usize = 1024;

/// Recurses without end, by its own code only or with a library call on its way, and counts how deep.
const DEEP: &str = r#"(module $deep (import "" "h" (func $h)) (memory 1)
    (global $depth (export "depth") (mut i32) (i32.const 0))
    (func $count (global.set $depth (i32.add (global.get $depth) (i32.const 1))))
    (func $code (export "code") (param i32) (result i32)
        (global.set $depth (i32.add (global.get $depth) (i32.const 1)))
        (i32.add (call $code (local.get 0)) (local.get 0)))
    (func $library (export "library") (param i32) (result i32)
        (global.set $depth (i32.add (global.get $depth) (i32.const 1)))
        (drop (memory.grow (i32.const 0)))
        (i32.add (call $library (local.get 0)) (local.get 0)))
    (func $host (export "host") (param i32) (result i32) (call $h) (local.get 0)))"#;

struct Guest {
    arena: Owned,
    depth: Handle,
    functions: [Handle; 3],
}

fn guest(
    compiler: Compiler,
    stack: Option<usize>,
    inside: impl Fn() + Send + Sync + 'static,
) -> Guest {
    let mut config = Config::default();
    config.set_compiler(compiler).unwrap();
    if let Some(bytes) = stack {
        config.set_stack_bytes(bytes).unwrap();
    }
    let engine = Engine::new(config);
    let arena = Owned::new(&engine);
    let h = host(&arena, &[], &[], move |_, _| {
        inside();
        Ok(())
    });
    let instance = arena.instantiate(&module(&engine, DEEP), &[h], 0).unwrap();
    let get = |name: &str| arena.export_by_name(instance, name).unwrap().1;
    let (depth, functions) = (get("depth"), ["code", "library", "host"].map(get));
    Guest { arena, depth, functions }
}

impl Guest {
    /// How deep a function gets before the stack ends.
    fn depth(&self, function: usize) -> usize {
        self.arena.global_set(self.depth, slot(0)).unwrap();
        let error = call(&self.arena, self.functions[function], &[1]).unwrap_err();
        assert_eq!(error.trap, Some(TrapKind::StackOverflow), "{error}");
        assert!(!error.frames.is_empty());
        self.arena.global_get(self.depth).unwrap().0[0] as usize
    }
}

#[test]
fn engines_have_stacks_of_their_own_size() {
    for wrong in [0, 64 * KIB - 1, 1025 * KIB, usize::MAX] {
        let error = Config::default().set_stack_bytes(wrong).unwrap_err();
        assert_eq!(error.status, Status::InvalidArgument, "{error}");
    }
    // The number for the process stays from the first of an engine on.
    Config::default().set_stack_bytes(64 * KIB).unwrap();
    assert_eq!(set_stack_bytes(2048 * KIB).unwrap_err().status, Status::InvalidArgument);

    for compiler in COMPILERS {
        let sizes = [Some(64 * KIB), None, Some(256 * KIB), Some(512 * KIB)];
        let guests = sizes.map(|size| guest(compiler, size, || ()));
        // In turns, so that each call finds the guard where another guest had it.
        let mut before = [[0; 2]; 4];
        for round in 0..50 {
            for (guest, before) in guests.iter().zip(&mut before) {
                for (function, known) in before.iter_mut().enumerate() {
                    let depth = guest.depth(function);
                    assert!(round == 0 || depth == *known, "{depth} after {known}");
                    *known = depth;
                }
            }
        }
        println!("{compiler}: {before:?}");
        for function in 0..2 {
            let [small, whole, quarter, half] = before.map(|depths| depths[function]);
            // Code may use what is kept for library calls as well: 192 KiB.
            let kept = if function == 0 { 192 } else { 0 };
            let scale = |size: usize| whole * (size + kept) / (1024 + kept);
            for (found, size) in [(small, 64), (quarter, 256), (half, 512)] {
                let wanted = scale(size);
                assert!(found.abs_diff(wanted) < whole / 30, "{size} KiB: {found}, not {wanted}");
            }
        }
    }
}

#[test]
fn guests_inside_of_each_other_keep_their_own() {
    for compiler in COMPILERS {
        let alone = [Some(64 * KIB), None].map(|size| guest(compiler, size, || ()));
        let depths: Vec<_> = alone.iter().map(|guest| guest.depth(1)).collect();
        for (outer, inner) in [(Some(64 * KIB), None), (None, Some(64 * KIB))] {
            let wanted = depths[usize::from(inner.is_none())];
            let within = guest(compiler, inner, || ());
            let around = guest(compiler, outer, move || assert_eq!(within.depth(1), wanted));
            for _ in 0..20 {
                assert_eq!(call(&around.arena, around.functions[2], &[5]).unwrap(), [5]);
                assert_eq!(around.depth(1), depths[usize::from(outer.is_none())]);
            }
        }
    }
}
