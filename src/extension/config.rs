//! Configurations.

use super::error::libwasmer_error_t;
use super::version::live::Live;
use crate::ffi;
use crate::runtime::metering::Metering;
use crate::runtime::{Compiler, Config, Error, Status};
use std::ffi::c_char;
use std::num::NonZeroUsize;

/// What an engine is made from. To be used by one thread at a time.
pub struct libwasmer_config_t {
    pub(super) config: Config,
    _live: Live,
}

/// Makes a configuration: Cranelift, for this machine, with wasmer's default set of proposals.
/// NULL only if memory is out.
#[unsafe(no_mangle)]
pub extern "C" fn libwasmer_config_new() -> *mut libwasmer_config_t {
    ffi::guard_or(std::ptr::null_mut(), || {
        Box::into_raw(Box::new(libwasmer_config_t {
            config: Config::default(),
            _live: Live::new(),
        }))
    })
}

/// Frees a configuration. NULL is allowed. Engines made from it are not touched.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_config_delete(config: *mut libwasmer_config_t) {
    // SAFETY: the caller's promise.
    ffi::guard_or((), || drop(unsafe { ffi::owned(config) }));
}

/// True if the library was built with a compiler (a `libwasmer_compiler_t`).
#[unsafe(no_mangle)]
pub extern "C" fn libwasmer_compiler_is_available(compiler: u32) -> bool {
    Compiler::from_u32(compiler).is_some_and(Compiler::is_available)
}

/// Chooses the compiler (a `libwasmer_compiler_t`). One that the library was built without is
/// LIBWASMER_STATUS_UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_config_set_compiler(
    config: *mut libwasmer_config_t,
    compiler: u32,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let object = unsafe { ffi::take(config, "config")? };
        let compiler = Compiler::from_u32(compiler).ok_or_else(|| {
            Error::new(Status::InvalidArgument, format!("{compiler} is not a compiler's number"))
        })?;
        object.config.set_compiler(compiler)
    })
}

/// Switches a WebAssembly proposal on or off: "threads", "reference-types", "simd", "bulk-memory",
/// "multi-value", "tail-call", "multi-memory", "exception-handling", "relaxed-simd",
/// "extended-const", "wide-arithmetic". Exceptions that a guest throws stay in the arena until it
/// is freed, so they are off unless asked for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_config_set_feature(
    config: *mut libwasmer_config_t,
    name: *const c_char,
    name_size: usize,
    on: bool,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (object, name) =
            unsafe { (ffi::take(config, "config")?, ffi::text(name, name_size, "name")?) };
        object.config.set_feature(name, on)
    })
}

/// Sets the machine to compile for: a target triple, and CPU features separated by commas (sse2,
/// sse3, ssse3, sse4.1, sse4.2, popcnt, avx, bmi, bmi2, avx2, fma, avx512dq, avx512vl, avx512f,
/// lzcnt, neon). A module for another machine can be serialized, not instantiated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_config_set_target(
    config: *mut libwasmer_config_t,
    triple: *const c_char,
    triple_size: usize,
    cpu_features: *const c_char,
    cpu_features_size: usize,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (object, triple, features) = unsafe {
            (
                ffi::take(config, "config")?,
                ffi::text(triple, triple_size, "triple")?,
                ffi::text(cpu_features, cpu_features_size, "cpu_features")?,
            )
        };
        object.config.set_target(triple, features)
    })
}

/// Sets how many threads compile one module; 0 for as many as the machine runs at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_config_set_compile_threads(
    config: *mut libwasmer_config_t,
    threads: usize,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let object = unsafe { ffi::take(config, "config")? };
        object.config.set_compile_threads(NonZeroUsize::new(threads));
        Ok(())
    })
}

/// Has modules pay for what they execute: an instance starts with `limit` points, an operator costs
/// what `costs` holds at its number (`wasmer_parser_operator_t` in wasmer's C API; 534 at most, what
/// is not there costs nothing), and the guest traps as unreachable when its points do not suffice.
/// Costs are paid at the end of code that runs as a whole, on every compiler the same.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_config_set_metering(
    config: *mut libwasmer_config_t,
    limit: u64,
    costs: *const u32,
    cost_count: usize,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (object, costs) =
            unsafe { (ffi::take(config, "config")?, ffi::slice(costs, cost_count, "costs")?) };
        object.config.set_metering(Metering::new(limit, costs)?);
        Ok(())
    })
}
