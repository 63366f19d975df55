//! What each thread knows of the calls that are on its stack.

use super::error::{Error, Result, Status};
use std::cell::Cell;

/// Calls of wasm that may be nested on one thread (host calls wasm calls host calls wasm ...).
pub const MAX_DEPTH: u32 = 256;

/// Bytes of the host thread's own stack that must be left when wasm is entered, because host
/// functions run there.
pub const MIN_HOST_STACK: usize = 64 * 1024;

thread_local! {
    // Constant initializers without destructors: the fault handler reads DEPTH.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static HOST_STACK_END: Cell<usize> = const { Cell::new(0) };
    static TOKEN: u64 = const { 0 };
}

/// A number for this thread, never 0, that no other living thread has. A multiple of 8.
pub fn token() -> usize {
    TOKEN.with(|token| token as *const u64 as usize)
}

/// Entries into wasm that are on this thread's stack.
pub fn depth() -> u32 {
    DEPTH.with(Cell::get)
}

/// Counts one entry into wasm for as long as it lives.
pub struct Entry(());

impl Entry {
    pub fn new() -> Result<Self> {
        let depth = depth();
        if depth >= MAX_DEPTH {
            return Err(Error::new(
                Status::Depth,
                format!("calls between host and wasm are nested {depth} deep, the most allowed"),
            ));
        }
        let here = &depth as *const u32 as usize;
        let end = host_stack_end();
        if here.saturating_sub(end) < MIN_HOST_STACK {
            return Err(Error::new(
                Status::Depth,
                format!(
                    "less than {MIN_HOST_STACK} bytes of the host thread's stack are left at \
                     nesting depth {depth}"
                ),
            ));
        }
        DEPTH.with(|cell| cell.set(depth + 1));
        Ok(Self(()))
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        DEPTH.with(|cell| cell.set(cell.get().saturating_sub(1)));
    }
}

/// Forgets one entry whose frames are gone: see `Arena::abandon`.
pub fn forget_entry() {
    DEPTH.with(|cell| cell.set(cell.get().saturating_sub(1)));
}

/// Lowest usable address of this thread's stack; 1 where the system does not tell.
fn host_stack_end() -> usize {
    HOST_STACK_END.with(|cell| {
        if cell.get() == 0 {
            cell.set(query_host_stack_end().unwrap_or(1).max(1));
        }
        cell.get()
    })
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn query_host_stack_end() -> Option<usize> {
    // SAFETY: `attributes` is initialized by pthread_getattr_np before it is read or destroyed.
    unsafe {
        let mut attributes = std::mem::zeroed::<libc::pthread_attr_t>();
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) != 0 {
            return None;
        }
        let (mut start, mut size) = (std::ptr::null_mut(), 0);
        let found = libc::pthread_attr_getstack(&attributes, &mut start, &mut size) == 0;
        libc::pthread_attr_destroy(&mut attributes);
        found.then_some(start as usize)
    }
}

#[cfg(target_vendor = "apple")]
fn query_host_stack_end() -> Option<usize> {
    // SAFETY: both functions accept any living thread, and this one lives.
    unsafe {
        let this = libc::pthread_self();
        let top = libc::pthread_get_stackaddr_np(this) as usize;
        Some(top - libc::pthread_get_stacksize_np(this))
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn query_host_stack_end() -> Option<usize> {
    None
}
