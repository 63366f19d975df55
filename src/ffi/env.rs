//! A word of the program's that goes with a callback or an object, and a function that is told when it
//! goes.

use std::ffi::c_void;
use std::ptr::null_mut;

pub type Finalizer = Option<unsafe extern "C" fn(*mut c_void)>;

/// Finalized when it is dropped: nobody may hold a lock then, because a finalizer may come back.
pub struct Env {
    pub pointer: *mut c_void,
    pub finalizer: Finalizer,
}

// SAFETY: the word is the program's, and it may be used, and finalized, on any thread: the documents of
// whatever takes one say so.
unsafe impl Send for Env {}
unsafe impl Sync for Env {}

impl Env {
    pub const fn none() -> Self {
        Self { pointer: null_mut(), finalizer: None }
    }
}

impl Drop for Env {
    fn drop(&mut self) {
        if let Some(finalizer) = self.finalizer {
            // SAFETY: the caller's promise; called once.
            unsafe { finalizer(self.pointer) };
        }
    }
}
