//! Engines: a configuration that modules are compiled for. No code lives in an engine.

use super::config::Config;
use super::metering::Metering;
use super::module::Module;
use super::unshared;
use crate::runtime::base::compiler::Compiler;
use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::base::quota::Quotas;
use crate::runtime::base::reserved::Reservation;
use crate::runtime::base::value::FuncType;
use crate::runtime::machine::fork;
use crate::runtime::machine::quiet;
use crate::runtime::machine::stack;
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use wasmer_compiler::{CompilerConfig, EngineBuilder, Features};
use wasmer_types::target::Architecture;

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
    pub(crate) fn triple(&self) -> String {
        self.0.config.triple()
    }

    pub(crate) fn is_aarch64(&self) -> bool {
        matches!(self.0.config.target.triple().architecture, Architecture::Aarch64(_))
    }

    /// The proposals that are switched on.
    pub(crate) fn features(&self) -> &Features {
        &self.0.config.features
    }

    pub(crate) fn quotas(&self) -> &Quotas {
        &self.0.config.quotas
    }

    /// Whether errors tell where in their source functions were.
    pub(crate) fn debug_info(&self) -> bool {
        self.0.config.debug_info
    }

    /// Bytes of stack that guests of this engine may use.
    pub(crate) fn stack_bytes(&self) -> usize {
        // Fixed by the configuration that has a number.
        stack::config();
        self.0.config.stack_bytes.unwrap_or_else(stack::bytes)
    }

    /// The addresses that memories reserve.
    pub(crate) fn reservation(&self) -> Reservation {
        self.0.config.reservation
    }

    pub(crate) fn metering(&self) -> Option<&Metering> {
        self.0.config.metering.as_ref()
    }

    pub(crate) fn shims(&self) -> &Mutex<HashMap<(Compiler, FuncType), Module>> {
        &self.0.shims
    }

    /// How many threads compile a module of so many bytes. Small ones are compiled by one: starting
    /// more takes longer than such a module.
    pub(crate) fn compile_threads(&self, bytes: usize) -> NonZeroUsize {
        const SMALL_BYTES: usize = 32 * 1024;
        if bytes < SMALL_BYTES {
            return NonZeroUsize::MIN;
        }
        let all = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        self.0.config.threads.unwrap_or_else(all)
    }

    /// A wasmer engine of its own, for one module: wasmer frees code with the engine only.
    pub(crate) fn wasmer(
        &self,
        compiler: Compiler,
        threads: NonZeroUsize,
        metering: Option<&Metering>,
    ) -> Result<wasmer_api::Engine> {
        self.wasmer_for(compiler, threads, metering, false)
    }

    /// As `wasmer`; for a module that waits on memories if `waits`.
    pub(crate) fn wasmer_for(
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
