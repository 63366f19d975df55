//! Where in its source each function on the stack is, from the DWARF that a module carries in custom sections
//! (DWARF for WebAssembly: addresses count from the first byte of the contents of the code section).
//!
//! A guest chooses these sections. They are read with a bounded number of steps (`counted`), to a bounded depth
//! (`info`), on a thread with a stack for that, and only if the engine asks for it and something fails.

mod counted;
mod demangle;
mod info;

use super::fork;
use super::workers;
use crate::runtime::base::error::Source;
use info::Info;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// Gives the contents of a custom section by its name.
pub type Section = dyn Fn(&str) -> Option<Arc<[u8]>> + Send + Sync;

struct Module {
    /// Behind its last function.
    end: usize,
    /// Where the contents of the code section begin in the module's bytes.
    code: u32,
    section: Box<Section>,
    state: Mutex<State>,
}

/// What is known of a module's sections. They are read when something fails first.
enum State {
    Unread,
    Read(Box<Info>),
    /// None, or none that can be read.
    Nothing,
}

/// The modules whose frames are looked up, by the address of their first function.
static MODULES: RwLock<BTreeMap<usize, Arc<Module>>> = RwLock::new(BTreeMap::new());

/// The frames of a module have sources for as long as this lives.
pub struct Registered(usize);

impl Registered {
    /// For functions at some addresses, of a module whose code section's contents begin at `code`.
    pub fn new(functions: Range<usize>, code: u32, section: Box<Section>) -> Self {
        let module = Module { end: functions.end, code, section, state: Mutex::new(State::Unread) };
        fork::uncut(|| {
            let mut modules = MODULES.write().unwrap_or_else(PoisonError::into_inner);
            modules.insert(functions.start, Arc::new(module));
        });
        Self(functions.start)
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        // Dropped outside of the lock.
        let _module =
            fork::uncut(|| MODULES.write().unwrap_or_else(PoisonError::into_inner).remove(&self.0));
    }
}

fn find(address: usize) -> Option<Arc<Module>> {
    let modules = MODULES.read().unwrap_or_else(PoisonError::into_inner);
    let (_, module) = modules.range(..=address).next_back()?;
    (address < module.end).then(|| module.clone())
}

impl Module {
    fn sources(&self, module_offset: u32) -> Vec<Source> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::Unread = *state {
            *state = match Info::read(&*self.section) {
                Some(info) => State::Read(Box::new(info)),
                None => State::Nothing,
            };
        }
        match (&*state, module_offset.checked_sub(self.code)) {
            (State::Read(info), Some(address)) => info.sources(address.into()),
            _ => Vec::new(),
        }
    }
}

/// The sources of functions, each by an address in its code and the place in its module that this stands for
/// (0 for none). Those of modules that are not registered are empty.
pub fn sources(places: &[(usize, u32)]) -> Vec<Vec<Source>> {
    let nothing = || vec![Vec::new(); places.len()];
    let modules: Vec<_> = fork::uncut(|| places.iter().map(|place| find(place.0)).collect());
    if modules.iter().all(Option::is_none) {
        return nothing();
    }
    let work = || {
        let each = places.iter().zip(&modules).map(|(&(_, offset), module)| match module {
            Some(module) if offset != 0 => module.sources(offset),
            _ => Vec::new(),
        });
        Ok(fork::uncut(|| each.collect()))
    };
    // Without a thread the error that is being told of goes without sources.
    workers::apart(NonZeroUsize::MIN, work).unwrap_or_else(|_| nothing())
}
