//! Modules: compiled code, with the wasmer engine that owns it.

use super::engine::Engine;
use super::fixed_tables;
use super::reach;
use super::serialized::{self, About};
use super::source;
use super::watch::Watch;
use crate::runtime::base::compiler::Compiler;
use crate::runtime::base::error::{Error, Result, Status, panic_message};
use crate::runtime::base::quota::Quota;
use crate::runtime::base::text;
use crate::runtime::base::value::ExternType;
use crate::runtime::machine::ballast;
use crate::runtime::machine::ballast::Ballast;
use crate::runtime::machine::fork;
use crate::runtime::machine::interrupt::{Interrupt, Registered};
use crate::runtime::machine::thread;
use crate::runtime::machine::thread::COMPILE_STACK;
use crate::runtime::machine::{dwarf, workers};
use std::borrow::Cow;
use std::mem::ManuallyDrop;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock, Weak};
use wasmer_compiler::{Artifact, ArtifactCreate};
use wasmer_types::{CompileError, DeserializeError, ImportIndex, ModuleInfo};

#[derive(Debug)]
pub struct Import {
    pub module: String,
    pub name: String,
    pub ty: ExternType,
    pub(crate) index: ImportIndex,
}

#[derive(Debug)]
pub struct Export {
    pub name: String,
    pub ty: ExternType,
}

/// Compiled code, and the wasmer engine that it is freed with.
struct Code {
    artifact: ManuallyDrop<Arc<Artifact>>,
    engine: ManuallyDrop<wasmer_api::Engine>,
}

impl Drop for Code {
    fn drop(&mut self) {
        // Both take their unwinding tables away, the artifact before the engine frees the code.
        // SAFETY: neither is used again.
        fork::uncut(|| unsafe {
            ManuallyDrop::drop(&mut self.artifact);
            ManuallyDrop::drop(&mut self.engine);
        });
    }
}

struct Inner {
    // Dropped before the code: it is not one that a guest can be interrupted in any more.
    _registered: Option<Registered>,
    /// The same for errors, which then tell of the source.
    sources: OnceLock<dwarf::Registered>,
    code: Code,
    about: About,
    imports: Vec<Import>,
    exports: Vec<Export>,
}

/// Compiled code, shared by reference. Safe to use from any thread. It does not refer to the engine
/// that it was made by: engines keep modules (shims), and neither would ever be freed.
#[derive(Clone)]
pub struct Module(Arc<Inner>);

/// On a stack that is too small what reads a module would run over its end.
fn require_stack() -> Result<()> {
    thread::current().require(COMPILE_STACK, "validating a module")
}

/// Where the functions are. They lie one after the other.
fn functions(artifact: &Artifact) -> Option<Range<usize>> {
    let extents = artifact.finished_function_extents().filter(|_| artifact.allocated())?;
    let start = extents.iter().map(|(_, extent)| extent.ptr.0 as usize).min()?;
    let end = extents.iter().map(|(_, extent)| extent.ptr.0 as usize + extent.length).max()?;
    Some(start..end)
}

/// The error of a compiler. Singlepass says, and Cranelift panics, that there is no thread for it.
fn lacking(compiler: Compiler, status: Status, message: &str) -> Error {
    if message.contains("thread pool") || message.contains("ThreadPoolBuildError") {
        return workers::no_threads(&format!("{compiler}: {message}"));
    }
    Error::new(status, message)
}

/// The error where the system gives no memory for code.
fn no_room(what: &str) -> Error {
    Error::new(Status::OutOfMemory, format!("module: no room for its code: {what}"))
}

impl Module {
    /// Checks a module without compiling it.
    pub fn validate(engine: &Engine, bytes: &[u8]) -> Result<()> {
        require_stack()?;
        let wasm = source::binary(bytes)?;
        let code = engine.wasmer(engine.compiler(), NonZeroUsize::MIN, None)?;
        source::check(engine, &code, engine.compiler(), &wasm, &|| Ok(())).map(drop)
    }

    /// Compiles WebAssembly binary or text. What Singlepass cannot compile, Cranelift does.
    pub fn new(engine: &Engine, bytes: &[u8]) -> Result<Self> {
        Self::new_under(engine, bytes, None)
    }

    /// As `new`, ended by an interrupt at once. What is going on then ends with the functions that are
    /// being compiled; `workers::abandoned` counts it until it has.
    pub fn new_under(
        engine: &Engine,
        bytes: &[u8],
        interrupt: Option<&Arc<Interrupt>>,
    ) -> Result<Self> {
        let threads = engine.compile_threads(bytes.len());
        let Some(interrupt) = interrupt else {
            return workers::apart(threads, || Self::build(engine, bytes, None));
        };
        let (engine, bytes) = (engine.clone(), source::copied(bytes, interrupt)?);
        let owned = interrupt.clone();
        workers::apart_under(threads, interrupt, move || Self::build(&engine, &bytes, Some(owned)))
    }

    /// All of `new_under`, on a thread that is made for it.
    fn build(engine: &Engine, bytes: &[u8], interrupt: Option<Arc<Interrupt>>) -> Result<Self> {
        let go_on = || match &interrupt {
            Some(interrupt) if interrupt.is_fired() => Err(workers::interrupted()),
            _ => Ok(()),
        };
        let wasm = source::binary(bytes)?;
        go_on()?;
        let ballast = Arc::new(Ballast::keep(wasm.len())?);
        let wanted = engine.compiler();
        let code = |compiler, waits| {
            let threads = engine.compile_threads(wasm.len());
            engine.wasmer_for(compiler, threads, engine.metering(), waits)
        };
        let mut wanted_code = code(wanted, false)?;
        let checked = source::check(engine, &wanted_code, wanted, &wasm, &go_on)?;
        if checked.waits() {
            wanted_code = code(wanted, true)?;
        }
        let opened = fixed_tables::opened(&wasm).map_or(Cow::Borrowed(&*wasm), Cow::Owned);
        let compiled = |compiler, code| -> Result<Self> {
            go_on()?;
            let watch = Watch::new(interrupt.clone(), &ballast);
            let about = About {
                compiler,
                metered: engine.metering().is_some(),
                code_start: checked.code_start(),
                triple: engine.triple(),
            };
            let module = Self::compile_by(code, about, &opened, watch)?;
            Ok(module.with_sources(engine))
        };
        if wanted == Compiler::Singlepass && Compiler::Cranelift.is_available() {
            if !checked.singlepass_refuses(engine.reservation().is_checked()) {
                match compiled(wanted, wanted_code) {
                    Err(error) if !error.is_of_the_moment() => {}
                    outcome => return outcome,
                }
            }
            checked.check_cost(engine, Compiler::Cranelift)?;
            return compiled(Compiler::Cranelift, code(Compiler::Cranelift, checked.waits())?);
        }
        compiled(wanted, wanted_code)
    }

    /// Compiles a small module of ours by one compiler.
    pub(crate) fn compile(engine: &Engine, compiler: Compiler, wasm: &[u8]) -> Result<Self> {
        workers::apart(engine.compile_threads(wasm.len()), || {
            let ballast = Arc::new(Ballast::keep(wasm.len())?);
            let code = engine.wasmer(compiler, NonZeroUsize::MIN, None)?;
            let about = About { compiler, metered: false, code_start: 0, triple: engine.triple() };
            Self::compile_by(code, about, wasm, Watch::new(None, &ballast))
        })
    }

    /// Compiles a valid module in a wasmer engine made for it, on a thread that is made for it.
    fn compile_by(
        code: wasmer_api::Engine,
        about: About,
        wasm: &[u8],
        watch: Watch,
    ) -> Result<Self> {
        let compiler = about.compiler;
        let progress = watch.callback();
        // A panic poisons the lock of this wasmer engine, which is dropped with it. Not by
        // `wasmer_api::Module`, which would validate once more: what `fixed_tables` opened is not valid.
        let compiled = catch_unwind(AssertUnwindSafe(|| {
            code.as_sys().compile_with_progress(wasm, Some(progress))
        }));
        drop(watch.last().take());
        match compiled {
            Ok(Err(_)) | Err(_) if watch.ballast.is_spent() => Err(ballast::refused(0)),
            Ok(Ok(artifact)) => Self::describe(about, code, artifact),
            Ok(Err(CompileError::Aborted(_))) => Err(workers::interrupted()),
            Ok(Err(CompileError::UnsupportedFeature(feature))) => Err(Error::new(
                Status::Unsupported,
                format!("{compiler} does not support {feature}"),
            )),
            Ok(Err(CompileError::Resource(what))) => Err(no_room(&what)),
            // The module is valid, so it is wasmer that lacks something.
            Ok(Err(error)) => Err(lacking(compiler, Status::Unsupported, &error.to_string())),
            Err(panic) => {
                let panic = panic_message(&*panic);
                let message = format!("{compiler} failed: {panic}");
                // wasmer unwraps its own errors.
                let status = match panic.contains("Unsupported(") {
                    true => Status::Unsupported,
                    false => Status::Panic,
                };
                Err(lacking(compiler, status, &message))
            }
        }
    }

    fn describe(about: About, engine: wasmer_api::Engine, artifact: Arc<Artifact>) -> Result<Self> {
        let code =
            Code { artifact: ManuallyDrop::new(artifact), engine: ManuallyDrop::new(engine) };
        let unsupported = |what: &str, name: &str| {
            Error::new(
                Status::Unsupported,
                format!("{what} {}: exnref cannot cross the host", text::name(name)),
            )
        };
        let mut imports = Vec::new();
        let info = code.artifact.module_info();
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
        reach::check(&code.artifact)?;
        let _registered =
            functions(&code.artifact).and_then(|range| Registered::new(range.start, range.end));
        let sources = OnceLock::new();
        Ok(Self(Arc::new(Inner { _registered, sources, code, about, imports, exports })))
    }

    /// The module, whose frames have sources if the engine wants it and the module has some.
    fn with_sources(self, engine: &Engine) -> Self {
        if engine.debug_info()
            && self.custom_section(".debug_info").is_some()
            && let Some(range) = functions(&self.0.code.artifact)
        {
            // Not one that it would keep itself alive by.
            let module: Weak<Inner> = Arc::downgrade(&self.0);
            let section =
                move |name: &str| Self(module.upgrade()?).custom_section(name).map(Arc::from);
            let start = self.0.about.code_start;
            self.0.sources.get_or_init(|| dwarf::Registered::new(range, start, Box::new(section)));
        }
        self
    }

    /// The bytes from which `deserialize` makes the module again, without a compiler.
    pub fn serialize(&self) -> Result<Vec<u8>> {
        match self.0.code.artifact.serialize() {
            Ok(code) => serialized::wrap(&self.0.about, &code),
            Err(error) => Err(Error::new(Status::Serialize, error.to_string())),
        }
    }

    /// Loads what `serialize` gave. The bytes are checked for damage, not for malice: code is code. A module
    /// pays for what it executes as it was compiled to; one that does not is refused by an engine with metering.
    pub fn deserialize(engine: &Engine, bytes: &[u8]) -> Result<Self> {
        let (about, code) = serialized::unwrap(bytes, &engine.triple())?;
        if engine.metering().is_some() && !about.metered {
            return Err(Error::new(
                Status::Deserialize,
                "serialized module: it was compiled without metering (fuel), and the engine has it: \
                 compile the module again",
            ));
        }
        let compiler = about.compiler;
        let host = if compiler.is_available() { compiler } else { engine.compiler() };
        let owner = engine.wasmer(host, NonZeroUsize::MIN, None)?;
        let load = || {
            // SAFETY: the digest says that wasmer made these bytes, of this version.
            fork::uncut(|| unsafe { owner.as_sys().deserialize(code.to_vec().into()) })
        };
        match catch_unwind(AssertUnwindSafe(load)) {
            Ok(Ok(artifact)) => {
                let functions = artifact.module_info().functions.len() as u64;
                let module = Self::describe(about, owner, artifact)?;
                engine.quotas().check(Quota::Functions, functions)?;
                Ok(module.with_sources(engine))
            }
            Ok(Err(DeserializeError::Compiler(CompileError::Resource(what)))) => {
                Err(no_room(&what))
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
        self.info().name.as_deref()
    }

    pub fn imports(&self) -> &[Import] {
        &self.0.imports
    }

    pub fn exports(&self) -> &[Export] {
        &self.0.exports
    }

    /// The contents of the custom section of a name; of the last one, if there are several.
    pub fn custom_section(&self, name: &str) -> Option<&[u8]> {
        let info = self.info();
        let index = info.custom_sections.get(name)?;
        Some(&info.custom_sections_data[*index])
    }

    /// The compiler whose code this is.
    pub fn compiler(&self) -> Compiler {
        self.0.about.compiler
    }

    /// Whether the module pays for what it executes.
    pub fn is_metered(&self) -> bool {
        self.0.about.metered
    }

    pub fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    pub(crate) fn info(&self) -> &ModuleInfo {
        self.0.code.artifact.module_info()
    }

    /// The compiled code, or an error where it is for another machine.
    pub(crate) fn artifact(&self) -> Result<&Artifact> {
        let artifact = &self.0.code.artifact;
        if artifact.allocated() {
            return Ok(artifact);
        }
        Err(Error::new(
            Status::Unsupported,
            "module: compiled for another target than this machine, it can only be serialized",
        ))
    }
}
