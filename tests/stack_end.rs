//! A guest that recurses to the end of its stack and then traps, or leaves wasm in another way,
//! gets an error, and nothing in the process hangs afterwards: wasmer's own code allocates, locks
//! and unwinds on the guest's stack. See `src/runtime/machine/stack.rs`.

mod common;
use common::probe::{Prober, probe_module};
use common::*;
use std::fmt::Write;
use wasmer::runtime::*;

/// What the guest does at the end: a name and the body of a function.
const ACTIONS: &[(&str, &str)] = &[
    ("nothing", ""),
    ("unreachable", "unreachable"),
    ("divide by zero", "(drop (i32.div_s (i32.const 1) (global.get $zero)))"),
    ("convert nan", "(drop (i32.trunc_f32_s (f32.const nan)))"),
    ("round", "(global.set $f (f32.nearest (f32.ceil (global.get $f))))"),
    ("load out of bounds", "(drop (i64.load offset=4294967280 (i32.const -1)))"),
    ("table.get", "(drop (table.get $t (i32.const 1)))"),
    ("table.get out of bounds", "(drop (table.get $t (i32.const 9)))"),
    ("table.get externref", "(drop (table.get $x (i32.const 1)))"),
    ("table.set", "(table.set $t (i32.const 1) (ref.func $nothing))"),
    ("table.set externref", "(table.set $x (i32.const 1) (ref.null extern))"),
    ("table.set out of bounds", "(table.set $x (i32.const 9) (ref.null extern))"),
    ("table.init", "(table.init $t $e (i32.const 2) (i32.const 0) (i32.const 2))"),
    ("table.init oob", "(table.init $t $e (i32.const 9) (i32.const 0) (i32.const 2))"),
    ("table.copy", "(table.copy $t $t (i32.const 2) (i32.const 1) (i32.const 2))"),
    ("table.copy oob", "(table.copy $t $t (i32.const 2) (i32.const 9) (i32.const 2))"),
    ("table.fill", "(table.fill $t (i32.const 1) (ref.null func) (i32.const 2))"),
    ("table.fill oob", "(table.fill $t (i32.const 9) (ref.null func) (i32.const 2))"),
    ("table.grow", "(drop (table.grow $t (ref.null func) (i32.const 1)))"),
    ("table.grow refused", "(drop (table.grow $x (ref.null extern) (i32.const -1)))"),
    ("table.size", "(drop (table.size $t))"),
    ("memory.init", "(memory.init $m $d (i32.const 0) (i32.const 0) (i32.const 4))"),
    ("memory.init oob", "(memory.init $m $d (i32.const -1) (i32.const 0) (i32.const 4))"),
    ("memory.copy", "(memory.copy $m $m (i32.const 64) (i32.const 0) (i32.const 4))"),
    ("memory.copy oob", "(memory.copy $m $m (i32.const -1) (i32.const 0) (i32.const 4))"),
    ("memory.fill", "(memory.fill $m (i32.const 0) (i32.const 1) (i32.const 400))"),
    ("memory.fill oob", "(memory.fill $m (i32.const -1) (i32.const 1) (i32.const 4))"),
    ("memory.grow", "(drop (memory.grow $m (i32.const 1)))"),
    ("memory.grow refused", "(drop (memory.grow $m (i32.const -1)))"),
    ("memory.size", "(drop (memory.size $m))"),
    ("call_indirect null", "(call_indirect $t (type $v) (i32.const 3))"),
    ("call_indirect oob", "(call_indirect $t (type $v) (i32.const -1))"),
    ("call_indirect type", "(call_indirect $t (type $other) (i32.const 1) (i32.const 0))"),
    ("call_indirect", "(call_indirect $t (type $v) (i32.const 0))"),
    ("host fails", "(call $fails)"),
    ("host panics", "(call $panics)"),
    ("host works", "(drop (call $works (i32.const 1)))"),
    ("host with references", "(drop (call $ref (ref.func $nothing) (ref.null extern)))"),
    ("host calls back", "(call $back)"),
    ("wait", "(drop (memory.atomic.wait32 $s (i32.const 0) (i32.const 0) (i64.const 1)))"),
    ("wait 64", "(drop (memory.atomic.wait64 $s (i32.const 0) (i64.const 1) (i64.const 1)))"),
    ("wait oob", "(drop (memory.atomic.wait32 $s (i32.const -4) (i32.const 0) (i64.const 1)))"),
    ("wait odd", "(drop (memory.atomic.wait32 $s (i32.const 1) (i32.const 0) (i64.const 1)))"),
    ("wait unshared", "(drop (memory.atomic.wait32 $m (i32.const 0) (i32.const 0) (i64.const 1)))"),
    ("notify", "(drop (memory.atomic.notify $s (i32.const 0) (i32.const 1)))"),
    ("notify oob", "(drop (memory.atomic.notify $s (i32.const -4) (i32.const 1)))"),
    ("data.drop", "(data.drop $gone)"),
    ("elem.drop", "(elem.drop $lost)"),
    ("ref.func", "(table.set $t (i32.const 1) (ref.func $nothing))"),
];

/// A function whose frame holds `words` values over a call.
fn wide(name: &str, params: &str, words: usize, call: &str) -> String {
    let mut wat = format!("(func {name} {params}");
    for place in 0..words {
        let _ = write!(wat, "(local $v{place} i64)");
    }
    for place in 0..words {
        let _ = write!(wat, "(local.set $v{place} (i64.load offset={} (i32.const 0)))", place * 8);
    }
    wat += call;
    for place in 0..words {
        let _ =
            write!(wat, "(global.set $sink (i64.xor (global.get $sink) (local.get $v{place})))");
    }
    wat + ")\n"
}

/// How the last levels of recursion look: words that are live in each frame.
const FINALS: [usize; 3] = [0, 24, 130];
/// Functions at the start that shift all frames by some bytes.
const PADS: usize = 2;

fn guest(start: bool) -> String {
    let mut wat = String::from(
        r#"(module (type $v (func)) (type $other (func (param i32))) (type $n (func (param i32)))
        (import "" "fails" (func $fails)) (import "" "panics" (func $panics))
        (import "" "works" (func $works (param i32) (result i32)))
        (import "" "ref" (func $ref (param funcref externref) (result funcref)))
        (import "" "back" (func $back))"#,
    );
    if start {
        wat += r#"(import "" "large" (global $large i32)) (import "" "small" (global $small i32))
            (import "" "action" (global $first i32)) (import "" "count" (global $count (mut i32)))"#;
    } else {
        wat += r#"(global $count (export "count") (mut i32) (i32.const 0))"#;
    }
    wat += r#"(memory $m 1 2) (memory $s 1 1 shared) (data $d "abcd") (data $gone "abcd")
        (table $t 4 6 funcref) (table $x 4 6 externref) (elem (table $t) (i32.const 0) func $nothing)
        (elem $e func $nothing $nothing) (elem $lost func $nothing)
        (global $zero (mut i32) (i32.const 0)) (global $f (mut f32) (f32.const 1.5))
        (global $sink (mut i64) (i64.const 0))
        (global $action (export "action") (mut i32) (i32.const 0))
        (global $final (export "final") (mut i32) (i32.const 0))
        (func $nothing)"#;
    for (number, (_, body)) in ACTIONS.iter().enumerate() {
        let _ = writeln!(wat, "(func $a{number} {body})");
    }
    let numbers: String = (0..ACTIONS.len()).map(|number| format!(" $a{number}")).collect();
    let _ = write!(wat, "(table $actions funcref (elem{numbers}))");
    let finals: String = FINALS.iter().map(|words| format!(" $final{words}")).collect();
    let _ = write!(wat, "(table $finals funcref (elem{finals}))");
    for words in FINALS {
        let call = format!(
            "(global.set $count (i32.add (global.get $count) (i32.const 1)))
            (if (i32.eqz (local.get 0))
              (then (call_indirect $actions (type $v) (global.get $action)))
              (else (call $final{words} (i32.sub (local.get 0) (i32.const 1)))))"
        );
        wat += &wide(&format!("$final{words}"), "(param i32)", words, &call);
    }
    let call = "(global.set $count (i32.add (global.get $count) (i32.const 1)))
        (if (i32.eqz (local.get 0))
          (then (call_indirect $finals (type $n) (local.get 1) (global.get $final)))
          (else (call $large (i32.sub (local.get 0) (i32.const 1)) (local.get 1))))";
    wat += &wide("$large", "(param i32 i32)", 500, call);
    for pad in 0..PADS {
        let name = format!("(export \"run {pad}\")");
        wat +=
            &wide(&name, "(param i32 i32)", pad * 2, "(call $large (local.get 0) (local.get 1))");
    }
    if start {
        wat += "(func $start (global.set $action (global.get $first))
            (call $large (global.get $large) (global.get $small))) (start $start)";
    }
    wat + ")"
}

struct Guest {
    arena: Owned,
    run: [Handle; PADS],
    count: Handle,
    action: Handle,
    last: Handle,
}

fn leaf(engine: &Engine) -> Module {
    module(engine, r#"(module (func (export "f") (param i32)))"#)
}

/// The host functions that the guest imports, in its order.
fn hosts(arena: &Arena, leaf: &Module) -> Vec<Handle> {
    let leaf = arena.instantiate(leaf, &[], 0).unwrap();
    let leaf = arena.export_by_name(leaf, "f").unwrap().1;
    let reference = [ValueKind::FuncRef, ValueKind::ExternRef];
    vec![
        host(arena, &[], &[], |_, _| Err(Error::new(Status::Host, "on purpose"))),
        host(arena, &[], &[], |_, _| panic!("on purpose")),
        host(arena, &[ValueKind::I32], &[ValueKind::I32], |_, _| Ok(())),
        host(arena, &reference, &[ValueKind::FuncRef], |_, _| Ok(())),
        host(arena, &[], &[], move |info, _| call(info.arena, leaf, &[1]).map(|_| ())),
    ]
}

impl Guest {
    fn new(engine: &Engine) -> Self {
        let module = module(engine, &guest(false));
        assert_eq!(module.compiler(), engine.compiler());
        let arena = Owned::new(engine);
        let imports = hosts(&arena, &leaf(engine));
        let instance = arena.instantiate(&module, &imports, 0).unwrap();
        let get = |name: &str| arena.export_by_name(instance, name).unwrap().1;
        let run = std::array::from_fn(|pad| get(&format!("run {pad}")));
        let (count, action, last) = (get("count"), get("action"), get("final"));
        Self { arena, run, count, action, last }
    }

    /// Recurses through `large` wide frames and `small` frames of the last kind, then acts.
    fn run(&self, pad: usize, large: u32, small: u32) -> Result<()> {
        call(&self.arena, self.run[pad], &[large.into(), small.into()]).map(|_| ())
    }

    /// Frames that were entered before the stack was full.
    fn fill(&self, pad: usize, large: u32, small: u32) -> u32 {
        self.arena.global_set(self.action, slot(0)).unwrap();
        self.arena.global_set(self.count, slot(0)).unwrap();
        let error = self.run(pad, large, small).unwrap_err();
        assert_eq!(error.trap, Some(TrapKind::StackOverflow), "{error}");
        self.arena.global_get(self.count).unwrap().0[0] as u32
    }
}

/// Bytes of a guest's stack with what is left of the reserve, at least.
const STACK: u32 = WASM_STACK_BYTES as u32 + 96 * 1024;

/// The first number for which something overflows, of which all after it do.
fn first(most: u32, overflows: impl Fn(u32) -> bool) -> u32 {
    let (mut works, mut fails) = (0, most);
    while works + 1 < fails {
        let middle = (works + fails) / 2;
        if overflows(middle) { fails = middle } else { works = middle }
    }
    fails
}

fn overflowed(outcome: &Result<()>) -> bool {
    outcome.as_ref().is_err_and(|error| error.trap == Some(TrapKind::StackOverflow))
}

/// The depths to try: (wide frames, least, most) for the last frames. One window at the end of the
/// stack, one where the reserve begins.
fn windows(guest: &Guest, pad: usize, frame: u32) -> [(u32, u32, u32); 2] {
    let most_large = guest.fill(pad, u32::MAX, 0);
    let levels = |bytes: u32| bytes / frame + 2;
    let before_end = most_large - 12;
    let deepest = guest.fill(pad, before_end, u32::MAX) - before_end - 1;
    let end = (before_end, deepest.saturating_sub(levels(16 * 1024)), deepest + 1);
    let before_reserve = most_large * 3 / 4;
    let deepest = guest.fill(pad, before_reserve, u32::MAX) - before_reserve - 1;
    let unreachable = ACTIONS.iter().position(|action| action.0 == "unreachable").unwrap();
    guest.arena.global_set(guest.action, slot(unreachable as u64)).unwrap();
    let edge = first(deepest, |small| overflowed(&guest.run(pad, before_reserve, small)));
    let reserve = (before_reserve, edge.saturating_sub(levels(2048)), edge + levels(2048));
    [end, reserve]
}

/// An error that is in order, or a normal result.
fn assert_in_order(outcome: &Result<()>, place: &dyn Fn() -> String) {
    if let Err(error) = outcome {
        let fine = match error.status {
            Status::Trap => error.trap.is_some_and(|kind| kind != TrapKind::Other),
            Status::Host | Status::Panic => error.message.ends_with("on purpose"),
            _ => false,
        };
        assert!(fine, "{}: {:?} {error}", place(), error.status);
    }
}

fn each_action_at_each_depth(compiler: Compiler) {
    silence_panics_with("on purpose");
    let engine = engine(compiler);
    let guest = Guest::new(&engine);
    let prober = Prober::new(compiler);
    let (mut runs, mut overflows) = (0u32, 0u32);
    for (last, words) in FINALS.iter().enumerate() {
        guest.arena.global_set(guest.last, slot(last as u64)).unwrap();
        let frame = STACK / (guest.fill(0, 0, u32::MAX) - 1);
        // Frames of 16 bytes meet each address that a stack pointer can have.
        for pad in 0..if frame > 16 { PADS } else { 1 } {
            let windows = windows(&guest, pad, frame);
            for (number, (name, _)) in ACTIONS.iter().enumerate() {
                guest.arena.global_set(guest.action, slot(number as u64)).unwrap();
                for (large, least, most) in windows {
                    let (mut unlike, mut before) = (0, None);
                    for small in least..=most {
                        let outcome = guest.run(pad, large, small);
                        let place = || format!("{name}, frame {words}, {pad}, {large}+{small}");
                        assert_in_order(&outcome, &place);
                        let overflow = overflowed(&outcome);
                        unlike += u32::from(before.replace(overflow) == Some(!overflow));
                        overflows += u32::from(overflow);
                        runs += 1;
                        if runs.is_multiple_of(8) {
                            prober.probe(&place());
                        }
                    }
                    // The window is where it should be: all before it works, all after overflows.
                    let straddles = if large == windows[0].0 {
                        *name == "nothing"
                    } else {
                        ["unreachable", "host fails", "table.init oob"].contains(name)
                    };
                    if straddles {
                        assert_eq!(unlike, 1, "{name}, {words}, {pad}, {large} {least}..{most}");
                    }
                }
                probe_module(compiler, name);
            }
        }
    }
    println!("{compiler}: {runs} runs, {overflows} stack overflows");
}

#[test]
fn each_way_out_of_wasm_at_each_depth_is_an_error_on_cranelift() {
    let _watchdog = watchdog("stack end, cranelift", 120);
    each_action_at_each_depth(Compiler::Cranelift);
}

#[test]
fn each_way_out_of_wasm_at_each_depth_is_an_error_on_singlepass() {
    let _watchdog = watchdog("stack end, singlepass", 120);
    each_action_at_each_depth(Compiler::Singlepass);
}

/// A start function runs inside of instantiation, where wasmer itself enters wasm.
#[test]
fn a_start_function_that_traps_at_the_end_of_the_stack_is_an_error() {
    let _watchdog = watchdog("stack end, start function", 120);
    silence_panics_with("on purpose");
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let (module, leaf) = (module(&engine, &guest(true)), leaf(&engine));
        assert_eq!(module.compiler(), compiler);
        // Gives the frames that were entered.
        let start = |large: u32, small: u32, action: usize| {
            let arena = Owned::new(&engine);
            let mut imports = hosts(&arena, &leaf);
            let mut ty = GlobalType { kind: ValueKind::I32, mutable: false };
            for value in [large.into(), small.into(), action as u64] {
                imports.push(arena.new_global(ty, slot(value)).unwrap());
            }
            ty.mutable = true;
            let count = arena.new_global(ty, slot(0)).unwrap();
            imports.push(count);
            let outcome = arena.instantiate(&module, &imports, 0).map(|_| ());
            (outcome, arena.global_get(count).unwrap().0[0] as u32)
        };
        let large = start(u32::MAX, 0, 0).1 - 12;
        let frame = STACK / (start(0, u32::MAX, 0).1 - 1);
        let deepest = start(large, u32::MAX, 0).1 - large - 1;
        let before_reserve = (large + 12) * 3 / 4;
        let unreachable = ACTIONS.iter().position(|action| action.0 == "unreachable").unwrap();
        let most = start(before_reserve, u32::MAX, 0).1 - before_reserve - 1;
        let edge = first(most, |small| overflowed(&start(before_reserve, small, unreachable).0));
        let prober = Prober::new(compiler);
        for name in ["unreachable", "host fails", "host calls back", "memory.grow", "wait oob"] {
            let action = ACTIONS.iter().position(|action| action.0 == name).unwrap();
            let mut outcomes = [0, 0];
            for (large, middle, span) in [
                (large, deepest - 8192 / frame, 8192 / frame + 2),
                (before_reserve, edge, 2048 / frame),
            ] {
                for small in middle - span..=middle + span {
                    let outcome = start(large, small, action).0;
                    let place = || format!("{name} in a start function, {large}+{small}");
                    assert_in_order(&outcome, &place);
                    let overflow = overflowed(&outcome);
                    outcomes[usize::from(overflow)] += 1;
                }
                prober.probe(name);
            }
            probe_module(compiler, name);
            println!("{compiler} {name}: {outcomes:?}");
            assert!(outcomes.iter().all(|&count| count > 10), "{name}: {outcomes:?}");
        }
    }
}
