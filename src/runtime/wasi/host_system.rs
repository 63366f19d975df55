//! What systems do differently for files: advice, room set aside, syncing of content only.

use super::abi::Advice;
use super::errno::Answer;
use rustix::fs;
use std::os::fd::AsFd;

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
