//! Stopping what runs: an `Interrupt` may be fired by any thread and ends the calls made under it.
//!
//! A call pays nothing unless it is made under an interrupt, and then a few stores. Compiled code
//! does not ask whether it is to stop: its thread is sent a signal, and if the program counter is in
//! compiled wasm code then, the handler moves it to an instruction by which wasmer traps. Elsewhere
//! (in a library call of the guest's, in a host function, on the way between) nothing is moved: the
//! request stays up, library calls and host functions look at it when they return, and the signal is
//! repeated until the call has ended.
//!
//! The request belongs to a call and ends everything nested in it, other arenas too, and nothing
//! around it.

mod code;
mod repeat;
mod slots;
mod stop;
mod wait;

#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod system;
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
#[path = "other.rs"]
mod system;

use super::parking::Waiter;
use super::thread::{self, Thread};
use super::{frames, trap};
use crate::runtime::base::error::{Error, Result, Status, TrapKind};
pub use code::{Registered, around as functions_around};
pub use slots::Slot;
use slots::Target;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
pub use stop::Stop;
#[cfg(target_os = "linux")]
pub use system::registers;
pub use system::signal;
pub use wait::{Wake, is_possible as can_end_waits, wait};

/// Marks the number of an alarm that is set.
const SET: u64 = 1;

/// Something that any thread may fire to end the calls that are made under it. It stays fired until
/// it is reset: a call that is made under a fired one does not begin.
#[derive(Default)]
pub struct Interrupt {
    fired: AtomicBool,
    /// The call that runs under it, as a `Target`; 0 for none.
    first: AtomicU64,
    /// More calls at the same time.
    others: Mutex<Vec<Target>>,
    /// Number of the last alarm, twice, and one more while it is set. It never goes back, so that an
    /// alarm which is about to ring is not taken for a later one.
    alarm: AtomicU64,
}

impl Interrupt {
    /// An error where the system has no way to stop compiled code yet, or gives no thread for it.
    pub fn new() -> Result<Arc<Self>> {
        system::prepare()?;
        repeat::start()?;
        Ok(Arc::default())
    }

    pub fn is_fired(&self) -> bool {
        self.fired.load(Ordering::SeqCst)
    }

    /// Lets calls begin again, and forgets the time at which it was to fire.
    pub fn reset(self: &Arc<Self>) {
        self.forget_alarm();
        self.fired.store(false, Ordering::SeqCst);
    }

    /// Ends the calls that run under it, and those to come. Returns at once: the calls end as soon
    /// as the guest runs compiled code or returns from a library call or a host function.
    ///
    /// In the child of a fork the thread that repeats the request is missing. If the system gives no
    /// other one this is an error: the calls were asked once.
    pub fn fire(self: &Arc<Self>) -> Result<()> {
        self.fired.store(true, Ordering::SeqCst);
        self.ask()
    }

    /// Asks the calls that run under it to end, until they have.
    fn ask(self: &Arc<Self>) -> Result<()> {
        let mut outcome = Ok(());
        for target in self.targets() {
            if self.nudge(target) {
                outcome = outcome.and(repeat::until_ended(self.clone(), target));
            }
        }
        outcome
    }

    /// Fires after a time, in place of what was set before; `None` for never. An error if there is no
    /// thread to do it, in the child of a fork; then nothing is set.
    pub fn fire_after(self: &Arc<Self>, time: Option<Duration>) -> Result<()> {
        let order = Ordering::SeqCst;
        match time.and_then(|time| Instant::now().checked_add(time)) {
            Some(at) => {
                repeat::start()?;
                let next = |alarm: u64| (alarm | SET) + 2;
                let before = self.alarm.fetch_update(order, order, |alarm| Some(next(alarm)));
                let (Ok(before) | Err(before)) = before;
                repeat::fire_at(self.clone(), at, next(before))
            }
            None => {
                self.forget_alarm();
                Ok(())
            }
        }
    }

    fn forget_alarm(self: &Arc<Self>) {
        if self.alarm.fetch_and(!SET, Ordering::SeqCst) & SET != 0 {
            repeat::forget_alarm(self);
        }
    }

    /// To be called when the time of an alarm has come, under the lock of the alarms; `ask` is to
    /// follow it. The alarm is set until it has fired, so that `reset` comes before that or after it.
    fn ring(&self, number: u64) {
        let order = Ordering::SeqCst;
        if self.alarm.load(order) == number {
            self.fired.store(true, order);
            // Unless another was set meanwhile.
            let _ = self.alarm.compare_exchange(number, number & !SET, order, order);
        }
    }

    /// The calls that run under it.
    fn targets(&self) -> Vec<Target> {
        let others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        let first = Target::from_bits(self.first.load(Ordering::SeqCst));
        first.into_iter().chain(others.iter().copied()).collect()
    }

    /// Asks a call to end. False if it has ended.
    fn nudge(&self, target: Target) -> bool {
        if !self.is_fired() || !self.targets().contains(&target) {
            return false;
        }
        let slot = target.slot();
        slot.ask();
        slot.wake();
        slot.send(|| self.targets().contains(&target), || system::send(slot, target));
        true
    }

    fn add(&self, target: Target) {
        let (new, order) = (target.bits(), Ordering::SeqCst);
        if self.first.compare_exchange(0, new, order, Ordering::Relaxed).is_err() {
            self.others.lock().unwrap_or_else(PoisonError::into_inner).push(target);
        }
    }

    fn remove(&self, target: Target) {
        let (old, order) = (target.bits(), Ordering::SeqCst);
        if self.first.compare_exchange(old, 0, order, Ordering::Relaxed).is_err() {
            let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
            others.retain(|&other| other != target);
        }
    }

    /// Makes a call on this thread that ends when the interrupt is fired.
    pub fn guard<R>(&self, thread: &Thread, call: impl FnOnce() -> Result<R>) -> Result<R> {
        // The child of a fork has the alarms, and not the thread that rings them.
        repeat::start()?;
        let slot = slots::mine()?;
        let target = slot.begin(self, thread.depth())?;
        self.add(target);
        let _ended = Ended { interrupt: self, slot, target };
        // After `add`, so that nobody can fire in between and be missed.
        if self.is_fired() {
            return Err(interrupted());
        }
        call()
    }
}

/// The end of a call under an interrupt, also by a panic.
struct Ended<'a> {
    interrupt: &'a Interrupt,
    slot: &'static Slot,
    target: Target,
}

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.interrupt.remove(self.target);
        self.slot.end(self.target);
    }
}

const MESSAGE: &str = "interrupted by host";

#[cold]
fn interrupted() -> Error {
    let mut error = Error::new(Status::Interrupted, MESSAGE);
    error.trap = Some(TrapKind::Interrupted);
    error
}

/// The error of an entry into wasm that has just ended: if it was `stop` that ended it, it says so,
/// with the frames that were noted.
#[cold]
pub fn explained(thread: &Thread, mut error: Error) -> Error {
    let slot = thread.slot.get();
    // SAFETY: slots are never freed.
    let Some((frames, omitted)) = (unsafe { slot.as_ref() }).and_then(|slot| slot.stop.take())
    else {
        return error;
    };
    error.status = Status::Interrupted;
    error.trap = Some(TrapKind::Interrupted);
    error.message = MESSAGE.to_owned();
    if !frames.is_empty() {
        error.frames.clear();
        trap::add_frames(&mut error, &frames::of(&frames));
        error.frames_omitted += omitted;
    }
    error
}

/// What the child of a fork must find as nobody is changing it.
pub struct Held {
    repeat: repeat::Held,
    _code: code::Held,
    _slots: slots::Held,
}

/// To be called before a fork. Waits for those who are changing something, which is soon done.
pub fn hold() -> Held {
    Held { repeat: repeat::hold(), _code: code::hold(), _slots: slots::hold() }
}

/// To be called in the child of a fork, by its only thread, with what was held.
pub fn forked(held: Held) {
    repeat::forked(held.repeat);
    slots::forked();
}

/// Whether a call on this thread is to end. To be asked after a library call or a host function.
#[inline]
pub fn is_asked(thread: &Thread) -> bool {
    let slot = thread.slot.get();
    // SAFETY: slots are never freed.
    !slot.is_null() && unsafe { (*slot).is_asked() }
}

/// An error if a call on this thread is to end.
pub fn check() -> Result<()> {
    if is_asked(thread::current()) { Err(interrupted()) } else { Ok(()) }
}

/// Ends the guest's call, which is to be asked for. To be called on a guest's stack with nothing on it
/// that must be dropped. `note` gives the return addresses of the guest's frames, if they are known
/// better than the unwinder would.
#[cold]
#[inline(never)]
pub fn stop(thread: &Thread, note: impl FnOnce(&mut dyn FnMut(usize))) -> ! {
    // SAFETY: slots are never freed, and one was asked.
    if let Some(slot) = unsafe { thread.slot.get().as_ref() } {
        slot.stop.note();
        note(&mut |address| slot.stop.note_frame(address));
    }
    // The instruction by which compiled code traps. wasmer knows no number for interrupts, so it is that
    // of "unreachable", and `explained` tells what it was.
    // SAFETY: an undefined instruction on a guest's stack. It never returns.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        std::arch::asm!(".byte 0x0f, 0xb9, 0xc9", options(noreturn, nostack));
        #[cfg(target_arch = "aarch64")]
        std::arch::asm!("udf #0xc9", options(noreturn, nostack));
    }
}

/// Where a guest is sent to that is to end. Naked, so that it has no unwind tables: the stack is as it
/// was at any instruction of the guest's, and the unwinder, which wasmer's handler asks for a backtrace,
/// must not take what is there for a return address.
#[unsafe(naked)]
extern "C" fn trap_here() -> ! {
    #[cfg(target_arch = "x86_64")]
    std::arch::naked_asm!(".byte 0x0f, 0xb9, 0xc9");
    #[cfg(target_arch = "aarch64")]
    std::arch::naked_asm!("udf #0xc9");
}

/// Runs an atomic wait of the guest's, which is nudged when a call on this thread is to end.
pub fn waiting<R>(waiter: &Arc<Waiter>, wait: impl FnOnce() -> R) -> R {
    // SAFETY: slots are never freed.
    match unsafe { thread::current().slot.get().as_ref() } {
        Some(slot) => slot.waiting(waiter, wait),
        None => wait(),
    }
}

/// Runs code while which the thread is in a host function, or in wasm again.
#[inline]
pub fn inside<R>(thread: &Thread, host: bool, run: impl FnOnce() -> R) -> R {
    let slot = thread.slot.get();
    if slot.is_null() {
        return run();
    }
    // SAFETY: slots are never freed.
    unsafe { (*slot).host(host, run) }
}

/// To be called when the frames of calls were dropped without being unwound.
pub fn forget(thread: &Thread) {
    let slot = thread.slot.get();
    if !slot.is_null() {
        // SAFETY: slots are never freed.
        unsafe { (*slot).forget(thread.depth()) };
    }
}
