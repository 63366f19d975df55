//! Stacks that the program made: coroutines, fibers, green threads.
//!
//! A program may leave a host function by switching to another of its stacks, enter wasm there, and come
//! back before that call has ended, so calls of one thread go on and end in any order. Three things of
//! a thread belong to the call that runs: the limit of the guest's stack, the word for host
//! functions (`host` keeps that), and wasmer's pointer to what catches a trap (`TRAP_HANDLER`), which is
//! restored as if calls ended in the reverse order of their beginning. A fault of the guest's while it
//! points to another call ends the process. So where a host function returns, all three are put back to what they were when it
//! was called, and where a call ends there is no handler until the next host function returns.
//!
//! wasmer's pointer is private. `handler` finds the place where it is.

use super::handler;
use super::signal_stack;
use super::thread::{self, Thread};
use crate::runtime::base::error::{Error, Result, Status};

/// What belongs to the call that a host function was called by.
pub struct Mark {
    limit: usize,
    top: usize,
    handler: usize,
}

impl Mark {
    #[inline]
    pub fn new(thread: &Thread) -> Self {
        Self { limit: thread.limit.get(), top: thread.top.get(), handler: handler::get(thread) }
    }

    /// To be called on the host's stack when the host function has returned, on a thread that switches
    /// stacks.
    #[cold]
    #[inline(never)]
    pub fn restore(&self, thread: &Thread) {
        if !std::ptr::eq(thread, thread::current()) {
            // Its frames hold references to the other thread's memory and the unwinder's state is
            // there too: there is nothing to go on with and nobody to tell.
            eprintln!(
                "libwasmer: a host function was left on one thread and returned on another; calls \
                 of wasm stay on their thread"
            );
            std::process::abort();
        }
        thread.limit.set(self.limit);
        thread.top.set(self.top);
        handler::set(thread, self.handler);
    }
}

/// To be called when an entry into wasm has ended on a thread whose calls end in any order: what
/// wasmer took for the call around it may be gone.
#[cold]
#[inline(never)]
pub fn ended(thread: &Thread) {
    handler::set(thread, 0);
}

/// Called before the first entry on a stack of the program's own.
pub fn allow_switches(depth: u32) -> Result<()> {
    refuse_mixed(depth)
}

/// Where the handler was not found, calls on several stacks cannot be kept apart: one at a time.
pub fn refuse_mixed(depth: u32) -> Result<()> {
    if depth == 0 || handler::is_found() {
        return Ok(());
    }
    Err(Error::new(
        Status::Unsupported,
        "on this system wasm on a stack of the program's own cannot be nested in another call",
    ))
}

/// A guest's fault is handled on the signal stack, over what lies there.
pub fn refuse_signal_stack() -> Result<()> {
    match signal_stack::current() {
        None => Ok(()),
        Some(_) => Err(Error::new(
            Status::Unsupported,
            "wasm cannot run on the alternate signal stack: that is where its traps are handled",
        )),
    }
}
