//! Shared memories in arenas.

use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::store::arena::Arena;
use crate::runtime::store::handles::Handle;
use crate::runtime::store::shared::SharedMemory;
use wasmer_vm::{LinearMemory, VMExtern};

impl Arena {
    /// Makes a shared memory one of the arena's, whatever other arenas have it. The same handle if it is one already.
    pub fn add_shared_memory(&self, memory: &SharedMemory) -> Result<Handle> {
        self.enter()?.making(|contents| {
            for place in contents.budget.places_of(memory) {
                if let Some(&place) = contents.refs.by_address.get(&place) {
                    return Ok(contents.refs.hold(place));
                }
            }
            let joined = memory.join(&contents.budget);
            let joined = joined.map_err(|error| Error::new(Status::Limit, error.to_string()))?;
            let vm = contents.objects.add_memory(joined);
            contents.intern(VMExtern::Memory(vm), memory.limits())
        })
    }

    /// A shared memory of the arena's, for other arenas.
    pub fn shared_memory(&self, memory: Handle) -> Result<SharedMemory> {
        self.enter()?.with(|contents| {
            let vm = contents.refs.memory(memory)?.get(contents.objects.get());
            let found = contents.budget.shared_at(LinearMemory::vmmemory(vm).as_ptr() as usize);
            found.ok_or_else(|| {
                Error::new(Status::Type, format!("handle {memory:#x}: the memory is not shared"))
            })
        })?
    }
}
