//! Modules of two compilers in one arena: what may be linked, what is refused, and that a call between
//! them is a call like any other. `linking.rs` has the values.

mod common;
use common::*;
use wasmer::runtime::*;

/// An arena with modules of both compilers.
struct Both {
    engines: [Engine; 2],
    arena: Owned,
}

impl Both {
    fn new() -> Self {
        let engines = COMPILERS.map(engine);
        let arena = Owned::new(&engines[0]);
        Self { engines, arena }
    }

    /// An instance of a module by the compiler with a number in `COMPILERS`.
    fn try_add(&self, compiler: usize, wat: &str, imports: &[Handle]) -> Result<Handle> {
        let module = module(&self.engines[compiler], wat);
        assert_eq!(module.compiler(), COMPILERS[compiler]);
        self.arena.instantiate(&module, imports, 0)
    }

    fn add(&self, compiler: usize, wat: &str, imports: &[Handle]) -> Handle {
        self.try_add(compiler, wat, imports).unwrap_or_else(|error| panic!("{error}\n{wat}"))
    }

    fn get(&self, instance: Handle, name: &str) -> Handle {
        self.arena.export_by_name(instance, name).unwrap().1
    }
}

const HALF: &str = r#"(module (func (export "f") (param f64) (result f64)
    (f64.mul (local.get 0) (f64.const 0.5))))"#;
const CALLS: &str = r#"(module (import "" "f" (func $f (param f64) (result f64)))
    (func (export "f") (param f64) (result f64) (f64.add (call $f (local.get 0)) (f64.const 1))))"#;

#[test]
fn each_calls_the_other() {
    for first in 0..2 {
        for second in 0..2 {
            for third in 0..2 {
                let both = Both::new();
                let one = both.add(first, HALF, &[]);
                let two = both.add(second, CALLS, &[both.get(one, "f")]);
                let three = both.add(third, CALLS, &[both.get(two, "f")]);
                let f = both.get(three, "f");
                for _ in 0..1000 {
                    let found = call(&both.arena, f, &[5f64.to_bits()]).unwrap();
                    assert_eq!(f64::from_bits(found[0]), 4.5);
                }
            }
        }
    }
}

#[test]
fn they_share_memories_globals_and_externrefs() {
    for (one, two) in [(0, 1), (1, 0)] {
        let both = Both::new();
        let owner = both.add(
            one,
            r#"(module (memory (export "m") 1) (global (export "g") (mut f32) (f32.const 2.5))
                (table (export "t") 3 externref)
                (func (export "load") (result i32) (i32.load (i32.const 8)))
                (func (export "same") (param externref f32) (result externref) local.get 0))"#,
            &[],
        );
        let names = ["m", "g", "t", "same"].map(|name| both.get(owner, name));
        let user = both.add(
            two,
            r#"(module (import "" "m" (memory 1)) (import "" "g" (global $g (mut f32)))
                (import "" "t" (table $t 3 externref))
                (import "" "same" (func $same (param externref f32) (result externref)))
                (func (export "store") (param i32) (i32.store (i32.const 8) (local.get 0))
                    (global.set $g (f32.const 7.25)))
                (func (export "put") (param externref)
                    (table.set $t (i32.const 1) (call $same (local.get 0) (f32.const 1)))))"#,
            &names,
        );
        call(&both.arena, both.get(user, "store"), &[77]).unwrap();
        assert_eq!(call(&both.arena, both.get(owner, "load"), &[]).unwrap(), [77]);
        assert_eq!(both.arena.global_get(names[1]).unwrap().0[0] as u32, 7.25f32.to_bits());
        // Nothing that was passed on is held more often than the host holds it.
        for data in 0..1000 {
            let object = both.arena.new_extern(data).unwrap();
            call(&both.arena, both.get(user, "put"), &[object]).unwrap();
            assert_eq!(both.arena.table_get(names[2], 1).unwrap(), object);
            both.arena.release_all(&[object, object]).unwrap();
        }
        both.arena.table_set(names[2], 1, 0).unwrap();
        both.arena.freed(0).unwrap();
        let last = both.arena.new_extern(1000).unwrap();
        both.arena.release(last).unwrap();
        both.arena.collect().unwrap();
        assert!(both.arena.freed(usize::MAX).unwrap().iter().any(|freed| freed.word == 1000));
        assert_eq!(both.arena.extern_data(last).unwrap_err().status, Status::Handle);
    }
}

#[test]
fn what_is_called_over_the_bridge_stays_alive() {
    for (one, two) in [(0, 1), (1, 0)] {
        let both = Both::new();
        let owner = both.add(one, HALF, &[]);
        let f = both.get(owner, "f");
        let user = both.add(two, CALLS, &[f]);
        both.arena.release_all(&[owner, f]).unwrap();
        both.arena.collect().unwrap();
        let found = call(&both.arena, both.get(user, "f"), &[5f64.to_bits()]).unwrap();
        assert_eq!(f64::from_bits(found[0]), 3.5);
        // And goes with the one that calls it.
        let g = both.get(user, "f");
        both.arena.release_all(&[user, g, g]).unwrap();
        both.arena.collect().unwrap();
        assert_eq!(call(&both.arena, f, &[0]).unwrap_err().status, Status::Handle);
    }
}

#[test]
fn a_function_that_is_exported_again_is_the_same_function() {
    let both = Both::new();
    let owner = r#"(module (func (export "f") (param i64) (result f64) (f64.const 1)))"#;
    let owner = both.add(1, owner, &[]);
    let f = both.get(owner, "f");
    let again =
        r#"(module (import "" "f" (func $f (param i64) (result f64))) (export "g" (func $f)))"#;
    for compiler in 0..2 {
        let user = both.add(compiler, again, &[f]);
        assert_eq!(both.get(user, "g"), f);
    }
}

#[test]
fn traps_cross_with_their_kind_and_frames() {
    for (one, two) in [(0, 1), (1, 0)] {
        let both = Both::new();
        let inner = r#"(module $inner (func $f (export "f") (param f64) (result f64)
            (drop (i32.div_u (i32.const 1) (i32.trunc_f64_u (local.get 0)))) (local.get 0)))"#;
        let outer = r#"(module $outer (import "" "f" (func $f (param f64) (result f64)))
            (func $g (export "f") (param f64) (result f64) (call $f (local.get 0))))"#;
        let owner = both.add(one, inner, &[]);
        let user = both.add(two, outer, &[both.get(owner, "f")]);
        let f = both.get(user, "f");
        let error = call(&both.arena, f, &[0f64.to_bits()]).unwrap_err();
        assert_eq!(
            (error.status, error.trap),
            (Status::Trap, Some(TrapKind::IntegerDivisionByZero))
        );
        let frames: Vec<_> = error.frames.iter().map(|frame| &*frame.module).collect();
        assert_eq!(frames, ["inner", "outer"], "{error}");
        assert_eq!(call(&both.arena, f, &[1f64.to_bits()]).unwrap(), [1f64.to_bits()]);
    }
}

#[test]
fn calls_that_are_nested_too_deep_are_an_error() {
    // A host function leads back to the first, so the three call each other for ever.
    let both = Both::new();
    let back = std::sync::Arc::new(std::sync::OnceLock::<Handle>::new());
    let known = back.clone();
    let host = host(&both.arena, &[ValueKind::F64], &[ValueKind::F64], move |info, slots| unsafe {
        info.arena.call(*known.get().unwrap(), slots.as_mut_ptr(), 1, 0)
    });
    let one = both.add(0, CALLS, &[host]);
    let two = both.add(1, CALLS, &[both.get(one, "f")]);
    let f = both.get(two, "f");
    back.set(f).unwrap();
    let error = call(&both.arena, f, &[0]).unwrap_err();
    assert_eq!(error.status, Status::Depth, "{error}");
}

#[test]
fn an_interrupt_ends_what_runs_behind_the_bridge() {
    for (one, two) in [(0, 1), (1, 0)] {
        let both = Both::new();
        let owner = both.add(
            one,
            r#"(module (func (export "f") (param f64) (result f64) (loop $l br $l) unreachable))"#,
            &[],
        );
        let user = both.add(two, CALLS, &[both.get(owner, "f")]);
        let f = both.get(user, "f");
        let interrupt = Interrupt::new().unwrap();
        both.arena.set_interrupt(Some(interrupt.clone())).unwrap();
        interrupt.fire_after(Some(std::time::Duration::from_millis(20))).unwrap();
        let error = call(&both.arena, f, &[0]).unwrap_err();
        assert_eq!(error.status, Status::Interrupted, "{error}");
        interrupt.reset();
    }
}

#[test]
fn an_exception_does_not_get_over_the_bridge() {
    let mut config = Config::default();
    config.set_feature("exception-handling", true).unwrap();
    let exceptions = Engine::new(config);
    let both = Both::new();
    let throws = module(
        &exceptions,
        r#"(module (tag $e (export "e") (param i64))
            (func (export "f") (param f64) (result f64) (throw $e (i64.const 7))))"#,
    );
    let thrower = both.arena.instantiate(&throws, &[], 0).unwrap();
    let between = both.add(1, CALLS, &[both.get(thrower, "f")]);
    let catches = module(
        &exceptions,
        r#"(module (import "" "e" (tag $e (param i64))) (import "" "f" (func $f (param f64) (result f64)))
            (func (export "f") (result i64) (block $caught (result i64)
                (try_table (catch $e $caught) (drop (call $f (f64.const 1)))) (i64.const 0))))"#,
    );
    for (instance, wanted) in [(thrower, Ok(7)), (between, Err(TrapKind::UncaughtException))] {
        let imports = [both.get(thrower, "e"), both.get(instance, "f")];
        let catcher = both.arena.instantiate(&catches, &imports, 0).unwrap();
        let found = call(&both.arena, both.get(catcher, "f"), &[]);
        assert_eq!(found.map(|words| words[0]).map_err(|error| error.trap.unwrap()), wanted);
    }
}

#[test]
fn references_to_functions_are_of_one_compiler() {
    for (one, two) in [(0, 1), (1, 0)] {
        let both = Both::new();
        let closed = both.add(two, HALF, &[]);
        let owner =
            both.add(one, r#"(module (table (export "t") 2 funcref) (func (export "f")))"#, &[]);
        let table = both.get(owner, "t");
        // Which modules come in.
        for refused in [
            r#"(module (import "" "t" (table 2 funcref)))"#,
            r#"(module (table (export "t") 2 funcref))"#,
            r#"(module (func (export "f") (param funcref)))"#,
            r#"(module (func (export "f") (result i32 funcref) (i32.const 1) (ref.null func)))"#,
            r#"(module (global (export "g") funcref (ref.null func)))"#,
        ] {
            let imports = if refused.contains("import") { vec![table] } else { vec![] };
            let error = both.try_add(two, refused, &imports).unwrap_err();
            assert_eq!(error.status, Status::Link, "{refused}: {error}");
            assert!(error.message.contains("references to functions in this arena"), "{error}");
        }
        both.add(two, r#"(module (table 2 funcref) (elem (i32.const 0) $f) (func $f))"#, &[]);
        // Which functions a table takes.
        let foreign = both.get(closed, "f");
        let error = both.arena.table_set(table, 0, foreign).unwrap_err();
        assert_eq!(error.status, Status::Link, "{error}");
        both.arena.table_set(table, 0, both.get(owner, "f")).unwrap();
        // It is called all the same.
        assert_eq!(call(&both.arena, foreign, &[3f64.to_bits()]).unwrap(), [1.5f64.to_bits()]);
    }
}
