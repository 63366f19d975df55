//! The program's signals: what handles them, and work that none of them may disturb.

#[cfg(unix)]
mod unix {
    use libc::{SA_SIGINFO, c_int, c_void, sigaction, siginfo_t};

    /// What a signal does now.
    pub fn current(signal: c_int) -> sigaction {
        // SAFETY: with no new action sigaction only reads.
        unsafe {
            let mut action = std::mem::zeroed::<sigaction>();
            libc::sigaction(signal, std::ptr::null(), &mut action);
            action
        }
    }

    /// Does what an action says.
    ///
    /// # Safety
    /// The kernel gave `info` and `context` for this signal, and the action was in force for it.
    pub unsafe fn forward(
        action: &sigaction,
        signal: c_int,
        info: *mut siginfo_t,
        context: *mut c_void,
    ) {
        match action.sa_sigaction {
            // The default for these signals is to end the process: let the same fault do it.
            libc::SIG_DFL | libc::SIG_IGN => unsafe {
                libc::sigaction(signal, action, std::ptr::null_mut());
            },
            address if action.sa_flags & SA_SIGINFO != 0 => {
                // SAFETY: an action with SA_SIGINFO holds a function of three arguments.
                let function: extern "C" fn(c_int, *mut siginfo_t, *mut c_void) =
                    unsafe { std::mem::transmute(address) };
                function(signal, info, context);
            }
            address => {
                // SAFETY: an action without SA_SIGINFO holds a function of one argument.
                let function: extern "C" fn(c_int) = unsafe { std::mem::transmute(address) };
                function(signal);
            }
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

    /// Lets one signal come to this thread, which `without` has started.
    pub fn admit(signal: c_int) {
        // SAFETY: the set is initialized before it is read.
        unsafe {
            let mut set = std::mem::zeroed();
            libc::sigemptyset(&mut set);
            libc::sigaddset(&mut set, signal);
            libc::pthread_sigmask(libc::SIG_UNBLOCK, &set, std::ptr::null_mut());
        }
    }

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
pub use unix::{admit, current, forward, without};

#[cfg(not(unix))]
pub fn admit(_: i32) {}

#[cfg(not(unix))]
pub fn without<R>(work: impl FnOnce() -> R) -> R {
    work()
}
