//! What is freed before its arena goes: all that neither the host holds nor what it holds reaches.
//!
//! The host holds an object as often as it was given a handle of it and has not released it. From
//! there on it is followed who can reach whom:
//!
//! - a function, and a memory, table or global that an instance made: that instance;
//! - an instance: what it imports, and what is in its tables and globals;
//! - a table or global: the functions and externrefs that are in it;
//! - a host function that an instance imports: that instance, which it is told of when it is called.
//!
//! What is not met is freed: memories are unmapped, host functions and their environments dropped,
//! numbers of limits given back. This is done while no call into the arena is on any stack, so that
//! nothing else can hold a reference. (A module's code stays while it may be used again; the tags of
//! an instance stay until the arena goes: wasmer has no way to free them. Of exceptions see
//! `exceptions`.)

mod reachable;

use super::arena::{Arena, Entered};
use super::contents::Contents;
use super::crossing::raw_extern;
use super::handles::{Entry, Handle, HandleTable, NOBODY, Noun};
use super::instances::Instance;
use crate::runtime::base::error::{Result, Status};
use crate::runtime::compile::module::Module;
use wasmer_vm::{VMFunction, VMMemory, VMTable};

/// What is told of a freed object, for which the host may have something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Freed {
    /// What named it.
    pub handle: Handle,
    /// What an externref carried, or what the host gave with a function; else 0.
    pub word: u64,
    pub noun: Noun,
}

/// What is known of what lives in an arena.
#[derive(Default)]
pub struct Life {
    /// Releases that may have made something unreachable, since the last collection.
    pub dropped: usize,
    /// What the last collection looked at, by number.
    cost: usize,
    /// What was freed, if the host wants to be told.
    freed: Option<Vec<Freed>>,
}

/// Things that a release pays for looking at. So collections cost the same for each release, however
/// much lives; few things are looked at each time.
const PER_RELEASE: usize = 256;
/// Unused modules that are kept, because instantiating them again is likely.
const SPARE_MODULES: usize = 32;

/// What is on its way out. Freed in this order: memories and tables before the instances that they
/// point into, code last. Not while the contents are borrowed: what the host gave with its functions
/// is told, and may come back into the arena.
#[derive(Default)]
struct Garbage {
    _memories: Vec<VMMemory>,
    _tables: Vec<VMTable>,
    _functions: Vec<VMFunction>,
    // As they were kept, rather than moved once more.
    #[allow(clippy::vec_box)]
    _instances: Vec<Box<Instance>>,
    _entries: Vec<Entry>,
    _modules: Vec<Module>,
}

impl Arena {
    /// The host gives up one hold of an object. What nobody reaches then is freed, now or a little
    /// later; see `collect`.
    pub fn release(&self, handle: Handle) -> Result<()> {
        let entered = self.enter()?;
        let may_free = entered.with(|contents| contents.give_up(handle))??;
        if may_free { entered.tidy() } else { Ok(()) }
    }

    /// The host has an object that it knows once more.
    pub fn hold(&self, handle: Handle) -> Result<()> {
        self.enter()?.with(|contents| {
            contents.refs.get(handle)?;
            contents.refs.hold(HandleTable::place(handle));
            Ok(())
        })?
    }

    /// Frees all that nobody reaches. False, and nothing is freed, if a call into the arena is running.
    /// Of a closed arena all was freed when the call that was running is over.
    pub fn collect(&self) -> Result<bool> {
        if self.is_closed() {
            return Ok(self.is_freed());
        }
        let entered = self.enter()?;
        if !entered.is_outermost() {
            return Ok(false);
        }
        drop(entered.with(Contents::collect)?);
        Ok(true)
    }

    /// What was freed since this was asked last; from the first time on that it is.
    pub fn freed(&self, most: usize) -> Result<Vec<Freed>> {
        self.enter()?.with(|contents| {
            let freed = contents.life.freed.get_or_insert_default();
            let rest = freed.len().saturating_sub(most);
            let taken = freed.split_off(rest);
            if freed.is_empty() {
                freed.shrink_to(64);
            }
            taken
        })
    }

    /// `release` for many, of which 0 is none. True if something was to be freed and cannot be now,
    /// because a call into the arena is running.
    pub fn release_all(&self, handles: &[Handle]) -> Result<bool> {
        let entered = self.enter()?;
        let mut found = Ok(());
        for &handle in handles.iter().filter(|&&handle| handle != 0) {
            found = found.and(entered.with(|contents| contents.give_up(handle))?.map(drop));
        }
        entered.tidy()?;
        found?;
        entered.with(|contents| contents.is_worth_it())
    }

    /// Releases a handle when what is returned is dropped.
    pub fn borrowed(&self, handle: Handle) -> Borrowed<'_> {
        Borrowed { arena: self, handle }
    }
}

/// See `Arena::borrowed`.
pub struct Borrowed<'a> {
    arena: &'a Arena,
    handle: Handle,
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        // A closed arena has freed it.
        let _ = self.arena.release(self.handle);
    }
}

impl Entered<'_> {
    /// Does something that makes objects. If a limit forbids it, once more after what is not used any
    /// more was freed.
    pub(crate) fn making<R>(&self, work: impl Fn(&mut Contents) -> Result<R>) -> Result<R> {
        let first = self.with(&work)?;
        match &first {
            Err(error) if matches!(error.status, Status::Limit | Status::OutOfMemory) => {}
            _ => return first,
        }
        if !self.is_outermost() || self.with(|contents| contents.life.dropped)? == 0 {
            return first;
        }
        drop(self.with(Contents::collect)?);
        self.with(&work)?
    }

    /// Frees what nobody reaches if that is worth it.
    pub(crate) fn tidy(&self) -> Result<()> {
        if self.is_outermost() && self.with(|contents| contents.is_worth_it())? {
            // Freed before this thread leaves the arena.
            drop(self.with(Contents::collect)?);
        }
        Ok(())
    }
}

impl Contents {
    fn give_up(&mut self, handle: Handle) -> Result<bool> {
        let may_free = self.refs.release(handle)?;
        self.life.dropped += usize::from(may_free);
        Ok(may_free)
    }

    fn is_worth_it(&self) -> bool {
        self.life.dropped.saturating_mul(PER_RELEASE) >= self.life.cost.max(1)
    }

    /// Takes out what nobody reaches. To be called while no call into the arena is on any stack.
    fn collect(&mut self) -> Garbage {
        let met = self.follow();
        self.life.dropped = 0;
        self.life.cost = met.cost;
        let dead: Vec<u32> = self
            .refs
            .all()
            .filter(|&(place, _)| !self.lives(&met, place))
            .map(|(p, _)| p)
            .collect();
        let instances = self.instances.all().filter(|&(place, _)| !met.instances[place as usize]);
        let instances: Vec<u32> = instances.map(|(place, _)| place).collect();
        let mut garbage = Garbage::default();
        if dead.is_empty() && instances.is_empty() {
            return garbage;
        }
        for &place in &dead {
            self.free_entry(place, &mut garbage);
        }
        for place in instances {
            self.free_instance(place, &mut garbage);
        }
        let refs = &mut self.refs;
        let gone: std::collections::HashSet<u32> = dead.into_iter().collect();
        refs.by_address.retain(|_, place| !gone.contains(place));
        if self.modules.len() > SPARE_MODULES {
            let mut rest = std::mem::take(&mut self.modules);
            for (_, instance) in self.instances.all() {
                if let Some(used) = rest.iter().position(|module| module.same(&instance.module)) {
                    self.modules.push(rest.swap_remove(used));
                }
            }
            garbage._modules = rest;
        }
        garbage
    }

    fn free_instance(&mut self, place: u32, garbage: &mut Garbage) {
        let Some(mut instance) = self.instances.take(place) else { return };
        let made = std::mem::take(&mut instance.made);
        let (memories, tables) = self.objects.take_made(made);
        garbage._memories.extend(memories);
        garbage._tables.extend(tables);
        for bound in std::mem::take(&mut instance.bound) {
            let address = bound.vm.get(self.objects.get()).anyfunc.as_ptr().as_ptr() as usize;
            self.refs.by_address.remove(&address);
            garbage._functions.push(self.objects.take_function(bound.vm));
        }
        garbage._instances.push(instance);
    }

    fn free_entry(&mut self, place: u32, garbage: &mut Garbage) {
        let handle = self.refs.handle(place);
        let of_instance = self.refs.at(place).owner != NOBODY;
        let entry = self.refs.remove(place);
        let mut word = 0;
        match &entry {
            Entry::Func(func) => {
                if let Some(vm) = func.vm {
                    garbage._functions.push(self.objects.take_function(vm));
                }
                word = func.host.as_ref().map_or(0, |host| host.body.word());
            }
            // Those of an instance go with it.
            Entry::Memory(vm) if !of_instance => {
                garbage._memories.push(self.objects.take_memory(*vm));
            }
            Entry::Table(table) if !of_instance => {
                garbage._tables.extend(self.objects.take_table(table.vm));
            }
            Entry::Global(vm) if !of_instance => self.objects.free_global(*vm),
            Entry::Extern { vm, data } => {
                self.refs.forget_extern(raw_extern(*vm));
                self.objects.free_extern(vm.0);
                word = *data;
            }
            _ => {}
        }
        if let Some(list) = &mut self.life.freed {
            list.push(Freed { handle, word, noun: entry.noun() });
        }
        garbage._entries.push(entry);
    }
}
