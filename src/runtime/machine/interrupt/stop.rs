//! That a guest was stopped, and the frames it had: noted by the handler of the signal, which allocates
//! nothing and takes no lock.

use super::super::frames;
use super::code;
use crate::runtime::base::bounds::MAX_FRAMES;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Frames that are kept: the innermost ones, and of the others the outermost ones, of which
/// the last few are not of the guest.
const INNER: usize = MAX_FRAMES / 2;
const OUTER: usize = MAX_FRAMES / 2 + 8;
const FRAMES: usize = INNER + OUTER;

/// What the handler finds of the guest.
pub struct Registers {
    pub program_counter: usize,
    pub frame_pointer: usize,
    pub stack_pointer: usize,
    /// None on x86_64.
    pub link: Option<usize>,
}

pub struct Stop {
    frames: [AtomicUsize; FRAMES],
    frame_count: AtomicUsize,
    /// The second frame comes from the link register, and may be none.
    linked: AtomicBool,
    /// The entry into wasm that ends by it has not said so yet.
    stopped: AtomicBool,
}

impl Stop {
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        Self {
            frames: [const { AtomicUsize::new(0) }; FRAMES],
            frame_count: AtomicUsize::new(0),
            linked: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
        }
    }

    /// Notes that the guest is stopped. Its frames may be noted next.
    pub fn note(&self) {
        self.frame_count.store(0, Ordering::Relaxed);
        self.linked.store(false, Ordering::Relaxed);
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Notes a return address, from the innermost frame outwards.
    pub fn note_frame(&self, address: usize) {
        let number = self.frame_count.load(Ordering::Relaxed);
        self.frames[place(number)].store(address, Ordering::Relaxed);
        self.frame_count.store(number + 1, Ordering::Relaxed);
    }

    /// Notes the frames of a guest that is moved out of compiled code. Its registers: where it is, the
    /// frame and the stack, and on aarch64 where the innermost function returns to unless it has called
    /// another one since.
    pub fn note_frames(&self, registers: Registers, top: usize) {
        self.note();
        // The others are return addresses, which are looked up one byte before.
        self.note_frame(registers.program_counter + 1);
        // A function that calls nothing has no frame there, so that this one is not in the chain.
        let mut link = registers.link.filter(|&link| code::contains(link.wrapping_sub(1)));
        let frame = registers.frame_pointer as *const frames::Link;
        frames::each(registers.stack_pointer, frame, top, |address| {
            if let Some(link) = link.take()
                && link != address
            {
                self.note_frame(link);
                self.linked.store(true, Ordering::Relaxed);
            }
            self.note_frame(address);
        });
    }

    /// The return addresses that were noted, innermost first, if the guest was stopped; and how many
    /// are missing in the middle.
    pub fn take(&self) -> Option<(Vec<usize>, usize)> {
        if !self.stopped.swap(false, Ordering::Relaxed) {
            return None;
        }
        let linked = self.linked.swap(false, Ordering::Relaxed);
        let count = self.frame_count.swap(0, Ordering::Relaxed);
        let omitted = count.saturating_sub(FRAMES);
        let kept = (0..count.min(INNER)).chain(INNER + omitted..count);
        let frame = |number: usize| self.frames[place(number)].load(Ordering::Relaxed);
        let mut frames: Vec<usize> = kept.map(frame).collect();
        if linked && frames::are_of_one_function(frames[0], frames[1]) {
            // It has returned from a call that it made, and has a frame.
            frames.remove(1);
        }
        Some((frames, omitted))
    }
}

/// Where the frame of a number is kept: of the outer ones the last that were noted.
fn place(number: usize) -> usize {
    if number < INNER { number } else { INNER + (number - INNER) % OUTER }
}
