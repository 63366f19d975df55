//! From a path to the directory that its last name is in.
//!
//! Names are looked up one by one, and never by the system through a link: `..` goes back to a directory
//! that was passed, and symbolic links are read and followed here. So no path leads out of the
//! directory where it begins, whatever is renamed meanwhile.

use super::super::abi::errno::{Answer, Errno};
use super::super::limits::{MAX_DIRECTORIES, MAX_LINKS, MAX_PATH};
use super::super::wait;
use super::tree::{Entered, Place, Tree};

/// Where a path leads.
pub struct Target {
    pub directory: Place,
    /// A name without slash, or `.` for the directory itself.
    pub name: String,
    /// The path ends with a slash or as a directory must.
    pub directory_wanted: bool,
    /// The path ends with `.` or `..`, by which nothing can be made, removed or renamed. The name is `.`,
    /// and the directory may not have been looked at yet.
    pub dot: bool,
}

/// Finds where a path leads from a directory. A symbolic link at its end is followed if `follow` says
/// so, given whether the path ends with a slash.
pub fn resolve(
    tree: &dyn Tree,
    start: &Place,
    path: &str,
    follow: impl Fn(bool) -> bool,
) -> Answer<Target> {
    let mut walk = Walk::default();
    walk.push(path)?;
    let mut passed = vec![start.clone()];
    while let Some(name) = walk.pending.pop() {
        wait::go_on()?;
        // It is never empty.
        let here = &passed[passed.len() - 1];
        if name == ".." {
            if passed.len() == 1 {
                return Err(Errno::Perm.into());
            }
            tree.leave(here)?;
            passed.pop();
            continue;
        }
        // What a dot comes after is on the way, not at the end.
        if walk.pending.is_empty() && !walk.dot {
            if follow(walk.directory_wanted)
                && let Some(link) = tree.link(here, &name)?
            {
                walk.follow(&link)?;
                continue;
            }
            let directory_wanted = walk.directory_wanted;
            return Ok(Target { directory: here.clone(), name, directory_wanted, dot: false });
        }
        match tree.enter(here, &name)? {
            Entered::Directory(next) if passed.len() < MAX_DIRECTORIES => passed.push(next),
            Entered::Directory(_) => return Err(Errno::Nametoolong.into()),
            Entered::Link(link) => walk.follow(&link)?,
        }
    }
    let directory = passed.swap_remove(passed.len() - 1);
    Ok(Target { directory, name: ".".to_owned(), directory_wanted: true, dot: true })
}

#[derive(Default)]
struct Walk {
    /// The next name last.
    pending: Vec<String>,
    directory_wanted: bool,
    dot: bool,
    links: usize,
    bytes: usize,
}

impl Walk {
    fn push(&mut self, path: &str) -> Answer<()> {
        if path.is_empty() {
            return Err(Errno::Noent.into());
        }
        if path.starts_with('/') {
            return Err(Errno::Perm.into());
        }
        // Links may multiply what is to be walked.
        self.bytes += path.len();
        if path.len() > MAX_PATH || self.bytes > MAX_PATH * 16 {
            return Err(Errno::Nametoolong.into());
        }
        if self.pending.is_empty() {
            let last = path.trim_end_matches('/').rsplit('/').next();
            self.dot |= last == Some(".");
            self.directory_wanted |= path.ends_with('/') || matches!(last, Some("." | ".."));
        }
        let names = path.split('/').filter(|name| !matches!(*name, "" | "."));
        self.pending.extend(names.rev().map(str::to_owned));
        Ok(())
    }

    fn follow(&mut self, link: &str) -> Answer<()> {
        self.links += 1;
        if self.links > MAX_LINKS {
            return Err(Errno::Loop.into());
        }
        self.push(link)
    }
}
