//! Interrupts: ending calls from another thread, or at a deadline.

use super::arena::libwasmer_arena_t;
use super::error::libwasmer_error_t;
use super::version::live::Live;
use crate::ffi;
use crate::runtime::{Interrupt, Result, Status, interrupt};
use std::sync::Arc;
use std::time::Duration;

/// Something that any thread may fire to end the calls that are made under it. Safe to use from any
/// thread, but for its deletion. One may be set for any number of arenas.
pub struct libwasmer_interrupt_t {
    pub(super) interrupt: Arc<Interrupt>,
    _live: Live,
}

/// Makes an interrupt. The first one of a process installs a handler for a real-time signal (see
/// `libwasmer_interrupt_signal`), which threads that run guests must not block.
/// LIBWASMER_STATUS_UNSUPPORTED where the system has no way to end compiled code yet,
/// LIBWASMER_STATUS_RESOURCE if it gives no thread for it.
///
/// Statuses: UNSUPPORTED, RESOURCE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_interrupt_new(
    interrupt: *mut *mut libwasmer_interrupt_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let write = unsafe { ffi::write(interrupt, "interrupt")? };
        let object = libwasmer_interrupt_t { interrupt: Interrupt::new()?, _live: Live::new() };
        write(Box::into_raw(Box::new(object)));
        Ok(())
    })
}

/// Frees an interrupt. Arenas that it is set for keep what they need of it. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_interrupt_delete(interrupt: *mut libwasmer_interrupt_t) {
    // SAFETY: the caller's promise.
    ffi::guard_or((), || drop(unsafe { ffi::owned(interrupt) }));
}

unsafe fn with(
    interrupt: *const libwasmer_interrupt_t,
    error: *mut *mut libwasmer_error_t,
    work: impl FnOnce(&Arc<Interrupt>) -> Result<()>,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        work(&unsafe { ffi::borrow(interrupt, "interrupt")? }.interrupt)
    })
}

/// Ends the calls that run under an interrupt, with LIBWASMER_STATUS_INTERRUPTED, and all that is
/// nested in them; later ones do not begin until it is reset. Returns at once. A call ends when the
/// guest runs its own code, waits for an atomic notification, or returns from a host function or
/// from a library call: one bulk instruction (`memory.fill` of gigabytes) ends first.
///
/// LIBWASMER_STATUS_RESOURCE in the child of a fork, if the system gives no thread for it; then the calls
/// were asked once, and no later ones begin.
///
/// Statuses: RESOURCE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_interrupt_fire(
    interrupt: *const libwasmer_interrupt_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: passed on.
    unsafe { with(interrupt, error, Interrupt::fire) }
}

/// Fires an interrupt after a time, in place of an earlier one that has not come; 0 fires at once. The
/// child of a fork has the times that were set before, and they come there too.
///
/// LIBWASMER_STATUS_RESOURCE in the child of a fork, if the system gives no thread for it; then no time
/// is set.
///
/// Statuses: RESOURCE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_interrupt_fire_after(
    interrupt: *const libwasmer_interrupt_t,
    nanoseconds: u64,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let time = Some(Duration::from_nanos(nanoseconds));
    // SAFETY: passed on.
    unsafe { with(interrupt, error, |interrupt| interrupt.fire_after(time)) }
}

/// Lets calls begin again, and forgets the time at which an interrupt was to fire.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_interrupt_reset(
    interrupt: *const libwasmer_interrupt_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: passed on.
    unsafe {
        with(interrupt, error, |interrupt| {
            interrupt.reset();
            Ok(())
        })
    }
}

/// The signal by which the library ends calls; 0 before there was an interrupt, and where none is
/// used. The library takes one that nobody has a handler for, and if there is none the last but two;
/// what a program or another process sends by that number is ignored. Where the system queues no more
/// signals (RLIMIT_SIGPENDING) it takes SIGSTKFLT as well, and hands on what others send by that.
#[unsafe(no_mangle)]
pub extern "C" fn libwasmer_interrupt_signal() -> i32 {
    interrupt::signal().unwrap_or(0)
}

/// Sets the interrupt that calls into an arena, instantiations too, are made under from now on, also
/// through wasm.h; `interrupt` may be NULL: for none. A call that is running stays under what it
/// began with. The arena keeps what it needs of it. After an interrupt the arena is as after a trap:
/// usable, with whatever the guest had done until then.
///
/// Statuses: BUSY, CLOSED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_arena_set_interrupt(
    arena: *const libwasmer_arena_t,
    interrupt: *const libwasmer_interrupt_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let arena = unsafe { super::arena::arena(arena)? };
        let interrupt: Option<Arc<Interrupt>> = if interrupt.is_null() {
            None
        } else {
            // SAFETY: the caller's promise.
            Some(unsafe { ffi::borrow(interrupt, "interrupt")? }.interrupt.clone())
        };
        arena.set_interrupt(interrupt)
    })
}
