//! Engines: a configuration that modules are compiled for. No code lives in an engine.

use super::error::{Error, Result, Status};
use super::fork;
use super::metering::Metering;
use super::module::Module;
use super::quiet;
use super::quota::{Quota, Quotas};
use super::reserved::Reservation;
use super::stack;
use super::unshared;
use super::value::FuncType;
use std::collections::HashMap;
use std::fmt;
use std::num::NonZeroUsize;
use std::str::FromStr;
use std::sync::{Arc, Mutex};
use wasmer_compiler::{CompilerConfig, EngineBuilder, Features};
use wasmer_types::target::{Architecture, CpuFeature, Target, Triple};

/// The compilers of wasmer. The numbers are those of `wasmer_compiler_t` and of wasmer-go.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Compiler {
    /// Good code at a good compile time: the default.
    Cranelift = 0,
    /// The fastest code, slow to compile. In libraries built with the feature `llvm`.
    Llvm = 1,
    /// Compiles in one pass, and makes slower code.
    Singlepass = 2,
}

impl Compiler {
    pub const ALL: [Self; 3] = [Self::Cranelift, Self::Llvm, Self::Singlepass];

    pub fn from_u32(number: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|&compiler| compiler as u32 == number)
    }

    /// True if this library was built with the compiler.
    pub fn is_available(self) -> bool {
        match self {
            Self::Cranelift => cfg!(feature = "cranelift"),
            Self::Llvm => cfg!(feature = "llvm"),
            Self::Singlepass => cfg!(feature = "singlepass"),
        }
    }
}

impl fmt::Display for Compiler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cranelift => "cranelift",
            Self::Llvm => "llvm",
            Self::Singlepass => "singlepass",
        })
    }
}

/// What an engine is made from.
#[derive(Clone, Debug)]
pub struct Config {
    compiler: Compiler,
    features: Features,
    target: Target,
    threads: Option<NonZeroUsize>,
    metering: Option<Metering>,
    canonicalize_nans: bool,
    quotas: Quotas,
    reservation: Reservation,
    /// Of guests' stacks; `None` for as many as the process has.
    stack_bytes: Option<usize>,
    debug_info: bool,
}

impl Default for Config {
    /// Cranelift, for this machine, with the proposals that wasmer has on by default, and exceptions, of
    /// which no more is kept here than a quota allows.
    fn default() -> Self {
        Self {
            compiler: Compiler::Cranelift,
            features: Features { exceptions: true, ..Features::default() },
            target: Target::default(),
            threads: None,
            metering: None,
            canonicalize_nans: false,
            quotas: Quotas::default(),
            reservation: Reservation::default(),
            stack_bytes: None,
            debug_info: false,
        }
    }
}

impl Config {
    pub fn set_compiler(&mut self, compiler: Compiler) -> Result<()> {
        if !compiler.is_available() {
            return Err(Error::new(
                Status::Unsupported,
                format!("this library was built without the {compiler} compiler"),
            ));
        }
        self.compiler = compiler;
        Ok(())
    }

    /// Names are those of the WebAssembly proposals.
    pub fn set_feature(&mut self, name: &str, on: bool) -> Result<()> {
        let features = &mut self.features;
        let feature = match name {
            "threads" => &mut features.threads,
            "reference-types" => &mut features.reference_types,
            "simd" => &mut features.simd,
            "bulk-memory" => &mut features.bulk_memory,
            "multi-value" => &mut features.multi_value,
            "tail-call" => &mut features.tail_call,
            "multi-memory" => &mut features.multi_memory,
            "exception-handling" => &mut features.exceptions,
            "relaxed-simd" => &mut features.relaxed_simd,
            "extended-const" => &mut features.extended_const,
            "wide-arithmetic" => &mut features.wide_arithmetic,
            _ => {
                return Err(Error::new(
                    Status::InvalidArgument,
                    format!("unknown WebAssembly feature {name:?}"),
                ));
            }
        };
        *feature = on;
        Ok(())
    }

    /// `triple` is a target triple, `cpu_features` are wasmer's names, separated by commas.
    pub fn set_target(&mut self, triple: &str, cpu_features: &str) -> Result<()> {
        let invalid = |message| Error::new(Status::InvalidArgument, message);
        let triple = Triple::from_str(triple)
            .map_err(|error| invalid(format!("target triple {triple:?}: {error}")))?;
        let mut set = match triple.architecture {
            // Part of every x86_64; Cranelift panics without it.
            Architecture::X86_64 => CpuFeature::SSE2.into(),
            Architecture::Aarch64(_) => CpuFeature::set(),
            other => {
                return Err(Error::new(
                    Status::Unsupported,
                    format!("target triple {triple}: there is no compiler for {other}"),
                ));
            }
        };
        for name in cpu_features.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            set |= CpuFeature::from_str(name)
                .map_err(|_| invalid(format!("unknown CPU feature {name:?}")))?;
        }
        self.target = Target::new(triple, set);
        Ok(())
    }

    /// Threads that compile one module; `None` for as many as the machine runs at once.
    pub fn set_compile_threads(&mut self, threads: Option<NonZeroUsize>) {
        self.threads = threads;
    }

    /// Gives every NaN that an operation makes the same bits, so that runs can be compared.
    pub fn set_canonicalize_nans(&mut self, on: bool) {
        self.canonicalize_nans = on;
    }

    /// Sets what there may be at most in modules of the engine and in its arenas.
    pub fn set_quota(&mut self, quota: Quota, most: u64) -> Result<()> {
        self.quotas.set(quota, most)
    }

    /// Sets how many bytes of stack guests may use, from 64 KiB to what the process has, rounded up to
    /// 64 KiB.
    pub fn set_stack_bytes(&mut self, bytes: usize) -> Result<()> {
        self.stack_bytes = Some(stack::for_engine(bytes)?);
        Ok(())
    }

    /// Has errors tell where in their source functions were, for modules that have DWARF.
    pub fn set_debug_info(&mut self, on: bool) {
        self.debug_info = on;
    }

    /// Sets how many bytes of addresses each memory reserves, 0 for the default.
    pub fn set_memory_reservation(&mut self, bytes: u64) -> Result<()> {
        self.reservation = match bytes {
            0 => Reservation::default(),
            _ => Reservation::of(bytes).ok_or_else(|| {
                Error::new(
                    Status::InvalidArgument,
                    format!(
                        "memory reservation of {bytes} bytes asked for, 0 (for the default) to \
                         4294967296 can be had"
                    ),
                )
            })?,
        };
        Ok(())
    }

    /// The machine that modules are compiled for.
    pub fn triple(&self) -> String {
        self.target.triple().to_string()
    }

    /// Has modules pay for what they execute.
    pub fn set_metering(&mut self, metering: Metering) {
        self.metering = Some(metering);
    }
}

struct Inner {
    config: Config,
    /// Small modules that give a host function an address in compiled code, by its type.
    shims: Mutex<HashMap<(Compiler, FuncType), Module>>,
}

/// A configuration to compile by, shared by reference. Safe to use from any thread.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

impl Engine {
    pub fn new(config: Config) -> Self {
        fork::install();
        quiet::install();
        Self(Arc::new(Inner { config, shims: Mutex::new(HashMap::new()) }))
    }

    pub fn compiler(&self) -> Compiler {
        self.0.config.compiler
    }

    /// The machine that modules are compiled for.
    pub(super) fn triple(&self) -> String {
        self.0.config.triple()
    }

    pub(super) fn is_aarch64(&self) -> bool {
        matches!(self.0.config.target.triple().architecture, Architecture::Aarch64(_))
    }

    /// The proposals that are switched on.
    pub(super) fn features(&self) -> &Features {
        &self.0.config.features
    }

    pub(super) fn quotas(&self) -> &Quotas {
        &self.0.config.quotas
    }

    /// Whether errors tell where in their source functions were.
    pub(super) fn debug_info(&self) -> bool {
        self.0.config.debug_info
    }

    /// Bytes of stack that guests of this engine may use.
    pub(super) fn stack_bytes(&self) -> usize {
        // Fixed by the configuration that has a number.
        stack::config();
        self.0.config.stack_bytes.unwrap_or_else(stack::bytes)
    }

    /// The addresses that memories reserve.
    pub(super) fn reservation(&self) -> Reservation {
        self.0.config.reservation
    }

    pub(super) fn metering(&self) -> Option<&Metering> {
        self.0.config.metering.as_ref()
    }

    pub(super) fn shims(&self) -> &Mutex<HashMap<(Compiler, FuncType), Module>> {
        &self.0.shims
    }

    /// How many threads compile a module of so many bytes. Small ones are compiled by one: starting
    /// more takes longer than such a module.
    pub(super) fn compile_threads(&self, bytes: usize) -> NonZeroUsize {
        const SMALL_BYTES: usize = 32 * 1024;
        if bytes < SMALL_BYTES {
            return NonZeroUsize::MIN;
        }
        let all = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        self.0.config.threads.unwrap_or_else(all)
    }

    /// A wasmer engine of its own, for one module: wasmer frees code with the engine only.
    pub(super) fn wasmer(
        &self,
        compiler: Compiler,
        threads: NonZeroUsize,
        metering: Option<&Metering>,
    ) -> Result<wasmer_api::Engine> {
        self.wasmer_for(compiler, threads, metering, false)
    }

    /// As `wasmer`; for a module that waits on memories if `waits`.
    pub(super) fn wasmer_for(
        &self,
        compiler: Compiler,
        threads: NonZeroUsize,
        metering: Option<&Metering>,
        waits: bool,
    ) -> Result<wasmer_api::Engine> {
        let config = &self.0.config;
        let mut compiler: Box<dyn CompilerConfig> = match compiler {
            #[cfg(feature = "cranelift")]
            Compiler::Cranelift => {
                let mut cranelift = wasmer_api::sys::Cranelift::new();
                cranelift.num_threads(threads);
                Box::new(cranelift)
            }
            #[cfg(feature = "singlepass")]
            Compiler::Singlepass => {
                let mut singlepass = wasmer_api::sys::Singlepass::new();
                singlepass.num_threads(threads);
                Box::new(singlepass)
            }
            #[cfg(feature = "llvm")]
            Compiler::Llvm => {
                let mut llvm = wasmer_api::sys::LLVM::new();
                llvm.num_threads(threads);
                Box::new(llvm)
            }
            #[allow(unreachable_patterns)]
            other => {
                return Err(Error::new(
                    Status::Unsupported,
                    format!("this library was built without the {other} compiler"),
                ));
            }
        };
        compiler.canonicalize_nans(config.canonicalize_nans);
        if let Some(metering) = metering {
            compiler.push_middleware(metering.middleware());
        }
        // Behind metering, which charges for what the module has.
        if waits {
            compiler.push_middleware(Arc::new(unshared::Rewrite::default()));
        }
        let mut engine = EngineBuilder::new(compiler)
            .set_features(Some(config.features.clone()))
            .set_target(Some(config.target.clone()))
            .engine();
        if config.reservation.is_checked() {
            engine.set_tunables(config.reservation);
        }
        Ok(engine.into())
    }
}
