//! wasi-threads: a command that starts threads in its own module, over one shared memory.
//!
//! Each thread is one of the library's, with an arena and an instance of its own; the descriptors and all else that the guest
//! has are common. The command's call and those of its threads are made under one interrupt: the first of them that
//! exits or traps fires it, as does the end of the command. When the command has ended, so have all of them.

use super::abi::errno::Errno;
use super::abi::types::Version;
use super::state::State;
use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::base::quota::Quotas;
use crate::runtime::base::text;
use crate::runtime::base::value::{ExternType, FuncType, Signature, Slot, ValueKind};
use crate::runtime::compile::engine::Engine;
use crate::runtime::compile::module::Module;
use crate::runtime::machine::interrupt::Interrupt;
use crate::runtime::machine::quiet::caught;
use crate::runtime::machine::{fork, interrupt, signals, thread};
use crate::runtime::store::arena::{Arena, Handle};
use crate::runtime::store::host::{CallInfo, HostCall};
use crate::runtime::store::shared::SharedMemory;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{Builder, JoinHandle};

/// Where a guest imports from what starts a thread, and by which name.
const NAMESPACE: &str = "wasi";
const SPAWN: &str = "thread-spawn";
/// What a thread begins with.
const START: &str = "wasi_thread_start";
/// The highest number of a thread, by the proposal.
const LAST_ID: u32 = 0x1fff_ffff;
/// Bytes of stack of a thread; guests run on stacks of their own.
const STACK_BYTES: usize = 1024 * 1024;

/// The threads of one command.
pub struct Threads {
    most: u32,
    program: Program,
    state: Weak<State>,
    /// Ends all of them.
    stop: Arc<Interrupt>,
    group: Mutex<Group>,
}

/// What threads are made of.
struct Program {
    module: Module,
    memory: SharedMemory,
    engine: Engine,
}

#[derive(Default)]
struct Group {
    /// The command runs.
    open: bool,
    last_id: u32,
    running: HashMap<u32, Option<JoinHandle<()>>>,
    /// Threads that are at their end.
    ended: Vec<JoinHandle<()>>,
    /// How the first thread ended that ended the command.
    outcome: Option<Error>,
}

/// An arena of a thread's.
struct Own(*mut Arena);

// SAFETY: an arena may change threads between calls.
unsafe impl Send for Own {}

impl Own {
    fn arena(&self) -> &Arena {
        // SAFETY: made by `Arena::new` and deleted by `drop`.
        unsafe { &*self.0 }
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        // SAFETY: as above, and nobody else knows it.
        unsafe { Arena::delete(self.0) };
    }
}

fn is_spawn(module: &str, name: &str) -> bool {
    module == NAMESPACE && name == SPAWN
}

/// Whether a module starts threads.
pub fn uses_threads(module: &Module) -> bool {
    module.imports().iter().any(|import| is_spawn(&import.module, &import.name))
}

impl Threads {
    /// Those of a command in an arena.
    fn new(state: &Arc<State>, arena: &Arena, module: &Module) -> Result<Arc<Self>> {
        let unsupported = |message: String| Err(Error::new(Status::Unsupported, message));
        if module.is_metered() {
            return unsupported(
                "wasi: a program with threads cannot be compiled with fuel: each thread would have all of it; \
                 use a deadline"
                    .to_owned(),
            );
        }
        let start = FuncType::new(&[ValueKind::I32, ValueKind::I32], &[]);
        let exported = module.exports().iter().find(|export| export.name == START);
        match exported.map(|export| &export.ty) {
            Some(ExternType::Func(ty)) if *ty == start => {}
            found => {
                let found = found.map_or("nothing".to_owned(), ToString::to_string);
                return Err(Error::new(
                    Status::Link,
                    format!(
                        "wasi: a program that imports {NAMESPACE}.{SPAWN} exports {START} of type {start}; found: {found}"
                    ),
                ));
            }
        }
        let mut limits = None;
        for import in module.imports() {
            match &import.ty {
                ExternType::Memory { limits: found, shared: true } if limits.is_none() => {
                    limits = Some(*found);
                }
                ExternType::Func(_)
                    if Version::of_namespace(&import.module).is_some()
                        || is_spawn(&import.module, &import.name) => {}
                ty => {
                    return unsupported(format!(
                        "wasi: import {}.{}: a program with threads imports WASI and one shared memory, not {ty}",
                        text::name(&import.module),
                        text::name(&import.name)
                    ));
                }
            }
        }
        let Some(limits) = limits else {
            return Err(Error::new(
                Status::Link,
                "wasi: a program with threads imports a shared memory; found: none",
            ));
        };
        let engine = arena.engine()?;
        let memory = SharedMemory::new(&engine, limits)?;
        Ok(Arc::new(Self {
            most: state.threads,
            program: Program { module: module.clone(), memory, engine },
            state: Arc::downgrade(state),
            stop: Interrupt::new()?,
            group: Mutex::default(),
        }))
    }

    fn with<R>(&self, work: impl FnOnce(&mut Group) -> R) -> R {
        let group = || -> MutexGuard<'_, Group> {
            self.group.lock().unwrap_or_else(PoisonError::into_inner)
        };
        fork::uncut(|| work(&mut group()))
    }

    /// What a module imports, in an arena: the functions of WASI, what starts a thread, the memory.
    fn imports(self: &Arc<Self>, state: &Arc<State>, arena: &Arena) -> Result<Vec<Handle>> {
        let make = |import: &crate::runtime::compile::module::Import| match &import.ty {
            ExternType::Memory { .. } => arena.add_shared_memory(&self.program.memory),
            _ if is_spawn(&import.module, &import.name) => {
                let ty = FuncType::new(&[ValueKind::I32], &[ValueKind::I32]);
                arena.new_func(ty, Box::new(Spawn(self.clone())))
            }
            _ => match Version::of_namespace(&import.module) {
                Some(version) => match arena.wasi_func(state, version, &import.name) {
                    // Linking names what is missing.
                    Err(error) if error.status == Status::NotFound => Ok(0),
                    made => made,
                },
                None => Ok(0),
            },
        };
        self.program.module.imports().iter().map(make).collect()
    }

    /// Starts a thread, and gives its number; or the error that the guest is told.
    fn spawn(
        self: &Arc<Self>,
        quotas: &Quotas,
        argument: u32,
    ) -> Result<std::result::Result<u32, Errno>> {
        let Some(state) = self.state.upgrade() else { return Ok(Err(Errno::Notsup)) };
        let Some(id) = self.with(|group| group.reserve(self.most)) else {
            let open = self.with(|group| group.open);
            return Ok(Err(if open { Errno::Again } else { Errno::Notsup }));
        };
        match self.start(&state, quotas, id, argument) {
            Ok(()) => Ok(Ok(id)),
            Err(error) => {
                self.with(|group| group.running.remove(&id));
                match error.status {
                    Status::Limit | Status::Resource => Ok(Err(Errno::Again)),
                    Status::OutOfMemory => Ok(Err(Errno::Nomem)),
                    _ => Err(error),
                }
            }
        }
    }

    fn start(
        self: &Arc<Self>,
        state: &Arc<State>,
        quotas: &Quotas,
        id: u32,
        argument: u32,
    ) -> Result<()> {
        let own = Own(Arena::new(&self.program.engine).as_ptr());
        let arena = own.arena();
        arena.copy_quotas(quotas)?;
        let imports = self.imports(state, arena)?;
        // Its start function may wait for what another thread does.
        let instance = arena
            .under(self.stop.clone(), || arena.instantiate(&self.program.module, &imports, 0))?;
        for &import in imports.iter().filter(|&&import| import != 0) {
            arena.release(import)?;
        }
        let threads = self.clone();
        let body = move || threads.run(own, instance, id, argument);
        let builder = Builder::new().name("libwasmer wasi".into()).stack_size(STACK_BYTES);
        self.with(|group| {
            if !group.open {
                return Err(Error::new(Status::Resource, "wasi: the program is at its end"));
            }
            // Under the lock, so that it finds itself in the list when it ends.
            let handle = signals::without(|| builder.spawn(body)).map_err(|error| {
                Error::new(Status::Resource, format!("wasi: no thread: {error}"))
            })?;
            group.running.insert(id, Some(handle));
            Ok(())
        })
    }

    /// A thread, from its beginning to its end.
    fn run(&self, own: Own, instance: Handle, id: u32, argument: u32) {
        // What interrupts send, and nothing of the program's.
        if let Some(signal) = interrupt::signal() {
            signals::admit(signal);
        }
        let outcome = caught(|| {
            let arena = own.arena();
            let start = arena.export_by_name(instance, START)?.1;
            let mut words = [id.into(), argument.into()];
            // SAFETY: there are as many words as the function takes.
            arena.under(self.stop.clone(), || unsafe {
                arena.call_words(start, words.as_mut_ptr(), words.len(), 0)
            })
        });
        drop(own);
        self.with(|group| {
            if let Some(Some(handle)) = group.running.remove(&id) {
                group.ended.push(handle);
            }
            if let Err(error) = outcome
                && group.open
                && !self.stop.is_fired()
            {
                group.outcome.get_or_insert(error);
                // An error is that no thread repeats it: all were asked once.
                let _ = self.stop.fire();
            }
        });
    }

    /// Runs the command's own call, and ends its threads with it.
    fn lead(&self, call: impl FnOnce() -> Result<()>) -> Result<()> {
        let process = std::process::id();
        self.with(|group| match group.open {
            true => Err(Error::new(Status::InvalidArgument, "wasi: the program runs already")),
            false => {
                *group = Group { open: true, last_id: group.last_id, ..Group::default() };
                Ok(())
            }
        })?;
        self.stop.reset();
        let led = caught(|| self.stop.guard(thread::current(), call));
        self.with(|group| group.open = false);
        let _ = self.stop.fire();
        loop {
            let handles: Vec<JoinHandle<()>> = self.with(|group| {
                let running = group.running.values_mut().filter_map(Option::take);
                let mut handles: Vec<_> = running.collect();
                handles.append(&mut group.ended);
                handles
            });
            if handles.is_empty() {
                break;
            }
            for handle in handles {
                // The child of a fork has none of the threads.
                if process == std::process::id() {
                    // What it did wrong is in `outcome`.
                    let _ = handle.join();
                }
            }
        }
        let outcome = self.with(|group| group.outcome.take());
        match (led, outcome) {
            // It was ended because a thread did.
            (Err(error), Some(first)) if error.status == Status::Interrupted => Err(first),
            (led, _) => led,
        }
    }
}

impl Group {
    /// A number for one more thread.
    fn reserve(&mut self, most: u32) -> Option<u32> {
        // Those that have ended are joined by and by.
        for handle in self.ended.extract_if(.., |handle| handle.is_finished()) {
            let _ = handle.join();
        }
        if !self.open || self.running.len() >= most as usize {
            return None;
        }
        loop {
            self.last_id = if self.last_id >= LAST_ID { 1 } else { self.last_id + 1 };
            if !self.running.contains_key(&self.last_id) {
                self.running.insert(self.last_id, None);
                return Some(self.last_id);
            }
        }
    }
}

/// What a guest starts a thread by.
struct Spawn(Arc<Threads>);

impl HostCall for Spawn {
    unsafe fn call(&self, info: &CallInfo<'_>, _: &Signature, slots: *mut Slot) -> Result<()> {
        // SAFETY: the signature has one parameter and one result; a host function of the arena runs on this thread.
        unsafe {
            let argument = slots.cast::<u32>().read();
            let quotas = info.arena.entered().with(|contents| contents.budget.quotas.clone())?;
            let answer = match self.0.spawn(&quotas, argument)? {
                Ok(id) => id as i32,
                Err(errno) => -(errno as i32),
            };
            slots.cast::<i32>().write(answer);
        }
        Ok(())
    }
}

impl Arena {
    /// `wasi_imports` for a program that starts threads.
    pub(super) fn thread_imports(
        &self,
        state: &Arc<State>,
        module: &Module,
    ) -> Result<Vec<Handle>> {
        let threads = Threads::new(state, self, module)?;
        self.enter()?.with(|contents| match &contents.threads {
            Some(_) => Err(Error::new(
                Status::InvalidArgument,
                "wasi: a program with threads is in this arena already",
            )),
            None => {
                contents.threads = Some(threads.clone());
                Ok(())
            }
        })??;
        threads.imports(state, self)
    }

    /// Makes the call of a command, with its threads if it may have some.
    pub(super) fn with_threads(&self, call: impl FnOnce() -> Result<()>) -> Result<()> {
        let threads = self.enter()?.with(|contents| contents.threads.clone())?;
        match threads.map(|threads| threads.downcast::<Threads>()) {
            Some(Ok(threads)) => threads.lead(call),
            _ => call(),
        }
    }

    /// Gives the arena the quotas of another one.
    fn copy_quotas(&self, quotas: &Quotas) -> Result<()> {
        self.enter()?.with(|contents| contents.budget.quotas.copy(quotas))
    }
}
