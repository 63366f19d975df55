//! Linking by name: what modules import is looked up among what was defined.

use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::compile::module::Module;
use crate::runtime::store::arena::{Arena, Handle};
use crate::runtime::store::host::HostFunc;
use std::collections::HashMap;
use std::collections::hash_map::Entry as Place;
use std::sync::{Arc, Mutex, PoisonError};

/// What a name stands for.
enum Definition {
    /// An object of one arena.
    Object(Handle),
    /// A host function, for any arena, with its handle in the one that asked last.
    Host(Arc<HostFunc>, Handle),
}

impl Definition {
    /// The object in an arena. A host function is taken in the first time.
    fn handle(&mut self, arena: &Arena) -> Result<Handle> {
        match self {
            Self::Object(handle) => Ok(*handle),
            Self::Host(host, known) => {
                if *known == 0 || arena.noun(*known).is_err() {
                    *known = arena.add_func(host)?;
                }
                Ok(*known)
            }
        }
    }
}

#[derive(Default)]
struct Names {
    /// By the name of the module, then by its own.
    modules: HashMap<String, HashMap<String, Definition>>,
    shadowing: bool,
}

impl Names {
    fn define(&mut self, module: &str, name: &str, what: Definition) -> Result<()> {
        let shadowing = self.shadowing;
        match self.modules.entry(module.to_owned()).or_default().entry(name.to_owned()) {
            Place::Occupied(_) if !shadowing => Err(Error::new(
                Status::InvalidArgument,
                format!("linker: {module:?}.{name:?} is defined already"),
            )),
            place => {
                place.insert_entry(what);
                Ok(())
            }
        }
    }

    fn find(&mut self, module: &str, name: &str) -> Option<&mut Definition> {
        self.modules.get_mut(module)?.get_mut(name)
    }
}

/// Names and what they stand for. Safe to use from any thread. It keeps no arena: objects are known by
/// their handles, and host functions are made in each arena that asks for them.
#[derive(Default)]
pub struct Linker(Mutex<Names>);

impl Linker {
    fn with<R>(&self, work: impl FnOnce(&mut Names) -> R) -> R {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether a name may be defined again, in place of what it stood for.
    pub fn allow_shadowing(&self, allow: bool) {
        self.with(|names| names.shadowing = allow);
    }

    pub fn define(&self, module: &str, name: &str, object: Handle) -> Result<()> {
        if object == 0 {
            return Err(Error::new(
                Status::Handle,
                format!("linker: {module:?}.{name:?}: handle 0 names nothing"),
            ));
        }
        self.with(|names| names.define(module, name, Definition::Object(object)))
    }

    pub fn define_host(&self, module: &str, name: &str, host: HostFunc) -> Result<()> {
        self.with(|names| names.define(module, name, Definition::Host(Arc::new(host), 0)))
    }

    /// Defines all exports of an instance under the name of a module, or none.
    pub fn define_instance(&self, arena: &Arena, module: &str, instance: Handle) -> Result<()> {
        let code = arena.module(instance)?;
        let exports =
            code.exports().iter().enumerate().map(|(number, export)| {
                Ok((export.name.as_str(), arena.export(instance, number)?))
            });
        let exports = exports.collect::<Result<Vec<_>>>()?;
        self.with(|names| {
            let defined = exports.iter().find(|(name, _)| names.find(module, name).is_some());
            if let Some((name, _)) = defined.filter(|_| !names.shadowing) {
                return Err(Error::new(
                    Status::InvalidArgument,
                    format!("linker: {module:?}.{name:?} is defined already"),
                ));
            }
            for (name, object) in exports {
                names.define(module, name, Definition::Object(object))?;
            }
            Ok(())
        })
    }

    /// What a name stands for in an arena.
    pub fn get(&self, arena: &Arena, module: &str, name: &str) -> Result<Handle> {
        let handle = self.with(|names| match names.find(module, name) {
            Some(definition) => definition.handle(arena),
            None => Err(Error::new(
                Status::NotFound,
                format!("linker: {module:?}.{name:?} is not defined"),
            )),
        })?;
        arena.noun(handle)?;
        Ok(handle)
    }

    /// Makes an instance. All imports that are not defined or do not fit are named in one error.
    pub fn instantiate(&self, arena: &Arena, module: &Module, call_data: u64) -> Result<Handle> {
        let imports = self.with(|names| {
            let find = |import: &crate::runtime::compile::module::Import| match names
                .find(&import.module, &import.name)
            {
                Some(definition) => definition.handle(arena),
                // It is missing, and named with the others that are.
                None => Ok(0),
            };
            module.imports().iter().map(find).collect::<Result<Vec<_>>>()
        })?;
        arena.instantiate(module, &imports, call_data)
    }
}
