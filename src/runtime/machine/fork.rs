//! Forks of the process. The child has the thread that forked and no other, and finds every lock as it
//! was at that moment: one that another thread held is never released there.
//!
//! So who forks first waits, for microseconds as a rule, until no other thread is in one of the few
//! places that the child must be able to go through: it holds their locks over the fork, and both
//! processes release them. What other threads were inside of otherwise, an arena or a compilation, is
//! theirs: in the child the arena stays busy, and nobody waits for the compilation.

use super::{interrupt, parking, workers};
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::sync::{Condvar, Mutex, MutexGuard, Once, PoisonError};
use wasmer_compiler::FRAME_INFO;

/// How many threads are in a section that no fork may cut in two.
static INSIDE: Mutex<usize> = Mutex::new(0);
static LEFT: Condvar = Condvar::new();

thread_local! {
    /// How many of those are this thread.
    static MINE: Cell<usize> = const { Cell::new(0) };
    /// What is held while this thread forks.
    static HELD: RefCell<Option<Held>> = const { RefCell::new(None) };
}

fn inside() -> MutexGuard<'static, usize> {
    INSIDE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A section that no fork cuts in two, for as long as this lives, on any thread.
pub struct Section(());

impl Section {
    pub fn enter() -> Self {
        *inside() += 1;
        Self(())
    }
}

impl Drop for Section {
    fn drop(&mut self) {
        *inside() -= 1;
        LEFT.notify_all();
    }
}

/// Does short work that takes locks of wasmer's or of the unwinder's, or a lock that many threads take,
/// so that no fork finds them taken. May be nested.
pub fn uncut<R>(work: impl FnOnce() -> R) -> R {
    struct Mine(#[expect(dead_code, reason = "it is dropped")] Option<Section>);
    impl Drop for Mine {
        fn drop(&mut self) {
            MINE.set(MINE.get() - 1);
        }
    }
    // Who waited inside of a section for a fork to end would wait for ever.
    let section = (MINE.get() == 0).then(Section::enter);
    MINE.set(MINE.get() + 1);
    let _mine = Mine(section);
    work()
}

/// The lock that the crate `backtrace`, by which wasmer records where a guest trapped, keeps for itself:
/// <https://github.com/rust-lang/backtrace-rs>, `src/lock.rs`. It is held while a backtrace is taken,
/// so a backtrace is begun on a stack of its own and left where it is.
#[cfg(unix)]
struct Backtrace(corosensei::Coroutine<(), (), ()>);

#[cfg(unix)]
impl Backtrace {
    fn hold() -> Self {
        let mut trace = corosensei::Coroutine::new(|yielder: &corosensei::Yielder<(), ()>, ()| {
            backtrace::trace(|_| {
                yielder.suspend(());
                false
            });
        });
        trace.resume(());
        Self(trace)
    }
}

#[cfg(unix)]
impl Drop for Backtrace {
    fn drop(&mut self) {
        if !self.0.done() {
            self.0.resume(());
        }
    }
}

/// Dropped in this order.
struct Held {
    #[cfg(unix)]
    _backtrace: Backtrace,
    /// The lock of wasmer's table of frames; the table's type has no public name.
    _frames: Box<dyn Any>,
    interrupt: Option<interrupt::Held>,
    waiting: Option<parking::Held>,
    _inside: MutexGuard<'static, usize>,
}

/// Prepares the process for forks. Once.
pub fn install() {
    #[cfg(unix)]
    {
        static INSTALLED: Once = Once::new();
        INSTALLED.call_once(|| {
            // SAFETY: the functions stay where they are. Without memory for them, forks are as before.
            unsafe { libc::pthread_atfork(Some(before), Some(in_parent), Some(in_child)) };
        });
    }
}

unsafe extern "C" fn before() {
    let mut inside = inside();
    while *inside > usize::from(MINE.get() > 0) {
        inside = LEFT.wait(inside).unwrap_or_else(PoisonError::into_inner);
    }
    let held = Held {
        interrupt: Some(interrupt::hold()),
        waiting: Some(parking::hold()),
        _frames: Box::new(FRAME_INFO.write().unwrap_or_else(PoisonError::into_inner)),
        #[cfg(unix)]
        _backtrace: Backtrace::hold(),
        _inside: inside,
    };
    HELD.set(Some(held));
}

unsafe extern "C" fn in_parent() {
    drop(HELD.take());
}

unsafe extern "C" fn in_child() {
    if let Some(mut held) = HELD.take() {
        if let Some(interrupt) = held.interrupt.take() {
            interrupt::forked(interrupt);
            workers::forked();
        }
        if let Some(waiting) = held.waiting.take() {
            parking::forked(waiting);
        }
    }
}
