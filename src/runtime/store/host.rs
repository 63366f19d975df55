//! Host functions: any signature, values in slots in place, no allocation on the way.
//!
//! wasmer compiles, for each function import of a module, a trampoline that spills the arguments
//! into an array and calls an address found through the callee's context. We point that context at
//! `enter_host`. Such a function is what compiled code takes for a wasm function: it can be called,
//! exported, put into tables and referenced.

use super::arena::Arena;
use super::contents::Contents;
use super::handles::Handle;
use crate::runtime::base::compiler::Compiler;
use crate::runtime::base::error::{Error, Result, Status, panic_message};
use crate::runtime::base::value::{Signature, Slot};
use crate::runtime::compile::module::Module;
use crate::runtime::machine::frames;
use crate::runtime::machine::frames::Link;
use crate::runtime::machine::own_stack::Mark;
use crate::runtime::machine::thread::Left;
use crate::runtime::machine::thread::Thread;
use crate::runtime::machine::trap;
use crate::runtime::machine::trap::HostFailure;
use crate::runtime::machine::{interrupt, stack};
use std::cell::UnsafeCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;
use std::sync::Arc;
use wasmer_types::FunctionIndex;
use wasmer_vm::{
    InternalStoreHandle, MaybeInstanceOwned, VMCallerCheckedAnyfunc, VMDynamicFunctionContext,
    VMFunction, VMFunctionBody, VMFunctionContext, VMFunctionKind, on_host_stack, raise_user_trap,
};

/// What a host function learns of the call.
pub struct CallInfo<'a> {
    pub arena: &'a Arena,
    /// The instance that imports the function; 0 if it was not called through an import.
    pub instance: Handle,
    /// The word given to the call that is running.
    pub call_data: u64,
}

/// A host function's body.
pub trait HostCall: Send + Sync {
    /// Arguments are in `slots`, results go there. Called on the host thread's own stack.
    ///
    /// # Safety
    /// `slots` holds `signature.slots` slots.
    unsafe fn call(
        &self,
        info: &CallInfo<'_>,
        signature: &Signature,
        slots: *mut Slot,
    ) -> Result<()>;

    /// What the host gave with the function, to know it by when it is freed.
    fn word(&self) -> u64 {
        0
    }
}

/// A host function: its type and its body, not bound to any module yet.
pub struct HostFunc {
    pub signature: Arc<Signature>,
    pub body: Box<dyn HostCall>,
}

/// What the trampoline's context leads to.
struct HostData {
    func: Arc<HostFunc>,
    arena: NonNull<Arena>,
    instance: Handle,
    /// The trampoline is one of Singlepass.
    singlepass: bool,
}

impl HostData {
    /// Singlepass' trampolines make no frame: where they return to lies behind the slots, on x86_64 after
    /// eight bytes of padding.
    unsafe fn return_address(&self, slots: *const Slot) -> Option<usize> {
        let padding = usize::from(cfg!(target_arch = "x86_64"));
        // SAFETY: the trampoline that called lies on this stack.
        let behind =
            || unsafe { slots.add(self.func.signature.slots).cast::<usize>().add(padding).read() };
        self.singlepass.then(behind)
    }
}

type Context = VMDynamicFunctionContext<HostData>;

/// Called by a trampoline on the guest's stack. Passes the trampoline's frame pointer on as a third
/// argument: from there the wasm frames can be found, because compiled code keeps frame pointers.
/// The unwinder cannot, because wasmer's trampolines have no unwind tables.
#[unsafe(naked)]
unsafe extern "C-unwind" fn enter_host(_context: *const Context, _slots: *mut Slot) {
    #[cfg(target_arch = "x86_64")]
    std::arch::naked_asm!("mov rdx, rbp", "jmp {}", sym on_guest_stack);
    #[cfg(target_arch = "aarch64")]
    std::arch::naked_asm!("mov x2, x29", "b {}", sym on_guest_stack);
}

unsafe extern "C-unwind" fn on_guest_stack(
    context: *const Context,
    slots: *mut Slot,
    frame: *const Link,
) {
    // Nothing below here may leave a value to be dropped on the guest's stack when it raises.
    let thread = stack::require_reserve_from(|| {
        // SAFETY: as below.
        let innermost = unsafe { (*context).ctx.return_address(slots) };
        Left { frame, innermost: innermost.unwrap_or(0) }
    });
    // SAFETY: the trampoline passes the context that `bind` made; the arena keeps both alive.
    let failure = on_host_stack(|| unsafe {
        let data = &(*context).ctx;
        let arena = data.arena.as_ref();
        let (mark, call_data) = (Mark::new(thread), arena.call_data());
        let outcome = interrupt::inside(thread, true, || run(thread, data, slots));
        thread.guest.set(std::ptr::from_ref(arena).cast());
        if thread.switches() {
            mark.restore(thread);
            arena.set_call_data(call_data);
        }
        outcome.map(|error| {
            let mut failure = Box::new(HostFailure(error));
            let trace = frames::walk(slots, data.return_address(slots), frame);
            trap::add_frames(&mut failure.0, &trace);
            failure
        })
    });
    if let Some(failure) = failure {
        // SAFETY: wasm is on the stack below, and `failure` is moved.
        unsafe { raise_user_trap(failure) }
    }
    if interrupt::is_asked(thread) {
        // SAFETY: as above.
        let innermost = unsafe { (*context).ctx.return_address(slots) };
        interrupt::stop(thread, |note| {
            innermost.into_iter().for_each(&mut *note);
            frames::each(slots as usize, frame, frames::top(thread), note);
        });
    }
}

/// Runs on the host's stack, and so does all that is done for an error.
unsafe fn run(thread: &Thread, data: &HostData, slots: *mut Slot) -> Option<Error> {
    let body = || -> Result<()> {
        let signature = &*data.func.signature;
        // SAFETY: the arena is alive and this thread inside of it, or its code would not run.
        let arena = unsafe { data.arena.as_ref() };
        let entered = || unsafe { arena.entered() };
        if signature.references {
            entered().with(|contents| contents.lift_slots(&signature.ty.params, slots))??;
        }
        let info = CallInfo { arena, instance: data.instance, call_data: arena.call_data() };
        // SAFETY: the trampoline made room for parameters and results.
        thread.with_ours(false, || unsafe { data.func.body.call(&info, signature, slots) })?;
        if signature.references {
            entered().with(|contents| contents.lower_slots(&signature.ty.results, slots))??;
        }
        Ok(())
    };
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error),
        Err(panic) => {
            let message = format!("host function panicked: {}", panic_message(&*panic));
            Some(Error::new(Status::Panic, message))
        }
    }
}

impl Contents {
    /// Gives a host function an address for an import of a module, and says what its code's context is.
    pub fn bind(
        &mut self,
        func: &Arc<HostFunc>,
        module: &Module,
        artifact: &wasmer_compiler::Artifact,
        index: FunctionIndex,
        instance: Handle,
    ) -> (InternalStoreHandle<VMFunction>, usize) {
        // An Arc, because its address stays good while what owns it moves.
        let context = Arc::new(Context {
            address: enter_host as *const VMFunctionBody,
            ctx: HostData {
                func: func.clone(),
                arena: self.arena,
                instance,
                singlepass: module.compiler() == Compiler::Singlepass,
            },
        });
        let address = Arc::as_ptr(&context) as usize;
        let signature = module.info().functions[index];
        let anyfunc = VMCallerCheckedAnyfunc {
            func_ptr: artifact.finished_dynamic_function_trampolines()[index].0,
            type_signature_hash: artifact.signatures()[signature],
            vmctx: VMFunctionContext { host_env: Arc::as_ptr(&context) as *mut _ },
            call_trampoline: artifact.finished_function_call_trampolines()[signature],
        };
        let function = VMFunction {
            anyfunc: MaybeInstanceOwned::Host(Box::new(UnsafeCell::new(anyfunc))),
            signature: func.signature.ty.to_wasmer(),
            // "Dynamic" would have the linker choose the trampoline; here it is chosen.
            kind: VMFunctionKind::Static,
            host_data: Box::new(context),
        };
        (self.objects.add_function(function), address)
    }
}

// SAFETY: an arena moves between threads as a whole, and this with it.
unsafe impl Send for HostData {}
unsafe impl Sync for HostData {}
