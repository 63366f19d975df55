//! From the imports of a module to host functions, and from an instance to what it was made for.

use super::abi::errno::Stop;
use super::abi::memory::Guest;
use super::abi::types::Version;
use super::calls::{Call, Function};
use super::state::State;
use super::threads::uses_threads;
use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::base::value::{ExternType, Signature, Slot};
use crate::runtime::compile::module::Module;
use crate::runtime::store::arena::{Arena, Handle};
use crate::runtime::store::contents::Contents;
use crate::runtime::store::host::{CallInfo, HostCall};
use std::ptr::{NonNull, null_mut};
use std::sync::Arc;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
use wasmer_vm::{LinearMemory, VMExtern, VMMemoryDefinition};

/// The name by which a guest exports its memory.
const MEMORY: &str = "memory";

/// A function of WASI for a guest. It belongs to one arena.
struct Body {
    state: Arc<State>,
    function: &'static Function,
    version: Version,
    /// The instance that called last, and its memory. Written by the thread inside of the arena.
    instance: AtomicU64,
    memory: AtomicPtr<VMMemoryDefinition>,
}

impl Body {
    fn guest(&self, info: &CallInfo<'_>) -> Result<Guest> {
        let memory = self.memory.load(Ordering::Relaxed);
        let told = self.state.memory.load(Ordering::Relaxed);
        if told == 0 && info.instance == self.instance.load(Ordering::Relaxed) && !memory.is_null()
        {
            return Ok(Guest(NonNull::new(memory)));
        }
        self.find(info, told)
    }

    #[cold]
    fn find(&self, info: &CallInfo<'_>, told: Handle) -> Result<Guest> {
        // SAFETY: a host function of the arena is running on this thread.
        let found = unsafe { info.arena.entered() }.with(|contents| match told {
            0 => contents.memory_of(info.instance),
            told => contents.definition(told).map(Some),
        })??;
        if told == 0
            && let Some(memory) = found
        {
            self.memory.store(memory.as_ptr(), Ordering::Relaxed);
            self.instance.store(info.instance, Ordering::Relaxed);
        }
        Ok(Guest(found))
    }
}

impl HostCall for Body {
    unsafe fn call(&self, info: &CallInfo<'_>, _: &Signature, slots: *mut Slot) -> Result<()> {
        let guest = self.guest(info)?;
        let call = Call { state: &self.state, guest, version: self.version, slots };
        let errno = match (self.function.run)(&call) {
            Ok(()) => 0,
            Err(Stop::Errno(errno)) => errno as u32,
            Err(Stop::End(error)) => return Err(error),
        };
        if self.function.has_result() {
            // SAFETY: the signature has a result.
            unsafe { slots.cast::<u32>().write(errno) };
        }
        Ok(())
    }
}

impl Contents {
    fn definition(&self, memory: Handle) -> Result<NonNull<VMMemoryDefinition>> {
        let vm = self.refs.memory(memory)?.get(self.objects.get());
        Ok(LinearMemory::vmmemory(vm))
    }

    /// The memory that an instance exports by the name, if it does, or a shared one that it imports.
    fn memory_of(&mut self, instance: Handle) -> Result<Option<NonNull<VMMemoryDefinition>>> {
        // A function that is called through no import has no instance.
        if instance == 0 {
            return Ok(None);
        }
        let place = self.refs.instance(instance)?;
        let module = &self.instances.get(place)?.module;
        let number = module
            .exports()
            .iter()
            .position(|e| e.name == MEMORY && matches!(e.ty, ExternType::Memory { .. }));
        match number {
            Some(number) => {
                let index = module.info().exports[number];
                let found = self.instances.get(place)?.vm.lookup_by_declaration(index);
                let VMExtern::Memory(memory) = found else {
                    return Err(Error::new(Status::Panic, "wasi: a memory that is none"));
                };
                Ok(Some(LinearMemory::vmmemory(memory.get(self.objects.get()))))
            }
            // A thread's is the one that it imports, whether it exports it or not.
            None => {
                let shared =
                    |ty: &ExternType| matches!(ty, ExternType::Memory { shared: true, .. });
                let number = module.imports().iter().position(|import| shared(&import.ty));
                let imports = &self.instances.get(place)?.imports;
                let address = number.and_then(|number| imports.get(number));
                Ok(address.and_then(|&address| NonNull::new(address as *mut VMMemoryDefinition)))
            }
        }
    }
}

/// The newest version of WASI of which a module imports a function.
pub fn version_of(module: &Module) -> Version {
    let versions =
        module.imports().iter().filter_map(|import| Version::of_namespace(&import.module));
    versions.max_by_key(|&version| version as u32).unwrap_or(Version::None)
}

impl Arena {
    /// Makes a function of WASI. `NotFound` if the version has none by that name.
    pub fn wasi_func(&self, state: &Arc<State>, version: Version, name: &str) -> Result<Handle> {
        let function = Function::find(version, name).ok_or_else(|| {
            let namespace = version.namespace().unwrap_or("no version of WASI");
            Error::new(Status::NotFound, format!("wasi: {namespace} has no function {name:?}"))
        })?;
        let body = Body {
            state: state.clone(),
            function,
            version,
            instance: AtomicU64::new(0),
            memory: AtomicPtr::new(null_mut()),
        };
        self.new_func(function.ty(), Box::new(body))
    }

    /// Makes the functions of WASI that a module imports: a handle for each import that is one, in the
    /// module's order, and 0 for the others.
    pub fn wasi_imports(&self, state: &Arc<State>, module: &Module) -> Result<Vec<Handle>> {
        if state.threads > 0 && uses_threads(module) {
            return self.thread_imports(state, module);
        }
        let make = |import: &crate::runtime::compile::module::Import| {
            let version = match (Version::of_namespace(&import.module), &import.ty) {
                (Some(version), ExternType::Func(_)) => version,
                _ => return Ok(0),
            };
            match self.wasi_func(state, version, &import.name) {
                // Linking names what is missing, with all else that is.
                Err(error) if error.status == Status::NotFound => Ok(0),
                made => made,
            }
        };
        module.imports().iter().map(make).collect()
    }

    /// Has the functions of a state use a memory whoever calls them; 0 for that of the instance.
    pub fn wasi_set_memory(&self, state: &State, memory: Handle) -> Result<()> {
        if memory != 0 && state.threads > 0 {
            return Err(Error::new(
                Status::InvalidArgument,
                "wasi: a guest that may have threads has the memory that it shares with them",
            ));
        }
        if memory != 0 {
            self.enter()?.with(|contents| contents.definition(memory))??;
        }
        state.memory.store(memory, Ordering::Relaxed);
        Ok(())
    }

    /// Runs a command: calls what it exports as `_start`, and gives its exit code. A command that returns
    /// has exited with 0.
    pub fn wasi_start(&self, instance: Handle, call_data: u64) -> Result<u32> {
        let _entered = self.enter()?;
        let (_, start) = self.export_by_name(instance, "_start")?;
        let _start = self.borrowed(start);
        let call = || self.call_by(start, call_data, |_, _| Ok(0), |_, _| Ok(()));
        match self.with_threads(call) {
            Ok(()) => Ok(0),
            Err(error) => match error.exit_code {
                Some(code) if error.status == Status::Exit => Ok(code),
                _ => Err(error),
            },
        }
    }

    /// Initializes a reactor: calls what it exports as `_initialize`, if it does.
    pub fn wasi_initialize(&self, instance: Handle, call_data: u64) -> Result<()> {
        match self.export_by_name(instance, "_initialize") {
            Ok((_, initialize)) => {
                let _entered = self.enter()?;
                let _initialize = self.borrowed(initialize);
                self.call_by(initialize, call_data, |_, _| Ok(0), |_, _| Ok(()))
            }
            Err(error) if error.status == Status::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }
}
