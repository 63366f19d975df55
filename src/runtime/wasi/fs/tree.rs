//! What a tree of files can do, whether it is the host's or one of callbacks. Names have no slash and
//! no link is followed: `resolve` does both.

use super::super::abi::errno::Answer;
use super::super::abi::types::{FdFlags, OpenFlags, Stat, Times};
use super::super::budget::Budget;
use super::file::File;
use super::listing::Listing;
use std::os::fd::OwnedFd;
use std::sync::Arc;

/// A directory of a tree.
#[derive(Clone)]
pub enum Place {
    Host(Arc<OwnedFd>),
    /// The path from the root, without a slash at either end; empty for the root.
    Virtual(Arc<str>),
    /// Likewise, in the directory that holds those that a guest is given.
    Top(Arc<str>),
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

    /// Begins to list what is in a directory, but `.` and `..`. `own`: nobody else uses the place, so that it may
    /// be moved along.
    fn list(&self, from: &Place, own: bool, budget: &Arc<Budget>) -> Answer<Box<dyn Listing>>;

    /// Whether there can be symbolic links.
    fn has_links(&self) -> bool {
        true
    }

    /// How many directories lie between a directory and the top of the tree, as of now. `PERM` if it lies in the
    /// tree no more.
    fn depth(&self, of: &Place) -> Answer<usize>;

    fn make_directory(&self, from: &Place, name: &str) -> Answer<()>;

    fn remove_directory(&self, from: &Place, name: &str) -> Answer<()>;

    fn unlink(&self, from: &Place, name: &str) -> Answer<()>;

    fn symlink(&self, target: &str, from: &Place, name: &str) -> Answer<()>;

    fn rename(&self, old: (&Place, &str), new: (&Place, &str)) -> Answer<()>;

    fn hard_link(&self, old: (&Place, &str), new: (&Place, &str)) -> Answer<()>;
}
