//! Listings of the host's directories. On Linux a part of 32 KiB is read at a time, whatever the directory holds;
//! elsewhere, where an open directory cannot be read so, all of it.

use super::super::abi::errno::Answer;
#[cfg(not(target_os = "linux"))]
use super::super::abi::errno::Errno;
use super::super::budget::Budget;
#[cfg(target_os = "linux")]
use super::super::budget::Held;
#[cfg(not(target_os = "linux"))]
use super::super::fs::listing::{ENTRY_BYTES, Whole};
use super::super::fs::listing::{Entry, Listing};
use super::super::wait;
use super::file;
use super::tree::{ALWAYS, spare};
use rustix::fs::{self, AtFlags, Mode, OFlags};
use rustix::io::Errno as Host;
use std::os::fd::OwnedFd;
use std::sync::Arc;

/// Begins to list a directory. Its position is moved if it is `own`; else it is opened again.
pub fn begin(from: &Arc<OwnedFd>, own: bool, budget: &Arc<Budget>) -> Answer<Box<dyn Listing>> {
    let directory = if own {
        from.clone()
    } else {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | ALWAYS;
        Arc::new(spare(fs::openat(from, ".", flags, Mode::empty())?)?)
    };
    Ok(Box::new(read(directory, budget)?))
}

/// Not every file system says in a listing what is behind a name.
fn file_type(
    directory: &OwnedFd,
    kind: fs::FileType,
    name: impl rustix::path::Arg,
) -> super::super::abi::types::FileType {
    let known = match kind {
        fs::FileType::Unknown => match fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => fs::FileType::from_raw_mode(stat.st_mode),
            Err(_) => kind,
        },
        kind => kind,
    };
    file::file_type(known, None)
}

#[cfg(not(target_os = "linux"))]
fn read(directory: Arc<OwnedFd>, budget: &Arc<Budget>) -> Answer<Whole> {
    let (mut entries, mut bytes, room) = (Vec::new(), 0, budget.room());
    // `read_from` opens the directory again.
    for entry in fs::Dir::read_from(&directory)? {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if matches!(name, b"." | b"..") {
            continue;
        }
        bytes += ENTRY_BYTES + name.len() as u64;
        if bytes > room {
            return Err(Errno::Nomem.into());
        }
        if entries.len() % 1024 == 0 {
            wait::go_on()?;
        }
        let file_type = file_type(&directory, entry.file_type(), entry.file_name());
        entries.push(Entry { inode: entry.ino(), file_type, name: name.to_vec() });
    }
    Whole::new(entries, budget)
}

#[cfg(target_os = "linux")]
fn read(directory: Arc<OwnedFd>, budget: &Arc<Budget>) -> Answer<Parts> {
    let held = budget.take(PART as u64)?;
    let part = vec![0; PART].into_boxed_slice();
    let mut parts = Parts { directory, part, filled: 0, at: 0, first: 0, number: 0, _held: held };
    parts.rewind()?;
    // What is in it now is seen, also if it is removed while it is listed.
    parts.fill()?;
    Ok(parts)
}

/// Bytes of a part.
#[cfg(target_os = "linux")]
const PART: usize = 32_768;

/// A directory that is open and read on, and the part that was read last, as the system gave it.
#[cfg(target_os = "linux")]
struct Parts {
    directory: Arc<OwnedFd>,
    part: Box<[u8]>,
    filled: usize,
    /// Where in the part the next entry is.
    at: usize,
    /// Numbers of the first entry in the part, and of the next one.
    first: u64,
    number: u64,
    _held: Held,
}

#[cfg(target_os = "linux")]
impl Parts {
    fn rewind(&mut self) -> Answer<()> {
        fs::seek(&self.directory, fs::SeekFrom::Start(0))?;
        (self.filled, self.at, self.first, self.number) = (0, 0, 0, 0);
        Ok(())
    }

    /// Reads the next part; false at the end.
    fn fill(&mut self) -> Answer<bool> {
        use std::os::fd::AsRawFd;
        wait::go_on()?;
        let (fd, room) = (self.directory.as_raw_fd(), self.part.len());
        // SAFETY: the part has room for as many bytes.
        let count =
            unsafe { libc::syscall(libc::SYS_getdents64, fd, self.part.as_mut_ptr(), room) };
        (self.filled, self.at, self.first) = (0, 0, self.number);
        match usize::try_from(count) {
            Ok(count) => {
                self.filled = count.min(room);
                Ok(count > 0)
            }
            Err(_) => match Host::from_io_error(&std::io::Error::last_os_error()) {
                // The directory was removed.
                Some(Host::NOENT) => Ok(false),
                errno => Err(errno.unwrap_or(Host::IO).into()),
            },
        }
    }

    /// Inode, kind and name at a place in the part, and the place after it: the system's `linux_dirent64`. None
    /// at the end of the part.
    fn entry(&self, at: usize) -> Option<(u64, u8, &std::ffi::CStr, usize)> {
        const NAME: usize = 19;
        let record = self.part[..self.filled].get(at..)?;
        let inode = u64::from_ne_bytes(record.get(..8)?.try_into().ok()?);
        let size = u16::from_ne_bytes(record.get(16..18)?.try_into().ok()?);
        let name = std::ffi::CStr::from_bytes_until_nul(record.get(NAME..size.into())?).ok()?;
        Some((inode, record[18], name, at + usize::from(size)))
    }

    /// Goes on by one entry, and gives where in the part it is; None at the end.
    fn skip(&mut self) -> Answer<Option<usize>> {
        loop {
            let at = self.at;
            let Some((_, _, name, next)) = self.entry(at) else {
                if self.fill()? {
                    continue;
                }
                return Ok(None);
            };
            let counts = !matches!(name.to_bytes(), b"." | b"..");
            self.at = next;
            if counts {
                self.number += 1;
                return Ok(Some(at));
            }
        }
    }
}

#[cfg(target_os = "linux")]
impl Listing for Parts {
    fn go(&mut self, number: u64) -> Answer<()> {
        if number < self.first {
            self.rewind()?;
        } else if number < self.number {
            (self.at, self.number) = (0, self.first);
        }
        while self.number < number && self.skip()?.is_some() {}
        Ok(())
    }

    fn next(&mut self) -> Answer<Option<Entry<&[u8]>>> {
        let Some(at) = self.skip()? else { return Ok(None) };
        Ok(self.entry(at).map(|(inode, kind, name, _)| {
            // The kinds of `stat`, four bits of them.
            let kind = fs::FileType::from_raw_mode(u32::from(kind) << 12);
            let file_type = file_type(&self.directory, kind, name);
            Entry { inode, file_type, name: name.to_bytes() }
        }))
    }
}
