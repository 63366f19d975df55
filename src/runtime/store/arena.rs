//! Arenas: the unit of life. All that an arena holds is freed together, with its last user.
//!
//! wasmer frees what a store holds with the store only, so an arena is one wasmer store and the
//! modules whose code runs in it. One thread at a time is inside an arena; it may enter again from
//! a host function. That is checked, never assumed: another thread gets `Status::Busy`. An arena may
//! be set to be lent while a host function runs: then another thread takes the place of the one
//! inside, in the same order as calls back on one thread, and gives it back before that goes on.
//!
//! No reference into an arena's contents lives while wasm runs: `Entered::with` lends them to code
//! that does not run wasm or host functions, and calls take raw pointers out of it first. So
//! A -> host -> B -> host -> A is sound.

use super::contents::Contents;
use super::exceptions;
pub use super::handles::{Handle, Noun};
use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::compile::engine::Engine;
use crate::runtime::machine::interrupt;
use crate::runtime::machine::interrupt::Interrupt;
use crate::runtime::machine::thread;
use crate::runtime::machine::thread::Thread;
use crate::runtime::machine::{fault, stack};
use std::cell::{Cell, UnsafeCell};
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The owner is a thread's token, which leaves these bits free.
const CLOSED: usize = 1;
const ORPHAN: usize = 2;
pub(crate) const FREED: usize = 4;
pub(crate) const FLAGS: usize = 7;
/// The owner is in a host function, and another thread may take its place meanwhile. See `lend`.
pub(crate) const LENT: usize = 8;
pub(crate) const OWNER: usize = !(FLAGS | LENT);

/// Arenas that are not freed; for tests.
static LIVE: AtomicUsize = AtomicUsize::new(0);

pub struct Arena {
    /// Token of the thread inside, or 0, and flags. One word, so that nobody touches an arena
    /// after it let go of it.
    pub(crate) state: AtomicUsize,
    contents: UnsafeCell<Option<Contents>>,
    /// A word of the caller's that host functions get; set and read by the owner.
    call_data: Cell<u64>,
    /// What calls are made under; null for nothing. Set and read by the owner.
    interrupt: Cell<*const Interrupt>,
    /// How often that was set.
    settings: Cell<usize>,
    /// How often the owner came in and did not leave yet: calls on stacks of the program's own may end
    /// in any order. Used by the owner.
    pub(crate) inside: Cell<usize>,
    /// Bytes that exceptions have taken which guests threw. Used by the owner.
    pub(crate) thrown: Cell<usize>,
    /// Host functions lend the arena to other threads while they run.
    pub(crate) lends: AtomicUsize,
    /// Whether `Entered::with` has lent the contents out.
    #[cfg(debug_assertions)]
    lent: Cell<usize>,
}

// The last one inside frees an arena while it has a shared reference to it. Rust allows that for what
// lies in cells only, so there is no padding between them.
const _: () = assert!(
    size_of::<Arena>()
        == (6 + cfg!(debug_assertions) as usize) * size_of::<usize>()
            + size_of::<u64>()
            + size_of::<UnsafeCell<Option<Contents>>>()
);

// SAFETY: `contents` and `call_data` are reached by the thread that owns `state` only. What the
// contents hold may change threads between calls: wasmer keeps nothing of a store in a thread.
unsafe impl Send for Arena {}
unsafe impl Sync for Arena {}

impl Arena {
    /// To be freed by `delete`. A raw pointer from the start, because the contents know their arena
    /// by it: whoever holds a Box may take it that nobody else reaches what is in it.
    pub fn new(engine: &Engine) -> NonNull<Self> {
        fault::install();
        // From here on the size of stacks is what it is.
        stack::config();
        LIVE.fetch_add(1, Ordering::Relaxed);
        let arena = NonNull::from(Box::leak(Box::new(Self {
            state: AtomicUsize::new(0),
            contents: UnsafeCell::new(None),
            call_data: Cell::new(0),
            interrupt: Cell::new(std::ptr::null()),
            settings: Cell::new(0),
            inside: Cell::new(0),
            thrown: Cell::new(0),
            lends: AtomicUsize::new(0),
            #[cfg(debug_assertions)]
            lent: Cell::new(0),
        })));
        let contents = Contents::new(engine, arena);
        // SAFETY: made above, and nobody else knows it yet.
        unsafe { *arena.as_ref().contents.get() = Some(contents) };
        arena
    }

    /// Arenas that have not been freed.
    pub fn live() -> usize {
        LIVE.load(Ordering::Relaxed)
    }

    /// Makes this thread the owner, or counts on that it is.
    #[inline]
    pub fn enter(&self) -> Result<Entered<'_>> {
        let thread = thread::current();
        match self.state.compare_exchange(0, thread.token(), Ordering::SeqCst, Ordering::Acquire) {
            Ok(_) => {
                self.inside.set(1);
                Ok(Entered { arena: self, thread, before: 0, outer: 0 })
            }
            Err(state) if state == thread.token() => {
                self.inside.set(self.inside.get() + 1);
                Ok(Entered { arena: self, thread, before: 0, outer: 0 })
            }
            Err(state) => self.enter_lent(thread, state),
        }
    }

    /// Closes: what runs ends by itself, what comes is refused, and the contents are freed, at
    /// once or when the thread inside leaves. Harmless if repeated. Never waits.
    pub fn close(&self) {
        self.shut(CLOSED);
    }

    /// Closes, and frees the arena itself with its contents.
    ///
    /// # Safety
    /// The pointer came from `new` and is not used again by the caller.
    pub unsafe fn delete(arena: *mut Self) {
        // SAFETY: alive, as the caller says; `shut` frees it if nobody is inside.
        unsafe { (*arena).shut(CLOSED | ORPHAN) };
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.state.load(Ordering::SeqCst) & CLOSED != 0
    }

    /// What was in it is freed.
    pub(crate) fn is_freed(&self) -> bool {
        self.state.load(Ordering::SeqCst) & FREED != 0
    }

    fn shut(&self, flags: usize) {
        let me = thread::current().token();
        let mut state = self.state.load(Ordering::Acquire);
        loop {
            let free = state & OWNER == 0;
            let next = state | flags | if free { me } else { 0 };
            match self.state.compare_exchange_weak(state, next, Ordering::SeqCst, Ordering::Acquire)
            {
                Ok(_) if free => return self.leave_closed(),
                Ok(_) => return,
                Err(found) => state = found,
            }
        }
    }

    /// The owner lets go, and frees what is to be freed before it does.
    #[inline]
    fn leave(&self, thread: &Thread) {
        if self
            .state
            .compare_exchange(thread.token(), 0, Ordering::SeqCst, Ordering::Acquire)
            .is_err()
        {
            self.leave_closed();
        }
    }

    #[cold]
    fn leave_closed(&self) {
        let me = thread::current().token();
        let mut state = self.state.load(Ordering::Acquire);
        loop {
            if state & OWNER != me {
                // It was lent, and lost: see `lend`.
                return;
            }
            if state & CLOSED != 0 && state & FREED == 0 {
                // SAFETY: this thread owns the arena, and none of its calls is running.
                drop(unsafe { (*self.contents.get()).take() });
                self.state.fetch_or(FREED, Ordering::SeqCst);
                LIVE.fetch_sub(1, Ordering::Relaxed);
                state = self.state.load(Ordering::Acquire);
                continue;
            }
            if state & ORPHAN != 0 {
                // SAFETY: `delete` gave the box up, and this thread is the last one inside.
                drop(unsafe { Box::from_raw(self as *const Self as *mut Self) });
                return;
            }
            match self.state.compare_exchange_weak(
                state,
                state & FLAGS,
                Ordering::SeqCst,
                Ordering::Acquire,
            ) {
                Ok(_) => return,
                Err(found) => state = found,
            }
        }
    }

    /// To be called on the thread inside when the frames of its innermost call into this arena
    /// are dropped without being unwound. The arena is closed and never freed, and not counted as live any more.
    pub fn abandon(&self) {
        let me = thread::current();
        if self.lends.load(Ordering::Relaxed) != 0 && me.depth() > 0 {
            // Who borrowed the arena from the host function that is gone gives it back first.
            self.take_back(me.token());
        }
        if self.state.load(Ordering::Acquire) & OWNER == me.token() {
            if self.state.fetch_or(CLOSED | FREED, Ordering::SeqCst) & FREED == 0 {
                LIVE.fetch_sub(1, Ordering::Relaxed);
            }
            // The call's own way in will not be left.
            self.inside.set(self.inside.get().saturating_sub(1));
            // Threads that it was borrowed from will not get it back.
            Self::notify();
            me.forget_entry();
            interrupt::forget(me);
        }
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        drop(replaced(&self.interrupt, None));
    }
}

/// Changes what an arena's calls are made under, and gives what it was before.
fn replaced(
    place: &Cell<*const Interrupt>,
    interrupt: Option<Arc<Interrupt>>,
) -> Option<Arc<Interrupt>> {
    let before = place.replace(interrupt.map_or(std::ptr::null(), Arc::into_raw));
    // SAFETY: what is in the place comes from `Arc::into_raw` above, and is taken out once.
    (!before.is_null()).then(|| unsafe { Arc::from_raw(before) })
}

#[cold]
pub(crate) fn refused(state: usize) -> Error {
    if state & CLOSED != 0 {
        Error::closed("arena")
    } else {
        Error::new(Status::Busy, "another thread is using the arena")
    }
}

/// Proof that this thread owns the arena.
pub struct Entered<'a> {
    pub arena: &'a Arena,
    pub thread: &'a Thread,
    /// What is to be in `state` again when this ends: 0 for what the arena counts, the word of the thread that
    /// lent it, or `OWNER` where there is nothing to do.
    pub(crate) before: usize,
    /// What the arena had counted for the thread that lent it.
    pub(crate) outer: usize,
}

impl Entered<'_> {
    /// Lends the contents to code that runs neither wasm nor host functions.
    #[inline]
    pub fn with<R>(&self, work: impl FnOnce(&mut Contents) -> R) -> Result<R> {
        #[cfg(debug_assertions)]
        let _lent = Lent::new(&self.arena.lent);
        // A host function may have closed the arena, but its contents live until it returns.
        // SAFETY: this thread owns the arena, and `work` cannot reach it by another way.
        match unsafe { &mut *self.arena.contents.get() } {
            Some(contents) => Ok(work(contents)),
            None => Err(Error::closed("arena")),
        }
    }

    /// What calls that begin now are made under.
    #[inline]
    pub fn interrupt(&self) -> *const Interrupt {
        self.arena.interrupt.get()
    }

    /// Sets the word for host functions, and gives the one before it.
    pub fn set_call_data(&self, data: u64) -> u64 {
        self.arena.call_data.replace(data)
    }

    /// To be called when no call into the arena is on any stack.
    #[cold]
    fn free_exceptions(&self) {
        let freed = self.with(|contents| {
            let free = !contents.keeps_exceptions;
            if free {
                exceptions::free(contents.objects.get_mut());
            }
            free
        });
        if freed.unwrap_or(true) {
            self.arena.thrown.set(0);
        }
    }

    /// No call into the arena is on any stack.
    pub(crate) fn is_outermost(&self) -> bool {
        self.before == 0 && self.arena.inside.get() == 1
    }
}

/// The contents are lent once at a time: there are two references to them else. Looked at where debug assertions are on,
/// as under Miri, because every call would pay for it.
#[cfg(debug_assertions)]
struct Lent<'a>(&'a Cell<usize>);

#[cfg(debug_assertions)]
impl<'a> Lent<'a> {
    fn new(lent: &'a Cell<usize>) -> Self {
        assert_eq!(lent.replace(1), 0, "the contents of an arena are lent twice");
        Self(lent)
    }
}

#[cfg(debug_assertions)]
impl Drop for Lent<'_> {
    fn drop(&mut self) {
        self.0.set(0);
    }
}

impl Drop for Entered<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.before == 0 {
            let inside = self.arena.inside.get().saturating_sub(1);
            self.arena.inside.set(inside);
            if inside == 0 {
                if self.arena.thrown.get() != 0 {
                    self.free_exceptions();
                }
                self.arena.leave(self.thread);
            }
        } else if self.before & LENT != 0 {
            self.arena.inside.set(self.outer);
            self.arena.give_back(self.before);
        }
    }
}

impl Arena {
    /// Sets what the calls that begin from now on are made under. A call that is running stays under
    /// what it began with.
    pub fn set_interrupt(&self, interrupt: Option<Arc<Interrupt>>) -> Result<()> {
        let _entered = self.enter()?;
        drop(replaced(&self.interrupt, interrupt));
        self.settings.set(self.settings.get().wrapping_add(1));
        Ok(())
    }

    /// Makes calls under an interrupt, whatever is set.
    pub fn under<R>(
        &self,
        interrupt: Arc<Interrupt>,
        work: impl FnOnce() -> Result<R>,
    ) -> Result<R> {
        /// Puts back what was set before, also after a panic, unless a host function has set another.
        struct Before<'a>(&'a Arena, usize, Option<Arc<Interrupt>>);
        impl Drop for Before<'_> {
            fn drop(&mut self) {
                if self.0.settings.get() == self.1 {
                    drop(replaced(&self.0.interrupt, self.2.take()));
                }
            }
        }
        let _entered = self.enter()?;
        let before = replaced(&self.interrupt, Some(interrupt));
        let _before = Before(self, self.settings.get(), before);
        work()
    }
}

impl Arena {
    /// For code that runs inside of a call: the thread owns the arena already, closed or not.
    ///
    /// # Safety
    /// The current thread is inside of the arena.
    pub(crate) unsafe fn entered(&self) -> Entered<'_> {
        Entered { arena: self, thread: thread::current(), before: OWNER, outer: 0 }
    }

    /// The word of the call that is running. To be asked on its thread.
    pub(crate) fn call_data(&self) -> u64 {
        self.call_data.get()
    }

    /// Sets it, on the thread of the call.
    pub(crate) fn set_call_data(&self, data: u64) {
        self.call_data.set(data);
    }
}
