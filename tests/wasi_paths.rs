//! Directories of the host's: what paths lead to, and that none leads out.

mod common;
#[path = "common/wasi.rs"]
mod guest;

use guest::*;
use std::fs;
use std::os::unix::fs::symlink;
use wasmer::runtime::wasi::{Config, Errno};

#[test]
fn nothing_leads_out() {
    let outside = scratch("outside");
    fs::write(outside.join("secret"), "secret").unwrap();
    let inside = outside.join("inside");
    fs::create_dir_all(inside.join("a/b")).unwrap();
    symlink("..", inside.join("up")).unwrap();
    symlink("../secret", inside.join("file")).unwrap();
    symlink(outside.join("secret"), inside.join("absolute")).unwrap();
    symlink("../../..", inside.join("a/b/far")).unwrap();
    symlink("a/b/far", inside.join("twice")).unwrap();
    symlink("/", inside.join("root")).unwrap();
    let guest = Guest::in_directory(&inside);
    let ways = [
        "..",
        "../secret",
        "a/../../secret",
        "/",
        "/etc/passwd",
        "up/secret",
        "up",
        "file",
        "absolute",
        "a/b/far/secret",
        "twice/secret",
        "root/etc/passwd",
        "./../secret",
        "a/b/../../../secret",
        "up/",
        "root/",
        "a/b/far/",
        "../inside/a",
    ];
    for path in ways {
        assert_eq!(guest.open(path, 0, READ), Err(Errno::Perm), "{path}");
        // By a name with a slash behind it no file is made, so nobody looks where it leads.
        let ends = path.ends_with('/') && path.len() > 1;
        let expected = if ends { Errno::Isdir } else { Errno::Perm };
        assert_eq!(guest.open(path, CREAT, READ | WRITE).unwrap_err(), expected, "{path}");
        assert_eq!(guest.stat(path, true), Err(Errno::Perm), "{path}");
    }
    let ways = ["../new", "up/new", "root/tmp/libwasmer-new", "/tmp/libwasmer-new", "a/b/far/new"];
    fs::write(inside.join("here"), "here").unwrap();
    for path in ways {
        assert_eq!(guest.open(path, CREAT, WRITE), Err(Errno::Perm), "{path}");
        assert_eq!(guest.at("path_create_directory", 3, path, &[]), Errno::Perm, "{path}");
        assert_eq!(guest.at("path_unlink_file", 3, path, &[]), Errno::Perm, "{path}");
        assert_eq!(guest.at("path_remove_directory", 3, path, &[]), Errno::Perm, "{path}");
        assert_eq!(guest.rename("here", path), Errno::Perm, "{path}");
        assert_eq!(guest.rename(path, "new"), Errno::Perm, "{path}");
        assert_eq!(guest.link("here", path), Errno::Perm, "{path}");
        assert_eq!(guest.link(path, "new"), Errno::Perm, "{path}");
        assert_eq!(guest.symlink("x", path), Errno::Perm, "{path}");
        let times = [0, 0, 2];
        guest.put(PATH, path.as_bytes());
        let all = [&[3, 1, PATH.into(), path.len() as u64][..], &times].concat();
        assert_eq!(guest.call("path_filestat_set_times", &all), Errno::Perm, "{path}");
        let into = [BUFFER.into(), 10, OUT.into()];
        assert_eq!(guest.at("path_readlink", 3, path, &into), Errno::Perm, "{path}");
    }
    assert_eq!(guest.symlink("/etc", "new"), Errno::Perm);
    // A directory that was opened is a root of its own.
    let sub = guest.open("a", DIRECTORY, READ).unwrap();
    assert_eq!(guest.open_with(sub, "../here", true, 0, READ, 0), Err(Errno::Perm));
    assert!(guest.open_with(sub, "b/..", true, 0, READ, 0).is_ok());
    // What a link at the end is, and not what is behind it, may be looked at.
    assert_eq!(guest.stat("absolute", false).unwrap().0, 7);
    assert!(
        !outside.join("new").exists() && fs::read(outside.join("secret")).unwrap() == b"secret"
    );
}

#[test]
fn a_directory_that_is_moved_out_leads_nowhere_else() {
    let outside = scratch("moved");
    let inside = outside.join("inside");
    fs::create_dir_all(inside.join("a/b")).unwrap();
    fs::write(outside.join("secret"), "secret").unwrap();
    let guest = Guest::in_directory(&inside);
    let sub = guest.open("a/b", DIRECTORY, READ).unwrap();
    fs::rename(inside.join("a/b"), outside.join("b")).unwrap();
    assert_eq!(guest.open_with(sub, "../secret", true, 0, READ, 0), Err(Errno::Perm));
}

/// While somebody exchanges a directory for a link that leads out, no try to go through it gets there.
#[test]
fn races_lead_nowhere() {
    let outside = scratch("races");
    let inside = outside.join("inside");
    fs::create_dir_all(inside.join("d")).unwrap();
    fs::create_dir_all(outside.join("target")).unwrap();
    fs::write(outside.join("target/f"), "outside").unwrap();
    fs::write(inside.join("d/f"), "inside").unwrap();
    let guest = Guest::in_directory(&inside);
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let order = std::sync::atomic::Ordering::Relaxed;
            while !stop.load(order) {
                let _ = fs::rename(inside.join("d"), inside.join("kept"));
                let _ = symlink("../target", inside.join("d"));
                let _ = fs::remove_file(inside.join("d"));
                let _ = fs::rename(inside.join("kept"), inside.join("d"));
            }
        });
        let (mut through, mut refused) = (0, 0);
        for _ in 0..3000 {
            match guest.open("d/f", 0, READ) {
                Ok(fd) => {
                    assert_eq!(guest.read(fd, 20).unwrap(), b"inside");
                    guest.close(fd);
                    through += 1;
                }
                Err(Errno::Perm | Errno::Noent | Errno::Notdir | Errno::Loop) => refused += 1,
                Err(errno) => panic!("{errno:?}"),
            }
        }
        println!("{through} opened, {refused} refused");
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

#[test]
fn odd_paths() {
    let root = scratch("odd");
    fs::create_dir_all(root.join("dir/nested")).unwrap();
    fs::write(root.join("dir/nested/file"), "f").unwrap();
    let guest = Guest::in_directory(&root);
    for path in [
        "dir/nested/file",
        "dir//nested/./file",
        "./dir/.//nested/../nested///./file",
        "dir/nested/../../dir/nested/../nested///./file",
    ] {
        let fd = guest.open(path, 0, READ).unwrap_or_else(|errno| panic!("{path}: {errno:?}"));
        guest.close(fd);
    }
    assert_eq!(guest.open("", 0, READ), Err(Errno::Noent));
    assert_eq!(guest.open("dir/nested/file\0", 0, READ), Err(Errno::Inval));
    assert_eq!(guest.open("dir/nested/file/", 0, READ), Err(Errno::Notdir));
    assert_eq!(guest.open("dir/nested/file/.", 0, READ), Err(Errno::Notdir));
    assert_eq!(guest.open("dir/nested/file/..", 0, READ), Err(Errno::Notdir));
    assert_eq!(guest.open("dir/none/../nested/file", 0, READ), Err(Errno::Noent));
    assert_eq!(guest.open("none", 0, READ), Err(Errno::Noent));
    assert_eq!(guest.open(&"a/".repeat(2100), 0, READ), Err(Errno::Nametoolong));
    assert_eq!(guest.open(&"a".repeat(300), 0, READ), Err(Errno::Nametoolong));
    guest.put(PATH, b"\xff\xfe");
    let all = [3, 0, PATH.into(), 2, 0, READ, 0, 0, OUT.into()];
    assert_eq!(guest.call("path_open", &all), Errno::Ilseq);
    for path in ["dir/", "dir/.", "dir", ".", "dir/nested/..", "dir/nested/"] {
        assert!(guest.open(path, DIRECTORY, READ).is_ok(), "{path}");
        assert_eq!(guest.stat(path, true).unwrap().0, 3, "{path}");
    }
    assert_eq!(guest.open("dir", 0, READ | WRITE), Err(Errno::Isdir));
    assert_eq!(guest.open("dir/nested/file", DIRECTORY, READ), Err(Errno::Notdir));
    assert_eq!(guest.open("new/", CREAT, WRITE), Err(Errno::Isdir));
    // A dot is a name of what must be there already, with slashes behind it too.
    for path in ["new/.", "new/./", "new/.//./", "./new/./"] {
        assert_eq!(guest.at("path_create_directory", 3, path, &[]), Errno::Noent, "{path}");
        assert_eq!(guest.symlink("x", path), Errno::Noent, "{path}");
        assert_eq!(guest.open(path, CREAT, WRITE), Err(Errno::Noent), "{path}");
    }
    for path in [".", "./", "dir/.", "dir/./"] {
        assert_eq!(guest.at("path_create_directory", 3, path, &[]), Errno::Exist, "{path}");
        assert_eq!(guest.at("path_remove_directory", 3, path, &[]), Errno::Inval, "{path}");
        assert_eq!(guest.rename(path, "new"), Errno::Busy, "{path}");
    }
    // The slash in a link forbids a file as one in the path does, before the link is followed further.
    assert_eq!(guest.symlink("./circle/", "circle"), Errno::Success);
    assert_eq!(guest.open("circle", CREAT, WRITE), Err(Errno::Isdir));
    assert_eq!(guest.open("circle", 0, READ), Err(Errno::Loop));
    assert_eq!(guest.open("dir/nested/file", CREAT | EXCL, WRITE), Err(Errno::Exist));
    assert_eq!(guest.open("dir", CREAT | DIRECTORY, READ), Err(Errno::Inval));
    // Descriptors that are no directories.
    let file = guest.open("dir/nested/file", 0, READ).unwrap();
    assert_eq!(guest.open_with(file, "x", true, 0, READ, 0), Err(Errno::Notdir));
    assert_eq!(guest.open_with(99, "x", true, 0, READ, 0), Err(Errno::Badf));
}

#[test]
fn symbolic_links() {
    let root = scratch("links");
    let guest = Guest::in_directory(&root);
    fs::create_dir(root.join("dir")).unwrap();
    fs::write(root.join("dir/file"), "content").unwrap();
    ok(guest.symlink("dir/file", "to_file"));
    ok(guest.symlink("dir", "to_dir"));
    ok(guest.symlink("nothing", "dangling"));
    ok(guest.symlink("loop2", "loop1"));
    ok(guest.symlink("loop1", "loop2"));
    assert_eq!(guest.symlink("x", "to_file"), Errno::Exist);
    assert_eq!(guest.symlink("x", "new/"), Errno::Noent);
    assert_eq!(guest.symlink("x", "dir/"), Errno::Exist);
    assert_eq!(guest.symlink("x", "dir/file/"), Errno::Notdir);
    let fd = guest.open("to_file", 0, READ).unwrap();
    assert_eq!(guest.read(fd, 20).unwrap(), b"content");
    assert!(guest.open("to_dir/file", 0, READ).is_ok());
    assert!(guest.open("to_dir/", DIRECTORY, READ).is_ok());
    // Not to be followed.
    assert_eq!(guest.open_with(3, "to_file", false, 0, READ, 0), Err(Errno::Loop));
    let refused = guest.open_with(3, "to_dir", false, DIRECTORY, READ, 0).unwrap_err();
    assert!(matches!(refused, Errno::Loop | Errno::Notdir), "{refused:?}");
    assert_eq!(guest.open("loop1", 0, READ), Err(Errno::Loop));
    assert_eq!(guest.stat("loop1", true), Err(Errno::Loop));
    assert_eq!(guest.open("loop1/x", 0, READ), Err(Errno::Loop));
    assert_eq!(guest.open("dangling", 0, READ), Err(Errno::Noent));
    assert_eq!(guest.open("dangling", CREAT | EXCL, WRITE), Err(Errno::Exist));
    assert_eq!(guest.open_with(3, "dangling", false, CREAT, WRITE, 0), Err(Errno::Loop));
    // A file is made where a link leads.
    assert!(guest.open("dangling", CREAT, WRITE).is_ok());
    assert!(root.join("nothing").is_file());
    assert_eq!(guest.stat("to_file", false).unwrap(), (7, 8, 1));
    assert_eq!(guest.stat("to_file", true).unwrap().1, 7);
    assert_eq!(guest.stat("to_dir/", false).unwrap().0, 3);
    assert_eq!(
        guest.at("path_readlink", 3, "to_file", &[BUFFER.into(), 100, OUT.into()]),
        Errno::Success
    );
    assert_eq!(guest.get(BUFFER, guest.u32(OUT) as usize), b"dir/file");
    ok(guest.at("path_readlink", 3, "to_file", &[BUFFER.into(), 3, OUT.into()]));
    assert_eq!(guest.get(BUFFER, guest.u32(OUT) as usize), b"dir");
    assert_eq!(guest.at("path_readlink", 3, "dir", &[BUFFER.into(), 9, OUT.into()]), Errno::Inval);
    assert_eq!(guest.at("path_readlink", 3, "no", &[BUFFER.into(), 9, OUT.into()]), Errno::Noent);
    // Removing one leaves what is behind.
    assert_eq!(guest.at("path_unlink_file", 3, "to_file/", &[]), Errno::Notdir);
    assert_eq!(guest.at("path_remove_directory", 3, "to_dir", &[]), Errno::Notdir);
    ok(guest.at("path_unlink_file", 3, "to_file", &[]));
    ok(guest.at("path_unlink_file", 3, "to_dir", &[]));
    assert!(root.join("dir/file").is_file());
}

#[test]
fn making_removing_renaming_linking() {
    let root = scratch("changes");
    let guest = Guest::in_directory(&root);
    ok(guest.at("path_create_directory", 3, "d", &[]));
    ok(guest.at("path_create_directory", 3, "e/", &[]));
    assert_eq!(guest.at("path_create_directory", 3, "d", &[]), Errno::Exist);
    assert_eq!(guest.at("path_create_directory", 3, "x/y", &[]), Errno::Noent);
    guest.close(guest.open("d/f", CREAT, WRITE).unwrap());
    assert_eq!(guest.at("path_remove_directory", 3, "d", &[]), Errno::Notempty);
    assert_eq!(guest.at("path_remove_directory", 3, "d/f", &[]), Errno::Notdir);
    assert_eq!(guest.at("path_remove_directory", 3, "d/f/", &[]), Errno::Notdir);
    assert_eq!(guest.at("path_unlink_file", 3, "d", &[]), Errno::Isdir);
    assert_eq!(guest.at("path_unlink_file", 3, "d/", &[]), Errno::Isdir);
    assert_eq!(guest.at("path_unlink_file", 3, "d/f/", &[]), Errno::Notdir);
    // Renames.
    assert_eq!(guest.rename("none", "x"), Errno::Noent);
    assert_eq!(guest.rename("d/f/", "g"), Errno::Notdir);
    assert_eq!(guest.rename("d/f", "g/"), Errno::Notdir);
    assert_eq!(guest.rename("d", "d/sub"), Errno::Inval);
    assert_eq!(guest.rename("e", "d"), Errno::Notempty);
    assert_eq!(guest.rename("e", "d/f"), Errno::Notdir);
    assert_eq!(guest.rename("d/f", "e"), Errno::Isdir);
    ok(guest.rename("d/f", "g"));
    ok(guest.rename("e/", "d/"));
    assert_eq!(guest.stat("e", true), Err(Errno::Noent));
    ok(guest.rename("d/", "e"));
    ok(guest.rename("e", "d"));
    // Hard links.
    ok(guest.link("g", "h"));
    assert_eq!(guest.stat("h", true).unwrap().2, 2);
    assert_eq!(guest.link("g", "h"), Errno::Exist);
    assert_eq!(guest.link("g", "i/"), Errno::Noent);
    assert_eq!(guest.link("g/", "i"), Errno::Notdir);
    assert_eq!(guest.link("none", "i"), Errno::Noent);
    assert_eq!(guest.link("d", "i"), Errno::Perm);
    ok(guest.symlink("g", "s"));
    ok(guest.link("s", "s2"));
    assert_eq!(guest.stat("s2", false).unwrap().0, 7);
    ok(guest.at("path_unlink_file", 3, "h", &[]));
    ok(guest.at("path_remove_directory", 3, "d/", &[]));
    assert_eq!(guest.at("path_remove_directory", 3, "d", &[]), Errno::Noent);
}

#[test]
fn read_only_directories() {
    let root = scratch("read_only");
    fs::create_dir(root.join("d")).unwrap();
    fs::write(root.join("f"), "content").unwrap();
    let mut config = Config::default();
    config.directory(&root, "/ro", true).unwrap();
    config.directory(&root, "/rw", false).unwrap();
    let guest = Guest::new(&config);
    let rofs = Err(Errno::Rofs);
    let fd = guest.open("f", 0, READ).unwrap();
    assert_eq!(guest.read(fd, 20).unwrap(), b"content");
    assert_eq!(guest.write(fd, b"x"), Err(Errno::Badf));
    assert_eq!(guest.call("fd_filestat_set_size", &[fd.into(), 0]), Errno::Inval);
    assert_eq!(guest.call("fd_allocate", &[fd.into(), 0, 100]), Errno::Badf);
    assert_eq!(guest.call("fd_filestat_set_times", &[fd.into(), 0, 0, 2]), Errno::Rofs);
    assert_eq!(guest.call("fd_filestat_set_times", &[3, 0, 0, 2]), Errno::Rofs);
    assert_eq!(guest.open("f", 0, WRITE), rofs);
    assert_eq!(guest.open("f", TRUNC, READ), rofs);
    assert_eq!(guest.open("new", CREAT, READ), rofs);
    assert_eq!(guest.open("new", CREAT | EXCL, WRITE), rofs);
    assert_eq!(guest.open("f", CREAT | EXCL, READ), Err(Errno::Exist));
    assert!(guest.open("f", CREAT, READ).is_ok());
    assert_eq!(guest.open("none", 0, WRITE), Err(Errno::Noent));
    assert_eq!(guest.at("path_create_directory", 3, "n", &[]), Errno::Rofs);
    assert_eq!(guest.at("path_create_directory", 3, "d", &[]), Errno::Exist);
    assert_eq!(guest.at("path_remove_directory", 3, "d", &[]), Errno::Rofs);
    assert_eq!(guest.at("path_unlink_file", 3, "f", &[]), Errno::Rofs);
    assert_eq!(guest.rename("f", "g"), Errno::Rofs);
    assert_eq!(guest.link("f", "g"), Errno::Rofs);
    assert_eq!(guest.symlink("f", "g"), Errno::Rofs);
    guest.put(PATH, b"f");
    assert_eq!(
        guest.call("path_filestat_set_times", &[3, 1, PATH.into(), 1, 0, 0, 2]),
        Errno::Rofs
    );
    // Below, too.
    let sub = guest.open("d", DIRECTORY, READ).unwrap();
    assert_eq!(guest.open_with(sub, "new", true, CREAT, WRITE, 0), rofs);
    // Between two that are mounted, though the same.
    guest.put(PATH, b"f");
    guest.put(PATH2, b"g");
    assert_eq!(guest.call("path_rename", &[4, PATH.into(), 1, 3, PATH2.into(), 1]), Errno::Xdev);
    assert_eq!(guest.call("path_link", &[4, 0, PATH.into(), 1, 3, PATH2.into(), 1]), Errno::Xdev);
    assert!(guest.open_with(4, "f", true, 0, WRITE, 0).is_ok());
    assert_eq!(fs::read_dir(&root).unwrap().count(), 2);
    assert_eq!(fs::read(root.join("f")).unwrap(), b"content");
}
