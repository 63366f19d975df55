//! What C holds of wasm.h: pointers that are counted, copied and deleted in any order and on any
//! thread, and calls through them.

use crate::guest::{self, Code, Way};
use crate::runtime::{ExternType, FuncType, Slot, Status, ValueKind};
use crate::standard::engine::{wasm_engine_delete, wasm_engine_new};
use crate::standard::externs::*;
use crate::standard::externtype::*;
use crate::standard::foreign::*;
use crate::standard::func::*;
use crate::standard::global::*;
use crate::standard::globaltype::wasm_globaltype_new;
use crate::standard::last_error::*;
use crate::standard::reference::*;
use crate::standard::store::{object, store, wasm_store_delete, wasm_store_new, wasm_store_t};
use crate::standard::table::*;
use crate::standard::tabletype::wasm_tabletype_new;
use crate::standard::trap::*;
use crate::standard::val::*;
use crate::standard::valtype::wasm_valtype_new;
use crate::standard::vector::*;
use std::ffi::c_void;
use std::ptr::{null, null_mut};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

const I32: u8 = ValueKind::I32 as u8;
pub const EXTERNREF: u8 = ValueKind::ExternRef as u8;

/// What one of the functions for C writes into a vector that held nothing before.
pub fn filled<T>(fill: impl FnOnce(*mut Vector<T>)) -> Vector<T> {
    let mut out = std::mem::MaybeUninit::uninit();
    fill(out.as_mut_ptr());
    // SAFETY: vectors are always written.
    unsafe { out.assume_init() }
}

/// A pointer that a test takes to another thread.
struct Sent<T>(*mut T);

// SAFETY: wasm.h allows it for what is sent here.
unsafe impl<T> Send for Sent<T> {}

impl<T> Sent<T> {
    fn get(&self) -> *mut T {
        self.0
    }
}

pub unsafe fn new_store() -> *mut wasm_store_t {
    // SAFETY: the store keeps what it needs of the engine.
    unsafe {
        let engine = wasm_engine_new();
        let store = wasm_store_new(engine);
        wasm_engine_delete(engine);
        store
    }
}

/// A guest as C gets to know it.
unsafe fn func(
    of: *mut wasm_store_t,
    ty: &FuncType,
    body: impl Fn(&Way, *mut Slot) -> crate::runtime::Result<()> + Send + Sync + 'static,
) -> (*mut wasm_func_t, Code) {
    // SAFETY: the caller's store.
    let store = unsafe { store(of) }.unwrap();
    let (handle, code) = guest::add(store.arena(), ty.clone(), body).unwrap();
    let reference = object(&store, handle).unwrap().unwrap();
    (wasm_ref_t::into_raw(reference), code)
}

/// A guest that calls a callback of C's.
unsafe fn through(
    of: *mut wasm_store_t,
    ty: &FuncType,
    host: *mut wasm_func_t,
) -> (*mut wasm_func_t, Code) {
    // SAFETY: the caller's objects.
    unsafe {
        let handle = (*host).body.object().unwrap().handle().unwrap();
        func(of, ty, move |way, slots| way.host(handle, slots))
    }
}

/// A callback as C makes it; the type is given away.
unsafe fn callback(
    of: *mut wasm_store_t,
    ty: &FuncType,
    body: wasm_func_callback_with_env_t,
    env: *mut c_void,
    finalizer: Option<unsafe extern "C" fn(*mut c_void)>,
) -> *mut wasm_func_t {
    // SAFETY: the caller's objects.
    unsafe {
        let ty = wasm_externtype_t::into_raw(ExternType::Func(ty.clone())).unwrap();
        let func = wasm_func_new_with_env(of, ty, body, env, finalizer);
        wasm_externtype_delete(ty);
        func
    }
}

pub fn number(value: i32) -> wasm_val_t {
    wasm_val_t { kind: I32, of: wasm_val_payload_t { i32: value } }
}

pub fn object_value(reference: *mut wasm_ref_t) -> wasm_val_t {
    wasm_val_t { kind: EXTERNREF, of: wasm_val_payload_t { reference } }
}

/// A vector that borrows an array.
fn view(values: &mut [wasm_val_t]) -> wasm_val_vec_t {
    wasm_val_vec_t { size: values.len(), data: values.as_mut_ptr() }
}

unsafe fn call_number(func: *const wasm_func_t, argument: i32) -> Result<i32, *mut wasm_trap_t> {
    let (mut args, mut results) = ([number(argument)], [wasm_val_t::INIT]);
    let (args, mut room) = (view(&mut args), view(&mut results));
    // SAFETY: the caller's function.
    let trap = unsafe { wasm_func_call(func, &args, &mut room) };
    // SAFETY: results are written if there is no trap.
    if trap.is_null() { Ok(unsafe { results[0].of.i32 }) } else { Err(trap) }
}

unsafe fn message(trap: *const wasm_trap_t) -> String {
    let mut text = wasm_byte_vec_t::EMPTY;
    // SAFETY: the caller's trap.
    unsafe {
        wasm_trap_message(trap, &mut text);
        let bytes = text.elements("text").unwrap().to_vec();
        wasm_byte_vec_delete(&mut text);
        String::from_utf8(bytes.strip_suffix(b"\0").unwrap().to_vec()).unwrap()
    }
}

/// Counts in the word that it is given.
pub unsafe extern "C" fn count(word: *mut c_void) {
    // SAFETY: the tests pass a counter that lives longer.
    unsafe { &*word.cast::<AtomicUsize>() }.fetch_add(1, SeqCst);
}

pub fn word(counter: &AtomicUsize) -> *mut c_void {
    std::ptr::from_ref(counter).cast_mut().cast()
}

/// What a callback needs to call back.
struct Back {
    func: *mut wasm_func_t,
    store: *mut wasm_store_t,
    trap: *mut wasm_trap_t,
    finalized: AtomicUsize,
}

unsafe extern "C" fn finalize_back(env: *mut c_void) {
    // SAFETY: the environment of the tests below.
    unsafe { &(*env.cast::<Back>()).finalized }.fetch_add(1, SeqCst);
}

/// Calls another function with one more, and adds 100.
unsafe extern "C" fn call_back(
    env: *mut c_void,
    args: *const wasm_val_vec_t,
    results: *mut wasm_val_vec_t,
) -> *mut wasm_trap_t {
    // SAFETY: what the library passes.
    unsafe {
        let back = &*env.cast::<Back>();
        let argument = (*(*args).data).of.i32;
        if argument < 0 {
            return wasm_trap_copy(back.trap);
        }
        match call_number(back.func, argument + 1) {
            Ok(result) => {
                (*(*results).data).of.i32 = result + 100;
                null_mut()
            }
            Err(trap) => trap,
        }
    }
}

#[test]
fn a_callback_calls_back_and_its_trap_comes_through() {
    let ty = FuncType::new(&[ValueKind::I32], &[ValueKind::I32]);
    // SAFETY: each object is deleted once.
    unsafe {
        let store = new_store();
        let (twice, _code) = func(store, &ty, |_, slots| {
            *slots.cast::<i32>() *= 2;
            Ok(())
        });
        let mut text = filled(|out| wasm_byte_vec_new(out, 4, b"none".as_ptr()));
        let trap = wasm_trap_new(store, &text);
        wasm_byte_vec_delete(&mut text);
        let back = Back { func: twice, store, trap, finalized: AtomicUsize::new(0) };
        let env = std::ptr::from_ref(&back).cast_mut().cast();
        let host = callback(store, &ty, Some(call_back), env, Some(finalize_back));
        let (start, _code) = through(store, &ty, host);
        for argument in 0..3 {
            assert_eq!(call_number(start, argument).ok().unwrap(), 2 * (argument + 1) + 100);
        }
        let found = call_number(start, -1).unwrap_err();
        assert!(wasm_trap_same(found, trap));
        assert_eq!(message(found), "none");
        for object in [found, trap, start] {
            wasm_ref_delete(object);
        }
        assert_eq!(back.finalized.load(SeqCst), 0);
        wasm_ref_delete(host);
        // Nothing else reaches it, and the store is there still.
        assert_eq!(back.finalized.load(SeqCst), 1);
        wasm_ref_delete(twice);
        wasm_store_delete(store);
        assert_eq!(back.finalized.load(SeqCst), 1);
    }
}

/// Deletes the store and the function that it runs in, and returns.
unsafe extern "C" fn delete_all(
    env: *mut c_void,
    _: *const wasm_val_vec_t,
    results: *mut wasm_val_vec_t,
) -> *mut wasm_trap_t {
    // SAFETY: the environment of the test below; what is deleted is not used again.
    unsafe {
        let back = &*env.cast::<Back>();
        wasm_func_delete(back.func);
        wasm_store_delete(back.store);
        assert_eq!(back.finalized.load(SeqCst), 0);
        (*(*results).data).of.i32 = 1;
    }
    null_mut()
}

#[test]
fn a_callback_deletes_its_store() {
    let ty = FuncType::new(&[], &[ValueKind::I32]);
    // SAFETY: `start` alone is left when the callback has deleted the others.
    unsafe {
        let store = new_store();
        let mut back =
            Back { func: null_mut(), store, trap: null_mut(), finalized: AtomicUsize::new(0) };
        let place = &raw mut back;
        let host = callback(store, &ty, Some(delete_all), place.cast(), Some(finalize_back));
        (*place).func = host;
        let (start, _code) = through(store, &ty, host);
        let mut results = [wasm_val_t::INIT];
        let mut room = view(&mut results);
        assert!(wasm_func_call(start, null(), &mut room).is_null());
        assert_eq!(results[0].of.i32, 1);
        wasm_func_delete(start);
        assert_eq!((*place).finalized.load(SeqCst), 1);
    }
}

/// Gives its argument back, twice owned; with a number that is not 0, a trap after that.
unsafe extern "C" fn give_back(
    env: *mut c_void,
    args: *const wasm_val_vec_t,
    results: *mut wasm_val_vec_t,
) -> *mut wasm_trap_t {
    // SAFETY: what the library passes.
    unsafe {
        let (args, room) = ((*args).elements("args").unwrap(), (*results).data);
        wasm_val_copy(room, &args[1]);
        wasm_val_copy(room.add(1), &args[1]);
        if args[0].of.i32 == 0 { null_mut() } else { wasm_trap_new(env.cast(), null()) }
    }
}

#[test]
fn references_in_values_have_one_owner_each() {
    use ValueKind::{ExternRef, I32};
    let ty = FuncType::new(&[I32, ExternRef], &[ExternRef, ExternRef]);
    let gone = AtomicUsize::new(0);
    // SAFETY: each object is deleted once.
    unsafe {
        let store = new_store();
        let foreign = wasm_foreign_new(store);
        wasm_foreign_set_host_info_with_finalizer(foreign, word(&gone), Some(count));
        let host = callback(store, &ty, Some(give_back), store.cast(), None);
        let (start, _code) = through(store, &ty, host);
        for (case, same) in [(0, foreign), (0, null_mut()), (0, host), (1, foreign)] {
            let (mut args, mut results) =
                ([number(case), object_value(same)], [wasm_val_t::INIT; 2]);
            let (args, mut room) = (view(&mut args), view(&mut results));
            let trap = wasm_func_call(start, &args, &mut room);
            assert_eq!(trap.is_null(), case == 0);
            wasm_trap_delete(trap);
            for result in &mut results {
                let found = result.of.reference;
                assert_eq!(wasm_ref_same(found, same), case == 0 && !same.is_null());
                assert!(found.is_null() == (case == 1 || same.is_null()));
                wasm_val_delete(result);
                assert!(result.of.reference.is_null());
            }
        }
        let found = wasm_foreign_get_host_info(foreign);
        assert_eq!(found, word(&gone));
        wasm_ref_delete(foreign);
        wasm_ref_delete(start);
        wasm_ref_delete(host);
        // It went into wasm, where nothing has it any more.
        assert_eq!(gone.load(SeqCst), 1);
        wasm_store_delete(store);
        assert_eq!(gone.load(SeqCst), 1);
    }
}

#[test]
fn handles_go_to_other_threads() {
    let ty = FuncType::new(&[ValueKind::I32], &[ValueKind::I32]);
    let gone = AtomicUsize::new(0);
    // SAFETY: each copy is deleted once, by the thread that made it.
    unsafe {
        let store = new_store();
        let (start, code) = func(store, &ty, |_, slots| {
            thread::yield_now();
            *slots.cast::<i32>() += 1;
            Ok(())
        });
        wasm_func_set_host_info_with_finalizer(start, word(&gone), Some(count));
        wasm_store_delete(store);
        let worked = thread::scope(|scope| {
            let threads = [(); 3].map(|()| {
                let own = Sent(wasm_func_copy(start));
                scope.spawn(move || {
                    let mut worked = 0;
                    for round in 0..4 {
                        let copied = wasm_func_copy(own.get());
                        match call_number(copied, round) {
                            Ok(found) => {
                                assert_eq!(found, round + 1);
                                worked += 1;
                            }
                            Err(trap) => {
                                assert_eq!(message(trap), "another thread is using the arena");
                                wasm_trap_delete(trap);
                            }
                        }
                        wasm_func_delete(copied);
                    }
                    wasm_func_delete(own.get());
                    worked
                })
            });
            wasm_func_delete(start);
            threads.map(|thread| thread.join().unwrap())
        });
        assert!(worked.iter().sum::<i32>() > 0);
        assert_eq!(gone.load(SeqCst), 1);
        drop(code);
    }
}
