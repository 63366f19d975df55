//! What is freed while its arena lives, and what is not because something reaches it.

mod common;
use common::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use wasmer::runtime::*;

fn limits(minimum: u32) -> Limits {
    Limits { minimum, maximum: None }
}

fn get(arena: &Arena, instance: Handle, name: &str) -> Handle {
    arena.export_by_name(instance, name).unwrap().1
}

/// Whether an object is still there, after a collection.
fn lives(arena: &Arena, handle: Handle) -> bool {
    assert!(arena.collect().unwrap());
    match arena.noun(handle) {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error.status, Status::Handle);
            assert!(error.message.contains("was released and freed"), "{error}");
            false
        }
    }
}

/// A host function's body that counts how often it is dropped.
struct Counted(Arc<AtomicUsize>);

impl HostCall for Counted {
    unsafe fn call(&self, _: &CallInfo<'_>, _: &Signature, _: *mut Slot) -> Result<()> {
        Ok(())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

fn counted(arena: &Arena, drops: &Arc<AtomicUsize>) -> Handle {
    arena.new_func(FuncType::new(&[], &[]), Box::new(Counted(drops.clone()))).unwrap()
}

#[test]
fn what_the_host_made_is_counted_while_it_is_used() {
    let engine = engine(Compiler::Cranelift);
    let arena = Owned::new(&engine);
    arena.set_quota(Quota::Memories, 3).unwrap();
    arena.set_quota(Quota::MemoryPages, 30).unwrap();
    let kept = arena.new_memory(limits(1), false).unwrap();
    arena.memory_write(kept, 0, &[7]).unwrap();
    let drops = Arc::new(AtomicUsize::new(0));
    for round in 0..1000 {
        let memory = arena.new_memory(limits(1), false).unwrap();
        arena.memory_write(memory, 0, &[9]).unwrap();
        arena.memory_grow(memory, 9).unwrap();
        let func = counted(&arena, &drops);
        let object = arena.new_extern(round).unwrap();
        let table = arena.new_table(ValueKind::FuncRef, limits(2), func).unwrap();
        let ty = GlobalType { kind: ValueKind::ExternRef, mutable: true };
        let global = arena.new_global(ty, slot(object)).unwrap();
        let others = arena.new_table(ValueKind::ExternRef, limits(1), object).unwrap();
        for handle in [memory, func, object, table, global, others] {
            arena.release(handle).unwrap();
        }
        assert_eq!(drops.load(SeqCst) as u64, round + 1);
        for handle in [memory, func, object, table, global, others] {
            assert!(!lives(&arena, handle));
            assert_eq!(arena.release(handle).unwrap_err().status, Status::Handle);
        }
    }
    let mut byte = [0];
    arena.memory_read(kept, 0, &mut byte).unwrap();
    assert_eq!(byte, [7]);
    // What is used counts, and the error says what can be done.
    let rest = [(); 2].map(|()| arena.new_memory(limits(1), false).unwrap());
    let error = arena.new_memory(limits(1), false).unwrap_err();
    assert_eq!(error.status, Status::Limit);
    for part in ["3 memories are allowed", "as many are in use", "release", "raise the quota"] {
        assert!(error.message.contains(part), "{error}");
    }
    arena.release(rest[0]).unwrap();
    arena.new_memory(limits(1), false).unwrap();
}

const FULL: &str = r#"(module (import "" "h" (func $h)) (memory (export "m") 1) (table (export "t") 3 funcref)
    (global (export "g") (mut funcref) (ref.null func)) (global (export "n") (mut i32) (i32.const 5))
    (elem (i32.const 1) $h $f)
    (func $f (export "f") (result i32) (call $h) (i32.load (i32.const 0)))
    (data (i32.const 0) "\2a"))"#;

#[test]
fn an_instance_is_freed_with_all_that_is_its_own() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let module = module(&engine, FULL);
        let arena = Owned::new(&engine);
        arena.set_quota(Quota::Memories, 2).unwrap();
        arena.set_quota(Quota::Instances, 2).unwrap();
        let drops = Arc::new(AtomicUsize::new(0));
        for round in 0..1000 {
            let host = counted(&arena, &drops);
            let instance = arena.instantiate(&module, &[host], 0).unwrap();
            arena.release(host).unwrap();
            let [f, m, t, g] = ["f", "m", "t", "g"].map(|name| get(&arena, instance, name));
            assert_eq!(call(&arena, f, &[]).unwrap(), [42]);
            // Given once more by each of them.
            assert_eq!(arena.table_get(t, 2).unwrap(), f);
            arena.global_set(g, slot(f)).unwrap();
            assert_eq!(arena.global_get(g).unwrap(), slot(f));
            assert_eq!(get(&arena, instance, "f"), f);
            for handle in [instance, f, m, t, f, f, g] {
                arena.release(handle).unwrap();
                assert!(lives(&arena, instance));
            }
            arena.release(f).unwrap();
            assert_eq!(drops.load(SeqCst), round + 1);
            for handle in [instance, f, m, t, g, host] {
                assert!(!lives(&arena, handle), "{compiler}, round {round}");
            }
        }
    }
}

/// A guest that something of, once released, is still reached through `keep`, until `drop`.
fn kept_by(what: &str, keep: impl Fn(&Arena, &Engine, Handle) -> Box<dyn Fn(&Arena)>) {
    let engine = engine(Compiler::Cranelift);
    let arena = Owned::new(&engine);
    let host = host(&arena, &[], &[], |_, _| Ok(()));
    let instance = arena.instantiate(&module(&engine, FULL), &[host], 0).unwrap();
    arena.release(host).unwrap();
    let drop = keep(&arena, &engine, instance);
    arena.release(instance).unwrap();
    assert!(lives(&arena, instance), "kept by {what}");
    drop(&arena);
    assert!(!lives(&arena, instance), "not kept by {what} any more");
}

#[test]
fn an_export_that_is_held_keeps_its_instance() {
    for name in ["f", "m", "t", "g", "n"] {
        kept_by(name, |arena, _, instance| {
            let export = get(arena, instance, name);
            Box::new(move |arena| {
                match arena.noun(export).unwrap() {
                    Noun::Func => assert_eq!(call(arena, export, &[]).unwrap(), [42]),
                    Noun::Memory => assert_eq!(arena.memory_size(export).unwrap(), 1),
                    Noun::Table => assert_eq!(arena.table_size(export).unwrap(), 3),
                    _ => drop(arena.global_get(export).unwrap()),
                }
                arena.release(export).unwrap();
            })
        });
    }
}

#[test]
fn a_reference_that_escaped_keeps_its_instance() {
    kept_by("a table of the host's", |arena, _, instance| {
        let f = get(arena, instance, "f");
        let table = arena.new_table(ValueKind::FuncRef, limits(3), 0).unwrap();
        arena.table_set(table, 1, f).unwrap();
        arena.release(f).unwrap();
        Box::new(move |arena| {
            let found = arena.table_get(table, 1).unwrap();
            assert_eq!(call(arena, found, &[]).unwrap(), [42]);
            arena.release(found).unwrap();
            arena.table_set(table, 1, 0).unwrap();
        })
    });
    kept_by("a global of the host's", |arena, _, instance| {
        let f = get(arena, instance, "f");
        let ty = GlobalType { kind: ValueKind::FuncRef, mutable: true };
        let global = arena.new_global(ty, slot(f)).unwrap();
        arena.release(f).unwrap();
        Box::new(move |arena| arena.global_set(global, slot(0)).unwrap())
    });
    // In tables and a global that another instance has for itself, put there by its own code.
    let other = r#"(module (import "" "f" (func $f (result i32))) (table $t 2 funcref) (table $fixed 2 2 funcref)
        (global $g (mut funcref) (ref.null func))
        (func (export "set") (param i32 funcref)
          (if (i32.eq (local.get 0) (i32.const 0)) (then (table.set $t (i32.const 1) (local.get 1))))
          (if (i32.eq (local.get 0) (i32.const 1)) (then (table.set $fixed (i32.const 1) (local.get 1))))
          (if (i32.eq (local.get 0) (i32.const 2)) (then (global.set $g (local.get 1))))))"#;
    for place in 0..3 {
        kept_by("another instance", |arena, engine, instance| {
            let [f, own] =
                [get(arena, instance, "f"), host(arena, &[], &[ValueKind::I32], |_, _| Ok(()))];
            let other = arena.instantiate(&module(engine, other), &[own], 0).unwrap();
            let set = get(arena, other, "set");
            call(arena, set, &[place, f]).unwrap();
            arena.release(f).unwrap();
            Box::new(move |arena| drop(call(arena, set, &[place, 0]).unwrap()))
        });
    }
}

#[test]
fn an_instance_that_imports_keeps_what_it_imports() {
    let importers = [
        ("f", r#"(import "" "" (func (result i32)))"#),
        ("m", r#"(import "" "" (memory 1))"#),
        ("t", r#"(import "" "" (table 3 funcref))"#),
        ("g", r#"(import "" "" (global (mut funcref)))"#),
        ("n", r#"(import "" "" (global (mut i32)))"#),
        // In a segment that is not used yet.
        ("f", r#"(import "" "" (func (result i32))) (elem funcref (ref.func 0))"#),
    ];
    for (name, import) in importers {
        kept_by(import, |arena, engine, instance| {
            let export = get(arena, instance, name);
            let text = format!("(module {import})");
            let importer = arena.instantiate(&module(engine, &text), &[export], 0).unwrap();
            arena.release(export).unwrap();
            Box::new(move |arena| arena.release(importer).unwrap())
        });
    }
}

#[test]
fn a_host_function_that_is_reached_keeps_the_instance_that_imports_it() {
    let engine = engine(Compiler::Cranelift);
    let arena = Owned::new(&engine);
    let told = Arc::new(AtomicUsize::new(0));
    let seen = told.clone();
    let h = host(&arena, &[], &[], move |info, _| {
        seen.store(info.instance as usize, SeqCst);
        assert_eq!(info.arena.noun(info.instance)?, Noun::Instance);
        Ok(())
    });
    let instance = arena.instantiate(&module(&engine, FULL), &[h], 0).unwrap();
    let (table, place) = (get(&arena, instance, "t"), 1);
    let mine = arena.new_table(ValueKind::FuncRef, limits(1), 0).unwrap();
    let import = arena.table_get(table, place).unwrap();
    assert_eq!(import, h, "one object to the host");
    let caller = r#"(module (import "" "t" (table 1 funcref))
        (func (export "f") (call_indirect (i32.const 0))))"#;
    let caller = arena.instantiate(&module(&engine, caller), &[mine], 0).unwrap();
    let copy = r#"(module (import "" "a" (table 3 funcref)) (import "" "b" (table 1 funcref))
        (func (export "f") (table.copy 1 0 (i32.const 0) (i32.const 1) (i32.const 1))))"#;
    let copy = arena.instantiate(&module(&engine, copy), &[table, mine], 0).unwrap();
    call(&arena, get(&arena, copy, "f"), &[]).unwrap();
    for handle in [instance, table, import, h, copy, get(&arena, copy, "f")] {
        arena.release(handle).unwrap();
    }
    arena.release(get(&arena, copy, "f")).unwrap_or_default();
    let f = get(&arena, caller, "f");
    call(&arena, f, &[]).unwrap();
    assert_eq!(told.load(SeqCst) as u64, instance);
    assert!(lives(&arena, instance));
    arena.table_set(mine, 0, 0).unwrap();
    // The instance of `copy` holds the table, as long as its function is held.
    let _ = arena.release(get(&arena, caller, "f"));
}

#[test]
fn externrefs_are_freed_when_no_guest_has_them() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        assert!(arena.freed(0).unwrap().is_empty());
        let guest = r#"(module (table $t (export "t") 4 externref) (global $g (mut externref) (ref.null extern))
            (func (export "same") (param externref) (result externref) local.get 0)
            (func (export "table") (param externref) (table.set $t (i32.const 2) (local.get 0)))
            (func (export "global") (param externref) (global.set $g (local.get 0))))"#;
        let instance = arena.instantiate(&module(&engine, guest), &[], 0).unwrap();
        let freed = || {
            arena.collect().unwrap();
            let mut words: Vec<_> =
                arena.freed(usize::MAX).unwrap().iter().map(|f| f.word).collect();
            words.sort();
            words
        };
        let same = get(&arena, instance, "same");
        for word in 0..1000 {
            let object = arena.new_extern(word).unwrap();
            assert_eq!(call(&arena, same, &[object]).unwrap(), [object]);
            arena.release(object).unwrap();
            assert!(lives(&arena, object));
            assert_eq!(arena.extern_data(object).unwrap(), word);
            arena.release(object).unwrap();
            assert_eq!(freed(), [word]);
            // Numbers of wasmer's are used again, handles are not.
            assert!(arena.extern_data(object).is_err());
        }
        for name in ["table", "global"] {
            let set = get(&arena, instance, name);
            let [one, other] = [1, 2].map(|word| arena.new_extern(word).unwrap());
            call(&arena, set, &[one]).unwrap();
            arena.release(one).unwrap();
            assert!(freed().is_empty());
            call(&arena, set, &[other]).unwrap();
            arena.release(other).unwrap();
            assert_eq!(freed(), [1]);
            call(&arena, set, &[0]).unwrap();
            assert_eq!(freed(), [2]);
        }
    }
}

#[test]
fn nothing_is_freed_under_a_running_call() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let objects = host(&arena, &[], &[ValueKind::ExternRef], |info, slots| {
            slots[0] = slot(info.arena.new_extern(5)?);
            info.arena.release(slots[0].0[0])?;
            assert!(!info.arena.collect()?);
            Ok(())
        });
        let check = host(&arena, &[ValueKind::ExternRef], &[], |info, slots| {
            // Only the guest's stack has it.
            for _ in 0..100 {
                let other = info.arena.new_extern(6)?;
                info.arena.release(other)?;
            }
            assert_eq!(info.arena.extern_data(slots[0].0[0])?, 5);
            info.arena.release(slots[0].0[0])
        });
        let guest = r#"(module (import "" "a" (func $new (result externref))) (import "" "b" (func $check (param externref)))
            (func (export "f") (local externref) (local.set 0 (call $new)) (drop (call $new)) (call $check (local.get 0))))"#;
        let instance = arena.instantiate(&module(&engine, guest), &[objects, check], 0).unwrap();
        let f = get(&arena, instance, "f");
        arena.freed(0).unwrap();
        call(&arena, f, &[]).unwrap();
        // The instance itself is given up by its own call.
        arena.collect().unwrap();
        assert_eq!(arena.freed(usize::MAX).unwrap().len(), 102);
        let handles = Arc::new([instance, f]);
        let given = handles.clone();
        let release = host(&arena, &[], &[], move |info, _| {
            given.iter().try_for_each(|&handle| info.arena.release(handle))
        });
        let text = r#"(module (import "" "r" (func $r)) (memory 1) (data "x")
            (func (export "f") (result i32) (call $r) (i32.load8_u (i32.const 0))) (data (i32.const 0) "y"))"#;
        let _ = handles;
        let second = arena.instantiate(&module(&engine, text), &[release], 0).unwrap();
        let f = get(&arena, second, "f");
        assert_eq!(call(&arena, f, &[]).unwrap(), [u64::from(b'y')]);
        assert!(!lives(&arena, instance));
    }
}

#[test]
fn what_the_host_gave_with_a_function_may_come_back_into_the_arena() {
    struct Back(usize, Arc<AtomicUsize>);
    impl HostCall for Back {
        unsafe fn call(&self, _: &CallInfo<'_>, _: &Signature, _: *mut Slot) -> Result<()> {
            Ok(())
        }
    }
    impl Drop for Back {
        fn drop(&mut self) {
            let arena = unsafe { &*(self.0 as *const Arena) };
            let memory = arena.new_memory(limits(1), false).unwrap();
            arena.memory_write(memory, 0, &[1]).unwrap();
            arena.release(memory).unwrap();
            assert!(!arena.collect().unwrap(), "one collection at a time");
            self.1.fetch_add(1, SeqCst);
        }
    }
    let engine = engine(Compiler::Cranelift);
    let arena = Owned::new(&engine);
    let drops = Arc::new(AtomicUsize::new(0));
    for _ in 0..10 {
        let body = Box::new(Back(arena.0 as usize, drops.clone()));
        let func = arena.new_func(FuncType::new(&[], &[]), body).unwrap();
        call(&arena, func, &[]).unwrap();
        arena.release(func).unwrap();
        arena.collect().unwrap();
    }
    assert_eq!(drops.load(SeqCst), 10);
}

#[test]
fn an_instance_that_could_not_be_made_is_freed() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        arena.set_quota(Quota::Memories, 2).unwrap();
        let table = arena.new_table(ValueKind::FuncRef, limits(1), 0).unwrap();
        let bad = |element: &str| {
            let text = format!(
                r#"(module (import "" "t" (table 1 funcref)) (import "" "h" (func)) (memory 1) {element}
                (func $f (result i32) (i32.load (i32.const 0))) (data (i32.const 0) "\07")
                (func $start unreachable) (start $start))"#
            );
            module(&engine, &text)
        };
        let (bad, leaks) = (bad(""), bad("(elem (i32.const 0) $f)"));
        let drops = Arc::new(AtomicUsize::new(0));
        for _ in 0..100 {
            let host = counted(&arena, &drops);
            assert_eq!(
                arena.instantiate(&bad, &[table, host], 0).unwrap_err().status,
                Status::Trap
            );
            arena.release(host).unwrap();
        }
        assert_eq!(drops.load(SeqCst), 100);
        // A function that got into a table before lives on.
        let host = counted(&arena, &drops);
        assert_eq!(arena.instantiate(&leaks, &[table, host], 0).unwrap_err().status, Status::Trap);
        arena.release(host).unwrap();
        arena.collect().unwrap();
        let f = arena.table_get(table, 0).unwrap();
        assert_eq!(call(&arena, f, &[]).unwrap(), [7]);
        arena.table_set(table, 0, 0).unwrap();
        arena.release(f).unwrap();
        arena.collect().unwrap();
        assert_eq!(drops.load(SeqCst), 101);
        let limit = arena.new_memory(limits(65_537 - 1), false);
        assert!(limit.is_ok(), "the pages were given back");
    }
}

#[test]
fn a_thread_that_ended_inside_leaves_the_arena_to_nobody() {
    let engine = engine(Compiler::Cranelift);
    let arena = Arc::new(Owned::new(&engine));
    let inside = arena.clone();
    // As one that ends in a host function: its block is given to threads that come.
    std::thread::spawn(move || std::mem::forget(inside.enter().unwrap())).join().unwrap();
    for _ in 0..200 {
        let arena = arena.clone();
        let found = std::thread::spawn(move || arena.new_extern(1).map_err(|error| error.status));
        assert_eq!(found.join().unwrap(), Err(Status::Busy));
    }
}
