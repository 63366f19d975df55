//! Tables of references. Sizes and indices are in elements.

use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::base::room;
use crate::runtime::base::value::{Limits, ValueKind};
use crate::runtime::store::arena::Arena;
use crate::runtime::store::contents::Contents;
use crate::runtime::store::handles::Handle;
use crate::runtime::store::tunables::LimitedTunables;
use std::ptr::NonNull;
use wasmer_compiler::Tunables;
use wasmer_types::{RawValue, TableType};
use wasmer_vm::{InternalStoreHandle, TableElement, VMExtern, VMExternRef, VMFuncRef, VMTable};

impl Contents {
    fn element(&mut self, kind: ValueKind, reference: Handle) -> Result<TableElement> {
        let raw = self.lower(kind, reference)?;
        Ok(match kind {
            ValueKind::FuncRef => TableElement::FuncRef(NonNull::new(raw as *mut _).map(VMFuncRef)),
            _ => {
                // SAFETY: `lower` gave wasmer's own number for an externref of this arena.
                TableElement::ExternRef(unsafe {
                    VMExternRef::from_raw(RawValue { externref: raw })
                })
            }
        })
    }

    fn table(&self, table: Handle) -> Result<(InternalStoreHandle<VMTable>, ValueKind)> {
        let vm = self.refs.table(table)?.vm;
        let ty = vm.get(self.objects.get()).ty().ty;
        Ok((vm, ValueKind::from_wasmer(ty).unwrap_or(ValueKind::FuncRef)))
    }

    fn fixed(&self, vm: InternalStoreHandle<VMTable>) -> Result<()> {
        if vm.get(self.objects.get()).ty().readonly {
            return Err(Error::new(Status::Immutable, "table: compiled as one that never changes"));
        }
        Ok(())
    }
}

fn outside(index: u32, size: u32) -> Error {
    Error::new(Status::OutOfBounds, format!("table: element {index} of {size}"))
}

impl Arena {
    /// Makes a table whose elements are all `init` (0: null).
    pub fn new_table(&self, element: ValueKind, limits: Limits, init: Handle) -> Result<Handle> {
        limits.check("table")?;
        if !element.is_reference() {
            return Err(Error::new(
                Status::Type,
                format!("table: elements are funcref or externref, not {element}"),
            ));
        }
        let ty = TableType::new(element.to_wasmer(), limits.minimum, limits.maximum);
        self.enter()?.with(|contents| {
            let item = contents.element(element, init)?;
            let budget = contents.budget.clone();
            let refused = |message| {
                let by_system = budget.take_refusal();
                let status = if by_system { Status::OutOfMemory } else { Status::Limit };
                Error::new(status, message)
            };
            let tunables =
                LimitedTunables::new(budget.clone(), [&ty].into_iter()).map_err(refused)?;
            let style = tunables.table_style(&ty);
            let mut table = tunables.create_host_table(&ty, &style).map_err(refused)?;
            if init != 0 {
                for index in 0..limits.minimum {
                    table.set(index, item.clone()).map_err(|_| outside(index, limits.minimum))?;
                }
            }
            let vm = contents.objects.add_table(table);
            contents.intern(VMExtern::Table(vm), limits)
        })?
    }

    pub fn table_size(&self, table: Handle) -> Result<u32> {
        self.enter()?
            .with(|contents| Ok(contents.table(table)?.0.get(contents.objects.get()).size()))?
    }

    /// The reference at an index, 0 for null.
    pub fn table_get(&self, table: Handle, index: u32) -> Result<Handle> {
        self.enter()?.with(|contents| {
            let (vm, _) = contents.table(table)?;
            let vm = vm.get(contents.objects.get());
            match vm.get(index).ok_or_else(|| outside(index, vm.size()))? {
                TableElement::FuncRef(Some(func)) => contents.intern_func(func.0),
                TableElement::ExternRef(Some(object)) => {
                    // SAFETY: wasmer writes this member.
                    contents.lift(ValueKind::ExternRef, unsafe { object.into_raw().funcref })
                }
                _ => Ok(0),
            }
        })?
    }

    pub fn table_set(&self, table: Handle, index: u32, reference: Handle) -> Result<()> {
        self.enter()?.with(|contents| {
            let (vm, kind) = contents.table(table)?;
            contents.fixed(vm)?;
            let item = contents.element(kind, reference)?;
            let vm = vm.get_mut(contents.objects.get_mut());
            let size = vm.size();
            vm.set(index, item).map_err(|_| outside(index, size))
        })?
    }

    /// Grows by a number of elements, all `init`, and gives the size before.
    pub fn table_grow(&self, table: Handle, delta: u32, init: Handle) -> Result<u32> {
        self.enter()?.with(|contents| {
            let (vm, kind) = contents.table(table)?;
            contents.fixed(vm)?;
            let item = contents.element(kind, init)?;
            let vm = vm.get_mut(contents.objects.get_mut());
            let size = vm.size();
            let most = vm.ty().maximum.unwrap_or(u32::MAX);
            let fits = size.checked_add(delta).is_some_and(|after| after <= most);
            if fits && !room::has_for_table(size, delta) {
                let bytes = u64::from(delta) * room::ELEMENT;
                let what = format!("table: {delta} elements more than {size}");
                return Err(Error::new(Status::OutOfMemory, room::refused_memory(&what, bytes)));
            }
            vm.grow(delta, item).ok_or_else(|| {
                Error::new(
                    Status::Limit,
                    format!("table: cannot grow by {delta} elements from {size}"),
                )
            })
        })?
    }
}
