//! What systems do differently for files: advice, room set aside, syncing of content only, and what reads and
//! writes can be asked for.

use super::super::abi::errno::Answer;
use super::super::abi::types::Advice;
use super::super::wait::Wait;
#[cfg(target_os = "linux")]
use super::transfer::Asks;
use rustix::fs;
use std::os::fd::{AsFd, RawFd};

#[cfg(not(target_vendor = "apple"))]
pub fn advise(fd: impl AsFd, offset: u64, size: u64, advice: Advice) -> Answer<()> {
    let advice = match advice {
        Advice::Normal => fs::Advice::Normal,
        Advice::Sequential => fs::Advice::Sequential,
        Advice::Random => fs::Advice::Random,
        Advice::WillNeed => fs::Advice::WillNeed,
        Advice::DontNeed => fs::Advice::DontNeed,
        Advice::NoReuse => fs::Advice::NoReuse,
    };
    Ok(fs::fadvise(fd, offset, std::num::NonZeroU64::new(size), advice)?)
}

/// There is nothing to advise there. What has no position is refused as elsewhere.
#[cfg(target_vendor = "apple")]
pub fn advise(fd: impl AsFd, _: u64, _: u64, _: Advice) -> Answer<()> {
    fs::tell(fd)?;
    Ok(())
}

#[cfg(not(target_vendor = "apple"))]
pub fn allocate(fd: impl AsFd, offset: u64, size: u64) -> Answer<()> {
    Ok(fs::fallocate(fd, fs::FallocateFlags::empty(), offset, size)?)
}

/// The system cannot set room aside in the middle of a file, so that only the size is made sure of:
/// a guest may still be told later that the disk is full. A file never gets shorter.
#[cfg(target_vendor = "apple")]
pub fn allocate(fd: impl AsFd, offset: u64, size: u64) -> Answer<()> {
    let fd = fd.as_fd();
    let end = offset.saturating_add(size);
    if (fs::fstat(fd)?.st_size as u64) < end {
        fs::ftruncate(fd, end)?;
    }
    Ok(())
}

#[cfg(not(target_vendor = "apple"))]
pub fn sync_content(fd: impl AsFd) -> rustix::io::Result<()> {
    fs::fdatasync(fd)
}

#[cfg(target_vendor = "apple")]
pub fn sync_content(fd: impl AsFd) -> rustix::io::Result<()> {
    fs::fsync(fd)
}

/// What `transfer` can be asked for.
#[cfg(target_os = "linux")]
pub(in crate::runtime::wasi) const ASKS: u8 = Asks::NOT_TO_WAIT | Asks::NO_SIGNAL;

#[cfg(not(target_os = "linux"))]
pub(in crate::runtime::wasi) const ASKS: u8 = 0;

/// Moves bytes at the current position, as `asks` says; -1 as the system does. Pipes can be asked not to wait since
/// Linux 6.4, sockets before, terminals not at all; for no signal since Linux 6.18.
///
/// # Safety
/// `vectors` holds `count` vectors, of memory that may be read or written as `what` says.
#[cfg(target_os = "linux")]
pub unsafe fn transfer(
    what: Wait,
    asks: u8,
    fd: RawFd,
    vectors: *const libc::iovec,
    count: i32,
) -> isize {
    // Not in libc yet.
    const RWF_NOSIGNAL: libc::c_int = 0x100;
    let call = match what {
        Wait::Read => libc::SYS_preadv2,
        Wait::Write => libc::SYS_pwritev2,
    };
    let mut flags = 0;
    if asks & Asks::NOT_TO_WAIT != 0 {
        flags |= libc::RWF_NOWAIT;
    }
    if asks & Asks::NO_SIGNAL != 0 {
        flags |= RWF_NOSIGNAL;
    }
    let (fd, count, here) = (libc::c_long::from(fd), libc::c_long::from(count), -1 as libc::c_long);
    // SAFETY: the caller's promise. Not by their names: glibc has those only since 2.26.
    unsafe {
        libc::syscall(call, fd, vectors, count, here, here, libc::c_long::from(flags)) as isize
    }
}

#[cfg(not(target_os = "linux"))]
pub unsafe fn transfer(_: Wait, _: u8, _: RawFd, _: *const libc::iovec, _: i32) -> isize {
    unreachable!("nothing can be asked for")
}
