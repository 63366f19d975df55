//! Globals.

use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::base::value::{ExternType, GlobalType, Limits, Slot, ValueKind};
use crate::runtime::store::arena::Arena;
use crate::runtime::store::contents::Contents;
use crate::runtime::store::handles::Handle;
use std::ptr::NonNull;
use wasmer_types::Mutability;
use wasmer_vm::{VMExtern, VMGlobal};

impl Contents {
    fn place(&self, global: Handle) -> Result<(*mut Slot, GlobalType)> {
        let ExternType::Global(ty) = self.extern_type(global)? else {
            return Err(self
                .refs
                .global(global)
                .err()
                .unwrap_or_else(|| Error::new(Status::Handle, "handle does not name a global")));
        };
        let vm = self.refs.global(global)?.get(self.objects.get());
        Ok((vm.vmglobal().as_ptr().cast(), ty))
    }
}

impl Arena {
    /// Makes a global. A reference is given as its handle.
    pub fn new_global(&self, ty: GlobalType, mut value: Slot) -> Result<Handle> {
        self.enter()?.with(|contents| {
            contents.lower_slots(&[ty.kind], &mut value)?;
            let mutability = if ty.mutable { Mutability::Var } else { Mutability::Const };
            let global =
                VMGlobal::new(wasmer_types::GlobalType { ty: ty.kind.to_wasmer(), mutability });
            let place = global.vmglobal();
            // SAFETY: the global was just made and is not shared yet; a slot has wasmer's layout.
            unsafe { place.as_ptr().cast::<Slot>().write(value) };
            let vm = contents.objects.add_global(global);
            contents.intern(VMExtern::Global(vm), Limits { minimum: 0, maximum: None })
        })?
    }

    pub fn global_get(&self, global: Handle) -> Result<Slot> {
        self.enter()?.with(|contents| {
            let (place, ty) = contents.place(global)?;
            // SAFETY: the definition lives in this arena, which this thread is in.
            let mut value = unsafe { place.read() };
            contents.lift_slots(&[ty.kind], &mut value)?;
            if matches!(ty.kind.to_wasmer(), wasmer_types::Type::I32 | wasmer_types::Type::F32) {
                value.0[0] &= u64::from(u32::MAX);
            }
            if ty.kind != ValueKind::V128 {
                value.0[1] = 0;
            }
            Ok(value)
        })?
    }

    /// Where the value is, now and until the arena's contents are freed: a number in its first bytes.
    pub fn global_view(&self, global: Handle) -> Result<NonNull<u64>> {
        self.enter()?.with(|contents| {
            let (place, ty) = contents.place(global)?;
            match ty.kind {
                ValueKind::I32 | ValueKind::I64 | ValueKind::F32 | ValueKind::F64 => {
                    NonNull::new(place.cast()).ok_or_else(|| Error::new(Status::Panic, "global"))
                }
                other => Err(Error::new(
                    Status::Type,
                    format!("global of type {other}: only that of a number can be viewed"),
                )),
            }
        })?
    }

    pub fn global_set(&self, global: Handle, mut value: Slot) -> Result<()> {
        self.enter()?.with(|contents| {
            let (place, ty) = contents.place(global)?;
            if !ty.mutable {
                return Err(Error::new(Status::Immutable, "global: not mutable, cannot be set"));
            }
            contents.lower_slots(&[ty.kind], &mut value)?;
            // SAFETY: as in `global_get`.
            unsafe { place.write(value) };
            Ok(())
        })?
    }
}
