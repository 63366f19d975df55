//! Who waits on a word of a shared memory, and who wakes them: `memory.atomic.wait` and `notify`.
//!
//! wasmer has such a list of its own, which wakes all waiters of a memory to end one, and lets the others believe
//! that they were notified. Here each waits by itself: an interrupt ends the wait of its own call, and those who wait on one
//! word are notified in the order in which they came.

use super::interrupt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// One thread that waits.
#[derive(Default)]
pub struct Waiter {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    notified: bool,
    /// It is to look whether its call is to end.
    nudged: bool,
}

impl Waiter {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has it look whether its call is to end.
    pub fn nudge(&self) {
        self.state().nudged = true;
        self.changed.notify_one();
    }

    fn notify(&self) {
        self.state().notified = true;
        self.changed.notify_one();
    }

    /// Sleeps until it is notified, its call is to end, or the time has come.
    fn sleep(&self, until: Option<Instant>) -> Outcome {
        let mut state = self.state();
        loop {
            if state.notified {
                return Outcome::Notified;
            }
            if interrupt::check().is_err() {
                return Outcome::Stopped;
            }
            // Who fires from here on comes after this and is seen.
            while !state.notified && !state.nudged {
                let Some(until) = until else {
                    state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                    continue;
                };
                let left = until.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Outcome::TimedOut;
                }
                let waited = self.changed.wait_timeout(state, left);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
            state.nudged = false;
        }
    }
}

/// How a wait ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    Notified,
    /// The word was not what it was waited for.
    Different,
    TimedOut,
    /// The call is to end.
    Stopped,
}

/// Those who wait, by the address of the word in this process, in the order in which they came.
type Queue = Vec<(usize, Arc<Waiter>)>;

/// As many lists, so that waiters of different words rarely meet at a lock.
const QUEUES: usize = 64;
static ALL: [Mutex<Queue>; QUEUES] = [const { Mutex::new(Vec::new()) }; QUEUES];

fn lock(queue: &'static Mutex<Queue>) -> MutexGuard<'static, Queue> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

fn queue(address: usize) -> MutexGuard<'static, Queue> {
    // Words have 4 or 8 bytes; synchronization often uses one of a cache line.
    lock(&ALL[(address >> 2 ^ address >> 8) % QUEUES])
}

/// Waits on a word until it is notified, if it is as expected: nobody who changes the word first and notifies
/// then is missed.
pub fn wait(
    address: usize,
    is_as_expected: impl FnOnce() -> bool,
    timeout: Option<Duration>,
) -> Outcome {
    // A time that no clock can say is never reached.
    let until = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
    let waiter = Arc::new(Waiter::default());
    {
        let mut queue = queue(address);
        if !is_as_expected() {
            return Outcome::Different;
        }
        queue.push((address, waiter.clone()));
    }
    let outcome = interrupt::waiting(&waiter, || waiter.sleep(until));
    if outcome != Outcome::Notified {
        let mut queue = queue(address);
        match queue.iter().position(|(_, other)| Arc::ptr_eq(other, &waiter)) {
            Some(place) => drop(queue.remove(place)),
            // Notified at the last moment: who did that counts it.
            None if outcome == Outcome::TimedOut => return Outcome::Notified,
            None => {}
        }
    }
    outcome
}

/// Notifies so many of those who wait on a word, the first ones, and gives how many that were.
pub fn notify(address: usize, most: u32) -> u32 {
    let mut count = 0;
    queue(address).retain(|(word, waiter)| {
        let chosen = *word == address && count < most;
        if chosen {
            waiter.notify();
            count += 1;
        }
        !chosen
    });
    count
}

/// Nobody else changes a list while this lives.
pub struct Held(Vec<MutexGuard<'static, Queue>>);

/// To be called before a fork, whose child would find lists locked for ever else.
pub fn hold() -> Held {
    Held(ALL.iter().map(lock).collect())
}

/// For the child of a fork, which has none of those who wait.
pub fn forked(mut held: Held) {
    held.0.iter_mut().for_each(|queue| queue.clear());
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    fn waiting_on(address: usize) -> usize {
        queue(address).iter().filter(|(word, _)| *word == address).count()
    }

    #[test]
    fn a_word_that_is_different_is_not_waited_for() {
        assert_eq!(wait(0x1000, || false, None), Outcome::Different);
        assert_eq!(waiting_on(0x1000), 0);
    }

    #[test]
    fn a_time_ends_a_wait() {
        let time = Some(Duration::from_millis(1));
        assert_eq!(wait(0x2000, || true, time), Outcome::TimedOut);
        assert_eq!(wait(0x2000, || true, Some(Duration::ZERO)), Outcome::TimedOut);
        assert_eq!(waiting_on(0x2000), 0);
        assert_eq!(notify(0x2000, 1), 0);
    }

    #[test]
    fn the_first_are_notified_first_and_others_go_on_waiting() {
        // Of one list: what is added shifts to a multiple of its length.
        let (word, other) = (0x3000, 0x3000 + (QUEUES << 8) * 4);
        let (sender, ended) = std::sync::mpsc::channel();
        let mut threads = Vec::new();
        for (number, address) in [word, other, word, word].into_iter().enumerate() {
            let before = waiting_on(address);
            let sender = sender.clone();
            threads.push(thread::spawn(move || {
                assert_eq!(wait(address, || true, None), Outcome::Notified);
                sender.send(number).unwrap();
            }));
            while waiting_on(address) == before {
                thread::yield_now();
            }
        }
        assert_eq!(notify(word, 0), 0);
        assert_eq!(notify(word, 1), 1);
        assert_eq!(ended.recv().unwrap(), 0);
        assert_eq!((waiting_on(word), waiting_on(other)), (2, 1));
        assert_eq!(notify(word, u32::MAX), 2);
        let mut next = [ended.recv().unwrap(), ended.recv().unwrap()];
        next.sort_unstable();
        assert_eq!(next, [2, 3]);
        assert_eq!(notify(other, u32::MAX), 1);
        assert_eq!(ended.recv().unwrap(), 1);
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    }
}
