//! Calls into wasm: one entry, values in slots in place.

use crate::runtime::base::error::{Error, Result, Status, TrapKind};
use crate::runtime::base::value::{
    FuncType, Signature, Slot, slots_to_words, with_slots, words_to_slots,
};
use crate::runtime::compile::host_trampoline;
use crate::runtime::machine::interrupt;
use crate::runtime::machine::interrupt::Interrupt;
use crate::runtime::machine::stack;
use crate::runtime::machine::thread::Thread;
use crate::runtime::machine::trap;
use crate::runtime::store::arena::{Arena, Entered};
use crate::runtime::store::contents::Contents;
use crate::runtime::store::handles::{Entry, Func, Handle};
use crate::runtime::store::host::{HostCall, HostFunc};
use std::ptr::NonNull;
use std::sync::Arc;
use wasmer_types::RawValue;
use wasmer_vm::{Trap, VMCallerCheckedAnyfunc, catch_traps};

/// Puts the word of the outer call back.
struct CallData<'a>(&'a Entered<'a>, u64);

impl Drop for CallData<'_> {
    fn drop(&mut self) {
        self.0.set_call_data(self.1);
    }
}

impl Entered<'_> {
    /// Runs wasm with the bookkeeping that every entry needs. `run` must reach wasm through
    /// wasmer's `catch_traps` and set the stack limit for it.
    #[inline]
    pub(crate) fn run<R>(
        &self,
        call_data: u64,
        run: impl FnOnce() -> std::result::Result<R, Trap>,
    ) -> Result<R> {
        let interrupt = self.interrupt();
        if !interrupt.is_null() {
            return self.run_under(interrupt, call_data, run);
        }
        self.run_plain(call_data, run)
    }

    #[inline]
    fn run_plain<R>(
        &self,
        call_data: u64,
        run: impl FnOnce() -> std::result::Result<R, Trap>,
    ) -> Result<R> {
        let _entry = self.thread.enter()?;
        let _data = CallData(self, self.set_call_data(call_data));
        self.thread.guest.set(std::ptr::from_ref(self.arena).cast());
        interrupt::inside(self.thread, false, run)
            .map_err(|trap| self.explained(interrupt::explained(self.thread, trap::error(trap))))
    }

    /// A guest that ran out of points traps as unreachable; whoever only looks at the message learns why, too.
    #[cold]
    fn explained(&self, mut error: Error) -> Error {
        if error.trap == Some(TrapKind::Unreachable)
            && error.status == Status::Trap
            && let Ok(true) = self.with(Contents::ran_out)
        {
            error.status = Status::OutOfFuel;
            error.message.push_str(": out of fuel");
        }
        error
    }

    #[inline(never)]
    fn run_under<R>(
        &self,
        interrupt: *const Interrupt,
        call_data: u64,
        run: impl FnOnce() -> std::result::Result<R, Trap>,
    ) -> Result<R> {
        // SAFETY: the arena's own, from an Arc; one more owner, because a host function may set
        // another one meanwhile.
        let interrupt = unsafe {
            Arc::increment_strong_count(interrupt);
            Arc::from_raw(interrupt)
        };
        interrupt.guard(self.thread, || self.run_plain(call_data, run))
    }
}

/// Calls a function that was prepared.
///
/// # Safety
/// The function belongs to the arena that this thread is in, and `slots` holds as many slots as
/// its signature says, with arguments of its kinds that were lowered.
#[inline]
unsafe fn invoke(
    thread: &Thread,
    anyfunc: NonNull<VMCallerCheckedAnyfunc>,
    slots: *mut Slot,
    stack_bytes: usize,
) -> std::result::Result<(), Trap> {
    // SAFETY: the closure keeps nothing that would have to be dropped.
    unsafe {
        let thread = NonNull::from(thread);
        catch_traps(None, stack::config(), move || {
            stack::set_limit(thread.as_ref(), stack_bytes);
            let func = anyfunc.as_ref();
            (func.call_trampoline)(func.vmctx.vmctx, func.func_ptr, slots.cast::<RawValue>());
        })
    }
}

impl Arena {
    /// Makes a host function.
    pub fn new_func(&self, ty: FuncType, body: Box<dyn HostCall>) -> Result<Handle> {
        self.add_func(&Arc::new(HostFunc { signature: Arc::new(Signature::new(ty)), body }))
    }

    /// Takes a host function in. Every time makes another function.
    pub fn add_func(&self, host: &Arc<HostFunc>) -> Result<Handle> {
        let entered = self.enter()?;
        let (signature, host) = (host.signature.clone(), Some(host.clone()));
        entered.with(|contents| {
            contents.refs.push(Entry::Func(Func { signature, code: None, vm: None, host }))
        })?
    }

    /// The signature of a function.
    pub fn signature(&self, func: Handle) -> Result<Arc<Signature>> {
        self.enter()?.with(|contents| Ok(contents.refs.func(func)?.signature.clone()))?
    }

    /// Calls a function. Arguments are in `slots`, results go there; on an error the slots hold
    /// anything.
    ///
    /// # Safety
    /// `slots` points to `count` slots.
    pub unsafe fn call(
        &self,
        func: Handle,
        slots: *mut Slot,
        count: usize,
        call_data: u64,
    ) -> Result<()> {
        let entered = self.enter()?;
        let prepared = entered.with(|contents| contents.prepare(func))??;
        // SAFETY: see `Prepared`.
        let signature = unsafe { prepared.signature.as_ref() };
        if count < signature.slots {
            return Err(signature.miscounted("slots", signature.slots, count));
        }
        if signature.references {
            entered.with(|contents| contents.lower_slots(&signature.ty.params, slots))??;
        }
        // SAFETY: prepared in this arena, which this thread is in; the slots were counted.
        entered.run(call_data, || unsafe {
            invoke(entered.thread, prepared.code, slots, prepared.stack_bytes)
        })?;
        if signature.references {
            entered.with(|contents| contents.lift_slots(&signature.ty.results, slots))??;
        }
        Ok(())
    }

    /// Calls a function whose values are words: one for each, two for `v128`, low word first.
    ///
    /// # Safety
    /// `words` points to `count` words.
    pub unsafe fn call_words(
        &self,
        func: Handle,
        words: *mut u64,
        count: usize,
        call_data: u64,
    ) -> Result<()> {
        let fill = |signature: &Signature, slots| {
            if count < signature.words {
                return Err(signature.miscounted("words", signature.words, count));
            }
            // SAFETY: both hold at least as many as the signature says.
            Ok(unsafe { words_to_slots(&signature.ty.params, words, slots) })
        };
        self.call_by(func, call_data, fill, |signature, slots| {
            // SAFETY: as above.
            unsafe { slots_to_words(&signature.ty.results, slots, words) };
            Ok(())
        })
    }

    /// Calls a function whose arguments `fill` writes into slots, of which it says how many it
    /// wrote, and whose results `read` takes out of them.
    #[inline]
    pub fn call_by(
        &self,
        func: Handle,
        call_data: u64,
        fill: impl FnOnce(&Signature, *mut Slot) -> Result<usize>,
        read: impl FnOnce(&Signature, *const Slot) -> Result<()>,
    ) -> Result<()> {
        let entered = self.enter()?;
        let prepared = entered.with(|contents| contents.prepare(func))??;
        // SAFETY: see `Prepared`.
        let signature = unsafe { prepared.signature.as_ref() };
        with_slots(
            signature.slots,
            |slots| fill(signature, slots),
            |slots| {
                if signature.references {
                    entered
                        .with(|contents| contents.lower_slots(&signature.ty.params, slots))??;
                }
                // SAFETY: prepared in this arena, which this thread is in, with as many slots as
                // the signature asks for.
                entered.run(call_data, || unsafe {
                    invoke(entered.thread, prepared.code, slots, prepared.stack_bytes)
                })?;
                if signature.references {
                    entered
                        .with(|contents| contents.lift_slots(&signature.ty.results, slots))??;
                }
                read(signature, slots)
            },
        )
    }
}

/// What a call takes out of the arena's contents. Both live until the thread has left the arena:
/// before that nothing is collected, and the contents are not freed.
struct Prepared {
    code: NonNull<VMCallerCheckedAnyfunc>,
    signature: NonNull<Signature>,
    stack_bytes: usize,
}

impl Contents {
    #[inline]
    fn prepare(&mut self, handle: Handle) -> Result<Prepared> {
        let func = self.refs.func(handle)?;
        let (signature, stack_bytes) = (NonNull::from(&*func.signature), self.stack_bytes);
        match func.code {
            Some(code) => Ok(Prepared { code, signature, stack_bytes }),
            None => Ok(Prepared { code: self.give_code(handle)?, signature, stack_bytes }),
        }
    }

    /// The address of a function in compiled code. A host function gets one the first time.
    #[inline]
    pub fn code_of(&mut self, func: Handle) -> Result<NonNull<VMCallerCheckedAnyfunc>> {
        match self.refs.func(func)?.code {
            Some(code) => Ok(code),
            None => self.give_code(func),
        }
    }

    #[cold]
    fn give_code(&mut self, handle: Handle) -> Result<NonNull<VMCallerCheckedAnyfunc>> {
        let func = self.refs.func(handle)?;
        let Some(host) = func.host.clone() else {
            return Err(Error::new(Status::Handle, "function has neither code nor a host body"));
        };
        let compiler = self.home.or(self.compiler).unwrap_or(self.engine.compiler());
        let module = host_trampoline::module(&self.engine.clone(), compiler, &host.signature.ty)?;
        let code = self.instantiate_shim(&module, handle)?;
        if let Entry::Func(func) = self.refs.get_mut(handle)? {
            func.code = Some(code);
        }
        self.refs.set_address(handle, code.as_ptr() as usize);
        Ok(code)
    }
}
