//! Configurations.

use super::error::libwasmer_error_t;
use super::version::live::Live;
use crate::ffi;
use crate::runtime::metering::Metering;
use crate::runtime::{Compiler, Config, Error, Quota, Result, Status, proposals, set_stack_bytes};
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

/// Whether a compiler (a `libwasmer_compiler_t`) supports a proposal, by the names of
/// `libwasmer_config_set_feature`. It is tried out: a small program is compiled and run, which takes
/// some milliseconds, and after which the size of stacks is what it is. What Singlepass does not support is
/// compiled by Cranelift.
///
/// Statuses: INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_compiler_supports(
    compiler: u32,
    name: *const c_char,
    name_size: usize,
    supported: *mut bool,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (name, write) =
            unsafe { (ffi::text(name, name_size, "name")?, ffi::write(supported, "supported")?) };
        write(proposals::is_supported(self::compiler(compiler)?, name)?);
        Ok(())
    })
}

fn compiler(number: u32) -> Result<Compiler> {
    Compiler::from_u32(number).ok_or_else(|| {
        Error::new(Status::InvalidArgument, format!("{number} is not a compiler's number"))
    })
}

/// Chooses the compiler (a `libwasmer_compiler_t`). One that the library was built without is
/// LIBWASMER_STATUS_UNSUPPORTED.
///
/// Statuses: UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_config_set_compiler(
    config: *mut libwasmer_config_t,
    compiler: u32,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let object = unsafe { ffi::take(config, "config")? };
        object.config.set_compiler(self::compiler(compiler)?)
    })
}

/// Switches a WebAssembly proposal on or off: "threads", "reference-types", "simd", "bulk-memory",
/// "multi-value", "tail-call", "multi-memory", "exception-handling", "relaxed-simd",
/// "extended-const", "wide-arithmetic". Exceptions that a guest throws are kept until no call into the arena is
/// running, as far as LIBWASMER_QUOTA_EXCEPTION_BYTES allows.
///
/// Statuses: INVALID_UTF8, UNSUPPORTED.
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
///
/// Statuses: INVALID_UTF8, UNSUPPORTED.
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
///
/// Statuses: no others.
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
/// is not there costs nothing), and the guest traps as unreachable when its points do not suffice,
/// with LIBWASMER_STATUS_OUT_OF_FUEL and the message "unreachable: out of fuel".
/// Costs are paid at the end of code that runs as a whole, on every compiler the same.
///
/// Statuses: no others.
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

/// Gives modules fuel: as `libwasmer_config_set_metering`, but an operator that `costs` says nothing
/// of costs 1, so `costs` is NULL with `cost_count` 0 for one point an operator. Bulk instructions
/// cost the same whatever their length.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_config_set_fuel(
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
        object.config.set_metering(Metering::fuel(limit, costs)?);
        Ok(())
    })
}

/// Sets how many bytes of stack guests may use at most in this process, from 65,536 to 67,108,864, rounded up
/// to 65,536; LIBWASMER_LIMIT_STACK_BYTES if nothing is set. It is one number for the process, to be
/// set before the first arena (or store) and the first `libwasmer_config_set_stack_bytes`; later
/// LIBWASMER_STATUS_INVALID_ARGUMENT, unless it is the number that holds.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_set_stack_bytes(
    stack_bytes: u64,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || set_stack_bytes(usize::try_from(stack_bytes).unwrap_or(usize::MAX)))
}

/// Sets how many bytes of stack the guests of an engine may use, from 65,536 to what the process has
/// (`libwasmer_set_stack_bytes`), rounded up to 65,536; as many as the process has if nothing is set. From then
/// on the number for the process stays. A thread that calls guests of engines with different numbers in
/// turns pays two system calls for each turn.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_config_set_stack_bytes(
    config: *mut libwasmer_config_t,
    stack_bytes: u64,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let object = unsafe { ffi::take(config, "config")? };
        object.config.set_stack_bytes(usize::try_from(stack_bytes).unwrap_or(usize::MAX))
    })
}

/// Has errors tell where in their source the functions on the stack were (`libwasmer_error_frame_source`), for
/// modules that have DWARF in their custom sections; off if nothing is set. Calls cost nothing for it. The first
/// error of a module reads its sections and keeps some ten times their size in memory until the module is
/// deleted; the bytes are the guest's, so the time for an error is bounded by eight steps for each byte of them, and
/// sections of more than 256 MiB are not read. What is damaged is left out. A module that was serialized has its
/// sections with it, and the engine that loads it decides.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_config_set_debug_info(
    config: *mut libwasmer_config_t,
    on: bool,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let object = unsafe { ffi::take(config, "config")? };
        object.config.set_debug_info(on);
        Ok(())
    })
}

/// Sets how many bytes of addresses each memory reserves, from 65,536 to 4,294,967,296, rounded up to
/// 65,536; 0 for the default, which is 8 GiB and code without checks. With less, modules that the engine
/// compiles compare each address with the memory's size, which is slower, and each memory in the engine's
/// arenas reserves that many bytes and 65,536 more: fewer where its maximum is lower, more where its
/// minimum is higher. It cannot grow beyond that (LIBWASMER_STATUS_LIMIT, -1 for the guest). It is for
/// processes whose addresses are limited (RLIMIT_AS), and for thousands of memories
/// (LIBWASMER_QUOTA_MEMORIES).
///
/// A module that was serialized keeps what it was compiled for. A memory that was made with a reservation
/// cannot be imported by a module that was compiled without (LIBWASMER_STATUS_LINK). Modules with a memory
/// that may have no page are compiled by Cranelift, whatever the compiler.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_config_set_memory_reservation(
    config: *mut libwasmer_config_t,
    reservation: u64,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let object = unsafe { ffi::take(config, "config")? };
        object.config.set_memory_reservation(reservation)
    })
}

pub(super) fn quota(number: u32) -> Result<Quota> {
    Quota::from_u32(number).ok_or_else(|| {
        Error::new(Status::InvalidArgument, format!("{number} is not the number of a quota"))
    })
}

/// Sets what there may be at most (`quota` is a `libwasmer_quota_t`) in the modules and arenas of an
/// engine. What would be more is LIBWASMER_STATUS_LIMIT; a guest that grows a memory or table beyond
/// it gets -1.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_config_set_quota(
    config: *mut libwasmer_config_t,
    quota: u32,
    most: u64,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let object = unsafe { ffi::take(config, "config")? };
        object.config.set_quota(self::quota(quota)?, most)
    })
}
