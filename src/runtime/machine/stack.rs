//! The last bytes of a guest's stack.
//!
//! wasmer runs its library calls (traps, table and memory instructions, waits, throws) on the
//! guest's own stack, and they allocate, lock and unwind. A guest that recurses to the end of its
//! stack and then makes such a call faults inside of them with a lock held; wasmer takes the fault
//! for a stack overflow and the lock is never released, so the process hangs.
//!
//! So each stack is `RESERVE` bytes larger than what a guest may use when it makes such a call,
//! and every entry of an instance's table of library calls is replaced by a guard that looks at
//! the stack pointer first. Too little left is a stack overflow, raised by an instruction that
//! wasmer's fault handler knows, on the handler's own stack: nothing is locked and nothing runs on
//! the guest's. Compiled code alone may use the reserve and ends at a guard zone below it: wasmer's
//! own guard is one page, and a frame of Singlepass may reach over that (parameters and results
//! are not touched before they are used). `tests/stack_frames.rs` tries it.

use super::interrupt;
use super::thread::{self, Left, Thread};
use crate::runtime::base::bounds::WASM_STACK_BYTES;
use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::base::room;
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use wasmer_types::VMBuiltinFunctionIndex as Index;
use wasmer_vm::{VMConfig, VMInstance};

/// Bytes kept for code of wasmer and of this library that runs on a guest's stack. The deepest
/// chain is a trap that records its frames: the unwinder and the allocator, a few KiB. Up to half of
/// this is lost to rounding, see `guard_start`.
const RESERVE: usize = 192 * 1024;

/// Bytes of the guard zone. The largest untouched part of a frame is less: 1,000 parameters and 1,000
/// results of 16 bytes, 2,048 results of blocks (see `scan`) and 512 locals of 8 bytes.
const GUARD: usize = 64 * 1024;

/// All of a stack, by what a guest may use of it.
const fn whole(bytes: usize) -> usize {
    bytes + RESERVE + GUARD
}

/// A multiple of the unit of protection: kernels for aarch64 have pages of up to 64 KiB.
const PAGE: usize =
    if cfg!(all(target_arch = "aarch64", target_os = "linux")) { 64 * 1024 } else { 16 * 1024 };
const _: () = assert!(whole(WASM_STACK_BYTES).is_multiple_of(PAGE) && GUARD.is_multiple_of(PAGE));

/// The most bytes of stack that a guest may use. The same for the whole process, because wasmer keeps
/// stacks for any guest that comes. An engine may let its guests use less: then the guard zone is moved up.
static BYTES: AtomicUsize = AtomicUsize::new(WASM_STACK_BYTES);
static CONFIG: OnceLock<VMConfig> = OnceLock::new();

#[inline]
pub fn bytes() -> usize {
    BYTES.load(Ordering::Relaxed)
}

/// What wasmer is asked for: stacks with the reserve and the guard zone on top of what guests may use.
#[inline]
pub fn config() -> &'static VMConfig {
    CONFIG.get_or_init(|| VMConfig { wasm_stack_size: Some(whole(bytes())) })
}

/// Sets how many bytes of stack guests may use at most, from 64 KiB to 64 MiB, rounded up to 64 KiB. An
/// error once there has been an arena, or an engine with a number of its own.
pub fn set_bytes(wanted: usize) -> Result<()> {
    let wanted = rounded(wanted)?;
    let mut set = false;
    CONFIG.get_or_init(|| {
        set = true;
        BYTES.store(wanted, Ordering::Relaxed);
        VMConfig { wasm_stack_size: Some(whole(wanted)) }
    });
    if set || bytes() == wanted {
        return Ok(());
    }
    Err(Error::new(
        Status::InvalidArgument,
        format!("stack: it is {} bytes since the first arena, or since it was set", bytes()),
    ))
}

/// A number of bytes that stacks can have: from 64 KiB to 64 MiB, rounded up to 64 KiB.
fn rounded(wanted: usize) -> Result<usize> {
    const UNIT: usize = 64 * 1024;
    const MOST: usize = 64 * 1024 * 1024;
    if !(UNIT..=MOST).contains(&wanted) {
        return Err(Error::new(
            Status::InvalidArgument,
            format!("stack of {wanted} bytes asked for, from {UNIT} to {MOST} can be had"),
        ));
    }
    Ok(wanted.next_multiple_of(UNIT))
}

/// As many bytes as the guests of one engine may use, which the process must have. From then on the number for
/// the process stays.
pub fn for_engine(wanted: usize) -> Result<usize> {
    let (wanted, most) = (rounded(wanted)?, whole_process());
    if wanted <= most {
        return Ok(wanted);
    }
    Err(Error::new(
        Status::InvalidArgument,
        format!(
            "stack of {wanted} bytes asked for, guests of this process have {most} at most; set that first"
        ),
    ))
}

fn whole_process() -> usize {
    config();
    bytes()
}

/// Sets the limit for the stack that this function is called on, and makes sure that the stack has
/// its guard zone where it is to be. The caller is the first frame on a fresh guest stack, so the
/// stack begins within a page above. `stack_bytes` are what the guest may use.
#[inline(always)]
pub fn set_limit(thread: &Thread, stack_bytes: usize) {
    let marker = 0u8;
    let here = std::hint::black_box(&marker) as *const u8 as usize;
    thread.limit.set(here - stack_bytes);
    thread.top.set(here);
    // A stack that has its guard says where, in a way that only this stack can, in the last word below the
    // lowest place where the zone can be: no guest gets there. wasmer gives us stacks of one size only, and
    // keeps them.
    let guard_end = guard_start(here, stack_bytes) + GUARD;
    let seal: *mut usize = std::ptr::without_provenance_mut(guard_start(here, bytes()));
    // SAFETY: the word before lies in the lowest bytes of this stack, which are mapped.
    unsafe {
        let seal = seal.sub(1);
        if *seal != SEAL ^ guard_end {
            move_guard(seal, guard_end);
        }
    }
}

/// Where the guard zone starts, from an address in the first 8 KiB of a stack. The top of the stack is
/// at most `PAGE` below what is rounded up here, and at most 8 KiB above it, so one page more keeps
/// the zone inside of the stack, and a word below it.
#[inline(always)]
fn guard_start(here: usize, stack_bytes: usize) -> usize {
    (here & !(PAGE - 1)) + PAGE - whole(stack_bytes) + PAGE
}

const SEAL: usize = 0x6775_6172_6465_645f;

/// # Safety
/// The seal of a stack, and the end of a zone in it.
#[cold]
#[inline(never)]
unsafe fn move_guard(seal: *mut usize, guard_end: usize) {
    // SAFETY: the caller's promise. A seal that is not 0 was written here.
    let moved = unsafe {
        let before = *seal;
        let opened = before == 0 || protect((before ^ SEAL) - GUARD, true);
        *seal = 0;
        opened && protect(guard_end - GUARD, false)
    };
    if !moved {
        // The system is out of mappings: no guest runs on a stack without a guard.
        overflow();
    }
    // SAFETY: as above.
    unsafe { *seal = SEAL ^ guard_end };
}

/// Opens or closes the guard zone of a stack.
fn protect(start: usize, open: bool) -> bool {
    #[cfg(unix)]
    {
        let access = if open { libc::PROT_READ | libc::PROT_WRITE } else { libc::PROT_NONE };
        // SAFETY: in the part of a guest's stack that no call uses yet.
        unsafe { libc::mprotect(std::ptr::without_provenance_mut(start), GUARD, access) == 0 }
    }
    #[cfg(not(unix))]
    {
        let _ = open;
        start == 0
    }
}

/// Traps as a stack overflow if less than the reserve is left of the guest's stack. To be called
/// on a guest's stack with nothing on it that must be dropped.
#[inline(always)]
pub fn require_reserve() -> &'static Thread {
    let marker = 0u8;
    let here = std::hint::black_box(&marker) as *const u8 as usize;
    let thread = thread::current();
    if here < thread.limit.get() {
        overflow();
    }
    thread
}

/// As `require_reserve`, on the way to a host function, which was called from where `left` says.
#[inline(always)]
pub fn require_reserve_from(left: impl FnOnce() -> Left) -> &'static Thread {
    let marker = 0u8;
    let here = std::hint::black_box(&marker) as *const u8 as usize;
    let thread = thread::current();
    if here < thread.limit.get() {
        thread.left_from.set(Some(left()));
        overflow();
    }
    thread
}

/// Addresses of the stack that a thread's guest runs on, its guard zone among them, and a little more.
pub fn of(thread: &Thread) -> Range<usize> {
    let end = thread.top.get() + PAGE;
    end.saturating_sub(whole(bytes()) + 3 * PAGE)..end
}

/// The instruction by which compiled code says "stack overflow" (trap code 0): wasmer's handler
/// reads the code from the instruction itself and unwinds the guest's stack.
#[cold]
#[inline(never)]
fn overflow() -> ! {
    // SAFETY: an undefined instruction on a guest's stack, which wasmer's handler turns into a
    // trap. It never returns.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        std::arch::asm!(".byte 0x0f, 0xb9, 0xc0", options(noreturn, nostack));
        #[cfg(target_arch = "aarch64")]
        std::arch::asm!("udf #0xc0", options(noreturn, nostack));
        #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
        compile_error!("libwasmer runs on x86_64 and aarch64");
    }
}

const COUNT: usize = Index::builtin_functions_total_number() as usize;

/// Every library call takes at most six integers or pointers and returns at most one, so it can be
/// passed on as six machine words in any calling convention that we support.
type LibraryCall = unsafe extern "C-unwind" fn(usize, usize, usize, usize, usize, usize) -> usize;

const TABLE_GROW: usize = Index::get_table_grow_index().index() as usize;
const IMPORTED_TABLE_GROW: usize = Index::get_imported_table_grow_index().index() as usize;
const MAKE_EXCEPTION: usize = Index::get_imported_alloc_exception_index().index() as usize;

/// wasmer's own library calls, read from the first instance: they are the same for all.
static REAL: OnceLock<[LibraryCall; COUNT]> = OnceLock::new();

/// What is done where a guest throws.
pub trait Throwing {
    /// Has wasmer make an exception, which `make` does. Called on a guest's stack.
    fn made(thread: &Thread, make: impl FnOnce() -> usize) -> usize;
}

unsafe extern "C-unwind" fn guarded<const N: usize, T: Throwing>(
    a: usize,
    b: usize,
    c: usize,
    d: usize,
    e: usize,
    f: usize,
) -> usize {
    let thread = require_reserve();
    let Some(real) = REAL.get() else { overflow() };
    // wasmer ends the process if a table cannot have the room that it grows into.
    let size_call = match N {
        TABLE_GROW => Some(Index::get_table_size_index()),
        IMPORTED_TABLE_GROW => Some(Index::get_imported_table_size_index()),
        _ => None,
    };
    if let Some(size_call) = size_call {
        let (instance, delta, table) = (a, c as u32, d);
        // SAFETY: called by compiled code with the instance and the table that it grows.
        let size = unsafe { real[size_call.index() as usize](instance, table, 0, 0, 0, 0) };
        if !room::has_for_table(size as u32, delta) {
            return u32::MAX as usize;
        }
    }
    // SAFETY: called by compiled code with the arguments of library call N.
    let call = || unsafe { real[N](a, b, c, d, e, f) };
    let result = if N == MAKE_EXCEPTION { T::made(thread, call) } else { call() };
    if interrupt::is_asked(thread) {
        interrupt::stop(thread, |_| {});
    }
    result
}

struct Guards<T>(PhantomData<T>);

macro_rules! guards {
    ($($number:literal)*) => { [$(guarded::<$number, T> as LibraryCall),*] };
}

impl<T: Throwing> Guards<T> {
    const ALL: [LibraryCall; COUNT] = guards!(
        0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17
        18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35
    );
}

/// Puts the guards into a new instance.
///
/// # Safety
/// The instance was just made by wasmer and none of its code has run.
pub unsafe fn install<T: Throwing>(instance: &VMInstance) {
    let first = instance.vmoffsets().vmctx_builtin_function(Index::get_memory32_grow_index());
    // SAFETY: the table of library calls lies in the instance at the offset that wasmer itself
    // uses; it has COUNT entries of one function pointer each, and no code reads it yet.
    unsafe {
        let table = instance
            .vmctx_ptr()
            .cast::<u8>()
            .add(first as usize)
            .cast::<[Option<LibraryCall>; COUNT]>();
        let real = *table;
        let known = REAL.get_or_init(|| std::array::from_fn(|n| real[n].unwrap_or(missing)));
        for (number, guard) in Guards::<T>::ALL.iter().enumerate() {
            // The personality routine runs inside the unwinder, and unused entries stay empty.
            if number == Index::get_imported_personality2_index().index() as usize {
                continue;
            }
            if let Some(original) = real[number] {
                debug_assert!(std::ptr::fn_addr_eq(original, known[number]));
                (*table)[number] = Some(*guard);
            }
        }
    }
}

unsafe extern "C-unwind" fn missing(
    _: usize,
    _: usize,
    _: usize,
    _: usize,
    _: usize,
    _: usize,
) -> usize {
    overflow()
}
