//! Where modules are compiled: on threads of the library's own, which take no signals of the program's
//! (Go ends the process when one comes to a thread that it does not know). The caller waits with its
//! signals as they are, and no longer than its interrupt lets it.
//!
//! Each compilation has a pool to itself. wasmer makes another one for the functions and does the rest
//! in the pool that it finds itself in; without ours that would be rayon's global pool, which the child
//! of a fork has without its threads.

use super::ballast;
use super::fork;
use super::interrupt::Interrupt;
use super::quiet::caught;
use super::signals;
use crate::runtime::base::error::{Error, Result, Status};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// As much as the main thread of a program has as a rule.
const STACK_BYTES: usize = 8 * 1024 * 1024;

/// How often the caller looks whether it is to wait no longer.
const LOOK: Duration = Duration::from_millis(2);

/// Compilations that may be going on although nobody waits for them any more.
const MOST_ABANDONED: usize = 64;
static ABANDONED: AtomicUsize = AtomicUsize::new(0);

/// Compilations that nobody waits for any more. They end with the functions that they are at.
pub fn abandoned() -> usize {
    ABANDONED.load(SeqCst)
}

/// Threads for one compilation at a time.
struct Pool(Option<rayon::ThreadPool>);

/// Pools of one thread that are kept for the next small module, to which starting a thread would matter.
static KEPT: Mutex<Vec<rayon::ThreadPool>> = Mutex::new(Vec::new());
const MOST_KEPT: usize = 4;

fn kept() -> MutexGuard<'static, Vec<rayon::ThreadPool>> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Pool {
    fn take(threads: NonZeroUsize) -> Result<Self> {
        let kept = || fork::uncut(|| kept().pop());
        match (threads == NonZeroUsize::MIN).then(kept).flatten() {
            Some(pool) => Ok(Self(Some(pool))),
            None => pool(threads).map(|pool| Self(Some(pool))),
        }
    }

    fn threads(&self) -> &rayon::ThreadPool {
        // Taken out when it is dropped only.
        self.0.as_ref().unwrap_or_else(|| unreachable!("a pool without threads"))
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        if let Some(pool) = self.0.take()
            && pool.current_num_threads() == 1
        {
            fork::uncut(|| {
                let mut kept = kept();
                if kept.len() < MOST_KEPT {
                    kept.push(pool);
                }
            });
        }
    }
}

/// For the child of a fork, which has none of the threads: nothing waits for them there.
pub fn forked() {
    std::mem::forget(std::mem::take(&mut *kept()));
}

fn pool(threads: NonZeroUsize) -> Result<rayon::ThreadPool> {
    // Before there are threads that allocate.
    ballast::prepare();
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.get())
        .spawn_handler(|worker| {
            let thread =
                std::thread::Builder::new().name("libwasmer".into()).stack_size(STACK_BYTES);
            signals::without(|| thread.spawn(|| worker.run())).map(drop)
        })
        .build()
        .map_err(|error| no_threads(&error.to_string()))
}

/// The error where the system gives no thread to compile by. wasmer needs one of its own too.
pub fn no_threads(why: &str) -> Error {
    Error::new(Status::Resource, format!("module: the system gives no thread to compile by: {why}"))
}

/// Does work on threads of its own, and waits for its end.
pub fn apart<R: Send>(threads: NonZeroUsize, work: impl FnOnce() -> Result<R> + Send) -> Result<R> {
    Pool::take(threads)?.threads().install(|| caught(work))
}

/// As `apart`, until the interrupt is fired: then the work is left to end by itself, which it is to do
/// soon.
pub fn apart_under<R: Send + 'static>(
    threads: NonZeroUsize,
    interrupt: &Arc<Interrupt>,
    work: impl FnOnce() -> Result<R> + Send + 'static,
) -> Result<R> {
    if abandoned() >= MOST_ABANDONED {
        return Err(Error::new(
            Status::Limit,
            format!(
                "limit: {MOST_ABANDONED} compilations that were interrupted have not ended yet, and \
                 no more are allowed"
            ),
        ));
    }
    let job = Arc::new(Job { state: Mutex::new(State::Runs), ended: Condvar::new() });
    let ended = job.clone();
    // Not one that is kept: this one may be busy long after nobody waits for it.
    pool(threads)?.spawn(move || ended.end(caught(work)));
    job.wait(interrupt)
}

/// Work that somebody waits for, or not any more.
struct Job<R> {
    state: Mutex<State<R>>,
    ended: Condvar,
}

enum State<R> {
    Runs,
    Ended(Result<R>),
    Abandoned,
}

impl<R> Job<R> {
    fn state(&self) -> MutexGuard<'_, State<R>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self, outcome: Result<R>) {
        let mut state = self.state();
        if let State::Abandoned = *state {
            drop(state);
            drop(outcome);
            ABANDONED.fetch_sub(1, SeqCst);
            return;
        }
        *state = State::Ended(outcome);
        self.ended.notify_one();
    }

    fn wait(&self, interrupt: &Interrupt) -> Result<R> {
        let mut state = self.state();
        loop {
            match std::mem::replace(&mut *state, State::Runs) {
                State::Ended(outcome) => return outcome,
                _ if interrupt.is_fired() => {
                    *state = State::Abandoned;
                    ABANDONED.fetch_add(1, SeqCst);
                    return Err(interrupted());
                }
                _ => {
                    let waited = self.ended.wait_timeout(state, LOOK);
                    state = waited.unwrap_or_else(PoisonError::into_inner).0;
                }
            }
        }
    }
}

/// The error of a compilation that was interrupted.
pub fn interrupted() -> Error {
    Error::new(Status::Interrupted, "module: compilation was interrupted by host")
}
