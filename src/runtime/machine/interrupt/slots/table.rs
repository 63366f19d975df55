//! All slots, and which thread has which.

use super::super::super::thread;
use super::Slot;
use crate::runtime::base::error::{Error, Result, Status};
use std::cell::Cell;
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Slots by number, in blocks that are made when they are needed.
const BLOCK: usize = 64;
const BLOCKS: usize = 1024;
static SLOTS: [AtomicPtr<[Slot; BLOCK]>; BLOCKS] = [const { AtomicPtr::new(null_mut()) }; BLOCKS];
static FREE: Mutex<Vec<u32>> = Mutex::new(Vec::new());
static COUNT: AtomicU32 = AtomicU32::new(0);

/// The slot with a number. Takes no lock.
pub fn at(index: u32) -> Option<&'static Slot> {
    let block = SLOTS.get(index as usize / BLOCK)?.load(Ordering::Acquire);
    // SAFETY: blocks are never freed.
    (!block.is_null()).then(|| unsafe { &(*block)[index as usize % BLOCK] })
}

fn free() -> MutexGuard<'static, Vec<u32>> {
    FREE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Nobody else takes or gives a slot while this lives.
pub struct Held(#[expect(dead_code, reason = "it is dropped")] MutexGuard<'static, Vec<u32>>);

/// To be called before a fork, whose child would find the slots locked for ever else.
pub fn hold() -> Held {
    Held(free())
}

/// For the child of a fork, whose only thread this is: those who were about to ask this thread are gone.
pub fn forked() {
    let slot = thread::current().slot.get().cast_mut();
    if slot.is_null() {
        return;
    }
    // SAFETY: slots are never freed, and there is no other thread that could use this one.
    unsafe {
        (&raw mut (*slot).waits_on).write(Mutex::new(None));
        let slot = &*slot;
        slot.sending.store(false, Ordering::SeqCst);
        slot.arrived();
        slot.set_thread();
        // Who was about to ask is gone, so it is looked when the host function returns that forked.
        slot.ask();
    }
}

/// The slot of a thread, by the system's number for it. Takes no lock.
pub fn of_thread(thread: i32) -> Option<&'static Slot> {
    let count = COUNT.load(Ordering::Acquire);
    (0..count).filter_map(at).find(|slot| slot.thread() == thread)
}

/// Gives the slot back when the thread ends.
struct Owner(&'static Slot);

impl Drop for Owner {
    fn drop(&mut self) {
        self.0.thread.store(0, Ordering::SeqCst);
        thread::current().slot.set(null());
        free().push(self.0.index);
    }
}

thread_local! {
    static OWNER: Cell<Option<Owner>> = const { Cell::new(None) };
}

/// The slot of this thread.
#[inline]
pub fn mine() -> Result<&'static Slot> {
    let slot = thread::current().slot.get();
    if slot.is_null() {
        return acquire();
    }
    // SAFETY: slots are never freed.
    Ok(unsafe { &*slot })
}

#[cold]
fn acquire() -> Result<&'static Slot> {
    let full = || Error::new(Status::Limit, "limit: too many threads call under an interrupt");
    let slot = {
        let mut free = free();
        let index = match free.pop() {
            Some(index) => index,
            None => {
                let index = COUNT.load(Ordering::Relaxed);
                let place = SLOTS.get(index as usize / BLOCK).ok_or_else(full)?;
                if (index as usize).is_multiple_of(BLOCK) {
                    place.store(Box::into_raw(new_block(index)), Ordering::Release);
                }
                COUNT.store(index + 1, Ordering::Release);
                index
            }
        };
        at(index).ok_or_else(full)?
    };
    let block = thread::current();
    slot.block.store(std::ptr::from_ref(block).cast_mut(), Ordering::SeqCst);
    slot.depth.store(0, Ordering::SeqCst);
    slot.in_host.store(false, Ordering::SeqCst);
    slot.asked.store(false, Ordering::SeqCst);
    slot.arrived();
    slot.set_thread();
    OWNER.with(|owner| owner.set(Some(Owner(slot))));
    block.slot.set(slot);
    Ok(slot)
}

fn new_block(first: u32) -> Box<[Slot; BLOCK]> {
    let slots: Vec<Slot> = (0..BLOCK as u32).map(|number| Slot::new(first + number)).collect();
    match slots.into_boxed_slice().try_into() {
        Ok(block) => block,
        Err(_) => unreachable!("a block of another size"),
    }
}
