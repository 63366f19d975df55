//! macOS: the thread is suspended while its registers are looked at and, if it runs the guest, moved.

use super::super::frames;
use super::slots::{Slot, Target};
use super::stop::Registers;
use super::{code, trap_here};
use crate::runtime::base::error::Result;
use mach2::kern_return::KERN_SUCCESS;
use mach2::mach_types::thread_act_t;
use mach2::thread_act::{thread_get_state, thread_resume, thread_set_state, thread_suspend};

#[cfg(target_arch = "aarch64")]
use mach2::{structs::arm_thread_state64_t as State, thread_status::ARM_THREAD_STATE64 as FLAVOR};
#[cfg(target_arch = "x86_64")]
use mach2::{structs::x86_thread_state64_t as State, thread_status::x86_THREAD_STATE64 as FLAVOR};

/// None is used.
pub fn signal() -> Option<i32> {
    None
}

pub fn prepare() -> Result<()> {
    Ok(())
}

/// Nothing is ever on its way: who asks waits until it is done.
pub fn take_pending_signals() {}

/// The system's name for the thread, which it keeps as long as it lives.
pub fn thread_id() -> i32 {
    // SAFETY: asks about this thread.
    unsafe { libc::pthread_mach_thread_np(libc::pthread_self()) as i32 }
}

/// Moves a thread out of the guest, if it is there and is to go. False, because nothing stays on its
/// way. The thread is in the call, so it lives; it holds anything meanwhile, the allocator's lock too, so
/// nothing is allocated and nothing is locked until it goes on.
pub fn send(slot: &Slot, _: Target) -> bool {
    let thread = slot.thread() as thread_act_t;
    // SAFETY: a thread of this process, which is not this one: who asks itself is in a host function.
    unsafe {
        if thread == 0 || slot.thread() == thread_id() || thread_suspend(thread) != KERN_SUCCESS {
            return false;
        }
        move_out(slot, thread);
        thread_resume(thread);
    }
    false
}

/// # Safety
/// The thread is suspended.
unsafe fn move_out(slot: &Slot, thread: thread_act_t) {
    let mut state = State::new();
    let mut count = State::count();
    // SAFETY: the state has room for what its flavor says.
    unsafe {
        if thread_get_state(thread, FLAVOR, (&raw mut state).cast(), &mut count) != KERN_SUCCESS
            || !code::contains(*program_counter(&mut state) as usize)
            || !slot.is_fired()
        {
            return;
        }
        let found = registers(&state);
        *program_counter(&mut state) = trap_here as extern "C" fn() -> ! as u64;
        if thread_set_state(thread, FLAVOR, (&raw mut state).cast(), count) != KERN_SUCCESS {
            return;
        }
        slot.stop.note_frames(found, frames::top(&*slot.block()));
    }
}

#[cfg(target_arch = "aarch64")]
fn program_counter(state: &mut State) -> &mut u64 {
    &mut state.__pc
}

#[cfg(target_arch = "x86_64")]
fn program_counter(state: &mut State) -> &mut u64 {
    &mut state.__rip
}

#[cfg(target_arch = "aarch64")]
fn registers(state: &State) -> Registers {
    Registers {
        program_counter: state.__pc as usize,
        frame_pointer: state.__fp as usize,
        stack_pointer: state.__sp as usize,
        link: Some(state.__lr as usize),
    }
}

#[cfg(target_arch = "x86_64")]
fn registers(state: &State) -> Registers {
    Registers {
        program_counter: state.__rip as usize,
        frame_pointer: state.__rbp as usize,
        stack_pointer: state.__rsp as usize,
        link: None,
    }
}

/// An event of one's own in a queue, which is readable while the event has happened.
fn wake_event(flags: u16, what: u32) -> libc::kevent {
    libc::kevent {
        ident: 0,
        filter: libc::EVFILT_USER,
        flags,
        fflags: what,
        data: 0,
        udata: std::ptr::null_mut(),
    }
}

fn change(queue: i32, event: &libc::kevent) -> bool {
    // SAFETY: one change, and no room for events.
    unsafe { libc::kevent(queue, event, 1, std::ptr::null_mut(), 0, std::ptr::null()) == 0 }
}

/// A descriptor that `wake_descriptor` makes readable.
pub fn new_wake_descriptor() -> Option<i32> {
    // SAFETY: makes a descriptor or fails.
    let queue = unsafe { libc::kqueue() };
    (queue >= 0 && change(queue, &wake_event(libc::EV_ADD | libc::EV_CLEAR, 0))).then_some(queue)
}

pub fn wake_descriptor(queue: i32) {
    change(queue, &wake_event(0, libc::NOTE_TRIGGER));
}

/// It is not readable any more, until it is woken again.
pub fn calm_wake_descriptor(queue: i32) {
    let now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    let mut event = wake_event(0, 0);
    // SAFETY: room for one event.
    unsafe { libc::kevent(queue, std::ptr::null(), 0, &mut event, 1, &now) };
}
