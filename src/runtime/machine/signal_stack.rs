//! The alternate signal stack of a thread that runs wasm: traps and interrupts are handled there.
//!
//! wasmer makes one for each thread, and unmaps it when the thread ends while the system still takes it for
//! the thread's. A signal of the program's that comes just then (SIGPROF of a profiler, any handler with
//! SA_ONSTACK) ends the process. So this one is there first: wasmer finds it large enough, and a thread
//! that ends gives it up before it is unmapped.

use crate::runtime::base::error::{Error, Result, Status};

/// Makes sure that the thread has a signal stack. To be called before wasmer looks for one.
pub fn prepare() -> Result<()> {
    system::prepare()
}

/// Start and size of the signal stack, if the thread is on it.
pub fn current() -> Option<(usize, usize)> {
    system::current()
}

#[cfg(not(unix))]
mod system {
    pub fn prepare() -> super::Result<()> {
        Ok(())
    }

    pub fn current() -> Option<(usize, usize)> {
        None
    }
}

#[cfg(unix)]
mod system {
    use super::super::thread;
    use super::{Error, Result, Status};
    use libc::{c_void, stack_t};
    use std::cell::OnceCell;

    /// Handlers of the program's run here too, one above the other: the kernel saves up to 11 KiB for each, and
    /// Go's profiler asks for 32 KiB.
    const BYTES: usize = 128 * 1024;
    /// wasmer makes its own on a thread that has less.
    const ENOUGH: usize = 64 * 1024;
    /// What faults below it. No system has larger pages.
    const GUARD: usize = 64 * 1024;

    /// A mapping that is this thread's signal stack; null where the thread had one that is large enough.
    struct Own(*mut c_void);

    thread_local! {
        static OWN: OnceCell<Own> = const { OnceCell::new() };
    }

    pub fn prepare() -> Result<()> {
        let prepared = OWN.try_with(|own| match own.get() {
            Some(_) => Ok(()),
            None => Own::install().map(|new| drop(own.set(new))),
        });
        prepared.unwrap_or_else(|_| {
            Err(Error::new(
                Status::Unsupported,
                "the thread is ending: wasm does not run in destructors of thread-local variables",
            ))
        })
    }

    impl Own {
        fn install() -> Result<Self> {
            let before = registered();
            if before.ss_flags & libc::SS_DISABLE == 0 && before.ss_size >= ENOUGH {
                return Ok(Self(std::ptr::null_mut()));
            }
            let refused = || {
                let why = std::io::Error::last_os_error();
                let message = format!("no room for the signal stack of a thread: {why}");
                Error::new(Status::OutOfMemory, message)
            };
            // SAFETY: a mapping of its own, which stays until `drop`; the part that is the stack can be written.
            unsafe {
                let (access, flags) = (libc::PROT_NONE, libc::MAP_PRIVATE | libc::MAP_ANON);
                let mapping = libc::mmap(std::ptr::null_mut(), GUARD + BYTES, access, flags, -1, 0);
                if mapping == libc::MAP_FAILED {
                    return Err(refused());
                }
                let own = Self(mapping);
                let stack = stack_t { ss_sp: mapping.byte_add(GUARD), ss_flags: 0, ss_size: BYTES };
                let access = libc::PROT_READ | libc::PROT_WRITE;
                if libc::mprotect(stack.ss_sp, BYTES, access) != 0
                    || libc::sigaltstack(&stack, std::ptr::null_mut()) != 0
                {
                    return Err(refused());
                }
                Ok(own)
            }
        }
    }

    impl Drop for Own {
        fn drop(&mut self) {
            if self.0.is_null() {
                return;
            }
            // The next entry asks for the stack again, and learns that there is none.
            thread::current().forget_room();
            let now = registered();
            // SAFETY: nothing of this thread's is on the stack: it would be in a handler. Who took another one
            // since keeps it.
            unsafe {
                if now.ss_sp == self.0.byte_add(GUARD) {
                    let none = stack_t { ss_flags: libc::SS_DISABLE, ..now };
                    libc::sigaltstack(&none, std::ptr::null_mut());
                }
                libc::munmap(self.0, GUARD + BYTES);
            }
        }
    }

    pub fn current() -> Option<(usize, usize)> {
        let stack = registered();
        let inside = stack.ss_flags & libc::SS_ONSTACK != 0;
        inside.then_some((stack.ss_sp as usize, stack.ss_size))
    }

    /// What the system has down for the thread.
    fn registered() -> stack_t {
        // SAFETY: the structure is filled in, and nothing is changed. It cannot fail.
        unsafe {
            let mut stack = std::mem::zeroed::<stack_t>();
            libc::sigaltstack(std::ptr::null(), &mut stack);
            stack
        }
    }
}
