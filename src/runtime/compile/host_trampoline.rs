//! Small wasm modules that make a real wasm function of a host function, by its type.
//!
//! Needed where a host function is called by the host or goes into a table without any module
//! importing it: wasmer's trampolines belong to a module's imports.

use super::engine::Engine;
use super::module::Module;
use crate::runtime::base::compiler::Compiler;
use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::base::value::{FuncType, ValueKind};
use crate::runtime::machine::fork;
use std::fmt::Write;

/// Kept per engine; beyond that many types the modules are made anew.
const CACHED: usize = 1024;

/// The module that imports a function of the type and exports a function that calls it.
pub fn module(engine: &Engine, compiler: Compiler, ty: &FuncType) -> Result<Module> {
    let poisoned = |_| Error::new(Status::Panic, "engine: a thread panicked in its shim cache");
    let key = (compiler, ty.clone());
    let known = || Ok(engine.shims().lock().map_err(poisoned)?.get(&key).cloned());
    if let Some(module) = fork::uncut(known)? {
        return Ok(module);
    }
    let vectors = ty.params.iter().chain(&ty.results).any(|&kind| kind == ValueKind::V128);
    if compiler == Compiler::Singlepass && (vectors || ty.results.len() > 1) {
        return Err(Error::new(
            Status::Unsupported,
            format!("singlepass cannot call a host function of type {ty}; use cranelift"),
        ));
    }
    let wasm = wasmer_api::wat2wasm(text(ty).as_bytes())
        .map_err(|error| Error::new(Status::Panic, error.to_string()))?
        .into_owned();
    let module = Module::compile(engine, compiler, &wasm)?;
    fork::uncut(|| {
        let mut shims = engine.shims().lock().map_err(poisoned)?;
        if shims.len() < CACHED {
            shims.insert(key, module.clone());
        }
        Ok(module)
    })
}

fn text(ty: &FuncType) -> String {
    let list = |word: &str, kinds: &[ValueKind]| {
        kinds.iter().fold(String::new(), |mut text, kind| {
            let _ = write!(text, " ({word} {kind})");
            text
        })
    };
    let signature = list("param", &ty.params) + &list("result", &ty.results);
    let arguments = (0..ty.params.len()).fold(String::new(), |mut text, place| {
        let _ = write!(text, " local.get {place}");
        text
    });
    format!(
        r#"(module (func $host (import "host" "call"){signature})
            (func (export "call"){signature}{arguments} call $host))"#
    )
}
