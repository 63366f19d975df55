//! What is behind a descriptor that is not a directory.

use super::super::abi::errno::{Answer, Errno};
use super::super::abi::memory::Buffers;
use super::super::abi::types::{Advice, FdFlags, FileType, Stat, Times};
use super::super::wait::Wait;
use rustix::event::PollFlags;
use std::io::SeekFrom;
use std::os::fd::BorrowedFd;

pub enum Readiness<'a> {
    /// It can. `hangup`: the other side is gone.
    Now { hangup: bool },
    /// Not before the descriptor is as the flags say, which says so for `sure`, or else that it is worth
    /// asking again.
    Wait { fd: BorrowedFd<'a>, flags: PollFlags, sure: bool },
}

impl<'a> Readiness<'a> {
    /// That of a descriptor of the host's.
    pub fn of(fd: BorrowedFd<'a>, what: Wait) -> Answer<Self> {
        Ok(Self::Wait { fd, flags: what.flags(), sure: true })
    }
}

/// An open file, stream or socket. Functions that a kind of file does not have fail as the
/// specification says for a descriptor that is of another kind.
pub trait File: Send + Sync {
    fn stat(&self) -> Answer<Stat>;

    fn file_type(&self) -> FileType {
        self.stat().map_or(FileType::Unknown, |stat| stat.file_type)
    }

    /// A character device whose position cannot be set: the guest takes it for a terminal.
    fn is_terminal(&self) -> bool {
        false
    }

    fn flags(&self) -> FdFlags {
        FdFlags(0)
    }

    fn set_flags(&self, _flags: FdFlags) -> Answer<()> {
        Err(Errno::Notsup.into())
    }

    /// Reads at the current position, or at the one given without moving it.
    fn read(&self, into: &Buffers, at: Option<u64>) -> Answer<usize>;

    /// Writes likewise.
    fn write(&self, from: &Buffers, at: Option<u64>) -> Answer<usize>;

    fn seek(&self, _to: SeekFrom) -> Answer<u64> {
        Err(Errno::Spipe.into())
    }

    fn set_size(&self, _size: u64) -> Answer<()> {
        Err(Errno::Inval.into())
    }

    fn set_times(&self, _times: Times) -> Answer<()> {
        Err(Errno::Notsup.into())
    }

    fn allocate(&self, _offset: u64, _size: u64) -> Answer<()> {
        Err(Errno::Spipe.into())
    }

    fn advise(&self, _offset: u64, _size: u64, _advice: Advice) -> Answer<()> {
        Err(Errno::Spipe.into())
    }

    fn sync(&self, _data_only: bool) -> Answer<()> {
        Ok(())
    }

    /// Whether it can be read or written without waiting, as far as we know.
    fn readiness(&self, _what: Wait) -> Answer<Readiness<'_>> {
        Ok(Readiness::Now { hangup: false })
    }

    /// Bytes that can be read without waiting, as far as that is known.
    fn readable_bytes(&self) -> u64 {
        0
    }

    /// The socket that this is.
    fn socket(&self) -> Answer<&super::super::host::socket::Socket> {
        Err(Errno::Notsock.into())
    }
}
