//! The limits that hold by default: no guest exhausts the process by asking, nor does a host.

mod common;
use common::*;
use wasmer::runtime::*;

const TWO_BILLION: u64 = 2_000_000_000;

fn limits(minimum: u32, maximum: Option<u32>) -> Limits {
    Limits { minimum, maximum }
}

fn minus_one(found: Result<Vec<u64>>) -> bool {
    found.unwrap() == [u64::from(u32::MAX)]
}

#[test]
fn table_grow_beyond_the_limit_gives_minus_one() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        for (kind, null) in [("funcref", "func"), ("externref", "extern")] {
            let wat = format!(
                r#"(module (table $t (export "t") 3 {kind}) (table $bounded 3 4000000000 {kind})
                (func (export "grow") (param i32) (result i32)
                  (table.grow $t (ref.null {null}) (local.get 0)))
                (func (export "bounded") (param i32) (result i32)
                  (table.grow $bounded (ref.null {null}) (local.get 0)))
                (func (export "size") (result i32) (table.size $t)))"#
            );
            let arena = Owned::new(&engine);
            let instance = arena.instantiate(&module(&engine, &wat), &[], 0).unwrap();
            let get = |name: &str| arena.export_by_name(instance, name).unwrap().1;
            for name in ["grow", "bounded"] {
                for delta in [TWO_BILLION, u64::from(u32::MAX), 1 << 31, 10_000_000] {
                    assert!(minus_one(call(&arena, get(name), &[delta])), "{compiler} {delta}");
                }
            }
            assert_eq!(call(&arena, get("size"), &[]).unwrap(), [3]);
            assert_eq!(call(&arena, get("grow"), &[1000]).unwrap(), [3]);
            // The host's own way has the same limit.
            for delta in [TWO_BILLION as u32, u32::MAX, 10_000_000] {
                let error = arena.table_grow(get("t"), delta, 0).unwrap_err();
                assert_eq!(error.status, Status::Limit, "{error}");
            }
            assert_eq!(arena.table_grow(get("t"), 5, 0).unwrap(), 1003);
            assert_eq!(arena.table_size(get("t")).unwrap(), 1008);
        }
    }
}

/// Small steps do not get round the limit.
#[test]
fn a_guest_that_grows_its_tables_in_a_loop_stays_within_the_limit() {
    let engine = engine(Compiler::Cranelift);
    let arena = Owned::new(&engine);
    let wat = r#"(module (table $a 0 funcref) (table $b 0 externref)
        (func (export "fill") (result i32)
          (loop $l (br_if $l (i32.ne (i32.const -1)
            (table.grow $a (ref.null func) (i32.const 1000000)))))
          (loop $l (br_if $l (i32.ne (i32.const -1)
            (table.grow $b (ref.null extern) (i32.const 1000000)))))
          (i32.add (table.size $a) (table.size $b))))"#;
    let fill = export(&arena, &engine, wat, "fill");
    let size = call(&arena, fill, &[]).unwrap()[0];
    assert!(size <= MAX_TABLE_ELEMENTS.into(), "{size}");
    assert!(size >= 8_000_000, "{size}");
}

#[test]
fn huge_tables_are_refused() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let most = MAX_TABLE_ELEMENTS;
        for wat in [
            format!("(module (table {} funcref))", most + 1),
            "(module (table 134217728 externref))".into(),
            "(module (table 0xffffffff funcref))".into(),
            format!("(module (table {most} funcref) (table 1 externref))"),
            format!("(module {})", "(table 1000000 funcref)".repeat(11)),
        ] {
            // wasmparser has a limit of its own, which may come first.
            match Module::new(&engine, wat.as_bytes()) {
                Ok(module) => {
                    let error = arena.instantiate(&module, &[], 0).unwrap_err();
                    assert_eq!(error.status, Status::Limit, "{error}");
                }
                Err(error) => assert_eq!(error.status, Status::InvalidModule, "{error}"),
            }
        }
        for minimum in [most + 1, u32::MAX] {
            let wanted = limits(minimum, None);
            let error = arena.new_table(ValueKind::FuncRef, wanted, 0).unwrap_err();
            assert_eq!(error.status, Status::Limit, "{error}");
        }
        let table = arena.new_table(ValueKind::FuncRef, limits(1, Some(u32::MAX)), 0).unwrap();
        assert_eq!(arena.table_grow(table, u32::MAX - 1, 0).unwrap_err().status, Status::Limit);
        assert_eq!(arena.table_grow(table, 1, 0).unwrap(), 1, "the arena goes on");
    }
}

#[test]
fn huge_memories_are_refused() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let memory = arena.new_memory(limits(1, None), false).unwrap();
        // With the page that is taken they exceed the limit.
        let module = module(&engine, "(module (memory 65536))");
        let error = arena.instantiate(&module, &[], 0).unwrap_err();
        assert_eq!(error.status, Status::Limit, "{error}");
        let error = arena.new_memory(limits(65536, None), false).unwrap_err();
        assert_eq!(error.status, Status::Limit, "{error}");
        for wrong in [limits(65537, None), limits(0, Some(65537)), limits(2, Some(1))] {
            let error = arena.new_memory(wrong, false).unwrap_err();
            assert_eq!(error.status, Status::InvalidArgument, "{error}");
        }
        assert_eq!(arena.memory_grow(memory, 65535).unwrap(), 1);
        let error = arena.memory_grow(memory, 1).unwrap_err();
        assert_eq!(error.status, Status::Limit, "{error}");
        assert_eq!(arena.memory_size(memory).unwrap(), 65536);
    }
}

#[test]
fn memories_of_an_arena_share_a_limit_and_growing_beyond_gives_minus_one() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let wat = r#"(module (memory $a (export "a") 1) (memory $b 1 30000) (memory $s 1 40000 shared)
            (func (export "ga") (param i32) (result i32) (memory.grow $a (local.get 0)))
            (func (export "gb") (param i32) (result i32) (memory.grow $b (local.get 0)))
            (func (export "gs") (param i32) (result i32) (memory.grow $s (local.get 0))))"#;
        let module = module(&engine, wat);
        let instances = [0; 2].map(|_| arena.instantiate(&module, &[], 0).unwrap());
        let get = |n: usize, name: &str| arena.export_by_name(instances[n], name).unwrap().1;
        let grow = |n: usize, name: &str, delta: u64| call(&arena, get(n, name), &[delta]);
        for name in ["ga", "gb", "gs"] {
            for delta in [65536, 0xffff_ffff, 1 << 31] {
                assert!(minus_one(grow(0, name, delta)), "{compiler} {name} {delta}");
            }
        }
        // 6 pages are taken, 65,530 are left.
        assert_eq!(grow(0, "ga", 20_000).unwrap(), [1]);
        assert_eq!(grow(0, "gb", 20_000).unwrap(), [1]);
        assert_eq!(grow(1, "gs", 20_000).unwrap(), [1]);
        assert!(minus_one(grow(1, "ga", 5531)));
        assert!(minus_one(grow(0, "gb", 10_000)), "its own maximum");
        assert_eq!(grow(1, "ga", 5530).unwrap(), [1]);
        for n in [0, 1] {
            for name in ["ga", "gb", "gs"] {
                assert!(minus_one(grow(n, name, 1)), "{compiler} {n} {name}");
                assert_ne!(grow(n, name, 0).unwrap(), [u64::from(u32::MAX)]);
            }
        }
        let error = arena.memory_grow(get(0, "a"), 1).unwrap_err();
        assert_eq!(error.status, Status::Limit, "{error}");
        let error = arena.new_memory(limits(1, None), false).unwrap_err();
        assert_eq!(error.status, Status::Limit, "{error}");
        arena.new_memory(limits(0, None), false).unwrap();
    }
}

#[test]
fn an_arena_has_100_memories() {
    let engine = engine(Compiler::Cranelift);
    let arena = Owned::new(&engine);
    let one = module(&engine, "(module (memory 1))");
    for _ in 0..MAX_MEMORIES - 1 {
        arena.instantiate(&one, &[], 0).unwrap();
    }
    arena.new_memory(limits(1, None), false).unwrap();
    let error = arena.instantiate(&one, &[], 0).unwrap_err();
    assert_eq!(error.status, Status::Limit, "{error}");
    let error = arena.new_memory(limits(0, None), true).unwrap_err();
    assert_eq!(error.status, Status::InvalidArgument, "{error}");
    let error = arena.new_memory(limits(0, Some(1)), true).unwrap_err();
    assert_eq!(error.status, Status::Limit, "{error}");
    // Modules without a memory of their own still fit.
    arena.instantiate(&module(&engine, "(module)"), &[], 0).unwrap();
    let many = format!("(module {})", "(memory 0)".repeat(101));
    if let Ok(module) = Module::new(&engine, many.as_bytes()) {
        let error = Owned::new(&engine).instantiate(&module, &[], 0).unwrap_err();
        assert_eq!(error.status, Status::Limit, "{error}");
    }
}

#[test]
fn an_arena_has_10_000_instances() {
    let engine = engine(Compiler::Cranelift);
    let arena = Owned::new(&engine);
    let wat = r#"(module (func (export "f") (result i32) i32.const 3))"#;
    let module = module(&engine, wat);
    let first = arena.instantiate(&module, &[], 0).unwrap();
    let mut last = first;
    for _ in 1..MAX_INSTANCES {
        last = arena.instantiate(&module, &[], 0).unwrap();
    }
    for _ in 0..3 {
        let error = arena.instantiate(&module, &[], 0).unwrap_err();
        assert_eq!(error.status, Status::Limit, "{error}");
    }
    for instance in [first, last] {
        let f = arena.export_by_name(instance, "f").unwrap().1;
        assert_eq!(call(&arena, f, &[]).unwrap(), [3]);
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
