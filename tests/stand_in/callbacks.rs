//! Callbacks and calls of libwasmer.h: slots and words that a program wrote no more of than it had to.

use crate::extension::arena::*;
use crate::extension::engine::{libwasmer_engine_delete, libwasmer_engine_new};
use crate::extension::error::*;
use crate::extension::func::*;
use crate::guest::{self, Code, Way};
use crate::runtime::ValueKind::{F64, I32, V128};
use crate::runtime::*;
use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

fn new_arena() -> *mut libwasmer_arena_t {
    let (mut engine, mut arena) = (null_mut(), null_mut());
    // SAFETY: both are places; the arena keeps the engine.
    unsafe {
        assert_eq!(libwasmer_engine_new(null(), &mut engine, null_mut()), Status::Ok);
        assert_eq!(libwasmer_arena_new(engine, &mut arena, null_mut()), Status::Ok);
        libwasmer_engine_delete(engine);
    }
    arena
}

/// A guest that calls a host function of C's, of the same type.
unsafe fn through(
    arena: *mut libwasmer_arena_t,
    ty: &FuncType,
    host: libwasmer_handle_t,
) -> (libwasmer_handle_t, Code) {
    // SAFETY: a libwasmer_arena_t is an Arena.
    let arena = unsafe { &*arena.cast::<Arena>() };
    guest::add(arena, ty.clone(), move |way: &Way, slots: *mut Slot| way.host(host, slots)).unwrap()
}

fn kinds(kinds: &[ValueKind]) -> Vec<u8> {
    kinds.iter().map(|&kind| kind as u8).collect()
}

unsafe extern "C" fn finalized(env: *mut c_void) {
    // SAFETY: the tests pass a counter that lives longer.
    unsafe { &*env.cast::<AtomicUsize>() }.fetch_add(1, SeqCst);
}

/// f64 to i32, of which it writes four bytes; an error for what is negative.
unsafe extern "C" fn truncate(
    _: *mut c_void,
    caller: *const libwasmer_caller_t,
    slots: *mut libwasmer_slot_t,
    count: usize,
) -> *mut libwasmer_error_t {
    // SAFETY: what the library passes.
    unsafe {
        assert_eq!((count, (*caller).call_data), (1, 0));
        let number = (*slots).f64;
        if number < 0.0 {
            return libwasmer_error_new(0, c"negative".as_ptr(), 8, 5);
        }
        slots.cast::<i32>().write(number as i32);
    }
    null_mut()
}

#[test]
fn slots_may_be_anywhere_and_half_written() {
    let count = AtomicUsize::new(0);
    let env = std::ptr::from_ref(&count).cast_mut().cast();
    let ty = FuncType::new(&[F64], &[I32]);
    // SAFETY: the slots are inside of the array.
    unsafe {
        let arena = new_arena();
        let (params, results) = (kinds(&ty.params), kinds(&ty.results));
        let (mut host, mut error) = (0, null_mut());
        let status = libwasmer_func_new(
            arena,
            params.as_ptr(),
            1,
            results.as_ptr(),
            1,
            Some(truncate),
            env,
            Some(finalized),
            &mut host,
            &mut error,
        );
        assert_eq!(status, Status::Ok);
        let (start, _code) = through(arena, &ty, host);
        let mut room = [MaybeUninit::<Slot>::uninit(); 2];
        for offset in [0, 8, 5, 1] {
            let slots = room.as_mut_ptr().cast::<u8>().add(offset);
            slots.cast::<f64>().write_unaligned(42.5);
            let status = libwasmer_func_call(arena, start, slots.cast(), 1, &mut error);
            assert_eq!((status, error), (Status::Ok, null_mut()));
            assert_eq!(slots.cast::<i32>().read_unaligned(), 42);

            slots.cast::<f64>().write_unaligned(-1.0);
            let status = libwasmer_func_call(arena, start, slots.cast(), 1, &mut error);
            assert_eq!((status, libwasmer_error_payload(error)), (Status::Host, 5));
            libwasmer_error_delete(error);
            let status = libwasmer_func_call(arena, start, slots.cast(), 0, &mut error);
            assert_eq!(status, Status::InvalidArgument);
            libwasmer_error_delete(error);
        }
        libwasmer_arena_delete(arena);
    }
    assert_eq!(count.load(SeqCst), 1);
}

/// v128 and i32 to i32 and v128, by words.
unsafe extern "C" fn turn(
    _: *mut c_void,
    caller: *const libwasmer_caller_t,
    words: *mut u64,
    count: usize,
) -> *mut libwasmer_error_t {
    // SAFETY: what the library passes.
    unsafe {
        assert_eq!((count, (*caller).call_data), (3, 77));
        let [low, high, number] = *words.cast::<[u64; 3]>();
        *words.cast::<[u64; 3]>() = [number | u64::from(u32::MAX) << 32, low, high];
    }
    null_mut()
}

#[test]
fn words_take_no_more_room_than_they_need() {
    let count = AtomicUsize::new(0);
    let env = std::ptr::from_ref(&count).cast_mut().cast();
    let ty = FuncType::new(&[V128, I32], &[I32, V128]);
    // SAFETY: three words, as the type says.
    unsafe {
        let arena = new_arena();
        let (params, results) = (kinds(&ty.params), kinds(&ty.results));
        let (mut host, mut error) = (0, null_mut());
        let status = libwasmer_func_new_words(
            arena,
            params.as_ptr(),
            2,
            results.as_ptr(),
            2,
            Some(turn),
            env,
            Some(finalized),
            &mut host,
            &mut error,
        );
        assert_eq!(status, Status::Ok);
        let (start, _code) = through(arena, &ty, host);
        let mut words = Box::new([1, 2, 3]);
        let place = words.as_mut_ptr();
        assert_eq!(libwasmer_func_call_words(arena, start, place, 3, 77, &mut error), Status::Ok);
        // Of the narrow result the low half counts.
        assert_eq!(*words, [3, 1, 2]);
        let place = words.as_mut_ptr();
        let status = libwasmer_func_call_words(arena, start, place, 2, 77, &mut error);
        assert_eq!(status, Status::InvalidArgument);
        libwasmer_error_delete(error);

        // Nothing can be called without a callback, and its environment is finalized all the same.
        let status = libwasmer_func_new_words(
            arena,
            null(),
            0,
            null(),
            0,
            None,
            env,
            Some(finalized),
            &mut host,
            null_mut(),
        );
        assert_eq!((status, count.load(SeqCst)), (Status::NullArgument, 1));
        libwasmer_arena_delete(arena);
    }
    assert_eq!(count.load(SeqCst), 2);
}
