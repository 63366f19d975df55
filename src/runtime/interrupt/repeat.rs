//! Asks again until a call has ended: the signal may have come while the guest was in code where
//! nothing can be moved. One thread of the library's, started when it is needed first, which sleeps
//! while there is nothing to ask. It fires interrupts at their time as well.

use super::super::signals;
use super::Interrupt;
use super::slots::Target;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};
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

struct Alarm {
    interrupt: Arc<Interrupt>,
    at: Instant,
    /// The interrupt's alarm that this is; another one took its place if the numbers differ.
    number: u64,
}

#[derive(Default)]
struct Work {
    asks: Vec<Ask>,
    alarms: Vec<Alarm>,
}

/// The thread's work, and what wakes it when there is more.
#[derive(Default)]
struct Repeat {
    work: Mutex<Work>,
    more: Condvar,
}

/// Made when it is needed first, and never freed.
static REPEAT: AtomicPtr<Repeat> = AtomicPtr::new(null_mut());

fn repeat() -> &'static Repeat {
    let known = REPEAT.load(Ordering::Acquire);
    // SAFETY: what is there is never freed.
    if let Some(known) = unsafe { known.as_ref() } {
        return known;
    }
    let new = Box::into_raw(Box::<Repeat>::default());
    match REPEAT.compare_exchange(null_mut(), new, Ordering::AcqRel, Ordering::Acquire) {
        Ok(_) => {
            // SAFETY: as above.
            let new = unsafe { &*new };
            // Without a thread a request is asked once, and heard where the guest returns from a call.
            let thread = std::thread::Builder::new().name("libwasmer".into());
            let _ = signals::without(|| thread.spawn(|| run(new)));
            new
        }
        Err(known) => {
            // SAFETY: made above, and nobody else has seen it; `known` as above.
            unsafe {
                drop(Box::from_raw(new));
                &*known
            }
        }
    }
}

/// For the child of a fork, which has no such thread, and maybe its lock: another one is made. The
/// alarms are forgotten, as those of the system are.
pub fn forked() {
    REPEAT.store(null_mut(), Ordering::Release);
}

impl Repeat {
    fn work(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks a call to end until it has.
pub fn until_ended(interrupt: Arc<Interrupt>, target: Target) {
    let next = Instant::now() + SHORTEST;
    let repeat = repeat();
    let mut work = repeat.work();
    let known = |ask: &Ask| ask.target == target && Arc::ptr_eq(&ask.interrupt, &interrupt);
    if !work.asks.iter().any(known) {
        work.asks.push(Ask { interrupt, target, pause: SHORTEST, next });
        repeat.more.notify_one();
    }
}

/// Fires an interrupt at a time, if it still has the alarm with that number.
pub fn fire_at(interrupt: Arc<Interrupt>, at: Instant, number: u64) {
    let repeat = repeat();
    let mut work = repeat.work();
    // One alarm for an interrupt.
    work.alarms.retain(|alarm| !Arc::ptr_eq(&alarm.interrupt, &interrupt));
    work.alarms.push(Alarm { interrupt, at, number });
    repeat.more.notify_one();
}

/// Forgets the alarm of an interrupt.
pub fn forget_alarm(interrupt: &Arc<Interrupt>) {
    repeat().work().alarms.retain(|alarm| !Arc::ptr_eq(&alarm.interrupt, interrupt));
}

fn run(repeat: &Repeat) {
    let mut work = repeat.work();
    loop {
        let next = work
            .asks
            .iter()
            .map(|ask| ask.next)
            .chain(work.alarms.iter().map(|alarm| alarm.at))
            .min();
        let now = Instant::now();
        match next {
            None => {
                work = repeat.more.wait(work).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            Some(next) if next > now => {
                let waited = repeat.more.wait_timeout(work, next - now);
                work = waited.unwrap_or_else(PoisonError::into_inner).0;
                continue;
            }
            Some(_) => {}
        }
        let mut due = Vec::new();
        work.alarms.retain(|alarm| {
            if alarm.at > now {
                return true;
            }
            alarm.interrupt.ring(alarm.number);
            due.push(alarm.interrupt.clone());
            false
        });
        work.asks.retain_mut(|ask| {
            if ask.next > now {
                return true;
            }
            ask.pause = (ask.pause * 9 / 8).min(LONGEST);
            ask.next = now + ask.pause;
            ask.interrupt.nudge(ask.target)
        });
        drop(work);
        due.iter().filter(|interrupt| interrupt.is_fired()).for_each(Interrupt::ask);
        work = repeat.work();
    }
}
