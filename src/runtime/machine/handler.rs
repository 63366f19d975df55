//! Where wasmer keeps its pointer to what catches the traps of the running call.
//!
//! It is a thread-local variable of the same library as our own, so on every thread it lies equally far
//! from ours. How far is found out once, by looking at the library's thread-local memory from inside of an
//! entry: there is exactly one word that points to an object on the host's stack which holds the
//! handler that this entry was given, and which was something else before. Where that is not so, or on
//! a system that does not tell where thread-local memory is, nothing is found and nothing is written.

use super::thread::{self, Thread};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicIsize, Ordering};

/// Bytes from this thread's block to wasmer's word; 0 if that is not known.
static DISTANCE: AtomicIsize = AtomicIsize::new(0);
static FOUND: OnceLock<bool> = OnceLock::new();

#[inline]
fn place(thread: &Thread) -> Option<*mut usize> {
    match DISTANCE.load(Ordering::Relaxed) {
        0 => None,
        distance => {
            Some(std::ptr::from_ref(thread).wrapping_byte_offset(distance).cast_mut().cast())
        }
    }
}

/// What catches traps on this thread; 0 for nothing, and where that is not known.
#[inline]
pub fn get(thread: &Thread) -> usize {
    // SAFETY: found to be wasmer's word, which lives as long as the thread.
    place(thread).map_or(0, |place| unsafe { place.read_volatile() })
}

/// Sets what catches traps on this thread, which is what `get` gave in a call that has not ended, or 0.
pub fn set(thread: &Thread, handler: usize) {
    if let Some(place) = place(thread) {
        // SAFETY: as above. Only this thread and its signal handlers look at the word.
        unsafe { place.write_volatile(handler) };
    }
}

pub fn is_found() -> bool {
    FOUND.get() == Some(&true)
}

/// Looks for the word, once per process. To be called before a thread runs any guest; it takes a guest's
/// stack, which may be refused by a panic as for any entry.
pub fn prepare() {
    FOUND.get_or_init(|| match find() {
        Some(distance) => {
            DISTANCE.store(distance, Ordering::Relaxed);
            true
        }
        None => false,
    });
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn find() -> Option<isize> {
    let memory = thread_local_memory()?;
    let before = words(&memory);
    let mut candidates = Vec::with_capacity(before.len());
    let marker = 0u8;
    let above = std::hint::black_box(&marker) as *const u8 as usize;
    let mut search =
        Search { memory: memory.clone(), before: &before, above, found: &mut candidates };
    enter(&mut search)?;
    let after = words(&memory);
    candidates.retain(|&place| {
        let number = (place - memory.start) / size_of::<usize>();
        before[number] == after[number]
    });
    match candidates[..] {
        [place] => Some(place as isize - std::ptr::from_ref(thread::current()) as isize),
        _ => None,
    }
}

/// Searches from inside of an entry. Not inlined, so that the frames of the entry lie below the caller's.
#[cfg(any(target_os = "linux", target_os = "android"))]
#[inline(never)]
fn enter(search: &mut Search<'_>) -> Option<()> {
    let search = std::ptr::from_mut(search).cast::<Search<'static>>();
    let handler = Some(&raw const NEVER as *const _);
    // SAFETY: the closure leaves nothing to be dropped on the guest's stack, and what it points to is
    // borrowed until the entry has ended.
    unsafe {
        wasmer_vm::catch_traps(handler, super::stack::config(), move || {
            wasmer_vm::on_host_stack(|| (*search).run());
        })
    }
    .ok()
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn find() -> Option<isize> {
    let _ = thread::current;
    None
}

#[cfg(any(target_os = "linux", target_os = "android"))]
use linux::*;

#[cfg(any(target_os = "linux", target_os = "android"))]
mod linux {
    use super::thread;
    use libc::{c_int, c_void, siginfo_t};
    use std::ops::Range;

    type Never = fn(c_int, *const siginfo_t, *const c_void) -> bool;

    /// A trap handler that is given to one entry only, and handles nothing.
    pub static NEVER: Never = |_, _, _| false;

    pub struct Search<'a> {
        pub memory: Range<usize>,
        pub before: &'a [usize],
        /// An address on the host's stack, above the frames of the entry.
        pub above: usize,
        pub found: &'a mut Vec<usize>,
    }

    /// The entry's frames on the host's stack are less than this, and so is the object looked for.
    const FRAMES: usize = 16 * 1024;
    const OBJECT: usize = 8;

    impl Search<'_> {
        /// Runs in the entry, on the host's stack, below the frames that are looked at.
        pub fn run(&mut self) {
            let marker = 0u8;
            let here = std::hint::black_box(&marker) as *const u8 as usize;
            let frames = here..self.above - OBJECT * size_of::<usize>();
            if frames.len() > FRAMES {
                return;
            }
            let now = words(&self.memory);
            for (number, (&value, &before)) in now.iter().zip(self.before).enumerate() {
                let pointer = std::ptr::with_exposed_provenance::<usize>(value);
                if value == before || !frames.contains(&value) || !pointer.is_aligned() {
                    continue;
                }
                // SAFETY: aligned, between two addresses of this thread's stack, so mapped.
                let object = unsafe { pointer.cast::<[usize; OBJECT]>().read_volatile() };
                if object.contains(&(&raw const NEVER as usize)) {
                    self.found.push(self.memory.start + number * size_of::<usize>());
                }
            }
        }
    }

    /// The words of a piece of this thread's thread-local memory.
    pub fn words(memory: &Range<usize>) -> Vec<usize> {
        memory
            .clone()
            .step_by(size_of::<usize>())
            .map(|address| {
                // SAFETY: aligned, and inside of the memory that the system gave the library.
                unsafe { std::ptr::with_exposed_provenance::<usize>(address).read_volatile() }
            })
            .collect()
    }

    /// What the system tells of a loaded object, as far as it is looked at.
    #[repr(C)]
    struct Object {
        address: usize,
        name: *const libc::c_char,
        headers: *const libc::Elf64_Phdr,
        count: u16,
        added: u64,
        removed: u64,
        module: usize,
        memory: *const c_void,
    }

    /// This thread's thread-local memory of the library, in whole words.
    pub fn thread_local_memory() -> Option<Range<usize>> {
        unsafe extern "C" fn look(
            object: *mut libc::dl_phdr_info,
            size: usize,
            found: *mut c_void,
        ) -> c_int {
            if size < size_of::<Object>() {
                return 0;
            }
            // SAFETY: the system says that it filled in as much; `found` is what is passed below.
            unsafe {
                let object = &*object.cast::<Object>();
                let found = &mut *found.cast::<Option<Range<usize>>>();
                if object.headers.is_null() || object.memory.is_null() {
                    return 0;
                }
                let headers = std::slice::from_raw_parts(object.headers, object.count.into());
                let start = object.memory as usize;
                for header in headers.iter().filter(|header| header.p_type == libc::PT_TLS) {
                    let end = start + header.p_memsz as usize;
                    if (start..end).contains(&(std::ptr::from_ref(thread::current()) as usize)) {
                        *found = Some(start.next_multiple_of(8)..end & !7);
                        return 1;
                    }
                }
            }
            0
        }
        let mut found = None::<Range<usize>>;
        // SAFETY: the callback has the signature that is asked for, and `found` outlives the call.
        unsafe { libc::dl_iterate_phdr(Some(look), (&raw mut found).cast()) };
        found
    }
}
