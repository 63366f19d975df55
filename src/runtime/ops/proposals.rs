//! What a compiler supports: tried out, by a small program for each proposal that must be compiled and
//! give the right result.

use crate::runtime::base::compiler::Compiler;
use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::base::value::Slot;
use crate::runtime::compile::config::Config;
use crate::runtime::compile::engine::Engine;
use crate::runtime::compile::module::Module;
use crate::runtime::store::arena::Arena;

/// The names of the proposals that can be switched, each with a program whose function `probe` gives
/// 42 by what the proposal adds.
const PROBES: [(&str, &str); 11] = [
    (
        "threads",
        r#"(module (memory 1 1 shared) (func (export "probe") (result i32)
            (i32.atomic.store (i32.const 8) (i32.const 40))
            (drop (i32.atomic.rmw.add (i32.const 8) (i32.const 2)))
            (i32.atomic.load (i32.const 8))))"#,
    ),
    (
        "reference-types",
        r#"(module (table $t 3 externref) (func (export "probe") (result i32)
            (i32.add (i32.mul (table.size $t) (i32.const 14))
                     (i32.eqz (ref.is_null (table.get $t (i32.const 0)))))))"#,
    ),
    (
        "simd",
        r#"(module (func (export "probe") (result i32)
            (i32x4.extract_lane 3
                (i32x4.add (v128.const i32x4 1 2 3 4) (v128.const i32x4 10 20 30 38)))))"#,
    ),
    (
        "bulk-memory",
        r#"(module (memory 1) (data $d "\2a") (func (export "probe") (result i32)
            (memory.init $d (i32.const 0) (i32.const 0) (i32.const 1))
            (memory.copy (i32.const 9) (i32.const 0) (i32.const 1))
            (i32.load8_u (i32.const 9))))"#,
    ),
    (
        "multi-value",
        r#"(module (func $two (result i32 i32) (i32.const 40) (i32.const 2))
            (func (export "probe") (result i32) (call $two) i32.add))"#,
    ),
    (
        "tail-call",
        r#"(module (func $down (param i32) (result i32)
                (if (result i32) (local.get 0)
                    (then (return_call $down (i32.sub (local.get 0) (i32.const 1))))
                    (else (i32.const 42))))
            (func (export "probe") (result i32) (call $down (i32.const 1000000))))"#,
    ),
    (
        "multi-memory",
        r#"(module (memory $a 1) (memory $b 2) (func (export "probe") (result i32)
            (i32.store $b (i32.const 0) (i32.const 41))
            (i32.add (i32.load $b (i32.const 0)) (memory.size $a))))"#,
    ),
    (
        "exception-handling",
        r#"(module (tag $t (param i32)) (func (export "probe") (result i32)
            (block $caught (result i32)
                (try_table (catch $t $caught) (throw $t (i32.const 42)))
                (i32.const 0))))"#,
    ),
    (
        "relaxed-simd",
        r#"(module (func (export "probe") (result i32)
            (i8x16.extract_lane_u 0
                (i8x16.relaxed_swizzle (v128.const i8x16 0 42 0 0 0 0 0 0 0 0 0 0 0 0 0 0)
                                       (v128.const i8x16 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0)))))"#,
    ),
    (
        "extended-const",
        r#"(module (global $g i32 (i32.add (i32.const 40) (i32.const 2)))
            (func (export "probe") (result i32) (global.get $g)))"#,
    ),
    (
        "wide-arithmetic",
        r#"(module (func (export "probe") (result i32) (local i64 i64)
            (i64.mul_wide_u (i64.const 0x8000000000000000) (i64.const 84))
            local.set 1 local.set 0
            (i32.wrap_i64 (local.get 1))))"#,
    ),
];

/// The proposals by name.
pub fn names() -> impl Iterator<Item = &'static str> {
    PROBES.iter().map(|(name, _)| *name)
}

/// Whether code for a proposal is compiled by this very compiler, and works.
pub fn is_supported(compiler: Compiler, name: &str) -> Result<bool> {
    let Some((_, text)) = PROBES.iter().find(|(known, _)| *known == name) else {
        return Err(Error::new(
            Status::InvalidArgument,
            format!("unknown WebAssembly feature {name:?}"),
        ));
    };
    let mut config = Config::default();
    config.set_compiler(compiler)?;
    config.set_feature(name, true)?;
    let engine = Engine::new(config);
    // What Singlepass cannot do is compiled by Cranelift, so it is looked who did.
    Ok(Module::new(&engine, text.as_bytes())
        .is_ok_and(|module| module.compiler() == compiler && probe(&engine, &module).is_ok()))
}

fn probe(engine: &Engine, module: &Module) -> Result<()> {
    let arena = Arena::new(engine).as_ptr();
    // SAFETY: just made, and deleted below; nothing keeps the reference.
    let outcome = (|arena: &Arena| {
        let instance = arena.instantiate(module, &[], 0)?;
        let (_, func) = arena.export_by_name(instance, "probe")?;
        let mut slot = Slot::default();
        // SAFETY: one slot, as many as the function has results.
        unsafe { arena.call(func, &mut slot, 1, 0)? };
        match slot.0[0] as u32 {
            42 => Ok(()),
            other => Err(Error::new(Status::Panic, format!("probe gave {other}"))),
        }
    })(unsafe { &*arena });
    // SAFETY: as above.
    unsafe { Arena::delete(arena) };
    outcome
}
