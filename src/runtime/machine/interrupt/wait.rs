//! Waiting for descriptors and for time, until an interrupt ends it.

use super::super::thread;
use super::{interrupted, is_asked, system};
use crate::runtime::base::error::Result;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::time::{Duration, Instant};

/// How often a wait looks whether it is to end, if there is no descriptor left to be woken by.
const LOOK: Duration = Duration::from_millis(10);

/// Waits until one of the descriptors is as it is waited for, or a time has passed; `None` for ever.
/// Gives how many are ready; an error if a call on this thread is to end.
pub fn wait(
    fds: &mut [PollFd<'_>],
    time: Option<Duration>,
) -> Result<std::result::Result<usize, Errno>> {
    let until = time.and_then(|time| Instant::now().checked_add(time));
    let thread = thread::current();
    // SAFETY: slots are never freed.
    let slot = unsafe { thread.slot.get().as_ref() };
    let mut wake = None;
    let mut _waiting = None;
    let mut all: Vec<PollFd<'_>> = Vec::new();
    loop {
        // Again each time: others may have closed some.
        if let (None, Some(slot)) = (&wake, slot) {
            wake = slot.wake_descriptor();
            _waiting = wake.is_some().then(|| slot.note_waiting());
        }
        // After `note_waiting`: who fires from here on wakes the descriptor.
        if is_asked(thread) {
            return Err(interrupted());
        }
        let mut left = until.map(|until| until.saturating_duration_since(Instant::now()));
        if wake.is_none() && slot.is_some() {
            left = Some(left.map_or(LOOK, |left| left.min(LOOK)));
        }
        let timeout = left.map(|left| Timespec {
            tv_sec: left.as_secs() as _,
            tv_nsec: left.subsec_nanos() as _,
        });
        let ready = match wake {
            None => poll(fds, timeout.as_ref()),
            Some(wake) => {
                all.clear();
                all.extend(fds.iter().cloned());
                all.push(PollFd::from_borrowed_fd(wake, PollFlags::IN));
                poll(&mut all, timeout.as_ref()).map(|ready| {
                    for (to, from) in fds.iter_mut().zip(&all) {
                        to.clone_from(from);
                    }
                    let woken = all.last().is_some_and(|fd| !fd.revents().is_empty());
                    if woken {
                        system::calm_wake_descriptor(wake.as_raw_fd());
                        // Others that are ready count, else it goes on waiting.
                        ready - 1
                    } else {
                        ready
                    }
                })
            }
        };
        match ready {
            Err(Errno::INTR) => {}
            Err(errno) => return Ok(Err(errno)),
            Ok(0) if until.is_none_or(|until| Instant::now() < until) => {}
            Ok(ready) => return Ok(Ok(ready)),
        }
    }
}

/// Whether a wait on this thread could be ended by an interrupt.
pub fn is_possible() -> bool {
    !thread::current().slot.get().is_null()
}

/// A descriptor to wait on that another thread makes ready.
pub struct Wake(OwnedFd);

impl Wake {
    /// None if the system has no descriptor left.
    pub fn new() -> Option<Self> {
        // SAFETY: new, and nobody else has it.
        system::new_wake_descriptor().map(|fd| Self(unsafe { OwnedFd::from_raw_fd(fd) }))
    }

    /// Makes it readable.
    pub fn wake(&self) {
        system::wake_descriptor(self.0.as_raw_fd());
    }

    /// It is not readable any more, until it is woken again.
    pub fn calm(&self) {
        system::calm_wake_descriptor(self.0.as_raw_fd());
    }
}

impl AsFd for Wake {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
