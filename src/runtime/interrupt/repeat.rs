//! Asks again until a call has ended: the signal may have come while the guest was in code where
//! nothing can be moved. One thread of the library's, started when it is needed first, which sleeps
//! while there is nothing to ask. It fires interrupts at their time as well.

use super::slots::Target;
use super::{Interrupt, system};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, Once, PoisonError};
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

static WORK: Mutex<Work> = Mutex::new(Work { asks: Vec::new(), alarms: Vec::new() });
static MORE: Condvar = Condvar::new();
static STARTED: Once = Once::new();

fn work() -> MutexGuard<'static, Work> {
    STARTED.call_once(|| {
        // Without a thread a request is asked once, and heard where the guest returns from a call.
        system::without_signals(|| {
            let _ = std::thread::Builder::new().name("libwasmer".into()).spawn(run);
        });
    });
    WORK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asks a call to end until it has.
pub fn until_ended(interrupt: Arc<Interrupt>, target: Target) {
    let next = Instant::now() + SHORTEST;
    work().asks.push(Ask { interrupt, target, pause: SHORTEST, next });
    MORE.notify_one();
}

/// Fires an interrupt at a time, if it still has the alarm with that number.
pub fn fire_at(interrupt: Arc<Interrupt>, at: Instant, number: u64) {
    let mut work = work();
    // One alarm for an interrupt.
    work.alarms.retain(|alarm| !Arc::ptr_eq(&alarm.interrupt, &interrupt));
    work.alarms.push(Alarm { interrupt, at, number });
    MORE.notify_one();
}

/// Forgets the alarm of an interrupt.
pub fn forget_alarm(interrupt: &Arc<Interrupt>) {
    work().alarms.retain(|alarm| !Arc::ptr_eq(&alarm.interrupt, interrupt));
}

fn run() {
    let mut work = WORK.lock().unwrap_or_else(PoisonError::into_inner);
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
                work = MORE.wait(work).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            Some(next) if next > now => {
                let waited = MORE.wait_timeout(work, next - now);
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
            due.push((alarm.interrupt.clone(), alarm.number));
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
        for (interrupt, number) in due {
            interrupt.ring(number);
        }
        work = WORK.lock().unwrap_or_else(PoisonError::into_inner);
    }
}
