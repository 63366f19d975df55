//! What each thread knows of the calls that are on its stack.

use super::error::{Error, Result, Status};
use super::frames::Link;
use super::interrupt::Slot;
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Calls of wasm that may be nested on one thread (host calls wasm calls host calls wasm ...).
pub const MAX_DEPTH: u32 = 256;

/// Bytes of the host thread's own stack that must be left when wasm is entered, because host
/// functions run there.
pub const MIN_HOST_STACK: usize = 64 * 1024;

/// What is kept for a thread. One block, looked up once per call: in a shared library each look-up
/// is a call of the dynamic linker.
pub struct Thread {
    /// 0 before it was asked for. Not the block's address, which is another thread's when this one has
    /// ended.
    token: Cell<usize>,
    /// Entries into wasm that are on this thread's stack.
    depth: Cell<u32>,
    /// Lowest usable address of this thread's own stack, 0 before it was asked for.
    stack_end: Cell<usize>,
    /// The stack pointer below which wasm may not leave for native code; 0 outside of wasm.
    pub limit: Cell<usize>,
    /// What an interrupt of a call on this thread goes to; null before there was one.
    pub slot: Cell<*const Slot>,
    /// While the end of the guest's stack is met on the way to a host function: where that was called from.
    pub left_from: Cell<Option<Left>>,
}

/// Where a guest called a host function.
#[derive(Clone, Copy)]
pub struct Left {
    pub frame: *const Link,
    /// A return address that comes before those of the chain from `frame`; 0 for none.
    pub innermost: usize,
}

thread_local! {
    // A constant initializer without destructor: the fault handler reads it.
    static THREAD: Thread = const {
        Thread {
            token: Cell::new(0),
            depth: Cell::new(0),
            stack_end: Cell::new(0),
            limit: Cell::new(0),
            slot: Cell::new(std::ptr::null()),
            left_from: Cell::new(None),
        }
    };
}

/// The block of this thread. It is reached from this thread only and while the thread lives.
#[inline]
pub fn current() -> &'static Thread {
    // SAFETY: the block has no destructor, so it lives as long as the thread; the reference is not
    // Send because of the cells, and is not kept beyond the thread.
    THREAD.with(|thread| unsafe { &*std::ptr::from_ref(thread) })
}

impl Thread {
    /// A number for this thread, never 0, that no other thread has or will have. A multiple of 16.
    #[inline]
    pub fn token(&self) -> usize {
        match self.token.get() {
            0 => self.first_token(),
            token => token,
        }
    }

    #[cold]
    fn first_token(&self) -> usize {
        static NEXT: AtomicUsize = AtomicUsize::new(16);
        self.token.set(NEXT.fetch_add(16, Ordering::Relaxed));
        self.token.get()
    }

    pub fn depth(&self) -> u32 {
        self.depth.get()
    }

    /// Forgets one entry whose frames are gone: see `Arena::abandon`.
    pub fn forget_entry(&self) {
        self.depth.set(self.depth.get().saturating_sub(1));
    }

    /// Counts one entry into wasm, for as long as what is returned lives.
    #[inline]
    pub fn enter(&self) -> Result<Entry<'_>> {
        let depth = self.depth.get();
        let here = std::ptr::from_ref(&depth) as usize;
        if depth >= MAX_DEPTH || here.saturating_sub(self.stack_end()) < MIN_HOST_STACK {
            return Err(too_deep(depth));
        }
        self.depth.set(depth + 1);
        Ok(Entry { thread: self, limit: self.limit.get() })
    }

    /// 1 where the system does not tell.
    #[inline]
    fn stack_end(&self) -> usize {
        if self.stack_end.get() == 0 {
            self.stack_end.set(query_host_stack_end().unwrap_or(1).max(1));
        }
        self.stack_end.get()
    }
}

#[cold]
fn too_deep(depth: u32) -> Error {
    let message = if depth >= MAX_DEPTH {
        format!("calls between host and wasm are nested {depth} deep, the most allowed")
    } else {
        format!(
            "less than {MIN_HOST_STACK} bytes of the host thread's stack are left at nesting depth \
             {depth}"
        )
    };
    Error::new(Status::Depth, message)
}

/// One entry into wasm. What held before it holds again when it ends.
pub struct Entry<'a> {
    thread: &'a Thread,
    limit: usize,
}

impl Drop for Entry<'_> {
    #[inline]
    fn drop(&mut self) {
        self.thread.forget_entry();
        self.thread.limit.set(self.limit);
    }
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
