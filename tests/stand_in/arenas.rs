//! Who owns an arena, and what becomes of it while calls are on the stack.

use crate::guest::{self, Code, Way};
use crate::runtime::ValueKind::*;
use crate::runtime::*;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

/// An arena as C holds it: a pointer that says nothing of ownership.
#[derive(Clone, Copy)]
pub struct Raw(*mut Arena);

// SAFETY: arenas may be used from any thread.
unsafe impl Send for Raw {}
unsafe impl Sync for Raw {}

impl Raw {
    pub fn new() -> Self {
        Self(Arena::new(&Engine::new(Config::default())).as_ptr())
    }

    pub fn delete(self) {
        // SAFETY: each test deletes an arena once and does not use it any more.
        unsafe { Arena::delete(self.0) };
    }
}

impl Deref for Raw {
    type Target = Arena;

    fn deref(&self) -> &Arena {
        // SAFETY: not deleted yet, or this thread is inside.
        unsafe { &*self.0 }
    }
}

/// Says that it was dropped.
pub struct Gone(Arc<AtomicBool>);

impl Drop for Gone {
    fn drop(&mut self) {
        assert!(!self.0.swap(true, SeqCst), "dropped once");
    }
}

struct Host<F>(F, Option<Gone>);

impl<F: Fn(&CallInfo<'_>, *mut Slot) -> Result<()> + Send + Sync> HostCall for Host<F> {
    unsafe fn call(&self, info: &CallInfo<'_>, _: &Signature, slots: *mut Slot) -> Result<()> {
        (self.0)(info, slots)
    }
}

pub fn host(
    arena: Raw,
    ty: &FuncType,
    gone: Option<Gone>,
    body: impl Fn(&CallInfo<'_>, *mut Slot) -> Result<()> + Send + Sync + 'static,
) -> Handle {
    arena.new_func(ty.clone(), Box::new(Host(body, gone))).unwrap()
}

/// A guest that passes its slots on to a host function.
pub fn through(arena: Raw, ty: FuncType, host: Handle) -> (Handle, Code) {
    guest::add(&arena, ty, move |way: &Way, slots: *mut Slot| way.host(host, slots)).unwrap()
}

/// A guest that adds one to an i32, and writes no more than that.
pub fn adder(arena: Raw) -> (Handle, Code) {
    guest::add(&arena, FuncType::new(&[I32], &[I32]), |_: &Way, slots: *mut Slot| {
        let place = slots.cast::<u32>();
        // SAFETY: a call of this type has a slot.
        unsafe { *place = (*place).wrapping_add(1) };
        Ok(())
    })
    .unwrap()
}

pub fn call(arena: Raw, func: Handle, number: u32) -> Result<u32> {
    let mut slot = Slot([number.into(), 0]);
    // SAFETY: one slot.
    unsafe { arena.call(func, &mut slot, 1, 7)? };
    Ok(slot.0[0] as u32)
}

pub fn status<T>(result: Result<T>) -> Status {
    result.err().map_or(Status::Ok, |error| error.status)
}

pub fn i32_to_i32() -> FuncType {
    FuncType::new(&[I32], &[I32])
}

#[test]
fn one_thread_is_inside_and_enters_as_often_as_it_likes() {
    let arena = Raw::new();
    {
        let outer = arena.enter().unwrap();
        let inner = arena.enter().unwrap();
        let handle = inner.with(|contents| contents.new_extern(4)).unwrap().unwrap();
        drop(inner);
        thread::spawn(move || assert_eq!(status(arena.enter()), Status::Busy)).join().unwrap();
        assert_eq!(outer.with(|contents| contents.refs.extern_data(handle)).unwrap().unwrap(), 4);
    }
    thread::spawn(move || assert_eq!(status(arena.enter()), Status::Ok)).join().unwrap();
    arena.delete();
}

#[test]
fn what_is_closed_from_inside_lives_until_the_call_returns() {
    let arena = Raw::new();
    let flag = Arc::new(AtomicBool::new(false));
    let seen = flag.clone();
    let close = host(arena, &i32_to_i32(), Some(Gone(flag.clone())), move |info, slots| {
        info.arena.close();
        info.arena.close();
        assert_eq!(status(info.arena.enter()), Status::Closed);
        assert_eq!(status(info.arena.new_extern(1)), Status::Closed);
        assert!(!seen.load(SeqCst));
        // SAFETY: one slot.
        unsafe { (*slots).0[0] += 1 };
        Ok(())
    });
    let (start, _code) = through(arena, i32_to_i32(), close);
    assert_eq!(call(arena, start, 1).unwrap(), 2);
    assert!(flag.load(SeqCst));
    assert_eq!(status(call(arena, start, 1)), Status::Closed);
    arena.close();
    arena.delete();
}

#[test]
fn what_is_deleted_from_inside_is_freed_with_the_call() {
    for deep in [false, true] {
        let (arena, other) = (Raw::new(), Raw::new());
        let flag = Arc::new(AtomicBool::new(false));
        let seen = flag.clone();
        let delete = host(arena, &i32_to_i32(), Some(Gone(flag.clone())), move |_, _| {
            arena.delete();
            assert!(!seen.load(SeqCst));
            Ok(())
        });
        let (inner, _code) = through(arena, i32_to_i32(), delete);
        let between = host(other, &i32_to_i32(), None, move |_, _| call(arena, inner, 0).map(drop));
        let (between, _code) = through(other, i32_to_i32(), between);
        let outer = host(arena, &i32_to_i32(), None, move |_, _| call(other, between, 0).map(drop));
        let (outer, _code) = through(arena, i32_to_i32(), outer);
        assert_eq!(call(arena, if deep { outer } else { inner }, 3).unwrap(), 3);
        assert!(flag.load(SeqCst));
        other.delete();
    }
}

/// A guest that says that it is inside, and goes on when it is told to.
fn waits(arena: Raw, gone: Gone) -> (Handle, Code, Receiver<()>, Sender<()>) {
    let ((inside, told), (tell, go)) = (channel(), channel());
    let (inside, go) = (Mutex::new(inside), Mutex::new(go));
    let wait = host(arena, &i32_to_i32(), Some(gone), move |_, slots| {
        inside.lock().unwrap().send(()).unwrap();
        go.lock().unwrap().recv().unwrap();
        // SAFETY: one slot.
        unsafe { (*slots).0[0] += 1 };
        Ok(())
    });
    let (start, code) = through(arena, i32_to_i32(), wait);
    (start, code, told, tell)
}

#[test]
fn another_thread_closes_or_deletes_and_the_call_goes_on() {
    for delete in [false, true] {
        let arena = Raw::new();
        let flag = Arc::new(AtomicBool::new(false));
        let (start, _code, told, tell) = waits(arena, Gone(flag.clone()));
        let caller = thread::spawn(move || call(arena, start, 1).unwrap());
        told.recv().unwrap();
        assert_eq!(status(arena.new_extern(1)), Status::Busy);
        if delete {
            arena.delete();
        } else {
            arena.close();
            assert_eq!(status(arena.new_extern(1)), Status::Closed);
        }
        assert!(!flag.load(SeqCst));
        tell.send(()).unwrap();
        assert_eq!(caller.join().unwrap(), 2);
        assert!(flag.load(SeqCst));
        if !delete {
            arena.delete();
        }
    }
}

#[test]
fn a_delete_meets_the_end_of_a_call() {
    for _ in 0..8 {
        let arena = Raw::new();
        let flag = Arc::new(AtomicBool::new(false));
        let (start, _code, told, tell) = waits(arena, Gone(flag.clone()));
        let caller = thread::spawn(move || call(arena, start, 1).unwrap());
        told.recv().unwrap();
        tell.send(()).unwrap();
        arena.delete();
        assert_eq!(caller.join().unwrap(), 2);
        assert!(flag.load(SeqCst));
    }
}

#[test]
fn threads_that_meet_are_told_so_and_see_what_the_others_did() {
    let arena = Raw::new();
    let flag = Arc::new(AtomicBool::new(false));
    let (add, _code) = adder(arena);
    let total = Arc::new(AtomicUsize::new(0));
    let sum = arena.new_global(GlobalType { kind: I64, mutable: true }, Slot::default()).unwrap();
    host(arena, &i32_to_i32(), Some(Gone(flag.clone())), |_, _| Ok(()));
    let work = |total: Arc<AtomicUsize>| {
        move || {
            loop {
                let entered = match arena.enter() {
                    Ok(entered) => entered,
                    Err(error) if error.status == Status::Busy => continue,
                    Err(error) => break assert_eq!(error.status, Status::Closed),
                };
                let Ok(found) = arena.global_get(sum) else { break };
                let number = call(arena, add, found.0[0] as u32);
                let Ok(number) = number else { break };
                if arena.global_set(sum, Slot([number.into(), 0])).is_err() {
                    break;
                }
                // Not an atomic addition: who is inside is alone.
                let before = total.load(SeqCst);
                assert_eq!(before as u32 + 1, number);
                total.store(before + 1, SeqCst);
                drop(entered);
            }
        }
    };
    let threads = [(); 3].map(|()| thread::spawn(work(total.clone())));
    while total.load(SeqCst) < 5 {
        thread::yield_now();
    }
    arena.close();
    for thread in threads {
        thread.join().unwrap();
    }
    assert!(flag.load(SeqCst));
    arena.delete();
}

#[test]
fn what_is_abandoned_is_closed_and_stays() {
    // Reachable, so that the memory that is never freed does not count as leaked.
    static KEPT: AtomicPtr<Arena> = AtomicPtr::new(std::ptr::null_mut());
    static CODE: Mutex<Vec<Code>> = Mutex::new(Vec::new());
    let arena = Raw::new();
    KEPT.store(arena.0, SeqCst);
    let (inner, code) = adder(arena);
    CODE.lock().unwrap().push(code);
    let data = arena.new_extern(3).unwrap();
    let entered = arena.enter().unwrap();
    // As a longjmp does.
    std::mem::forget(entered);
    arena.abandon();
    assert_eq!(status(call(arena, inner, 1)), Status::Closed);
    assert_eq!(status(arena.extern_data(data)), Status::Closed);
    arena.close();
    thread::spawn(move || assert_eq!(status(arena.enter()), Status::Closed)).join().unwrap();
}
