//! Values, and their way into slots and back.

use super::reference::{Kind, shared, wasm_ref_t};
use super::store::{self, of_another_store, wasm_store_t};
use super::valtype::kind;
use super::vector::{Element, vector};
use super::{attempt, fill, reference};
use crate::ffi;
use crate::runtime::{Error, Handle, Result, Slot, Status, ValueKind};
use std::ptr::null_mut;
use std::sync::Arc;

#[repr(C)]
#[derive(Clone, Copy)]
pub union wasm_val_payload_t {
    pub i32: i32,
    pub i64: i64,
    pub f32: f32,
    pub f64: f64,
    pub reference: *mut wasm_ref_t,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct wasm_val_t {
    pub kind: u8,
    pub of: wasm_val_payload_t,
}

/// The error for a value that wasm.h has no room for.
pub fn vectors_stay() -> Error {
    Error::new(
        Status::Unsupported,
        "a v128 cannot cross wasm.h; libwasmer_func_call takes it (see the bridge in libwasmer.h)",
    )
}

impl wasm_val_t {
    /// WASM_INIT_VAL.
    pub const INIT: Self =
        Self { kind: ValueKind::ExternRef as u8, of: wasm_val_payload_t { reference: null_mut() } };

    #[cold]
    fn misfit(&self, wanted: ValueKind) -> Error {
        match kind(self.kind) {
            _ if wanted == ValueKind::V128 => vectors_stay(),
            Ok(found) => Error::new(Status::Type, format!("{wanted} expected, {found} found")),
            Err(error) => error,
        }
    }

    /// Writes a value of the kind `wanted` into a slot.
    ///
    /// # Safety
    /// A reference is NULL or valid; `slot` can be written.
    #[inline]
    pub unsafe fn to_slot(
        &self,
        wanted: ValueKind,
        store: &Arc<wasm_store_t>,
        slot: *mut Slot,
    ) -> Result<()> {
        if self.kind != wanted as u8 || wanted == ValueKind::V128 {
            return Err(self.misfit(wanted));
        }
        // SAFETY: the kind says which member it is.
        let word = unsafe {
            match wanted {
                ValueKind::I32 => u64::from(self.of.i32 as u32),
                ValueKind::I64 => self.of.i64 as u64,
                ValueKind::F32 => u64::from(self.of.f32.to_bits()),
                ValueKind::F64 => self.of.f64.to_bits(),
                ValueKind::V128 => return Err(vectors_stay()),
                ValueKind::FuncRef | ValueKind::ExternRef => {
                    lower(wanted, self.of.reference, store)?
                }
            }
        };
        // SAFETY: the caller's promise.
        unsafe { slot.write(Slot([word, 0])) };
        Ok(())
    }

    /// Reads a slot, as narrow as it was written: a wider read would have to wait for the write. A
    /// reference is owned by who gets it.
    ///
    /// # Safety
    /// `slot` holds a value of the kind.
    #[inline]
    pub unsafe fn from_slot(
        kind: ValueKind,
        store: &Arc<wasm_store_t>,
        slot: *const Slot,
    ) -> Result<Self> {
        // SAFETY: the caller's promise.
        let of = unsafe {
            match kind {
                ValueKind::I32 => wasm_val_payload_t { i32: slot.cast::<i32>().read() },
                ValueKind::I64 => wasm_val_payload_t { i64: slot.cast::<i64>().read() },
                ValueKind::F32 => wasm_val_payload_t { f32: slot.cast::<f32>().read() },
                ValueKind::F64 => wasm_val_payload_t { f64: slot.cast::<f64>().read() },
                ValueKind::V128 => return Err(vectors_stay()),
                ValueKind::FuncRef | ValueKind::ExternRef => {
                    let handle = slot.cast::<Handle>().read();
                    wasm_val_payload_t { reference: lift(handle, store)? }
                }
            }
        };
        Ok(Self { kind: kind as u8, of })
    }

    fn is_reference(&self) -> bool {
        kind(self.kind).is_ok_and(ValueKind::is_reference)
    }
}

/// The handle of a reference for a place of a kind; 0 for NULL.
///
/// # Safety
/// NULL or a reference.
pub unsafe fn lower(
    kind: ValueKind,
    reference: *const wasm_ref_t,
    store: &Arc<wasm_store_t>,
) -> Result<Handle> {
    if reference.is_null() {
        return Ok(0);
    }
    if kind == ValueKind::ExternRef {
        // SAFETY: passed on.
        return store.externref(&unsafe { shared(reference, "reference")? });
    }
    // SAFETY: passed on.
    let func = unsafe { ffi::borrow(reference, "reference")? }
        .object("function", |kind| matches!(kind, Kind::Func { .. }))?;
    if !Arc::ptr_eq(&func.store, store) {
        return Err(of_another_store("function"));
    }
    func.handle()
}

/// The reference, owned by C, that a handle names; NULL for 0.
pub fn lift(handle: Handle, store: &Arc<wasm_store_t>) -> Result<*mut wasm_ref_t> {
    Ok(store::object(store, handle)?.map_or(null_mut(), wasm_ref_t::into_raw))
}

impl Element for wasm_val_t {
    unsafe fn copy(&self) -> Result<Self> {
        let mut copy = *self;
        if self.is_reference() {
            // SAFETY: the kind says that it is one, and the caller that it is valid.
            copy.of.reference = match unsafe { self.of.reference } {
                null if null.is_null() => null,
                // SAFETY: as above.
                reference => unsafe { reference::copy(reference) },
            };
        }
        Ok(copy)
    }

    unsafe fn delete(self) {
        if self.is_reference() {
            // SAFETY: as above.
            unsafe { reference::delete(self.of.reference) };
        }
    }
}

vector!(wasm_val_vec_t of wasm_val_t: wasm_val_vec_new_empty wasm_val_vec_new_uninitialized
    wasm_val_vec_new wasm_val_vec_copy wasm_val_vec_delete);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_val_copy(out: *mut wasm_val_t, value: *const wasm_val_t) {
    // SAFETY: the caller's promise.
    unsafe { fill(out, wasm_val_t::INIT, || ffi::borrow(value, "value")?.copy()) };
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_val_delete(value: *mut wasm_val_t) {
    attempt((), || {
        // SAFETY: the caller's promise.
        if let Ok(value) = unsafe { ffi::take(value, "value") } {
            // SAFETY: the caller's promise; the place is without a reference then.
            unsafe { std::mem::replace(value, wasm_val_t::INIT).delete() };
        }
        Ok(())
    });
}
