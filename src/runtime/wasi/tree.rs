//! What a tree of files can do, whether it is the host's or one of callbacks. Names have no slash and
//! no link is followed: `resolve` does both.

use super::abi::{FdFlags, FileType, OpenFlags, Stat, Times};
use super::errno::Answer;
use super::file::File;
use std::os::fd::OwnedFd;
use std::sync::Arc;

/// A directory of a tree.
#[derive(Clone)]
pub enum Place {
    Host(Arc<OwnedFd>),
    /// The path from the root, without a slash at either end; empty for the root.
    Virtual(Arc<str>),
}

pub enum Entered {
    Directory(Place),
    /// A symbolic link, and what it says.
    Link(String),
}

/// How a file is to be opened.
#[derive(Clone, Copy)]
pub struct Open {
    pub flags: OpenFlags,
    pub read: bool,
    pub write: bool,
    pub fd_flags: FdFlags,
    /// Nothing may be changed.
    pub read_only: bool,
}

pub enum Opened {
    File(Arc<dyn File>),
    Directory(Place),
}

/// An entry of a directory.
pub struct Entry {
    pub inode: u64,
    pub file_type: FileType,
    pub name: Vec<u8>,
}

pub trait Tree: Send + Sync {
    /// Goes into a directory.
    fn enter(&self, from: &Place, name: &str) -> Answer<Entered>;

    /// To be called before going back from a directory to the one that it was entered from.
    fn leave(&self, _from: &Place) -> Answer<()> {
        Ok(())
    }

    /// What the symbolic link by a name says; None if there is none by that name.
    fn link(&self, from: &Place, name: &str) -> Answer<Option<String>>;

    fn open(&self, from: &Place, name: &str, how: Open) -> Answer<Opened>;

    /// What is by a name, be it a symbolic link.
    fn stat(&self, from: &Place, name: &str) -> Answer<Stat>;

    fn set_times(&self, from: &Place, name: &str, times: Times) -> Answer<()>;

    /// All entries but `.` and `..`.
    fn list(&self, from: &Place) -> Answer<Vec<Entry>>;

    fn make_directory(&self, from: &Place, name: &str) -> Answer<()>;

    fn remove_directory(&self, from: &Place, name: &str) -> Answer<()>;

    fn unlink(&self, from: &Place, name: &str) -> Answer<()>;

    fn symlink(&self, target: &str, from: &Place, name: &str) -> Answer<()>;

    fn rename(&self, old: (&Place, &str), new: (&Place, &str)) -> Answer<()>;

    fn hard_link(&self, old: (&Place, &str), new: (&Place, &str)) -> Answer<()>;
}
