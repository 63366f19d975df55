//! What an engine is made from.

use super::metering::Metering;
use crate::runtime::base::compiler::Compiler;
use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::base::quota::{Quota, Quotas};
use crate::runtime::base::reserved::Reservation;
use crate::runtime::machine::stack;
use std::num::NonZeroUsize;
use std::str::FromStr;
use wasmer_compiler::Features;
use wasmer_types::target::{Architecture, CpuFeature, Target, Triple};

/// What an engine is made from.
#[derive(Clone, Debug)]
pub struct Config {
    pub(crate) compiler: Compiler,
    pub(crate) features: Features,
    pub(crate) target: Target,
    pub(crate) threads: Option<NonZeroUsize>,
    pub(crate) metering: Option<Metering>,
    pub(crate) canonicalize_nans: bool,
    pub(crate) quotas: Quotas,
    pub(crate) reservation: Reservation,
    /// Of guests' stacks; `None` for as many as the process has.
    pub(crate) stack_bytes: Option<usize>,
    pub(crate) debug_info: bool,
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
