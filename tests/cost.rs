//! What may cost how much to compile: programs of few bytes that would take a compiler minutes are refused
//! before it sees them, and what is large by its code alone is not.

mod common;
use common::*;
use wasmer::runtime::*;

fn repeated(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect()
}

fn types(kind: &str, count: usize) -> String {
    format!("({kind}{})", " i32".repeat(count))
}

/// Loops in each other, around code that uses all locals.
fn nested_loops(locals: usize, depth: usize) -> String {
    let uses =
        repeated(locals, |i| format!("(local.set {i} (i32.add (local.get {i}) (i32.const 1)))"));
    let (open, close) = ("(loop ".repeat(depth), " (br_if 0 (local.get 0)))".repeat(depth));
    format!("(module (func {} {open}{uses}{close}))", types("local", locals))
}

/// One loop after the other, each of which uses all locals.
fn many_loops(locals: usize, count: usize) -> String {
    let uses =
        repeated(locals, |i| format!("(local.set {i} (i32.add (local.get {i}) (i32.const 1)))"));
    let loops = format!("(loop {uses} (br_if 0 (local.get 0)))").repeat(count);
    format!("(module (func {} {loops}))", types("local", locals))
}

/// Calls of a function with many parameters and results, each with the results of the one before.
fn wide_calls(values: usize, count: usize) -> String {
    let ty = types("param", values) + &types("result", values);
    let same = repeated(values, |i| format!("local.get {i} "));
    let calls = "call $f ".repeat(count);
    format!("(module (func $f {ty} {same}) (func {ty} {same} {calls}))")
}

/// Branches out of a block with many results.
fn wide_branches(values: usize, count: usize) -> String {
    let (constants, branches) =
        ("i32.const 0 ".repeat(values), "i32.const 0 br_if 0 ".repeat(count));
    let drops = "drop ".repeat(values);
    format!("(module (func (block {} {constants} {branches}) {drops}))", types("result", values))
}

/// Branches out of a block in which many locals are set.
fn many_exits(locals: usize, count: usize) -> String {
    let exits = repeated(count, |i| {
        format!("(local.set {} (local.get 0)) (br_if 0 (local.get 0))", i % locals)
    });
    format!("(module (func {} (block {exits})))", types("local", locals))
}

/// Locals that live from before many blocks until after them.
fn long_lives(locals: usize, blocks: usize) -> String {
    let set = repeated(locals, |i| format!("(local.set {i} (local.get 0))"));
    let blocks = "(if (local.get 0) (then (local.set 0 (i32.const 7))))".repeat(blocks);
    let get = repeated(locals, |i| format!("(drop (local.get {i}))"));
    format!("(module (func {} {set} {blocks} {get}))", types("local", locals))
}

/// Types of functions, for each of which a compiler makes code that enters it.
fn wide_types(count: usize) -> String {
    let types = repeated(count, |i| {
        let distinct =
            repeated(16, |bit| format!(" {}", if i >> bit & 1 == 0 { "i32" } else { "i64" }));
        format!("(type (func (param{distinct}{})))", " f32".repeat(900))
    });
    format!("(module {types})")
}

/// Locals that are set, or used, inside of blocks, or loops, of which each has to be told.
/// A function's body.
fn deep(kind: &str, depth: usize, locals: usize) -> Vec<u8> {
    let (kind, instruction) = match kind {
        "block" => (0x02, 0x21),
        _ => (0x03, 0x20),
    };
    let mut body = vec![1];
    body.extend(number(locals));
    body.push(0x7f);
    body.extend([kind, 0x40].repeat(depth));
    for local in 0..locals {
        body.extend([0x41, 0].iter().filter(|_| instruction == 0x21));
        body.push(instruction);
        body.extend(number(local));
        body.extend([0x1a].iter().filter(|_| instruction == 0x20));
    }
    body.extend([0x0b].repeat(depth + 1));
    body
}

/// A binary module of functions without parameters, by their bodies.
fn binary(bodies: &[Vec<u8>]) -> Vec<u8> {
    let mut code = number(bodies.len());
    for body in bodies {
        code.extend(number(body.len()));
        code.extend(body);
    }
    let mut declared = number(bodies.len());
    declared.extend(vec![0; bodies.len()]);
    let mut wasm = b"\0asm\x01\0\0\0".to_vec();
    for (id, section) in [(1, vec![1, 0x60, 0, 0]), (3, declared), (10, code)] {
        wasm.push(id);
        wasm.extend(number(section.len()));
        wasm.extend(section);
    }
    wasm
}

fn refused(compiler: Compiler, module: impl AsRef<[u8]>, what: &str) {
    for outcome in [
        Module::validate(&engine(compiler), module.as_ref()),
        Module::new(&engine(compiler), module.as_ref()).map(drop),
    ] {
        let error = outcome.unwrap_err();
        assert_eq!(error.status, Status::Limit, "{error}");
        assert!(error.message.contains(what), "{error}");
    }
}

#[test]
fn cranelift_is_not_given_what_it_would_take_minutes_for() {
    for text in [
        nested_loops(300, 300),
        many_loops(300, 300),
        many_loops(2, 20_000),
        wide_calls(900, 1000),
        wide_branches(900, 2000),
        many_exits(1000, 20_000),
        long_lives(5000, 5000),
    ] {
        refused(
            Compiler::Cranelift,
            &text,
            "units of cost beyond its size asked for, 3000000 allowed",
        );
    }
    refused(
        Compiler::Cranelift,
        wide_types(2000),
        "units of cost of a module beyond its size asked for",
    );
}

#[test]
fn singlepass_is_not_held_to_what_only_cranelift_pays() {
    for text in [nested_loops(300, 300), many_loops(300, 300), many_exits(1000, 2000)] {
        let module = Module::new(&engine(Compiler::Singlepass), text.as_bytes()).unwrap();
        assert_eq!(module.compiler(), Compiler::Singlepass);
    }
    // Each of these values is moved by any compiler.
    refused(Compiler::Singlepass, wide_branches(900, 2000), "beyond its size");
}

#[test]
fn the_error_names_the_function_that_costs_most() {
    let small = "(func (local i32) (loop (br_if 0 (local.get 0))))";
    let text = nested_loops(300, 300)
        .replace("(module", &format!("(module (import \"a\" \"b\" (func)) {small}"));
    refused(Compiler::Cranelift, &(text + ""), "function 2: limit: ");
}

#[test]
fn what_is_large_by_its_code_is_not_refused() {
    // A function of half a megabyte, and one with as many branches as an interpreter has.
    let straight = "(local.set 0 (i32.add (local.get 0) (i32.const 1)))".repeat(70_000);
    let targets = repeated(1000, |i| format!(" {}", i % 10));
    let switch = format!(
        "(loop {} (br_table {targets} (local.get 0)) {})",
        "(block ".repeat(10),
        ") (local.set 0 (i32.add (local.get 0) (i32.const 1)))".repeat(10)
    );
    for text in [
        format!("(module (func (local i32) {straight}))"),
        format!("(module (func (param i32) {switch}))"),
        nested_loops(20, 10),
        many_loops(10, 50),
        wide_calls(20, 100),
        many_exits(20, 100),
        long_lives(100, 100),
    ] {
        for compiler in [Compiler::Cranelift, Compiler::Singlepass] {
            Module::validate(&engine(compiler), text.as_bytes()).unwrap();
        }
    }
}

#[test]
fn the_quotas_can_be_set() {
    let engine = |function, module| {
        let mut config = Config::default();
        config.set_quota(Quota::FunctionCost, function).unwrap();
        config.set_quota(Quota::ModuleCost, module).unwrap();
        Engine::new(config)
    };
    let text = nested_loops(60, 60);
    let error = Module::new(&engine(1000, 10_000_000), text.as_bytes()).err().unwrap();
    assert!(
        error.message.contains("function 0") && error.message.contains("1000 allowed"),
        "{error}"
    );
    let error = Module::new(&engine(10_000_000, 1000), text.as_bytes()).err().unwrap();
    assert!(
        error.message.contains("of a module") && error.message.contains("1000 allowed"),
        "{error}"
    );
    Module::new(&engine(10_000_000, 10_000_000), text.as_bytes()).unwrap();
}

/// Each of these would take minutes if all blocks around a local were looked at: 5e10 of them.
#[test]
fn reading_a_function_takes_no_longer_than_what_it_may_cost() {
    for kind in ["block", "loop"] {
        let wasm = binary(&[deep(kind, 1_000_000, 50_000)]);
        refused(Compiler::Cranelift, &wasm, "function 0: limit: ");
        // It is for Cranelift only that it costs anything, so Singlepass reads it to its end.
        Module::validate(&engine(Compiler::Singlepass), &wasm).unwrap();
    }
    // None of these costs too much by itself, all together 2e10.
    let wasm = binary(&vec![deep("block", 2000, 900); 10_000]);
    refused(Compiler::Cranelift, &wasm, "units of cost of a module beyond its size");
}

#[test]
fn functions_of_many_locals_and_few_bytes_are_refused_soon() {
    let body = [&[1][..], &number(50_000), &[0x7f, 0x0b]].concat();
    let wasm = binary(&vec![body; 500_000]);
    for compiler in [Compiler::Cranelift, Compiler::Singlepass] {
        refused(compiler, &wasm, "units of cost of a module beyond its size");
    }
}

#[test]
fn an_interrupt_ends_the_reading_too() {
    let mut config = Config::default();
    config.set_quota(Quota::FunctionCost, u32::MAX.into()).unwrap();
    config.set_quota(Quota::ModuleCost, u32::MAX.into()).unwrap();
    let wasm = binary(&vec![deep("block", 2000, 900); 3000]);
    let interrupt = Interrupt::new().unwrap();
    interrupt.fire_after(Some(std::time::Duration::from_millis(300))).unwrap();
    let error = Module::new_under(&Engine::new(config), &wasm, Some(&interrupt)).err().unwrap();
    assert_eq!(error.status, Status::Interrupted, "{error}");
    while workers::abandoned() > 0 {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}
