//! Calls between modules whose code does not agree on where parameters are.
//!
//! Singlepass (wasmer 7.4.2) passes all parameters of compiled functions as integers, Cranelift as the
//! system does. And a call of an import goes through a trampoline of the importing module that, of
//! Singlepass, moves floating-point parameters to where a host function looks for them; a function of
//! another module does not look there. So such an import becomes a host function that calls what it is
//! for: each side is called in its own way, as from outside. That costs what two crossings cost, and is
//! one of the nested calls of a thread (`MAX_DEPTH`).
//!
//! Through tables and references, which lead straight to code, nothing can come in between. So the code of
//! one compiler only, the arena's home, may be reached by references: a module of the other is let in
//! if no reference to a function can get in or out of it. An exception does not get over a bridge: it is an
//! uncaught one there. (Singlepass compiles nothing that could catch it.)

use crate::runtime::base::compiler::Compiler;
use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::base::value::{ExternType, FuncType, Signature, Slot, ValueKind};
use crate::runtime::compile::module::Module;
use crate::runtime::store::arena::Handle;
use crate::runtime::store::contents::Contents;
use crate::runtime::store::handles::HandleTable;
use crate::runtime::store::host::{CallInfo, HostCall, HostFunc};
use std::sync::Arc;

/// A host function that calls a function of the same arena.
struct Bridge {
    target: Handle,
}

/// The handles among slots.
fn references(kinds: &[ValueKind], slots: *const Slot) -> Vec<Handle> {
    let places = kinds.iter().enumerate().filter(|(_, kind)| kind.is_reference());
    // SAFETY: the caller passes at least as many slots as kinds.
    places.map(|(place, _)| unsafe { (*slots.add(place)).0[0] }).collect()
}

impl HostCall for Bridge {
    unsafe fn call(&self, info: &CallInfo<'_>, ty: &Signature, slots: *mut Slot) -> Result<()> {
        if !ty.references {
            // SAFETY: the types are equal, so the slots are as many.
            return unsafe { info.arena.call(self.target, slots, ty.slots, info.call_data) };
        }
        // Each was given to this function once. While a call is running nothing is freed.
        let taken = references(&ty.ty.params, slots);
        // SAFETY: as above.
        let outcome = unsafe { info.arena.call(self.target, slots, ty.slots, info.call_data) };
        info.arena.release_all(&taken)?;
        outcome?;
        info.arena.release_all(&references(&ty.ty.results, slots)).map(drop)
    }
}

/// Whether a reference to a function could get through a value.
fn holds_functions(ty: &FuncType) -> bool {
    ty.params.iter().chain(&ty.results).any(|&kind| kind == ValueKind::FuncRef)
}

/// Whether references to functions could get through an import or export.
fn passes_functions(ty: &ExternType) -> bool {
    match ty {
        ExternType::Func(ty) | ExternType::Tag(ty) => holds_functions(ty),
        ExternType::Table { element, .. } => *element == ValueKind::FuncRef,
        ExternType::Global(ty) => ty.kind == ValueKind::FuncRef,
        ExternType::Memory { .. } => false,
    }
}

/// Whether no reference to a function gets into the module or out of it.
pub fn is_closed(module: &Module) -> bool {
    let types = module.imports().iter().map(|import| &import.ty);
    !types.chain(module.exports().iter().map(|export| &export.ty)).any(passes_functions)
}

impl Contents {
    /// An error for a module whose code must not meet that of the arena. Code of two compilers that calls
    /// each other through references passes garbage.
    pub fn check_home(&self, module: &Module) -> Result<()> {
        let compiler = module.compiler();
        match self.home {
            Some(home) if home != compiler && !is_closed(module) => Err(Error::new(
                Status::Link,
                format!(
                    "module was compiled by {compiler}, and references to functions in this arena are \
                     those of {home}; a module of another compiler may import and export nothing with \
                     funcref"
                ),
            )),
            _ => Ok(()),
        }
    }

    /// A function's reference is about to be given away: from now on its compiler is the home.
    pub fn settle(&mut self, func: Handle) -> Result<()> {
        let Some(compiler) = self.compiler_of(func) else { return Ok(()) };
        match *self.home.get_or_insert(compiler) {
            home if home == compiler => Ok(()),
            home => Err(Error::new(
                Status::Link,
                format!(
                    "function was compiled by {compiler}, and references to functions in this arena \
                     are those of {home}"
                ),
            )),
        }
    }

    /// The compiler of a function's code; `None` for a host function.
    fn compiler_of(&self, func: Handle) -> Option<Compiler> {
        let owner = self.refs.at(HandleTable::place(func)).owner;
        self.instances.peek(owner).map(|instance| instance.module.compiler())
    }

    /// What a module's import is to call instead of a function, if it cannot call that itself.
    pub fn bridge(&self, module: &Module, func: Handle) -> Result<Option<Arc<HostFunc>>> {
        let found = self.refs.func(func)?;
        let compiler = module.compiler();
        let other = self.compiler_of(func).unwrap_or(compiler);
        let agree = other == compiler
            && (compiler != Compiler::Singlepass || !found.signature.ty.takes_floats());
        if found.host.is_some() || agree {
            return Ok(None);
        }
        let signature = found.signature.clone();
        Ok(Some(Arc::new(HostFunc { signature, body: Box::new(Bridge { target: func }) })))
    }
}
