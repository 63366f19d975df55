//! Instances: a module with its imports, alive in an arena.

use super::bridge;
use crate::runtime::base::bounds::REMEDY;
use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::base::quota::Quota;
use crate::runtime::base::room;
use crate::runtime::base::text;
use crate::runtime::base::value::{ExternType, Limits};
use crate::runtime::compile::module::Module;
use crate::runtime::machine::quiet;
use crate::runtime::machine::{handler, signal_stack, stack, thread, trap};
use crate::runtime::store::arena::{Arena, Entered};
use crate::runtime::store::contents::Contents;
use crate::runtime::store::exceptions;
use crate::runtime::store::handles::{Entry, Handle, HandleTable};
use crate::runtime::store::instances::{Bound, Instance};
use crate::runtime::store::objects::{Made, Objects};
use crate::runtime::store::tunables::LimitedTunables;
use std::ptr::NonNull;
use wasmer_compiler::InstantiationError;
use wasmer_types::{ExportIndex, ImportIndex, ModuleInfo};
use wasmer_vm::{
    InternalStoreHandle, VMCallerCheckedAnyfunc, VMExtern, VMFunction, VMInstance, catch_traps,
};

impl Arena {
    /// Makes an instance. `imports` holds a handle for each import of the module, in its order.
    ///
    /// What the instance took stays also if this fails, as long as something reaches it: its functions
    /// may have got into imported tables.
    pub fn instantiate(
        &self,
        module: &Module,
        imports: &[Handle],
        call_data: u64,
    ) -> Result<Handle> {
        let entered = self.enter()?;
        // wasmer's code, which is not to be heard if it panics.
        let (handle, vm) = quiet::ours(|| {
            entered.making(|contents| {
                contents.admit(module, imports)?;
                let handle = contents.refs.push(Entry::Dead)?;
                let place = contents.allocate(module, imports, handle, false);
                let place = place.inspect_err(|_| contents.let_go(handle))?;
                // The box does not move when the list grows.
                let vm: *mut VMInstance = &mut contents.instances.get(place)?.vm;
                *contents.refs.get_mut(handle)? = Entry::Instance(place);
                contents.refs.give_to(handle, place as u32);
                Ok((handle, vm))
            })
        })?;
        let finished = finish(&entered, module, vm, call_data);
        if finished.is_err() {
            entered.with(|contents| contents.let_go(handle))?;
            entered.tidy()?;
        }
        finished.map(|()| handle)
    }

    /// The export with a place in the module's list.
    pub fn export(&self, instance: Handle, place: usize) -> Result<Handle> {
        self.enter()?.with(|contents| contents.export(instance, place))?
    }

    /// The export with a name, and its place in the module's list.
    pub fn export_by_name(&self, instance: Handle, name: &str) -> Result<(usize, Handle)> {
        self.enter()?.with(|contents| {
            let number = contents.refs.instance(instance)?;
            let module = &contents.instances.get(number)?.module;
            match module.info().exports.get_index_of(name) {
                Some(place) => Ok((place, contents.export(instance, place)?)),
                None => Err(Error::new(
                    Status::NotFound,
                    format!("no export is named {}", text::name(name)),
                )),
            }
        })?
    }

    /// The module of an instance.
    pub fn module(&self, instance: Handle) -> Result<Module> {
        self.enter()?.with(|contents| {
            let place = contents.refs.instance(instance)?;
            Ok(contents.instances.get(place)?.module.clone())
        })?
    }
}

/// Initializes tables and memories and runs the start function.
fn finish(entered: &Entered<'_>, module: &Module, vm: *mut VMInstance, data: u64) -> Result<()> {
    let artifact = module.artifact()?;
    let starts = module.info().start_function.is_some();
    let stack_bytes = entered.with(|contents| contents.stack_bytes)?;
    entered.run(data, || {
        if starts {
            // wasmer enters wasm itself here. The stack it will take is the one that this thread
            // used last, so an empty entry sets the limit for it.
            // SAFETY: the closure keeps nothing.
            unsafe {
                catch_traps(None, stack::config(), move || {
                    stack::set_limit(thread::current(), stack_bytes)
                })?;
            }
        }
        // SAFETY: `vm` was just made from this artifact, and its box lives as long as the arena.
        match unsafe { artifact.finish_instantiation(stack::config(), None, &mut *vm) } {
            Err(InstantiationError::Start(trap)) => Err(trap),
            Err(other) => Err(wasmer_vm::Trap::User(Box::new(trap::HostFailure(refused(&other))))),
            Ok(()) => Ok(()),
        }
    })
}

/// Bytes that wasmer allocates for an instance, about: its own copy of fixed tables, of each function's and
/// import's record, of globals and tags, of element segments.
fn needed(info: &ModuleInfo) -> u64 {
    let count = |len: usize| len as u64;
    let fixed = info.tables.values().skip(info.num_imported_tables);
    let inside = fixed
        .filter(|table| table.is_fixed_funcref_table())
        .map(|table| u64::from(table.minimum))
        .sum::<u64>();
    let segments = info.passive_elements.values().map(|elements| count(elements.len()));
    32 * inside
        + 64 * count(info.functions.len())
        + 48 * count(info.globals.len() + info.tags.len())
        + 8 * segments.sum::<u64>()
}

fn refused(error: &InstantiationError) -> Error {
    let message = error.to_string();
    let status = match error {
        InstantiationError::CpuFeature(_) => Status::Unsupported,
        _ if message.contains("limit: ") => Status::Limit,
        _ => Status::Link,
    };
    Error::new(status, message)
}

impl Contents {
    /// Refuses what must not be instantiated, before anything is made.
    fn admit(&self, module: &Module, imports: &[Handle]) -> Result<()> {
        let most = self.budget.quotas.get(Quota::Instances);
        if self.instances.count() as u64 >= most {
            return Err(Error::new(
                Status::Limit,
                format!(
                    "limit: {most} instances are allowed in one arena or store, and as many are in \
                     use; {REMEDY}"
                ),
            ));
        }
        module.artifact()?;
        self.check_imports(module, imports)
    }

    /// Gives up the handle of what could not be made.
    fn let_go(&mut self, handle: Handle) {
        if let Ok(true) = self.refs.release(handle) {
            self.life.dropped += 1;
        }
    }

    /// All of instantiation that runs no wasm, for what was admitted.
    fn allocate(
        &mut self,
        module: &Module,
        imports: &[Handle],
        instance: Handle,
        is_shim: bool,
    ) -> Result<usize> {
        let artifact = module.artifact()?;
        signal_stack::prepare()?;
        handler::prepare();
        // Code that ran here once stays: functions and trampolines point into it.
        if !self.modules.iter().any(|known| known.same(module)) {
            self.register_types(module)?;
            self.keeps_exceptions |= exceptions::are_kept_by(module.info());
            self.modules.push(module.clone());
        }
        self.compiler = Some(module.compiler());
        if is_shim || !bridge::is_closed(module) {
            self.home.get_or_insert(module.compiler());
        }

        let mut bound = Vec::new();
        match self.make(module, artifact, imports, instance, &mut bound) {
            Ok((vm, made, imports)) => {
                // SAFETY: just made.
                unsafe { stack::install::<exceptions::Counted>(&vm) };
                let exports = vec![0; module.exports().len()];
                let module = module.clone();
                let new = Instance { vm, module, exports, made, bound, imports, is_shim };
                let place = self.instances.add(new);
                self.refs.note_instance(place as u32, 0);
                Ok(place)
            }
            Err(error) => {
                // Nothing of it has run, so nothing reaches them.
                self.unbind(bound);
                Err(error)
            }
        }
    }

    fn unbind(&mut self, bound: Vec<Bound>) {
        for bound in bound {
            let address = bound.vm.get(self.objects.get()).anyfunc.as_ptr().as_ptr() as usize;
            self.refs.by_address.remove(&address);
            drop(self.objects.take_function(bound.vm));
        }
    }

    /// An instance with its own objects and where its imports are.
    fn make(
        &mut self,
        module: &Module,
        artifact: &wasmer_compiler::Artifact,
        imports: &[Handle],
        instance: Handle,
        bound: &mut Vec<Bound>,
    ) -> Result<(VMInstance, Made, Vec<usize>)> {
        let info = module.info();
        let mut externs = Vec::with_capacity(imports.len());
        for (import, &handle) in module.imports().iter().zip(imports) {
            externs.push(self.offer(module, artifact, &import.index, handle, instance, bound)?);
        }
        let places = externs.iter().map(|import| self.definition_of(import)).collect();
        let tables = info.tables.values().skip(info.num_imported_tables);
        let tunables = LimitedTunables::new(self.budget.clone(), tables)
            .map_err(|message| Error::new(Status::Limit, message))?;
        let bytes = needed(info);
        if !room::has(bytes) {
            return Err(Error::new(Status::OutOfMemory, room::refused_memory("instance", bytes)));
        }
        let (placing, store) = self.objects.placing(tunables);
        // SAFETY: the imports are of this arena and were checked; wasmer checks them again.
        let vm = unsafe { artifact.instantiate(&placing, &externs, store) };
        let made = placing.made();
        match vm {
            Ok(vm) => Ok((vm, made, places)),
            Err(error) => {
                drop(self.objects.take_made(made));
                let mut error = refused(&error);
                if self.budget.take_refusal() {
                    error.status = Status::OutOfMemory;
                }
                Err(error)
            }
        }
    }

    /// An import in wasmer's terms. A host function is bound to the import's own trampoline.
    fn offer(
        &mut self,
        module: &Module,
        artifact: &wasmer_compiler::Artifact,
        index: &ImportIndex,
        handle: Handle,
        instance: Handle,
        bound: &mut Vec<Bound>,
    ) -> Result<VMExtern> {
        let vm = match self.refs.get(handle)? {
            Entry::Func(func) => {
                let host = match &func.host {
                    Some(host) => Some(host.clone()),
                    None => self.bridge(module, handle)?,
                };
                match (host, func.vm, func.code, index) {
                    (Some(host), _, _, ImportIndex::Function(index)) => {
                        let (vm, context) = self.bind(&host, module, artifact, *index, instance);
                        bound.push(Bound { vm, context, place: HandleTable::place(handle) });
                        // What the guest makes of the import is the same function to the host.
                        let address = vm.get(self.objects.get()).anyfunc.as_ptr().as_ptr() as usize;
                        self.refs.set_address(handle, address);
                        vm
                    }
                    (None, Some(vm), _, _) => vm,
                    (None, None, Some(code), _) => self.adopt(handle, code)?,
                    _ => return Err(Error::new(Status::Link, "function cannot be imported")),
                }
            }
            Entry::Memory(vm) => return Ok(VMExtern::Memory(*vm)),
            Entry::Global(vm) => return Ok(VMExtern::Global(*vm)),
            Entry::Table(table) => return Ok(VMExtern::Table(table.vm)),
            Entry::Tag(vm) => return Ok(VMExtern::Tag(*vm)),
            _ => return Err(Error::new(Status::Link, "handle cannot be imported")),
        };
        Ok(VMExtern::Function(vm))
    }

    /// Makes wasmer's object for a function that was met as a reference only.
    fn adopt(
        &mut self,
        handle: Handle,
        code: NonNull<VMCallerCheckedAnyfunc>,
    ) -> Result<InternalStoreHandle<VMFunction>> {
        let signature = self.refs.func(handle)?.signature.ty.to_wasmer();
        let function = VMFunction {
            anyfunc: wasmer_vm::MaybeInstanceOwned::Instance(code),
            signature,
            kind: wasmer_vm::VMFunctionKind::Static,
            host_data: Box::new(()),
        };
        let vm = self.objects.add_function(function);
        if let Entry::Func(func) = self.refs.get_mut(handle)? {
            func.vm = Some(vm);
        }
        Ok(vm)
    }

    pub fn export(&mut self, instance: Handle, place: usize) -> Result<Handle> {
        let number = self.refs.instance(instance)?;
        let known = self.instances.get(number)?;
        match known.exports.get(place) {
            Some(0) => {}
            Some(&handle) => return Ok(self.refs.hold(HandleTable::place(handle))),
            None => {
                return Err(Error::new(
                    Status::NotFound,
                    format!("export {place} of a module with {}", known.exports.len()),
                ));
            }
        }
        let limits = match known.module.exports()[place].ty {
            ExternType::Table { limits, .. } => limits,
            _ => Limits { minimum: 0, maximum: None },
        };
        let index = known.module.info().exports[place];
        let handle = match index {
            ExportIndex::Function(_) => {
                let code = self.exported_func(number, index)?;
                self.intern_func(code)?
            }
            _ => {
                let object = known.vm.lookup_by_declaration(index);
                self.intern(object, limits)?
            }
        };
        self.instances.get(number)?.exports[place] = handle;
        Ok(handle)
    }

    /// The record of a function that an instance exports.
    fn exported_func(
        &mut self,
        instance: usize,
        index: ExportIndex,
    ) -> Result<NonNull<VMCallerCheckedAnyfunc>> {
        let vm = &mut self.instances.get(instance)?.vm;
        let own = match index {
            ExportIndex::Function(function) => vm.module_ref().local_func_index(function).is_some(),
            _ => false,
        };
        let record = |objects: &Objects, found| match found {
            VMExtern::Function(function) => Ok(function.get(objects.get()).anyfunc.as_ptr()),
            _ => Err(Error::new(Status::Panic, "a function that is none")),
        };
        if own {
            // wasmer makes an object of it, which only an import needs: see `adopt`.
            return self.objects.aside(|objects| record(objects, vm.lookup_by_declaration(index)));
        }
        record(&self.objects, vm.lookup_by_declaration(index))
    }

    /// Instantiates the shim for a host function and gives the address of the real function.
    pub fn instantiate_shim(
        &mut self,
        module: &Module,
        host: Handle,
    ) -> Result<NonNull<VMCallerCheckedAnyfunc>> {
        self.check_imports(module, &[host])?;
        let place = self.allocate(module, &[host], 0, true)?;
        self.exported_func(place, module.info().exports[0])
    }
}
