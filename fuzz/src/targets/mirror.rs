//! What the host's own file system does with the calls of the target `wasi`. Paths are resolved by the
//! kernel, which is told to stay beneath the directory (openat2 with RESOLVE_BENEATH).

use rustix::fs::{self, AtFlags, Dir, FileType, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;
use std::fs::File;
use std::os::fd::OwnedFd;
use std::path::Path;

pub type Answer<T> = Result<T, Errno>;

pub struct Mirror {
    top: OwnedFd,
}

/// Type, size and number of links.
pub type Stat = (FileType, u64, u64);

/// The directory that holds what is at a path, and its name there.
fn split(path: &str) -> (&str, &str) {
    let trimmed = path.trim_end_matches('/');
    match trimmed.rfind('/') {
        Some(at) => (&path[..=at], &path[at + 1..]),
        None => (".", path),
    }
}

fn stat_of(stat: &fs::Stat) -> Stat {
    #[allow(clippy::unnecessary_cast)] // It is of another type on aarch64.
    let links = stat.st_nlink as u64;
    (FileType::from_raw_mode(stat.st_mode), stat.st_size as u64, links)
}

impl Mirror {
    pub fn new(directory: &Path) -> Self {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Self { top: fs::open(directory, flags, Mode::empty()).expect("it was just made") }
    }

    fn beneath(&self, path: &str, flags: OFlags, mode: Mode) -> Answer<OwnedFd> {
        loop {
            let flags = flags | OFlags::CLOEXEC;
            match fs::openat2(&self.top, path, flags, mode, ResolveFlags::BENEATH) {
                // Something in the system was renamed while the kernel followed a `..`.
                Err(Errno::AGAIN) => {}
                end => return end,
            }
        }
    }

    fn parent<'p>(&self, path: &'p str) -> Answer<(OwnedFd, &'p str)> {
        if path.is_empty() {
            return Err(Errno::NOENT);
        }
        if path.starts_with('/') {
            return Err(Errno::XDEV);
        }
        let (parent, name) = split(path);
        let parent = self.beneath(parent, OFlags::PATH | OFlags::DIRECTORY, Mode::empty())?;
        Ok((parent, name))
    }

    pub fn open(&self, path: &str, flags: OFlags) -> Answer<File> {
        let mode = if flags.contains(OFlags::CREATE) { Mode::from(0o666) } else { Mode::empty() };
        Ok(self.beneath(path, flags, mode)?.into())
    }

    pub fn make_directory(&self, path: &str) -> Answer<()> {
        let (parent, name) = self.parent(path)?;
        fs::mkdirat(parent, name, Mode::from(0o777))
    }

    pub fn remove_directory(&self, path: &str) -> Answer<()> {
        let (parent, name) = self.parent(path)?;
        fs::unlinkat(parent, name, AtFlags::REMOVEDIR)
    }

    pub fn unlink(&self, path: &str) -> Answer<()> {
        let (parent, name) = self.parent(path)?;
        fs::unlinkat(parent, name, AtFlags::empty())
    }

    pub fn rename(&self, from: &str, to: &str) -> Answer<()> {
        let (from, name) = self.parent(from)?;
        let (to, new) = self.parent(to)?;
        fs::renameat(from, name, to, new)
    }

    pub fn link(&self, from: &str, to: &str) -> Answer<()> {
        let (from, name) = self.parent(from)?;
        let (to, new) = self.parent(to)?;
        fs::linkat(from, name, to, new, AtFlags::empty())
    }

    pub fn symlink(&self, target: &str, path: &str) -> Answer<()> {
        let (parent, name) = self.parent(path)?;
        fs::symlinkat(target, parent, name)
    }

    pub fn read_link(&self, path: &str) -> Answer<Vec<u8>> {
        let (parent, name) = self.parent(path)?;
        Ok(fs::readlinkat(parent, name, Vec::new())?.into_bytes())
    }

    pub fn stat(&self, path: &str, follow: bool) -> Answer<Stat> {
        let nofollow = if follow { OFlags::empty() } else { OFlags::NOFOLLOW };
        let file = self.beneath(path, OFlags::PATH | nofollow, Mode::empty())?;
        Ok(stat_of(&fs::fstat(file)?))
    }
}

pub fn stat_file(file: &File) -> Answer<Stat> {
    Ok(stat_of(&fs::fstat(file)?))
}

/// The names in an open directory, without those for itself and what it is in.
pub fn list(file: &File) -> Vec<String> {
    let names = Dir::read_from(file).expect("a directory");
    let names = names.map(|entry| entry.expect("readable").file_name().to_owned());
    let names = names.map(|name| name.into_string().expect("names are ASCII"));
    let mut names: Vec<String> = names.filter(|name| name != "." && name != "..").collect();
    names.sort();
    names
}

/// All that is below a directory, each thing as a line.
pub fn tree(directory: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(path) = waiting.pop() {
        for entry in std::fs::read_dir(&path).expect("readable") {
            let path = entry.expect("readable").path();
            let name = path.strip_prefix(directory).expect("below it").display().to_string();
            let about = path.symlink_metadata().expect("it is there");
            lines.push(if about.is_dir() {
                waiting.push(path);
                format!("{name}/")
            } else if about.is_symlink() {
                format!("{name} -> {}", path.read_link().expect("a link").display())
            } else {
                // Holes may be long.
                let bytes = if about.len() < 1 << 20 { std::fs::read(&path) } else { Ok(vec![]) };
                format!("{name}: {} {:?}", about.len(), bytes.expect("readable"))
            });
        }
    }
    lines.sort();
    lines
}
