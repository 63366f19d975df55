//! Asks again until a call has ended: the signal may have come while the guest was in code where
//! nothing can be moved. One thread of the library's, started with the first interrupt, which sleeps
//! while there is nothing to ask. It fires interrupts at their time as well.

use super::super::signals;
use super::Interrupt;
use super::slots::Target;
use crate::runtime::base::error::{Error, Result, Status};
use std::collections::{BTreeMap, HashMap};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Between the first asks, and at most.
const SHORTEST: Duration = Duration::from_micros(100);
const LONGEST: Duration = Duration::from_millis(10);

struct Ask {
    interrupt: Arc<Interrupt>,
    target: Target,
    pause: Duration,
    next: Instant,
}

/// When an alarm rings, and the address of its interrupt, which has one at most.
type AlarmKey = (Instant, usize);

struct Alarm {
    interrupt: Arc<Interrupt>,
    /// The interrupt's alarm that this is; another one took its place if the numbers differ.
    number: u64,
}

#[derive(Default)]
struct Alarms {
    by_time: BTreeMap<AlarmKey, Alarm>,
    /// The time of each interrupt's alarm, by the interrupt's address.
    times: HashMap<usize, Instant>,
}

impl Alarms {
    fn insert(&mut self, interrupt: Arc<Interrupt>, at: Instant, number: u64) {
        self.remove(&interrupt);
        let address = Arc::as_ptr(&interrupt) as usize;
        self.times.insert(address, at);
        self.by_time.insert((at, address), Alarm { interrupt, number });
    }

    fn remove(&mut self, interrupt: &Arc<Interrupt>) {
        let address = Arc::as_ptr(interrupt) as usize;
        if let Some(at) = self.times.remove(&address) {
            self.by_time.remove(&(at, address));
        }
    }

    fn next(&self) -> Option<Instant> {
        self.by_time.first_key_value().map(|((at, _), _)| *at)
    }

    /// Takes out the first alarm, if its time has come.
    fn take_due(&mut self, now: Instant) -> Option<Alarm> {
        let entry = self.by_time.first_entry().filter(|entry| entry.key().0 <= now)?;
        let ((_, address), alarm) = entry.remove_entry();
        self.times.remove(&address);
        Some(alarm)
    }
}

#[derive(Default)]
struct Work {
    asks: Vec<Ask>,
    alarms: Alarms,
    /// When the thread looks again by itself; None while it waits to be woken, or works.
    looks_at: Option<Instant>,
    waits: bool,
}

/// The thread's work, and what wakes it when there is more.
#[derive(Default)]
struct Repeat {
    work: Mutex<Work>,
    more: Condvar,
}

/// Made when it is needed first, and never freed.
static REPEAT: AtomicPtr<Repeat> = AtomicPtr::new(null_mut());
/// Whether the thread runs in this process. Set under the lock of the work.
static RUNS: AtomicBool = AtomicBool::new(false);

fn repeat() -> &'static Repeat {
    let known = REPEAT.load(Ordering::Acquire);
    // SAFETY: what is there is never freed.
    if let Some(known) = unsafe { known.as_ref() } {
        return known;
    }
    let new = Box::into_raw(Box::<Repeat>::default());
    match REPEAT.compare_exchange(null_mut(), new, Ordering::AcqRel, Ordering::Acquire) {
        // SAFETY: as above.
        Ok(_) => unsafe { &*new },
        Err(known) => {
            // SAFETY: made above, and nobody else has seen it; `known` as above.
            unsafe {
                drop(Box::from_raw(new));
                &*known
            }
        }
    }
}

/// Sees to it that the thread runs. An error if the system gives none; the next call tries again.
#[inline]
pub fn start() -> Result<()> {
    if RUNS.load(Ordering::Acquire) { Ok(()) } else { repeat().start(&mut repeat().work()) }
}

impl Repeat {
    fn work(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The work is locked, so that two callers do not start two threads.
    #[cold]
    fn start(&'static self, _: &mut Work) -> Result<()> {
        if RUNS.load(Ordering::Acquire) {
            return Ok(());
        }
        let thread = std::thread::Builder::new().name("libwasmer".into());
        match signals::without(|| thread.spawn(|| run(self))) {
            Ok(_) => {
                RUNS.store(true, Ordering::Release);
                Ok(())
            }
            Err(error) => Err(Error::new(
                Status::Resource,
                format!("interrupt: the system gives no thread to end calls by: {error}"),
            )),
        }
    }

    /// Wakes the thread if it would look later than that.
    fn wake_before(&self, work: &Work, time: Instant) {
        if work.waits && work.looks_at.is_none_or(|looks_at| time < looks_at) {
            self.more.notify_one();
        }
    }
}

/// Asks a call to end until it has.
pub fn until_ended(interrupt: Arc<Interrupt>, target: Target) -> Result<()> {
    let next = Instant::now() + SHORTEST;
    let repeat = repeat();
    let mut work = repeat.work();
    repeat.start(&mut work)?;
    let known = |ask: &Ask| ask.target == target && Arc::ptr_eq(&ask.interrupt, &interrupt);
    if !work.asks.iter().any(known) {
        work.asks.push(Ask { interrupt, target, pause: SHORTEST, next });
        repeat.wake_before(&work, next);
    }
    Ok(())
}

/// Fires an interrupt at a time, if it still has the alarm with that number, in place of the alarm
/// that it had before.
pub fn fire_at(interrupt: Arc<Interrupt>, at: Instant, number: u64) -> Result<()> {
    let repeat = repeat();
    let mut work = repeat.work();
    repeat.start(&mut work)?;
    work.alarms.insert(interrupt, at, number);
    repeat.wake_before(&work, at);
    Ok(())
}

/// Forgets the alarm of an interrupt.
pub fn forget_alarm(interrupt: &Arc<Interrupt>) {
    repeat().work().alarms.remove(interrupt);
}

/// The work stays as it is while this lives, for a fork.
pub struct Held(Option<MutexGuard<'static, Work>>);

/// To be called before a fork.
pub fn hold() -> Held {
    let known = REPEAT.load(Ordering::Acquire);
    // SAFETY: what is there is never freed.
    Held(unsafe { known.as_ref() }.map(Repeat::work))
}

/// For the child of a fork, whose only thread this is. The alarms ring there too, by a thread that is
/// started when it is needed; what waits for the parent's thread is not touched again.
pub fn forked(held: Held) {
    RUNS.store(false, Ordering::Release);
    if let Held(Some(mut work)) = held {
        let alarms = std::mem::take(&mut work.alarms);
        let new =
            Repeat { work: Mutex::new(Work { alarms, ..Work::default() }), ..Repeat::default() };
        REPEAT.store(Box::into_raw(Box::new(new)), Ordering::Release);
    }
}

fn run(repeat: &Repeat) {
    let mut work = repeat.work();
    loop {
        let next = work.asks.iter().map(|ask| ask.next).chain(work.alarms.next()).min();
        let now = Instant::now();
        if next.is_none_or(|next| next > now) {
            (work.waits, work.looks_at) = (true, next);
            work = match next {
                None => repeat.more.wait(work).unwrap_or_else(PoisonError::into_inner),
                Some(next) => {
                    let waited = repeat.more.wait_timeout(work, next - now);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
            work.waits = false;
            continue;
        }
        let mut due = Vec::new();
        while let Some(Alarm { interrupt, number }) = work.alarms.take_due(now) {
            interrupt.ring(number);
            due.push(interrupt);
        }
        work.asks.retain_mut(|ask| {
            if ask.next > now {
                return true;
            }
            ask.pause = (ask.pause * 9 / 8).min(LONGEST);
            ask.next = now + ask.pause;
            ask.interrupt.nudge(ask.target)
        });
        drop(work);
        for interrupt in due.iter().filter(|interrupt| interrupt.is_fired()) {
            // This thread runs, so there is no error.
            let _ = interrupt.ask();
        }
        work = repeat.work();
    }
}
