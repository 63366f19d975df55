//! Functions: calls, and host functions.

use super::arena::{arena, libwasmer_arena_t, libwasmer_handle_t};
use super::error::libwasmer_error_t;
use super::interrupt::libwasmer_interrupt_t;
use crate::ffi::{self, Env};
use crate::runtime::value::{slots_to_words, with_slots, words_to_slots};
use crate::runtime::{
    Arena, CallInfo, Error, FuncType, HostCall, HostFunc, Result, Signature, Slot, Status,
    ValueKind,
};
use std::ffi::c_void;
use std::sync::Arc;

/// A value in a call. The kind is that of the parameter or result at its place; narrow kinds use
/// the first bytes, and what is behind them has no meaning. Arrays of slots are used in place if
/// they are aligned to 16 bytes, and copied if not.
#[repr(C)]
#[derive(Clone, Copy)]
pub union libwasmer_slot_t {
    pub i32: i32,
    pub i64: i64,
    pub f32: f32,
    pub f64: f64,
    /// In the order of memory (little-endian).
    pub v128: [u8; 16],
    /// A funcref or externref.
    pub handle: libwasmer_handle_t,
}

const _: () = assert!(size_of::<libwasmer_slot_t>() == size_of::<Slot>());

/// What a host function learns of the call. Valid until it returns.
#[repr(C)]
pub struct libwasmer_caller_t {
    pub arena: *const libwasmer_arena_t,
    /// The instance that imports the function, or 0 if no instance does.
    pub instance: libwasmer_handle_t,
    /// The word given to the call that is running.
    pub call_data: u64,
}

/// A host function. Arguments are in `slots`, results go there; `count` is the larger of the
/// numbers of parameters and results. NULL for success, or an error from `libwasmer_error_new`,
/// which is taken over and ends the call of the wasm function. Runs on the thread and on the stack
/// that the wasm function was called on; must return (no `longjmp`).
pub type libwasmer_callback_t = Option<
    unsafe extern "C" fn(
        env: *mut c_void,
        caller: *const libwasmer_caller_t,
        slots: *mut libwasmer_slot_t,
        count: usize,
    ) -> *mut libwasmer_error_t,
>;

/// As `libwasmer_callback_t`, but a value is a word of 64 bits, two for a v128 (low word first).
/// Narrow arguments are extended by zeros; of narrow results the low bits count.
pub type libwasmer_word_callback_t = Option<
    unsafe extern "C" fn(
        env: *mut c_void,
        caller: *const libwasmer_caller_t,
        words: *mut u64,
        count: usize,
    ) -> *mut libwasmer_error_t,
>;

/// Called once, when a host function is freed (with its arena, or after `libwasmer_release`), on the
/// thread that frees it. May be NULL.
pub type libwasmer_finalizer_t = Option<unsafe extern "C" fn(env: *mut c_void)>;

type RawCallback<V> = unsafe extern "C" fn(
    *mut c_void,
    *const libwasmer_caller_t,
    *mut V,
    usize,
) -> *mut libwasmer_error_t;

/// Runs a host function with its context.
unsafe fn run<V>(
    env: &Env,
    callback: RawCallback<V>,
    info: &CallInfo<'_>,
    values: *mut V,
    count: usize,
) -> Result<()> {
    let caller = libwasmer_caller_t {
        arena: std::ptr::from_ref::<Arena>(info.arena).cast(),
        instance: info.instance,
        call_data: info.call_data,
    };
    info.arena.lend(|| {
        // SAFETY: the callback is the caller's, and gets what its type says.
        let failed = unsafe { ffi::owned(callback(env.pointer, &caller, values, count)) };
        failed.map_or(Ok(()), |error| Err(error.into_error()))
    })
}

struct SlotBody(RawCallback<libwasmer_slot_t>, Env);

impl HostCall for SlotBody {
    unsafe fn call(
        &self,
        info: &CallInfo<'_>,
        signature: &Signature,
        slots: *mut Slot,
    ) -> Result<()> {
        // SAFETY: a slot of C's has the layout of a slot of ours.
        unsafe { run(&self.1, self.0, info, slots.cast(), signature.slots) }
    }

    fn word(&self) -> u64 {
        self.1.pointer as u64
    }
}

struct WordBody(RawCallback<u64>, Env);

impl HostCall for WordBody {
    unsafe fn call(
        &self,
        info: &CallInfo<'_>,
        signature: &Signature,
        slots: *mut Slot,
    ) -> Result<()> {
        // Room for words: as many slots hold at least that many. Nothing is filled in by slots.
        with_slots(
            signature.words,
            |_| Ok(0),
            |room| {
                let words: *mut u64 = room.cast();
                // SAFETY: `slots` holds the signature's slots, `words` its words.
                unsafe {
                    slots_to_words(&signature.ty.params, slots, words);
                    run(&self.1, self.0, info, words, signature.words)?;
                    words_to_slots(&signature.ty.results, words, slots);
                }
                Ok(())
            },
        )
    }

    fn word(&self) -> u64 {
        self.1.pointer as u64
    }
}

unsafe fn func_type(
    params: *const u8,
    param_count: usize,
    results: *const u8,
    result_count: usize,
) -> Result<FuncType> {
    const MOST: usize = FuncType::MOST;
    if param_count > MOST || result_count > MOST {
        return Err(Error::new(
            Status::InvalidArgument,
            format!(
                "function type with {param_count} parameters and {result_count} results, {MOST} of each are allowed"
            ),
        ));
    }
    // SAFETY: passed on.
    let (params, results): (Vec<ValueKind>, Vec<ValueKind>) = unsafe {
        (ffi::kinds(params, param_count, "params")?, ffi::kinds(results, result_count, "results")?)
    };
    Ok(FuncType::new(&params, &results))
}

/// Makes a host function in an arena. `params` and `results` are kinds of values, one byte each
/// (`libwasmer_valuekind_t`). `env` is handed to the callback, which must be usable on every thread
/// that enters the arena; the finalizer gets it in the end, also if this fails.
///
/// Statuses: BUSY, CLOSED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_func_new(
    arena: *const libwasmer_arena_t,
    params: *const u8,
    param_count: usize,
    results: *const u8,
    result_count: usize,
    callback: libwasmer_callback_t,
    env: *mut c_void,
    finalizer: libwasmer_finalizer_t,
    func: *mut libwasmer_handle_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let env = Env { pointer: env, finalizer };
    // SAFETY: passed on.
    unsafe {
        new(arena, (params, param_count, results, result_count), func, error, move || {
            Ok(Box::new(SlotBody(callback.ok_or_else(no_callback)?, env)))
        })
    }
}

/// As `libwasmer_func_new`, for a callback that takes words.
///
/// Statuses: BUSY, CLOSED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_func_new_words(
    arena: *const libwasmer_arena_t,
    params: *const u8,
    param_count: usize,
    results: *const u8,
    result_count: usize,
    callback: libwasmer_word_callback_t,
    env: *mut c_void,
    finalizer: libwasmer_finalizer_t,
    func: *mut libwasmer_handle_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let env = Env { pointer: env, finalizer };
    // SAFETY: passed on.
    unsafe {
        new(arena, (params, param_count, results, result_count), func, error, move || {
            Ok(Box::new(WordBody(callback.ok_or_else(no_callback)?, env)))
        })
    }
}

fn no_callback() -> Error {
    Error::new(Status::NullArgument, "argument callback is NULL")
}

/// A host function of no arena.
///
/// # Safety
/// As for `libwasmer_func_new`.
pub(super) unsafe fn host(
    (params, param_count, results, result_count): (*const u8, usize, *const u8, usize),
    callback: libwasmer_callback_t,
    env: Env,
) -> Result<HostFunc> {
    // SAFETY: passed on.
    let ty = unsafe { func_type(params, param_count, results, result_count)? };
    let body = Box::new(SlotBody(callback.ok_or_else(no_callback)?, env));
    Ok(HostFunc { signature: Arc::new(Signature::new(ty)), body })
}

unsafe fn new(
    arena: *const libwasmer_arena_t,
    (params, param_count, results, result_count): (*const u8, usize, *const u8, usize),
    func: *mut libwasmer_handle_t,
    error: *mut *mut libwasmer_error_t,
    body: impl FnOnce() -> Result<Box<dyn HostCall>>,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (arena, ty, write) = unsafe {
            (
                self::arena(arena)?,
                func_type(params, param_count, results, result_count)?,
                ffi::write(func, "func")?,
            )
        };
        write(arena.new_func(ty, body()?)?);
        Ok(())
    })
}

/// Calls a function. Arguments are in `slots`, results go there; `count` is at least the larger of
/// the numbers of parameters and results (`slots` may be NULL if `count` is 0). After an error the
/// slots hold anything. Allocates nothing.
///
/// Statuses: BUSY, CLOSED, HANDLE, LINK, and those of a call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_func_call(
    arena: *const libwasmer_arena_t,
    func: libwasmer_handle_t,
    slots: *mut libwasmer_slot_t,
    count: usize,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard_call(error, || {
        // SAFETY: the caller's promise.
        let arena = unsafe { self::arena(arena)? };
        // Slots may be anywhere; words are aligned.
        ffi::in_place(slots.cast::<u8>(), count, "slots")?;
        let aligned: *mut Slot = slots.cast();
        if aligned.is_aligned() {
            // SAFETY: the caller's promise, and the layout is the same.
            return unsafe { arena.call(func, aligned, count, 0) };
        }
        let count = count.min(arena.signature(func)?.slots);
        let bytes: *mut u8 = slots.cast();
        let size = count * size_of::<Slot>();
        // SAFETY: both hold `count` slots.
        let fill = |room: *mut Slot| unsafe {
            std::ptr::copy(bytes, room.cast(), size);
            Ok(count)
        };
        with_slots(count, fill, |room| {
            // SAFETY: as above.
            unsafe {
                arena.call(func, room, count, 0)?;
                std::ptr::copy(room.cast(), bytes, size);
            }
            Ok(())
        })
    })
}

/// Calls a function whose values are words of 64 bits: one for each, two for a v128, low word first.
/// `count` is at least what the parameters or the results take, whichever is more (`words` may be
/// NULL if `count` is 0). Narrow results are extended by zeros. `call_data` is handed to host
/// functions that are called meanwhile.
///
/// Statuses: BUSY, CLOSED, HANDLE, LINK, and those of a call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_func_call_words(
    arena: *const libwasmer_arena_t,
    func: libwasmer_handle_t,
    words: *mut u64,
    count: usize,
    call_data: u64,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard_call(error, || {
        // SAFETY: the caller's promise.
        let arena = unsafe { self::arena(arena)? };
        ffi::in_place(words, count, "words")?;
        // SAFETY: the caller's promise.
        unsafe { arena.call_words(func, words, count, call_data) }
    })
}

/// As `libwasmer_func_call_words`, made under an interrupt, whatever is set for the arena.
///
/// Statuses: BUSY, CLOSED, HANDLE, LINK, and those of a call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_func_call_words_under(
    arena: *const libwasmer_arena_t,
    func: libwasmer_handle_t,
    words: *mut u64,
    count: usize,
    call_data: u64,
    interrupt: *const libwasmer_interrupt_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard_call(error, || {
        // SAFETY: the caller's promise.
        let (arena, interrupt) =
            unsafe { (self::arena(arena)?, ffi::borrow(interrupt, "interrupt")?) };
        ffi::in_place(words, count, "words")?;
        // SAFETY: the caller's promise.
        arena.under(interrupt.interrupt.clone(), || unsafe {
            arena.call_words(func, words, count, call_data)
        })
    })
}
