//! Handles: how the host names what lives in an arena, and how references cross.
//!
//! A handle is the place of an entry and a tag that no other entry of the process has, so that it
//! never names another object, however often places are used again. The same number serves as a
//! funcref or externref in a slot, so that the host never holds a pointer of wasmer's: a wrong
//! number is an error. An object has one entry as long as it lives, however often it is met, so that
//! calls do not make an arena grow.
//!
//! Each time a handle is given to the host, the host holds the object once more, until it releases
//! it. See `collect` for what that keeps.

use super::host::HostFunc;
use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::base::value::{Limits, Signature};
use std::collections::HashMap;
use std::fmt;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use wasmer_vm::{
    InternalStoreHandle, VMCallerCheckedAnyfunc, VMExternRef, VMFunction, VMGlobal, VMMemory,
    VMTable, VMTag,
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
    /// An instance that could not be made.
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
    /// An instance that could not be made.
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
            Self::Dead => "instance that could not be made",
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

/// Bits of a handle that say the place of its entry, counted from 1. The others are its tag.
const PLACE_BITS: u32 = 24;
const MOST_PLACES: usize = (1 << PLACE_BITS) - 1;
const TAGS: u64 = 1 << (64 - PLACE_BITS);
/// No entry has it.
const FREE: u64 = u64::MAX;

/// The owner of what the host made.
pub(crate) const NOBODY: u32 = u32::MAX;

/// Tags of the process that were not given to an arena yet.
static NEXT_TAG: AtomicU64 = AtomicU64::new(1);

/// Tags for the entries of one arena, in blocks. After 2^40 of them the process begins anew.
#[derive(Default)]
struct Tags {
    next: u64,
    end: u64,
    blocks: Vec<(u64, u64)>,
}

impl Tags {
    fn next(&mut self) -> u64 {
        loop {
            if self.next == self.end {
                let size = 64u64 << (2 * self.blocks.len()).min(10);
                self.next = NEXT_TAG.fetch_add(size, Ordering::Relaxed);
                self.end = self.next + size;
                self.blocks.push((self.next, self.end));
            }
            self.next += 1;
            match (self.next - 1) % TAGS {
                0 => {}
                tag => return tag,
            }
        }
    }

    fn had(&self, tag: u64) -> bool {
        let holds = |&(from, to): &(u64, u64)| tag.wrapping_sub(from) % TAGS < to - from;
        self.blocks.iter().any(holds)
    }
}

/// An entry with what is known of it.
pub struct Place {
    tag: u64,
    /// How often the host has it.
    pub held: u32,
    /// The number of the instance that the object is part of, or `NOBODY`.
    pub owner: u32,
    pub entry: Entry,
}

/// The entries of an arena.
#[derive(Default)]
pub struct HandleTable {
    tags: Tags,
    places: Vec<Place>,
    free: Vec<u32>,
    /// Address of an object's definition to its entry.
    pub(crate) by_address: HashMap<usize, u32>,
    /// Entry of each externref object, by wasmer's number for it less one.
    pub(super) externs: Vec<u32>,
    /// How often the host has something of an instance, by its number.
    of_instances: Vec<u32>,
}

impl HandleTable {
    pub(crate) fn handle(&self, place: u32) -> Handle {
        (self.places[place as usize].tag << PLACE_BITS) | Handle::from(place + 1)
    }

    /// The place of a handle that is good.
    pub(crate) fn place(handle: Handle) -> u32 {
        (handle as u32 & MOST_PLACES as u32).wrapping_sub(1)
    }

    /// The entries there are, with their places.
    pub(crate) fn all(&self) -> impl Iterator<Item = (u32, &Place)> {
        let places = self.places.iter().enumerate().filter(|(_, place)| place.tag != FREE);
        places.map(|(number, place)| (number as u32, place))
    }

    /// Places, used or not.
    pub(crate) fn size(&self) -> usize {
        self.places.len()
    }

    pub(crate) fn at(&self, place: u32) -> &Place {
        &self.places[place as usize]
    }

    /// An entry for an object, or part of an instance, that the host holds once.
    pub fn push_of(&mut self, entry: Entry, owner: u32) -> Result<Handle> {
        let new = Place { tag: self.tags.next(), held: 0, owner, entry };
        let place = match self.free.pop() {
            Some(place) => {
                self.places[place as usize] = new;
                place
            }
            None if self.places.len() >= MOST_PLACES => {
                return Err(Error::new(
                    Status::Limit,
                    format!("limit: {MOST_PLACES} handles of one arena or store are in use"),
                ));
            }
            None => {
                self.places.push(new);
                self.places.len() as u32 - 1
            }
        };
        Ok(self.hold(place))
    }

    pub fn push(&mut self, entry: Entry) -> Result<Handle> {
        self.push_of(entry, NOBODY)
    }

    /// Takes an entry out, whose object is being freed.
    pub(crate) fn remove(&mut self, place: u32) -> Entry {
        let found = &mut self.places[place as usize];
        found.tag = FREE;
        self.free.push(place);
        std::mem::replace(&mut found.entry, Entry::Dead)
    }

    /// The host has the object once more.
    pub(crate) fn hold(&mut self, place: u32) -> Handle {
        let found = &mut self.places[place as usize];
        found.held = found.held.saturating_add(1);
        if let Some(count) = self.of_instances.get_mut(found.owner as usize) {
            *count = count.saturating_add(1);
        }
        self.handle(place)
    }

    /// The host has the object once less. True if that may have been the last thing that kept
    /// something.
    pub(crate) fn release(&mut self, handle: Handle) -> Result<bool> {
        self.get(handle)?;
        let found = &mut self.places[Self::place(handle) as usize];
        match found.held {
            0 => {
                let message =
                    format!("handle {handle:#x}: the {} was released before", found.entry.noun());
                return Err(Error::new(Status::Handle, message));
            }
            // Too often to be counted: it stays.
            u32::MAX => return Ok(false),
            _ => found.held -= 1,
        }
        Ok(match self.of_instances.get_mut(found.owner as usize) {
            // Not so if the count ends, see `hold`.
            Some(count) if *count < u32::MAX => {
                *count -= 1;
                *count == 0
            }
            Some(_) => false,
            None => found.held == 0,
        })
    }

    /// Makes an instance with a number the owner of an entry.
    pub(crate) fn give_to(&mut self, handle: Handle, instance: u32) {
        let place = &mut self.places[Self::place(handle) as usize];
        place.owner = instance;
        let held = place.held;
        self.note_instance(instance, held);
    }

    pub(crate) fn note_instance(&mut self, instance: u32, held: u32) {
        let instance = instance as usize;
        if self.of_instances.len() <= instance {
            self.of_instances.resize(instance + 1, 0);
        }
        self.of_instances[instance] = held;
    }

    pub(super) fn push_at(
        &mut self,
        address: usize,
        owner: u32,
        entry: impl FnOnce() -> Entry,
    ) -> Result<Handle> {
        if let Some(&place) = self.by_address.get(&address) {
            return Ok(self.hold(place));
        }
        let handle = self.push_of(entry(), owner)?;
        self.by_address.insert(address, Self::place(handle));
        Ok(handle)
    }

    /// Makes `handle` the one entry of the object at `address`.
    pub fn set_address(&mut self, handle: Handle, address: usize) {
        self.by_address.entry(address).or_insert(Self::place(handle));
    }

    #[inline]
    pub fn get(&self, handle: Handle) -> Result<&Entry> {
        let place = (handle as usize & MOST_PLACES).wrapping_sub(1);
        match self.places.get(place) {
            Some(found) if found.tag == handle >> PLACE_BITS => Ok(&found.entry),
            _ => Err(self.unknown(handle)),
        }
    }

    pub fn get_mut(&mut self, handle: Handle) -> Result<&mut Entry> {
        self.get(handle)?;
        Ok(&mut self.places[Self::place(handle) as usize].entry)
    }

    #[cold]
    fn unknown(&self, handle: Handle) -> Error {
        let message = if handle == 0 {
            "handle 0 names nothing".to_owned()
        } else if self.tags.had(handle >> PLACE_BITS)
            && handle as usize & MOST_PLACES <= self.places.len()
        {
            format!("handle {handle:#x}: what it named was released and freed")
        } else {
            format!("handle {handle:#x} belongs to another arena than this one, or to none")
        };
        Error::new(Status::Handle, message)
    }

    #[cold]
    pub(super) fn wrong(&self, handle: Handle, wanted: &str) -> Error {
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

    pub fn extern_data(&self, handle: Handle) -> Result<u64> {
        match self.get(handle)? {
            Entry::Extern { data, .. } => Ok(*data),
            _ => Err(self.wrong(handle, "externref")),
        }
    }

    /// The entry of an externref in compiled code's form.
    pub(crate) fn extern_place(&self, raw: usize) -> Option<u32> {
        self.externs.get(raw.wrapping_sub(1)).copied().filter(|&place| place != NOBODY)
    }

    pub(crate) fn forget_extern(&mut self, raw: usize) {
        if let Some(place) = self.externs.get_mut(raw.wrapping_sub(1)) {
            *place = NOBODY;
        }
    }
}
