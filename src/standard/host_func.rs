//! Host functions: callbacks of the program's, between slots and values.

use super::func::{wasm_func_callback_t, wasm_func_callback_with_env_t};
use super::reference::{wasm_ref_t, wasm_trap_t};
use super::store::wasm_store_t;
use super::val::{wasm_val_t, wasm_val_vec_t};
use super::vector::Element;
use crate::ffi::Env;
use crate::runtime::{CallInfo, Error, HostCall, Result, Signature, Slot, Status, ValueKind};
use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::sync::{Arc, Weak};

type Plain = unsafe extern "C" fn(*const wasm_val_vec_t, *mut wasm_val_vec_t) -> *mut wasm_trap_t;
type WithEnv = unsafe extern "C" fn(
    *mut c_void,
    *const wasm_val_vec_t,
    *mut wasm_val_vec_t,
) -> *mut wasm_trap_t;

const _: () = assert!(size_of::<wasm_func_callback_t>() == size_of::<Plain>());
const _: () = assert!(size_of::<wasm_func_callback_with_env_t>() == size_of::<WithEnv>());

pub enum Callback {
    Plain(Plain),
    WithEnv(WithEnv),
}

pub struct HostBody {
    callback: Callback,
    env: Env,
    /// Weak, because the store keeps the function.
    store: Weak<wasm_store_t>,
}

impl HostBody {
    pub fn new(store: &Arc<wasm_store_t>, callback: Callback, env: Env) -> Self {
        Self { callback, env, store: Arc::downgrade(store) }
    }
}

/// Values that fit a small call live on the stack.
const INLINE: usize = 8;

/// Values that are deleted in the end.
struct Values<'a>(&'a mut [wasm_val_t]);

impl Drop for Values<'_> {
    fn drop(&mut self) {
        for value in &mut *self.0 {
            // SAFETY: ours, and not used again.
            unsafe { std::mem::replace(value, wasm_val_t::INIT).delete() };
        }
    }
}

/// Lends `count` values.
fn with_values<R>(count: usize, work: impl FnOnce(&mut [wasm_val_t]) -> R) -> R {
    if count > INLINE {
        return work(&mut vec![wasm_val_t::INIT; count]);
    }
    let mut values = [const { MaybeUninit::<wasm_val_t>::uninit() }; INLINE];
    for value in &mut values[..count] {
        value.write(wasm_val_t::INIT);
    }
    // SAFETY: `count` of them were written.
    work(unsafe { std::slice::from_raw_parts_mut(values.as_mut_ptr().cast(), count) })
}

impl HostCall for HostBody {
    unsafe fn call(&self, _: &CallInfo<'_>, signature: &Signature, slots: *mut Slot) -> Result<()> {
        let store = self.store.upgrade().ok_or_else(|| {
            Error::new(Status::Closed, "the store was deleted while its guest ran")
        })?;
        let (params, results) = (&signature.ty.params, &signature.ty.results);
        with_values(params.len() + results.len(), |values| {
            let values = Values(values);
            let (args, room) = values.0.split_at_mut(params.len());
            for (place, (arg, &kind)) in args.iter_mut().zip(params).enumerate() {
                // SAFETY: as many slots as parameters.
                *arg = unsafe { wasm_val_t::from_slot(kind, &store, slots.add(place))? };
            }
            for (value, &kind) in room.iter_mut().zip(results) {
                // Programs forget to set the kind: it is there already, with a zero.
                value.kind = kind as u8;
            }
            self.run(args, room)?;
            for (place, (value, &kind)) in room.iter().zip(results).enumerate() {
                // SAFETY: as many slots as results; references are the callback's promise.
                unsafe { value.to_slot(kind, &store, slots.add(place)) }
                    .map_err(|error| wrong_result(place, kind, &error, signature))?;
            }
            Ok(())
        })
    }
}

impl HostBody {
    fn run(&self, args: &mut [wasm_val_t], room: &mut [wasm_val_t]) -> Result<()> {
        let args = wasm_val_vec_t { size: args.len(), data: args.as_mut_ptr() };
        let mut results = wasm_val_vec_t { size: room.len(), data: room.as_mut_ptr() };
        // SAFETY: the callback is the program's, and gets what its type says.
        let trap = unsafe {
            match self.callback {
                Callback::Plain(callback) => callback(&args, &mut results),
                Callback::WithEnv(callback) => callback(self.env.pointer, &args, &mut results),
            }
        };
        if trap.is_null() {
            return Ok(());
        }
        // SAFETY: the callback hands over what it owns.
        Err(wasm_ref_t::error_of(unsafe { Arc::from_raw(trap) }))
    }
}

#[cold]
fn wrong_result(place: usize, kind: ValueKind, error: &Error, signature: &Signature) -> Error {
    Error::new(
        Status::Type,
        format!("host function {}: result {place} is to be {kind}: {error}", signature.ty),
    )
}
