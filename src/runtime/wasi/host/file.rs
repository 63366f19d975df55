//! Files and streams of the host's, by descriptor.

use super::super::abi::errno::{Answer, Errno};
use super::super::abi::memory::Buffers;
use super::super::abi::types::{Advice, FdFlags, FileType, Stat, Time, Times};
use super::super::fs::file::{File, Readiness};
use super::super::wait::Wait;
use super::system;
use super::transfer::Asks;
use rustix::fs::{self, OFlags, Timespec, Timestamps};
use rustix::io::Errno as Host;
use std::io::SeekFrom;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

/// A descriptor of the host's.
#[derive(Clone)]
pub enum Descriptor {
    /// Closed with its last user.
    Owned(Arc<OwnedFd>),
    /// Left open; whoever lent it keeps it open for as long.
    Lent(RawFd),
}

impl AsFd for Descriptor {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Owned(fd) => fd.as_fd(),
            // SAFETY: it stays open, as the owner promised.
            Self::Lent(fd) => unsafe { BorrowedFd::borrow_raw(*fd) },
        }
    }
}

pub struct HostFile {
    pub(in crate::runtime::wasi) fd: Descriptor,
    file_type: FileType,
    /// A write to a pipe or to a socket may raise a signal.
    pub(in crate::runtime::wasi) kind: fs::FileType,
    /// What the system may be asked for with each read and write, until it has refused.
    pub(in crate::runtime::wasi) asks: Asks,
    terminal: bool,
    /// The guest opened it, so that nobody else sees the flags that it sets.
    own: bool,
    flags: AtomicU16,
}

impl HostFile {
    /// A file that was opened for the guest.
    pub fn opened(fd: OwnedFd, flags: FdFlags) -> Answer<Self> {
        Self::new(Descriptor::Owned(Arc::new(fd)), true, flags)
    }

    /// A descriptor of the program's, whose flags stay as they are.
    pub fn stream(fd: Descriptor) -> Answer<Self> {
        Self::new(fd, false, FdFlags(0))
    }

    fn new(fd: Descriptor, own: bool, flags: FdFlags) -> Answer<Self> {
        let stat = fs::fstat(&fd)?;
        let kind = fs::FileType::from_raw_mode(stat.st_mode);
        let file_type = file_type(kind, Some(fd.as_fd()));
        // SAFETY: asks only.
        let terminal = file_type == FileType::CharacterDevice
            && unsafe { libc::isatty(fd.as_fd().as_raw_fd()) } == 1;
        let asks = Asks::new();
        Ok(Self { fd, file_type, kind, asks, terminal, own, flags: AtomicU16::new(flags.0) })
    }

    pub(in crate::runtime::wasi) fn may_block(&self) -> bool {
        !matches!(self.file_type, FileType::RegularFile | FileType::BlockDevice)
    }
}

pub fn file_type(kind: fs::FileType, socket: Option<BorrowedFd<'_>>) -> FileType {
    match kind {
        fs::FileType::RegularFile => FileType::RegularFile,
        fs::FileType::Directory => FileType::Directory,
        fs::FileType::Symlink => FileType::SymbolicLink,
        fs::FileType::CharacterDevice => FileType::CharacterDevice,
        fs::FileType::BlockDevice => FileType::BlockDevice,
        fs::FileType::Socket => match socket.map(rustix::net::sockopt::socket_type) {
            Some(Ok(rustix::net::SocketType::DGRAM)) => FileType::SocketDgram,
            _ => FileType::SocketStream,
        },
        _ => FileType::Unknown,
    }
}

fn nanoseconds(seconds: i64, fraction: i64) -> u64 {
    let seconds = u64::try_from(seconds).unwrap_or(0);
    seconds.saturating_mul(1_000_000_000).saturating_add(fraction as u64)
}

#[allow(clippy::unnecessary_cast, clippy::useless_conversion)] // Other systems have other widths.
pub fn stat(stat: &fs::Stat) -> Stat {
    Stat {
        device: stat.st_dev as u64,
        inode: stat.st_ino as u64,
        file_type: file_type(fs::FileType::from_raw_mode(stat.st_mode), None),
        links: stat.st_nlink as u64,
        size: stat.st_size as u64,
        accessed: nanoseconds(stat.st_atime as i64, stat.st_atime_nsec as i64),
        modified: nanoseconds(stat.st_mtime as i64, stat.st_mtime_nsec as i64),
        changed: nanoseconds(stat.st_ctime as i64, stat.st_ctime_nsec as i64),
    }
}

pub fn timestamps(times: Times) -> Timestamps {
    let time = |time| match time {
        Time::Keep => Timespec { tv_sec: 0, tv_nsec: fs::UTIME_OMIT as _ },
        Time::Now => Timespec { tv_sec: 0, tv_nsec: fs::UTIME_NOW as _ },
        Time::At(at) => {
            Timespec { tv_sec: (at / 1_000_000_000) as _, tv_nsec: (at % 1_000_000_000) as _ }
        }
    };
    Timestamps { last_access: time(times.access), last_modification: time(times.modification) }
}

/// The host's flags for opening a file with flags of WASI's.
pub fn open_flags(flags: FdFlags) -> OFlags {
    let mut host = OFlags::empty();
    if flags.has(FdFlags::APPEND) {
        host |= OFlags::APPEND;
    }
    if flags.has(FdFlags::NONBLOCK) {
        host |= OFlags::NONBLOCK;
    }
    if flags.has(FdFlags::SYNC | FdFlags::RSYNC) {
        host |= OFlags::SYNC;
    } else if flags.has(FdFlags::DSYNC) {
        host |= OFlags::DSYNC;
    }
    host
}

impl File for HostFile {
    fn stat(&self) -> Answer<Stat> {
        let mut found = stat(&fs::fstat(&self.fd)?);
        found.file_type = self.file_type;
        Ok(found)
    }

    fn file_type(&self) -> FileType {
        self.file_type
    }

    fn is_terminal(&self) -> bool {
        self.terminal
    }

    fn flags(&self) -> FdFlags {
        FdFlags(self.flags.load(Ordering::Relaxed))
    }

    fn set_flags(&self, flags: FdFlags) -> Answer<()> {
        const LASTING: u16 = FdFlags::DSYNC | FdFlags::RSYNC | FdFlags::SYNC;
        if (self.flags().0 ^ flags.0) & LASTING != 0 {
            // The system sets these when it opens a file, and never again.
            return Err(Errno::Notsup.into());
        }
        if self.own {
            let kept = fs::fcntl_getfl(&self.fd)? - OFlags::APPEND - OFlags::NONBLOCK;
            fs::fcntl_setfl(&self.fd, kept | open_flags(FdFlags(flags.0 & !LASTING)))?;
        } else if flags.has(FdFlags::APPEND) {
            return Err(Errno::Notsup.into());
        }
        self.flags.store(flags.0, Ordering::Relaxed);
        Ok(())
    }

    fn read(&self, into: &Buffers, at: Option<u64>) -> Answer<usize> {
        self.receive(into, at)
    }

    fn write(&self, from: &Buffers, at: Option<u64>) -> Answer<usize> {
        self.send(from, at)
    }

    fn seek(&self, to: SeekFrom) -> Answer<u64> {
        let to = match to {
            SeekFrom::Start(at) => fs::SeekFrom::Start(at),
            SeekFrom::Current(by) => fs::SeekFrom::Current(by),
            SeekFrom::End(by) => fs::SeekFrom::End(by),
        };
        Ok(fs::seek(&self.fd, to)?)
    }

    fn set_size(&self, size: u64) -> Answer<()> {
        i64::try_from(size).map_err(|_| Errno::Fbig)?;
        Ok(fs::ftruncate(&self.fd, size)?)
    }

    fn set_times(&self, times: Times) -> Answer<()> {
        Ok(fs::futimens(&self.fd, &timestamps(times))?)
    }

    fn allocate(&self, offset: u64, size: u64) -> Answer<()> {
        if size == 0 {
            return Err(Errno::Inval.into());
        }
        match offset.checked_add(size) {
            Some(end) if i64::try_from(end).is_ok() => {}
            _ => return Err(Errno::Fbig.into()),
        }
        system::allocate(&self.fd, offset, size)
    }

    fn advise(&self, offset: u64, size: u64, advice: Advice) -> Answer<()> {
        if i64::try_from(offset).is_err() || i64::try_from(size).is_err() {
            return Err(Errno::Inval.into());
        }
        system::advise(&self.fd, offset, size, advice)
    }

    fn sync(&self, data_only: bool) -> Answer<()> {
        let done = if data_only { system::sync_content(&self.fd) } else { fs::fsync(&self.fd) };
        match done {
            // Pipes and terminals have nothing to be synced.
            Err(Host::INVAL | Host::ROFS | Host::NOTSUP) if self.may_block() => Ok(()),
            done => Ok(done?),
        }
    }

    fn readiness(&self, what: Wait) -> Answer<Readiness<'_>> {
        if self.may_block() {
            Readiness::of(self.fd.as_fd(), what)
        } else {
            Ok(Readiness::Now { hangup: false })
        }
    }

    fn readable_bytes(&self) -> u64 {
        if self.may_block() {
            return rustix::io::ioctl_fionread(&self.fd).unwrap_or(0);
        }
        let Ok(at) = fs::tell(&self.fd) else { return 0 };
        fs::fstat(&self.fd).map_or(0, |stat| (stat.st_size as u64).saturating_sub(at))
    }
}
