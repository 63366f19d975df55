//! Branches over large tables, for aarch64: by reading the code that Cranelift makes for it. The machine
//! need not be one.

mod common;
use wasmer::runtime::*;

const MOST: usize = 131_072;

fn for_machine(triple: &str, compiler: Compiler) -> Engine {
    let mut config = Config::default();
    config.set_compiler(compiler).unwrap();
    config.set_target(triple, "").unwrap();
    Engine::new(config)
}

/// A `br_table` whose last target is another one than all before.
fn with_targets(count: usize) -> Vec<u8> {
    let targets = " 0".repeat(count);
    let text = format!(
        "(module (func (export \"f\") (param i32) (result i32) (block (block
            (br_table {targets} 1 (local.get 0))) (return (i32.const 2))) (i32.const 1)))"
    );
    wasmer::runtime::source::wat2wasm(text.as_bytes()).unwrap().into_owned()
}

fn word(code: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(code[at..at + 4].try_into().unwrap())
}

/// Where the table in code for aarch64 begins: behind `adr x, #16; ldrsw x, [..]; add; br`.
fn table(code: &[u8]) -> usize {
    let found = (0..code.len() - 16).step_by(4).find(|&at| {
        word(code, at) & 0xffff_ffe0 == 0x1000_0080
            && word(code, at + 4) >> 24 == 0xb8
            && word(code, at + 12) & 0xffff_fc1f == 0xd61f_0000
    });
    found.expect("a jump table") + 16
}

/// The conditional branch (`b.hs`) to the default target that stands closest before the table.
fn default_branch(code: &[u8], table: usize) -> usize {
    let at = (table - 64..table)
        .step_by(4)
        .rev()
        .find(|&at| word(code, at) & 0xff00_001f == 0x5400_0002);
    let at = at.expect("a branch to the default target");
    let distance = ((word(code, at) << 8) as i32 >> 13) * 4;
    (at as i64 + i64::from(distance)) as usize
}

#[test]
fn branches_for_aarch64_stay_in_their_function() {
    for count in [10, 1000, MOST] {
        let engine = for_machine("aarch64-unknown-linux-gnu", Compiler::Cranelift);
        let bytes = Module::new(&engine, &with_targets(count)).unwrap().serialize().unwrap();
        // Serialized code lies at any multiple of 4 of some alignment.
        let start = (0..4).find(|&start| {
            let code = &bytes[start..];
            std::panic::catch_unwind(|| table(code)).is_ok()
        });
        let code = &bytes[start.expect("a jump table")..];
        let table = table(code);
        let end = table + 4 * (count + 1);
        let target = default_branch(code, table);
        // The targets lie behind the table, and so does what the default branch goes to, in reach.
        assert!(
            (end - 4..end + 4096).contains(&target),
            "{count}: table {table:#x}, target {target:#x}"
        );
    }
}

#[test]
fn a_table_that_could_be_out_of_reach_is_refused_for_aarch64_only() {
    let wasm = with_targets(MOST + 1);
    for triple in ["aarch64-unknown-linux-gnu", "aarch64-apple-darwin"] {
        let error = Module::new(&for_machine(triple, Compiler::Cranelift), &wasm).err().unwrap();
        assert_eq!(error.status, Status::Unsupported, "{error}");
        assert!(error.message.contains("function 0: a br_table with 131073 targets"), "{error}");
    }
    Module::new(&for_machine("x86_64-unknown-linux-gnu", Compiler::Cranelift), &wasm).unwrap();
}
