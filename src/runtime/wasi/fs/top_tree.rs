//! A directory that nobody can change and that holds the directories of the host's that a guest is given, by their
//! names. What is in those is done as by descriptors of theirs.

use super::super::abi::errno::{Answer, Errno};
use super::super::abi::types::{FileType, OpenFlags, Stat, Times};
use super::super::budget::Budget;
use super::super::host::tree::{HostTree, which};
use super::listing::{Entry, Listing, Whole};
use super::tree::{Entered, Open, Opened, Place, Tree};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

#[derive(Default)]
pub struct TopTree(Vec<Given>);

/// A directory that a guest is given.
struct Given {
    /// From the top, without a slash at either end.
    path: String,
    tree: Arc<HostTree>,
}

/// What is at a path.
enum Found<'a> {
    /// The top of a directory that is given.
    Given(&'a HostTree),
    /// A directory of this tree, which leads to such a directory.
    Way(String),
}

impl TopTree {
    pub fn top() -> Place {
        Place::Top("".into())
    }

    /// Shows a directory by the name that it has for the guest. What has no name below the top, as ".", is not
    /// shown; of two by one name the first is.
    pub fn show(&mut self, name: &str, tree: &Arc<HostTree>) {
        let names: Vec<&str> = name.split('/').filter(|n| !matches!(*n, "" | ".")).collect();
        if !names.is_empty() && !names.contains(&"..") {
            self.0.push(Given { path: names.join("/"), tree: tree.clone() });
        }
    }

    /// What is by a name in a directory of this tree.
    fn find(&self, directory: &str, name: &str) -> Answer<Found<'_>> {
        let path = match (directory, name) {
            (_, ".") => directory.to_owned(),
            ("", _) => name.to_owned(),
            _ => format!("{directory}/{name}"),
        };
        if let Some(given) = self.0.iter().find(|given| given.path == path) {
            return Ok(Found::Given(&given.tree));
        }
        let leads =
            path.is_empty() || self.0.iter().any(|given| below(&path, &given.path).is_some());
        if leads { Ok(Found::Way(path)) } else { Err(Errno::Noent.into()) }
    }

    /// The tree of the host's by which to do what is to be done in a directory that is given: any will do.
    fn host(&self) -> Answer<&HostTree> {
        Ok(&self.0.first().ok_or(Errno::Xdev)?.tree)
    }

    /// For two places between which something is moved or linked: they lie in one directory that is given.
    fn together(&self, one: &Place, other: &Place) -> Answer<&HostTree> {
        if matches!(one, Place::Top(_)) || matches!(other, Place::Top(_)) {
            return Err(Errno::Rofs.into());
        }
        let trees = || self.0.iter().map(|given| &*given.tree);
        if which(trees(), one)?.0 == which(trees(), other)?.0 {
            self.host()
        } else {
            Err(Errno::Xdev.into())
        }
    }

    /// For a change by a name: where it is to be made, which is in no directory of this tree.
    fn change(&self, from: &Place, name: &str, is_new: bool) -> Answer<&HostTree> {
        let Place::Top(directory) = from else { return self.host() };
        match self.find(directory, name) {
            Ok(_) if is_new => Err(Errno::Exist.into()),
            Err(stop) if !is_new => Err(stop),
            _ => Err(Errno::Rofs.into()),
        }
    }
}

/// What comes after a directory in the path of what is below it.
fn below<'a>(directory: &str, path: &'a str) -> Option<&'a str> {
    match directory {
        "" => Some(path),
        _ => path.strip_prefix(directory)?.strip_prefix('/'),
    }
}

fn inode(path: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    hasher.finish()
}

fn stat_of(path: &str) -> Stat {
    Stat { inode: inode(path), ..Stat::of_type(FileType::Directory) }
}

impl Tree for TopTree {
    fn enter(&self, from: &Place, name: &str) -> Answer<Entered> {
        let Place::Top(directory) = from else { return self.host()?.enter(from, name) };
        Ok(Entered::Directory(match self.find(directory, name)? {
            Found::Given(tree) => tree.top(),
            Found::Way(path) => Place::Top(path.into()),
        }))
    }

    fn link(&self, from: &Place, name: &str) -> Answer<Option<String>> {
        match from {
            Place::Top(_) => Ok(None),
            _ => self.host()?.link(from, name),
        }
    }

    fn open(&self, from: &Place, name: &str, how: Open) -> Answer<Opened> {
        let Place::Top(directory) = from else { return self.host()?.open(from, name, how) };
        let create = how.flags.has(OpenFlags::CREAT);
        let path = match self.find(directory, name) {
            // Opened anew, so that its position is this descriptor's alone.
            Ok(Found::Given(tree)) => return tree.open(&tree.top(), ".", how),
            Ok(Found::Way(path)) => path,
            Err(_) if create => return Err(Errno::Rofs.into()),
            Err(stop) => return Err(stop),
        };
        if create && how.flags.has(OpenFlags::EXCL) {
            return Err(Errno::Exist.into());
        }
        if create || how.write || how.flags.has(OpenFlags::TRUNC) {
            return Err(Errno::Isdir.into());
        }
        Ok(Opened::Directory(Place::Top(path.into())))
    }

    fn stat(&self, from: &Place, name: &str) -> Answer<Stat> {
        let Place::Top(directory) = from else { return self.host()?.stat(from, name) };
        match self.find(directory, name)? {
            Found::Given(tree) => tree.stat(&tree.top(), "."),
            Found::Way(path) => Ok(stat_of(&path)),
        }
    }

    fn set_times(&self, from: &Place, name: &str, times: Times) -> Answer<()> {
        let Place::Top(directory) = from else { return self.host()?.set_times(from, name, times) };
        match self.find(directory, name)? {
            Found::Given(tree) => tree.set_times(&tree.top(), ".", times),
            Found::Way(_) => Err(Errno::Rofs.into()),
        }
    }

    fn list(&self, from: &Place, own: bool, budget: &Arc<Budget>) -> Answer<Box<dyn Listing>> {
        let Place::Top(directory) = from else { return self.host()?.list(from, own, budget) };
        let mut found = BTreeMap::new();
        for given in &self.0 {
            if let Some(rest) = below(directory, &given.path) {
                let name = rest.split('/').next().unwrap_or(rest);
                let stat = self.stat(from, name)?;
                found.insert(name, stat.inode);
            }
        }
        let entries = found.into_iter().map(|(name, inode)| Entry {
            inode,
            file_type: FileType::Directory,
            name: name.as_bytes().to_vec(),
        });
        Ok(Box::new(Whole::new(entries.collect(), budget)?))
    }

    fn depth(&self, of: &Place) -> Answer<usize> {
        match of {
            // No link is made there.
            Place::Top(_) => Ok(0),
            _ => Ok(which(self.0.iter().map(|given| &*given.tree), of)?.1),
        }
    }

    fn make_directory(&self, from: &Place, name: &str) -> Answer<()> {
        self.change(from, name, true)?.make_directory(from, name)
    }

    fn remove_directory(&self, from: &Place, name: &str) -> Answer<()> {
        self.change(from, name, false)?.remove_directory(from, name)
    }

    fn unlink(&self, from: &Place, name: &str) -> Answer<()> {
        self.change(from, name, false)?.unlink(from, name)
    }

    fn symlink(&self, target: &str, from: &Place, name: &str) -> Answer<()> {
        self.change(from, name, true)?.symlink(target, from, name)
    }

    fn rename(&self, old: (&Place, &str), new: (&Place, &str)) -> Answer<()> {
        self.together(old.0, new.0)?.rename(old, new)
    }

    fn hard_link(&self, old: (&Place, &str), new: (&Place, &str)) -> Answer<()> {
        self.together(old.0, new.0)?.hard_link(old, new)
    }
}
