//! Whether the calls inside of a module's machine code reach what they call.
//!
//! wasmer cuts distances to what the instruction holds. On x86_64 (`call`, 2 GiB either way) it checks nothing; on
//! aarch64 (`bl`, 128 MiB) it refuses 256 MiB and more only, and sends calls from 128 MiB on to where the guest
//! chooses. Nothing has run when wasmer hands a module over, so it is looked at then, compiled or loaded.

use crate::runtime::base::error::{Error, Result, Status};
use wasmer_compiler::{Artifact, ArtifactCreate};
use wasmer_types::ImportIndex;

/// Bytes from the first instruction to the last, at most.
const MOST: u64 = if cfg!(target_arch = "aarch64") { 128 << 20 } else { 2 << 30 };

/// What lies behind the last address that can be seen: the rest of that function, and jumps to wasmer's library.
const TAIL: u64 = 1 << 20;

/// Singlepass puts code for each imported function behind all other: a frame, and at most a load and a store for
/// each parameter or result. These are more bytes than that.
const IMPORT: u64 = 256;
const VALUE: u64 = 64;

/// Refuses a module whose code is so large that a call might not reach.
pub fn check(artifact: &Artifact) -> Result<()> {
    check_extent(extent(artifact), MOST)
}

fn check_extent(extent: u64, most: u64) -> Result<()> {
    if extent <= most {
        return Ok(());
    }
    Err(Error::new(
        Status::Limit,
        format!(
            "limit: machine code of {extent} bytes, {most} are the most over which calls reach on {}",
            std::env::consts::ARCH
        ),
    ))
}

/// Bytes over which the code extends, rather too many than too few; 0 if it is for another machine.
fn extent(artifact: &Artifact) -> u64 {
    if !artifact.allocated() {
        return 0;
    }
    let (mut start, mut end) = (usize::MAX, 0);
    let mut note = |from: usize, length: usize| {
        start = start.min(from);
        end = end.max(from + length);
    };
    for (_, function) in artifact.finished_function_extents().into_iter().flatten() {
        note(function.ptr.0 as usize, function.length);
    }
    for &trampoline in artifact.finished_function_call_trampolines().values() {
        note(trampoline as usize, 0);
    }
    for trampoline in artifact.finished_dynamic_function_trampolines().values() {
        note(trampoline.0 as usize, 0);
    }
    let Some(seen) = end.checked_sub(start) else { return 0 };
    let info = artifact.module_info();
    let imports = info.imports.values().map(|import| match import {
        ImportIndex::Function(index) => {
            let ty = &info.signatures[info.functions[*index]];
            IMPORT + VALUE * (ty.params().len() + ty.results().len()) as u64
        }
        _ => 0,
    });
    seen as u64 + TAIL + imports.sum::<u64>()
}

#[cfg(test)]
mod tests {
    use super::super::config::Config;
    use super::super::engine::Engine;
    use super::*;
    use crate::runtime::base::compiler::Compiler;
    use std::num::NonZeroUsize;

    fn extent_of(config: Config, wat: &str) -> u64 {
        let engine = Engine::new(config);
        let wasm = wasmer_api::wat2wasm(wat.as_bytes()).unwrap();
        let code = engine.wasmer(engine.compiler(), NonZeroUsize::MIN, None).unwrap();
        extent(&code.as_sys().compile_with_progress(&wasm, None).unwrap())
    }

    /// How much code a function is made of that loads so many times.
    fn loading(compiler: Compiler, loads: usize) -> u64 {
        let mut config = Config::default();
        config.set_compiler(compiler).unwrap();
        let wat = format!(
            r#"(module (import "" "f" (func)) (memory 1) (func (param i32) (result i32)
            local.get 0 {}))"#,
            "i32.load ".repeat(loads)
        );
        extent_of(config, &wat)
    }

    #[test]
    fn the_extent_is_that_of_the_code() {
        for compiler in Compiler::ALL.into_iter().filter(|compiler| compiler.is_available()) {
            let (small, large) = (loading(compiler, 1), loading(compiler, 50_000));
            assert!((TAIL + IMPORT..TAIL + (64 << 10)).contains(&small), "{compiler}: {small}");
            // No machine loads in less than two bytes.
            assert!((100_000..50_000_000).contains(&(large - small)), "{compiler}: {large}");
        }
    }

    #[test]
    fn what_calls_do_not_reach_is_refused() {
        assert!(check_extent(MOST, MOST).is_ok());
        let error = check_extent(MOST + 1, MOST).unwrap_err();
        assert_eq!(error.status, Status::Limit);
        let text = error.to_string();
        assert!(text.contains(&format!("{} bytes, {MOST} are", MOST + 1)), "{text}");
    }

    #[test]
    fn code_for_another_machine_is_not_linked_yet() {
        let other = if cfg!(target_arch = "aarch64") { "x86_64" } else { "aarch64" };
        let mut config = Config::default();
        config.set_target(&format!("{other}-unknown-linux-gnu"), "").unwrap();
        assert_eq!(extent_of(config, "(module (func))"), 0);
    }
}
