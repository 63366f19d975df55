//! Guests that are Rust functions, in the place of compiled code.

use super::arena::Arena;
use super::error::{Error, Result};
use super::machine::trap::HostFailure;
use super::store::handles::{Entry, Func, Handle};
use super::store::host::CallInfo;
use super::value::{FuncType, Signature, Slot};
use real_vm::{
    Trap, TrapHandlerFn, VMCallerCheckedAnyfunc, VMConfig, VMContext, VMFunctionBody,
    VMFunctionContext, VMSignatureHash,
};
use std::cell::RefCell;
use std::ptr::{NonNull, null};
use std::sync::Arc;
use wasmer_types::RawValue;

thread_local! {
    /// What ended the guest that is on its way out.
    static FAILED: RefCell<Option<Error>> = const { RefCell::new(None) };
}

/// wasmer's, but for the stack: what a guest failed with comes back as a trap.
///
/// # Safety
/// As for wasmer's.
pub unsafe fn catch_traps<F: FnOnce() -> R + 'static, R: 'static>(
    _: Option<*const TrapHandlerFn<'static>>,
    _: &VMConfig,
    closure: F,
) -> std::result::Result<R, Trap> {
    let result = closure();
    match FAILED.take() {
        None => Ok(result),
        Some(error) => Err(Trap::User(Box::new(HostFailure(error)))),
    }
}

/// A guest: what it does with its slots, as compiled code sees them.
pub trait Guest: Send + Sync {
    fn run(&self, way: &Way, slots: *mut Slot) -> Result<()>;
}

impl<F: Fn(&Way, *mut Slot) -> Result<()> + Send + Sync> Guest for F {
    fn run(&self, way: &Way, slots: *mut Slot) -> Result<()> {
        self(way, slots)
    }
}

/// The way out of a guest into its host, kept where compiled code finds its context.
pub struct Way {
    arena: NonNull<Arena>,
    body: Box<dyn Guest>,
}

/// A guest with all that its record points to. To be dropped after its arena.
pub struct Code {
    way: *mut Way,
    record: *mut VMCallerCheckedAnyfunc,
}

// SAFETY: both are used inside of the arena only.
unsafe impl Send for Code {}
unsafe impl Sync for Code {}

impl Drop for Code {
    fn drop(&mut self) {
        // SAFETY: from boxes in `add`.
        unsafe {
            drop(Box::from_raw(self.record));
            drop(Box::from_raw(self.way));
        }
    }
}

/// Puts a guest into an arena, as instantiating a module does with its functions.
pub fn add(arena: &Arena, ty: FuncType, body: impl Guest + 'static) -> Result<(Handle, Code)> {
    let entered = arena.enter()?;
    entered.with(|contents| {
        let way = Box::into_raw(Box::new(Way { arena: contents.arena, body: Box::new(body) }));
        let record = Box::into_raw(Box::new(VMCallerCheckedAnyfunc {
            func_ptr: null(),
            type_signature_hash: VMSignatureHash::new(0),
            vmctx: VMFunctionContext { host_env: way.cast() },
            call_trampoline: trampoline,
        }));
        let code = NonNull::new(record);
        let signature = Arc::new(Signature::new(ty));
        let handle = contents
            .refs
            .push(Entry::Func(Func { signature, code, vm: None, host: None }))
            .unwrap();
        contents.refs.set_address(handle, record as usize);
        (handle, Code { way, record })
    })
}

/// Where compiled code would begin.
unsafe extern "C" fn trampoline(
    context: *mut VMContext,
    _: *const VMFunctionBody,
    slots: *mut RawValue,
) {
    // SAFETY: the record was made by `add`, and its context goes after the arena.
    let way = unsafe { &*context.cast::<Way>() };
    if let Err(error) = way.body.run(way, slots.cast()) {
        FAILED.set(Some(error));
    }
}

impl Way {
    /// Calls a host function of the arena: what `host::run` does for an import that was called.
    pub fn host(&self, func: Handle, slots: *mut Slot) -> Result<()> {
        // SAFETY: the arena is alive and this thread inside of it.
        let arena = unsafe { self.arena.as_ref() };
        let entered = || unsafe { arena.entered() };
        let host = entered().with(|contents| Ok(contents.refs.func(func)?.host.clone()))??;
        let host = host.expect("a host function");
        if host.signature.references {
            entered().with(|contents| contents.lift_slots(&host.signature.ty.params, slots))??;
        }
        let info = CallInfo { arena, instance: 0, call_data: arena.call_data() };
        // SAFETY: the guests of the tests pass as many slots as the host functions have.
        super::quiet::caught(|| unsafe { host.body.call(&info, &host.signature, slots) })?;
        if host.signature.references {
            entered()
                .with(|contents| contents.lower_slots(&host.signature.ty.results, slots))??;
        }
        Ok(())
    }
}
