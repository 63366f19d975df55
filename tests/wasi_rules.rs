//! What the specification, POSIX and programs made with wasi-libc expect where it is easily got wrong.

mod common;
#[path = "common/wasi.rs"]
mod guest;

use guest::*;
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use wasmer::runtime::Status;
use wasmer::runtime::wasi::{Config, Errno};

#[test]
fn preopens_are_closed_and_replaced() {
    let root = scratch("preopens");
    fs::create_dir(root.join("d")).unwrap();
    fs::write(root.join("d/inner"), "inner").unwrap();
    let guest = Guest::in_directory(&root);
    let renumber = |from: u32, to: u32| guest.call("fd_renumber", &[from.into(), to.into()]);
    let dir = guest.open("d", DIRECTORY, READ).unwrap();
    ok(renumber(3, 3));
    assert_eq!((renumber(99, 99), renumber(3, u32::MAX)), (Errno::Badf, Errno::Badf));
    guest.close(3);
    assert_eq!(guest.open("d", 0, READ), Err(Errno::Badf));
    assert_eq!((renumber(dir, 3), renumber(3, dir)), (Errno::Badf, Errno::Badf));
    assert!(guest.open_with(dir, "inner", true, 0, READ, 0).is_ok());
    // Over one that is open: it is that directory then, and no preopen.
    let guest = Guest::in_directory(&root);
    let dir = guest.open("d", DIRECTORY, READ).unwrap();
    ok(guest.call("fd_renumber", &[dir.into(), 3]));
    assert_eq!(guest.open_with(dir, "inner", true, 0, READ, 0), Err(Errno::Badf));
    assert!(guest.open("inner", 0, READ).is_ok());
    assert_eq!(guest.call("fd_prestat_get", &[3, OUT.into()]), Errno::Notsup);
    // Standard streams are descriptors like others.
    ok(guest.call("fd_renumber", &[0, 1]));
    assert_eq!(guest.call("fd_fdstat_get", &[0, OUT.into()]), Errno::Badf);
    assert_eq!(guest.write(1, b"x"), Err(Errno::Badf));
}

#[test]
fn directories_are_no_files() {
    let root = scratch("no_files");
    fs::create_dir(root.join("d")).unwrap();
    fs::write(root.join("f"), "f").unwrap();
    let guest = Guest::in_directory(&root);
    let dir = guest.open("d", DIRECTORY, READ).unwrap();
    guest.put(IOVS, &[BUFFER.to_le_bytes(), 1u32.to_le_bytes()].concat());
    let (fd, vectors, out) = (u64::from(dir), u64::from(IOVS), u64::from(OUT));
    for (name, arguments) in [
        ("fd_advise", &[fd, 0, 0, 0][..]),
        ("fd_allocate", &[fd, 0, 10]),
        ("fd_datasync", &[fd]),
        ("fd_fdstat_set_flags", &[fd, 1]),
        ("fd_filestat_set_size", &[fd, 0]),
        ("fd_pread", &[fd, vectors, 1, 0, out]),
        ("fd_pwrite", &[fd, vectors, 1, 0, out]),
        ("fd_seek", &[fd, 0, 0, out]),
        ("fd_tell", &[fd, out]),
    ] {
        assert_eq!(guest.call(name, arguments), Errno::Badf, "{name}");
    }
    for (name, more) in [
        ("sock_accept", &[0, out][..]),
        ("sock_shutdown", &[3]),
        ("sock_send", &[vectors, 1, 0, out]),
        ("sock_recv", &[vectors, 1, 0, out, out]),
    ] {
        let file = guest.open("f", 0, READ).unwrap();
        for (fd, errno) in [(dir, Errno::Notsock), (file, Errno::Notsock), (99, Errno::Badf)] {
            let all = [&[u64::from(fd)], more].concat();
            assert_eq!(guest.call(name, &all), errno, "{name} of {fd}");
        }
    }
    for path in ["d", "d/", "d//", "d/."] {
        assert_eq!(guest.open(path, TRUNC, READ | WRITE), Err(Errno::Isdir), "{path}");
        assert_eq!(guest.open(path, 0, WRITE), Err(Errno::Isdir), "{path}");
        assert_eq!(guest.open(path, TRUNC, READ), Err(Errno::Isdir), "{path}");
        // As on Linux: no file ends with a slash, and a dot is there already.
        let exclusive = if path.ends_with('/') { Errno::Isdir } else { Errno::Exist };
        assert_eq!(guest.open(path, CREAT | EXCL, READ), Err(exclusive), "{path}");
    }
    for path in ["f/", "none/", "none//"] {
        for flags in [CREAT, CREAT | EXCL, CREAT | TRUNC] {
            assert_eq!(guest.open(path, flags, READ), Err(Errno::Isdir), "{path}");
        }
    }
    assert_eq!(guest.open("f/.", CREAT, READ), Err(Errno::Notdir));
    assert_eq!(guest.open("none/.", CREAT, READ), Err(Errno::Noent));
    assert_eq!(guest.open("f//", TRUNC, WRITE), Err(Errno::Notdir));
    assert_eq!(fs::read(root.join("f")).unwrap(), b"f");
    // A directory that is read is no file, and a file that is listed no directory.
    let file = guest.open("f", 0, READ).unwrap();
    let list = [file.into(), BUFFER.into(), 100, 0, OUT.into()];
    assert!(matches!(guest.call("fd_readdir", &list), Errno::Badf | Errno::Notdir));
}

/// Inode, name, kind and cookie of each entry from a cookie on.
fn entries(guest: &Guest, fd: u32, cookie: u64) -> Vec<(u64, String, u8, u64)> {
    ok(guest.call("fd_readdir", &[fd.into(), BUFFER.into(), 4096, cookie, OUT.into()]));
    let bytes = guest.get(BUFFER, guest.u32(OUT) as usize);
    assert!(bytes.len() < 4096);
    let number = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
    let (mut found, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let size = number(at + 16) as u32 as usize;
        let name = String::from_utf8(bytes[at + 24..at + 24 + size].to_vec()).unwrap();
        found.push((number(at + 8), name, bytes[at + 20], number(at)));
        at += 24 + size;
    }
    found
}

#[test]
fn listings_can_be_taken_up_anywhere() {
    let root = scratch("taken_up");
    fs::create_dir(root.join("d")).unwrap();
    fs::write(root.join("f"), "f").unwrap();
    symlink("f", root.join("s")).unwrap();
    let guest = Guest::in_directory(&root);
    let all = entries(&guest, 3, 0);
    assert_eq!(all.iter().map(|e| &*e.1).take(2).collect::<Vec<_>>(), [".", ".."]);
    assert_eq!(all.len(), 5);
    for (number, (inode, name, kind, cookie)) in all.iter().enumerate() {
        if name != ".." {
            let path = root.join(name);
            assert_eq!(*inode, fs::symlink_metadata(path).unwrap().ino(), "{name}");
            assert_eq!(*kind, guest.stat(name, false).unwrap().0, "{name}");
        }
        assert_eq!(entries(&guest, 3, *cookie), all[number + 1..], "after {name}");
    }
    assert_eq!(entries(&guest, 3, u64::MAX), []);
    // No room, and not enough for one: all of it is used, so that the guest asks again.
    for room in [0, 1, 23, 24, 25] {
        ok(guest.call("fd_readdir", &[3, BUFFER.into(), room, 0, OUT.into()]));
        assert_eq!(u64::from(guest.u32(OUT)), room);
    }
    // From the start it is seen what is new; in the middle, what was there at the start.
    ok(guest.call("fd_readdir", &[3, BUFFER.into(), 30, 0, OUT.into()]));
    fs::remove_file(root.join("f")).unwrap();
    assert_eq!(entries(&guest, 3, 2), all[2..]);
    assert_eq!(entries(&guest, 3, 0).len(), 4);
    // One that is gone is empty, and nothing is made in it.
    let dir = guest.open("d", DIRECTORY, READ).unwrap();
    ok(guest.at("path_remove_directory", 3, "d", &[]));
    assert!(entries(&guest, dir, 0).len() <= 2);
    assert_eq!(guest.open_with(dir, "x", true, CREAT, WRITE, 0), Err(Errno::Noent));
}

#[test]
fn ends_of_links() {
    let root = scratch("ends");
    fs::create_dir(root.join("d")).unwrap();
    fs::write(root.join("f"), "f").unwrap();
    for (target, name) in [("none", "dangling"), ("d", "to_d"), ("f", "to_f"), ("self", "self")] {
        symlink(target, root.join(name)).unwrap();
    }
    let guest = Guest::in_directory(&root);
    let unfollowed = |path: &str, flags| guest.open_with(3, path, false, flags, READ, 0);
    for path in ["dangling", "to_d", "to_f", "self"] {
        assert_eq!(unfollowed(path, 0), Err(Errno::Loop), "{path}");
        let refused = unfollowed(path, DIRECTORY).unwrap_err();
        assert!(matches!(refused, Errno::Loop | Errno::Notdir), "{path}: {refused:?}");
        assert_eq!(guest.open(path, CREAT | EXCL, WRITE), Err(Errno::Exist), "{path}");
        assert_eq!(guest.at("path_create_directory", 3, path, &[]), Errno::Exist, "{path}");
        assert_eq!(guest.link("f", path), Errno::Exist, "{path}");
        assert_eq!(guest.stat(path, false).unwrap().0, 7, "{path}");
    }
    assert!(guest.open("to_d", DIRECTORY, READ).is_ok());
    assert_eq!(guest.open("to_f", DIRECTORY, READ), Err(Errno::Notdir));
    assert_eq!(guest.open("to_f/", 0, READ), Err(Errno::Notdir));
    assert_eq!(guest.open("dangling", DIRECTORY, READ), Err(Errno::Noent));
    assert_eq!(guest.stat("dangling", true), Err(Errno::Noent));
    assert_eq!(guest.stat("to_f", true).unwrap().0, 4);
    assert_eq!(guest.stat("to_d/../f", true).unwrap().0, 4);
    for path in ["dangling", "self"] {
        ok(guest.link(path, "hard"));
        ok(guest.at("path_unlink_file", 3, "hard", &[]));
        ok(guest.rename(path, "renamed"));
        ok(guest.at("path_unlink_file", 3, "renamed", &[]));
    }
    assert_eq!(guest.at("path_unlink_file", 3, "to_d/", &[]), Errno::Notdir);
    assert_eq!(guest.at("path_remove_directory", 3, "to_d/", &[]), Errno::Notdir);
    guest.put(PATH, b"f");
    guest.put(PATH2, b"g");
    let follow = [3, 1, PATH.into(), 1, 3, PATH2.into(), 1];
    assert_eq!(guest.call("path_link", &follow), Errno::Inval);
    ok(guest.at("path_readlink", 3, "to_f", &[BUFFER.into(), 0, OUT.into()]));
    assert_eq!(guest.u32(OUT), 0);
    assert_eq!(guest.symlink("", "empty"), Errno::Noent);
    // Two names of one file: renaming one to the other does nothing.
    ok(guest.link("f", "same"));
    ok(guest.rename("f", "same"));
    assert!(root.join("f").exists() && root.join("same").exists());
    for path in [".", "..", "d/.", "d/.."] {
        let errno = guest.at("path_remove_directory", 3, path, &[]);
        assert!(
            matches!(errno, Errno::Inval | Errno::Notempty | Errno::Perm | Errno::Busy),
            "{path}: {errno:?}"
        );
        let errno = guest.rename(path, "x");
        assert!(matches!(errno, Errno::Inval | Errno::Busy | Errno::Perm), "{path}: {errno:?}");
    }
    assert!(root.join("d").is_dir());
    assert_eq!(guest.rename("d", "new/."), Errno::Noent);
    assert_eq!(guest.rename("f", "d/."), Errno::Busy);
    assert_eq!(guest.rename("none", "d/.."), Errno::Busy);
    assert_eq!(guest.rename("f/.", "g"), Errno::Notdir);
    assert_eq!(guest.at("path_create_directory", 3, "new/.", &[]), Errno::Noent);
    assert_eq!(guest.at("path_create_directory", 3, "d/.", &[]), Errno::Exist);
    assert_eq!(guest.symlink("d", "new/."), Errno::Noent);
    assert_eq!(guest.link("f", "new/."), Errno::Noent);
    assert_eq!(guest.at("path_remove_directory", 3, "f/.", &[]), Errno::Notdir);
    assert_eq!(guest.at("path_remove_directory", 3, "none/.", &[]), Errno::Noent);
    ok(guest.symlink("none", "dangling"));
    ok(guest.symlink("self", "self"));
    // What a dot comes after is followed, and what a slash comes after where something is to be new.
    assert_eq!(guest.at("path_unlink_file", 3, "to_d/.", &[]), Errno::Isdir);
    assert_eq!(guest.at("path_remove_directory", 3, "to_d/.", &[]), Errno::Inval);
    assert_eq!(guest.at("path_create_directory", 3, "to_d/.", &[]), Errno::Exist);
    assert_eq!(guest.at("path_create_directory", 3, "to_f/.", &[]), Errno::Notdir);
    assert_eq!(guest.at("path_create_directory", 3, "self/.", &[]), Errno::Loop);
    for (path, errno) in [
        ("to_d/", Errno::Exist),
        ("to_d/.", Errno::Exist),
        ("to_f/", Errno::Notdir),
        ("dangling/", Errno::Noent),
        ("self/", Errno::Loop),
    ] {
        assert_eq!(guest.symlink("f", path), errno, "{path}");
        assert_eq!(guest.link("f", path), errno, "{path}");
        let read = guest.at("path_readlink", 3, path, &[BUFFER.into(), 10, OUT.into()]);
        let errno = if errno == Errno::Exist { Errno::Inval } else { errno };
        assert_eq!(read, errno, "{path}");
    }
    assert!(!root.join("new").exists());
}

/// A name that is not UTF-8 can be on the disk. It is listed as it is, and no path can name it.
#[cfg(target_os = "linux")]
#[test]
fn names_of_other_encodings() {
    use std::os::unix::ffi::OsStrExt;
    let root = scratch("encodings");
    fs::write(root.join(std::ffi::OsStr::from_bytes(b"\xff")), "f").unwrap();
    fs::write(root.join("ok"), "f").unwrap();
    let guest = Guest::in_directory(&root);
    ok(guest.call("fd_readdir", &[3, BUFFER.into(), 4096, 2, OUT.into()]));
    let bytes = guest.get(BUFFER, guest.u32(OUT) as usize);
    assert_eq!(bytes.len(), 2 * 24 + 3);
    assert!(bytes.contains(&0xff) && bytes.windows(2).any(|w| w == b"ok"));
    guest.put(PATH, b"\xff");
    let unlink = guest.call("path_unlink_file", &[3, PATH.into(), 1]);
    assert_eq!(unlink, Errno::Ilseq);
}

fn subscription(userdata: u64, kind: u8, what: u32, timeout: u64) -> Vec<u8> {
    let mut bytes = vec![0; 48];
    bytes[..8].copy_from_slice(&userdata.to_le_bytes());
    bytes[8] = kind;
    bytes[16..20].copy_from_slice(&what.to_le_bytes());
    bytes[24..32].copy_from_slice(&timeout.to_le_bytes());
    bytes
}

#[test]
fn polls() {
    let root = scratch("polls");
    fs::write(root.join("f"), "12345").unwrap();
    let guest = Guest::in_directory(&root);
    let file = guest.open("f", 0, READ | WRITE).unwrap();
    guest.read(file, 2).unwrap();
    let poll = |all: &[Vec<u8>]| {
        guest.put(PATH, &all.concat());
        ok(guest.call("poll_oneoff", &[PATH.into(), PATH2.into(), all.len() as u64, OUT.into()]));
        let event = |n: u32| {
            let bytes = guest.get(PATH2 + n * 32, 32);
            let word = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
            (word(0), u16::from_le_bytes([bytes[8], bytes[9]]), bytes[10], word(16))
        };
        (0..guest.u32(OUT)).map(event).collect::<Vec<_>>()
    };
    let none = guest.call("poll_oneoff", &[PATH.into(), PATH2.into(), 0, OUT.into()]);
    assert_eq!(none, Errno::Inval);
    let far = 60_000_000_000;
    assert_eq!(poll(&[subscription(7, 0, 1, 1_000_000)]), [(7, 0, 0, 0)]);
    assert_eq!(poll(&[subscription(8, 0, 0, 1_000_000)]), [(8, 0, 0, 0)]);
    // What is left of a file, and room to write.
    let all =
        [subscription(1, 0, 1, far), subscription(2, 1, file, 0), subscription(3, 2, file, 0)];
    assert_eq!(poll(&all), [(2, 0, 1, 3), (3, 0, 2, 0)]);
    let badf = Errno::Badf as u16;
    let all = [subscription(1, 0, 1, far), subscription(u64::MAX, 1, 99, 0)];
    assert_eq!(poll(&all), [(u64::MAX, badf, 1, 0)]);
    assert_eq!(poll(&[subscription(4, 2, 99, 0)]), [(4, badf, 2, 0)]);
    assert_eq!(poll(&[subscription(5, 0, 9, 0)]), [(5, Errno::Inval as u16, 0, 0)]);
    assert_eq!(poll(&[subscription(6, 2, 1, 0), subscription(9, 2, 2, 0)]).len(), 2);
}

#[test]
fn random_bytes_clocks_and_ends() {
    let guest = Guest::new(&Config::default());
    let size = 200_000u32;
    ok(guest.call("random_get", &[BUFFER.into(), size.into()]));
    let bytes = guest.get(BUFFER, size as usize);
    assert!(bytes.chunks(1000).all(|part| part.iter().any(|&byte| byte != 0)));
    ok(guest.call("random_get", &[0, 0]));
    ok(guest.call("random_get", &[4 * 65536, 0]));
    assert_eq!(guest.call("random_get", &[4 * 65536 - 1, 2]), Errno::Fault);
    for clock in 0..4 {
        ok(guest.call("clock_res_get", &[clock, OUT.into()]));
        assert!(guest.u64(OUT) > 0);
        ok(guest.call("clock_time_get", &[clock, 1, OUT.into()]));
        let before = guest.u64(OUT);
        ok(guest.call("clock_time_get", &[clock, 1, OUT.into()]));
        assert!(guest.u64(OUT) >= before);
    }
    for clock in [4, u64::from(u32::MAX)] {
        assert_eq!(guest.call("clock_time_get", &[clock, 0, OUT.into()]), Errno::Inval);
        assert_eq!(guest.call("clock_res_get", &[clock, OUT.into()]), Errno::Inval);
    }
    ok(guest.call("sched_yield", &[]));
    for code in [0, 1, 33, 125, 255, u32::MAX] {
        let exit = guest.func("proc_exit");
        let error = common::call(&guest.arena, exit, &[code.into()]).unwrap_err();
        assert_eq!((error.status, error.exit_code), (Status::Exit, Some(code)));
    }
}
