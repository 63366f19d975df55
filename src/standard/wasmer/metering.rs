//! Metering. The program's function is asked once for each operator, when the metering is made, and
//! not while modules are compiled: that happens on many threads.

use crate::extension::version::live::Live;
use crate::ffi;
use crate::runtime::metering::{Metering, OPERATORS, Points};
use crate::runtime::{Error, Result, Status};
use crate::standard::attempt;
use crate::standard::config::{change, null, wasm_config_t};
use crate::standard::reference::{Kind, Object, wasm_instance_t};
use std::ptr::null_mut;

pub struct wasmer_metering_t {
    metering: Metering,
    _live: Live,
}

/// `wasmer_middleware_t`: metering is the only one.
pub type wasmer_middleware_t = wasmer_metering_t;

/// `wasmer_metering_cost_function_t`; the argument is a `wasmer_parser_operator_t`.
pub type CostFunction = Option<unsafe extern "C" fn(u32) -> u64>;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasmer_metering_new(
    initial_limit: u64,
    cost_function: CostFunction,
) -> *mut wasmer_metering_t {
    attempt(null_mut(), || {
        let cost = cost_function
            .ok_or_else(|| Error::new(Status::NullArgument, "argument cost_function is NULL"))?;
        let mut costs = [0; OPERATORS];
        for (number, place) in costs.iter_mut().enumerate() {
            // SAFETY: the caller's function, with an argument of its type.
            let found = unsafe { cost(number as u32) };
            *place = u32::try_from(found).map_err(|_| {
                Error::new(
                    Status::InvalidArgument,
                    format!("operator {number} costs {found} points, {} are allowed", u32::MAX),
                )
            })?;
        }
        let metering = Metering::new(initial_limit, &costs)?;
        Ok(Box::into_raw(Box::new(wasmer_metering_t { metering, _live: Live::new() })))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasmer_metering_delete(metering: *mut wasmer_metering_t) {
    // SAFETY: the caller's promise.
    ffi::guard_or((), || drop(unsafe { ffi::owned(metering) }));
}

/// The same object, which changes its name and not its owner.
#[unsafe(no_mangle)]
pub extern "C" fn wasmer_metering_as_middleware(
    metering: *mut wasmer_metering_t,
) -> *mut wasmer_middleware_t {
    metering
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_config_push_middleware(
    config: *mut wasm_config_t,
    middleware: *mut wasmer_middleware_t,
) {
    // Taken over, also if there is no configuration.
    // SAFETY: the caller's promise.
    let Some(middleware) = (unsafe { ffi::owned(middleware) }) else {
        return null("middleware");
    };
    // SAFETY: the caller's promise.
    unsafe {
        change(config, |config| {
            config.set_metering(middleware.metering);
            Ok(())
        });
    }
}

/// # Safety
/// NULL or a reference.
unsafe fn object<'a>(instance: *const wasm_instance_t) -> Result<&'a Object> {
    // SAFETY: passed on.
    unsafe { ffi::borrow(instance, "instance")? }
        .object("instance", |kind| matches!(kind, Kind::Instance))
}

fn points(instance: &Object) -> Result<Points> {
    instance.store.arena().points(instance.handle()?)
}

/// Wasmer's way to say that they are exhausted, and here also that there are none.
const NO_POINTS: u64 = u64::MAX;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasmer_metering_get_remaining_points(
    instance: *mut wasm_instance_t,
) -> u64 {
    attempt(0, || {
        // SAFETY: the caller's promise.
        let instance = unsafe { object(instance)? };
        let points = attempt(None, || points(instance).map(Some));
        Ok(points.filter(|points| !points.exhausted).map_or(NO_POINTS, |points| points.remaining))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasmer_metering_points_are_exhausted(
    instance: *mut wasm_instance_t,
) -> bool {
    // SAFETY: the caller's promise.
    attempt(false, || Ok(points(unsafe { object(instance)? })?.exhausted))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasmer_metering_set_remaining_points(
    instance: *mut wasm_instance_t,
    new_limit: u64,
) {
    attempt((), || {
        // SAFETY: the caller's promise.
        let instance = unsafe { object(instance)? };
        instance.store.arena().set_points(instance.handle()?, new_limit)
    });
}
