//! Clocks: the machine's, or ones that say the same in every run.

use super::abi::errno::{Answer, Errno};
use std::sync::atomic::{AtomicU64, Ordering};

/// The specification's clocks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Clock {
    Realtime,
    Monotonic,
    ProcessCputime,
    ThreadCputime,
}

impl Clock {
    pub fn from_u32(number: u32) -> Answer<Self> {
        Ok(match number {
            0 => Self::Realtime,
            1 => Self::Monotonic,
            2 => Self::ProcessCputime,
            3 => Self::ThreadCputime,
            _ => return Err(Errno::Inval.into()),
        })
    }

    fn host(self) -> libc::clockid_t {
        match self {
            Self::Realtime => libc::CLOCK_REALTIME,
            Self::Monotonic => libc::CLOCK_MONOTONIC,
            Self::ProcessCputime => libc::CLOCK_PROCESS_CPUTIME_ID,
            Self::ThreadCputime => libc::CLOCK_THREAD_CPUTIME_ID,
        }
    }
}

/// Clocks that start at a given time and move by a given step whenever one is read.
#[derive(Clone, Copy, Debug)]
pub struct Fixed {
    /// Nanoseconds since 1970 at the start.
    pub realtime: u64,
    /// Nanoseconds for each reading.
    pub step: u64,
}

pub struct Clocks {
    fixed: Option<Fixed>,
    /// Nanoseconds that have passed on fixed clocks.
    passed: AtomicU64,
    /// What the monotonic clock said at the start, so that a guest does not learn how long the
    /// machine has been up.
    origin: u64,
}

impl Clocks {
    pub fn new(fixed: Option<Fixed>) -> Self {
        Self { fixed, passed: AtomicU64::new(0), origin: read(Clock::Monotonic) }
    }

    pub fn is_fixed(&self) -> bool {
        self.fixed.is_some()
    }

    /// In nanoseconds.
    pub fn resolution(&self, clock: Clock) -> u64 {
        match self.fixed {
            Some(fixed) if clock == Clock::Realtime || clock == Clock::Monotonic => {
                fixed.step.max(1)
            }
            _ => ask(libc::clock_getres, clock).max(1),
        }
    }

    /// In nanoseconds.
    pub fn now(&self, clock: Clock) -> u64 {
        match (self.fixed, clock) {
            (Some(fixed), Clock::Realtime) => fixed.realtime.wrapping_add(self.tick(fixed)),
            (Some(fixed), Clock::Monotonic) => self.tick(fixed),
            (None, Clock::Monotonic) => read(clock).saturating_sub(self.origin),
            _ => read(clock),
        }
    }

    fn tick(&self, fixed: Fixed) -> u64 {
        self.passed.fetch_add(fixed.step, Ordering::Relaxed)
    }

    /// What a fixed clock says, without moving it.
    pub fn peek(&self, clock: Clock) -> u64 {
        let passed = self.passed.load(Ordering::Relaxed);
        match (self.fixed, clock) {
            (Some(fixed), Clock::Realtime) => fixed.realtime.wrapping_add(passed),
            (Some(_), Clock::Monotonic) => passed,
            _ => self.now(clock),
        }
    }

    /// Lets time pass on fixed clocks.
    pub fn advance(&self, nanoseconds: u64) {
        self.passed.fetch_add(nanoseconds, Ordering::Relaxed);
    }
}

fn read(clock: Clock) -> u64 {
    ask(libc::clock_gettime, clock)
}

/// A time before 1970 counts as 1970.
fn ask(by: unsafe extern "C" fn(libc::clockid_t, *mut libc::timespec) -> i32, clock: Clock) -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: writes the time. Every system has these clocks.
    unsafe { by(clock.host(), &mut time) };
    u64::try_from(time.tv_sec)
        .unwrap_or(0)
        .saturating_mul(1_000_000_000)
        .saturating_add(time.tv_nsec as u64)
}
