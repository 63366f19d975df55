//! Exceptions that guests throw: how much of them is kept, and until when.
//!
//! wasmer puts each one into the store, with a backtrace, and never takes it out: compiled code has its
//! number, an `exnref`, in registers and on its stack, where it cannot be looked for. So nothing is freed
//! while a call into the arena is on any stack, and what is thrown meanwhile is held to a quota. When the
//! last call has ended, an `exnref` can only be in a global or a table of that type: the host never has
//! one. If no module in the arena has such a place, all exceptions are freed then.

use super::arena::Arena;
use crate::runtime::base::error::{Error, Status};
use crate::runtime::base::quota::Quota;
use crate::runtime::machine::frames;
use crate::runtime::machine::stack::Throwing;
use crate::runtime::machine::thread::Thread;
use crate::runtime::machine::trap;
use crate::runtime::machine::trap::HostFailure;
use wasmer_types::{ModuleInfo, RawValue, TrapCode, Type};
use wasmer_vm::{StoreObject, StoreObjects, Trap, VMExceptionObj, on_host_stack, raise_user_trap};

/// Exceptions for which the list of them stays allocated.
const SPARE: usize = 1024;

/// Whether something of a module can hold an exception while no call is running.
pub fn are_kept_by(info: &ModuleInfo) -> bool {
    info.globals.values().any(|global| global.ty == Type::ExceptionRef)
        || info.tables.values().any(|table| table.ty == Type::ExceptionRef)
}

/// Bytes that an exception takes, about: its place in the list, which grows by doubling, its backtrace, and
/// what it carries.
fn size(exception: &VMExceptionObj) -> usize {
    let frames = exception.backtrace().frames();
    let frame = frames.first().map_or(0, size_of_val);
    2 * size_of::<VMExceptionObj>()
        + exception.payload().len() * size_of::<RawValue>()
        + frames.len() * frame
}

/// How many there are.
pub fn count(store: &StoreObjects) -> usize {
    VMExceptionObj::list(store).len()
}

/// Frees all. No call into the arena may be running, and nothing in it may hold one.
pub fn free(store: &mut StoreObjects) {
    let list = VMExceptionObj::list_mut(store);
    list.clear();
    list.shrink_to(SPARE);
}

/// Exceptions are counted against the quota of the arena.
pub struct Counted;

impl Throwing for Counted {
    fn made(thread: &Thread, make: impl FnOnce() -> usize) -> usize {
        made(thread, make)
    }
}

/// Has wasmer make an exception, which `make` does, unless what was thrown before has taken all that it
/// may: then the guest's call ends. To be called on a guest's stack with nothing on it that must be dropped.
fn made(thread: &Thread, make: impl FnOnce() -> usize) -> usize {
    // SAFETY: the guest that throws is of the arena that this thread entered last, or came back to, and
    // which it is inside of.
    let arena = unsafe { &*thread.guest.get().cast::<Arena>() };
    // SAFETY: as above.
    let entered = unsafe { arena.entered() };
    let most = entered.with(|contents| contents.budget.quotas.get(Quota::ExceptionBytes));
    if most.is_ok_and(|most| arena.thrown.get() as u64 >= most) {
        refuse(arena);
    }
    let exception = make();
    let bytes = entered
        .with(|contents| VMExceptionObj::list(contents.objects.get()).last().map_or(0, size));
    arena.thrown.set(arena.thrown.get().saturating_add(bytes.unwrap_or(0)));
    exception
}

/// Ends the call of a guest that has thrown too much.
#[cold]
#[inline(never)]
fn refuse(arena: &Arena) -> ! {
    // Here, because the unwinder does not find the guest's frames from the host's stack.
    let trap = Trap::lib(TrapCode::UncaughtException);
    let failure = on_host_stack(move || refusal(arena, &trap));
    // SAFETY: wasm is on the stack below, and `failure` is moved.
    unsafe { raise_user_trap(failure) }
}

fn refusal(arena: &Arena, trap: &Trap) -> Box<HostFailure> {
    // SAFETY: the thread of the guest is inside of the arena.
    let entered = unsafe { arena.entered() };
    let known = entered.with(|contents| {
        let most = contents.budget.quotas.get(Quota::ExceptionBytes);
        (most, count(contents.objects.get()))
    });
    let (most, count) = known.unwrap_or_default();
    let mut error = Error::new(
        Status::Limit,
        format!(
            "limit: {count} exceptions that were thrown take {} bytes, {most} allowed; they are freed \
             when no call into the arena or store is running",
            arena.thrown.get()
        ),
    );
    trap::add_frames(&mut error, &frames::of_trap(trap));
    Box::new(HostFailure(error))
}
