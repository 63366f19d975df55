//! The directory that holds those that a guest is given.

mod common;
#[path = "common/wasi.rs"]
mod guest;

use guest::*;
use std::fs;
use std::path::PathBuf;
use wasmer::runtime::wasi::{Config, Errno};

/// Directories with a file each, by the names that a guest knows them by.
fn shown(test: &str, names: &[&str]) -> (PathBuf, Config) {
    let root = scratch(test);
    let mut config = Config::default();
    config.show_top();
    for (number, name) in names.iter().enumerate() {
        let directory = root.join(number.to_string());
        fs::create_dir_all(directory.join("sub")).unwrap();
        fs::write(directory.join("file"), number.to_string()).unwrap();
        config.directory(&directory, name, false).unwrap();
    }
    fs::write(root.join("secret"), "secret").unwrap();
    (root, config)
}

fn name_of(guest: &Guest, fd: u32) -> Option<String> {
    match guest.call("fd_prestat_get", &[fd.into(), OUT.into()]) {
        Errno::Success => {
            let size = guest.u32(OUT + 4);
            ok(guest.call("fd_prestat_dir_name", &[fd.into(), BUFFER.into(), size.into()]));
            Some(String::from_utf8(guest.get(BUFFER, size as usize)).unwrap())
        }
        _ => None,
    }
}

fn directories(names: &[&str]) -> Vec<(String, u8)> {
    [".", ".."].iter().chain(names).map(|name| ((*name).to_owned(), 3)).collect()
}

#[test]
fn what_is_given_is_shown() {
    let (_, config) = shown("top", &["data", "/other", "x/y/z", ".", "../up", "data"]);
    let guest = Guest::new(&config);
    let names: Vec<_> = (3..11).map(|fd| name_of(&guest, fd)).collect();
    let expected = ["/", "data", "/other", "x/y/z", ".", "../up", "data"].map(|n| Some(n.into()));
    assert_eq!(names, [&expected[..], &[None]].concat());
    assert_eq!(guest.list(3, 4096), directories(&["data", "other", "x"]));
    assert_eq!(guest.list(3, 40), directories(&["data", "other", "x"]));
    let x = guest.open("x", DIRECTORY, READ).unwrap();
    assert_eq!(guest.list(x, 4096), directories(&["y"]));
    for (path, content) in [
        ("data/file", "0"),
        ("other/file", "1"),
        ("x/y/z/file", "2"),
        ("./data/../other/sub/../file", "1"),
        ("x/../x/y/../../data/file", "0"),
    ] {
        let fd = guest.open(path, 0, READ).unwrap();
        assert_eq!(guest.read(fd, 10).unwrap(), content.as_bytes(), "{path}");
        assert_eq!(guest.stat(path, true).unwrap().0, 4, "{path}");
    }
    for path in [".", "data", "x", "x/y", "x/y/z", "data/sub"] {
        assert_eq!(guest.stat(path, true).unwrap().0, 3, "{path}");
        guest.close(guest.open(path, DIRECTORY, READ).unwrap());
    }
    // What is opened is listed for itself, twice at a time.
    let (one, two) = (guest.open("data", 0, READ), guest.open("data", 0, READ));
    for fd in [one.unwrap(), two.unwrap(), 4] {
        let mut names = guest.list(fd, 50);
        names.sort();
        assert_eq!(
            names,
            [(".".into(), 3), ("..".into(), 3), ("file".into(), 4), ("sub".into(), 3)]
        );
    }
}

#[test]
fn nothing_leads_out_of_it_and_nothing_is_changed_in_it() {
    let (root, config) = shown("top_jail", &["data", "a/b"]);
    std::os::unix::fs::symlink("../secret", root.join("0/out")).unwrap();
    std::os::unix::fs::symlink("../1/file", root.join("0/across")).unwrap();
    let guest = Guest::new(&config);
    for path in ["..", "data/../..", "a/b/../../../x", "/data/file"] {
        assert_eq!(guest.open(path, 0, READ), Err(Errno::Perm), "{path}");
    }
    // A link leads to where it does for a guest: by names, in what is shown.
    assert_eq!(guest.open("data/out", 0, READ), Err(Errno::Noent));
    assert_eq!(guest.open("data/across", 0, READ), Err(Errno::Noent));
    assert_eq!(guest.open("none", 0, READ), Err(Errno::Noent));
    assert_eq!(guest.open("none/x", 0, READ), Err(Errno::Noent));
    assert_eq!(guest.open("none", CREAT, WRITE), Err(Errno::Rofs));
    assert_eq!(guest.open("a", CREAT | EXCL, WRITE), Err(Errno::Exist));
    assert_eq!(guest.open("a", 0, WRITE), Err(Errno::Isdir));
    assert_eq!(guest.at("path_create_directory", 3, "new", &[]), Errno::Rofs);
    assert_eq!(guest.at("path_create_directory", 3, "data", &[]), Errno::Exist);
    assert_eq!(guest.at("path_create_directory", 3, "a/new", &[]), Errno::Rofs);
    assert_eq!(guest.at("path_remove_directory", 3, "data", &[]), Errno::Rofs);
    assert_eq!(guest.at("path_unlink_file", 3, "none", &[]), Errno::Noent);
    assert_eq!(guest.symlink("data", "new"), Errno::Rofs);
    assert_eq!(guest.rename("data", "new"), Errno::Rofs);
    assert_eq!(guest.rename("data/file", "new"), Errno::Rofs);
    assert_eq!(guest.link("data/file", "new"), Errno::Rofs);
    // From one directory to another: as by their own descriptors.
    assert_eq!(guest.rename("data/file", "a/b/new"), Errno::Xdev);
    assert_eq!(guest.link("data/file", "a/b/new"), Errno::Xdev);
    assert_eq!(guest.symlink("../x", "data/new"), Errno::Perm);
    ok(guest.symlink("../x", "data/sub/new"));
    ok(guest.rename("data/file", "data/sub/file"));
    ok(guest.link("data/sub/file", "data/file"));
    ok(guest.at("path_create_directory", 3, "a/b/new", &[]));
    guest.close(guest.open("a/b/made", CREAT, WRITE).unwrap());
    assert!(root.join("1/new").is_dir() && root.join("1/made").is_file());
    assert_eq!(fs::read_dir(&root).unwrap().count(), 3);
}

#[test]
fn a_directory_by_the_name_of_the_top_is_it() {
    let (_, config) = shown("top_itself", &["data", "/"]);
    let guest = Guest::new(&config);
    assert_eq!((name_of(&guest, 3), name_of(&guest, 5)), (Some("/".into()), Some("/".into())));
    for fd in [3, 5] {
        let fd = guest.open_with(fd, "file", true, 0, READ, 0).unwrap();
        assert_eq!(guest.read(fd, 10).unwrap(), b"1");
    }
    // With nothing to show.
    let mut config = Config::default();
    config.show_top();
    let guest = Guest::new(&config);
    assert_eq!(guest.list(3, 4096), directories(&[]));
    assert_eq!(guest.open("x", CREAT, WRITE), Err(Errno::Rofs));
}
