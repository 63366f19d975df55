//! Handles: how the host names what lives in an arena, and how references cross.
//!
//! A handle is the arena's serial number and the place of an entry. The same number serves as a
//! funcref or externref in a slot, so that the host never holds a pointer of wasmer's: a wrong
//! number is an error. An object has one entry, however often it is met, so that calls do not make
//! an arena grow.

use super::contents::Contents;
use super::error::{Error, Result, Status};
use super::host::HostFunc;
use super::value::{Limits, Signature, Slot, ValueKind};
use std::collections::HashMap;
use std::fmt;
use std::ptr::NonNull;
use std::sync::Arc;
use wasmer_vm::{
    InternalStoreHandle, VMCallerCheckedAnyfunc, VMExtern, VMExternObj, VMExternRef, VMFunction,
    VMGlobal, VMMemory, VMTable, VMTag,
};

/// Names an object in an arena. 0 names nothing and is the null reference.
pub type Handle = u64;

/// A function in an arena.
pub struct Func {
    pub signature: Arc<Signature>,
    /// None for a host function that has not been given an address in compiled code.
    pub code: Option<NonNull<VMCallerCheckedAnyfunc>>,
    pub vm: Option<InternalStoreHandle<VMFunction>>,
    pub host: Option<Arc<HostFunc>>,
}

pub struct Table {
    pub vm: InternalStoreHandle<VMTable>,
    /// The limits as declared; those of `vm` are capped.
    pub limits: Limits,
}

pub enum Entry {
    Func(Func),
    Memory(InternalStoreHandle<VMMemory>),
    Global(InternalStoreHandle<VMGlobal>),
    Table(Table),
    Tag(InternalStoreHandle<VMTag>),
    /// The place of an instance in the arena's list.
    Instance(usize),
    Extern {
        vm: VMExternRef,
        data: u64,
    },
    /// An instance that could not be made, or that was released.
    Dead,
}

/// What a handle can name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Noun {
    Func,
    Memory,
    Global,
    Table,
    Tag,
    Instance,
    Extern,
    /// An instance that could not be made, or that was released.
    Dead,
}

impl fmt::Display for Noun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Func => "function",
            Self::Memory => "memory",
            Self::Global => "global",
            Self::Table => "table",
            Self::Tag => "tag",
            Self::Instance => "instance",
            Self::Extern => "externref",
            Self::Dead => "instance that failed or was released",
        })
    }
}

impl Entry {
    pub fn noun(&self) -> Noun {
        match self {
            Self::Func(_) => Noun::Func,
            Self::Memory(_) => Noun::Memory,
            Self::Global(_) => Noun::Global,
            Self::Table(_) => Noun::Table,
            Self::Tag(_) => Noun::Tag,
            Self::Instance(_) => Noun::Instance,
            Self::Extern { .. } => Noun::Extern,
            Self::Dead => Noun::Dead,
        }
    }
}

/// The entries of an arena.
pub struct Refs {
    serial: u32,
    entries: Vec<Entry>,
    /// Address of an object's definition to its entry.
    by_address: HashMap<usize, u32>,
    /// Entry of each externref object, by wasmer's number for it less one.
    externs: Vec<u32>,
}

impl Refs {
    pub fn new(serial: u32) -> Self {
        Self { serial, entries: Vec::new(), by_address: HashMap::new(), externs: Vec::new() }
    }

    fn handle(&self, place: u32) -> Handle {
        (Handle::from(self.serial) << 32) | Handle::from(place + 1)
    }

    pub fn push(&mut self, entry: Entry) -> Handle {
        let place = self.entries.len() as u32;
        self.entries.push(entry);
        self.handle(place)
    }

    fn push_at(&mut self, address: usize, entry: impl FnOnce() -> Entry) -> Handle {
        if let Some(&place) = self.by_address.get(&address) {
            return self.handle(place);
        }
        let handle = self.push(entry());
        self.by_address.insert(address, handle as u32 - 1);
        handle
    }

    /// Makes `handle` the one entry of the object at `address`.
    pub fn set_address(&mut self, handle: Handle, address: usize) {
        self.by_address.entry(address).or_insert(handle as u32 - 1);
    }

    #[inline]
    pub fn get(&self, handle: Handle) -> Result<&Entry> {
        let place = (handle as u32).wrapping_sub(1) as usize;
        match self.entries.get(place) {
            Some(entry) if (handle >> 32) as u32 == self.serial => Ok(entry),
            _ => Err(self.unknown(handle)),
        }
    }

    pub fn get_mut(&mut self, handle: Handle) -> Result<&mut Entry> {
        self.get(handle)?;
        Ok(&mut self.entries[(handle as u32 - 1) as usize])
    }

    #[cold]
    fn unknown(&self, handle: Handle) -> Error {
        let message = if handle == 0 {
            "handle 0 names nothing".to_owned()
        } else if (handle >> 32) as u32 != self.serial {
            format!("handle {handle:#x} belongs to another arena than this one ({})", self.serial)
        } else {
            format!("handle {handle:#x} names nothing in this arena")
        };
        Error::new(Status::Handle, message)
    }

    #[cold]
    fn wrong(&self, handle: Handle, wanted: &str) -> Error {
        let found = self.get(handle).map_or("nothing".to_owned(), |entry| entry.noun().to_string());
        Error::new(Status::Handle, format!("handle {handle:#x}: expected {wanted}, found {found}"))
    }

    #[inline]
    pub fn func(&self, handle: Handle) -> Result<&Func> {
        match self.get(handle)? {
            Entry::Func(func) => Ok(func),
            _ => Err(self.wrong(handle, "function")),
        }
    }

    pub fn memory(&self, handle: Handle) -> Result<InternalStoreHandle<VMMemory>> {
        match self.get(handle)? {
            Entry::Memory(vm) => Ok(*vm),
            _ => Err(self.wrong(handle, "memory")),
        }
    }

    pub fn global(&self, handle: Handle) -> Result<InternalStoreHandle<VMGlobal>> {
        match self.get(handle)? {
            Entry::Global(vm) => Ok(*vm),
            _ => Err(self.wrong(handle, "global")),
        }
    }

    pub fn table(&self, handle: Handle) -> Result<&Table> {
        match self.get(handle)? {
            Entry::Table(table) => Ok(table),
            _ => Err(self.wrong(handle, "table")),
        }
    }

    pub fn instance(&self, handle: Handle) -> Result<usize> {
        match self.get(handle)? {
            Entry::Instance(place) => Ok(*place),
            _ => Err(self.wrong(handle, "instance")),
        }
    }

    /// The instances there are.
    pub fn instances(&self) -> Vec<Handle> {
        let places = self.entries.iter().enumerate();
        places
            .filter(|(_, entry)| matches!(entry, Entry::Instance(_)))
            .map(|(place, _)| self.handle(place as u32))
            .collect()
    }

    pub fn extern_data(&self, handle: Handle) -> Result<u64> {
        match self.get(handle)? {
            Entry::Extern { data, .. } => Ok(*data),
            _ => Err(self.wrong(handle, "externref")),
        }
    }
}

impl Contents {
    /// The handle of an object that wasmer handed out.
    pub fn intern(&mut self, object: VMExtern, limits: Limits) -> Result<Handle> {
        let objects = self.objects.get();
        Ok(match object {
            VMExtern::Function(vm) => {
                let anyfunc = vm.get(objects).anyfunc.as_ptr();
                let handle = self.intern_func(anyfunc)?;
                if let Entry::Func(func) = self.refs.get_mut(handle)? {
                    func.vm.get_or_insert(vm);
                }
                handle
            }
            VMExtern::Memory(vm) => {
                let address = wasmer_vm::LinearMemory::vmmemory(vm.get(objects)).as_ptr() as usize;
                self.refs.push_at(address, || Entry::Memory(vm))
            }
            VMExtern::Global(vm) => {
                let address = vm.get(objects).vmglobal().as_ptr() as usize;
                self.refs.push_at(address, || Entry::Global(vm))
            }
            VMExtern::Table(vm) => {
                let address = vm.get(objects).vmtable().as_ptr() as usize;
                self.refs.push_at(address, || Entry::Table(Table { vm, limits }))
            }
            VMExtern::Tag(vm) => self.refs.push(Entry::Tag(vm)),
        })
    }

    /// The handle of a function, by its record in compiled code's format.
    pub fn intern_func(&mut self, anyfunc: NonNull<VMCallerCheckedAnyfunc>) -> Result<Handle> {
        let address = anyfunc.as_ptr() as usize;
        if let Some(&place) = self.refs.by_address.get(&address) {
            return Ok(self.refs.handle(place));
        }
        // SAFETY: the record lives in an instance or function of this arena, which owns them.
        let hash = unsafe { anyfunc.as_ref() }.type_signature_hash;
        let signature = self.signature(hash)?;
        let func = Func { signature, code: Some(anyfunc), vm: None, host: None };
        Ok(self.refs.push_at(address, || Entry::Func(func)))
    }

    /// Makes an externref that carries `data`.
    pub fn new_extern(&mut self, data: u64) -> Handle {
        let vm =
            VMExternRef(InternalStoreHandle::new(self.objects.get_mut(), VMExternObj::new(())));
        let handle = self.refs.push(Entry::Extern { vm, data });
        self.refs.externs.push(handle as u32 - 1);
        handle
    }

    /// From a handle in a slot to what compiled code understands.
    pub fn lower(&mut self, kind: ValueKind, handle: Handle) -> Result<usize> {
        if handle == 0 {
            return Ok(0);
        }
        match kind {
            ValueKind::FuncRef => Ok(self.code_of(handle)?.as_ptr() as usize),
            _ => match self.refs.get(handle)? {
                Entry::Extern { vm, .. } => {
                    let raw = vm.into_raw();
                    // SAFETY: wasmer writes this member.
                    Ok(unsafe { raw.funcref })
                }
                _ => Err(self.refs.wrong(handle, "externref")),
            },
        }
    }

    /// From what compiled code wrote to a handle.
    pub fn lift(&mut self, kind: ValueKind, raw: usize) -> Result<Handle> {
        if kind == ValueKind::ExternRef {
            return match self.refs.externs.get(raw.wrapping_sub(1)) {
                Some(&place) => Ok(self.refs.handle(place)),
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
