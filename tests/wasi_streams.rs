//! Standard streams and sockets, and that an interrupt ends who waits for them.
#![cfg(target_os = "linux")]

mod common;
#[path = "common/wasi.rs"]
mod guest;

use guest::*;
use std::io::{Read, Write};
use std::os::fd::{AsRawFd, IntoRawFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wasmer::runtime::wasi::config::{Input, Output, descriptor};
use wasmer::runtime::wasi::stream::{Sink, Source};
use wasmer::runtime::wasi::{Answer, Config, Errno, Stop};
use wasmer::runtime::{Error, Interrupt, Status};

fn config(set: impl FnOnce(&mut Config)) -> Config {
    let mut config = Config::default();
    set(&mut config);
    config
}

#[test]
fn without_any() {
    let guest = Guest::new(&Config::default());
    assert_eq!(guest.read(0, 10).unwrap(), b"");
    assert_eq!(guest.write(1, b"gone"), Ok(4));
    assert_eq!(guest.write(2, b"gone"), Ok(4));
    assert_eq!(guest.write(0, b"x"), Err(Errno::Badf));
    assert_eq!(guest.read(1, 1), Err(Errno::Badf));
    let seek = guest.call("fd_seek", &[1, 0, 1, OUT.into()]);
    assert_eq!(seek, Errno::Spipe);
    for fd in 0..3 {
        ok(guest.call("fd_fdstat_get", &[fd, OUT.into()]));
        ok(guest.call("fd_filestat_get", &[fd, OUT.into()]));
        ok(guest.call("fd_close", &[fd]));
    }
}

#[test]
fn bytes_and_captures() {
    let config = config(|config| {
        config.input(Input::Bytes(Arc::from(&b"hello"[..]))).unwrap();
        config.output(Output::Capture(8)).unwrap();
        config.error(Output::Capture(100)).unwrap();
    });
    for _ in 0..2 {
        let guest = Guest::new(&config);
        assert_eq!(guest.read(0, 3).unwrap(), b"hel");
        assert_eq!(guest.read(0, 3).unwrap(), b"lo");
        assert_eq!(guest.read(0, 3).unwrap(), b"");
        assert_eq!(guest.write(1, b"12345"), Ok(5));
        assert_eq!(guest.write(2, b"error"), Ok(5));
        // Only as much as there is room for, and then nothing.
        assert_eq!(guest.write(1, b"67890"), Ok(3));
        assert_eq!(guest.write(1, b"x"), Err(Errno::Nospc));
        let output = guest.state.output.as_ref().unwrap();
        let mut part = [0; 4];
        assert_eq!((output.take_into(&mut part), &part), (4, b"1234"));
        assert_eq!(guest.write(1, b"x"), Ok(1));
        assert_eq!(output.copy(), b"5678x");
        assert_eq!(output.take(), b"5678x");
        assert_eq!(output.take(), b"");
        assert_eq!(guest.state.error.as_ref().unwrap().take(), b"error");
    }
}

#[test]
fn captures_are_read_by_other_threads() {
    let guest = Guest::new(&config(|config| config.output(Output::Capture(64)).unwrap()));
    let output = guest.state.output.clone().unwrap();
    let reader = std::thread::spawn(move || {
        let mut all = Vec::new();
        while all.len() < 5000 {
            all.extend(output.take());
        }
        all
    });
    let mut sent = 0_u32;
    while sent < 5000 {
        match guest.write(1, &[sent as u8]) {
            Ok(count) => sent += count,
            Err(errno) => assert_eq!(errno, Errno::Nospc),
        }
    }
    let all = reader.join().unwrap();
    assert!(all.iter().enumerate().all(|(at, byte)| *byte == at as u8));
}

struct Callbacks(Mutex<Vec<u8>>);

impl Source for Callbacks {
    fn read(&self, into: &mut [u8]) -> Answer<usize> {
        into[..2].copy_from_slice(b"ab");
        match into.len() {
            3 => Err(Errno::Io.into()),
            4 => Err(Stop::End(Error::new(Status::Host, "no more"))),
            // More than there is room for counts as all of it.
            _ => Ok(if into.len() == 2 { 1000 } else { 2 }),
        }
    }
}

impl Sink for Callbacks {
    fn write(&self, bytes: &[u8]) -> Answer<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
}

#[test]
fn callbacks() {
    let both = Arc::new(Callbacks(Mutex::default()));
    let guest = Guest::new(&config(|config| {
        config.input(Input::Callback(both.clone())).unwrap();
        config.output(Output::Callback(both.clone())).unwrap();
    }));
    assert_eq!(guest.read(0, 10).unwrap(), b"ab");
    assert_eq!(guest.read(0, 2).unwrap(), b"ab");
    assert_eq!(guest.read(0, 3), Err(Errno::Io));
    guest.put(IOVS, &[BUFFER.to_le_bytes(), 4u32.to_le_bytes()].concat());
    let error = guest.try_call("fd_read", &[0, IOVS.into(), 1, OUT.into()]).unwrap_err();
    assert_eq!((error.status, &*error.message), (Status::Host, "no more"));
    // All buffers in one.
    let iovs = [BUFFER.to_le_bytes(), 2u32.to_le_bytes(), BUFFER.to_le_bytes(), 1u32.to_le_bytes()];
    guest.put(IOVS, &iovs.concat());
    guest.put(BUFFER, b"xy");
    ok(guest.call("fd_write", &[1, IOVS.into(), 2, OUT.into()]));
    assert_eq!(*both.0.lock().unwrap(), b"xyx");
}

#[test]
fn descriptors_of_the_program() {
    let (read, mut to_guest) = std::io::pipe().unwrap();
    let (mut from_guest, write) = std::io::pipe().unwrap();
    let lent = write.as_raw_fd();
    let guest = Guest::new(&config(|config| {
        config.input(Input::Descriptor(descriptor(read.into_raw_fd(), true).unwrap())).unwrap();
        config.output(Output::Descriptor(descriptor(lent, false).unwrap())).unwrap();
    }));
    to_guest.write_all(b"in").unwrap();
    assert_eq!(guest.read(0, 10).unwrap(), b"in");
    ok(guest.call("fd_fdstat_set_flags", &[0, 4]));
    assert_eq!(guest.read(0, 10), Err(Errno::Again));
    drop(to_guest);
    assert_eq!(guest.read(0, 10).unwrap(), b"");
    assert_eq!(guest.write(1, b"out"), Ok(3));
    let mut bytes = [0; 3];
    from_guest.read_exact(&mut bytes).unwrap();
    assert_eq!(&bytes, b"out");
    for (name, fd) in [("fd_pread", 0), ("fd_pwrite", 1)] {
        guest.put(IOVS, &[BUFFER.to_le_bytes(), 3u32.to_le_bytes()].concat());
        assert_eq!(guest.call(name, &[fd, IOVS.into(), 1, 0, OUT.into()]), Errno::Spipe);
    }
    // Nobody reads any more: an errno and no signal.
    drop(from_guest);
    // Rust ignores the signal, as a C program does not.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
    assert_eq!(guest.write(1, b"out"), Err(Errno::Pipe));
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_IGN) };
    ok(guest.call("fd_close", &[1]));
    // It was lent.
    assert!(unsafe { libc::fcntl(lent, libc::F_GETFD) } >= 0);
    assert!(descriptor(-1, false).is_err() && descriptor(99_999, false).is_err());
}

/// A standard stream may be a socket, and its peer may go, in a program that does not ignore the signal.
#[test]
fn a_socket_as_a_stream_raises_no_signal() {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let guest = Guest::new(&config(|config| {
        config.output(Output::Descriptor(descriptor(theirs.into_raw_fd(), true).unwrap())).unwrap();
    }));
    assert_eq!(guest.write(1, b"out"), Ok(3));
    ok(guest.call("fd_fdstat_set_flags", &[1, 4]));
    let full = (0..1000).find_map(|_| guest.write(1, &[0; 50_000]).err());
    assert_eq!(full, Some(Errno::Again));
    ok(guest.call("fd_fdstat_set_flags", &[1, 0]));
    drop(ours);
    // In a process of its own: the disposition is that of all threads.
    // SAFETY: the child writes and leaves.
    let child = unsafe { libc::fork() };
    if child == 0 {
        unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
        let refused = guest.write(1, b"x") == Err(Errno::Pipe);
        unsafe { libc::_exit(if refused { 0 } else { 1 }) };
    }
    let mut status = -1;
    unsafe { libc::waitpid(child, &mut status, 0) };
    assert_eq!(status, 0, "ended by signal {}", status & 127);
}

/// What never blocks is written as a whole, as much as there is room for, also where an interrupt could
/// end a wait; and the mask of signals is afterwards as it was.
#[test]
fn pipes_that_never_block_are_written_whole() {
    let (mut from_guest, write) = std::io::pipe().unwrap();
    rustix::io::ioctl_fionbio(&write, true).unwrap();
    let guest = Guest::new(&config(|config| {
        config.output(Output::Descriptor(descriptor(write.into_raw_fd(), true).unwrap())).unwrap();
    }));
    let blocked = || unsafe {
        let mut mask: libc::sigset_t = std::mem::zeroed();
        libc::pthread_sigmask(libc::SIG_BLOCK, std::ptr::null(), &mut mask);
        libc::sigismember(&mask, libc::SIGPIPE) == 1
    };
    let before = blocked();
    guest
        .arena
        .under(Interrupt::new().unwrap(), || {
            assert_eq!(guest.write(1, &[1; 50_000]), Ok(50_000));
            // The rest of the room, and then it waits for the reader.
            assert!(matches!(guest.write(1, &[2; 50_000]), Ok(4096..50_000)));
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    std::thread::sleep(Duration::from_millis(20));
                    let mut bytes = vec![0; 50_000];
                    from_guest.read_exact(&mut bytes).unwrap();
                });
                assert!(matches!(guest.write(1, &[3; 50_000]), Ok(1..)));
            });
            drop(from_guest);
            assert_eq!(guest.write(1, b"x"), Err(Errno::Pipe));
            Ok(())
        })
        .unwrap();
    assert_eq!(blocked(), before);
}

#[test]
fn terminals_are_told_from_other_devices() {
    let (mut master, mut slave) = (0, 0);
    let none = std::ptr::null_mut();
    let made = unsafe { libc::openpty(&mut master, &mut slave, none, none.cast(), none.cast()) };
    assert_eq!(made, 0);
    let null = std::fs::File::open("/dev/null").unwrap();
    let guest = Guest::new(&config(|config| {
        config.input(Input::Descriptor(descriptor(null.into_raw_fd(), true).unwrap())).unwrap();
        config.output(Output::Descriptor(descriptor(slave, true).unwrap())).unwrap();
    }));
    let seek_and_tell = 1 << 2 | 1 << 5;
    ok(guest.call("fd_fdstat_get", &[0, OUT.into()]));
    assert_eq!((guest.get(OUT, 1)[0], guest.u64(OUT + 8) & seek_and_tell), (2, seek_and_tell));
    ok(guest.call("fd_fdstat_get", &[1, OUT.into()]));
    assert_eq!((guest.get(OUT, 1)[0], guest.u64(OUT + 8) & seek_and_tell), (2, 0));
    unsafe { libc::close(master) };
}

#[test]
fn an_interrupt_ends_waits() {
    let (read, to_guest) = std::io::pipe().unwrap();
    let (from_guest, write) = std::io::pipe().unwrap();
    let listener = UnixListener::bind(scratch("interrupted").join("socket")).unwrap();
    let (socket, peer) = UnixStream::pair().unwrap();
    let guest = Guest::new(&config(|config| {
        config.input(Input::Descriptor(descriptor(read.into_raw_fd(), true).unwrap())).unwrap();
        config.output(Output::Descriptor(descriptor(write.into_raw_fd(), true).unwrap())).unwrap();
        config.socket(descriptor(listener.into_raw_fd(), true).unwrap()).unwrap();
        config.socket(descriptor(socket.into_raw_fd(), true).unwrap()).unwrap();
    }));
    guest.put(IOVS, &[BUFFER.to_le_bytes(), 60_000u32.to_le_bytes()].concat());
    ended(&guest, "fd_read", &[0, IOVS.into(), 1, OUT.into()]);
    ended(&guest, "sock_accept", &[3, 0, OUT.into()]);
    ended(&guest, "sock_recv", &[4, IOVS.into(), 1, 0, OUT.into(), PATH.into()]);
    // For ever, for a time, and for a descriptor.
    let mut subscription = vec![0; 48];
    subscription[16] = 1;
    subscription[24..32].copy_from_slice(&u64::MAX.to_le_bytes());
    guest.put(PATH2, &subscription);
    ended(&guest, "poll_oneoff", &[PATH2.into(), PATH.into(), 1, OUT.into()]);
    subscription[24..32].copy_from_slice(&10_000_000_000_u64.to_le_bytes());
    guest.put(PATH2, &subscription);
    ended(&guest, "poll_oneoff", &[PATH2.into(), PATH.into(), 1, OUT.into()]);
    let mut subscription = vec![0; 48];
    subscription[8] = 1;
    guest.put(PATH2, &subscription);
    ended(&guest, "poll_oneoff", &[PATH2.into(), PATH.into(), 1, OUT.into()]);
    // A pipe and a socket that take no more.
    let interrupt = Interrupt::new().unwrap();
    for (name, arguments) in [
        ("fd_write", vec![1, IOVS.into(), 1, OUT.into()]),
        ("sock_send", vec![4, IOVS.into(), 1, 0, OUT.into()]),
    ] {
        interrupt.fire_after(Some(Duration::from_millis(50))).unwrap();
        let error = guest.arena.under(interrupt.clone(), || {
            loop {
                assert_eq!(guest.try_call(name, &arguments)?, Errno::Success);
            }
            #[allow(unreachable_code)]
            Ok(())
        });
        assert_eq!(error.unwrap_err().status, Status::Interrupted, "{name}");
        interrupt.reset();
        ended(&guest, name, &arguments);
    }
    drop((to_guest, from_guest, peer));
}

#[test]
fn sockets() {
    let path = scratch("sockets").join("socket");
    let listener = UnixListener::bind(&path).unwrap();
    let guest = Guest::new(&config(|config| {
        config.socket(descriptor(listener.into_raw_fd(), true).unwrap()).unwrap();
    }));
    ok(guest.call("fd_fdstat_set_flags", &[3, 4]));
    assert_eq!(guest.call("sock_accept", &[3, 0, OUT.into()]), Errno::Again);
    ok(guest.call("fd_fdstat_set_flags", &[3, 0]));
    let mut client = UnixStream::connect(&path).unwrap();
    ok(guest.call("sock_accept", &[3, 0, OUT.into()]));
    let socket = u64::from(guest.u32(OUT));
    ok(guest.call("fd_fdstat_get", &[socket, OUT.into()]));
    assert_eq!(guest.get(OUT, 1)[0], 6);
    client.write_all(b"hello").unwrap();
    guest.put(IOVS, &[BUFFER.to_le_bytes(), 3u32.to_le_bytes()].concat());
    let receive = |flags: u64| {
        ok(guest.call("sock_recv", &[socket, IOVS.into(), 1, flags, OUT.into(), PATH.into()]));
        guest.get(BUFFER, guest.u32(OUT) as usize)
    };
    assert_eq!(receive(1), b"hel");
    assert_eq!(receive(0), b"hel");
    assert_eq!(receive(0), b"lo");
    ok(guest.call("fd_fdstat_set_flags", &[socket, 4]));
    for flags in [0, 2] {
        let nothing = [socket, IOVS.into(), 1, flags, OUT.into(), PATH.into()];
        assert_eq!(guest.call("sock_recv", &nothing), Errno::Again);
    }
    ok(guest.call("fd_fdstat_set_flags", &[socket, 0]));
    let refused = guest.call("sock_recv", &[socket, IOVS.into(), 1, 4, OUT.into(), PATH.into()]);
    assert_eq!(refused, Errno::Inval);
    guest.put(BUFFER, b"abc");
    ok(guest.call("sock_send", &[socket, IOVS.into(), 1, 0, OUT.into()]));
    assert_eq!(guest.write(socket as u32, b"def"), Ok(3));
    let mut bytes = [0; 6];
    client.read_exact(&mut bytes).unwrap();
    assert_eq!(&bytes, b"abcdef");
    assert_eq!(guest.call("sock_shutdown", &[socket, 0]), Errno::Inval);
    ok(guest.call("sock_shutdown", &[socket, 2]));
    assert_eq!(client.read(&mut bytes).unwrap(), 0);
    drop(client);
    assert_eq!(receive(0), b"");
    assert_eq!(guest.write(socket as u32, b"x"), Err(Errno::Pipe));
    // Streams are no sockets.
    assert_eq!(guest.call("sock_shutdown", &[1, 1]), Errno::Notsock);
    assert_eq!(guest.call("sock_send", &[1, IOVS.into(), 1, 0, OUT.into()]), Errno::Notsock);
    let file = std::fs::File::open("/dev/null").unwrap();
    let no_socket = Config::default().socket(descriptor(file.as_raw_fd(), false).unwrap());
    assert_eq!(no_socket.unwrap_err().status, Status::InvalidArgument);
}
