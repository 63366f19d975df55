//! Our place in front of wasmer's fault handler.
//!
//! wasmer finds the call that a fault belongs to through a thread-local pointer into the call's
//! frame. When those frames are dropped without being unwound (`runtime.Goexit` in a Go host
//! function does that), the pointer dangles, and the next fault on that thread, a nil dereference
//! in Go code say, would follow it. So wasmer's handler is asked only while our own count says
//! that this thread is inside of wasm; else the handler that was there before wasmer is.

#[cfg(unix)]
mod unix {
    use super::super::signals::{current, forward};
    use super::super::{overflow, thread};
    use super::is_served;
    use libc::{SA_NODEFER, SA_ONSTACK, SA_SIGINFO, c_int, c_void, sigaction, siginfo_t};
    use std::sync::OnceLock;

    const SIGNALS: [c_int; 4] = [libc::SIGSEGV, libc::SIGBUS, libc::SIGILL, libc::SIGFPE];

    struct Handlers {
        before: sigaction,
        wasmer: sigaction,
    }

    static HANDLERS: OnceLock<[Handlers; SIGNALS.len()]> = OnceLock::new();

    /// Installs wasmer's handlers, and ours in front of them. Once per process.
    pub fn install() {
        HANDLERS.get_or_init(|| {
            let before = SIGNALS.map(current);
            wasmer_vm::init_traps();
            let mut number = 0;
            let handlers = before.map(|before| {
                let wasmer = current(SIGNALS[number]);
                number += 1;
                Handlers { before, wasmer }
            });
            for (signal, handlers) in SIGNALS.iter().zip(&handlers) {
                // A signal that wasmer did not take on this system is not ours either.
                if handlers.before.sa_sigaction == handlers.wasmer.sa_sigaction {
                    continue;
                }
                // SAFETY: the handler is installed with the flags that its signature asks for.
                // Between here and the end of get_or_init it finds no handlers and waits.
                unsafe {
                    let mut ours = std::mem::zeroed::<sigaction>();
                    ours.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
                    ours.sa_sigaction = on_fault as *const () as usize;
                    libc::sigemptyset(&mut ours.sa_mask);
                    libc::sigaction(*signal, &ours, std::ptr::null_mut());
                }
            }
            handlers
        });
    }

    /// Runs on the signal stack of the thread that faulted: no allocation, no lock.
    unsafe extern "C" fn on_fault(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
        let Some(handlers) = HANDLERS.get() else {
            // Another thread is still in `install`: return, and fault again.
            return;
        };
        let Some(number) = SIGNALS.iter().position(|&known| known == signal) else {
            return;
        };
        let handler = &handlers[number];
        let thread = thread::current();
        if thread.depth() > 0 && matches!(signal, libc::SIGSEGV | libc::SIGILL) {
            // SAFETY: the kernel gave us both for this signal.
            unsafe {
                let address = if signal == libc::SIGSEGV { (*info).si_addr() as usize } else { 0 };
                overflow::note(thread, address, context);
            }
        }
        let inside = thread.depth() > 0 || is_served();
        let action = if inside { &handler.wasmer } else { &handler.before };
        // SAFETY: the kernel gave us `info` and `context` for this signal, and the action was
        // in force for it.
        unsafe { forward(action, signal, info, context) }
    }
}

/// Whether there are stores that know nothing of our count.
#[cfg(feature = "wasix")]
static OTHERS: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

/// From here on wasmer's handler is asked about every fault, for stores of its own.
#[cfg(feature = "wasix")]
pub fn serve_other_stores() {
    install();
    OTHERS.store(true, std::sync::atomic::Ordering::SeqCst);
}

#[cfg(all(unix, feature = "wasix"))]
fn is_served() -> bool {
    OTHERS.load(std::sync::atomic::Ordering::Relaxed)
}

#[cfg(all(unix, not(feature = "wasix")))]
fn is_served() -> bool {
    false
}

#[cfg(unix)]
pub use unix::install;

#[cfg(not(unix))]
pub fn install() {
    wasmer_vm::init_traps();
}
