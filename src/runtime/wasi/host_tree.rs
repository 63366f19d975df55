//! Directories of the host's. Every system call gets an open directory and one name, and follows no
//! link.

use super::abi::{OpenFlags, Stat, Times};
use super::errno::{Answer, Errno};
use super::host_file::{self, HostFile};
use super::limits::{MAX_ENTRIES, MAX_ENTRY_BYTES, MAX_PATH};
use super::tree::{Entered, Entry, Open, Opened, Place, Tree};
use rustix::fs::{self, AtFlags, Mode, OFlags};
use rustix::io::Errno as Host;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;

pub struct HostTree;

/// For going through a directory only, where the system has such a thing.
#[cfg(target_os = "linux")]
const THROUGH: OFlags = OFlags::PATH;
#[cfg(not(target_os = "linux"))]
const THROUGH: OFlags = OFlags::RDONLY;

const ALWAYS: OFlags = OFlags::CLOEXEC.union(OFlags::NOFOLLOW);

impl HostTree {
    /// A directory of the host's, by a path of the host's, which may lead through links.
    pub fn root(path: &std::path::Path) -> Result<Place, Host> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Place::Host(Arc::new(fs::open(path, flags, Mode::empty())?)))
    }
}

/// The directory behind a place, which is one of the host's: places do not change trees.
fn at(place: &Place) -> Answer<&OwnedFd> {
    match place {
        Place::Host(fd) => Ok(fd),
        Place::Virtual(_) => Err(Errno::Xdev.into()),
    }
}

fn read_link(from: &Place, name: &str) -> Answer<Option<String>> {
    match fs::readlinkat(at(from)?, name, Vec::with_capacity(256)) {
        Ok(link) if link.as_bytes().len() > MAX_PATH => Err(Errno::Nametoolong.into()),
        Ok(link) => Ok(Some(link.into_string().map_err(|_| Errno::Ilseq)?)),
        // Not a link, or not there.
        Err(Host::INVAL | Host::NOENT) => Ok(None),
        Err(errno) => Err(errno.into()),
    }
}

impl Tree for HostTree {
    fn enter(&self, from: &Place, name: &str) -> Answer<Entered> {
        let flags = THROUGH | OFlags::DIRECTORY | ALWAYS;
        match fs::openat(at(from)?, name, flags, Mode::empty()) {
            Ok(fd) => Ok(Entered::Directory(Place::Host(Arc::new(fd)))),
            Err(errno @ (Host::NOTDIR | Host::LOOP | Host::MLINK)) => {
                match read_link(from, name)? {
                    Some(link) => Ok(Entered::Link(link)),
                    None => Err(errno.into()),
                }
            }
            Err(errno) => Err(errno.into()),
        }
    }

    fn link(&self, from: &Place, name: &str) -> Answer<Option<String>> {
        read_link(from, name)
    }

    fn open(&self, from: &Place, name: &str, how: Open) -> Answer<Opened> {
        let from = at(from)?;
        let create = how.flags.has(OpenFlags::CREAT);
        let mut flags = host_file::open_flags(how.fd_flags) | ALWAYS | OFlags::NOCTTY;
        // A pipe without a reader or writer must not make anybody wait here. Reading and writing wait
        // by themselves.
        flags |= OFlags::NONBLOCK;
        flags |= match (how.read, how.write) {
            (true, true) => OFlags::RDWR,
            (false, true) => OFlags::WRONLY,
            (_, false) => OFlags::RDONLY,
        };
        if how.read_only {
            if how.write || how.flags.has(OpenFlags::TRUNC) {
                return match fs::statat(from, name, AtFlags::SYMLINK_NOFOLLOW) {
                    Err(errno) if !(create && errno == Host::NOENT) => Err(errno.into()),
                    _ => Err(Errno::Rofs.into()),
                };
            }
        } else if how.flags.has(OpenFlags::TRUNC) {
            flags |= OFlags::TRUNC;
        }
        if how.flags.has(OpenFlags::DIRECTORY) {
            flags |= OFlags::DIRECTORY;
        } else if create && !how.read_only {
            flags |= OFlags::CREATE;
        }
        let exclusive = create && how.flags.has(OpenFlags::EXCL);
        if exclusive && !how.read_only {
            flags |= OFlags::EXCL;
        }
        let fd = match fs::openat(from, name, flags, Mode::from_raw_mode(0o666)) {
            Ok(_) if exclusive && how.read_only => return Err(Errno::Exist.into()),
            Err(Host::NOENT) if create && how.read_only => return Err(Errno::Rofs.into()),
            // A socket; the specification has no number for what Linux says.
            Err(Host::NXIO) => return Err(Errno::Nxio.into()),
            opened => opened?,
        };
        let kind = fs::FileType::from_raw_mode(fs::fstat(&fd)?.st_mode);
        if kind == fs::FileType::Directory {
            return Ok(Opened::Directory(Place::Host(Arc::new(fd))));
        }
        Ok(Opened::File(Arc::new(HostFile::opened(fd, how.fd_flags)?)))
    }

    fn stat(&self, from: &Place, name: &str) -> Answer<Stat> {
        Ok(host_file::stat(&fs::statat(at(from)?, name, AtFlags::SYMLINK_NOFOLLOW)?))
    }

    fn set_times(&self, from: &Place, name: &str, times: Times) -> Answer<()> {
        let times = host_file::timestamps(times);
        Ok(fs::utimensat(at(from)?, name, &times, AtFlags::SYMLINK_NOFOLLOW)?)
    }

    fn list(&self, from: &Place) -> Answer<Vec<Entry>> {
        let from = at(from)?;
        let (mut entries, mut bytes) = (Vec::new(), 0);
        // `read_from` opens the directory again, so that nobody's position is moved.
        for entry in fs::Dir::read_from(from)? {
            let entry = entry?;
            let name = entry.file_name().to_bytes();
            if matches!(name, b"." | b"..") {
                continue;
            }
            bytes += name.len();
            if entries.len() >= MAX_ENTRIES || bytes > MAX_ENTRY_BYTES {
                return Err(Errno::Overflow.into());
            }
            let mut kind = entry.file_type();
            if kind == fs::FileType::Unknown
                && let Ok(stat) = fs::statat(from, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW)
            {
                kind = fs::FileType::from_raw_mode(stat.st_mode);
            }
            let file_type = host_file::file_type(kind, None);
            entries.push(Entry { inode: entry.ino(), file_type, name: name.to_vec() });
        }
        Ok(entries)
    }

    fn make_directory(&self, from: &Place, name: &str) -> Answer<()> {
        Ok(fs::mkdirat(at(from)?, name, Mode::from_raw_mode(0o777))?)
    }

    fn remove_directory(&self, from: &Place, name: &str) -> Answer<()> {
        Ok(fs::unlinkat(at(from)?, name, AtFlags::REMOVEDIR)?)
    }

    fn unlink(&self, from: &Place, name: &str) -> Answer<()> {
        Ok(fs::unlinkat(at(from)?, name, AtFlags::empty())?)
    }

    fn symlink(&self, target: &str, from: &Place, name: &str) -> Answer<()> {
        Ok(fs::symlinkat(target, at(from)?, name)?)
    }

    fn rename(&self, old: (&Place, &str), new: (&Place, &str)) -> Answer<()> {
        Ok(fs::renameat(at(old.0)?, old.1, at(new.0)?, new.1)?)
    }

    fn hard_link(&self, old: (&Place, &str), new: (&Place, &str)) -> Answer<()> {
        let (from, to) = (at(old.0)?.as_fd(), at(new.0)?.as_fd());
        Ok(fs::linkat(from, old.1, to, new.1, AtFlags::empty())?)
    }
}
