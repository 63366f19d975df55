//! The instances of an arena.

use super::handles::{Handle, NOBODY};
use super::objects::Made;
use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::compile::module::Module;
use std::collections::{BTreeMap, HashMap};
use wasmer_vm::{InternalStoreHandle, VMFunction, VMInstance};

pub struct Instance {
    pub vm: VMInstance,
    pub module: Module,
    /// The handles of the exports that were asked for; 0 where none was. They are good as long as the
    /// instance lives.
    pub(crate) exports: Vec<Handle>,
    /// Its own memories, tables and globals.
    pub(crate) made: Made,
    /// The host functions that it imports.
    pub(crate) bound: Vec<Bound>,
    /// Where the other imports are: see `Contents::definition_of`.
    pub(crate) imports: Vec<usize>,
    /// Ours, for a host function that no instance imports.
    pub(crate) is_shim: bool,
}

/// A host function with an address for one import.
pub struct Bound {
    pub vm: InternalStoreHandle<VMFunction>,
    /// The address of its context.
    pub context: usize,
    /// The place of the host function's entry.
    pub place: u32,
}

/// The instances of an arena, each with a place that does not change.
#[derive(Default)]
pub struct Instances {
    places: Vec<Option<Box<Instance>>>,
    free: Vec<usize>,
    /// How many are ours: shims of host functions, which no limit counts.
    shims: usize,
    /// From where the context of an instance begins to where it ends, and the instance's place.
    contexts: BTreeMap<usize, (usize, u32)>,
    /// From the contexts of host functions to the places of the instances that import them.
    hosts: HashMap<usize, u32>,
}

impl Instances {
    pub fn count(&self) -> usize {
        self.places.len() - self.free.len() - self.shims
    }

    pub fn get(&mut self, place: usize) -> Result<&mut Instance> {
        match self.places.get_mut(place) {
            Some(Some(instance)) => Ok(instance),
            _ => Err(Error::new(Status::Handle, "instance was released")),
        }
    }

    /// The instances there are, with their places.
    pub(crate) fn all(&self) -> impl Iterator<Item = (u32, &Instance)> {
        let places = self.places.iter().enumerate();
        places.filter_map(|(place, instance)| Some((place as u32, &**instance.as_ref()?)))
    }

    /// The places of the instances there are.
    pub fn numbers(&self) -> Vec<usize> {
        self.all().map(|(place, _)| place as usize).collect()
    }

    /// Places, used or not.
    pub(crate) fn size(&self) -> usize {
        self.places.len()
    }

    pub(crate) fn peek(&self, place: u32) -> Option<&Instance> {
        self.places.get(place as usize)?.as_deref()
    }

    /// The place of the instance that an address is of: a context of its code, or something that lies
    /// in one. `NOBODY` if there is none.
    pub(crate) fn at(&self, address: usize) -> u32 {
        match self.contexts.range(..=address).next_back() {
            Some((_, &(end, place))) if address < end => place,
            _ => self.hosts.get(&address).copied().unwrap_or(NOBODY),
        }
    }

    pub fn add(&mut self, instance: Instance) -> usize {
        let start = instance.vm.vmctx_ptr() as usize;
        // One byte at least, for what has no imports and nothing of its own.
        let end = start + (instance.vm.vmoffsets().size_of_vmctx() as usize).max(1);
        let place = self.free.pop().unwrap_or_else(|| {
            self.places.push(None);
            self.places.len() - 1
        });
        self.contexts.insert(start, (end, place as u32));
        self.hosts.extend(instance.bound.iter().map(|bound| (bound.context, place as u32)));
        self.shims += usize::from(instance.is_shim);
        self.places[place] = Some(Box::new(instance));
        place
    }

    /// Takes out an instance that nothing reaches.
    pub(crate) fn take(&mut self, place: u32) -> Option<Box<Instance>> {
        let instance = self.places.get_mut(place as usize)?.take()?;
        self.free.push(place as usize);
        self.contexts.remove(&(instance.vm.vmctx_ptr() as usize));
        for bound in &instance.bound {
            self.hosts.remove(&bound.context);
        }
        self.shims -= usize::from(instance.is_shim);
        Some(instance)
    }
}
