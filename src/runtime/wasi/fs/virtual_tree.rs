//! Trees of files that the host makes up, by callbacks.

use super::super::abi::errno::{Answer, Errno};
use super::super::abi::memory::Buffers;
use super::super::abi::types::{FdFlags, FileType, OpenFlags, Stat, Times};
use super::super::budget::Budget;
use super::super::limits::{MAX_PATH, MAX_TREE_PATH};
use super::file::File;
use super::listing::{Entry, Listing, Whole};
use super::tree::{Entered, Open, Opened, Place, Tree};
use std::io::SeekFrom;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};

/// What stands behind a tree. Paths are relative to its root, whose own path is empty; they hold no
/// `.`, no `..` and no empty name, and no symbolic link but at their end.
///
/// A function may run the guest again, and no lock is held meanwhile.
pub trait FileSystem: Send + Sync {
    /// Whether there can be symbolic links. If not, directories on the way are not looked at.
    fn has_links(&self) -> bool;
    /// Opens what is no directory, and gives a number for it.
    fn open(&self, path: &str, how: Open) -> Answer<u64>;
    fn close(&self, file: u64);
    fn read(&self, file: u64, into: &mut [u8], at: u64) -> Answer<usize>;
    fn write(&self, file: u64, bytes: &[u8], at: u64) -> Answer<usize>;
    fn file_stat(&self, file: u64, path: &str) -> Answer<Stat>;
    fn file_set_size(&self, file: u64, size: u64) -> Answer<()>;
    fn file_set_times(&self, file: u64, path: &str, times: Times) -> Answer<()>;
    fn file_sync(&self, file: u64, data_only: bool) -> Answer<()>;
    fn stat(&self, path: &str) -> Answer<Stat>;
    fn set_times(&self, path: &str, times: Times) -> Answer<()>;
    /// The entries, which may take up `room` bytes: each `ENTRY_BYTES` and its name. `NOMEM` if they are more.
    fn list(&self, path: &str, room: u64) -> Answer<Vec<Entry>>;
    fn make_directory(&self, path: &str) -> Answer<()>;
    fn remove_directory(&self, path: &str) -> Answer<()>;
    fn unlink(&self, path: &str) -> Answer<()>;
    fn rename(&self, old: &str, new: &str) -> Answer<()>;
    fn hard_link(&self, old: &str, new: &str) -> Answer<()>;
    fn symlink(&self, target: &str, path: &str) -> Answer<()>;
    fn read_link(&self, path: &str) -> Answer<String>;
}

pub struct VirtualTree(pub Arc<dyn FileSystem>);

impl VirtualTree {
    pub fn root() -> Place {
        Place::Virtual("".into())
    }

    fn read_link(&self, path: &str) -> Answer<String> {
        let link = self.0.read_link(path)?;
        if link.len() > MAX_PATH {
            return Err(Errno::Nametoolong.into());
        }
        if link.contains('\0') { Err(Errno::Inval.into()) } else { Ok(link) }
    }
}

/// The path of a place, which is one of such a tree: places do not change trees.
fn at(place: &Place) -> Answer<&str> {
    match place {
        Place::Virtual(path) => Ok(path),
        Place::Host(_) | Place::Top(_) => Err(Errno::Xdev.into()),
    }
}

fn join(from: &Place, name: &str) -> Answer<String> {
    let from = at(from)?;
    if from.len() + name.len() >= MAX_TREE_PATH {
        // Descriptors keep it, and each lookup of callbacks goes through all of it.
        return Err(Errno::Nametoolong.into());
    }
    Ok(match (from, name) {
        (_, ".") => from.to_owned(),
        ("", _) => name.to_owned(),
        _ => format!("{from}/{name}"),
    })
}

/// For changes of a directory by the name `.`, which no callback sees.
fn named(from: &Place, name: &str, itself: Errno) -> Answer<String> {
    if name == "." { Err(itself.into()) } else { join(from, name) }
}

impl Tree for VirtualTree {
    fn enter(&self, from: &Place, name: &str) -> Answer<Entered> {
        let path = join(from, name)?;
        if self.0.has_links() {
            match self.0.stat(&path)?.file_type {
                FileType::Directory => {}
                FileType::SymbolicLink => return Ok(Entered::Link(self.read_link(&path)?)),
                _ => return Err(Errno::Notdir.into()),
            }
        }
        Ok(Entered::Directory(Place::Virtual(path.into())))
    }

    fn leave(&self, from: &Place) -> Answer<()> {
        if self.0.has_links() || self.0.stat(at(from)?)?.file_type == FileType::Directory {
            Ok(())
        } else {
            Err(Errno::Notdir.into())
        }
    }

    fn link(&self, from: &Place, name: &str) -> Answer<Option<String>> {
        if !self.0.has_links() {
            return Ok(None);
        }
        let path = join(from, name)?;
        match self.0.stat(&path) {
            Ok(stat) if stat.file_type == FileType::SymbolicLink => {
                Ok(Some(self.read_link(&path)?))
            }
            Ok(_) | Err(super::super::abi::errno::Stop::Errno(Errno::Noent)) => Ok(None),
            Err(stop) => Err(stop),
        }
    }

    fn open(&self, from: &Place, name: &str, how: Open) -> Answer<Opened> {
        let path = join(from, name)?;
        let create = how.flags.has(OpenFlags::CREAT);
        let changes = how.write || how.flags.has(OpenFlags::TRUNC);
        let found = match self.0.stat(&path) {
            Ok(stat) => Some(stat.file_type),
            Err(super::super::abi::errno::Stop::Errno(Errno::Noent)) if create => None,
            Err(stop) => return Err(stop),
        };
        match found {
            Some(_) if create && how.flags.has(OpenFlags::EXCL) => return Err(Errno::Exist.into()),
            Some(FileType::SymbolicLink) if !how.flags.has(OpenFlags::DIRECTORY) => {
                return Err(Errno::Loop.into());
            }
            Some(FileType::Directory) if changes || create => return Err(Errno::Isdir.into()),
            Some(FileType::Directory) => {
                return Ok(Opened::Directory(Place::Virtual(path.into())));
            }
            _ if how.flags.has(OpenFlags::DIRECTORY) => return Err(Errno::Notdir.into()),
            None if how.read_only => return Err(Errno::Rofs.into()),
            _ if changes && how.read_only => return Err(Errno::Rofs.into()),
            _ => {}
        }
        let file = self.0.open(&path, how)?;
        Ok(Opened::File(Arc::new(VirtualFile {
            system: self.0.clone(),
            file,
            path,
            position: AtomicU64::new(0),
            flags: AtomicU16::new(how.fd_flags.0),
            writable: how.write,
        })))
    }

    fn stat(&self, from: &Place, name: &str) -> Answer<Stat> {
        self.0.stat(&join(from, name)?)
    }

    fn set_times(&self, from: &Place, name: &str, times: Times) -> Answer<()> {
        self.0.set_times(&join(from, name)?, times)
    }

    fn list(&self, from: &Place, _: bool, budget: &Arc<Budget>) -> Answer<Box<dyn Listing>> {
        let entries = self.0.list(at(from)?, budget.room())?;
        Ok(Box::new(Whole::new(entries, budget)?))
    }

    fn has_links(&self) -> bool {
        self.0.has_links()
    }

    fn depth(&self, of: &Place) -> Answer<usize> {
        Ok(at(of)?.split('/').filter(|name| !name.is_empty()).count())
    }

    fn make_directory(&self, from: &Place, name: &str) -> Answer<()> {
        self.0.make_directory(&named(from, name, Errno::Exist)?)
    }

    fn remove_directory(&self, from: &Place, name: &str) -> Answer<()> {
        self.0.remove_directory(&named(from, name, Errno::Inval)?)
    }

    fn unlink(&self, from: &Place, name: &str) -> Answer<()> {
        let path = named(from, name, Errno::Isdir)?;
        if self.0.stat(&path)?.file_type == FileType::Directory {
            return Err(Errno::Isdir.into());
        }
        self.0.unlink(&path)
    }

    fn symlink(&self, target: &str, from: &Place, name: &str) -> Answer<()> {
        self.0.symlink(target, &named(from, name, Errno::Exist)?)
    }

    fn rename(&self, old: (&Place, &str), new: (&Place, &str)) -> Answer<()> {
        let old = named(old.0, old.1, Errno::Busy)?;
        let new = named(new.0, new.1, Errno::Busy)?;
        if new.strip_prefix(&old).is_some_and(|rest| rest.starts_with('/')) {
            // Into itself.
            return Err(Errno::Inval.into());
        }
        self.0.rename(&old, &new)
    }

    fn hard_link(&self, old: (&Place, &str), new: (&Place, &str)) -> Answer<()> {
        let old = named(old.0, old.1, Errno::Perm)?;
        self.0.hard_link(&old, &named(new.0, new.1, Errno::Exist)?)
    }
}

/// An open file of such a tree. Its position is kept here.
struct VirtualFile {
    system: Arc<dyn FileSystem>,
    file: u64,
    path: String,
    position: AtomicU64,
    flags: AtomicU16,
    writable: bool,
}

impl Drop for VirtualFile {
    fn drop(&mut self) {
        self.system.close(self.file);
    }
}

impl File for VirtualFile {
    fn stat(&self) -> Answer<Stat> {
        self.system.file_stat(self.file, &self.path)
    }

    fn flags(&self) -> FdFlags {
        FdFlags(self.flags.load(Ordering::Relaxed))
    }

    fn set_flags(&self, flags: FdFlags) -> Answer<()> {
        const KEPT: u16 = !(FdFlags::APPEND | FdFlags::NONBLOCK);
        if (self.flags().0 ^ flags.0) & KEPT != 0 {
            return Err(Errno::Notsup.into());
        }
        self.flags.store(flags.0, Ordering::Relaxed);
        Ok(())
    }

    fn read(&self, into: &Buffers, at: Option<u64>) -> Answer<usize> {
        let from = at.unwrap_or_else(|| self.position.load(Ordering::Relaxed));
        let count = into.read_by(|room| self.system.read(self.file, room, from))?;
        if at.is_none() {
            self.position.store(from.saturating_add(count as u64), Ordering::Relaxed);
        }
        Ok(count)
    }

    fn write(&self, from: &Buffers, at: Option<u64>) -> Answer<usize> {
        if from.size() == 0 {
            return Ok(0);
        }
        // Who appends does so wherever he wants to write: as `pwrite` of Linux, to which the
        // specification refers.
        let to = match at {
            _ if self.flags().has(FdFlags::APPEND) => self.stat()?.size,
            Some(at) => at,
            None => self.position.load(Ordering::Relaxed),
        };
        let count = from.write_by(|bytes| self.system.write(self.file, bytes, to))?;
        if at.is_none() {
            self.position.store(to.saturating_add(count as u64), Ordering::Relaxed);
        }
        Ok(count)
    }

    fn seek(&self, to: SeekFrom) -> Answer<u64> {
        let (base, by) = match to {
            SeekFrom::Start(at) => (at, 0),
            SeekFrom::Current(by) => (self.position.load(Ordering::Relaxed), by),
            SeekFrom::End(by) => (self.stat()?.size, by),
        };
        let at = base.checked_add_signed(by).filter(|&at| i64::try_from(at).is_ok());
        let at = at.ok_or(Errno::Inval)?;
        self.position.store(at, Ordering::Relaxed);
        Ok(at)
    }

    fn set_size(&self, size: u64) -> Answer<()> {
        if !self.writable {
            return Err(Errno::Inval.into());
        }
        self.system.file_set_size(self.file, size)
    }

    fn set_times(&self, times: Times) -> Answer<()> {
        self.system.file_set_times(self.file, &self.path, times)
    }

    fn allocate(&self, offset: u64, size: u64) -> Answer<()> {
        if size == 0 {
            return Err(Errno::Inval.into());
        }
        let end = offset.checked_add(size).ok_or(Errno::Fbig)?;
        if self.stat()?.size < end { self.set_size(end) } else { Ok(()) }
    }

    fn advise(&self, _: u64, _: u64, _: super::super::abi::types::Advice) -> Answer<()> {
        Ok(())
    }

    fn sync(&self, data_only: bool) -> Answer<()> {
        self.system.file_sync(self.file, data_only)
    }

    fn readable_bytes(&self) -> u64 {
        let at = self.position.load(Ordering::Relaxed);
        self.stat().map_or(0, |stat| stat.size.saturating_sub(at))
    }
}
