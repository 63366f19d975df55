//! Directories of the host's. Every system call gets an open directory and one name, and follows no
//! link.

use super::super::abi::errno::{Answer, Errno};
use super::super::abi::types::{OpenFlags, Stat, Times};
use super::super::budget::Budget;
use super::super::fs::listing::Listing;
use super::super::fs::tree::{Entered, Open, Opened, Place, Tree};
use super::super::limits::{MAX_DEPTH, MAX_PATH};
use super::file;
use super::file::HostFile;
use super::listing;
use rustix::fs::{self, AtFlags, Mode, OFlags};
use rustix::io::Errno as Host;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::sync::Arc;

pub struct HostTree {
    top: Arc<OwnedFd>,
}

/// For going through a directory only, where the system has such a thing.
#[cfg(target_os = "linux")]
const THROUGH: OFlags = OFlags::PATH;
#[cfg(not(target_os = "linux"))]
const THROUGH: OFlags = OFlags::RDONLY;

pub(in crate::runtime::wasi) const ALWAYS: OFlags = OFlags::CLOEXEC.union(OFlags::NOFOLLOW);

impl HostTree {
    /// A directory of the host's, by a path of the host's, which may lead through links.
    pub fn open(path: &std::path::Path) -> Result<Self, Host> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self { top: Arc::new(fs::open(path, flags, Mode::empty())?) })
    }

    pub fn top(&self) -> Place {
        Place::Host(self.top.clone())
    }
}

/// What a directory is known by, whatever its name.
type Identity = (u64, u64);

#[allow(clippy::unnecessary_cast)] // Other systems have other widths.
fn identity(of: impl AsFd) -> Answer<Identity> {
    let stat = fs::fstat(of)?;
    Ok((stat.st_dev as u64, stat.st_ino as u64))
}

/// Which of some trees a directory lies in, and how deep, as of now. `PERM` if in none.
pub fn which<'a>(trees: impl Iterator<Item = &'a HostTree>, of: &Place) -> Answer<(usize, usize)> {
    let tops: Vec<Identity> = trees.map(|tree| identity(&tree.top)).collect::<Answer<_>>()?;
    let (mut here, mut found) = (at(of)?.clone(), identity(at(of)?)?);
    for depth in 0..MAX_DEPTH {
        if let Some(number) = tops.iter().position(|&top| top == found) {
            return Ok((number, depth));
        }
        // Nothing is looked up there, and nothing of it is told.
        let flags = THROUGH | OFlags::DIRECTORY | ALWAYS;
        let above = spare(fs::openat(&here, "..", flags, Mode::empty())?)?;
        let next = identity(&above)?;
        if next == found {
            // The top of all. It was moved out of the tree.
            return Err(Errno::Perm.into());
        }
        (here, found) = (Arc::new(above), next);
    }
    Err(Errno::Nametoolong.into())
}

/// Descriptors of the process that are left to the host: the last ones that it may have open.
const SPARE: u64 = 32;

/// A descriptor that was opened for a guest, unless it is one of the last.
pub(in crate::runtime::wasi) fn spare(fd: OwnedFd) -> Answer<OwnedFd> {
    // SAFETY: an empty limit is valid, and is written to.
    #[allow(clippy::useless_conversion)] // Other systems have other widths.
    let most = unsafe {
        let mut limit: libc::rlimit = std::mem::zeroed();
        match libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) {
            0 => u64::from(limit.rlim_cur),
            _ => u64::MAX,
        }
    };
    // The system gives the lowest that is free, so all below are in use.
    let number = u64::try_from(fd.as_raw_fd()).unwrap_or(u64::MAX);
    if number >= most - SPARE.min(most / 8) { Err(Errno::Nfile.into()) } else { Ok(fd) }
}

/// The directory behind a place, which is one of the host's: places do not change trees.
fn at(place: &Place) -> Answer<&Arc<OwnedFd>> {
    match place {
        Place::Host(fd) => Ok(fd),
        Place::Virtual(_) | Place::Top(_) => Err(Errno::Xdev.into()),
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
            Ok(fd) => Ok(Entered::Directory(Place::Host(Arc::new(spare(fd)?)))),
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
        let mut flags = file::open_flags(how.fd_flags) | ALWAYS | OFlags::NOCTTY;
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
            opened => spare(opened?)?,
        };
        let kind = fs::FileType::from_raw_mode(fs::fstat(&fd)?.st_mode);
        if kind == fs::FileType::Directory {
            return Ok(Opened::Directory(Place::Host(Arc::new(fd))));
        }
        Ok(Opened::File(Arc::new(HostFile::opened(fd, how.fd_flags)?)))
    }

    fn stat(&self, from: &Place, name: &str) -> Answer<Stat> {
        Ok(file::stat(&fs::statat(at(from)?, name, AtFlags::SYMLINK_NOFOLLOW)?))
    }

    fn set_times(&self, from: &Place, name: &str, times: Times) -> Answer<()> {
        let times = file::timestamps(times);
        Ok(fs::utimensat(at(from)?, name, &times, AtFlags::SYMLINK_NOFOLLOW)?)
    }

    fn list(&self, from: &Place, own: bool, budget: &Arc<Budget>) -> Answer<Box<dyn Listing>> {
        listing::begin(at(from)?, own, budget)
    }

    fn depth(&self, of: &Place) -> Answer<usize> {
        Ok(which(std::iter::once(self), of)?.1)
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
