//! What may be linked, and what is said where it may not.

mod common;
use common::shapes::*;
use common::*;
use wasmer::runtime::*;

fn link_error(arena: &Arena, module: &Module, imports: &[Handle]) -> String {
    let error = arena.instantiate(module, imports, 0).unwrap_err();
    assert_eq!(error.status, Status::Link, "{error}");
    error.message.clone()
}

#[test]
fn all_missing_and_wrong_imports_are_named_in_one_error() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let wat = r#"(module
            (import "env" "gone" (func (param i32)))
            (import "env" "other" (func (param i32 i64) (result i32)))
            (import "env" "memory" (memory 2 3))
            (import "env" "right" (func))
            (import "env" "table" (table 5 externref))
            (import "two" "global" (global (mut i32)))
            (import "two" "kind" (global i64)))"#;
        let module = module(&engine, wat);
        let func = host(&arena, &[ValueKind::I64], &[], |_, _| Ok(()));
        let right = host(&arena, &[], &[], |_, _| Ok(()));
        let memory = arena.new_memory(Limits { minimum: 2, maximum: None }, false).unwrap();
        let table = Limits { minimum: 4, maximum: None };
        let table = arena.new_table(ValueKind::ExternRef, table, 0).unwrap();
        let fixed = GlobalType { kind: ValueKind::I32, mutable: false };
        let fixed = arena.new_global(fixed, slot(1)).unwrap();
        let message = link_error(&arena, &module, &[0, func, memory, right, table, fixed, memory]);
        let parts: Vec<_> = message.split("; ").collect();
        let wanted = [
            r#"import "env"."gone": missing, func(i32) -> () wanted"#,
            r#"import "env"."other": func(i32, i64) -> (i32) wanted, func(i64) -> () found"#,
            r#"import "env"."memory": memory 2..3 pages wanted, memory 2.. pages found"#,
            r#"import "env"."table": table externref 5.. elements wanted, table externref 4.. elements found"#,
            r#"import "two"."global": global mut i32 wanted, global i32 found"#,
            r#"import "two"."kind": global i64 wanted, memory 2.. pages found"#,
        ];
        assert_eq!(parts, wanted);
        // A number of imports that is wrong is said as well.
        for given in [&[][..], &[right; 6], &[right; 8]] {
            let message = link_error(&arena, &module, given);
            let counts = format!("module has 7 imports, {} given", given.len());
            assert!(message.starts_with(&counts), "{message}");
            assert_eq!(message.contains("the next one is import"), given.len() < 7, "{message}");
        }
    }
}

#[test]
fn handles_that_cannot_be_imported_are_named() {
    let engine = engine(Compiler::Cranelift);
    let (arena, other) = (Owned::new(&engine), Owned::new(&engine));
    let module = module(&engine, r#"(module (import "a" "f" (func)))"#);
    let foreign = host(&other, &[], &[], |_, _| Ok(()));
    let instance = arena.instantiate(&Module::new(&engine, b"(module)").unwrap(), &[], 0).unwrap();
    let object = arena.new_extern(1).unwrap();
    for handle in [foreign, instance, object, u64::MAX, 1, instance + 1000] {
        let message = link_error(&arena, &module, &[handle]);
        assert!(message.starts_with(r#"import "a"."f": "#), "{message}");
    }
}

/// An instance that could not be made leaves the arena as it was.
#[test]
fn an_arena_goes_on_after_a_link_error() {
    let engine = engine(Compiler::Cranelift);
    let arena = Owned::new(&engine);
    let wat = r#"(module (import "" "f" (func $f (result i32)))
        (func (export "g") (result i32) call $f))"#;
    let module = module(&engine, wat);
    for _ in 0..100 {
        link_error(&arena, &module, &[0]);
    }
    let func = host(&arena, &[], &[ValueKind::I32], |_, slots| {
        slots[0] = slot(7);
        Ok(())
    });
    let instance = arena.instantiate(&module, &[func], 0).unwrap();
    let g = arena.export_by_name(instance, "g").unwrap().1;
    assert_eq!(call(&arena, g, &[]).unwrap(), [7]);
}

#[test]
fn a_host_function_is_called_by_code_of_the_compiler_that_the_arena_has() {
    let engines = COMPILERS.map(engine);
    for engine in &engines {
        let arena = Owned::new(engine);
        let table = module(engine, r#"(module (table (export "table") 1 funcref))"#);
        arena.instantiate(&table, &[], 0).unwrap();
        let func = host(&arena, &[ValueKind::F64], &[ValueKind::F64], |_, slots| {
            slots[0] = slot((f64::from_bits(slots[0].0[0]) + 1.0).to_bits());
            Ok(())
        });
        let found = call(&arena, func, &[41.5f64.to_bits()]).unwrap();
        assert_eq!(found, [42.5f64.to_bits()]);
    }
}

#[test]
fn globals_and_memories_are_shared_between_modules() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let kinds = if compiler == Compiler::Singlepass { &KINDS[..6] } else { &KINDS[..] };
        let values = Values::new(&arena, &[0]);
        for (number, &kind) in kinds.iter().enumerate() {
            let init = match kind {
                ValueKind::ExternRef => "ref.null extern".into(),
                ValueKind::FuncRef => "ref.null func".into(),
                ValueKind::V128 => "v128.const i64x2 1 2".into(),
                _ => format!("{kind}.const 1"),
            };
            let giving = format!(
                r#"(module (memory (export "m") 1)
                (global $g (export "g") (mut {kind}) ({init}))
                (func (export "get") (result {kind}) global.get $g)
                (func (export "load") (result i32) (i32.load (i32.const 4))))"#
            );
            let taking = format!(
                r#"(module (import "" "g" (global $g (mut {kind}))) (import "" "m" (memory 1))
                (func (export "set") (param {kind}) local.get 0 global.set $g)
                (func (export "store") (param i32) (i32.store (i32.const 4) (local.get 0))))"#
            );
            let giver = arena.instantiate(&module(&engine, &giving), &[], 0).unwrap();
            let from = |name: &str| arena.export_by_name(giver, name).unwrap().1;
            let imports = [from("g"), from("m")];
            let taker = arena.instantiate(&module(&engine, &taking), &imports, 0).unwrap();
            let to = |name: &str| arena.export_by_name(taker, name).unwrap().1;
            let words = values.words(&[kind], number as u64);
            call(&arena, to("set"), &words).unwrap();
            assert_eq!(call(&arena, from("get"), &[]).unwrap(), words, "{compiler} {kind}");
            let found = arena.global_get(from("g")).unwrap();
            assert_eq!(&found.0[..kind.words()], words, "{compiler} {kind}");
            arena.global_set(from("g"), values.slot(kind, 99)).unwrap();
            let words = values.words(&[kind], 99);
            assert_eq!(call(&arena, from("get"), &[]).unwrap(), words, "{compiler} {kind}");
            call(&arena, to("store"), &[77]).unwrap();
            assert_eq!(call(&arena, from("load"), &[]).unwrap(), [77]);
        }
    }
}

/// Instances of one Singlepass module may exchange functions with floats: they are at home.
#[test]
fn instances_of_one_module_call_each_other_through_tables() {
    let params: Vec<_> = (0..12).map(|place| KINDS[place % 4]).collect();
    let types: Vec<_> =
        (0..=12).map(|len| FuncType::new(&params[..len], &[KINDS[len % 4]])).collect();
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let mut wat = String::from(r#"(module (table $t (export "t") 1 funcref)"#);
        for (number, ty) in types.iter().enumerate() {
            let (signature, own) = (text(ty), get_all(ty));
            // Gives the last parameter of the result's kind.
            let last = ty.params.iter().rposition(|kind| *kind == ty.results[0]);
            let body = match last {
                Some(place) => format!("local.get {place}"),
                None => format!("{}.const 5", ty.results[0]),
            };
            wat += &format!(
                r#"(type $t{number} (func{signature}))
                (func (export "f{number}"){signature} {body})
                (func (export "c{number}"){signature}{own}
                  i32.const 0 call_indirect $t (type $t{number}))"#
            );
        }
        let module = module(&engine, &(wat + ")"));
        assert_eq!(module.compiler(), compiler);
        let [one, two] = [0; 2].map(|_| arena.instantiate(&module, &[], 0).unwrap());
        let table = arena.export_by_name(one, "t").unwrap().1;
        let values = Values::numbers();
        for (number, ty) in types.iter().enumerate() {
            let func = arena.export_by_name(two, &format!("f{number}")).unwrap().1;
            arena.table_set(table, 0, func).unwrap();
            let caller = arena.export_by_name(one, &format!("c{number}")).unwrap().1;
            let words = values.words(&ty.params, 3);
            let direct = call(&arena, func, &words).unwrap();
            assert_eq!(call(&arena, caller, &words).unwrap(), direct, "{compiler} {ty}");
            if let Some(place) = ty.params.iter().rposition(|kind| *kind == ty.results[0]) {
                assert_eq!(direct, [words[place]], "{compiler} {ty}");
            }
        }
    }
}

/// A function that is not exported, met in a table, is imported by another module.
#[test]
fn a_function_met_as_a_reference_can_be_imported() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let giving = r#"(module (table (export "t") 1 funcref) (elem (i32.const 0) $f)
            (func $f (param i32) (result i32) local.get 0 i32.const 1 i32.add))"#;
        let giver = arena.instantiate(&module(&engine, giving), &[], 0).unwrap();
        let table = arena.export_by_name(giver, "t").unwrap().1;
        let func = arena.table_get(table, 0).unwrap();
        let taking = r#"(module (import "" "f" (func $f (param i32) (result i32)))
            (func (export "g") (param i32) (result i32) local.get 0 call $f))"#;
        let taker = arena.instantiate(&module(&engine, taking), &[func], 0).unwrap();
        let g = arena.export_by_name(taker, "g").unwrap().1;
        assert_eq!(call(&arena, g, &[41]).unwrap(), [42]);
    }
}

/// Tells a wrong type through a shared table: the trap of a single module.
#[test]
fn an_indirect_call_of_another_type_across_modules_traps() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let giving = r#"(module (table (export "t") 1 funcref) (elem (i32.const 0) $f)
            (func $f (param i64) (result i32) unreachable))"#;
        let giver = arena.instantiate(&module(&engine, giving), &[], 0).unwrap();
        let table = arena.export_by_name(giver, "t").unwrap().1;
        let taking = r#"(module (import "" "t" (table 1 funcref)) (type $t (func (param i32 i32)))
            (func (export "g") (call_indirect (type $t) (i32.const 1) (i32.const 2) (i32.const 0))))"#;
        let taker = arena.instantiate(&module(&engine, taking), &[table], 0).unwrap();
        let g = arena.export_by_name(taker, "g").unwrap().1;
        let error = call(&arena, g, &[]).unwrap_err();
        assert_eq!(error.trap, Some(TrapKind::BadSignature), "{compiler}: {error}");
    }
}
