//! Where a guest was when its stack ended. wasmer makes no backtrace then, because the unwinder cannot be
//! trusted in a function that has just begun; compiled code's chain of frame pointers can.

#[cfg(target_os = "linux")]
pub use linux::note;

use super::interrupt::Stop;
#[cfg(not(target_os = "linux"))]
use super::thread::Thread;

thread_local! {
    // As `THREAD`: read by the fault handler. It is allocated together with that.
    static NOTED: Stop = const { Stop::new() };
}

/// The return addresses that were noted on this thread, innermost first, and how many are missing in
/// the middle.
pub fn take() -> Option<(Vec<usize>, usize)> {
    NOTED.with(Stop::take)
}

/// Nothing is known of the registers.
///
/// # Safety
/// As for Linux.
#[cfg(not(target_os = "linux"))]
pub unsafe fn note(_: &Thread, _: usize, _: *mut std::ffi::c_void) {}

#[cfg(target_os = "linux")]
mod linux {
    use super::super::frames::{self, Link};
    use super::super::interrupt::{self, registers};
    use super::super::stack;
    use super::super::thread::Thread;
    use super::NOTED;
    use std::ffi::{c_int, c_void};

    /// To be called by the handler of a fault for a thread that runs a guest: notes the guest's frames if
    /// it is the end of its stack. `address` is what was accessed, 0 for an instruction that is none.
    ///
    /// # Safety
    /// `context` is what the kernel gave the handler.
    pub unsafe fn note(thread: &Thread, address: usize, context: *mut c_void) {
        // SAFETY: the caller's promise.
        let (registers, _) = unsafe { registers(context.cast()) };
        let stack = stack::of(thread);
        let compiled = interrupt::functions_around(registers.program_counter).is_some();
        if !stack.contains(&registers.stack_pointer) {
            return;
        }
        let top = frames::top(thread);
        if compiled {
            if stack.contains(&address) {
                NOTED.with(|noted| noted.note_frames(registers, top));
            }
        } else if address == 0 {
            // Our own instruction, on the way out of the guest.
            let left = thread.left_from.take().map(|left| (left.frame, left.innermost));
            if let Some((frame, innermost)) = left.or_else(caller) {
                NOTED.with(|noted| {
                    noted.note();
                    if innermost != 0 {
                        noted.note_frame(innermost);
                    }
                    frames::each(registers.stack_pointer, frame, top, |found| {
                        noted.note_frame(found);
                    });
                });
            }
        }
    }

    unsafe extern "C" {
        fn _Unwind_Backtrace(
            note: extern "C" fn(*mut c_void, *mut c_void) -> c_int,
            to: *mut c_void,
        ) -> c_int;
        fn _Unwind_GetIP(context: *mut c_void) -> usize;
        fn _Unwind_GetGR(context: *mut c_void, register: c_int) -> usize;
    }

    /// The number of the frame pointer in DWARF.
    const FRAME_POINTER: c_int = if cfg!(target_arch = "x86_64") { 6 } else { 29 };
    const NO_REASON: c_int = 0;
    const END_OF_STACK: c_int = 5;

    /// The frame of the compiled code that made a library call, and the address it returns to. Only our own
    /// code is unwound, at calls that it made.
    fn caller() -> Option<(*const Link, usize)> {
        extern "C" fn look(context: *mut c_void, found: *mut c_void) -> c_int {
            // SAFETY: the unwinder passes its context and what it was given.
            unsafe {
                let address = _Unwind_GetIP(context);
                if interrupt::functions_around(address.wrapping_sub(1)).is_none() {
                    return NO_REASON;
                }
                let frame = _Unwind_GetGR(context, FRAME_POINTER) as *const Link;
                *found.cast() = Some((frame, address));
                END_OF_STACK
            }
        }
        let mut found: Option<(*const Link, usize)> = None;
        // SAFETY: `look` gets a place of the type that it writes.
        unsafe { _Unwind_Backtrace(look, (&raw mut found).cast()) };
        found
    }
}
