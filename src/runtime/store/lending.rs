//! Arenas that are lent while a host function runs: another thread takes the place of the one inside.
//!
//! The word that names the owner says so, and whoever takes the place keeps the word as it was and puts it
//! back. So the calls of all threads are nested as those of one are: the host function's thread goes on when
//! the word is its own again. Guests rely on that order, because compilers keep a stack in their memory. wasmer's own state of
//! a call (its stack, its handler of traps, what this library knows of a thread) is the thread's, and nothing of
//! the arena's contents is borrowed while a host function runs.

use super::arena::{Arena, Entered, FLAGS, FREED, LENT, OWNER, refused};
use crate::runtime::base::error::{Error, Result};
use crate::runtime::machine::thread;
use crate::runtime::machine::thread::Thread;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

/// Threads that wait for an arena which they lent. One place for all arenas: it is rarely used, and
/// nobody may touch an arena after it let go of it.
static WAITING: AtomicUsize = AtomicUsize::new(0);
static RETURNED: (Mutex<()>, Condvar) = (Mutex::new(()), Condvar::new());

/// An arena that is lent, also if the host function panics.
struct Lent<'a> {
    arena: &'a Arena,
    me: usize,
}

impl Lent<'_> {
    fn back(self) -> bool {
        let back = self.arena.take_back(self.me);
        std::mem::forget(self);
        back
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        self.arena.take_back(self.me);
    }
}

impl Arena {
    /// Takes an arena that its owner lends, which gets it back when what is returned is dropped.
    #[cold]
    pub(crate) fn enter_lent<'a>(
        &'a self,
        thread: &'a Thread,
        state: usize,
    ) -> Result<Entered<'a>> {
        // Not if there is a flag: what is closed is entered by nobody.
        if state & LENT != 0 && state & FLAGS == 0 {
            let order = Ordering::SeqCst;
            return match self.state.compare_exchange(state, thread.token(), order, order) {
                Ok(_) => {
                    let outer = self.inside.replace(1);
                    Ok(Entered { arena: self, thread, before: state, outer })
                }
                Err(found) => Err(refused(found)),
            };
        }
        Err(refused(state))
    }

    /// Lends the arena while this thread, which is inside, runs a host function: another thread that
    /// enters meanwhile does it in this one's place, as a call back would, and what it does ends
    /// before this returns. An error if the arena was lost by who it was lent to.
    pub fn lend<R>(&self, host_function: impl FnOnce() -> Result<R>) -> Result<R> {
        if self.lends.load(Ordering::Relaxed) == 0 {
            return host_function();
        }
        let lent = Lent { arena: self, me: thread::current().token() };
        self.state.fetch_or(LENT, Ordering::SeqCst);
        let result = host_function();
        if lent.back() { result } else { Err(Error::closed("arena")) }
    }

    /// Sets whether host functions that are called from now on lend the arena.
    pub fn set_lending(&self, on: bool) {
        self.lends.store(on.into(), Ordering::Relaxed);
    }

    /// Gives the arena back to the thread that lent it.
    pub(crate) fn give_back(&self, before: usize) {
        let restored = |state: usize| Some(before | state & FLAGS);
        // Cannot fail, because the closure always gives something.
        let _ = self.state.fetch_update(Ordering::SeqCst, Ordering::SeqCst, restored);
        Self::notify();
    }

    /// Wakes the threads that wait for an arena to come back. Touches none: it may be gone.
    pub(crate) fn notify() {
        if WAITING.load(Ordering::SeqCst) > 0 {
            drop(RETURNED.0.lock().unwrap_or_else(PoisonError::into_inner));
            RETURNED.1.notify_all();
        }
    }

    /// Waits until the arena is lent by this thread again, and ends that. False if it never will be,
    /// because who borrowed it was abandoned.
    pub(crate) fn take_back(&self, me: usize) -> bool {
        let order = Ordering::SeqCst;
        let mut state = self.state.load(order);
        while state & OWNER == me && state & LENT != 0 {
            match self.state.compare_exchange_weak(state, state & !LENT, order, order) {
                Ok(_) => return state & FREED == 0,
                Err(found) => state = found,
            }
        }
        self.await_back(me)
    }

    #[cold]
    fn await_back(&self, me: usize) -> bool {
        WAITING.fetch_add(1, Ordering::SeqCst);
        let mut guard = RETURNED.0.lock().unwrap_or_else(PoisonError::into_inner);
        let back = loop {
            let state = self.state.load(Ordering::SeqCst);
            if state & OWNER == me && state & LENT != 0 {
                let order = Ordering::SeqCst;
                if self.state.compare_exchange(state, state & !LENT, order, order).is_ok() {
                    break state & FREED == 0;
                }
            } else if state & FREED != 0 {
                break false;
            } else {
                guard = RETURNED.1.wait(guard).unwrap_or_else(PoisonError::into_inner);
            }
        };
        drop(guard);
        WAITING.fetch_sub(1, Ordering::SeqCst);
        back
    }
}
