//! No guest leaves a symbolic link that would lead other programs out of the directory.

mod common;
#[path = "common/wasi.rs"]
mod guest;

use guest::*;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use wasmer::runtime::wasi::{Config, Errno};

impl Guest {
    /// As `symlink`, from another directory than the first.
    fn symlink_at(&self, fd: u32, target: &str, path: &str) -> Errno {
        self.put(PATH, target.as_bytes());
        self.put(PATH2, path.as_bytes());
        let (target, path) = (target.len() as u64, path.len() as u64);
        self.call("path_symlink", &[PATH.into(), target, fd.into(), PATH2.into(), path])
    }
}

/// Links below a directory that lead out of it as the host sees it.
fn leading_out(top: &Path, directory: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_symlink() {
            // Where it leads to nothing, by way of what is there.
            let target = directory.join(fs::read_link(&path).unwrap());
            let there = target.ancestors().find_map(|part| part.canonicalize().ok()).unwrap();
            if !there.starts_with(top) {
                found.push(path.display().to_string());
            }
        } else if path.is_dir() {
            leading_out(top, &path, found);
        }
    }
}

fn none_leads_out(root: &Path) {
    let (mut found, root) = (Vec::new(), root.canonicalize().unwrap());
    leading_out(&root, &root, &mut found);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn links_that_are_made() {
    let root = scratch("made_links/inside");
    fs::create_dir_all(root.join("a/b/c")).unwrap();
    let guest = Guest::in_directory(&root);
    let deep = guest.open("a/b", DIRECTORY, READ).unwrap();
    for (number, (fd, target, directory, errno)) in [
        (3, "..", "", Errno::Perm),
        (3, "../x", "", Errno::Perm),
        (3, "./..//x", "", Errno::Perm),
        (3, "/x", "", Errno::Perm),
        (3, "a/..", "", Errno::Perm),
        (3, "a/b/../../../x", "", Errno::Perm),
        (3, "../../../../x", "a/b/c/", Errno::Perm),
        (3, "../../../x", "a/b/c/", Errno::Success),
        (3, "../a", "a/", Errno::Success),
        (3, "..", "a/", Errno::Success),
        (3, "a/b", "", Errno::Success),
        (3, "..b/...", "", Errno::Success),
        // A directory that is open knows how deep it lies.
        (deep, "../../x", "", Errno::Success),
        (deep, "../../../x", "", Errno::Perm),
        (deep, "../../../x", "c/", Errno::Success),
    ]
    .into_iter()
    .enumerate()
    {
        let path = format!("{directory}link{number}");
        assert_eq!(guest.symlink_at(fd, target, &path), errno, "{target} at {path} of {fd}");
    }
    none_leads_out(&root);
}

#[test]
fn a_directory_that_is_moved_knows_where_it_is() {
    let root = scratch("moved_links/inside");
    fs::create_dir_all(root.join("a/b")).unwrap();
    let guest = Guest::in_directory(&root);
    let directory = guest.open("a/b", DIRECTORY, READ).unwrap();
    ok(guest.rename("a/b", "b"));
    assert_eq!(guest.symlink_at(directory, "../..", "up"), Errno::Perm);
    ok(guest.symlink_at(directory, "..", "up"));
    // Out of the tree by the host.
    fs::rename(root.join("b"), root.with_file_name("outside_b")).unwrap();
    assert_eq!(guest.symlink_at(directory, "..", "more"), Errno::Perm);
    none_leads_out(&root);
    fs::remove_dir_all(root.with_file_name("outside_b")).unwrap();
}

#[test]
fn links_that_are_moved() {
    let root = scratch("renamed_links/inside");
    fs::create_dir_all(root.join("a/b/c/d")).unwrap();
    let guest = Guest::in_directory(&root);
    ok(guest.symlink("../../../x", "a/b/c/link"));
    ok(guest.symlink("../../../../x", "a/b/c/d/link"));
    // The link, another name for it, and what it is in, however deep.
    for (old, new) in [
        ("a/b/c/link", "link"),
        ("a/b/c/link", "a/b/link"),
        ("a/b/c/d/link", "a/b/c/link"),
        ("a/b/c", "c"),
        ("a/b/c", "a/c"),
        ("a/b", "b"),
        ("a/b/c/d", "d"),
    ] {
        assert_eq!(guest.rename(old, new), Errno::Perm, "{old} to {new}");
    }
    assert_eq!(guest.link("a/b/c/link", "link"), Errno::Perm);
    assert_eq!(guest.link("a/b/c/link", "a/link"), Errno::Perm);
    none_leads_out(&root);
    // As deep, or deeper.
    ok(guest.link("a/b/c/link", "a/b/c/same"));
    ok(guest.rename("a/b/c/link", "a/b/c/d/deeper"));
    ok(guest.rename("a", "z"));
    ok(guest.rename("z/b/c", "z/b/e"));
    ok(guest.at("path_create_directory", 3, "n", &[]));
    ok(guest.rename("z", "n/z"));
    none_leads_out(&root);
    // Up again by as much, and no more.
    ok(guest.rename("n/z", "z"));
    assert_eq!(guest.rename("z/b", "b"), Errno::Perm);
    // Without such links, anywhere.
    for link in ["z/b/e/same", "z/b/e/d/link", "z/b/e/d/deeper"] {
        ok(guest.at("path_unlink_file", 3, link, &[]));
    }
    ok(guest.rename("z/b/e/d", "d"));
    ok(guest.rename("z/b", "b"));
    none_leads_out(&root);
}

#[test]
fn links_of_the_host_stay_its_own() {
    let root = scratch("host_links/inside");
    fs::create_dir_all(root.join("a/b")).unwrap();
    symlink("../../..", root.join("a/b/out")).unwrap();
    let guest = Guest::in_directory(&root);
    // They are read, and lead guests nowhere.
    ok(guest.at("path_readlink", 3, "a/b/out", &[BUFFER.into(), 100, OUT.into()]));
    assert_eq!(guest.open("a/b/out/x", 0, READ), Err(Errno::Perm));
    ok(guest.at("path_unlink_file", 3, "a/b/out", &[]));
    // A directory that a guest may not change gets none.
    let mut config = Config::default();
    config.directory(&root, "/", true).unwrap();
    assert_eq!(Guest::new(&config).symlink("b", "a/link"), Errno::Rofs);
}
