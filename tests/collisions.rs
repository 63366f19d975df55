//! wasmer compares function types by a 32-bit checksum of them. Types that are made to share it
//! never meet, or one would be called as the other.

mod common;
use common::shapes::{Values, get_all, text};
use common::*;
use std::collections::HashMap;
use std::sync::OnceLock;
use wasmer::runtime::*;
use wasmer_types::{FunctionType, Type};

const LEN: usize = 24;

/// Finds two types with one checksum among random ones: a few hundred thousand are enough for
/// several pairs, by the birthday paradox. Only kinds that all compilers have; the pair must
/// differ in a way that matters, a reference in one where the other has a number.
fn pair() -> &'static [FuncType; 2] {
    static PAIR: OnceLock<[FuncType; 2]> = OnceLock::new();
    PAIR.get_or_init(|| {
        use ValueKind::{ExternRef, FuncRef, I32, I64};
        let kinds = [(I32, Type::I32), (I64, Type::I64), (ExternRef, Type::ExternRef)];
        let kinds = [&kinds[..], &[(FuncRef, Type::FuncRef)]].concat();
        let (mut rng, mut seen) = (Rng(2026), HashMap::new());
        for _ in 0..3_000_000 {
            let places: Vec<_> = (0..LEN).map(|_| rng.below(kinds.len())).collect();
            let params: Vec<_> = places.iter().map(|&place| kinds[place].1).collect();
            let hash = FunctionType::new(params, vec![Type::I32]).signature_hash();
            if let Some(other) = seen.insert(hash, places.clone())
                && other != places
            {
                return [other, places].map(|places| {
                    let params: Vec<_> = places.iter().map(|&place| kinds[place].0).collect();
                    FuncType::new(&params, &[I32])
                });
            }
        }
        panic!("no pair found")
    })
}

fn assert_named(error: &Error) {
    assert_eq!(error.status, Status::Link, "{error}");
    for ty in pair() {
        assert!(error.message.contains(&ty.to_string()), "{error}");
    }
}

/// Exports a function of the type that gives `number`, itself in a table and a global, and a
/// function that calls what is in the table.
fn provider(ty: &FuncType, number: u32) -> String {
    let signature = text(ty);
    format!(
        r#"(module (type $t (func{signature}))
        (func $f (export "f"){signature} i32.const {number})
        (table $t (export "table") 2 funcref) (elem (i32.const 0) $f)
        (global (export "global") funcref (ref.func $f))
        (func (export "call"){signature}{} i32.const 0 call_indirect $t (type $t))
        (func (export "take") (param funcref) i32.const 0 local.get 0 table.set $t))"#,
        get_all(ty)
    )
}

#[test]
fn the_pair_collides() {
    let [one, two] = pair();
    assert_ne!(one, two);
    println!("{one}\n{two}");
}

#[test]
fn both_in_one_module_are_refused_when_it_is_compiled() {
    let [one, two] = pair().each_ref().map(text);
    let forms = [
        format!("(module (type (func{one})) (type (func{two})))"),
        format!(r#"(module (import "" "f" (func{one})) (func{two} unreachable))"#),
        // A type that only a block has.
        format!(
            "(module (type $b (func{two})) (func{one} unreachable (block (type $b) unreachable)))"
        ),
    ];
    for compiler in COMPILERS {
        let engine = engine(compiler);
        for wat in &forms {
            assert_named(&Module::new(&engine, wat.as_bytes()).err().unwrap());
            assert_named(&Module::validate(&engine, wat.as_bytes()).unwrap_err());
        }
    }
}

#[test]
fn each_works_alone_and_both_in_one_arena_are_refused() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let modules = [0, 1].map(|n| module(&engine, &provider(&pair()[n], 7 + n as u32)));
        for (n, module) in modules.iter().enumerate() {
            let arena = Owned::new(&engine);
            let instance = arena.instantiate(module, &[], 0).unwrap();
            let words = Values::numbers().words(&pair()[n].params, 0);
            for name in ["f", "call"] {
                let func = arena.export_by_name(instance, name).unwrap().1;
                assert_eq!(call(&arena, func, &words).unwrap(), [7 + n as u64]);
            }
            assert_named(&arena.instantiate(&modules[1 - n], &[], 0).unwrap_err());
            // The one that was there first goes on, and may come again.
            let func = arena.export_by_name(instance, "call").unwrap().1;
            assert_eq!(call(&arena, func, &words).unwrap(), [7 + n as u64]);
            arena.instantiate(module, &[], 0).unwrap();
        }
    }
}

#[test]
fn linked_through_tables_globals_and_functions_they_are_refused() {
    let other = &pair()[1];
    let signature = text(other);
    let call = format!("(func (export \"g\"){signature}{} i32.const 0", get_all(other));
    let call = format!("(type $t (func{signature})) {call} call_indirect $t (type $t))");
    let takers = [
        format!(r#"(module (import "" "table" (table $t 2 funcref)) {call})"#),
        format!(
            r#"(module (import "" "global" (global $g funcref)) (table $t 1 funcref)
            (func (i32.const 0) (global.get $g) (table.set $t)) {call})"#
        ),
        format!(
            r#"(module (import "" "take" (func (param funcref))) (table $t 1 funcref) {call})"#
        ),
    ];
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let giver = module(&engine, &provider(&pair()[0], 7));
        let giver = arena.instantiate(&giver, &[], 0).unwrap();
        for wat in &takers {
            let taker = module(&engine, wat);
            let name = &taker.imports()[0].name;
            let import = arena.export_by_name(giver, name).unwrap().1;
            assert_named(&arena.instantiate(&taker, &[import], 0).unwrap_err());
        }
    }
}

/// A host function's type is known to the arena from the time it can be reached by code.
#[test]
fn a_host_function_of_the_other_type_is_refused_as_a_reference() {
    let [one, two] = pair();
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let func = host(&arena, &two.params, &two.results, |_, _| panic!("called as another type"));
        let giver = arena.instantiate(&module(&engine, &provider(one, 7)), &[], 0).unwrap();
        let export = |name: &str| arena.export_by_name(giver, name).unwrap().1;
        let table = export("table");
        assert_named(&call(&arena, export("take"), &[func]).unwrap_err());
        assert_named(&arena.table_set(table, 0, func).unwrap_err());
        assert_named(&arena.table_grow(table, 1, func).unwrap_err());
        let ty = GlobalType { kind: ValueKind::FuncRef, mutable: true };
        assert_named(&arena.new_global(ty, slot(func)).unwrap_err());
        let limits = Limits { minimum: 1, maximum: None };
        assert_named(&arena.new_table(ValueKind::FuncRef, limits, func).unwrap_err());
        let words = Values::numbers().words(&two.params, 0);
        assert_named(&call(&arena, func, &words).unwrap_err());
        let words = Values::numbers().words(&one.params, 0);
        assert_eq!(call(&arena, export("call"), &words).unwrap(), [7], "nothing was written");
    }
}

/// The other way round: the host function is called first, then the module comes.
#[test]
fn a_module_of_the_other_type_is_refused_after_a_host_function() {
    let [one, two] = pair();
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let func = host(&arena, &one.params, &one.results, |_, slots| {
            slots[0] = slot(5);
            Ok(())
        });
        let words = Values::numbers().words(&one.params, 0);
        assert_eq!(call(&arena, func, &words).unwrap(), [5]);
        let other = module(&engine, &provider(two, 7));
        assert_named(&arena.instantiate(&other, &[], 0).unwrap_err());
        // A function type that only differs is told apart at the import.
        let wat = format!(r#"(module (import "" "f" (func{})))"#, text(two));
        let error = arena.instantiate(&module(&engine, &wat), &[func], 0).unwrap_err();
        assert_named(&error);
    }
}

/// Loading a serialized module does not get round the check.
#[test]
fn a_loaded_module_is_refused_as_well() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let [one, two] = [0, 1].map(|n| {
            let bytes = module(&engine, &provider(&pair()[n], 7)).serialize().unwrap();
            Module::deserialize(&engine, &bytes).unwrap()
        });
        arena.instantiate(&one, &[], 0).unwrap();
        assert_named(&arena.instantiate(&two, &[], 0).unwrap_err());
    }
}
