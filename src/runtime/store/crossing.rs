//! How references cross: handles of the host's become what compiled code takes, and the other way round.

use super::contents::Contents;
use super::handles::{Entry, Func, Handle, HandleTable, NOBODY, Table};
use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::base::value::{Limits, Slot, ValueKind};
use std::ptr::NonNull;
use wasmer_vm::{VMCallerCheckedAnyfunc, VMExtern, VMExternRef};

/// Compiled code's form of an externref.
pub(crate) fn raw_extern(vm: VMExternRef) -> usize {
    // SAFETY: wasmer writes this member.
    unsafe { vm.into_raw().funcref }
}

impl Contents {
    /// The handle of an object that wasmer handed out, for the host to hold.
    pub fn intern(&mut self, object: VMExtern, limits: Limits) -> Result<Handle> {
        let address = self.definition_of(&object);
        let owner = self.instances.at(address);
        match object {
            VMExtern::Function(vm) => {
                let anyfunc = vm.get(self.objects.get()).anyfunc.as_ptr();
                self.intern_func(anyfunc)
            }
            VMExtern::Memory(vm) => self.refs.push_at(address, owner, || Entry::Memory(vm)),
            VMExtern::Global(vm) => self.refs.push_at(address, owner, || Entry::Global(vm)),
            VMExtern::Table(vm) => {
                self.refs.push_at(address, owner, || Entry::Table(Table { vm, limits }))
            }
            VMExtern::Tag(vm) => self.refs.push(Entry::Tag(vm)),
        }
    }

    /// Where compiled code finds an object: in the instance that it is part of, if it is of one. For a
    /// function the context of its code. 0 for a tag.
    pub(crate) fn definition_of(&self, object: &VMExtern) -> usize {
        let objects = self.objects.get();
        match object {
            // SAFETY: the record lives in an instance or function of this arena, which owns them.
            VMExtern::Function(vm) => unsafe {
                vm.get(objects).anyfunc.as_ptr().as_ref().vmctx.host_env as usize
            },
            VMExtern::Memory(vm) => {
                wasmer_vm::LinearMemory::vmmemory(vm.get(objects)).as_ptr() as usize
            }
            VMExtern::Global(vm) => vm.get(objects).vmglobal().as_ptr() as usize,
            VMExtern::Table(vm) => vm.get(objects).vmtable().as_ptr() as usize,
            VMExtern::Tag(_) => 0,
        }
    }

    /// The handle of a function, by its record in compiled code's format, for the host to hold.
    pub fn intern_func(&mut self, anyfunc: NonNull<VMCallerCheckedAnyfunc>) -> Result<Handle> {
        let address = anyfunc.as_ptr() as usize;
        if let Some(&place) = self.refs.by_address.get(&address) {
            return Ok(self.refs.hold(place));
        }
        // SAFETY: the record lives in an instance or function of this arena, which owns them.
        let (hash, context) =
            unsafe { (anyfunc.as_ref().type_signature_hash, anyfunc.as_ref().vmctx.host_env) };
        let signature = self.signature(hash)?;
        let owner = self.instances.at(context as usize);
        let func = Func { signature, code: Some(anyfunc), vm: None, host: None };
        self.refs.push_at(address, owner, || Entry::Func(func))
    }

    /// Makes an externref that carries `data`.
    pub fn new_extern(&mut self, data: u64) -> Result<Handle> {
        let vm = VMExternRef(self.objects.add_extern());
        let handle = self.refs.push(Entry::Extern { vm, data })?;
        let number = raw_extern(vm);
        if self.refs.externs.len() < number {
            self.refs.externs.resize(number, NOBODY);
        }
        self.refs.externs[number - 1] = HandleTable::place(handle);
        Ok(handle)
    }

    /// From a handle in a slot to what compiled code understands.
    pub fn lower(&mut self, kind: ValueKind, handle: Handle) -> Result<usize> {
        if handle == 0 {
            return Ok(0);
        }
        match kind {
            ValueKind::FuncRef => {
                let code = self.code_of(handle)?;
                self.settle(handle)?;
                Ok(code.as_ptr() as usize)
            }
            _ => match self.refs.get(handle)? {
                Entry::Extern { vm, .. } => Ok(raw_extern(*vm)),
                _ => Err(self.refs.wrong(handle, "externref")),
            },
        }
    }

    /// From what compiled code wrote to a handle.
    pub fn lift(&mut self, kind: ValueKind, raw: usize) -> Result<Handle> {
        if kind == ValueKind::ExternRef {
            return match self.refs.extern_place(raw) {
                Some(place) => Ok(self.refs.hold(place)),
                None if raw == 0 => Ok(0),
                None => Err(Error::new(Status::Handle, "externref was not made in this arena")),
            };
        }
        match NonNull::new(raw as *mut VMCallerCheckedAnyfunc) {
            Some(anyfunc) => self.intern_func(anyfunc),
            None => Ok(0),
        }
    }

    pub fn lower_slots(&mut self, kinds: &[ValueKind], slots: *mut Slot) -> Result<()> {
        self.translate(kinds, slots, Self::lower_word)
    }

    pub fn lift_slots(&mut self, kinds: &[ValueKind], slots: *mut Slot) -> Result<()> {
        self.translate(kinds, slots, |contents, kind, word| contents.lift(kind, word as usize))
    }

    fn lower_word(&mut self, kind: ValueKind, word: u64) -> Result<u64> {
        self.lower(kind, word).map(|raw| raw as u64)
    }

    fn translate(
        &mut self,
        kinds: &[ValueKind],
        slots: *mut Slot,
        by: impl Fn(&mut Self, ValueKind, u64) -> Result<u64>,
    ) -> Result<()> {
        for (place, &kind) in kinds.iter().enumerate().filter(|(_, kind)| kind.is_reference()) {
            // SAFETY: the caller passes at least as many slots as kinds.
            let word = unsafe { &mut (*slots.add(place)).0[0] };
            *word = by(self, kind, *word)?;
        }
        Ok(())
    }
}
