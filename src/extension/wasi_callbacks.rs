//! Callbacks of C as a tree of files: what each is asked, and what a missing one means.

use super::wasi_files::{
    libwasmer_wasi_entries_t, libwasmer_wasi_files_t, libwasmer_wasi_path_callback_t,
    libwasmer_wasi_paths_callback_t, libwasmer_wasi_stat_t,
};
use super::wasi_stream::ask;
use crate::ffi::Env;
use crate::runtime::wasi::abi::{FileType, Stat, Time, Times};
use crate::runtime::wasi::limits::MAX_PATH;
use crate::runtime::wasi::listing::Entry;
use crate::runtime::wasi::tree::Open;
use crate::runtime::wasi::virtual_tree::FileSystem;
use crate::runtime::wasi::{Answer, Errno};

/// The callbacks, and what they are handed.
pub struct Files(pub libwasmer_wasi_files_t, pub Env);

const EMPTY: libwasmer_wasi_stat_t = libwasmer_wasi_stat_t {
    device: 0,
    inode: 0,
    links: 0,
    size: 0,
    accessed: 0,
    modified: 0,
    changed: 0,
    file_type: 0,
};

fn stat_of(found: &libwasmer_wasi_stat_t) -> Stat {
    Stat {
        device: found.device,
        inode: found.inode,
        file_type: FileType::from_u8(found.file_type),
        links: found.links,
        size: found.size,
        accessed: found.accessed,
        modified: found.modified,
        changed: found.changed,
    }
}

/// As the specification's flags say it.
fn raw_times(times: Times) -> (u64, u64, u16) {
    let raw = |time, set: u16, now: u16| match time {
        Time::Keep => (0, 0),
        Time::Now => (0, now),
        Time::At(at) => (at, set),
    };
    let (accessed, a) = raw(times.access, 1, 2);
    let (modified, m) = raw(times.modification, 4, 8);
    (accessed, modified, a | m)
}

impl Files {
    /// For the text of a path: its address and length.
    fn path_call(&self, callback: libwasmer_wasi_path_callback_t, path: &str) -> Answer<()> {
        let callback = callback.ok_or(Errno::Rofs)?;
        // SAFETY: the callback is the caller's, and gets what its type says. So it is below.
        ask(|error| unsafe { callback(self.1.pointer, path.as_ptr().cast(), path.len(), error) })
    }

    fn paths_call(
        &self,
        callback: libwasmer_wasi_paths_callback_t,
        from: &str,
        to: &str,
    ) -> Answer<()> {
        let callback = callback.ok_or(Errno::Rofs)?;
        let (from, from_size) = (from.as_ptr().cast(), from.len());
        // SAFETY: as above.
        ask(|error| unsafe {
            callback(self.1.pointer, from, from_size, to.as_ptr().cast(), to.len(), error)
        })
    }
}

impl FileSystem for Files {
    fn has_links(&self) -> bool {
        self.0.read_link.is_some()
    }

    fn open(&self, path: &str, how: Open) -> Answer<u64> {
        let callback = self.0.open.ok_or(Errno::Notsup)?;
        let access = u32::from(how.read || !how.write) | u32::from(how.write) << 1;
        let (flags, fd_flags, mut file) = (how.flags.0, how.fd_flags.0, 0);
        let (path, size) = (path.as_ptr().cast(), path.len());
        // SAFETY: as in `path_call`.
        ask(|error| unsafe {
            callback(self.1.pointer, path, size, flags, access, fd_flags, &mut file, error)
        })?;
        Ok(file)
    }

    fn close(&self, file: u64) {
        if let Some(callback) = self.0.close {
            // SAFETY: as above.
            unsafe { callback(self.1.pointer, file) };
        }
    }

    fn read(&self, file: u64, into: &mut [u8], at: u64) -> Answer<usize> {
        let callback = self.0.read.ok_or(Errno::Notsup)?;
        let mut count = 0;
        // SAFETY: as above.
        ask(|error| unsafe {
            callback(self.1.pointer, file, into.as_mut_ptr(), into.len(), at, &mut count, error)
        })?;
        Ok(count.min(into.len()))
    }

    fn write(&self, file: u64, bytes: &[u8], at: u64) -> Answer<usize> {
        let callback = self.0.write.ok_or(Errno::Rofs)?;
        let mut count = 0;
        // SAFETY: as above.
        ask(|error| unsafe {
            callback(self.1.pointer, file, bytes.as_ptr(), bytes.len(), at, &mut count, error)
        })?;
        Ok(count.min(bytes.len()))
    }

    fn file_stat(&self, file: u64, path: &str) -> Answer<Stat> {
        let Some(callback) = self.0.file_stat else { return self.stat(path) };
        let mut found = EMPTY;
        // SAFETY: as above.
        ask(|error| unsafe { callback(self.1.pointer, file, &mut found, error) })?;
        Ok(stat_of(&found))
    }

    fn file_set_size(&self, file: u64, size: u64) -> Answer<()> {
        let callback = self.0.file_set_size.ok_or(Errno::Rofs)?;
        // SAFETY: as above.
        ask(|error| unsafe { callback(self.1.pointer, file, size, error) })
    }

    fn file_set_times(&self, file: u64, path: &str, times: Times) -> Answer<()> {
        let Some(callback) = self.0.file_set_times else { return self.set_times(path, times) };
        let (accessed, modified, flags) = raw_times(times);
        // SAFETY: as above.
        ask(|error| unsafe { callback(self.1.pointer, file, accessed, modified, flags, error) })
    }

    fn file_sync(&self, file: u64, data_only: bool) -> Answer<()> {
        let Some(callback) = self.0.file_sync else { return Ok(()) };
        // SAFETY: as above.
        ask(|error| unsafe { callback(self.1.pointer, file, data_only, error) })
    }

    fn stat(&self, path: &str) -> Answer<Stat> {
        let callback = self.0.stat.ok_or(Errno::Notsup)?;
        let mut found = EMPTY;
        // SAFETY: as above.
        ask(|error| unsafe {
            callback(self.1.pointer, path.as_ptr().cast(), path.len(), &mut found, error)
        })?;
        Ok(stat_of(&found))
    }

    fn set_times(&self, path: &str, times: Times) -> Answer<()> {
        let callback = self.0.set_times.ok_or(Errno::Rofs)?;
        let (accessed, modified, flags) = raw_times(times);
        let (path, size) = (path.as_ptr().cast(), path.len());
        // SAFETY: as above.
        ask(|error| unsafe {
            callback(self.1.pointer, path, size, accessed, modified, flags, error)
        })
    }

    fn list(&self, path: &str, room: u64) -> Answer<Vec<Entry>> {
        let callback = self.0.list.ok_or(Errno::Notsup)?;
        let mut all = libwasmer_wasi_entries_t::new(room);
        // SAFETY: as above.
        ask(|error| unsafe {
            callback(self.1.pointer, path.as_ptr().cast(), path.len(), &mut all, error)
        })?;
        Ok(all.finish()?)
    }

    fn make_directory(&self, path: &str) -> Answer<()> {
        self.path_call(self.0.make_directory, path)
    }

    fn remove_directory(&self, path: &str) -> Answer<()> {
        self.path_call(self.0.remove_directory, path)
    }

    fn unlink(&self, path: &str) -> Answer<()> {
        self.path_call(self.0.unlink, path)
    }

    fn rename(&self, old: &str, new: &str) -> Answer<()> {
        self.paths_call(self.0.rename, old, new)
    }

    fn hard_link(&self, old: &str, new: &str) -> Answer<()> {
        self.paths_call(self.0.link, old, new)
    }

    fn symlink(&self, target: &str, path: &str) -> Answer<()> {
        self.paths_call(self.0.symlink, target, path)
    }

    fn read_link(&self, path: &str) -> Answer<String> {
        let callback = self.0.read_link.ok_or(Errno::Notsup)?;
        let (mut room, mut count) = (vec![0u8; MAX_PATH], 0);
        let (path, size) = (path.as_ptr().cast(), path.len());
        let (buffer, room_size) = (room.as_mut_ptr().cast(), room.len());
        // SAFETY: as above.
        ask(|error| unsafe {
            callback(self.1.pointer, path, size, buffer, room_size, &mut count, error)
        })?;
        if count > room.len() {
            return Err(Errno::Nametoolong.into());
        }
        room.truncate(count);
        String::from_utf8(room).map_err(|_| Errno::Ilseq.into())
    }
}
