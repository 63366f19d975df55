//! The program's signals: what handles them, and work that none of them may disturb.

#[cfg(unix)]
mod unix {
    use libc::{c_int, sigaction};

    /// What a signal does now.
    pub fn current(signal: c_int) -> sigaction {
        // SAFETY: with no new action sigaction only reads.
        unsafe {
            let mut action = std::mem::zeroed::<sigaction>();
            libc::sigaction(signal, std::ptr::null(), &mut action);
            action
        }
    }

    /// What a thread raises by its own doing, and must not block: the kernel would end the process.
    const OWN: [c_int; 7] = [
        libc::SIGSEGV,
        libc::SIGBUS,
        libc::SIGILL,
        libc::SIGFPE,
        libc::SIGTRAP,
        libc::SIGSYS,
        libc::SIGABRT,
    ];

    /// Runs work during which no signal from elsewhere comes to this thread, nor ever to the threads
    /// that it starts: Go ends the process when one comes to a thread that it does not know.
    pub fn without<R>(work: impl FnOnce() -> R) -> R {
        /// Puts back what was blocked before, also after a panic.
        struct Before(libc::sigset_t);
        impl Drop for Before {
            fn drop(&mut self) {
                // SAFETY: the set was given by the system.
                unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &self.0, std::ptr::null_mut()) };
            }
        }
        // SAFETY: the sets are initialized before they are read.
        let _before = unsafe {
            let (mut blocked, mut before) = (std::mem::zeroed(), std::mem::zeroed());
            libc::sigfillset(&mut blocked);
            for signal in OWN {
                libc::sigdelset(&mut blocked, signal);
            }
            let changed = libc::pthread_sigmask(libc::SIG_SETMASK, &blocked, &mut before) == 0;
            changed.then(|| Before(before))
        };
        work()
    }
}

#[cfg(unix)]
pub use unix::{current, without};

#[cfg(not(unix))]
pub fn without<R>(work: impl FnOnce() -> R) -> R {
    work()
}

/// As much as the main thread of a program has as a rule.
const STACK_BYTES: usize = 8 * 1024 * 1024;

/// As `without`, but this thread goes on taking signals: for work that takes long, so that it can be
/// interrupted from the keyboard.
pub fn without_for_long<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    let mut work = Some(work);
    let mut result = None;
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("libwasmer".into()).stack_size(STACK_BYTES);
        let (work, result) = (&mut work, &mut result);
        // Where no thread can be had, the work is done below.
        let _ = without(|| {
            thread.spawn_scoped(scope, move || *result = work.take().map(|work| work()))
        });
    });
    match (result, work) {
        (Some(result), _) => result,
        (None, Some(work)) => without(work),
        (None, None) => unreachable!("a panic goes on at the end of the scope"),
    }
}
