//! What a guest can make the host keep is bounded: descriptors, listings of directories, paths.

mod common;
#[path = "common/wasi.rs"]
mod guest;

use guest::*;
use std::fs;
use std::sync::Arc;
use wasmer::runtime::Status;
use wasmer::runtime::wasi::abi::{FileType, Stat, Times};
use wasmer::runtime::wasi::listing::Entry;
use wasmer::runtime::wasi::tree::Open;
use wasmer::runtime::wasi::virtual_tree::FileSystem;
use wasmer::runtime::wasi::{Answer, Config, Errno, Limit, State};

#[test]
fn descriptors_are_limited_for_each_guest() {
    let root = scratch("descriptors");
    fs::write(root.join("f"), "f").unwrap();
    let mut config = Config::default();
    config.directory(&root, "/", false).unwrap();
    for (limit, most) in [(None, 256), (Some(6), 6), (Some(400), 400)] {
        if let Some(limit) = limit {
            config.limit(Limit::Descriptors, limit).unwrap();
        }
        let guest = Guest::new(&config);
        for expected in 4..most {
            assert_eq!(guest.open("f", 0, READ), Ok(expected));
        }
        for _ in 0..3 {
            assert_eq!(guest.open("f", 0, READ), Err(Errno::Mfile));
        }
        // Renumbering makes none, and opens none far away.
        ok(guest.call("fd_renumber", &[4, 5]));
        assert_eq!(guest.call("fd_renumber", &[5, u64::from(most) + 9]), Errno::Badf);
        assert_eq!(guest.open("f", 0, READ), Ok(4));
        assert_eq!(guest.open("f", 0, READ), Err(Errno::Mfile));
    }
    // Three streams and the directory.
    config.limit(Limit::Descriptors, 3).unwrap();
    let error = State::new(&config).map(drop).unwrap_err();
    assert_eq!(error.status, Status::Limit);
    assert_eq!(error.message, "limit: wasi: a guest is given 4 descriptors, 3 are allowed");
    config.limit(Limit::Descriptors, 4).unwrap();
    assert_eq!(Guest::new(&config).open("f", 0, READ), Err(Errno::Mfile));
}

/// Bytes of memory that the process has in use.
fn resident() -> usize {
    let text = fs::read_to_string("/proc/self/statm").unwrap();
    text.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

fn begin_list(guest: &Guest, fd: u32) -> Errno {
    guest.call("fd_readdir", &[fd.into(), BUFFER.into(), 64, 0, OUT.into()])
}

#[test]
fn open_directories_do_not_keep_their_listings() {
    let root = scratch("listings");
    fs::create_dir(root.join("d")).unwrap();
    for number in 0..5000 {
        fs::write(root.join(format!("d/{number:0200}")), "").unwrap();
    }
    let mut config = Config::default();
    config.directory(&root, "/", false).unwrap();
    let guest = Guest::new(&config);
    let before = resident();
    for _ in 0..200 {
        let fd = guest.open("d", DIRECTORY, READ).unwrap();
        ok(begin_list(&guest, fd));
    }
    // 200 times 5,000 names would be 250 MB.
    let grown = resident().saturating_sub(before);
    assert!(grown < 32_000_000, "{grown} bytes for 200 listings");

    // All of them are there, once and in an order that lasts, whatever room there is.
    let fd = 4;
    let all = guest.list(fd, 4096);
    assert_eq!(all.len(), 5002);
    assert_eq!(guest.list(fd, 300), all);
    let mut names: Vec<_> = all.iter().map(|entry| &entry.0).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 5002);
    // From any number on, forth and back, in parts that were read and in others.
    for at in [4000, 3990, 12, 5001, 0, 1, 2, 3, 4999, 150, 4001] {
        let list = [fd.into(), BUFFER.into(), 224, at, OUT.into()];
        ok(guest.call("fd_readdir", &list));
        let size = guest.u32(BUFFER + 16) as usize;
        let name = String::from_utf8(guest.get(BUFFER + 24, size)).unwrap();
        assert_eq!((guest.u64(BUFFER), &name), (at + 1, &all[at as usize].0));
    }
    // What is removed while it is listed does not make others be missed.
    let mut left: std::collections::BTreeSet<String> = names.into_iter().cloned().collect();
    let mut cookie = 0;
    loop {
        ok(guest.call("fd_readdir", &[fd.into(), BUFFER.into(), 2048, cookie, OUT.into()]));
        let used = guest.u32(OUT);
        let bytes = guest.get(BUFFER, used as usize);
        let mut at = 0;
        while at + 24 <= bytes.len() {
            let size = u32::from_le_bytes(bytes[at + 16..at + 20].try_into().unwrap()) as usize;
            let Some(name) = bytes.get(at + 24..at + 24 + size) else { break };
            let name = String::from_utf8(name.to_vec()).unwrap();
            if !name.starts_with('.') {
                ok(guest.at("path_unlink_file", fd, &name, &[]));
            }
            assert!(left.remove(&name), "{name} twice");
            cookie = u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
            at += 24 + size;
        }
        if used < 2048 {
            break;
        }
    }
    assert!(left.is_empty(), "{} were not listed", left.len());
}

#[test]
fn what_is_held_for_listings_is_limited() {
    let root = scratch("held");
    fs::create_dir(root.join("d")).unwrap();
    fs::write(root.join("d/file"), "").unwrap();
    let mut config = Config::default();
    config.directory(&root, "/", false).unwrap();
    config.limit(Limit::HostBytes, 100_000).unwrap();
    let guest = Guest::new(&config);
    let open = || guest.open("d", DIRECTORY, READ).unwrap();
    let fds: Vec<u32> = (0..4).map(|_| open()).collect();
    for &fd in &fds[..3] {
        ok(begin_list(&guest, fd));
    }
    assert_eq!(begin_list(&guest, fds[3]), Errno::Nomem);
    // It is given back at the end of a listing, and when a descriptor is closed.
    assert_eq!(guest.list(fds[0], 4096).len(), 3);
    ok(begin_list(&guest, fds[3]));
    assert_eq!(begin_list(&guest, fds[0]), Errno::Nomem);
    guest.close(fds[1]);
    ok(begin_list(&guest, fds[0]));
}

/// A tree without end: each directory holds as many others, and any path leads to a directory.
struct Endless(usize);

impl FileSystem for Endless {
    fn has_links(&self) -> bool {
        false
    }
    fn open(&self, _: &str, _: Open) -> Answer<u64> {
        Err(Errno::Notsup.into())
    }
    fn close(&self, _: u64) {}
    fn read(&self, _: u64, _: &mut [u8], _: u64) -> Answer<usize> {
        Err(Errno::Notsup.into())
    }
    fn write(&self, _: u64, _: &[u8], _: u64) -> Answer<usize> {
        Err(Errno::Notsup.into())
    }
    fn file_stat(&self, _: u64, path: &str) -> Answer<Stat> {
        self.stat(path)
    }
    fn file_set_size(&self, _: u64, _: u64) -> Answer<()> {
        Err(Errno::Notsup.into())
    }
    fn file_set_times(&self, _: u64, _: &str, _: Times) -> Answer<()> {
        Err(Errno::Notsup.into())
    }
    fn file_sync(&self, _: u64, _: bool) -> Answer<()> {
        Ok(())
    }
    fn stat(&self, _: &str) -> Answer<Stat> {
        Ok(Stat::of_type(FileType::Directory))
    }
    fn set_times(&self, _: &str, _: Times) -> Answer<()> {
        Err(Errno::Notsup.into())
    }
    fn list(&self, _: &str, _: u64) -> Answer<Vec<Entry>> {
        let entry = |number: usize| Entry {
            inode: number as u64,
            file_type: FileType::Directory,
            name: format!("{number:036}").into_bytes(),
        };
        Ok((0..self.0).map(entry).collect())
    }
    fn make_directory(&self, _: &str) -> Answer<()> {
        Err(Errno::Rofs.into())
    }
    fn remove_directory(&self, _: &str) -> Answer<()> {
        Err(Errno::Rofs.into())
    }
    fn unlink(&self, _: &str) -> Answer<()> {
        Err(Errno::Rofs.into())
    }
    fn rename(&self, _: &str, _: &str) -> Answer<()> {
        Err(Errno::Rofs.into())
    }
    fn hard_link(&self, _: &str, _: &str) -> Answer<()> {
        Err(Errno::Rofs.into())
    }
    fn symlink(&self, _: &str, _: &str) -> Answer<()> {
        Err(Errno::Rofs.into())
    }
    fn read_link(&self, _: &str) -> Answer<String> {
        Err(Errno::Inval.into())
    }
}

#[test]
fn listings_of_callbacks_are_limited() {
    let mut config = Config::default();
    config.file_system(Arc::new(Endless(1000)), "/", false).unwrap();
    // 100 bytes for each entry, and for three listings.
    config.limit(Limit::HostBytes, 300_000).unwrap();
    let guest = Guest::new(&config);
    let fds: Vec<u32> = (0..4).map(|_| guest.open("d", DIRECTORY, READ).unwrap()).collect();
    for &fd in &fds[..3] {
        ok(begin_list(&guest, fd));
    }
    assert_eq!(begin_list(&guest, fds[3]), Errno::Nomem);
    assert_eq!(guest.list(fds[0], 4096).len(), 1002);
    ok(begin_list(&guest, fds[3]));
}

#[test]
fn paths_of_callbacks_do_not_grow_without_end() {
    let mut config = Config::default();
    config.file_system(Arc::new(Endless(1)), "/", false).unwrap();
    let guest = Guest::new(&config);
    let name = vec!["x".repeat(200); 19].join("/");
    let mut fd = 3;
    let refused = loop {
        match guest.open_with(fd, &name, true, DIRECTORY, READ, 0) {
            Ok(next) => fd = next,
            Err(errno) => break errno,
        }
    };
    assert_eq!((refused, fd), (Errno::Nametoolong, 7));
    // What is there can be used on.
    assert!(guest.open_with(fd, "x", true, DIRECTORY, READ, 0).is_ok());
}
