//! Linux: a real-time signal to the thread, with the number of its slot.

use super::super::{frames, signals};
use super::slots::{Slot, Target};
use super::stop::Registers;
use super::{code, slots, trap_here};
use crate::runtime::base::error::{Error, Result, Status};
use libc::{SA_ONSTACK, SA_RESTART, SA_SIGINFO, c_int, c_void, sigaction, siginfo_t};
use std::sync::OnceLock;

static INSTALLED: OnceLock<Option<c_int>> = OnceLock::new();

/// The signal that is used, once an interrupt was made.
pub fn signal() -> Option<i32> {
    *INSTALLED.get()?
}

/// Installs the handler. Once per process.
pub fn prepare() -> Result<()> {
    match INSTALLED.get_or_init(install) {
        Some(_) => Ok(()),
        None => Err(Error::new(Status::Unsupported, "interrupt: no real-time signal can be had")),
    }
}

/// Takes a signal that nobody uses; in a Go program, whose runtime takes them all, the last but two.
/// The first real-time signals belong to the C library. What comes from elsewhere by that number is
/// ignored: Go would end the process if it were handed on from a thread that it does not know.
fn install() -> Option<c_int> {
    let (first, last) = (libc::SIGRTMIN() + 3, libc::SIGRTMAX());
    let unused = |&signal: &c_int| signals::current(signal).sa_sigaction == libc::SIG_DFL;
    let signal = (first..=last).rev().skip(2).find(unused).unwrap_or(last - 2);
    // SAFETY: the handler is installed with the flags that its signature asks for.
    let installed = unsafe {
        let mut ours = std::mem::zeroed::<sigaction>();
        ours.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
        ours.sa_sigaction = on_signal as *const () as usize;
        libc::sigemptyset(&mut ours.sa_mask);
        libc::sigaction(signal, &ours, std::ptr::null_mut()) == 0
    };
    installed.then_some(signal)
}

/// Returns after the signals that wait for this thread were handled: that is done when a system call
/// returns.
pub fn take_pending_signals() {
    // SAFETY: has no arguments and cannot fail.
    unsafe { libc::syscall(libc::SYS_gettid) };
}

pub fn thread_id() -> i32 {
    // SAFETY: has no arguments and cannot fail.
    unsafe { libc::gettid() }
}

/// What the kernel is given with a queued signal, as far as it is ours to fill in.
#[repr(C)]
struct Info {
    signal: c_int,
    errno: c_int,
    code: c_int,
    #[cfg(target_pointer_width = "64")]
    padding: c_int,
    pid: libc::pid_t,
    uid: libc::uid_t,
    value: u64,
    rest: [u64; 12],
}

const _: () = assert!(size_of::<Info>() == size_of::<siginfo_t>());

/// Sends the signal for a call to its thread. A thread that has ended gets nothing; if its number
/// was given to another one, the handler there finds that the slot is not its own. False if none was
/// sent: the thread is gone.
pub fn send(slot: &Slot, target: Target) -> bool {
    let (thread, Some(signal)) = (slot.thread(), signal()) else { return false };
    if thread == 0 {
        return false;
    }
    // SAFETY: `info` is as large as the kernel reads.
    unsafe {
        let process = libc::getpid();
        let info = Info {
            signal,
            errno: 0,
            code: libc::SI_QUEUE,
            padding: 0,
            pid: process,
            uid: libc::getuid(),
            value: target.bits(),
            rest: [0; 12],
        };
        libc::syscall(libc::SYS_rt_tgsigqueueinfo, process, thread, signal, &info) == 0
            || *libc::__errno_location() == libc::EAGAIN && send_unqueued(process, thread)
    }
}

/// What is sent where the system queues no more signals (RLIMIT_SIGPENDING, which all processes of a
/// user share). A signal below the real-time ones needs no place in the queue and brings no word with
/// it. This one was for coprocessors that no machine of ours has.
const UNQUEUED: c_int = libc::SIGSTKFLT;

/// What `UNQUEUED` did before it was needed first.
static BEFORE: OnceLock<sigaction> = OnceLock::new();

#[cold]
fn send_unqueued(process: libc::pid_t, thread: i32) -> bool {
    // SAFETY: the handler is installed with the flags that its signature asks for.
    unsafe {
        BEFORE.get_or_init(|| {
            let before = signals::current(UNQUEUED);
            let mut ours = std::mem::zeroed::<sigaction>();
            ours.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
            ours.sa_sigaction = on_unqueued as *const () as usize;
            libc::sigemptyset(&mut ours.sa_mask);
            libc::sigaction(UNQUEUED, &ours, std::ptr::null_mut());
            before
        });
        libc::syscall(libc::SYS_tgkill, process, thread, UNQUEUED) == 0
    }
}

/// As `on_signal`, for a signal that does not say what it is for.
unsafe extern "C" fn on_unqueued(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    // SAFETY: has no arguments.
    let errno = unsafe { *libc::__errno_location() };
    match slots::of_thread(thread_id()).filter(|slot| slot.is_sent()) {
        // SAFETY: passed on.
        Some(slot) => unsafe { interrupt(slot, context.cast()) },
        None => {
            if let Some(before) = BEFORE.get().filter(|before| before.sa_sigaction > libc::SIG_IGN)
            {
                // SAFETY: the program's own handler, for a signal that is not ours.
                unsafe { signals::forward(before, signal, info, context) }
            }
        }
    }
    // SAFETY: as above.
    unsafe { *libc::__errno_location() = errno };
}

/// Runs on the signal stack, at any point of any thread: no allocation, no lock, and no thread-local
/// variable, which might have to be allocated.
unsafe extern "C" fn on_signal(_: c_int, info: *mut siginfo_t, context: *mut c_void) {
    // SAFETY: the system calls have no arguments; the kernel passes `info`, which is as large as ours.
    let (info_of_ours, process, errno) =
        unsafe { (&*info.cast::<Info>(), libc::getpid(), *libc::__errno_location()) };
    let ours = info_of_ours.code == libc::SI_QUEUE && info_of_ours.pid == process;
    if ours && let Some(target) = Target::from_bits(info_of_ours.value) {
        // SAFETY: passed on.
        unsafe { interrupt(target.slot(), context.cast()) };
    }
    // SAFETY: as above.
    unsafe { *libc::__errno_location() = errno };
}

/// Moves the thread out of the guest, if it is there and is to go.
unsafe fn interrupt(slot: &Slot, context: *mut libc::ucontext_t) {
    if slot.thread() != thread_id() {
        return;
    }
    slot.arrived();
    if !slot.is_fired() {
        return;
    }
    // SAFETY: the kernel passes the registers of the thread, and takes them back.
    unsafe {
        let (registers, program_counter) = registers(context);
        if !code::contains(registers.program_counter) {
            return;
        }
        slot.stop.note_frames(registers, frames::top(&*slot.block()));
        *program_counter = trap_here as extern "C" fn() -> ! as usize;
    }
}

/// The registers of the thread, and where the kernel takes the program counter back from.
///
/// # Safety
/// `context` is what the kernel gave a handler.
#[cfg(target_arch = "x86_64")]
pub unsafe fn registers(context: *mut libc::ucontext_t) -> (Registers, *mut usize) {
    // SAFETY: passed on.
    let found = unsafe { &mut (*context).uc_mcontext.gregs };
    let registers = Registers {
        program_counter: found[libc::REG_RIP as usize] as usize,
        frame_pointer: found[libc::REG_RBP as usize] as usize,
        stack_pointer: found[libc::REG_RSP as usize] as usize,
        link: None,
    };
    (registers, (&raw mut found[libc::REG_RIP as usize]).cast())
}

/// As for x86_64.
///
/// # Safety
/// `context` is what the kernel gave a handler.
#[cfg(target_arch = "aarch64")]
pub unsafe fn registers(context: *mut libc::ucontext_t) -> (Registers, *mut usize) {
    // SAFETY: passed on.
    let found = unsafe { &mut (*context).uc_mcontext };
    let registers = Registers {
        program_counter: found.pc as usize,
        frame_pointer: found.regs[29] as usize,
        stack_pointer: found.sp as usize,
        link: Some(found.regs[30] as usize),
    };
    (registers, (&raw mut found.pc).cast())
}

/// A descriptor that `wake_descriptor` makes readable.
pub fn new_wake_descriptor() -> Option<i32> {
    // SAFETY: makes a descriptor or fails.
    let number = unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) };
    (number >= 0).then_some(number)
}

pub fn wake_descriptor(number: i32) {
    let one = 1u64.to_ne_bytes();
    // SAFETY: eight bytes; the descriptor is never closed. It fails only where it is readable anyway.
    unsafe { libc::write(number, one.as_ptr().cast(), one.len()) };
}

/// It is not readable any more, until it is woken again.
pub fn calm_wake_descriptor(number: i32) {
    let mut count = [0u8; 8];
    // SAFETY: room for eight bytes; as above.
    unsafe { libc::read(number, count.as_mut_ptr().cast(), count.len()) };
}
