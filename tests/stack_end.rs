//! A guest that recurses to the end of its stack and then traps, or leaves wasm in another way,
//! gets an error, and nothing in the process hangs afterwards: wasmer's own code allocates, locks
//! and unwinds on the guest's stack. See `src/runtime/stack.rs`.

mod common;
use common::*;
use std::fmt::Write;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;
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
        let _ = write!(wat, "(global.set $sink (i64.xor (global.get $sink) (local.get $v{place})))");
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
            (import "" "action" (global $first i32))"#;
    }
    wat += r#"(memory $m 1 2) (memory $s 1 1 shared) (data $d "abcd") (data $gone "abcd")
        (table $t 4 6 funcref) (table $x 4 6 externref) (elem (table $t) (i32.const 0) $nothing)
        (elem $e func $nothing $nothing) (elem $lost func $nothing)
        (global $zero (mut i32) (i32.const 0)) (global $f (mut f32) (f32.const 1.5))
        (global $sink (mut i64) (i64.const 0)) (global $count (export "count") (mut i32) (i32.const 0))
        (global $action (export "action") (mut i32) (i32.const 0))
        (global $final (export "final") (mut i32) (i32.const 0))
        (func $nothing)"#;
    for (number, (_, body)) in ACTIONS.iter().enumerate() {
        let _ = write!(wat, "(func $a{number} {body})\n");
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
        wat += &wide(&name, "(param i32 i32)", pad * 2, "(call $large (local.get 0) (local.get 1))");
    }
    if start {
        wat += "(func $start (global.set $action (global.get $first))
            (call $large (global.get $large) (global.get $small))) (start $start)";
    }
    wat + ")"
}
