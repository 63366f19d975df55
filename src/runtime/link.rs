//! Whether a module may be linked to what is offered for its imports.

use super::contents::Contents;
use super::engine::Compiler;
use super::error::{Error, Result, Status};
use super::module::{Import, Module};
use super::refs::{Entry, Handle};
use super::text;
use super::value::{ExternType, FuncType, Limits, ValueKind};

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
            match self.import_problem(import, handle) {
                Ok(None) => {}
                Ok(Some(problem)) => wrong.push(problem),
                Err(error) => wrong.push(format!("{}: {error}", named(import))),
            }
        }
        if !wrong.is_empty() {
            return Err(Error::new(Status::Link, text::list(&wrong, "; ")));
        }
        self.check_compilers(module, given)
    }

    fn import_problem(&self, import: &Import, handle: Handle) -> Result<Option<String>> {
        if handle == 0 {
            return Ok(Some(format!("{}: missing, {} wanted", named(import), import.ty)));
        }
        let found = self.extern_type(handle)?;
        let objects = self.objects.get();
        let size = match self.refs.get(handle)? {
            Entry::Memory(vm) => vm.get(objects).get_runtime_size(),
            Entry::Table(table) => table.vm.get(objects).size(),
            _ => 0,
        };
        if fits(&found, size, &import.ty) {
            return Ok(None);
        }
        Ok(Some(format!("{}: {} wanted, {found} found", named(import), import.ty)))
    }

    /// Code of two compilers in one arena passes garbage, and code of two Singlepass modules does
    /// where floating-point values cross (wasmer 7.4.2). Both are refused.
    fn check_compilers(&self, module: &Module, given: &[Handle]) -> Result<()> {
        let compiler = module.compiler();
        match self.compiler {
            Some(other) if other != compiler => {
                return Err(Error::new(
                    Status::Link,
                    format!(
                        "module was compiled by {compiler} and the arena holds code of {other}; \
                         link modules of one compiler only"
                    ),
                ));
            }
            _ => {}
        }
        if compiler != Compiler::Singlepass {
            return Ok(());
        }
        let mut references_cross = false;
        for (import, &handle) in module.imports().iter().zip(given) {
            match &import.ty {
                ExternType::Func(ty) => {
                    let host = self.refs.func(handle)?.host.is_some();
                    if !host && !ty.integers_only() {
                        return Err(floats_cross(&named(import), ty));
                    }
                    references_cross |= !host
                        && ty.params.iter().chain(&ty.results).any(|&k| k == ValueKind::FuncRef);
                }
                ExternType::Table { element, .. } => {
                    references_cross |= *element == ValueKind::FuncRef;
                }
                ExternType::Global(ty) => references_cross |= ty.kind == ValueKind::FuncRef,
                _ => {}
            }
        }
        if !references_cross {
            return Ok(());
        }
        for other in self.modules.iter().chain([module]) {
            let types = other.info().signatures.values().filter_map(FuncType::from_wasmer);
            if let Some(ty) = types.into_iter().find(|ty| !ty.integers_only()) {
                return Err(floats_cross("a table or funcref that is imported", &ty));
            }
        }
        Ok(())
    }

    /// Refuses a function reference that Singlepass code of another module would call wrongly.
    pub fn check_crossing(&self, func: Handle) -> Result<()> {
        if self.compiler != Some(Compiler::Singlepass) {
            return Ok(());
        }
        let func = self.refs.func(func)?;
        let at_home = func.host.is_none() && self.modules.len() == 1;
        if at_home || func.signature.ty.integers_only() {
            return Ok(());
        }
        Err(floats_cross("a function reference passed by the host", &func.signature.ty))
    }
}

fn named(import: &Import) -> String {
    format!("import {}.{}", text::name(&import.module), text::name(&import.name))
}

fn floats_cross(what: &str, ty: &FuncType) -> Error {
    Error::new(
        Status::Link,
        format!(
            "{what}: singlepass passes wrong values between modules for {ty}; \
             compile the modules by cranelift"
        ),
    )
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
