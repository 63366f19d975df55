//! What is left of the descriptors of a process when a guest takes all that it gets, and how a guest ends that has no
//! descriptor left to wait by. The limit of the process is lowered, so this is a program of its own.

mod common;
#[path = "common/wasi.rs"]
mod guest;

use guest::*;
use std::fs::File;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use wasmer::runtime::wasi::config::{Input, descriptor};
use wasmer::runtime::wasi::{Config, Errno, Limit};

fn limit_process(most: u64) {
    // SAFETY: a limit that lives here.
    unsafe {
        let mut limit: libc::rlimit = std::mem::zeroed();
        assert_eq!(libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit), 0);
        limit.rlim_cur = most;
        assert_eq!(libc::setrlimit(libc::RLIMIT_NOFILE, &limit), 0);
    }
}

fn pipe() -> (OwnedFd, OwnedFd) {
    let mut both = [0; 2];
    // SAFETY: room for two, which are nobody else's.
    unsafe {
        assert_eq!(libc::pipe(both.as_mut_ptr()), 0);
        (OwnedFd::from_raw_fd(both[0]), OwnedFd::from_raw_fd(both[1]))
    }
}

#[test]
fn the_host_keeps_some_and_deadlines_hold() {
    let root = scratch("last_descriptors");
    std::fs::create_dir_all(root.join("a/b")).unwrap();
    std::fs::write(root.join("f"), "f").unwrap();
    let (read, _write) = pipe();
    let mut config = Config::default();
    config.directory(&root, "/", false).unwrap();
    config.input(Input::Descriptor(descriptor(read.as_raw_fd(), false).unwrap())).unwrap();
    config.limit(Limit::Descriptors, 65_536).unwrap();
    let (guest, other) = (Guest::new(&config), Guest::new(&config));
    limit_process(200);

    // However many guests there are.
    for guest in [&guest, &other] {
        let refused = loop {
            if let Err(errno) = guest.open("f", 0, READ) {
                break errno;
            }
        };
        assert_eq!(refused, Errno::Nfile);
        assert_eq!(guest.open("a/b", DIRECTORY, READ), Err(Errno::Nfile));
        assert_eq!(guest.stat("f", true).unwrap().0, 4);
    }
    let kept: Vec<File> = (0..25).map(|_| File::open("/dev/null").unwrap()).collect();
    drop(kept);

    // The host takes the rest.
    let mut all = Vec::new();
    while let Ok(file) = File::open("/dev/null") {
        all.push(file);
    }
    assert!(all.len() >= 25);
    // For ever, for standard input, which nobody writes to.
    let mut subscription = [0; 48];
    subscription[8] = 1;
    guest.put(PATH, &subscription);
    ended(&guest, "poll_oneoff", &[PATH.into(), BUFFER.into(), 1, OUT.into()]);
    guest.put(IOVS, &[BUFFER.to_le_bytes(), 10u32.to_le_bytes()].concat());
    ended(&guest, "fd_read", &[0, IOVS.into(), 1, OUT.into()]);
    assert_eq!(guest.open("f", 0, READ), Err(Errno::Nfile));

    // And once there are some again, as ever.
    drop(all);
    ended(&guest, "poll_oneoff", &[PATH.into(), BUFFER.into(), 1, OUT.into()]);
    guest.close(5);
    assert!(guest.open("f", 0, READ).is_ok());
}
