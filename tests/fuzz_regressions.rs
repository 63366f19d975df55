//! The targets of the fuzzer (fuzz/) without it: the inputs that are kept, because something was found by
//! them, and some that are made from a seed. `scripts/fuzz` looks for more.

#[path = "../fuzz/src/kept.rs"]
mod smith;
#[path = "../fuzz/src/targets/mod.rs"]
mod targets;

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use targets::common::{Rng, watchdog};

/// One at a time: a target counts the objects that are alive in the process.
static ALONE: Mutex<()> = Mutex::new(());

/// For how long inputs are made, if not as many as usual: for machines without the fuzzer.
fn minutes() -> u32 {
    std::env::var("LIBWASMER_FUZZ_MINUTES").map_or(0, |text| text.parse().expect("a number"))
}

/// Runs what is kept in fuzz/regressions, then inputs from a seed.
fn check(name: &'static str, seeds: u64, bytes: usize) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let _watchdog = watchdog(name, 600 + 60 * u64::from(minutes()));
    let (_, target) = targets::TARGETS.into_iter().find(|(known, _)| *known == name).unwrap();
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/regressions").join(name);
    let mut kept: Vec<_> =
        std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    kept.retain(|path| !path.ends_with(".gitkeep"));
    kept.sort();
    for path in kept {
        println!("{name}: {}", path.display());
        let input = std::fs::read(&path).unwrap();
        match (name, path.extension().is_some_and(|end| end == "wat")) {
            ("differential", true) => targets::differential::run_module(&input),
            ("bytes", true) => targets::bytes::run_module(&input),
            _ => target(&input),
        }
    }
    let (start, end) = (std::time::Instant::now(), Duration::from_secs(60) * minutes());
    let mut count = 0;
    for seed in 1.. {
        if if end.is_zero() { count == seeds } else { start.elapsed() >= end } {
            break;
        }
        count += 1;
        // Printed if the input fails.
        println!("{name}: seed {seed}");
        // Seeds that differ in a few bits give words whose low bits are alike.
        let mut rng = Rng(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed));
        let size = 1 + (rng.word() >> 32) as usize % bytes;
        let input: Vec<u8> = (0..size).map(|_| (rng.word() >> 40) as u8).collect();
        target(&input);
    }
    println!("{name}: {count} inputs in {:?}", start.elapsed());
}

#[test]
fn compilers_and_an_interpreter_agree() {
    check("differential", 300, 4000);
}

#[test]
fn bytes_are_errors_or_modules() {
    check("bytes", 600, 2000);
}

#[test]
fn calls_in_any_order_are_errors_or_work() {
    check("calls", 600, 400);
}

#[test]
fn wasi_does_what_the_file_system_does() {
    check("wasi", 600, 600);
}

#[test]
fn what_is_interrupted_leaves_an_arena_that_works() {
    check("interrupts", 200, 1500);
}
