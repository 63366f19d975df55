//! A word of the program's that goes with an object, and a function that is told when it goes.

use std::ffi::c_void;
use std::ptr::null_mut;

pub type Finalizer = Option<unsafe extern "C" fn(*mut c_void)>;

/// Finalized when it is dropped: nobody may hold a lock then, because a finalizer may come back.
pub struct HostInfo {
    pub info: *mut c_void,
    pub finalizer: Finalizer,
}

// SAFETY: the word is the program's, and it may be asked for, and finalized, on any thread: wasm.h
// says so.
unsafe impl Send for HostInfo {}
unsafe impl Sync for HostInfo {}

impl Default for HostInfo {
    fn default() -> Self {
        Self { info: null_mut(), finalizer: None }
    }
}

impl Drop for HostInfo {
    fn drop(&mut self) {
        if let Some(finalizer) = self.finalizer {
            // SAFETY: the caller's promise; called once.
            unsafe { finalizer(self.info) };
        }
    }
}
