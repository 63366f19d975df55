//! Where compiled wasm code is, in a form that a signal handler can read: it takes no lock.

use std::ops::Range;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// From `start` up to `end`; a start of 0 is a free place.
struct Place {
    start: AtomicUsize,
    end: AtomicUsize,
}

/// Ranges in blocks that are never freed, each twice as large as the one before.
const FIRST: usize = 64;
static BLOCKS: [AtomicPtr<Place>; 26] = [const { AtomicPtr::new(null_mut()) }; 26];

struct Places {
    free: Vec<&'static Place>,
    blocks: usize,
}

// SAFETY: a place is atomic.
unsafe impl Send for Places {}

static PLACES: Mutex<Places> = Mutex::new(Places { free: Vec::new(), blocks: 0 });

fn places() -> MutexGuard<'static, Places> {
    PLACES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Nobody else takes or frees a place while this lives.
pub struct Held(#[expect(dead_code, reason = "it is dropped")] MutexGuard<'static, Places>);

/// To be called before a fork, whose child would find the places locked for ever else.
pub fn hold() -> Held {
    Held(places())
}

/// The functions of a module, known to the handler for as long as this lives. It must be dropped
/// before the code is unmapped.
pub struct Registered(&'static Place);

impl Registered {
    /// None where there is no place left: then what runs there can only be stopped when it returns
    /// from a library call or a host function.
    pub fn new(start: usize, end: usize) -> Option<Self> {
        let mut places = places();
        if places.free.is_empty() {
            let block = BLOCKS.get(places.blocks)?;
            let count = FIRST << places.blocks;
            let ranges: &'static [Place] = (0..count)
                .map(|_| Place { start: AtomicUsize::new(0), end: AtomicUsize::new(0) })
                .collect::<Vec<_>>()
                .leak();
            block.store(ranges.as_ptr().cast_mut(), Ordering::Release);
            places.blocks += 1;
            places.free.extend(ranges.iter().rev());
        }
        let range = places.free.pop()?;
        range.end.store(end, Ordering::SeqCst);
        range.start.store(start, Ordering::SeqCst);
        Some(Self(range))
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.0.start.store(0, Ordering::SeqCst);
        places().free.push(self.0);
    }
}

/// Whether an address is in compiled code of a function.
pub fn contains(address: usize) -> bool {
    around(address).is_some()
}

/// The functions that are compiled together with the one that an address is in. The code that this thread
/// is in stays registered meanwhile, so a range that changes while it is read is another one.
pub fn around(address: usize) -> Option<Range<usize>> {
    for (number, block) in BLOCKS.iter().enumerate() {
        let block = block.load(Ordering::Acquire);
        if block.is_null() {
            return None;
        }
        // SAFETY: as long as it was made, and never freed.
        let places = unsafe { std::slice::from_raw_parts(block, FIRST << number) };
        for place in places {
            let start = place.start.load(Ordering::SeqCst);
            let range = start..place.end.load(Ordering::SeqCst);
            if start != 0 && range.contains(&address) && place.start.load(Ordering::SeqCst) == start
            {
                return Some(range);
            }
        }
    }
    None
}
