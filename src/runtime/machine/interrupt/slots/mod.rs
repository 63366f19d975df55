//! What the handler of the signal reads: a slot for each thread that has made a call under an
//! interrupt, in memory that is never freed, so that a signal which comes late finds something.

mod table;

pub use table::{Held, at, forked, hold, mine, of_thread};

use super::super::parking::Waiter;
use super::super::thread::{MAX_DEPTH, Thread};
use super::stop::Stop;
use super::{Interrupt, system};
use crate::runtime::base::error::{Error, Result, Status};
use std::cell::Cell;
use std::os::fd::BorrowedFd;
use std::ptr::{null, null_mut};
use std::sync::atomic::{
    AtomicBool, AtomicI32, AtomicPtr, AtomicU32, AtomicUsize, Ordering, compiler_fence,
};
use std::sync::{Arc, Mutex, PoisonError};

/// Calls under an interrupt that may be on a thread's stack. Each is around an entry into wasm.
const MOST: usize = MAX_DEPTH as usize + 1;

/// A call under an interrupt that is on the stack.
struct Under {
    interrupt: Cell<*const Interrupt>,
    /// Entries into wasm that were on the stack when it began.
    depth: Cell<u32>,
    target: Cell<Option<Target>>,
}

pub struct Slot {
    index: u32,
    /// The system's number for the thread; 0 if the slot is free.
    thread: AtomicI32,
    /// Where the thread's own block is. Read on that thread only.
    block: AtomicPtr<Thread>,
    /// Counts the calls, so that an old request is not taken for a new one.
    serial: AtomicU32,
    /// A hint that a call is to end. Raised by the one who fires.
    asked: AtomicBool,
    /// A host function runs, so a signal would only disturb it.
    in_host: AtomicBool,
    /// A descriptor that ends a wait of a host function's, made when it is first needed; -1 before.
    wake_descriptor: AtomicI32,
    /// Somebody waits on that.
    waiting: AtomicBool,
    /// What the guest waits on.
    waits_on: Mutex<Option<Arc<Waiter>>>,
    /// Innermost last. Used on the slot's thread only, by its handler too.
    calls: [Under; MOST],
    depth: AtomicUsize,
    /// Held while somebody sends the signal, and for a moment at the end of a call: after that nobody
    /// sends any for it.
    sending: AtomicBool,
    /// A signal was sent that the handler has not seen yet.
    sent: AtomicBool,
    /// That the guest was stopped, and where.
    pub stop: Stop,
}

// SAFETY: `calls` is used on the slot's thread only; the rest is atomic or locked.
unsafe impl Sync for Slot {}

/// A wait of a host function's is going on.
pub struct Waiting<'a>(&'a Slot);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.store(false, Ordering::SeqCst);
    }
}

/// A call on a thread.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Target {
    index: u32,
    /// Never 0.
    serial: u32,
}

impl Target {
    pub fn bits(self) -> u64 {
        u64::from(self.index) << 32 | u64::from(self.serial)
    }

    /// None for 0, and for the number of a slot that there is not.
    pub fn from_bits(bits: u64) -> Option<Self> {
        let target = Self { index: (bits >> 32) as u32, serial: bits as u32 };
        (target.serial != 0 && at(target.index).is_some()).then_some(target)
    }

    pub fn slot(self) -> &'static Slot {
        // A target is made from a slot, and slots stay.
        at(self.index).unwrap_or_else(|| unreachable!("slot {} of a target", self.index))
    }
}

impl Slot {
    fn new(index: u32) -> Self {
        Self {
            index,
            thread: AtomicI32::new(0),
            block: AtomicPtr::new(null_mut()),
            serial: AtomicU32::new(0),
            asked: AtomicBool::new(false),
            in_host: AtomicBool::new(false),
            wake_descriptor: AtomicI32::new(-1),
            waiting: AtomicBool::new(false),
            waits_on: Mutex::new(None),
            calls: [const {
                Under { interrupt: Cell::new(null()), depth: Cell::new(0), target: Cell::new(None) }
            }; MOST],
            depth: AtomicUsize::new(0),
            sending: AtomicBool::new(false),
            sent: AtomicBool::new(false),
            stop: Stop::new(),
        }
    }

    pub fn thread(&self) -> i32 {
        self.thread.load(Ordering::SeqCst)
    }

    /// Notes the number of this thread, whose slot it is. If it is another one than before, a fork made the
    /// thread, and the descriptor is the parent's too: whoever reads it takes what was meant for the other.
    pub fn set_thread(&self) {
        let number = system::thread_id();
        let before = self.thread.swap(number, Ordering::SeqCst);
        if before != 0 && before != number {
            let descriptor = self.wake_descriptor.swap(-1, Ordering::SeqCst);
            if descriptor >= 0 {
                // SAFETY: this process's copy. The only thread there is, this one, does not wait on it.
                unsafe { libc::close(descriptor) };
            }
        }
    }

    /// Of the slot's thread, and to be read on it.
    pub fn block(&self) -> *const Thread {
        self.block.load(Ordering::Relaxed)
    }

    pub fn ask(&self) {
        self.asked.store(true, Ordering::SeqCst);
    }

    /// For the handler: the signal has come.
    pub fn arrived(&self) {
        self.sent.store(false, Ordering::SeqCst);
    }

    /// Whether a signal was sent that the handler has not seen yet.
    pub fn is_sent(&self) -> bool {
        self.sent.load(Ordering::SeqCst)
    }

    /// Notes a call under an interrupt, which lives at least until `end`.
    pub fn begin(&self, interrupt: *const Interrupt, depth: u32) -> Result<Target> {
        let number = self.depth.load(Ordering::Relaxed);
        let Some(under) = self.calls.get(number) else {
            return Err(Error::new(
                Status::Depth,
                "calls under an interrupt are nested too deeply",
            ));
        };
        let serial = self.serial.load(Ordering::Relaxed).wrapping_add(1).max(1);
        self.serial.store(serial, Ordering::Relaxed);
        let target = Target { index: self.index, serial };
        under.interrupt.set(interrupt);
        under.depth.set(depth);
        under.target.set(Some(target));
        // The handler runs on this thread: what is above the count is not there for it.
        compiler_fence(Ordering::SeqCst);
        self.depth.store(number + 1, Ordering::Relaxed);
        Ok(target)
    }

    /// Takes a call out, which its interrupt does not know any more. After this no signal for it is on
    /// its way: one that came when the thread ends would find wasmer's signal stack unmapped.
    pub fn end(&self, target: Target) {
        let number = self.depth.load(Ordering::Relaxed).min(MOST);
        let place = self.calls[..number].iter().rposition(|call| call.target.get() == Some(target));
        let Some(place) = place else { return };
        // It is the innermost but for calls on stacks of the program's own. The handler may come in
        // between, and finds a call twice.
        for place in place..number - 1 {
            let (under, next) = (&self.calls[place], &self.calls[place + 1]);
            under.interrupt.set(next.interrupt.get());
            under.depth.set(next.depth.get());
            under.target.set(next.target.get());
            compiler_fence(Ordering::SeqCst);
        }
        self.depth.store(number - 1, Ordering::Relaxed);
        compiler_fence(Ordering::SeqCst);
        self.locked(|| {});
        self.take_sent();
        self.arrived();
    }

    /// Sends the signal, if the call is still there, the guest is in wasm and no signal is on its way.
    pub fn send(&self, is_there: impl FnOnce() -> bool, send: impl FnOnce() -> bool) {
        self.locked(|| {
            let may = is_there() && !self.in_host.load(Ordering::SeqCst);
            if may && !self.sent.swap(true, Ordering::SeqCst) && !send() {
                self.arrived();
            }
        });
    }

    /// A signal that is on its way comes now, if the thread does not block it.
    fn take_sent(&self) {
        if self.sent.load(Ordering::SeqCst) {
            system::take_pending_signals();
        }
    }

    fn locked(&self, work: impl FnOnce()) {
        let mut tries = 0;
        while self.sending.swap(true, Ordering::SeqCst) {
            tries += 1;
            if tries > 100 { std::thread::yield_now() } else { std::hint::spin_loop() }
        }
        work();
        self.sending.store(false, Ordering::SeqCst);
    }

    /// Takes out the calls that began at `depth` entries into wasm or more: their frames are gone.
    pub fn forget(&self, depth: u32) {
        while let Some(number) = self.depth.load(Ordering::Relaxed).checked_sub(1) {
            let under = &self.calls[number];
            if under.depth.get() < depth {
                return;
            }
            let Some(target) = under.target.get() else { return };
            // SAFETY: who gives a call up still has what it was under: the documentation of
            // `libwasmer_arena_abandon` asks for it.
            unsafe { (*under.interrupt.get()).remove(target) };
            self.end(target);
        }
    }

    /// Whether a call that is on the stack is to end. For the slot's thread.
    pub fn is_fired(&self) -> bool {
        let number = self.depth.load(Ordering::Relaxed).min(MOST);
        compiler_fence(Ordering::SeqCst);
        // SAFETY: an interrupt lives at least until the end of the call under it.
        self.calls[..number].iter().any(|under| unsafe { (*under.interrupt.get()).is_fired() })
    }

    #[inline]
    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed) && self.is_really_asked()
    }

    #[cold]
    fn is_really_asked(&self) -> bool {
        // First, so that what is fired meanwhile is not lost.
        self.asked.store(false, Ordering::SeqCst);
        let fired = self.is_fired();
        if fired {
            self.ask();
        }
        fired
    }

    #[inline]
    pub fn host<R>(&self, inside: bool, run: impl FnOnce() -> R) -> R {
        let before = self.in_host.load(Ordering::Relaxed);
        self.set_in_host(inside);
        let result = run();
        self.set_in_host(before);
        result
    }

    /// After it no signal disturbs the host function.
    #[inline]
    fn set_in_host(&self, inside: bool) {
        self.in_host.store(inside, Ordering::SeqCst);
        if inside {
            if self.sending.load(Ordering::SeqCst) {
                self.locked(|| {});
            }
            self.take_sent();
        }
    }

    /// Runs an atomic wait of the guest's, which `wake` nudges. For the slot's thread.
    pub fn waiting<R>(&self, on: &Arc<Waiter>, wait: impl FnOnce() -> R) -> R {
        let place = || self.waits_on.lock().unwrap_or_else(PoisonError::into_inner);
        *place() = Some(on.clone());
        let result = wait();
        *place() = None;
        result
    }

    /// The descriptor to wait on besides others. For the slot's thread. None if the system has none now:
    /// then a wait is to look often whether the call is to end.
    pub fn wake_descriptor(&self) -> Option<BorrowedFd<'static>> {
        let mut number = self.wake_descriptor.load(Ordering::SeqCst);
        if number < 0 {
            number = system::new_wake_descriptor()?;
            self.wake_descriptor.store(number, Ordering::SeqCst);
        }
        // SAFETY: slots are never freed, and their descriptors closed in the child of a fork only, where
        // nobody waits.
        Some(unsafe { BorrowedFd::borrow_raw(number) })
    }

    /// Has `wake` wake the descriptor, until what this gives is dropped.
    pub fn note_waiting(&self) -> Waiting<'_> {
        self.waiting.store(true, Ordering::SeqCst);
        Waiting(self)
    }

    /// Wakes the guest from an atomic wait, and its host function from a wait for descriptors.
    pub fn wake(&self) {
        if self.waiting.load(Ordering::SeqCst) {
            system::wake_descriptor(self.wake_descriptor.load(Ordering::SeqCst));
        }
        let waits_on = self.waits_on.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waiter) = waits_on.as_ref() {
            waiter.nudge();
        }
    }
}
