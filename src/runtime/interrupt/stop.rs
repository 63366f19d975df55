//! That a guest was stopped, and the frames it had: noted by the handler of the signal, which allocates
//! nothing and takes no lock.

use super::super::limits::MAX_FRAMES;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Frames that are kept: the innermost ones, and of the others the outermost ones, of which
/// the last few are not of the guest.
const INNER: usize = MAX_FRAMES / 2;
const OUTER: usize = MAX_FRAMES / 2 + 8;
const FRAMES: usize = INNER + OUTER;

pub struct Stop {
    frames: [AtomicUsize; FRAMES],
    frame_count: AtomicUsize,
    /// The entry into wasm that ends by it has not said so yet.
    stopped: AtomicBool,
}

impl Stop {
    pub const fn new() -> Self {
        Self {
            frames: [const { AtomicUsize::new(0) }; FRAMES],
            frame_count: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
        }
    }

    /// Notes that the guest is stopped. Its frames may be noted next.
    pub fn note(&self) {
        self.frame_count.store(0, Ordering::Relaxed);
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Notes a return address, from the innermost frame outwards.
    pub fn note_frame(&self, address: usize) {
        let number = self.frame_count.load(Ordering::Relaxed);
        self.frames[place(number)].store(address, Ordering::Relaxed);
        self.frame_count.store(number + 1, Ordering::Relaxed);
    }

    /// The return addresses that were noted, innermost first, if the guest was stopped; and how many
    /// are missing in the middle.
    pub fn take(&self) -> Option<(Vec<usize>, usize)> {
        if !self.stopped.swap(false, Ordering::Relaxed) {
            return None;
        }
        let count = self.frame_count.swap(0, Ordering::Relaxed);
        let omitted = count.saturating_sub(FRAMES);
        let kept = (0..count.min(INNER)).chain(INNER + omitted..count);
        let frame = |number: usize| self.frames[place(number)].load(Ordering::Relaxed);
        Some((kept.map(frame).collect(), omitted))
    }
}

/// Where the frame of a number is kept: of the outer ones the last that were noted.
fn place(number: usize) -> usize {
    if number < INNER { number } else { INNER + (number - INNER) % OUTER }
}
