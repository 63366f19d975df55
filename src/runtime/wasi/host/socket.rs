//! Sockets of the host's: those that listen, and those that are connected.

use super::super::abi::errno::{Answer, Errno};
use super::super::abi::memory::Buffers;
use super::super::abi::types::{FdFlags, FileType, Stat};
use super::super::fs::file::{File, Readiness};
use super::super::wait;
use super::super::wait::Wait;
use super::file;
use super::file::Descriptor;
use super::tree::spare;
use rustix::io::Errno as Host;
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

pub struct Socket {
    fd: Descriptor,
    file_type: FileType,
    flags: AtomicU16,
}

impl Socket {
    pub fn new(fd: Descriptor, flags: FdFlags) -> Answer<Self> {
        let stat = rustix::fs::fstat(&fd)?;
        let kind = rustix::fs::FileType::from_raw_mode(stat.st_mode);
        if kind != rustix::fs::FileType::Socket {
            return Err(Errno::Notsock.into());
        }
        let file_type = file::file_type(kind, Some(fd.as_fd()));
        Ok(Self { fd, file_type, flags: AtomicU16::new(flags.0) })
    }

    /// A socket of the program's. One that listens and does not wait is shown so: a guest that does other things
    /// meanwhile cannot see by itself whether somebody connects. One that is connected waits, until the guest says
    /// otherwise.
    pub fn given(fd: Descriptor) -> Answer<Self> {
        let mut flags = 0;
        if listens(&fd) && rustix::fs::fcntl_getfl(&fd)?.contains(rustix::fs::OFlags::NONBLOCK) {
            flags = FdFlags::NONBLOCK;
        }
        Self::new(fd, FdFlags(flags))
    }

    /// Whether the system must not wait, because the guest or an interrupt does not want it.
    fn is_not_to_wait(&self) -> bool {
        self.flags().has(FdFlags::NONBLOCK) || wait::can_end()
    }

    /// Does a system call once the socket is ready for it, which is asked `first` if the call might wait.
    fn when_ready(&self, what: Wait, first: bool, call: impl Fn() -> isize) -> Answer<isize> {
        let nonblocking = self.flags().has(FdFlags::NONBLOCK);
        loop {
            if first {
                wait::ready(self.fd.as_fd(), what, nonblocking)?;
            }
            match call() {
                done if done >= 0 => return Ok(done),
                _ => match Host::from_io_error(&std::io::Error::last_os_error()) {
                    Some(Host::AGAIN) if !nonblocking => wait::ready(self.fd.as_fd(), what, false)?,
                    Some(Host::INTR) => wait::go_on()?,
                    errno => return Err(errno.unwrap_or(Host::IO).into()),
                },
            }
        }
    }

    pub fn accept(&self, flags: FdFlags) -> Answer<Self> {
        let fd = self.when_ready(Wait::Read, self.is_not_to_wait(), || {
            // SAFETY: no address is asked for.
            unsafe {
                let fd = self.fd.as_fd().as_raw_fd();
                libc::accept(fd, std::ptr::null_mut(), std::ptr::null_mut()) as isize
            }
        })?;
        // SAFETY: just made, and owned by nobody else.
        let fd = spare(unsafe { OwnedFd::from_raw_fd(fd as i32) })?;
        rustix::io::fcntl_setfd(&fd, rustix::io::FdFlags::CLOEXEC)?;
        Self::new(Descriptor::Owned(Arc::new(fd)), flags)
    }

    /// Receives, and says whether the message was longer. `flags` are those of the specification.
    pub fn receive(&self, into: &Buffers, flags: u32) -> Answer<(usize, bool)> {
        const PEEK: u32 = 1;
        const WAIT_ALL: u32 = 2;
        if flags & !(PEEK | WAIT_ALL) != 0 {
            return Err(Errno::Inval.into());
        }
        let mut host = 0;
        if flags & PEEK != 0 {
            host |= libc::MSG_PEEK;
        }
        // A wait for all of it could not be ended.
        if self.is_not_to_wait() {
            host |= libc::MSG_DONTWAIT;
        } else if flags & WAIT_ALL != 0 {
            host |= libc::MSG_WAITALL;
        }
        let truncated = std::cell::Cell::new(false);
        let count = self.when_ready(Wait::Read, false, || {
            let received = into.with_vectors(isize::MAX as usize, |vectors| {
                // SAFETY: an empty header is valid; the vectors lie in the guest's memory, of which
                // we hold no reference.
                unsafe {
                    let mut header: libc::msghdr = std::mem::zeroed();
                    header.msg_iov = vectors.as_ptr().cast_mut();
                    header.msg_iovlen = vectors.len() as _;
                    let count = libc::recvmsg(self.fd.as_fd().as_raw_fd(), &mut header, host);
                    truncated.set(header.msg_flags & libc::MSG_TRUNC != 0);
                    Ok(count)
                }
            });
            received.unwrap_or(-1)
        })?;
        Ok((count as usize, truncated.get()))
    }

    pub fn send(&self, from: &Buffers) -> Answer<usize> {
        let mut flags = libc::MSG_NOSIGNAL;
        if self.is_not_to_wait() {
            // As much as there is room for; the guest sends the rest.
            flags |= libc::MSG_DONTWAIT;
        }
        let count = self.when_ready(Wait::Write, false, || {
            let sent = from.with_vectors(isize::MAX as usize, |vectors| {
                // SAFETY: as above.
                unsafe {
                    let mut header: libc::msghdr = std::mem::zeroed();
                    header.msg_iov = vectors.as_ptr().cast_mut();
                    header.msg_iovlen = vectors.len() as _;
                    Ok(libc::sendmsg(self.fd.as_fd().as_raw_fd(), &header, flags))
                }
            });
            sent.unwrap_or(-1)
        })?;
        Ok(count as usize)
    }

    /// `how` is the specification's: 1 for receiving, 2 for sending.
    pub fn shut_down(&self, how: u32) -> Answer<()> {
        use rustix::net::Shutdown;
        let how = match how {
            1 => Shutdown::Read,
            2 => Shutdown::Write,
            3 => Shutdown::Both,
            _ => return Err(Errno::Inval.into()),
        };
        Ok(rustix::net::shutdown(&self.fd, how)?)
    }
}

fn listens(fd: &Descriptor) -> bool {
    let (mut listens, mut size) = (0i32, size_of::<i32>() as libc::socklen_t);
    // SAFETY: room for a number, of that size.
    let found = unsafe {
        let (fd, room) = (fd.as_fd().as_raw_fd(), (&raw mut listens).cast());
        libc::getsockopt(fd, libc::SOL_SOCKET, libc::SO_ACCEPTCONN, room, &mut size)
    };
    found == 0 && listens != 0
}

impl File for Socket {
    fn stat(&self) -> Answer<Stat> {
        let mut stat = file::stat(&rustix::fs::fstat(&self.fd)?);
        stat.file_type = self.file_type;
        Ok(stat)
    }

    fn file_type(&self) -> FileType {
        self.file_type
    }

    fn flags(&self) -> FdFlags {
        FdFlags(self.flags.load(Ordering::Relaxed))
    }

    fn set_flags(&self, flags: FdFlags) -> Answer<()> {
        if flags.0 & !FdFlags::NONBLOCK != 0 {
            return Err(Errno::Notsup.into());
        }
        self.flags.store(flags.0, Ordering::Relaxed);
        Ok(())
    }

    fn read(&self, into: &Buffers, at: Option<u64>) -> Answer<usize> {
        match at {
            Some(_) => Err(Errno::Spipe.into()),
            None => Ok(self.receive(into, 0)?.0),
        }
    }

    fn write(&self, from: &Buffers, at: Option<u64>) -> Answer<usize> {
        match at {
            Some(_) => Err(Errno::Spipe.into()),
            None => self.send(from),
        }
    }

    fn readiness(&self, what: Wait) -> Answer<Readiness<'_>> {
        Readiness::of(self.fd.as_fd(), what)
    }

    fn readable_bytes(&self) -> u64 {
        rustix::io::ioctl_fionread(&self.fd).unwrap_or(0)
    }

    fn socket(&self) -> Answer<&Socket> {
        Ok(self)
    }
}
