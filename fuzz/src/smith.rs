//! Modules by wasm-smith.

use arbitrary::Unstructured;
use wasm_smith::Config;

/// What the hosts of the targets give to modules, by its type.
pub const IMPORTS: &str = r#"(module
    (import "host" "tick" (func))
    (import "host" "word" (func (param i32) (result i32)))
    (import "host" "long" (func (param i64 i32) (result i64)))
    (import "host" "float" (func (param f32 f64) (result f64)))
    (import "host" "many" (func (param i32 i64 f32 f64 i32 i64) (result i64 f32 i32)))
    (import "host" "refuse" (func (param i32)))
    (import "host" "number" (global i32))
    (import "host" "counter" (global (mut i64)))
    (import "host" "memory" (memory 1 4))
    (import "host" "table" (table 8 32 funcref)))"#;

/// Small modules of what Cranelift, Singlepass (or Cranelift in its place) and the interpreter all have.
/// Memories and tables have a maximum, so that all grow as far.
pub fn config(u: &mut Unstructured<'_>) -> arbitrary::Result<Config> {
    // Singlepass has neither; with them it is Cranelift that compiles.
    let plain = u.ratio(3, 4)?;
    Ok(Config {
        available_imports: if u.arbitrary()? { Some(imports()) } else { None },
        bulk_memory_enabled: true,
        canonicalize_nans: true,
        compact_imports_enabled: false,
        exceptions_enabled: false,
        export_everything: true,
        extended_const_enabled: u.arbitrary()?,
        gc_enabled: false,
        max_data_segments: 6,
        max_element_segments: 6,
        max_funcs: 8,
        max_globals: 8,
        max_imports: 8,
        max_instructions: if u.ratio(1, 4)? { 600 } else { 100 },
        max_memories: if u.ratio(1, 4)? { 3 } else { 1 },
        max_memory32_bytes: 16 * 65536,
        max_table_elements: 64,
        max_tables: 3,
        max_tags: 0,
        max_types: 12,
        memory64_enabled: false,
        memory_max_size_required: true,
        min_exports: 2,
        min_funcs: 1,
        relaxed_simd_enabled: false,
        simd_enabled: !plain,
        table_max_size_required: true,
        tail_call_enabled: !plain && u.arbitrary()?,
        threads_enabled: false,
        wide_arithmetic_enabled: !plain && u.arbitrary()?,
        ..Config::default()
    })
}

/// `IMPORTS` in the binary format.
fn imports() -> Vec<u8> {
    wat::parse_str(IMPORTS).expect("it is valid")
}

/// A module that ends: each call and each round of a loop takes from a global, and traps at its end.
pub fn ending(u: &mut Unstructured<'_>) -> arbitrary::Result<Vec<u8>> {
    let mut config = config(u)?;
    if config.available_imports.is_none() {
        config.max_imports = 0;
    }
    let mut module = wasm_smith::Module::new(config, u)?;
    module.ensure_termination(300).map_err(|_| arbitrary::Error::IncorrectFormat)?;
    Ok(module.to_bytes())
}

/// A module that may run for ever.
pub fn endless(u: &mut Unstructured<'_>) -> arbitrary::Result<Vec<u8>> {
    let mut config = config(u)?;
    if config.available_imports.is_none() {
        config.max_imports = 0;
    }
    Ok(wasm_smith::Module::new(config, u)?.to_bytes())
}

/// A module of any proposal, with any imports, and perhaps with functions that are not valid.
pub fn any(u: &mut Unstructured<'_>) -> arbitrary::Result<Vec<u8>> {
    let config = Config {
        allow_invalid_funcs: u.ratio(1, 4)?,
        custom_page_sizes_enabled: u.arbitrary()?,
        exceptions_enabled: u.arbitrary()?,
        gc_enabled: u.ratio(1, 4)?,
        generate_custom_sections: true,
        max_memories: 4,
        max_tables: 4,
        memory64_enabled: u.ratio(1, 4)?,
        multibyte_array_access_enabled: u.ratio(1, 8)?,
        compact_imports_enabled: u.ratio(1, 4)?,
        relaxed_simd_enabled: u.arbitrary()?,
        simd_enabled: u.arbitrary()?,
        shared_everything_threads_enabled: u.ratio(1, 8)?,
        tail_call_enabled: u.arbitrary()?,
        wide_arithmetic_enabled: u.arbitrary()?,
        ..Config::default()
    };
    Ok(wasm_smith::Module::new(config, u)?.to_bytes())
}
