//! What each thread knows of the calls that are on its stack.

use super::frames::Link;
use super::interrupt::Slot;
use super::own_stack;
use super::signal_stack;
use crate::runtime::base::error::{Error, Result, Status};
use std::cell::Cell;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Calls of wasm that may be nested on one thread (host calls wasm calls host calls wasm ...).
pub const MAX_DEPTH: u32 = 256;

/// Bytes of the host thread's own stack that must be left when wasm is entered, because host
/// functions run there.
pub const MIN_HOST_STACK: usize = 64 * 1024;

/// Bytes of the host's stack that must be left when a module is validated: 80 KiB were the most that was
/// seen, by text with a thousand levels.
pub(crate) const COMPILE_STACK: usize = 112 * 1024;

/// What is kept for a thread. One block, looked up once per call: in a shared library each look-up
/// is a call of the dynamic linker.
pub struct Thread {
    /// 0 before it was asked for. Not the block's address, which is another thread's when this one has
    /// ended.
    token: Cell<usize>,
    /// Entries into wasm that are on this thread's stack.
    depth: Cell<u32>,
    /// Where this thread's own stack has `MIN_HOST_STACK` left and its size from there on: what need not
    /// be looked at any closer. No bytes before the system was asked, and once the thread ran wasm on
    /// a stack that the program made.
    roomy: Cell<(usize, usize)>,
    /// The thread's own stack, once the system was asked.
    own: Cell<Option<(usize, usize)>>,
    /// The stack that the program named; empty if none.
    named: Cell<(usize, usize)>,
    /// Wasm was entered on a stack that the program made, so calls may go on in any order.
    switches: Cell<bool>,
    /// The stack pointer below which wasm may not leave for native code; 0 outside of wasm.
    pub limit: Cell<usize>,
    /// Where the stack begins that wasm runs on: the first address above the guest's frames.
    pub top: Cell<usize>,
    /// What an interrupt of a call on this thread goes to; null before there was one.
    pub slot: Cell<*const Slot>,
    /// The arena of the guest that runs on this thread, or ran last: a word that is the caller's business.
    pub guest: Cell<*const ()>,
    /// Whether our code is the innermost on the stack, and not the program's: panics are caught then.
    ours: Cell<bool>,
    /// While the end of the guest's stack is met on the way to a host function: where that was called from.
    pub left_from: Cell<Option<Left>>,
    /// Whether the guest has just waited on a memory that is not shared.
    pub waited_unshared: Cell<bool>,
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
            roomy: Cell::new((0, 0)),
            own: Cell::new(None),
            named: Cell::new((0, 0)),
            switches: Cell::new(false),
            limit: Cell::new(0),
            top: Cell::new(0),
            slot: Cell::new(std::ptr::null()),
            guest: Cell::new(std::ptr::null()),
            ours: Cell::new(false),
            left_from: Cell::new(None),
            waited_unshared: Cell::new(false),
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

    /// Looks closer at the next entry again.
    pub fn forget_room(&self) {
        self.roomy.set((0, 0));
    }

    pub fn is_ours(&self) -> bool {
        self.ours.get()
    }

    /// Does work of ours, or of the program's (a host function).
    #[inline]
    pub fn with_ours<R>(&self, ours: bool, work: impl FnOnce() -> R) -> R {
        /// Puts back what was before, also after a panic.
        struct Before<'a>(&'a Thread, bool);
        impl Drop for Before<'_> {
            #[inline]
            fn drop(&mut self) {
                self.0.ours.set(self.1);
            }
        }
        let _before = Before(self, self.ours.replace(ours));
        work()
    }

    /// Counts one entry into wasm, for as long as what is returned lives.
    #[inline]
    pub fn enter(&self) -> Result<Entry<'_>> {
        let depth = self.depth.get();
        let here = std::ptr::from_ref(&depth) as usize;
        let (start, size) = self.roomy.get();
        if depth >= MAX_DEPTH || here.wrapping_sub(start) >= size {
            self.admit(here, depth)?;
        }
        self.depth.set(depth + 1);
        Ok(Entry {
            thread: self,
            limit: self.limit.get(),
            top: self.top.get(),
            ours: self.ours.replace(true),
        })
    }

    /// Looks closer, and says why there is no way in.
    #[cold]
    #[inline(never)]
    fn admit(&self, here: usize, depth: u32) -> Result<()> {
        if depth >= MAX_DEPTH {
            return Err(Error::new(
                Status::Depth,
                format!("calls between host and wasm are nested {depth} deep, the most allowed"),
            ));
        }
        match self.left(here) {
            Some((left, whose)) if left < MIN_HOST_STACK => {
                return Err(Error::new(
                    Status::Depth,
                    format!(
                        "less than {MIN_HOST_STACK} bytes of {whose} are left at nesting depth \
                         {depth}"
                    ),
                ));
            }
            Some(_) => {}
            None => own_stack::refuse_signal_stack()?,
        }
        signal_stack::prepare()?;
        let own = contains(self.own(), here);
        if !own && !self.switches.get() {
            own_stack::allow_switches(depth)?;
            self.switches.set(true);
        }
        match self.switches.get() {
            true => own_stack::refuse_mixed(depth)?,
            false => self.roomy.set(roomy(self.own())),
        }
        Ok(())
    }

    /// Bytes left of the stack that holds an address, and what it is; None if that is not known.
    fn left(&self, here: usize) -> Option<(usize, &'static str)> {
        let stacks = [
            (self.named.get(), "the stack that was named"),
            (self.own(), "the host thread's stack"),
        ];
        let (stack, whose) = stacks.into_iter().find(|&(stack, _)| contains(stack, here))?;
        Some((here - stack.0, whose))
    }

    /// An error if less is left of the stack, as far as that is known.
    pub fn require(&self, bytes: usize, what: &str) -> Result<()> {
        let marker = 0u8;
        let here = std::hint::black_box(&marker) as *const u8 as usize;
        let signal = || {
            let (start, _) = signal_stack::current()?;
            Some((here.saturating_sub(start), "the alternate signal stack"))
        };
        match self.left(here).or_else(signal) {
            Some((left, whose)) if left < bytes => Err(Error::new(
                Status::Depth,
                format!(
                    "{what} takes up to {bytes} bytes of stack, and {left} of {whose} are left"
                ),
            )),
            _ => Ok(()),
        }
    }

    /// Names the stack that the thread is on, until another is named; an empty one takes that back.
    pub fn name_stack(&self, stack: Range<usize>) -> Result<()> {
        let marker = 0u8;
        let here = std::hint::black_box(&marker) as *const u8 as usize;
        if !stack.is_empty() {
            if !stack.contains(&here) {
                return Err(Error::new(
                    Status::InvalidArgument,
                    format!(
                        "stack from {:#x} to {:#x}: this thread is on another one, at {here:#x}",
                        stack.start, stack.end
                    ),
                ));
            }
            own_stack::refuse_signal_stack()?;
        }
        self.named.set((stack.start, stack.len()));
        Ok(())
    }

    /// Whether calls on this thread may go on in another order than they began.
    #[inline]
    pub fn switches(&self) -> bool {
        self.switches.get()
    }

    /// The thread's own stack, or all that there is where the system does not tell.
    fn own(&self) -> (usize, usize) {
        if let Some(own) = self.own.get() {
            return own;
        }
        let own = query_host_stack().unwrap_or((MIN_HOST_STACK, usize::MAX - MIN_HOST_STACK));
        self.own.set(Some(own));
        own
    }
}

fn contains((start, size): (usize, usize), address: usize) -> bool {
    address.wrapping_sub(start) < size
}

fn roomy((start, size): (usize, usize)) -> (usize, usize) {
    (start + MIN_HOST_STACK, size.saturating_sub(MIN_HOST_STACK))
}

/// One entry into wasm. What held before it holds again when it ends.
pub struct Entry<'a> {
    thread: &'a Thread,
    limit: usize,
    top: usize,
    ours: bool,
}

impl Drop for Entry<'_> {
    #[inline]
    fn drop(&mut self) {
        self.thread.forget_entry();
        self.thread.limit.set(self.limit);
        self.thread.top.set(self.top);
        self.thread.ours.set(self.ours);
        if self.thread.switches() {
            own_stack::ended(self.thread);
        }
    }
}

/// Start and size of this thread's own stack.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn query_host_stack() -> Option<(usize, usize)> {
    // SAFETY: `attributes` is initialized by pthread_getattr_np before it is read or destroyed.
    unsafe {
        let mut attributes = std::mem::zeroed::<libc::pthread_attr_t>();
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) != 0 {
            return None;
        }
        let (mut start, mut size) = (std::ptr::null_mut(), 0);
        let found = libc::pthread_attr_getstack(&attributes, &mut start, &mut size) == 0;
        libc::pthread_attr_destroy(&mut attributes);
        found.then_some((start as usize, size))
    }
}

#[cfg(target_vendor = "apple")]
fn query_host_stack() -> Option<(usize, usize)> {
    // SAFETY: both functions accept any living thread, and this one lives.
    unsafe {
        let this = libc::pthread_self();
        let size = libc::pthread_get_stacksize_np(this);
        Some((libc::pthread_get_stackaddr_np(this) as usize - size, size))
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn query_host_stack() -> Option<(usize, usize)> {
    None
}

/// Names the stack that this thread is on, see `Thread::name_stack`.
pub fn name_stack(stack: Range<usize>) -> Result<()> {
    current().name_stack(stack)
}
