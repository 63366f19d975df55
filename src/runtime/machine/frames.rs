//! The wasm frames below a host function, by the chain of frame pointers that compiled code keeps.

use super::interrupt;
use super::thread::{self, Thread};
use crate::runtime::base::value::Slot;
use std::ops::Range;
use wasmer_types::FrameInfo;
use wasmer_vm::Trap;

/// What a frame pointer points to, on x86_64 and aarch64, but for code of Singlepass' for aarch64: there it lies
/// behind two registers.
#[repr(C)]
pub struct Link {
    caller: *const Link,
    return_address: usize,
}

/// The functions that were met last, since the next one will be one of those.
struct Functions(Range<usize>);

impl Functions {
    fn contain(&mut self, return_address: usize) -> bool {
        // It may already belong to the code behind the call.
        let address = return_address.wrapping_sub(1);
        if !self.0.contains(&address) {
            match interrupt::functions_around(address) {
                Some(range) => self.0 = range,
                None => return false,
            }
        }
        true
    }
}

/// The first address above the stack of the guest that a thread runs.
pub fn top(thread: &Thread) -> usize {
    thread.top.get()
}

/// Gives the return addresses from a frame outwards. Where the chain ends, in
/// code without frame pointers, it leads out of the guest's stack or back; where it has no begin (a
/// start function of Singlepass that is an import), it does not come from behind `lowest`, which lies on
/// the guest's stack. Takes no lock and allocates nothing.
pub fn each(lowest: usize, mut frame: *const Link, top: usize, mut note: impl FnMut(usize)) {
    let on_stack = |frame: *const Link| {
        frame.is_aligned() && (lowest..top - size_of::<Link>()).contains(&(frame as usize))
    };
    let mut functions = Functions(0..0);
    while on_stack(frame) {
        // SAFETY: aligned, and between the innermost frame and the top of the guest's stack, all of
        // which is mapped.
        let mut link = unsafe { frame.read() };
        let behind = frame.wrapping_add(1);
        if cfg!(target_arch = "aarch64")
            && !functions.contain(link.return_address)
            && on_stack(behind)
        {
            // SAFETY: as above.
            let other = unsafe { behind.read() };
            if functions.contain(other.return_address) {
                link = other;
            }
        }
        let Link { caller, return_address } = link;
        note(return_address);
        if caller <= frame {
            break;
        }
        frame = caller;
    }
}

/// The wasm frames from a frame outwards, innermost first. `innermost` is a return address that comes
/// before it.
pub fn walk(slots: *const Slot, innermost: Option<usize>, frame: *const Link) -> Vec<Found> {
    let mut addresses: Vec<usize> = innermost.into_iter().collect();
    each(slots as usize, frame, top(thread::current()), |address| addresses.push(address));
    of(&addresses)
}

/// A frame, with an address in the instruction that it is at.
pub struct Found {
    pub info: FrameInfo,
    pub address: usize,
}

/// The frames that return addresses belong to; other code has none.
pub fn of(addresses: &[usize]) -> Vec<Found> {
    // A return address may already belong to the code behind the call.
    at(addresses.iter().map(|address| address - 1))
}

/// The frames that addresses of instructions belong to.
fn at(addresses: impl Iterator<Item = usize>) -> Vec<Found> {
    let Ok(known) = wasmer_compiler::FRAME_INFO.read() else { return Vec::new() };
    addresses
        .filter_map(|address| Some(Found { info: known.lookup_frame_info(address)?, address }))
        .collect()
}

/// The frames where wasmer noted a trap.
pub fn of_trap(trap: &Trap) -> Vec<Found> {
    let (pc, backtrace) = match trap {
        Trap::User(_) => return Vec::new(),
        Trap::Wasm { pc, backtrace, .. } => (Some(*pc), backtrace),
        Trap::Lib { backtrace, .. }
        | Trap::OOM { backtrace }
        | Trap::UncaughtException { backtrace, .. } => (None, backtrace),
    };
    // Where it trapped that is no return address.
    let place = |ip: usize| if pc == Some(ip) { ip } else { ip.saturating_sub(1) };
    at(backtrace.frames().iter().map(|frame| place(frame.ip() as usize)))
}

/// Whether the code before two return addresses is of the same function.
pub fn are_of_one_function(one: usize, other: usize) -> bool {
    let function = |frame: Found| (frame.info.module_name().to_owned(), frame.info.func_index());
    let [one, other] = [one, other].map(|address| of(&[address]).pop().map(function));
    one.is_some() && one == other
}
