//! Whether a module may be linked to what is offered for its imports.

use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::base::text;
use crate::runtime::base::value::{ExternType, Limits};
use crate::runtime::compile::module::{Import, Module};
use crate::runtime::store::contents::Contents;
use crate::runtime::store::handles::{Entry, Handle};
use wasmer_compiler::ArtifactCreate;
use wasmer_types::{ImportIndex, MemoryStyle};
use wasmer_vm::LinearMemory;

impl Contents {
    /// Checks everything about the imports and names all that is wrong in one error.
    pub fn check_imports(&self, module: &Module, given: &[Handle]) -> Result<()> {
        let wanted = module.imports();
        if wanted.len() != given.len() {
            let mut message = format!("module has {} imports, {} given", wanted.len(), given.len());
            if let Some(missing) = wanted.get(given.len()) {
                message = format!("{message}; the next one is {}: {}", named(missing), missing.ty);
            }
            return Err(Error::new(Status::Link, message));
        }
        let mut wrong = Vec::new();
        for (import, &handle) in wanted.iter().zip(given) {
            match self.import_problem(module, import, handle) {
                Ok(None) => {}
                Ok(Some(problem)) => wrong.push(problem),
                Err(error) => wrong.push(format!("{}: {error}", named(import))),
            }
        }
        if !wrong.is_empty() {
            return Err(Error::new(Status::Link, text::list(&wrong, "; ")));
        }
        self.check_home(module)
    }

    fn import_problem(
        &self,
        module: &Module,
        import: &Import,
        handle: Handle,
    ) -> Result<Option<String>> {
        if handle == 0 {
            let why = match (import.module.as_str(), import.name.as_str()) {
                ("wasi", "thread-spawn") => "; the guest may start no threads",
                _ => "",
            };
            return Ok(Some(format!("{}: missing, {} wanted{why}", named(import), import.ty)));
        }
        let found = self.extern_type(handle)?;
        let objects = self.objects.get();
        let size = match self.refs.get(handle)? {
            Entry::Memory(vm) => vm.get(objects).get_runtime_size(),
            Entry::Table(table) => table.vm.get(objects).size(),
            _ => 0,
        };
        if fits(&found, size, &import.ty) {
            return self.reservation_problem(module, import, handle);
        }
        Ok(Some(format!("{}: {} wanted, {found} found", named(import), import.ty)))
    }

    /// Code that makes no checks reaches all addresses that a 32-bit memory could have.
    fn reservation_problem(
        &self,
        module: &Module,
        import: &Import,
        handle: Handle,
    ) -> Result<Option<String>> {
        let (Entry::Memory(vm), ImportIndex::Memory(index)) =
            (self.refs.get(handle)?, &import.index)
        else {
            return Ok(None);
        };
        let made = vm.get(self.objects.get()).style();
        if made == MemoryStyle::Static
            || module.artifact()?.memory_styles()[*index] != MemoryStyle::Static
        {
            return Ok(None);
        }
        Ok(Some(format!(
            "{}: the memory was made with a memory reservation and the module was compiled without; \
             compile it by an engine with one",
            named(import)
        )))
    }
}

fn named(import: &Import) -> String {
    format!("import {}.{}", text::name(&import.module), text::name(&import.name))
}

/// The matching rules of the specification (section "Import Matching"). A table or memory counts
/// with the size that it has now.
fn fits(found: &ExternType, size: u32, wanted: &ExternType) -> bool {
    use ExternType::{Func, Global, Memory, Table, Tag};
    match (found, wanted) {
        (Func(found), Func(wanted)) => found == wanted,
        (Global(found), Global(wanted)) => found == wanted,
        (Table { element: found, limits: have }, Table { element: wanted, limits: need }) => {
            found == wanted && limits_fit(*have, size, *need)
        }
        (Memory { limits: have, shared: found }, Memory { limits: need, shared: wanted }) => {
            found == wanted && limits_fit(*have, size, *need)
        }
        (Tag(found), Tag(wanted)) => found == wanted,
        _ => false,
    }
}

fn limits_fit(have: Limits, size: u32, need: Limits) -> bool {
    size >= need.minimum
        && match (have.maximum, need.maximum) {
            (_, None) => true,
            (Some(have), Some(need)) => have <= need,
            (None, Some(_)) => false,
        }
}
