//! The descriptors of a guest.

use super::abi::errno::{Answer, Errno};
use super::abi::types::rights;
use super::fs::directory::Directory;
use super::fs::file::File;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Clone)]
pub enum Object {
    File(Arc<dyn File>),
    Directory(Arc<Directory>),
}

#[derive(Clone)]
pub struct Descriptor {
    pub object: Object,
    /// What it was opened for.
    pub readable: bool,
    pub writable: bool,
    /// It lies where nothing may be changed.
    pub read_only: bool,
    pub rights: u64,
    pub inheriting: u64,
    /// Rights that it had and that the guest gave up.
    pub given_up: u64,
    /// The guest's name of a directory that was there from the start.
    pub preopen: Option<Arc<str>>,
}

impl Descriptor {
    pub fn stream(file: Arc<dyn File>, readable: bool, writable: bool) -> Self {
        let mut base = rights::STREAM;
        // Files and devices that are no terminals have a position.
        let positioned = match file.file_type() {
            super::abi::types::FileType::RegularFile | super::abi::types::FileType::BlockDevice => {
                true
            }
            super::abi::types::FileType::CharacterDevice => !file.is_terminal(),
            _ => false,
        };
        if positioned {
            base |= rights::FILE;
        }
        Self::of_file(file, base, readable, writable)
    }

    pub fn socket(file: Arc<dyn File>) -> Self {
        Self::of_file(file, rights::SOCKET, true, true)
    }

    pub fn of_file(file: Arc<dyn File>, base: u64, readable: bool, writable: bool) -> Self {
        let read = if readable { rights::FD_READ } else { 0 };
        let write = match (writable, base & rights::FD_SEEK != 0) {
            (true, true) => rights::FILE_WRITE,
            (true, false) => rights::FD_WRITE,
            (false, _) => 0,
        };
        Self {
            object: Object::File(file),
            readable,
            writable,
            read_only: false,
            rights: base | read | write,
            inheriting: 0,
            given_up: 0,
            preopen: None,
        }
    }

    pub fn directory(directory: Directory, preopen: Option<Arc<str>>) -> Self {
        Self {
            object: Object::Directory(Arc::new(directory)),
            readable: true,
            writable: false,
            read_only: false,
            rights: rights::DIRECTORY,
            inheriting: rights::DIRECTORY | rights::FILE | rights::FD_READ | rights::FILE_WRITE,
            given_up: 0,
            preopen,
        }
    }

    /// Fails if the guest gave up one of these rights.
    pub fn need(&self, wanted: u64) -> Answer<()> {
        if self.given_up & wanted != 0 { Err(Errno::Notcapable.into()) } else { Ok(()) }
    }

    /// What is behind it, which must be a directory.
    pub fn as_directory(&self, wanted: u64) -> Answer<Arc<Directory>> {
        match &self.object {
            Object::Directory(directory) => {
                self.need(wanted)?;
                Ok(directory.clone())
            }
            Object::File(_) => Err(Errno::Notdir.into()),
        }
    }

    /// What is behind it, which must be no directory.
    pub fn file(self) -> Answer<Arc<dyn File>> {
        match self.object {
            Object::File(file) => Ok(file),
            Object::Directory(_) => Err(Errno::Badf.into()),
        }
    }
}

pub struct Table {
    all: Mutex<Vec<Option<Descriptor>>>,
    most: usize,
}

impl Table {
    /// One with room for `most` descriptors.
    pub fn new(most: usize) -> Self {
        Self { all: Mutex::default(), most }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Option<Descriptor>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens the lowest descriptor that is free.
    pub fn push(&self, descriptor: Descriptor) -> Answer<u32> {
        let mut all = self.lock();
        let free = all.iter().position(Option::is_none).unwrap_or(all.len());
        if free >= self.most {
            return Err(Errno::Mfile.into());
        }
        if free == all.len() {
            all.push(None);
        }
        all[free] = Some(descriptor);
        Ok(free as u32)
    }

    /// Whether there is room for one more.
    pub fn has_room(&self) -> Answer<()> {
        let all = self.lock();
        if all.len() < self.most || all.iter().any(Option::is_none) {
            Ok(())
        } else {
            Err(Errno::Mfile.into())
        }
    }

    pub fn get(&self, fd: u32) -> Answer<Descriptor> {
        self.lock().get(fd as usize).cloned().flatten().ok_or(Errno::Badf.into())
    }

    /// What is behind a descriptor that must be a directory.
    pub fn directory(&self, fd: u32, wanted: u64) -> Answer<Arc<Directory>> {
        self.get(fd)?.as_directory(wanted)
    }

    /// What is behind a descriptor that must be none.
    pub fn file(&self, fd: u32, wanted: u64) -> Answer<Arc<dyn File>> {
        let descriptor = self.get(fd)?;
        descriptor.need(wanted)?;
        descriptor.file()
    }

    pub fn change<R>(&self, fd: u32, by: impl FnOnce(&mut Descriptor) -> Answer<R>) -> Answer<R> {
        match self.lock().get_mut(fd as usize) {
            Some(Some(descriptor)) => by(descriptor),
            _ => Err(Errno::Badf.into()),
        }
    }

    pub fn close(&self, fd: u32) -> Answer<()> {
        let closed = self.lock().get_mut(fd as usize).and_then(Option::take);
        // Dropped here, where nothing is locked: a callback may be behind it.
        closed.map(drop).ok_or(Errno::Badf.into())
    }

    pub fn renumber(&self, from: u32, to: u32) -> Answer<()> {
        let mut all = self.lock();
        let there = |fd: u32| matches!(all.get(fd as usize), Some(Some(_)));
        if !there(from) || !there(to) {
            return Err(Errno::Badf.into());
        }
        if from == to {
            return Ok(());
        }
        let moved = all[from as usize].take();
        let closed = std::mem::replace(&mut all[to as usize], moved);
        drop(all);
        drop(closed);
        Ok(())
    }
}
