//! Panics. Those in this library and in its dependencies are caught and become errors, so that they
//! are not printed on standard error as well. A program in Rust that has its standard library in common
//! with us keeps its own panics as they are, also in its host functions.

use super::thread;
use crate::runtime::base::error::{Error, Result, Status, panic_message};
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

/// Puts a hook in front of the one that there is. Once: a hook that the program sets later stays.
pub fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !is_caught() {
                before(info);
            }
        }));
    });
}

/// Whether a panic of this thread is caught by us: on the threads that compile, and where our code is
/// innermost.
fn is_caught() -> bool {
    rayon::current_thread_index().is_some() || thread::current().is_ours()
}

/// Does work whose panics are caught.
pub fn ours<R>(work: impl FnOnce() -> R) -> R {
    thread::current().with_ours(true, work)
}

/// Runs a body, and makes an error of a panic.
#[inline]
pub fn caught<R>(body: impl FnOnce() -> Result<R>) -> Result<R> {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| {
        let message = panic_message(&*panic);
        // wasmer asks the system for a guest's stack and does not expect a refusal.
        if message.contains("kind: OutOfMemory") {
            let message = format!("no room for the stack of a guest: {message}");
            return Err(Error::new(Status::OutOfMemory, message));
        }
        Err(Error::new(Status::Panic, format!("libwasmer panicked: {message}")))
    })
}
