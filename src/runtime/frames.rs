//! The wasm frames below a host function, by the chain of frame pointers that compiled code keeps.

use super::limits::WASM_STACK_BYTES;
use super::thread;
use super::value::Slot;
use wasmer_types::FrameInfo;

/// What a frame pointer points to, on x86_64 and aarch64.
#[repr(C)]
pub struct Link {
    caller: *const Link,
    return_address: usize,
}

/// The wasm frames from a frame outwards, innermost first. `innermost` is a return address that comes
/// before it. Where the chain ends, in code without frame pointers, it leads out of the guest's stack
/// or back; where it has no begin (a start function of Singlepass that is an import), it does not
/// come from behind `slots`, which lie on the guest's stack.
pub fn walk(
    slots: *const Slot,
    innermost: Option<usize>,
    mut frame: *const Link,
) -> Vec<FrameInfo> {
    let top = thread::current().limit.get() + WASM_STACK_BYTES;
    let mut frames = Vec::new();
    let Ok(known) = wasmer_compiler::FRAME_INFO.read() else { return frames };
    // A return address may already belong to the code behind the call.
    let mut note = |return_address: usize| {
        frames.extend(known.lookup_frame_info(return_address.wrapping_sub(1)));
    };
    innermost.into_iter().for_each(&mut note);
    while frame.is_aligned() && (slots as usize..top).contains(&(frame as usize)) {
        // SAFETY: aligned, and between the innermost frame and the top of the guest's stack, all of
        // which is mapped.
        let Link { caller, return_address } = unsafe { frame.read() };
        note(return_address);
        if caller <= frame {
            break;
        }
        frame = caller;
    }
    frames
}
