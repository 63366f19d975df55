//! What one guest may make the host keep: descriptors and bytes. A configuration sets how much.

use super::abi::errno::{Answer, Errno};
use super::limits::{DESCRIPTORS, HOST_BYTES, MAX_DESCRIPTORS, MAX_THREADS};
use crate::runtime::base::error::{Error, Result, Status};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What a guest of WASI may have at most. Numbers are part of the ABI.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Limit {
    /// Descriptors that are open at a time, those that it is given included; more give errno `MFILE`. 256
    /// unless another number is set.
    Descriptors = 0,
    /// Bytes that the library holds for what the guest is doing, which are listings of directories: of one of
    /// the host's a part of 32 KiB, of one of callbacks all of it, with 64 bytes for each entry. More give errno
    /// `NOMEM`. 64 MiB unless another number is set.
    HostBytes = 1,
    /// Threads that a command may have at a time, besides the one that runs it, by the proposal wasi-threads. 0 unless
    /// another number is set: then there is no `wasi.thread-spawn`. More give the guest -6 (errno `AGAIN`).
    Threads = 2,
}

impl Limit {
    pub fn from_u32(number: u32) -> Option<Self> {
        [Self::Descriptors, Self::HostBytes, Self::Threads]
            .into_iter()
            .find(|&limit| limit as u32 == number)
    }

    /// The most that it can be set to.
    fn highest(self) -> u64 {
        match self {
            Self::Descriptors => MAX_DESCRIPTORS.into(),
            Self::HostBytes => u64::from(u32::MAX),
            Self::Threads => MAX_THREADS.into(),
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Descriptors => "descriptors",
            Self::HostBytes => "bytes held by the host",
            Self::Threads => "threads",
        })
    }
}

/// A number for each limit.
#[derive(Clone, Copy)]
pub struct Limits {
    descriptors: u64,
    host_bytes: u64,
    threads: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { descriptors: DESCRIPTORS.into(), host_bytes: HOST_BYTES, threads: 0 }
    }
}

impl Limits {
    pub fn get(&self, limit: Limit) -> u64 {
        match limit {
            Limit::Descriptors => self.descriptors,
            Limit::HostBytes => self.host_bytes,
            Limit::Threads => self.threads,
        }
    }

    pub fn set(&mut self, limit: Limit, most: u64) -> Result<()> {
        let highest = limit.highest();
        if most > highest {
            return Err(Error::new(
                Status::InvalidArgument,
                format!(
                    "wasi: limit of {limit}: {most} asked for, {highest} is the most there can be"
                ),
            ));
        }
        match limit {
            Limit::Descriptors => self.descriptors = most,
            Limit::HostBytes => self.host_bytes = most,
            Limit::Threads => self.threads = most,
        }
        Ok(())
    }
}

/// Bytes that are held for a guest, and how many there may be.
pub struct Budget {
    most: u64,
    held: AtomicU64,
}

impl Budget {
    pub fn new(most: u64) -> Arc<Self> {
        Arc::new(Self { most, held: AtomicU64::new(0) })
    }

    /// How many bytes more may be held.
    pub fn room(&self) -> u64 {
        self.most.saturating_sub(self.held.load(Relaxed))
    }

    /// Counts bytes until what this gives is dropped; `NOMEM` if they are too many.
    pub fn take(self: &Arc<Self>, bytes: u64) -> Answer<Held> {
        let add = |held: u64| held.checked_add(bytes).filter(|&sum| sum <= self.most);
        match self.held.fetch_update(Relaxed, Relaxed, add) {
            Ok(_) => Ok(Held { budget: self.clone(), bytes }),
            Err(_) => Err(Errno::Nomem.into()),
        }
    }
}

/// Bytes that are counted.
pub struct Held {
    budget: Arc<Budget>,
    bytes: u64,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.budget.held.fetch_sub(self.bytes, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dropped_can_be_taken_again() {
        let budget = Budget::new(100);
        let (first, second) = (budget.take(60), budget.take(40));
        assert!(first.is_ok() && second.is_ok());
        assert_eq!(budget.room(), 0);
        assert!(budget.take(1).is_err() && budget.take(u64::MAX).is_err());
        assert!(budget.take(0).is_ok());
        drop(first);
        assert_eq!(budget.room(), 60);
        assert!(budget.take(61).is_err() && budget.take(60).is_ok());
    }

    #[test]
    fn limits_say_what_there_can_be() {
        let mut limits = Limits::default();
        assert_eq!(limits.get(Limit::Descriptors), 256);
        assert!(limits.set(Limit::Descriptors, 65_536).is_ok());
        let error = limits.set(Limit::Descriptors, 65_537).unwrap_err();
        assert_eq!(error.status, Status::InvalidArgument);
        assert_eq!(
            error.message,
            "wasi: limit of descriptors: 65537 asked for, 65536 is the most there can be"
        );
        assert_eq!(limits.get(Limit::Descriptors), 65_536);
        assert_eq!(limits.get(Limit::Threads), 0);
        assert!(limits.set(Limit::Threads, 4097).is_err());
        assert_eq!(Limit::from_u32(3), None);
    }
}
