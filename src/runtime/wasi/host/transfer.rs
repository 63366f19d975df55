//! Bytes between a guest and a descriptor of the host's, in ways that an interrupt ends and that raise no
//! signal.

use super::super::abi::errno::{Answer, Errno};
use super::super::abi::memory::Buffers;
use super::super::abi::types::FdFlags;
use super::super::fs::file::File;
use super::super::wait;
use super::super::wait::Wait;
use super::file::HostFile;
use super::system;
use rustix::fs::{self, OFlags};
use rustix::io::Errno as Host;
use std::os::fd::{AsFd, AsRawFd, RawFd};
use std::sync::atomic::{AtomicU8, Ordering};

/// Bytes that are written at a time where a longer write might block after the descriptor was said to
/// be ready: what a pipe takes at once. A descriptor that never blocks gets all of them.
const PIPE_BYTES: usize = 4096;

/// What a system call can be asked for where the system is new enough, and knows how for what is behind
/// the descriptor: that it does not wait, and that it raises no signal. Each spares calls that ask first.
pub struct Asks(AtomicU8);

impl Asks {
    pub(in crate::runtime::wasi) const NOT_TO_WAIT: u8 = 1;
    pub(in crate::runtime::wasi) const NO_SIGNAL: u8 = 2;

    pub fn new() -> Self {
        Self(AtomicU8::new(system::ASKS))
    }

    /// Which of these can be asked for, as far as we know.
    fn of(&self, wanted: u8) -> u8 {
        self.0.load(Ordering::Relaxed) & wanted
    }

    /// One of these was refused: the newer one, it is assumed.
    fn refused(&self, asked: u8) {
        let newest = if asked & Self::NO_SIGNAL != 0 { Self::NO_SIGNAL } else { asked };
        self.0.fetch_and(!newest, Ordering::Relaxed);
    }
}

impl HostFile {
    pub(in crate::runtime::wasi) fn receive(
        &self,
        into: &Buffers,
        at: Option<u64>,
    ) -> Answer<usize> {
        loop {
            let moved = self.transfer(Wait::Read, 0, at, into, |fd, vectors, count, at| {
                // SAFETY: the vectors lie in the guest's memory, of which we hold no reference.
                unsafe {
                    match at {
                        Some(at) => libc::preadv(fd, vectors, count, at),
                        // A little faster than the other.
                        None if count == 1 => {
                            libc::read(fd, (*vectors).iov_base, (*vectors).iov_len)
                        }
                        None => libc::readv(fd, vectors, count),
                    }
                }
            })?;
            if let Some(count) = moved {
                return Ok(count);
            }
        }
    }

    /// A guest that writes to a pipe or socket whose other side is gone gets `PIPE`, and the process no
    /// signal.
    pub(in crate::runtime::wasi) fn send(&self, from: &Buffers, at: Option<u64>) -> Answer<usize> {
        let pipe = self.kind == fs::FileType::Fifo && at.is_none();
        let socket = self.kind == fs::FileType::Socket && at.is_none();
        loop {
            let asks = if pipe { self.asks.of(Asks::NO_SIGNAL) } else { 0 };
            let write = || match socket {
                true => self.send_message(from),
                false => self.transfer(Wait::Write, asks, at, from, |fd, vectors, count, at| {
                    // SAFETY: as above.
                    unsafe {
                        match at {
                            Some(at) => libc::pwritev(fd, vectors, count, at),
                            None if count == 1 => {
                                libc::write(fd, (*vectors).iov_base, (*vectors).iov_len)
                            }
                            None => libc::writev(fd, vectors, count),
                        }
                    }
                }),
            };
            let moved = if pipe && asks == 0 { wait::without_pipe_signal(write) } else { write() };
            if let Some(count) = moved? {
                return Ok(count);
            }
        }
    }

    fn send_message(&self, from: &Buffers) -> Answer<Option<usize>> {
        let mut flags = libc::MSG_NOSIGNAL;
        if self.flags().has(FdFlags::NONBLOCK) || wait::can_end() {
            flags |= libc::MSG_DONTWAIT;
        }
        self.transfer(Wait::Write, 0, None, from, |fd, vectors, count, _| {
            // SAFETY: an empty header is valid; the vectors lie in the guest's memory, of which we hold
            // no reference.
            unsafe {
                let mut header: libc::msghdr = std::mem::zeroed();
                header.msg_iov = vectors.cast_mut();
                header.msg_iovlen = count as _;
                libc::sendmsg(fd, &header, flags)
            }
        })
    }

    /// Moves bytes, and waits for the descriptor to be ready if need be. None if the system refused
    /// what it was asked for, which is noted. `asks` is for the current position only.
    fn transfer(
        &self,
        what: Wait,
        mut asks: u8,
        at: Option<u64>,
        buffers: &Buffers,
        call: impl Fn(RawFd, *const libc::iovec, i32, Option<i64>) -> isize,
    ) -> Answer<Option<usize>> {
        let at = at.map(i64::try_from).transpose().map_err(|_| Errno::Inval)?;
        let blocks = self.may_block() && at.is_none();
        let nonblocking = self.flags().has(FdFlags::NONBLOCK);
        let message = self.kind == fs::FileType::Socket && what == Wait::Write;
        // Whether to ask first, lest the call waits where nobody can end it. What the system knows not
        // to wait is just tried, which spares a question and takes more at a time.
        let mut first = blocks && !message && (nonblocking || wait::can_end());
        if first {
            asks |= self.asks.of(Asks::NOT_TO_WAIT);
            first = asks & Asks::NOT_TO_WAIT == 0 && !self.never_waits()?;
        }
        let most = if first && what == Wait::Write { PIPE_BYTES } else { isize::MAX as usize };
        let mut waited = false;
        loop {
            if first {
                wait::ready(self.fd.as_fd(), what, nonblocking)?;
            }
            let done = buffers.with_vectors(most, |vectors| {
                let (fd, count) = (self.fd.as_fd().as_raw_fd(), vectors.len() as i32);
                let moved = match asks {
                    0 => call(fd, vectors.as_ptr(), count, at),
                    // SAFETY: as above.
                    _ => unsafe { system::transfer(what, asks, fd, vectors.as_ptr(), count) },
                };
                Ok(usize::try_from(moved).map_err(|_| last()))
            })?;
            match done {
                Ok(count) => return Ok(Some(count)),
                // Whoever filters system calls may say so in any of these ways.
                Err(Host::OPNOTSUPP | Host::NOSYS | Host::INVAL | Host::PERM) if asks != 0 => {
                    self.asks.refused(asks);
                    return Ok(None);
                }
                // A device that is ready and never gives anything without waiting, perhaps.
                Err(Host::AGAIN) if waited && asks & Asks::NOT_TO_WAIT != 0 => {
                    self.asks.refused(Asks::NOT_TO_WAIT);
                    return Ok(None);
                }
                // What was asked for, or the program's own flag, of which the guest does not know.
                Err(Host::AGAIN) if blocks && !nonblocking => {
                    wait::ready(self.fd.as_fd(), what, false)?;
                    waited = true;
                }
                Err(Host::INTR) => wait::go_on()?,
                Err(errno) => return Err(errno.into()),
            }
        }
    }

    /// Whether the system answers `AGAIN` at once where it would have to wait. The flag is looked at each
    /// time, because it is the program's, who may change it.
    fn never_waits(&self) -> Answer<bool> {
        Ok(fs::fcntl_getfl(&self.fd)?.contains(OFlags::NONBLOCK))
    }
}

fn last() -> Host {
    Host::from_io_error(&std::io::Error::last_os_error()).unwrap_or(Host::IO)
}
