//! A guest with threads, compiled by rustc for wasm32-wasip1-threads and run by tests/wasi_threads.rs and by the tests of
//! the package go/wasi. Its first argument says what it does.

use std::collections::HashMap;
use std::fs;
use std::io::{Read, Write};
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::mpsc::channel;
use std::sync::{Arc, Condvar, Mutex, RwLock};
use std::thread;
use std::time::Duration;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("sum") => sum(),
        Some("channels") => channels(),
        Some("files") => files(),
        Some("input") => input(),
        Some("panic") => panics(),
        Some("exit") => exits(),
        Some("forever") => forever(),
        Some("quota") => quota(),
        Some("leave") => leave(),
        other => panic!("{other:?} is nothing to do"),
    }
}

/// Parts of a vector are summed up at the same time.
fn sum() {
    let numbers: Arc<Vec<u64>> = Arc::new((0..1_000_000).collect());
    let parts: Vec<_> = (0..4)
        .map(|part| {
            let numbers = numbers.clone();
            thread::spawn(move || numbers[part * 250_000..(part + 1) * 250_000].iter().sum::<u64>())
        })
        .collect();
    let sum: u64 = parts.into_iter().map(|part| part.join().unwrap()).sum();
    println!("{sum}");
}

/// Locks, conditions, channels, scoped threads, sleep.
fn channels() {
    let (sender, receiver) = channel();
    let shared = Arc::new((Mutex::new(0), Condvar::new(), RwLock::new(HashMap::new())));
    let threads: Vec<_> = (0..6u32)
        .map(|number| {
            let (sender, shared) = (sender.clone(), shared.clone());
            thread::Builder::new()
                .name(format!("worker {number}"))
                .spawn(move || {
                    let mut turn = shared.0.lock().unwrap();
                    while *turn != number {
                        turn = shared.1.wait(turn).unwrap();
                    }
                    *turn += 1;
                    shared.1.notify_all();
                    drop(turn);
                    thread::sleep(Duration::from_millis(1));
                    shared
                        .2
                        .write()
                        .unwrap()
                        .insert(number, thread::current().name().unwrap().to_owned());
                    sender.send(number).unwrap();
                })
                .unwrap()
        })
        .collect();
    drop(sender);
    let sum: u32 = receiver.iter().sum();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    let names = shared.2.read().unwrap();
    println!("{sum} {} {}", names.len(), names[&5]);
    let count = AtomicU32::new(0);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..1000 {
                    count.fetch_add(1, SeqCst);
                }
            });
        }
    });
    println!("{}", count.into_inner());
}

/// All threads use the same descriptors.
fn files() {
    let threads: Vec<_> = (0..4)
        .map(|number| {
            thread::spawn(move || {
                for round in 0..100 {
                    let path = format!("/data/{number}-{round}");
                    fs::write(&path, format!("{number} {round}")).unwrap();
                    assert_eq!(fs::read_to_string(&path).unwrap(), format!("{number} {round}"));
                    if round % 2 == 0 {
                        fs::remove_file(&path).unwrap();
                    }
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    println!("{}", fs::read_dir("/data").unwrap().count());
}

/// One waits for input, others go on.
fn input() {
    let reader = thread::spawn(|| {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).unwrap();
        text
    });
    let others: Vec<_> = (0..3)
        .map(|number| {
            thread::spawn(move || {
                let mut out = std::io::stdout().lock();
                writeln!(out, "thread {number}").unwrap();
                out.flush().unwrap();
            })
        })
        .collect();
    others.into_iter().for_each(|thread| thread.join().unwrap());
    println!("waiting");
    println!("read {:?}", reader.join().unwrap());
}

/// A panic aborts: there is no unwinding here.
fn panics() {
    thread::spawn(|| panic!("on purpose"));
    loop {
        thread::sleep(Duration::from_secs(3600));
    }
}

fn exits() {
    thread::spawn(|| std::process::exit(7));
    loop {
        std::hint::spin_loop();
    }
}

/// Some compute, some sleep, some wait for each other.
fn forever() {
    let lock = Arc::new(Mutex::new(()));
    let _held = lock.lock().unwrap();
    for number in 0..7 {
        let lock = lock.clone();
        thread::spawn(move || match number % 3 {
            0 => loop {
                std::hint::spin_loop();
            },
            1 => loop {
                thread::sleep(Duration::from_secs(3600));
            },
            _ => {
                let _unreachable = lock.lock();
            }
        });
    }
    println!("started");
    loop {
        thread::park();
    }
}

/// More threads than there may be are refused, and there may be others when some have ended.
fn quota() {
    let (go, wait) = channel::<()>();
    let wait = Arc::new(Mutex::new(wait));
    let mut threads = Vec::new();
    let refused = loop {
        let wait = wait.clone();
        match thread::Builder::new().spawn(move || drop(wait.lock().unwrap().recv())) {
            Ok(thread) => threads.push(thread),
            Err(error) => break error,
        }
    };
    let count = threads.len();
    drop(go);
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    let mut after = 0;
    while after < 100 {
        // What has ended for the guest may be at its end for the host a little later.
        if let Ok(thread) = thread::Builder::new().spawn(|| ()) {
            thread.join().unwrap();
            after += 1;
        }
    }
    println!("{count} {:?} {after}", refused.kind());
}

/// The end of the first thread is the end of all.
fn leave() {
    thread::spawn(|| loop {
        std::hint::spin_loop();
    });
    thread::spawn(|| loop {
        thread::park();
    });
    println!("left");
}
