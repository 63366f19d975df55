//! Addresses kept back while a module is compiled.
//!
//! Compilers allocate without a thought, and Rust ends the process where an allocation is refused. In a
//! process whose addresses are limited (`RLIMIT_AS`) some are kept back for as long as a compilation takes.
//! The first allocation that is refused gets them, and the compilation ends at its next function with
//! an error. If there is not that much to keep back, it does not start.
//!
//! A process without a limit pays for a branch where an allocation is refused.

use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::base::room;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Kept back for a module of so many bytes: what one function, and what comes after the last one, may still
/// take. Small modules, and shims of host functions, need less.
fn wanted(module_bytes: usize) -> usize {
    let small = (8 * MIB).saturating_add(module_bytes.saturating_mul(512));
    let large = (24 * MIB).saturating_add(module_bytes.saturating_mul(8));
    small.min(large).min(1024 * MIB).next_multiple_of(MIB)
}

/// The part of it that is for the end.
const LAST: usize = 4 * MIB;
const MIB: usize = 1 << 20;

/// Compilations at once that keep something back; more go without.
const PLACES: usize = 64;

struct Place {
    taken: AtomicBool,
    /// Where the addresses start, and in the lowest bits how many MiB; 0 once they were given away.
    kept: AtomicUsize,
    /// As `kept`, for when that is gone: one large allocation may have taken it, and what ends the compilation
    /// makes small ones.
    last: AtomicUsize,
}

static KEPT: [Place; PLACES] = [const {
    let (kept, last) = (AtomicUsize::new(0), AtomicUsize::new(0));
    Place { taken: AtomicBool::new(false), kept, last }
}; PLACES];

/// What one compilation keeps back.
pub struct Ballast(Option<&'static Place>);

impl Ballast {
    /// For a module of so many bytes.
    pub fn keep(module_bytes: usize) -> Result<Self> {
        if room::address_limit().is_none() {
            return Ok(Self(None));
        }
        let wanted = wanted(module_bytes);
        let Some(place) = KEPT.iter().find(|place| !place.taken.swap(true, Ordering::AcqRel))
        else {
            return Ok(Self(None));
        };
        for (piece, bytes) in [(&place.kept, wanted - LAST), (&place.last, LAST)] {
            match map(bytes) {
                Some(start) => piece.store(start | (bytes / MIB), Ordering::Release),
                None => {
                    drop(Self(Some(place)));
                    return Err(refused(wanted as u64));
                }
            }
        }
        Ok(Self(Some(place)))
    }

    /// Whether an allocation had to be helped out: it is time to end.
    pub fn is_spent(&self) -> bool {
        self.0.is_some_and(|place| place.kept.load(Ordering::Acquire) == 0)
    }
}

impl Drop for Ballast {
    fn drop(&mut self) {
        if let Some(place) = self.0 {
            give_away(&place.kept);
            give_away(&place.last);
            place.taken.store(false, Ordering::Release);
        }
    }
}

/// True if there was something to give.
fn give_away(piece: &AtomicUsize) -> bool {
    let kept = piece.swap(0, Ordering::AcqRel);
    if kept != 0 {
        unmap(kept & !(PAGE - 1), (kept & (PAGE - 1)) * MIB);
    }
    kept != 0
}

/// To be called before a compilation starts threads.
pub fn prepare() {
    if let Some(limit) = room::address_limit() {
        share_arenas(limit);
    }
}

/// glibc reserves 64 MiB for each thread that allocates, and where it cannot, maps a page for each small
/// allocation: what is left would be gone in no time. Threads that come from now on share what there is.
fn share_arenas(_limit: u64) {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        /// Where so much can be had, nothing needs to be saved.
        const AMPLE: u64 = 4 << 30;
        static ONCE: std::sync::Once = std::sync::Once::new();
        if _limit < AMPLE {
            // SAFETY: a setting of the allocator, which takes care of other threads.
            ONCE.call_once(|| unsafe {
                libc::mallopt(libc::M_ARENA_MAX, 1);
            });
        }
    }
}

/// The error of a compilation that needed what was kept back, or could not keep back what it `wanted`.
pub fn refused(wanted: u64) -> Error {
    let what = "module: it was not compiled";
    Error::new(Status::OutOfMemory, room::refused_memory(what, wanted))
}

/// The least alignment of a mapping. There are fewer MiB in one.
const PAGE: usize = 4096;

#[cfg(unix)]
fn map(bytes: usize) -> Option<usize> {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANON | libc::MAP_NORESERVE;
    // SAFETY: a new mapping, at a place that the system chooses.
    let start = unsafe { libc::mmap(std::ptr::null_mut(), bytes, libc::PROT_NONE, flags, -1, 0) };
    (start != libc::MAP_FAILED).then_some(start as usize)
}

#[cfg(unix)]
fn unmap(start: usize, bytes: usize) {
    // SAFETY: `map` made it, nothing uses it, and its place was emptied by whoever calls this.
    unsafe { libc::munmap(std::ptr::without_provenance_mut(start), bytes) };
}

#[cfg(not(unix))]
fn map(_: usize) -> Option<usize> {
    None
}

#[cfg(not(unix))]
fn unmap(_: usize, _: usize) {}

/// The system's allocator, with a second try.
struct Allocator;

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

#[cold]
#[inline(never)]
fn again(allocate: impl Fn() -> *mut u8) -> *mut u8 {
    let pieces = KEPT.iter().map(|place| &place.kept);
    for piece in pieces.chain(KEPT.iter().map(|place| &place.last)) {
        if give_away(piece) {
            let given = allocate();
            if !given.is_null() {
                return given;
            }
        }
    }
    std::ptr::null_mut()
}

// SAFETY: all is the system's allocator's.
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise, here and below.
        let given = unsafe { System.alloc(layout) };
        if given.is_null() { again(|| unsafe { System.alloc(layout) }) } else { given }
    }
    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        let given = unsafe { System.alloc_zeroed(layout) };
        if given.is_null() { again(|| unsafe { System.alloc_zeroed(layout) }) } else { given }
    }
    #[inline]
    unsafe fn dealloc(&self, given: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(given, layout) }
    }
    #[inline]
    unsafe fn realloc(&self, old: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        // SAFETY: as above; where it is refused, the old one is as it was.
        let given = unsafe { System.realloc(old, layout, bytes) };
        if given.is_null() {
            again(|| unsafe { System.realloc(old, layout, bytes) })
        } else {
            given
        }
    }
}
