//! While somebody exchanges a directory for a link that leads out, nothing that a guest does gets there.

mod common;
#[path = "common/wasi.rs"]
mod guest;

use guest::*;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use wasmer::runtime::wasi::Errno;

/// Exchanges `name` for a link to `target` and back until it is told to stop.
fn swap(root: &Path, name: &str, target: &str, stop: &AtomicBool) {
    let (place, kept) = (root.join(name), root.join("kept"));
    while !stop.load(Ordering::Relaxed) {
        let _ = fs::rename(&place, &kept);
        let _ = symlink(target, &place);
        std::thread::yield_now();
        let _ = fs::remove_file(&place);
        let _ = fs::rename(&kept, &place);
    }
}

/// Ends the exchange also where a test fails, which would wait for it else.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What is outside, to be compared: names and contents.
fn tree(path: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<_> = fs::read_dir(path)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap_or_default())
        })
        .collect();
    all.sort();
    all
}

fn names(guest: &Guest, path: &str) -> Vec<String> {
    let Ok(fd) = guest.open(path, DIRECTORY, READ) else { return Vec::new() };
    let names = guest.list(fd, 4096).into_iter().map(|entry| entry.0).collect();
    guest.close(fd);
    names
}

#[test]
fn no_call_gets_out_by_an_exchange() {
    // Where the outside is from within: above, at the end of the way, in its middle.
    for (round, name) in ["d", "a/d"].into_iter().enumerate() {
        let outside = scratch(&format!("exchange{round}"));
        let inside = outside.join("inside");
        let target = outside.join("target");
        fs::create_dir_all(inside.join(name).join("sub")).unwrap();
        fs::create_dir_all(target.join("sub")).unwrap();
        fs::write(inside.join(name).join("f"), "inside").unwrap();
        fs::write(target.join("f"), "outside").unwrap();
        fs::write(target.join("secret"), "outside, and longer").unwrap();
        let before = tree(&target);
        let way = if round == 0 { "../target" } else { "../../target" };
        let guest = Guest::in_directory(&inside);
        let stop = AtomicBool::new(false);
        let (mut done, mut refused) = (0, 0);
        let mut count = |errno: Errno| match errno {
            Errno::Success => done += 1,
            _ => refused += 1,
        };
        std::thread::scope(|scope| {
            scope.spawn(|| swap(&inside, name, way, &stop));
            let _stop = Stop(&stop);
            let file = format!("{name}/f");
            for turn in 0..3000 {
                let new = format!("{name}/new{turn}");
                let moved = format!("{name}/moved{turn}");
                let secret = format!("{name}/secret");
                match guest.open(&file, 0, READ) {
                    Ok(fd) => {
                        assert_eq!(guest.read(fd, 20).unwrap(), b"inside");
                        guest.close(fd);
                        count(Errno::Success);
                    }
                    Err(errno) => count(errno),
                }
                if let Ok((_, size, _)) = guest.stat(&file, true) {
                    assert_eq!(size, 6);
                }
                assert!(guest.stat(&secret, true).is_err());
                assert!(guest.stat(&secret, false).is_err());
                assert!(!names(&guest, name).iter().any(|name| name == "secret"));
                if let Ok(fd) = guest.open(&new, CREAT, WRITE) {
                    assert_eq!(guest.write(fd, b"guest"), Ok(5));
                    guest.close(fd);
                }
                count(guest.rename(&new, &moved));
                count(guest.link(&moved, &new));
                count(guest.at("path_unlink_file", 3, &moved, &[]));
                count(guest.at("path_unlink_file", 3, &new, &[]));
                count(guest.symlink("x", &new));
                count(guest.at("path_unlink_file", 3, &new, &[]));
                count(guest.at("path_create_directory", 3, &new, &[]));
                count(guest.at("path_remove_directory", 3, &new, &[]));
                // Of what is outside, nothing can be taken away or changed.
                assert_ne!(guest.at("path_unlink_file", 3, &secret, &[]), Errno::Success);
                assert_ne!(guest.rename(&secret, "taken"), Errno::Success);
                assert_ne!(guest.link(&secret, "taken"), Errno::Success);
                assert!(guest.open(&secret, TRUNC, WRITE).is_err());
                guest.put(PATH, file.as_bytes());
                let times = [3, 1, PATH.into(), file.len() as u64, 0, 0, 5];
                count(guest.call("path_filestat_set_times", &times));
            }
        });
        println!("{name}: {done} done, {refused} refused");
        assert!(done > 0 && refused > 0);
        assert_eq!(tree(&target), before);
        assert_ne!(
            fs::metadata(target.join("f")).unwrap().modified().unwrap(),
            std::time::UNIX_EPOCH
        );
    }
}
