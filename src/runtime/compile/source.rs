//! A module's bytes on their way to a compiler: text becomes binary, and what must not be compiled is
//! refused.

use super::beyond;
use super::engine::Engine;
use super::scan::{self, Scan};
use crate::runtime::base::compiler::Compiler;
use crate::runtime::base::error::{Error, Result, Status, panic_message};
use crate::runtime::base::quota::Quota;
use crate::runtime::machine::interrupt::Interrupt;
use crate::runtime::machine::workers;
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Bytes that are copied between two looks at an interrupt: a few milliseconds.
const PIECE: usize = 16 << 20;

/// WebAssembly text becomes its binary form; binary is passed through.
pub fn wat2wasm(bytes: &[u8]) -> Result<Cow<'_, [u8]>> {
    wasmer_api::wat2wasm(bytes)
        .map_err(|error| Error::new(Status::InvalidModule, error.to_string()))
}

/// As `wat2wasm`, for what is to be compiled.
pub fn binary(bytes: &[u8]) -> Result<Cow<'_, [u8]>> {
    if bytes.is_empty() {
        return Err(Error::new(
            Status::InvalidModule,
            "module: 0 bytes, expected WebAssembly binary or text",
        ));
    }
    wat2wasm(bytes)
}

/// A copy, unless the interrupt is fired meanwhile.
pub fn copied(bytes: &[u8], interrupt: &Interrupt) -> Result<Vec<u8>> {
    let mut copy = Vec::new();
    if copy.try_reserve_exact(bytes.len()).is_err() {
        let message = format!("module: no memory for a copy of its {} bytes", bytes.len());
        return Err(Error::new(Status::OutOfMemory, message));
    }
    for piece in bytes.chunks(PIECE) {
        if interrupt.is_fired() {
            return Err(workers::interrupted());
        }
        copy.extend_from_slice(piece);
    }
    Ok(copy)
}

/// Checks that a module is valid for the wasmer engine `code`, that it is within the quotas of the engine,
/// and that `compiler` makes right code of it, or another one does. `go_on` is asked between two functions.
pub fn check(
    engine: &Engine,
    code: &wasmer_api::Engine,
    compiler: Compiler,
    wasm: &[u8],
    go_on: &dyn Fn() -> Result<()>,
) -> Result<Scan> {
    engine.quotas().check(Quota::ModuleBytes, wasm.len() as u64)?;
    match catch_unwind(AssertUnwindSafe(|| wasmer_api::Module::validate(code, wasm))) {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            return Err(beyond::refused(wasm, engine.features(), error.to_string(), go_on)?);
        }
        Err(panic) => {
            let message = format!("module: its validation failed: {}", panic_message(&*panic));
            return Err(Error::new(Status::Panic, message));
        }
    }
    beyond::check(wasm)?;
    let scan = scan::scan(wasm, engine.quotas(), go_on)?;
    engine.quotas().check(Quota::Functions, scan.functions)?;
    scan.check_cost(engine, compiler)?;
    Ok(scan)
}
