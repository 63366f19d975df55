//! Pipes between the program and guests.
#![cfg(target_os = "linux")]

mod common;
#[path = "common/wasi.rs"]
mod guest;

use common::watchdog;
use guest::*;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};
use wasmer::runtime::wasi::config::{Input, Output};
use wasmer::runtime::wasi::pipe::Pipe;
use wasmer::runtime::wasi::{Config, Errno, Stop};
use wasmer::runtime::{Error, Interrupt, Status};

/// A pipe, and how often the program was told to go on.
fn pipe(capacity: u64) -> (Arc<Pipe>, Arc<AtomicU32>) {
    let told = Arc::new(AtomicU32::new(0));
    let count = told.clone();
    let ready = Box::new(move || {
        count.fetch_add(1, Ordering::SeqCst);
    });
    (Pipe::new(capacity, ready).unwrap(), told)
}

fn reader(pipe: &Arc<Pipe>) -> Guest {
    let mut config = Config::default();
    config.input(Input::Pipe(pipe.clone())).unwrap();
    Guest::new(&config)
}

fn writer(pipe: &Arc<Pipe>) -> Guest {
    let mut config = Config::default();
    config.output(Output::Pipe(pipe.clone())).unwrap();
    config.error(Output::Pipe(pipe.clone())).unwrap();
    Guest::new(&config)
}

/// With one for its input and one for its output.
fn both(input: &Arc<Pipe>, output: &Arc<Pipe>) -> Guest {
    let mut config = Config::default();
    config.input(Input::Pipe(input.clone())).unwrap();
    config.output(Output::Pipe(output.clone())).unwrap();
    Guest::new(&config)
}

/// What is in a pipe, up to `most` bytes, and whether that is all.
fn taken(pipe: &Pipe, most: usize) -> (Vec<u8>, bool) {
    let mut all = Vec::new();
    let (count, ended) = pipe.take(most, |from, bytes| {
        assert_eq!(from, all.len());
        all.extend_from_slice(bytes);
    });
    assert_eq!(count, all.len());
    (all, ended)
}

fn told(count: &AtomicU32) -> u32 {
    count.load(Ordering::SeqCst)
}

#[test]
fn what_a_guest_reads() {
    let (pipe, count) = pipe(8);
    let guest = reader(&pipe);
    assert_eq!(guest.write(0, b"x"), Err(Errno::Badf));
    assert_eq!(guest.call("fd_seek", &[0, 0, 1, OUT.into()]), Errno::Spipe);
    assert_eq!(pipe.put(b"12345").unwrap(), 5);
    assert_eq!(guest.read(0, 0).unwrap(), b"");
    assert_eq!(guest.read(0, 3).unwrap(), b"123");
    // Around the end of the memory, and no more than there is room for.
    assert_eq!(pipe.put(b"6789abcdef").unwrap(), 6);
    assert_eq!(pipe.put(b"z").unwrap(), 0);
    assert_eq!(pipe.put(b"").unwrap(), 0);
    assert_eq!(guest.read(0, 3).unwrap(), b"456");
    assert_eq!(told(&count), 0);
    // Half of it is free: the program can go on, and is told so once.
    assert_eq!(guest.read(0, 1).unwrap(), b"7");
    assert_eq!(told(&count), 1);
    assert_eq!(guest.read(0, 1).unwrap(), b"8");
    pipe.end(Errno::Success.into());
    assert_eq!(pipe.put(b"late").unwrap_err().status, Status::Closed);
    assert_eq!(guest.read(0, 100).unwrap(), b"9ab");
    assert_eq!(guest.read(0, 100).unwrap(), b"");
    assert_eq!(guest.read(0, 100).unwrap(), b"");
    assert_eq!(told(&count), 1);
}

#[test]
fn what_a_guest_writes() {
    let (pipe, count) = pipe(8);
    let guest = writer(&pipe);
    assert_eq!(guest.read(1, 1), Err(Errno::Badf));
    assert_eq!(taken(&pipe, 10), (b"".to_vec(), false));
    assert_eq!(taken(&pipe, 0), (b"".to_vec(), false));
    assert_eq!(guest.write(1, b""), Ok(0));
    assert_eq!(told(&count), 0);
    assert_eq!(guest.write(1, b"12345"), Ok(5));
    assert_eq!(told(&count), 1);
    assert_eq!(guest.write(2, b"6789"), Ok(3));
    assert_eq!(taken(&pipe, 2), (b"12".to_vec(), false));
    assert_eq!(guest.write(1, b"abc"), Ok(2));
    pipe.end(Errno::Success.into());
    assert_eq!(guest.write(1, b"x"), Err(Errno::Pipe));
    assert_eq!(taken(&pipe, 7), (b"345678a".to_vec(), false));
    assert_eq!(taken(&pipe, 100), (b"b".to_vec(), true));
    assert_eq!(taken(&pipe, 100), (b"".to_vec(), true));
    assert_eq!(told(&count), 1);
}

#[test]
fn the_program_is_told_of_the_end() {
    let (pipe, count) = pipe(0);
    assert_eq!(taken(&pipe, 1), (b"".to_vec(), false));
    pipe.end(Errno::Success.into());
    pipe.end(Errno::Io.into());
    assert_eq!(told(&count), 1);
    assert_eq!(taken(&pipe, 1), (b"".to_vec(), true));
}

#[test]
fn ends_with_a_reason() {
    for errno in [Errno::Connreset, Errno::Again] {
        let (pipe, _) = pipe(0);
        let guests = [reader(&pipe), writer(&pipe)];
        pipe.put(b"before").unwrap();
        pipe.end(errno.into());
        assert_eq!(guests[0].read(0, 10).unwrap(), b"before");
        for _ in 0..2 {
            assert_eq!(guests[0].read(0, 10), Err(errno));
            assert_eq!(guests[1].write(1, b"x"), Err(errno));
        }
    }
    let (pipe, _) = pipe(0);
    let guest = reader(&pipe);
    pipe.end(Stop::End(Error::new(Status::Host, "no more ink")));
    guest.put(IOVS, &[BUFFER.to_le_bytes(), 10u32.to_le_bytes()].concat());
    let error = guest.try_call("fd_read", &[0, IOVS.into(), 1, OUT.into()]).unwrap_err();
    assert_eq!((error.status, error.message.as_str()), (Status::Host, "no more ink"));
    assert_eq!(guest.read(0, 10), Err(Errno::Io));
}

#[test]
fn capacities() {
    let most = wasmer::runtime::wasi::limits::MAX_PIPE_BYTES as u64;
    assert!(Pipe::new(most, Box::new(|| {})).is_ok());
    for capacity in [most + 1, u64::MAX] {
        let error = Pipe::new(capacity, Box::new(|| {})).err().unwrap();
        assert_eq!(error.status, Status::InvalidArgument);
        assert!(error.message.contains("67108864"), "{error}");
    }
    let (pipe, _) = pipe(0);
    assert_eq!(pipe.put(&[0; 300_000]).unwrap(), 262_144);
}

#[test]
fn a_bad_address_loses_nothing() {
    let (pipe, _) = pipe(0);
    let guest = reader(&pipe);
    pipe.put(b"kept").unwrap();
    guest.put(IOVS, &[0xffff_0000_u32.to_le_bytes(), 4u32.to_le_bytes()].concat());
    assert_eq!(guest.call("fd_read", &[0, IOVS.into(), 1, OUT.into()]), Errno::Fault);
    assert_eq!(guest.read(0, 10).unwrap(), b"kept");
}

#[test]
fn more_buffers_than_one() {
    let (pipe, _) = pipe(0);
    let guest = reader(&pipe);
    pipe.put(b"abcdefgh").unwrap();
    let mut buffers = Vec::new();
    for (at, size) in [(0, 3), (100, 0), (200, 2), (300, 20)] {
        buffers.extend((BUFFER + at).to_le_bytes());
        buffers.extend(u32::to_le_bytes(size));
    }
    guest.put(IOVS, &buffers);
    ok(guest.call("fd_read", &[0, IOVS.into(), 4, OUT.into()]));
    assert_eq!(guest.u32(OUT), 8);
    let parts = [(0, 3), (200, 2), (300, 3)].map(|(at, size)| guest.get(BUFFER + at, size));
    assert_eq!(parts.concat(), b"abcdefgh");
}

#[test]
fn without_waiting() {
    let (input, _) = pipe(4);
    let (output, _) = pipe(4);
    let guest = both(&input, &output);
    // Only the flag of not waiting can be set.
    assert_eq!(guest.call("fd_fdstat_set_flags", &[0, 1]), Errno::Notsup);
    for fd in [0, 1] {
        ok(guest.call("fd_fdstat_set_flags", &[fd, 4]));
        ok(guest.call("fd_fdstat_get", &[fd, OUT.into()]));
        assert_eq!(guest.get(OUT + 2, 2), [4, 0]);
    }
    assert_eq!(guest.read(0, 1), Err(Errno::Again));
    assert_eq!(guest.write(1, b"12345"), Ok(4));
    assert_eq!(guest.write(1, b"5"), Err(Errno::Again));
    input.put(b"x").unwrap();
    assert_eq!(guest.read(0, 5).unwrap(), b"x");
    taken(&output, 1);
    assert_eq!(guest.write(1, b"56"), Ok(1));
}

fn subscription(userdata: u8, kind: u8, fd: u32, nanoseconds: u64) -> Vec<u8> {
    let mut bytes = vec![0; 48];
    (bytes[0], bytes[8]) = (userdata, kind);
    if kind == 0 {
        bytes[16] = 1;
        bytes[24..32].copy_from_slice(&nanoseconds.to_le_bytes());
    } else {
        bytes[16..20].copy_from_slice(&fd.to_le_bytes());
    }
    bytes
}

/// Userdata, errno, bytes and hang-up of each event.
fn poll(guest: &Guest, subscriptions: &[Vec<u8>]) -> Vec<(u8, u8, u64, u8)> {
    guest.put(PATH2, &subscriptions.concat());
    let count = subscriptions.len() as u64;
    ok(guest.call("poll_oneoff", &[PATH2.into(), PATH.into(), count, OUT.into()]));
    let event = |number| {
        let event = guest.get(PATH + number * 32, 32);
        let bytes = u64::from_le_bytes(event[16..24].try_into().unwrap());
        (event[0], event[8], bytes, event[24])
    };
    (0..guest.u32(OUT)).map(event).collect()
}

#[test]
fn polls_know_what_is_ready() {
    let _watchdog = watchdog("polls", 60);
    let (input, _) = pipe(4);
    let (output, _) = pipe(4);
    let guest = both(&input, &output);
    let all = [
        subscription(1, 1, 0, 0),
        subscription(2, 2, 1, 0),
        subscription(3, 0, 0, 3_600_000_000_000),
    ];
    // Only the output.
    assert_eq!(poll(&guest, &all), [(2, 0, 0, 0)]);
    assert_eq!(guest.write(1, b"1234"), Ok(4));
    // Neither, until the time is over.
    let short = [&all[..2], &[subscription(4, 0, 0, 1_000_000)]].concat();
    assert_eq!(poll(&guest, &short), [(4, 0, 0, 0)]);
    for _ in 0..100 {
        // The program writes, or reads, while the guest waits.
        let (program, delay) = (input.clone(), Duration::from_micros(300));
        let thread = std::thread::spawn(move || {
            std::thread::sleep(delay);
            assert_eq!(program.put(b"ab").unwrap(), 2);
        });
        assert_eq!(poll(&guest, &all), [(1, 0, 2, 0)]);
        thread.join().unwrap();
        assert_eq!(guest.read(0, 2).unwrap(), b"ab");
        let program = output.clone();
        let thread = std::thread::spawn(move || {
            std::thread::sleep(delay);
            assert_eq!(taken(&program, 4).0.len(), 4);
        });
        assert_eq!(poll(&guest, &all), [(2, 0, 0, 0)]);
        thread.join().unwrap();
        assert_eq!(guest.write(1, b"1234"), Ok(4));
    }
    input.end(Errno::Success.into());
    output.end(Errno::Success.into());
    assert_eq!(poll(&guest, &all), [(1, 0, 0, 1), (2, 0, 0, 1)]);
}

#[test]
fn an_interrupt_ends_a_guest_that_waits() {
    let (input, _) = pipe(4);
    let (output, _) = pipe(4);
    let guest = both(&input, &output);
    assert_eq!(guest.write(1, b"1234"), Ok(4));
    guest.put(IOVS, &[BUFFER.to_le_bytes(), 4u32.to_le_bytes()].concat());
    ended(&guest, "fd_read", &[0, IOVS.into(), 1, OUT.into()]);
    ended(&guest, "fd_write", &[1, IOVS.into(), 1, OUT.into()]);
    let both = [subscription(1, 1, 0, 0), subscription(2, 2, 1, 0)].concat();
    guest.put(PATH2, &both);
    ended(&guest, "poll_oneoff", &[PATH2.into(), PATH.into(), 2, OUT.into()]);
    // Nothing came, nothing went, and all goes on.
    input.put(b"x").unwrap();
    assert_eq!(guest.read(0, 4).unwrap(), b"x");
    assert_eq!(taken(&output, 10).0, b"1234");
    let interrupt = Interrupt::new().unwrap();
    guest.arena.under(interrupt, || guest.try_call("sched_yield", &[])).unwrap();
}

/// An output of one guest is the input of another, with room for less than either moves at a time.
#[test]
fn from_guest_to_guest() {
    let _watchdog = watchdog("from guest to guest", 60);
    let (pipe, count) = pipe(1000);
    let (first, second) = (pipe.clone(), pipe.clone());
    let byte = |at: usize| (at % 251) as u8;
    const TOTAL: usize = 300_000;
    let writing = std::thread::spawn(move || {
        let guest = writer(&first);
        let mut at = 0;
        while at < TOTAL {
            let piece: Vec<u8> = (at..(at + 1500).min(TOTAL)).map(byte).collect();
            at += guest.write(1, &piece).unwrap() as usize;
        }
        first.end(Errno::Success.into());
    });
    let reading = std::thread::spawn(move || {
        let guest = reader(&second);
        let mut at = 0;
        loop {
            let bytes = guest.read(0, 700).unwrap();
            if bytes.is_empty() {
                return at;
            }
            assert!(bytes.iter().enumerate().all(|(n, &b)| b == byte(at + n)));
            at += bytes.len();
        }
    });
    writing.join().unwrap();
    assert_eq!(reading.join().unwrap(), TOTAL);
    // The program has no part in it.
    assert_eq!(told(&count), 0);
}

/// Through a guest on a thread of its own, in sizes that do not fit, with programs that wait to be told.
#[test]
fn much_goes_through() {
    let _watchdog = watchdog("much through pipes", 120);
    const TOTAL: usize = 50_000_000;
    for capacity in [1000, 65_536, 0] {
        let total = if capacity == 1000 { TOTAL / 20 } else { TOTAL };
        let (tell_input, input_told) = mpsc::channel();
        let (tell_output, output_told) = mpsc::channel();
        let ready = |tell: mpsc::Sender<()>| Box::new(move || tell.send(()).unwrap_or(()));
        let input = Pipe::new(capacity, ready(tell_input)).unwrap();
        let output = Pipe::new(capacity, ready(tell_output)).unwrap();
        let (from, to) = (input.clone(), output.clone());
        let byte = |at: usize| (at * 7 + at / 251) as u8;
        let started = Instant::now();
        let feeding = std::thread::spawn(move || {
            let (mut at, mut size) = (0, 1);
            while at < total {
                let end = (at + size).min(total);
                let piece: Vec<u8> = (at..end).map(byte).collect();
                let count = input.put(&piece).unwrap();
                at += count;
                if count < piece.len() {
                    input_told.recv().unwrap();
                }
                size = size % 70_001 + 997;
            }
            input.end(Errno::Success.into());
        });
        let guest = std::thread::spawn(move || {
            let guest = both(&from, &to);
            let mut size = 1;
            loop {
                let bytes = guest.read(0, size).unwrap();
                let mut rest = &bytes[..];
                while !rest.is_empty() {
                    rest = &rest[guest.write(1, rest).unwrap() as usize..];
                }
                if bytes.is_empty() {
                    return;
                }
                size = size % 60_013 + 1009;
            }
        });
        let draining = std::thread::spawn(move || {
            let mut at = 0;
            while at < total {
                let (bytes, ended) = taken(&output, 40_000);
                assert!(bytes.iter().enumerate().all(|(n, &b)| b == byte(at + n)));
                at += bytes.len();
                if bytes.is_empty() {
                    assert!(!ended);
                    output_told.recv().unwrap();
                }
            }
            assert_eq!(at, total);
        });
        for thread in [feeding, guest, draining] {
            thread.join().unwrap();
        }
        eprintln!("{capacity}: {} bytes in {:?}", total, started.elapsed());
    }
}
