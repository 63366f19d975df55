//! What a guest does with a descriptor of a directory: paths are resolved, and changes of what may not
//! be changed refused, before the tree is asked.

use super::super::abi::errno::{Answer, Errno};
use super::super::abi::types::{FileType, OpenFlags, Stat, Times};
use super::super::budget::Budget;
use super::jail;
use super::listing::{Entry, Listing};
use super::resolve::{Target, resolve};
use super::tree::{Open, Opened, Place, Tree};
use std::sync::{Arc, Mutex, PoisonError};

/// A tree that is mounted for the guest.
pub struct Mount {
    pub tree: Arc<dyn Tree>,
    pub read_only: bool,
}

pub struct Directory {
    pub mount: Arc<Mount>,
    place: Place,
    /// Nobody else uses the place.
    own: bool,
    /// What the guest is listing, while nobody goes on with it.
    listing: Mutex<Option<Box<dyn Listing>>>,
}

impl Directory {
    pub fn new(mount: Arc<Mount>, place: Place, own: bool) -> Self {
        Self { mount, place, own, listing: Mutex::new(None) }
    }

    fn tree(&self) -> &dyn Tree {
        &*self.mount.tree
    }

    /// Where a path leads, itself and not what a link at its end leads to.
    fn itself(&self, path: &str) -> Answer<Target> {
        resolve(self.tree(), &self.place, path, |_| false)
    }

    /// Where a path leads, through a link at its end if the guest says so or a slash does.
    fn behind(&self, path: &str, follow: bool) -> Answer<Target> {
        resolve(self.tree(), &self.place, path, |slash| follow || slash)
    }

    fn change(&self) -> Answer<()> {
        if self.mount.read_only { Err(Errno::Rofs.into()) } else { Ok(()) }
    }

    /// For a path that must not be there yet, and that ends with a slash.
    fn check_slash_of_new(&self, target: &Target) -> Answer<()> {
        if !target.directory_wanted {
            return Ok(());
        }
        Err(match self.tree().stat(&target.directory, &target.name)?.file_type {
            FileType::Directory => Errno::Exist,
            _ => Errno::Notdir,
        }
        .into())
    }

    /// What is at a path that leads to something.
    fn stat_target(&self, target: &Target) -> Answer<Stat> {
        let stat = self.tree().stat(&target.directory, &target.name)?;
        if target.directory_wanted && stat.file_type != FileType::Directory {
            return Err(Errno::Notdir.into());
        }
        Ok(stat)
    }

    pub fn stat(&self) -> Answer<Stat> {
        self.tree().stat(&self.place, ".")
    }

    pub fn set_times(&self, times: Times) -> Answer<()> {
        self.change()?;
        self.tree().set_times(&self.place, ".", times)
    }

    pub fn stat_path(&self, path: &str, follow: bool) -> Answer<Stat> {
        self.stat_target(&self.behind(path, follow)?)
    }

    pub fn set_times_path(&self, path: &str, follow: bool, times: Times) -> Answer<()> {
        let target = self.behind(path, follow)?;
        self.stat_target(&target)?;
        self.change()?;
        self.tree().set_times(&target.directory, &target.name, times)
    }

    pub fn open(&self, path: &str, follow: bool, mut how: Open) -> Answer<Opened> {
        let create = how.flags.has(OpenFlags::CREAT);
        if how.flags.has(OpenFlags::DIRECTORY)
            && how.flags.has(OpenFlags::CREAT | OpenFlags::EXCL | OpenFlags::TRUNC)
        {
            return Err(Errno::Inval.into());
        }
        // What must be new is not looked for behind a link, nor is what can be no file, for the slash behind it.
        let exclusive = create && how.flags.has(OpenFlags::EXCL);
        let target = resolve(self.tree(), &self.place, path, |slash| {
            if create { follow && !exclusive && !slash } else { follow || slash }
        })?;
        if target.directory_wanted {
            if create {
                // No file has such a name, whatever is there. As on Linux.
                if target.dot {
                    self.stat_target(&target)?;
                }
                let errno = if target.dot && exclusive { Errno::Exist } else { Errno::Isdir };
                return Err(errno.into());
            }
            how.flags.0 |= OpenFlags::DIRECTORY;
        }
        how.read_only = self.mount.read_only;
        self.tree().open(&target.directory, &target.name, how)
    }

    pub fn make_directory(&self, path: &str) -> Answer<()> {
        let target = self.itself(path)?;
        if target.dot {
            // As for links: there already, no directory, or nowhere.
            self.check_slash_of_new(&target)?;
        }
        if self.mount.read_only {
            return Err(match self.tree().stat(&target.directory, &target.name) {
                Ok(_) => Errno::Exist,
                Err(_) => Errno::Rofs,
            }
            .into());
        }
        self.tree().make_directory(&target.directory, &target.name)
    }

    pub fn remove_directory(&self, path: &str) -> Answer<()> {
        let target = self.itself(path)?;
        if target.dot {
            self.stat_target(&target)?;
            return Err(Errno::Inval.into());
        }
        self.change()?;
        self.tree().remove_directory(&target.directory, &target.name)
    }

    pub fn unlink(&self, path: &str) -> Answer<()> {
        let target = self.itself(path)?;
        // Else Linux finds that out; others may remove a directory, if it is the superuser who asks.
        let ask = cfg!(not(target_os = "linux")) || target.directory_wanted || self.mount.read_only;
        if ask && self.stat_target(&target)?.file_type == FileType::Directory {
            return Err(Errno::Isdir.into());
        }
        self.change()?;
        self.tree().unlink(&target.directory, &target.name)
    }

    pub fn symlink(&self, link: &str, path: &str) -> Answer<()> {
        if link.is_empty() {
            return Err(Errno::Noent.into());
        }
        // What leads out of the tree would not be followed here, but by others.
        if link.starts_with('/') {
            return Err(Errno::Perm.into());
        }
        let target = self.behind(path, false)?;
        self.check_slash_of_new(&target)?;
        self.change()?;
        jail::check_link(self.tree(), link, &target.directory)?;
        self.tree().symlink(link, &target.directory, &target.name)
    }

    pub fn read_link(&self, path: &str) -> Answer<String> {
        let target = self.behind(path, false)?;
        if let Some(link) = self.tree().link(&target.directory, &target.name)? {
            return Ok(link);
        }
        // There, and no link.
        self.stat_target(&target)?;
        Err(Errno::Inval.into())
    }

    fn same_mount(&self, other: &Self) -> Answer<()> {
        if Arc::ptr_eq(&self.mount, &other.mount) { Ok(()) } else { Err(Errno::Xdev.into()) }
    }

    /// A link that is to be known by another name must not lead out from there.
    fn check_link(&self, link: &Target, new: &Target) -> Answer<()> {
        match self.tree().link(&link.directory, &link.name)? {
            Some(text) => jail::check_link(self.tree(), &text, &new.directory),
            None => Ok(()),
        }
    }

    pub fn rename(
        &self,
        path: &str,
        to: &Self,
        new_path: &str,
        budget: &Arc<Budget>,
    ) -> Answer<()> {
        let old = self.itself(path)?;
        let new = to.itself(new_path)?;
        self.same_mount(to)?;
        for (directory, target) in [(self, &old), (to, &new)] {
            if target.dot {
                directory.stat_target(target)?;
                return Err(Errno::Busy.into());
            }
        }
        let stat = self.stat_target(&old)?;
        if new.directory_wanted && stat.file_type != FileType::Directory {
            return Err(Errno::Notdir.into());
        }
        self.change()?;
        match stat.file_type {
            FileType::SymbolicLink => self.check_link(&old, &new)?,
            FileType::Directory => {
                let from = (&old.directory, &*old.name);
                jail::check_move(self.tree(), from, &new.directory, budget)?;
            }
            _ => {}
        }
        self.tree().rename((&old.directory, &old.name), (&new.directory, &new.name))
    }

    pub fn hard_link(&self, path: &str, follow: bool, to: &Self, new_path: &str) -> Answer<()> {
        if follow {
            // As the other runtimes: not every system can do it.
            return Err(Errno::Inval.into());
        }
        let old = self.itself(path)?;
        let new = to.behind(new_path, false)?;
        self.same_mount(to)?;
        let stat = self.stat_target(&old)?;
        to.check_slash_of_new(&new)?;
        self.change()?;
        if stat.file_type == FileType::SymbolicLink {
            self.check_link(&old, &new)?;
        }
        self.tree().hard_link((&old.directory, &old.name), (&new.directory, &new.name))
    }

    /// Gives the entries from a number on, `.` and `..` first, and the number of what follows, for as long as they
    /// are wanted. From the start they are read anew; at the end what was kept for it is given back.
    pub fn list(
        &self,
        mut number: u64,
        budget: &Arc<Budget>,
        mut want: impl FnMut(Entry<&[u8]>, u64) -> Answer<bool>,
    ) -> Answer<()> {
        // What is above is nobody's business here, so `..` has the number of the directory itself.
        const DOTS: [&[u8]; 2] = [b".", b".."];
        let place = || self.listing.lock().unwrap_or_else(PoisonError::into_inner);
        // Taken out, as a callback may run the guest, which may list the directory too.
        let kept = place().take().filter(|_| number > 0);
        let mut listing = match kept {
            Some(listing) => listing,
            None => self.tree().list(&self.place, self.own, budget)?,
        };
        let mut goes_on = true;
        while let Some(name) =
            usize::try_from(number).ok().and_then(|n| DOTS.get(n)).filter(|_| goes_on)
        {
            number += 1;
            let inode = self.stat()?.inode;
            goes_on = want(Entry { inode, file_type: FileType::Directory, name: *name }, number)?;
        }
        let dots = DOTS.len() as u64;
        if goes_on {
            listing.go(number.saturating_sub(dots))?;
        }
        while goes_on {
            let Some(entry) = listing.next()? else { return Ok(()) };
            number += 1;
            goes_on = want(entry, number)?;
        }
        *place() = Some(listing);
        Ok(())
    }
}
