//! Waiting for descriptors, in ways that an interrupt ends.

use super::abi::errno::{Answer, Errno};
use crate::runtime::machine::interrupt;
use rustix::event::{PollFd, PollFlags};
use std::os::fd::BorrowedFd;
use std::time::Duration;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    Read,
    Write,
}

impl Wait {
    pub fn flags(self) -> PollFlags {
        match self {
            Self::Read => PollFlags::IN,
            Self::Write => PollFlags::OUT,
        }
    }
}

/// Whether somebody may want to end a wait.
pub fn can_end() -> bool {
    interrupt::can_end_waits()
}

/// Waits for a descriptor, or fails with `AGAIN` if it is not ready now.
pub fn ready(fd: BorrowedFd<'_>, what: Wait, now: bool) -> Answer<()> {
    ready_as(fd, what.flags(), now)
}

/// As `ready`, for what the flags say.
pub fn ready_as(fd: BorrowedFd<'_>, flags: PollFlags, now: bool) -> Answer<()> {
    let mut fds = [PollFd::from_borrowed_fd(fd, flags)];
    match interrupt::wait(&mut fds, now.then_some(Duration::ZERO))? {
        Ok(0) => Err(Errno::Again.into()),
        Ok(_) => Ok(()),
        Err(errno) => Err(errno.into()),
    }
}

/// After a system call that a signal ended, and in the middle of long work: an error if the guest's call
/// is to end.
pub fn go_on() -> Answer<()> {
    Ok(interrupt::check()?)
}

/// Writes to what may be a pipe that nobody reads from: the guest gets `PIPE`, and the process no
/// signal. Costs two system calls beside the write.
pub fn without_pipe_signal<R>(write: impl FnOnce() -> Answer<R>) -> Answer<R> {
    // SAFETY: plain system calls on sets that live here.
    unsafe {
        let mut pipe: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut pipe);
        libc::sigaddset(&mut pipe, libc::SIGPIPE);
        let mut before: libc::sigset_t = std::mem::zeroed();
        libc::pthread_sigmask(libc::SIG_BLOCK, &pipe, &mut before);
        // One that is not blocked is not pending either: it would have been delivered.
        let was_blocked = libc::sigismember(&before, libc::SIGPIPE) == 1;
        let was_pending = was_blocked && {
            let mut pending: libc::sigset_t = std::mem::zeroed();
            libc::sigpending(&mut pending);
            libc::sigismember(&pending, libc::SIGPIPE) == 1
        };
        let result = write();
        let broken = matches!(result, Err(super::abi::errno::Stop::Errno(Errno::Pipe)));
        if broken && !was_pending {
            take(&pipe);
        }
        if !was_blocked {
            libc::pthread_sigmask(libc::SIG_UNBLOCK, &pipe, std::ptr::null_mut());
        }
        result
    }
}

/// Takes the signal that the write has raised on this thread.
unsafe fn take(set: &libc::sigset_t) {
    #[cfg(target_os = "linux")]
    // SAFETY: as above.
    unsafe {
        let no_time: libc::timespec = std::mem::zeroed();
        libc::sigtimedwait(set, std::ptr::null_mut(), &no_time);
    }
    #[cfg(not(target_os = "linux"))]
    // SAFETY: as above; it is pending, so nobody waits.
    unsafe {
        let mut signal = 0;
        libc::sigwait(set, &mut signal);
    }
}
