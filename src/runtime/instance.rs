//! Instances: a module with its imports, alive in an arena.

use super::arena::{Arena, Entered};
use super::contents::Contents;
use super::error::{Error, Result, Status};
use super::limits::LimitedTunables;
use super::module::Module;
use super::quota::Quota;
use super::refs::{Entry, Handle};
use super::room;
use super::value::{ExternType, Limits};
use super::{handler, stack, text, thread, trap};
use std::ptr::NonNull;
use wasmer_compiler::InstantiationError;
use wasmer_types::{ImportIndex, ModuleInfo};
use wasmer_vm::{VMCallerCheckedAnyfunc, VMExtern, VMInstance, catch_traps};

pub struct Instance {
    pub vm: VMInstance,
    pub module: Module,
    /// The handles of the exports that were asked for; 0 where none was.
    exports: Vec<Handle>,
}

/// The instances of an arena, each with a place that does not change.
#[derive(Default)]
pub struct Instances {
    places: Vec<Option<Box<Instance>>>,
    free: Vec<usize>,
    /// How many are ours: shims of host functions, which no limit counts.
    shims: usize,
}

impl Instances {
    fn count(&self) -> usize {
        self.places.len() - self.free.len() - self.shims
    }

    pub fn get(&mut self, place: usize) -> Result<&mut Instance> {
        match self.places.get_mut(place) {
            Some(Some(instance)) => Ok(instance),
            _ => Err(Error::new(Status::Handle, "instance was released")),
        }
    }

    fn add(&mut self, instance: Instance) -> usize {
        let instance = Some(Box::new(instance));
        match self.free.pop() {
            Some(place) => {
                self.places[place] = instance;
                place
            }
            None => {
                self.places.push(instance);
                self.places.len() - 1
            }
        }
    }

    fn remove(&mut self, place: usize) {
        if self.places.get_mut(place).and_then(Option::take).is_some() {
            self.free.push(place);
        }
    }
}

impl Instance {
    /// True if nothing outside can reach the instance: it got nothing from outside, keeps nothing
    /// that outlives it (wasmer's memories, tables and globals stay until the arena goes and point
    /// into their instance), and none of its exports was asked for.
    fn is_alone(&self) -> bool {
        let info = self.module.info();
        self.module.imports().is_empty()
            && info.memories.is_empty()
            && info.tables.is_empty()
            && info.globals.is_empty()
            && info.tags.is_empty()
            && self.exports.iter().all(|&handle| handle == 0)
    }
}

impl Arena {
    /// Frees an instance whose handle is not used any more, if nothing can reach it. False if
    /// something can: then it stays as it is until the arena goes.
    pub fn release(&self, instance: Handle) -> Result<bool> {
        self.enter()?.with(|contents| {
            let place = contents.refs.instance(instance)?;
            if !contents.instances.get(place)?.is_alone() {
                return Ok(false);
            }
            contents.instances.remove(place);
            *contents.refs.get_mut(instance)? = Entry::Dead;
            Ok(true)
        })?
    }

    /// Makes an instance. `imports` holds a handle for each import of the module, in its order.
    ///
    /// What the instance took stays in the arena also if this fails: its functions may have got
    /// into imported tables.
    pub fn instantiate(
        &self,
        module: &Module,
        imports: &[Handle],
        call_data: u64,
    ) -> Result<Handle> {
        let entered = self.enter()?;
        let (handle, vm) = entered.with(|contents| {
            contents.admit(module, imports)?;
            let handle = contents.refs.push(Entry::Dead);
            let place = contents.allocate(module, imports, handle)?;
            // The box does not move when the list grows.
            let vm: *mut VMInstance = &mut contents.instances.get(place)?.vm;
            *contents.refs.get_mut(handle)? = Entry::Instance(place);
            Ok((handle, vm))
        })??;
        let finished = finish(&entered, module, vm, call_data);
        if finished.is_err() {
            entered.with(|contents| contents.refs.get_mut(handle).map(|e| *e = Entry::Dead))??;
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
    entered.run(data, || {
        if starts {
            // wasmer enters wasm itself here. The stack it will take is the one that this thread
            // used last, so an empty entry sets the limit for it.
            // SAFETY: the closure keeps nothing.
            unsafe {
                catch_traps(None, stack::config(), || stack::set_limit(thread::current()))?;
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
                format!("limit: {most} instances are allowed in one arena or store"),
            ));
        }
        module.artifact()?;
        self.check_imports(module, imports)
    }

    /// All of instantiation that runs no wasm, for what was admitted.
    fn allocate(&mut self, module: &Module, imports: &[Handle], instance: Handle) -> Result<usize> {
        let artifact = module.artifact()?;
        handler::prepare();
        // Code that ran here once stays: functions and trampolines point into it.
        if !self.modules.iter().any(|known| known.same(module)) {
            self.register_types(module)?;
            self.modules.push(module.clone());
        }
        self.compiler = Some(module.compiler());

        let info = module.info();
        let mut externs = Vec::with_capacity(imports.len());
        for (import, &handle) in module.imports().iter().zip(imports) {
            externs.push(self.offer(module, artifact, &import.index, handle, instance)?);
        }
        let tables = info.tables.values().skip(info.num_imported_tables);
        let tunables = LimitedTunables::new(self.budget.clone(), tables)
            .map_err(|message| Error::new(Status::Limit, message))?;
        let bytes = needed(info);
        if !room::has(bytes) {
            return Err(Error::new(Status::OutOfMemory, room::refused_memory("instance", bytes)));
        }
        // SAFETY: the imports are of this arena and were checked; wasmer checks them again.
        let made = unsafe { artifact.instantiate(&tunables, &externs, self.objects.get_mut()) };
        let vm = made.map_err(|error| {
            let mut error = refused(&error);
            if self.budget.take_refusal() {
                error.status = Status::OutOfMemory;
            }
            error
        })?;
        // SAFETY: just made.
        unsafe { stack::install(&vm) };
        let exports = vec![0; module.exports().len()];
        Ok(self.instances.add(Instance { vm, module: module.clone(), exports }))
    }

    /// An import in wasmer's terms. A host function is bound to the import's own trampoline.
    fn offer(
        &mut self,
        module: &Module,
        artifact: &wasmer_compiler::Artifact,
        index: &ImportIndex,
        handle: Handle,
        instance: Handle,
    ) -> Result<VMExtern> {
        let vm = match self.refs.get(handle)? {
            Entry::Func(func) => match (&func.host, func.vm, func.code, index) {
                (Some(host), _, _, ImportIndex::Function(index)) => {
                    let host = host.clone();
                    let signature = module.info().functions[*index];
                    let place = index.as_u32() as usize;
                    let vm = self.bind(&host, artifact, signature, place, instance);
                    // What the guest makes of the import is the same function to the host.
                    let address = vm.get(self.objects.get()).anyfunc.as_ptr().as_ptr() as usize;
                    self.refs.set_address(handle, address);
                    vm
                }
                (None, Some(vm), _, _) => vm,
                (None, None, Some(code), _) => self.adopt(handle, code)?,
                _ => return Err(Error::new(Status::Link, "function cannot be imported")),
            },
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
    ) -> Result<wasmer_vm::InternalStoreHandle<wasmer_vm::VMFunction>> {
        let signature = self.refs.func(handle)?.signature.ty.to_wasmer();
        let function = wasmer_vm::VMFunction {
            anyfunc: wasmer_vm::MaybeInstanceOwned::Instance(code),
            signature,
            kind: wasmer_vm::VMFunctionKind::Static,
            host_data: Box::new(()),
        };
        let vm = wasmer_vm::InternalStoreHandle::new(self.objects.get_mut(), function);
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
            Some(&handle) => return Ok(handle),
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
        let object = known.vm.lookup_by_declaration(index);
        let handle = self.intern(object, limits)?;
        self.instances.get(number)?.exports[place] = handle;
        Ok(handle)
    }

    /// Instantiates the shim for a host function and gives the address of the real function.
    pub fn instantiate_shim(
        &mut self,
        module: &Module,
        host: Handle,
    ) -> Result<NonNull<VMCallerCheckedAnyfunc>> {
        self.check_imports(module, &[host])?;
        let place = self.allocate(module, &[host], 0)?;
        self.instances.shims += 1;
        let index = module.info().exports[0];
        match self.instances.get(place)?.vm.lookup_by_declaration(index) {
            VMExtern::Function(vm) => Ok(vm.get(self.objects.get()).anyfunc.as_ptr()),
            _ => Err(Error::new(Status::Panic, "shim without a function")),
        }
    }
}
