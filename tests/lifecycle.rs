//! What is made goes away again: memory, mappings, host functions, arenas.

mod common;
use common::*;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard};
use wasmer::runtime::*;

/// The tests measure the process, so one runs at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Resident KiB and number of mappings.
fn process() -> (u64, usize) {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: u64 = statm.split(' ').nth(1).unwrap().parse().unwrap();
    (pages * 4, std::fs::read_to_string("/proc/self/maps").unwrap().lines().count())
}

/// Repeats `work`, and asserts that the process does not grow after the first tenth: by less than
/// `kib` and a handful of mappings.
fn assert_flat(what: &str, rounds: usize, kib: u64, mut work: impl FnMut(usize)) {
    (0..rounds / 10).for_each(&mut work);
    let (resident, maps) = process();
    (rounds / 10..rounds).for_each(&mut work);
    let (resident_now, maps_now) = process();
    println!("{what}: {resident} -> {resident_now} KiB, {maps} -> {maps_now} mappings");
    assert!(resident_now < resident + kib, "{what}: {resident} -> {resident_now} KiB");
    assert!(maps_now < maps + 20, "{what}: {maps} -> {maps_now} mappings");
}

#[test]
fn twenty_thousand_arenas_leave_nothing() {
    let _alone = alone();
    let _watchdog = watchdog("20,000 arenas", 240);
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let wat = r#"(module (import "" "h" (func $h (param i32) (result i32)))
            (memory (export "m") 1) (table (export "t") 10 funcref) (global $g (mut externref) (ref.null extern))
            (elem (i32.const 0) $f)
            (func $f (export "f") (param i32 externref) (result i32)
              (i32.store (i32.const 65532) (local.get 0)) (global.set $g (local.get 1))
              (call $h (i32.load (i32.const 65532)))))"#;
        let module = module(&engine, wat);
        let live = Arena::live();
        assert_flat(&format!("{compiler}, arenas"), 20_000, 1024, |round| {
            let arena = Owned::new(&engine);
            let h = host(&arena, &[ValueKind::I32], &[ValueKind::I32], |_, slots| {
                slots[0] = slot(u64::from(slots[0].0[0] as u32) + 1);
                Ok(())
            });
            let instance = arena.instantiate(&module, &[h], 0).unwrap();
            let f = arena.export_by_name(instance, "f").unwrap().1;
            let object = arena.new_extern(round as u64).unwrap();
            let found = call(&arena, f, &[round as u64, object]).unwrap();
            assert_eq!(found, [round as u64 + 1]);
            let table = arena.export_by_name(instance, "t").unwrap().1;
            assert_eq!(arena.table_get(table, 0).unwrap(), f);
            assert_eq!(Arena::live(), live + 1);
        });
        assert_eq!(Arena::live(), live);
    }
}

#[test]
fn calls_that_fail_leave_nothing() {
    let _alone = alone();
    let _watchdog = watchdog("failing calls", 240);
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let fails = host(&arena, &[], &[], |_, _| Err(Error::new(Status::Host, "x".repeat(9999))));
        let wat = r#"(module (import "" "h" (func $h)) (memory 1) (table $t 1 funcref)
            (func (export "0") call $h) (func (export "1") unreachable)
            (func (export "2") (drop (i32.load (i32.const -1))))
            (func (export "3") (table.fill $t (i32.const 5) (ref.null func) (i32.const 1)))
            (func $r (export "4") call $r)
            (func (export "5") (param funcref externref) (result externref funcref)
              local.get 1 local.get 0))"#;
        let instance = arena.instantiate(&module(&engine, wat), &[fails], 0).unwrap();
        let funcs: Vec<_> = (0..=5)
            .map(|n: u32| arena.export_by_name(instance, &n.to_string()).unwrap().1)
            .collect();
        let object = arena.new_extern(1).unwrap();
        assert_flat(&format!("{compiler}, failing calls"), 20_000, 1024, |_| {
            for func in &funcs[..5] {
                call(&arena, *func, &[]).unwrap_err();
            }
            // The same references again and again make no new entries.
            assert_eq!(call(&arena, funcs[5], &[funcs[0], object]).unwrap(), [object, funcs[0]]);
        });
    }
}

#[test]
fn three_thousand_modules_leave_nothing() {
    let _alone = alone();
    let _watchdog = watchdog("3,000 modules", 240);
    for compiler in COMPILERS {
        let engine = engine(compiler);
        assert_flat(&format!("{compiler}, modules"), 3_000, 4096, |round| {
            let wat = format!(
                r#"(module (func (export "f") (param i64) (result i64)
                local.get 0 i64.const {round} i64.add {}))"#,
                "i64.const 3 i64.mul ".repeat(round % 50)
            );
            let module = module(&engine, &wat);
            let bytes = module.serialize().unwrap();
            drop(module);
            let module = Module::deserialize(&engine, &bytes).unwrap();
            let arena = Owned::new(&engine);
            let instance = arena.instantiate(&module, &[], 0).unwrap();
            let f = arena.export_by_name(instance, "f").unwrap().1;
            // The arena keeps the code.
            drop(module);
            let wanted = (1 + round as u64).wrapping_mul(3u64.wrapping_pow(round as u32 % 50));
            assert_eq!(call(&arena, f, &[1]).unwrap(), [wanted]);
        });
    }
}

#[test]
fn broken_modules_leave_nothing() {
    let _alone = alone();
    let engine = engine(Compiler::Cranelift);
    assert_flat("broken modules", 3_000, 2048, |round| {
        let wat = format!("(module (func (result i64) i32.const {round}))");
        assert!(Module::new(&engine, wat.as_bytes()).is_err());
    });
}

#[test]
fn engines_with_their_host_functions_leave_nothing() {
    let _alone = alone();
    for compiler in COMPILERS {
        assert_flat(&format!("{compiler}, engines"), 1_000, 2048, |_| {
            let engine = engine(compiler);
            let arena = Owned::new(&engine);
            let double = host(&arena, &[ValueKind::I64], &[ValueKind::I64], |_, slots| {
                slots[0].0[0] *= 2;
                Ok(())
            });
            assert_eq!(call(&arena, double, &[21]).unwrap(), [42]);
        });
    }
}

#[test]
fn a_serialized_module_is_the_same_again() {
    let _alone = alone();
    let wat = r#"(module $name (import "a" "b" (func $b (param i32 externref) (result i64)))
        (import "a" "m" (memory 1 2)) (import "a" "g" (global (mut f64)))
        (table (export "t") 1 5 funcref) (func $f (export "f") (param i32) (result i64)
          (call $b (local.get 0) (ref.null extern)))
        (func (export "trap") unreachable)
        (@custom "note" "hello") (global (export "g") i32 (i32.const 7)))"#;
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let module = module(&engine, wat);
        let bytes = module.serialize().unwrap();
        assert_eq!(bytes, module.serialize().unwrap());
        // Another engine, also one of another compiler, gives the same module.
        for other in COMPILERS.map(crate::engine) {
            let again = Module::deserialize(&other, &bytes).unwrap();
            assert_eq!(again.name(), Some("name"));
            assert_eq!(again.compiler(), compiler);
            assert_eq!(again.custom_section("note"), Some(&b"hello"[..]));
            assert_eq!(again.serialize().unwrap(), bytes);
            assert_eq!(format!("{:?}", again.imports()), format!("{:?}", module.imports()));
            assert_eq!(format!("{:?}", again.exports()), format!("{:?}", module.exports()));
            let arena = Owned::new(&other);
            let kinds = [ValueKind::I32, ValueKind::ExternRef];
            let b = host(&arena, &kinds, &[ValueKind::I64], |_, slots| {
                // The rest of a narrow slot is anything.
                slots[0] = slot(u64::from(slots[0].0[0] as u32) + 5);
                Ok(())
            });
            let m = arena.new_memory(Limits { minimum: 1, maximum: Some(2) }, false).unwrap();
            let ty = GlobalType { kind: ValueKind::F64, mutable: true };
            let g = arena.new_global(ty, slot(0)).unwrap();
            let instance = arena.instantiate(&again, &[b, m, g], 0).unwrap();
            let get = |name: &str| arena.export_by_name(instance, name).unwrap().1;
            assert_eq!(call(&arena, get("f"), &[37]).unwrap(), [42]);
            assert_eq!(arena.global_get(get("g")).unwrap(), slot(7));
            let error = call(&arena, get("trap"), &[]).unwrap_err();
            assert_eq!((&*error.frames[0].module, error.frames[0].function_index), ("name", 2));
        }
    }
}

/// A host function that counts how often it is dropped.
struct Dropped(Arc<AtomicUsize>);

impl HostCall for Dropped {
    unsafe fn call(&self, _: &CallInfo<'_>, _: &Signature, _: *mut Slot) -> Result<()> {
        Ok(())
    }
}

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

#[test]
fn each_host_function_is_dropped_once_with_its_arena() {
    let _alone = alone();
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let wat = r#"(module (import "" "a" (func $a)) (import "" "b" (func $b))
            (table (export "t") 2 funcref) (elem (i32.const 0) $a) (export "again" (func $b))
            (func (export "f") call $a call $b))"#;
        let module = module(&engine, wat);
        let live = Arena::live();
        // How the arena ends: deleted, closed first, closed by a host function, on another thread.
        for way in 0..4 {
            let drops = Arc::new(AtomicUsize::new(0));
            let arena = Owned::new(&engine);
            let new = || {
                let body = Box::new(Dropped(drops.clone()));
                arena.new_func(FuncType::new(&[], &[]), body).unwrap()
            };
            // One for two imports, one for nothing, one for the host's own table, one for a link
            // that fails.
            let [shared, unused, in_table, failed] = [0; 4].map(|_| new());
            for _ in 0..3 {
                let instance = arena.instantiate(&module, &[shared, shared], 0).unwrap();
                let get = |name: &str| arena.export_by_name(instance, name).unwrap().1;
                call(&arena, get("f"), &[]).unwrap();
                call(&arena, get("again"), &[]).unwrap();
                arena.table_set(get("t"), 1, in_table).unwrap();
            }
            call(&arena, shared, &[]).unwrap();
            assert!(arena.instantiate(&module, &[failed, 0], 0).is_err());
            let _ = unused;
            assert_eq!((drops.load(SeqCst), Arena::live()), (0, live + 1));
            match way {
                0 => drop(arena),
                1 => {
                    arena.close();
                    assert_eq!((drops.load(SeqCst), Arena::live()), (4, live));
                    drop(arena);
                }
                2 => {
                    let inner = drops.clone();
                    let close = host(&arena, &[], &[], move |info, _| {
                        info.arena.close();
                        assert_eq!(inner.load(SeqCst), 0, "the call is still running");
                        Ok(())
                    });
                    call(&arena, close, &[]).unwrap();
                    assert_eq!((drops.load(SeqCst), Arena::live()), (4, live));
                    drop(arena);
                }
                _ => std::thread::spawn(move || drop(arena)).join().unwrap(),
            }
            assert_eq!((drops.load(SeqCst), Arena::live()), (4, live), "{compiler}, way {way}");
        }
    }
}

/// Threads that use one arena in turn, and delete it while another thread is inside.
#[test]
fn an_arena_that_is_deleted_during_a_call_is_freed_after_it() {
    let _alone = alone();
    let engine = engine(Compiler::Cranelift);
    let (live, drops) = (Arena::live(), Arc::new(AtomicUsize::new(0)));
    for _ in 0..200 {
        let arena = Arena::new(&engine).as_ptr();
        let kept = unsafe { &*arena };
        kept.new_func(FuncType::new(&[], &[]), Box::new(Dropped(drops.clone()))).unwrap();
        let address = arena as usize;
        let delete = host(kept, &[], &[], move |_, _| {
            std::thread::spawn(move || unsafe { Arena::delete(address as *mut Arena) })
                .join()
                .unwrap();
            Ok(())
        });
        call(kept, delete, &[]).unwrap();
    }
    assert_eq!((drops.load(SeqCst), Arena::live()), (200, live));
}
