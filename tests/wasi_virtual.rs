//! Directories that callbacks make up, with a small one in memory behind them.

mod common;
#[path = "common/wasi.rs"]
mod guest;

use guest::*;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use wasmer::runtime::wasi::abi::{FileType, Stat, Times};
use wasmer::runtime::wasi::listing::Entry;
use wasmer::runtime::wasi::tree::Open;
use wasmer::runtime::wasi::virtual_tree::FileSystem;
use wasmer::runtime::wasi::{Answer, Config, Errno, Stop};
use wasmer::runtime::{Error, Status};

#[derive(Clone)]
enum Node {
    Directory,
    File(Vec<u8>),
    Link(String),
}

/// Files by path. An open file is the number of its path in `opened`.
#[derive(Default)]
struct Memory {
    nodes: Mutex<BTreeMap<String, Node>>,
    opened: Mutex<Vec<String>>,
    asked: Mutex<Vec<String>>,
    closed: Mutex<u32>,
    links: bool,
}

impl Memory {
    fn note(&self, path: &str) {
        let bad = path.starts_with('/')
            || path.ends_with('/')
            || path.split('/').any(|name| matches!(name, "." | ".."))
            || path.contains("//");
        assert!(!bad, "a callback got {path:?}");
        self.asked.lock().unwrap().push(path.to_owned());
    }

    fn find(&self, path: &str) -> Answer<Node> {
        self.note(path);
        if path.is_empty() {
            return Ok(Node::Directory);
        }
        self.nodes.lock().unwrap().get(path).cloned().ok_or(Errno::Noent.into())
    }

    fn path(&self, file: u64) -> String {
        self.opened.lock().unwrap()[file as usize].clone()
    }

    fn with<R>(&self, file: u64, by: impl FnOnce(&mut Vec<u8>) -> R) -> Answer<R> {
        match self.nodes.lock().unwrap().get_mut(&self.path(file)) {
            Some(Node::File(bytes)) => Ok(by(bytes)),
            _ => Err(Errno::Stale.into()),
        }
    }
}

impl FileSystem for Memory {
    fn has_links(&self) -> bool {
        self.links
    }
    fn open(&self, path: &str, how: Open) -> Answer<u64> {
        self.note(path);
        if path == "fails" {
            return Err(Stop::End(Error::new(Status::Host, "the disk is on fire")));
        }
        let mut nodes = self.nodes.lock().unwrap();
        match nodes.get_mut(path) {
            Some(Node::File(bytes)) if how.flags.has(8) => bytes.clear(),
            Some(_) => {}
            None if how.flags.has(1) => {
                nodes.insert(path.into(), Node::File(vec![]));
            }
            None => return Err(Errno::Noent.into()),
        }
        let mut opened = self.opened.lock().unwrap();
        opened.push(path.into());
        Ok(opened.len() as u64 - 1)
    }
    fn close(&self, _: u64) {
        *self.closed.lock().unwrap() += 1;
    }
    fn read(&self, file: u64, into: &mut [u8], at: u64) -> Answer<usize> {
        self.with(file, |bytes| {
            let rest = bytes.get(at as usize..).unwrap_or_default();
            let count = rest.len().min(into.len());
            into[..count].copy_from_slice(&rest[..count]);
            count
        })
    }
    fn write(&self, file: u64, bytes: &[u8], at: u64) -> Answer<usize> {
        self.with(file, |kept| {
            let end = at as usize + bytes.len();
            kept.resize(kept.len().max(end), 0);
            kept[at as usize..end].copy_from_slice(bytes);
            bytes.len()
        })
    }
    fn file_stat(&self, file: u64, _: &str) -> Answer<Stat> {
        self.stat(&self.path(file))
    }
    fn file_set_size(&self, file: u64, size: u64) -> Answer<()> {
        self.with(file, |bytes| bytes.resize(size as usize, 0))
    }
    fn file_set_times(&self, _: u64, path: &str, _: Times) -> Answer<()> {
        self.find(path).map(drop)
    }
    fn file_sync(&self, _: u64, _: bool) -> Answer<()> {
        Ok(())
    }
    fn stat(&self, path: &str) -> Answer<Stat> {
        Ok(match self.find(path)? {
            Node::Directory => Stat::of_type(FileType::Directory),
            Node::File(bytes) => {
                Stat { size: bytes.len() as u64, ..Stat::of_type(FileType::RegularFile) }
            }
            Node::Link(_) => Stat::of_type(FileType::SymbolicLink),
        })
    }
    fn set_times(&self, path: &str, _: Times) -> Answer<()> {
        self.find(path).map(drop)
    }
    fn list(&self, path: &str, _: u64) -> Answer<Vec<Entry>> {
        self.note(path);
        let before = if path.is_empty() { String::new() } else { format!("{path}/") };
        let nodes = self.nodes.lock().unwrap();
        let names = nodes.iter().filter_map(|(path, node)| {
            let name = path.strip_prefix(&before).filter(|name| !name.contains('/'))?;
            let file_type = match node {
                Node::Directory => FileType::Directory,
                Node::File(_) => FileType::RegularFile,
                Node::Link(_) => FileType::SymbolicLink,
            };
            Some(Entry { inode: 1, file_type, name: name.into() })
        });
        Ok(names.collect())
    }
    fn make_directory(&self, path: &str) -> Answer<()> {
        if self.find(path).is_ok() {
            return Err(Errno::Exist.into());
        }
        self.nodes.lock().unwrap().insert(path.into(), Node::Directory);
        Ok(())
    }
    fn remove_directory(&self, path: &str) -> Answer<()> {
        self.unlink(path)
    }
    fn unlink(&self, path: &str) -> Answer<()> {
        self.note(path);
        self.nodes.lock().unwrap().remove(path).map(drop).ok_or(Errno::Noent.into())
    }
    fn rename(&self, old: &str, new: &str) -> Answer<()> {
        let node = self.find(old)?;
        self.note(new);
        let mut nodes = self.nodes.lock().unwrap();
        nodes.remove(old);
        nodes.insert(new.into(), node);
        Ok(())
    }
    fn hard_link(&self, _: &str, _: &str) -> Answer<()> {
        Err(Errno::Notsup.into())
    }
    fn symlink(&self, target: &str, path: &str) -> Answer<()> {
        self.note(path);
        self.nodes.lock().unwrap().insert(path.into(), Node::Link(target.into()));
        Ok(())
    }
    fn read_link(&self, path: &str) -> Answer<String> {
        match self.find(path)? {
            Node::Link(target) => Ok(target),
            _ => Err(Errno::Inval.into()),
        }
    }
}

fn mounted(links: bool, read_only: bool) -> (Arc<Memory>, Guest) {
    let memory = Arc::new(Memory { links, ..Memory::default() });
    let mut nodes = memory.nodes.lock().unwrap();
    nodes.insert("d".into(), Node::Directory);
    nodes.insert("d/e".into(), Node::Directory);
    nodes.insert("d/e/f".into(), Node::File(b"content".to_vec()));
    nodes.insert("fails".into(), Node::File(vec![]));
    drop(nodes);
    let mut config = Config::default();
    config.file_system(memory.clone(), "/v", read_only).unwrap();
    let guest = Guest::new(&config);
    (memory, guest)
}

#[test]
fn files_and_directories() {
    for links in [false, true] {
        let (memory, guest) = mounted(links, false);
        let fd = guest.open("d/./e//f", 0, READ | WRITE).unwrap();
        assert_eq!(guest.read(fd, 4).unwrap(), b"cont");
        assert_eq!(guest.write(fd, b"..."), Ok(3));
        ok(guest.call("fd_seek", &[fd.into(), 0, 0, OUT.into()]));
        assert_eq!(guest.read(fd, 100).unwrap(), b"cont...");
        ok(guest.call("fd_fdstat_set_flags", &[fd.into(), 1]));
        ok(guest.call("fd_seek", &[fd.into(), 0, 0, OUT.into()]));
        guest.write(fd, b"!").unwrap();
        assert_eq!(guest.stat("d/e/f", true).unwrap().1, 8);
        ok(guest.call("fd_allocate", &[fd.into(), 0, 20]));
        ok(guest.call("fd_filestat_set_size", &[fd.into(), 2]));
        ok(guest.call("fd_filestat_set_times", &[fd.into(), 1, 1, 5]));
        ok(guest.call("fd_sync", &[fd.into()]));
        assert_eq!(guest.stat("d/e/f", true).unwrap(), (4, 2, 1));
        guest.close(fd);
        assert_eq!(*memory.closed.lock().unwrap(), 1);
        let sub = guest.open("d", DIRECTORY, READ).unwrap();
        assert!(guest.open_with(sub, "e/../e/f", true, 0, READ, 0).is_ok());
        assert_eq!(guest.open_with(sub, "../d/e/f", true, 0, READ, 0), Err(Errno::Perm));
        assert_eq!(guest.list(sub, 100), [(".".into(), 3), ("..".into(), 3), ("e".into(), 3)]);
        let refused = [
            ("..", Errno::Perm),
            ("d/../../x", Errno::Perm),
            ("/d", Errno::Perm),
            ("none/x", Errno::Noent),
            ("none/../d/e/f", Errno::Noent),
            ("d/e/f/../f", Errno::Notdir),
            ("d/e/f/", Errno::Notdir),
        ];
        for (path, errno) in refused {
            assert_eq!(guest.open(path, 0, READ), Err(errno), "{path}, links {links}");
        }
        assert_eq!(guest.open("d", 0, READ | WRITE), Err(Errno::Isdir));
        assert_eq!(guest.open("d/e/f", DIRECTORY, READ), Err(Errno::Notdir));
        assert_eq!(guest.open("d/e/f", CREAT | EXCL, WRITE), Err(Errno::Exist));
        guest.close(guest.open("new", CREAT | EXCL, WRITE).unwrap());
        ok(guest.at("path_create_directory", 3, "n", &[]));
        assert_eq!(guest.at("path_create_directory", 3, ".", &[]), Errno::Exist);
        ok(guest.rename("new", "n/new"));
        assert_eq!(guest.rename("d", "d/x"), Errno::Inval);
        assert_eq!(guest.link("n/new", "x"), Errno::Notsup);
        assert_eq!(guest.at("path_unlink_file", 3, "n", &[]), Errno::Isdir);
        ok(guest.at("path_unlink_file", 3, "n/new", &[]));
        ok(guest.at("path_remove_directory", 3, "n", &[]));
    }
}

#[test]
fn links_are_followed_here_and_lead_nowhere_else() {
    let (memory, guest) = mounted(true, false);
    ok(guest.symlink("d/e", "to_e"));
    memory.symlink("../../..", "d/e/far").unwrap();
    ok(guest.symlink("loop", "loop"));
    ok(guest.symlink("d/e/made", "dangling"));
    assert!(guest.open("to_e/f", 0, READ).is_ok());
    assert_eq!(guest.open_with(3, "to_e", false, 0, READ, 0), Err(Errno::Loop));
    assert_eq!(guest.open("d/e/far/d", 0, READ), Err(Errno::Perm));
    assert_eq!(guest.open("loop", 0, READ), Err(Errno::Loop));
    assert_eq!(guest.open("loop/x", 0, READ), Err(Errno::Loop));
    assert!(guest.open("dangling", CREAT, WRITE).is_ok());
    assert_eq!(guest.stat("d/e/made", true).unwrap().0, 4);
    ok(guest.at("path_readlink", 3, "to_e", &[BUFFER.into(), 100, OUT.into()]));
    assert_eq!(guest.get(BUFFER, 3), b"d/e");
}

#[test]
fn read_only_and_errors() {
    let (_, guest) = mounted(false, true);
    assert_eq!(guest.open("d/e/f", 0, WRITE), Err(Errno::Rofs));
    assert_eq!(guest.open("d/e/f", TRUNC, READ), Err(Errno::Rofs));
    assert_eq!(guest.open("new", CREAT, READ), Err(Errno::Rofs));
    assert!(guest.open("d/e/f", 0, READ).is_ok());
    assert_eq!(guest.rename("d", "x"), Errno::Rofs);
    assert_eq!(guest.at("path_unlink_file", 3, "d/e/f", &[]), Errno::Rofs);
    // A callback's error ends the guest's call.
    guest.put(PATH, b"fails");
    let all = [3, 1, PATH.into(), 5, 0, READ, 0, 0, OUT.into()];
    let error = guest.try_call("path_open", &all).unwrap_err();
    assert_eq!((error.status, &*error.message), (Status::Host, "the disk is on fire"));
    assert!(guest.open("d/e/f", 0, READ).is_ok());
}
