//! Host functions of each shape, called in each way: right values.

mod common;
use common::shapes::*;
use common::*;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use wasmer::runtime::*;

/// Each kind in each place of up to four parameters, with 0 to 3 results. The kinds of the results
/// go through all combinations along the way.
fn shapes(kinds: &[ValueKind]) -> Vec<FuncType> {
    let params: Vec<_> = (0..=4).flat_map(|len| lists(kinds, len)).collect();
    let count = kinds.len();
    (0..=3)
        .flat_map(|results| {
            params.iter().enumerate().map(move |(number, params)| {
                let combination = [number, number / count, number / count / count];
                let results: Vec<_> =
                    combination[..results].iter().map(|place| kinds[place % count]).collect();
                FuncType::new(params, &results)
            })
        })
        .collect()
}

/// A module that imports the functions and calls each directly and through a table. The table has
/// three regions: filled by the module's own element segment, by the host, and by the module with
/// references that the host passes.
fn guest(types: &[FuncType], takes_references: bool) -> String {
    let count = types.len();
    let mut wat = String::from("(module\n");
    for (number, ty) in types.iter().enumerate() {
        let _ = writeln!(wat, r#"(import "" "{number}" (func $h{number}{}))"#, text(ty));
    }
    let _ = write!(
        wat,
        r#"(table $t (export "table") {} funcref)
        (global $region (export "region") (mut i32) (i32.const 0))
        (func (export "put") (param i32 funcref) local.get 0 local.get 1 table.set $t)
        (func (export "get") (param i32) (result funcref) local.get 0 table.get $t)
        (func (export "token"))"#,
        count * 3
    );
    for (number, ty) in types.iter().enumerate() {
        let (signature, arguments) = (text(ty), get_all(ty));
        let _ = write!(
            wat,
            r#"(type $t{number} (func{signature}))
            (func (export "import {number}"){signature}{arguments} call $h{number})
            (func (export "table {number}"){signature}{arguments}
              i32.const {number} global.get $region i32.add call_indirect $t (type $t{number}))"#
        );
    }
    if takes_references {
        let _ = write!(wat, "(elem (table $t) (i32.const 0) func");
        for number in 0..count {
            let _ = write!(wat, " $h{number}");
        }
        wat.push(')');
        for number in 0..count {
            let _ = write!(wat, r#"(export "again {number}" (func $h{number}))"#);
        }
    }
    wat + ")"
}

#[derive(Default)]
struct Tally {
    right: u64,
    refused: u64,
    /// Wrong values and unexpected errors.
    wrong: Vec<String>,
}

struct Chunk {
    arena: Owned,
    instance: Handle,
    hosts: Vec<Handle>,
    values: Arc<Values>,
    calls: Arc<AtomicU64>,
    mismatches: Arc<Mutex<Vec<String>>>,
}

impl Chunk {
    fn export(&self, name: &str) -> Handle {
        self.arena.export_by_name(self.instance, name).unwrap().1
    }

    fn note(&self, tally: &mut Tally, what: &str, ty: &FuncType, outcome: Result<()>) -> bool {
        match outcome {
            Ok(()) => {
                tally.right += 1;
                return true;
            }
            Err(error) if matches!(error.status, Status::Link | Status::Unsupported) => {
                tally.refused += 1;
            }
            Err(error) => tally.wrong.push(format!("{what} {ty}: {:?} {error}", error.status)),
        }
        false
    }

    /// Calls `func`, which must reach the host function of that number once and bring its results.
    fn check(&self, tally: &mut Tally, way: &str, func: Handle, number: usize, ty: &FuncType) {
        let seed = number as u64 * 16;
        let before = self.calls.load(Relaxed);
        let found = call(&self.arena, func, &self.values.words(&ty.params, seed));
        let mut problem = self.mismatches.lock().unwrap().pop();
        if let Ok(found) = &found {
            if *found != self.values.words(&ty.results, seed + 8) {
                problem.get_or_insert(format!("results {found:x?}"));
            }
            if self.calls.load(Relaxed) != before + 1 {
                problem.get_or_insert("the host function was not called once".into());
            }
        }
        match problem {
            Some(problem) => tally.wrong.push(format!("{way} {ty}: {problem}")),
            None => {
                self.note(tally, way, ty, found.map(|_| ()));
            }
        }
    }
}

fn chunk(engine: &Engine, module: &Module, types: &[FuncType]) -> Chunk {
    let arena = Owned::new(engine);
    let token = host(&arena, &[], &[], |_, _| Ok(()));
    let values = Arc::new(Values::new(&arena, &[token, 0]));
    let (calls, mismatches) = (Arc::new(AtomicU64::new(0)), Arc::new(Mutex::new(Vec::new())));
    let hosts: Vec<_> = types
        .iter()
        .enumerate()
        .map(|(number, ty)| {
            let (values, calls, mismatches) = (values.clone(), calls.clone(), mismatches.clone());
            let (own, seed) = (ty.clone(), number as u64 * 16);
            host(&arena, &ty.params, &ty.results, move |_, slots| {
                calls.fetch_add(1, Relaxed);
                if let Some(wrong) = values.wrong(&own.params, seed, slots) {
                    mismatches.lock().unwrap().push(wrong);
                }
                for (place, &kind) in own.results.iter().enumerate() {
                    slots[place] = values.slot(kind, seed + 8 + place as u64);
                }
                Ok(())
            })
        })
        .collect();
    let instance = arena.instantiate(module, &hosts, 0).unwrap();
    Chunk { arena, instance, hosts, values, calls, mismatches }
}

fn run(engine: &Engine, types: &[FuncType], takes_references: bool, by: Compiler, t: &mut Tally) {
    let module = module(engine, &guest(types, takes_references));
    assert_eq!(module.compiler(), by);
    let chunk = chunk(engine, &module, types);
    let arena = &chunk.arena;
    let (region, table) = (chunk.export("region"), chunk.export("table"));
    let (put, get) = (chunk.export("put"), chunk.export("get"));
    let count = types.len();
    for (number, ty) in types.iter().enumerate() {
        let direct = chunk.export(&format!("import {number}"));
        chunk.check(t, "through an import", direct, number, ty);
        let indirect = chunk.export(&format!("table {number}"));
        let through_region = |t: &mut Tally, way: &str, place: usize| {
            arena.global_set(region, slot((place * count) as u64)).unwrap();
            chunk.check(t, way, indirect, number, ty);
            let index = (place * count + number) as u64;
            match call(arena, get, &[index]) {
                Ok(found) => chunk.check(t, "returned as a funcref", found[0], number, ty),
                Err(error) => t.wrong.push(format!("get {ty}: {error}")),
            }
        };
        if takes_references {
            through_region(t, "through the guest's element segment", 0);
            let again = chunk.export(&format!("again {number}"));
            chunk.check(t, "exported again", again, number, ty);
        }
        let handle = chunk.hosts[number];
        chunk.check(t, "by the host", handle, number, ty);
        let index = (count + number) as u32;
        if chunk.note(t, "table_set", ty, arena.table_set(table, index, handle)) {
            through_region(t, "through a table that the host filled", 1);
        }
        let index = (2 * count + number) as u64;
        let passed = call(arena, put, &[index, handle]).map(|_| ());
        if chunk.note(t, "passed as a funcref", ty, passed) {
            through_region(t, "through a funcref that the host passed", 2);
        }
    }
}

fn report(tally: &Tally) {
    println!("{} right, {} refused, {} wrong", tally.right, tally.refused, tally.wrong.len());
    let some: Vec<_> = tally.wrong.iter().take(20).map(String::as_str).collect();
    assert!(some.is_empty(), "{} wrong, among them:\n{}", tally.wrong.len(), some.join("\n"));
}

#[test]
fn cranelift_calls_host_functions_of_each_shape_rightly_in_each_way() {
    let _watchdog = watchdog("host shapes, cranelift", 300);
    let engine = engine(Compiler::Cranelift);
    let mut tally = Tally::default();
    let shapes = shapes(&KINDS);
    for types in shapes.chunks(1000) {
        run(&engine, types, true, Compiler::Cranelift, &mut tally);
    }
    report(&tally);
    assert_eq!(tally.refused, 0);
}

/// What Singlepass gets right it must compile itself; the rest Cranelift must have compiled: modules that
/// take the reference of an imported function with floats among its parameters, or import one with several
/// results.
#[test]
fn singlepass_calls_host_functions_of_each_shape_rightly() {
    let _watchdog = watchdog("host shapes, singlepass", 300);
    let engine = engine(Compiler::Singlepass);
    let mut groups: [Vec<FuncType>; 3] = Default::default();
    for ty in shapes(&KINDS[..6]) {
        let group = if ty.results.len() > 1 { 2 } else { usize::from(takes_floats(&ty)) };
        groups[group].push(ty);
    }
    let mut tallies: [Tally; 4] = Default::default();
    let [integers, floats, several] = groups;
    for (types, references, compiler, place) in [
        (&integers, true, Compiler::Singlepass, 0),
        (&floats, false, Compiler::Singlepass, 1),
        (&floats, true, Compiler::Cranelift, 2),
        (&several, true, Compiler::Cranelift, 3),
    ] {
        for types in types.chunks(1000) {
            run(&engine, types, references, compiler, &mut tallies[place]);
        }
        report(&tallies[place]);
        assert_eq!(tallies[place].refused, 0);
    }
}

/// A host function needs no guest to be called.
#[test]
fn an_arena_without_instances_calls_host_functions() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let values = Arc::new(Values::new(&arena, &[0]));
        for (number, ty) in shapes(&KINDS).iter().step_by(41).enumerate() {
            let (seed, own, inner) = (number as u64 * 16, ty.clone(), values.clone());
            let func = host(&arena, &ty.params, &ty.results, move |_, slots| {
                assert_eq!(inner.wrong(&own.params, seed, slots), None);
                for (place, &kind) in own.results.iter().enumerate() {
                    slots[place] = inner.slot(kind, seed + 8 + place as u64);
                }
                Ok(())
            });
            let found = call(&arena, func, &values.words(&ty.params, seed));
            let beyond = has_vectors(ty) || ty.results.len() > 1;
            if compiler == Compiler::Singlepass && beyond {
                let error = found.unwrap_err();
                assert_eq!(error.status, Status::Unsupported, "{ty}: {error}");
            } else {
                assert_eq!(found.unwrap(), values.words(&ty.results, seed + 8), "{compiler} {ty}");
            }
        }
    }
}

/// The slots of a host function lie on the guest's stack, and a call from inside of it must not
/// touch them.
#[test]
fn a_host_function_that_calls_the_guest_keeps_its_values() {
    use ValueKind::{F64, I32, I64};
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let inner = Arc::new(AtomicU64::new(0));
        let target = inner.clone();
        let outer = host(&arena, &[I32, F64, I64], &[I64], move |info, slots| {
            let before = [slots[0].0[0] as u32 as u64, slots[1].0[0], slots[2].0[0]];
            let depth = before[0];
            let mut sum = 0;
            if depth > 0 {
                let words = [depth - 1, (depth as f64).to_bits(), before[2].wrapping_mul(3)];
                sum = call(info.arena, target.load(Relaxed), &words)?[0];
            }
            let after = [slots[0].0[0] as u32 as u64, slots[1].0[0], slots[2].0[0]];
            assert_eq!(before, after);
            slots[0] = slot(sum.wrapping_add(before[2]));
            Ok(())
        });
        let wat = r#"(module (import "" "f" (func $f (param i32 f64 i64) (result i64)))
            (func (export "g") (param i32 f64 i64) (result i64)
              local.get 0 local.get 1 local.get 2 call $f))"#;
        let instance = arena.instantiate(&module(&engine, wat), &[outer], 0).unwrap();
        let g = arena.export_by_name(instance, "g").unwrap().1;
        inner.store(g, Relaxed);
        let wanted = (0..=100u32).fold(0u64, |sum, n| sum.wrapping_add(3u64.wrapping_pow(n)));
        assert_eq!(call(&arena, g, &[100, 0, 1]).unwrap(), [wanted]);
    }
}
