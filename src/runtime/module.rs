//! Modules: compiled code, with the wasmer engine that owns it.

use super::engine::{Compiler, Engine};
use super::error::{Error, Result, Status, panic_message};
use super::interrupt::{Interrupt, Registered};
use super::metering::Metering;
use super::quota::Quota;
use super::scan::{self, Scan};
use super::serialized::{self, About};
use super::signals;
use super::text;
use super::value::ExternType;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use wasmer_api::sys::NativeEngineExt;
use wasmer_types::{CompilationProgressCallback, ImportIndex, ModuleInfo, UserAbort};

/// Below this size a module is compiled by one thread.
const SMALL_BYTES: usize = 32 * 1024;

#[derive(Debug)]
pub struct Import {
    pub module: String,
    pub name: String,
    pub ty: ExternType,
    pub(super) index: ImportIndex,
}

#[derive(Debug)]
pub struct Export {
    pub name: String,
    pub ty: ExternType,
}

struct Inner {
    // Dropped in this order: the artifact deregisters itself before the engine frees the code, and
    // the code is not one that a guest can be interrupted in any more.
    _code: Option<Registered>,
    module: wasmer_api::Module,
    code: wasmer_api::Engine,
    compiler: Compiler,
    metered: bool,
    imports: Vec<Import>,
    exports: Vec<Export>,
}

/// Compiled code, shared by reference. Safe to use from any thread. It does not refer to the engine
/// that it was made by: engines keep modules (shims), and neither would ever be freed.
#[derive(Clone)]
pub struct Module(Arc<Inner>);

/// WebAssembly text becomes its binary form; binary is passed through.
pub fn wat2wasm(bytes: &[u8]) -> Result<std::borrow::Cow<'_, [u8]>> {
    wasmer_api::wat2wasm(bytes)
        .map_err(|error| Error::new(Status::InvalidModule, error.to_string()))
}

fn binary(bytes: &[u8]) -> Result<std::borrow::Cow<'_, [u8]>> {
    if bytes.is_empty() {
        return Err(Error::new(
            Status::InvalidModule,
            "module: 0 bytes, expected WebAssembly binary or text",
        ));
    }
    wat2wasm(bytes)
}

fn validate(code: &wasmer_api::Engine, compiler: Compiler, wasm: &[u8]) -> Result<Scan> {
    match catch_unwind(AssertUnwindSafe(|| wasmer_api::Module::validate(code, wasm))) {
        Ok(Ok(())) => scan::scan(wasm, compiler == Compiler::Singlepass),
        Ok(Err(error)) => Err(Error::new(Status::InvalidModule, error.to_string())),
        Err(panic) => Err(compiler_panic(compiler, &*panic)),
    }
}

/// Tells the interrupts where the functions are. They lie one after the other.
fn registered(module: &wasmer_api::Module) -> Option<Registered> {
    let artifact = module.sys_artifact().filter(|artifact| artifact.allocated())?;
    let extents = artifact.finished_function_extents()?;
    let start = extents.iter().map(|(_, extent)| extent.ptr.0 as usize).min()?;
    let end = extents.iter().map(|(_, extent)| extent.ptr.0 as usize + extent.length).max()?;
    Registered::new(start, end)
}

fn compiler_panic(compiler: Compiler, panic: &(dyn std::any::Any + Send)) -> Error {
    Error::new(Status::Panic, format!("{compiler} failed: {}", panic_message(panic)))
}

impl Module {
    /// Checks a module without compiling it.
    pub fn validate(engine: &Engine, bytes: &[u8]) -> Result<()> {
        let (compiler, wasm) = (engine.compiler(), binary(bytes)?);
        engine.quotas().check(Quota::ModuleBytes, wasm.len() as u64)?;
        let scan = validate(&engine.wasmer(compiler, true, None)?, compiler, &wasm)?;
        engine.quotas().check(Quota::Functions, scan.functions)
    }

    /// Compiles WebAssembly binary or text. What Singlepass cannot compile, Cranelift does.
    pub fn new(engine: &Engine, bytes: &[u8]) -> Result<Self> {
        Self::new_under(engine, bytes, None)
    }

    /// As `new`, ended by an interrupt when the next function is compiled.
    pub fn new_under(
        engine: &Engine,
        bytes: &[u8],
        interrupt: Option<&Arc<Interrupt>>,
    ) -> Result<Self> {
        let wasm = binary(bytes)?;
        engine.quotas().check(Quota::ModuleBytes, wasm.len() as u64)?;
        let (wanted, metering) = (engine.compiler(), engine.metering());
        let code = engine.wasmer(wanted, wasm.len() < SMALL_BYTES, metering)?;
        let scan = validate(&code, wanted, &wasm)?;
        engine.quotas().check(Quota::Functions, scan.functions)?;
        if wanted == Compiler::Singlepass && Compiler::Cranelift.is_available() {
            if !scan.singlepass_refuses() {
                match Self::compile_in(code, wanted, metering, &wasm, interrupt) {
                    Err(error) if error.status != Status::Interrupted => {}
                    outcome => return outcome,
                }
            }
            let code = engine.wasmer(Compiler::Cranelift, wasm.len() < SMALL_BYTES, metering)?;
            return Self::compile_in(code, Compiler::Cranelift, metering, &wasm, interrupt);
        }
        Self::compile_in(code, wanted, metering, &wasm, interrupt)
    }

    /// Compiles a valid module by one compiler.
    pub(super) fn compile(
        engine: &Engine,
        compiler: Compiler,
        metering: Option<&Metering>,
        wasm: &[u8],
    ) -> Result<Self> {
        let code = engine.wasmer(compiler, wasm.len() < SMALL_BYTES, metering)?;
        Self::compile_in(code, compiler, metering, wasm, None)
    }

    /// Compiles a valid module in a wasmer engine made for it.
    fn compile_in(
        code: wasmer_api::Engine,
        compiler: Compiler,
        metering: Option<&Metering>,
        wasm: &[u8],
        interrupt: Option<&Arc<Interrupt>>,
    ) -> Result<Self> {
        // A panic poisons the lock of this wasmer engine, which is dropped with it.
        let compile = || match interrupt {
            // SAFETY: the bytes were validated, or are a shim of ours.
            None => unsafe { wasmer_api::Module::from_binary_unchecked(&code, wasm) },
            Some(interrupt) => {
                let interrupt = interrupt.clone();
                let go_on = move |_| match interrupt.is_fired() {
                    true => Err(UserAbort::new("interrupted")),
                    false => Ok(()),
                };
                code.new_module_with_progress(wasm, CompilationProgressCallback::new(go_on))
            }
        };
        // The compiler starts threads.
        let compiled = catch_unwind(AssertUnwindSafe(|| match wasm.len() < SMALL_BYTES {
            true => signals::without(compile),
            false => signals::without_for_long(compile),
        }));
        match compiled {
            Ok(Ok(module)) => Self::describe(compiler, metering.is_some(), code, module),
            Ok(Err(wasmer_api::CompileError::Aborted(_))) => {
                Err(Error::new(Status::Interrupted, "module: compilation was interrupted by host"))
            }
            Ok(Err(wasmer_api::CompileError::UnsupportedFeature(feature))) => Err(Error::new(
                Status::Unsupported,
                format!("{compiler} does not support {feature}"),
            )),
            // The module is valid, so it is wasmer that lacks something.
            Ok(Err(error)) => Err(Error::new(Status::Unsupported, error.to_string())),
            Err(panic) => Err(compiler_panic(compiler, &*panic)),
        }
    }

    fn describe(
        compiler: Compiler,
        metered: bool,
        code: wasmer_api::Engine,
        module: wasmer_api::Module,
    ) -> Result<Self> {
        let unsupported = |what: &str, name: &str| {
            Error::new(
                Status::Unsupported,
                format!("{what} {}: exnref cannot cross the host", text::name(name)),
            )
        };
        let mut imports = Vec::new();
        let info = module.info();
        for (import, (_, index)) in info.imports().zip(&info.imports) {
            imports.push(Import {
                module: import.module().to_owned(),
                name: import.name().to_owned(),
                ty: ExternType::from_wasmer(import.ty())
                    .ok_or_else(|| unsupported("import", import.name()))?,
                index: index.clone(),
            });
        }
        let mut exports = Vec::new();
        for export in info.exports() {
            exports.push(Export {
                name: export.name().to_owned(),
                ty: ExternType::from_wasmer(export.ty())
                    .ok_or_else(|| unsupported("export", export.name()))?,
            });
        }
        let _code = registered(&module);
        Ok(Self(Arc::new(Inner { _code, module, code, compiler, metered, imports, exports })))
    }

    /// The bytes from which `deserialize` makes the module again, without a compiler.
    pub fn serialize(&self) -> Result<Vec<u8>> {
        let about = About {
            compiler: self.0.compiler,
            metered: self.0.metered,
            triple: self.0.code.as_sys().target().triple().to_string(),
        };
        match self.0.module.serialize() {
            Ok(code) => serialized::wrap(&about, &code),
            Err(error) => Err(Error::new(Status::Serialize, error.to_string())),
        }
    }

    /// Loads what `serialize` gave. The bytes are checked for damage, not for malice: code is code. A module
    /// pays for what it executes as it was compiled to; one that does not is refused by an engine with metering.
    pub fn deserialize(engine: &Engine, bytes: &[u8]) -> Result<Self> {
        let (About { compiler, metered, .. }, code) = serialized::unwrap(bytes, &engine.triple())?;
        if engine.metering().is_some() && !metered {
            return Err(Error::new(
                Status::Deserialize,
                "serialized module: it was compiled without metering (fuel), and the engine has it: \
                 compile the module again",
            ));
        }
        let host = if compiler.is_available() { compiler } else { engine.compiler() };
        let owner = engine.wasmer(host, true, None)?;
        let load = || {
            // SAFETY: the digest says that wasmer made these bytes, of this version.
            unsafe { wasmer_api::Module::deserialize(&owner, code.to_vec()) }
        };
        match catch_unwind(AssertUnwindSafe(load)) {
            Ok(Ok(module)) => {
                let functions = module.info().functions.len() as u64;
                engine.quotas().check(Quota::Functions, functions)?;
                Self::describe(compiler, metered, owner, module)
            }
            Ok(Err(error)) => Err(Error::new(Status::Deserialize, error.to_string())),
            Err(panic) => Err(Error::new(
                Status::Deserialize,
                format!("serialized module: {}", panic_message(&*panic)),
            )),
        }
    }

    /// The name from the module's name section.
    pub fn name(&self) -> Option<&str> {
        self.0.module.info().name.as_deref()
    }

    pub fn imports(&self) -> &[Import] {
        &self.0.imports
    }

    pub fn exports(&self) -> &[Export] {
        &self.0.exports
    }

    /// The contents of the custom section of a name; of the last one, if there are several.
    pub fn custom_section(&self, name: &str) -> Option<&[u8]> {
        let info = self.0.module.info();
        let index = info.custom_sections.get(name)?;
        Some(&info.custom_sections_data[*index])
    }

    /// The compiler whose code this is.
    pub fn compiler(&self) -> Compiler {
        self.0.compiler
    }

    /// Whether the module pays for what it executes.
    pub fn is_metered(&self) -> bool {
        self.0.metered
    }

    pub fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    pub(super) fn info(&self) -> &ModuleInfo {
        self.0.module.info()
    }

    /// The compiled code, or an error where it is for another machine.
    pub(super) fn artifact(&self) -> Result<&wasmer_compiler::Artifact> {
        match self.0.module.sys_artifact() {
            Some(artifact) if artifact.allocated() => Ok(artifact),
            _ => Err(Error::new(
                Status::Unsupported,
                "module: compiled for another target than this machine, it can only be serialized",
            )),
        }
    }
}
