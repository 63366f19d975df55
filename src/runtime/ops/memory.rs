//! Linear memories. Sizes are in pages of 65,536 bytes where a name says so, else in bytes.

use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::base::value::Limits;
use crate::runtime::store::arena::Arena;
use crate::runtime::store::contents::Contents;
use crate::runtime::store::handles::Handle;
use crate::runtime::store::memory_view::MemoryView;
use crate::runtime::store::tunables::LimitedTunables;
use std::ptr::NonNull;
use wasmer_compiler::Tunables;
use wasmer_types::Pages;
use wasmer_vm::LinearMemory;

/// Most pages that a memory can have, by the specification.
const MOST_PAGES: u32 = 65_536;

impl Contents {
    /// Start and length in bytes of a memory, as of now.
    fn bytes(&self, memory: Handle) -> Result<(*mut u8, usize)> {
        let vm = self.refs.memory(memory)?.get(self.objects.get());
        // SAFETY: the definition lives in the memory or its instance, in this arena.
        let definition = unsafe { vm.vmmemory().as_ref() };
        Ok((definition.base, definition.current_length))
    }

    fn range(&self, memory: Handle, offset: u64, len: usize) -> Result<*mut u8> {
        let (base, size) = self.bytes(memory)?;
        match offset.checked_add(len as u64) {
            Some(end) if end <= size as u64 => Ok(base.wrapping_add(offset as usize)),
            _ => Err(Error::new(
                Status::OutOfBounds,
                format!("memory: {len} bytes at address {offset} of {size} bytes"),
            )),
        }
    }
}

impl Arena {
    /// Makes a memory of zeros.
    pub fn new_memory(&self, limits: Limits, shared: bool) -> Result<Handle> {
        let ty = limits.memory_type(shared)?;
        self.enter()?.making(|contents| {
            let tunables = LimitedTunables::new(contents.budget.clone(), [].iter())
                .map_err(|message| Error::new(Status::Limit, message))?;
            let style = tunables.memory_style(&ty);
            let memory = tunables.create_host_memory(&ty, &style).map_err(|error| {
                let refused = contents.budget.take_refusal();
                let status = if refused { Status::OutOfMemory } else { Status::Limit };
                Error::new(status, error.to_string())
            })?;
            let vm = contents.objects.add_memory(memory);
            contents.intern(wasmer_vm::VMExtern::Memory(vm), limits)
        })
    }

    /// Size in pages.
    pub fn memory_size(&self, memory: Handle) -> Result<u32> {
        self.enter()?.with(|contents| {
            Ok(contents.refs.memory(memory)?.get(contents.objects.get()).get_runtime_size())
        })?
    }

    /// Grows by a number of pages, and gives the size before.
    pub fn memory_grow(&self, memory: Handle, delta: u32) -> Result<u32> {
        self.enter()?.with(|contents| {
            let vm = contents.refs.memory(memory)?.get_mut(contents.objects.get_mut());
            vm.grow(Pages(delta)).map(|before| before.0).map_err(|error| {
                let (size, most) = (vm.size().0, vm.ty().maximum.map_or(MOST_PAGES, |most| most.0));
                Error::new(
                    Status::Limit,
                    format!(
                        "memory: cannot grow by {delta} pages from {size}, {most} allowed: {error}"
                    ),
                )
            })
        })?
    }

    /// Start and length in bytes. The start may change when the memory grows, and both mean
    /// nothing after the arena is closed.
    pub fn memory_data(&self, memory: Handle) -> Result<(*mut u8, usize)> {
        self.enter()?.with(|contents| contents.bytes(memory))?
    }

    /// Where the memory is, now and until the arena's contents are freed.
    pub fn memory_view(&self, memory: Handle) -> Result<NonNull<MemoryView>> {
        self.enter()?.with(|contents| {
            let vm = contents.refs.memory(memory)?.get(contents.objects.get());
            // None moves: wasmer's own reserve all that they could have, and so do those in `reserved`.
            Ok(vm.vmmemory().cast())
        })?
    }

    /// Copies bytes out of the memory.
    pub fn memory_read(&self, memory: Handle, offset: u64, into: &mut [u8]) -> Result<()> {
        self.enter()?.with(|contents| {
            let from = contents.range(memory, offset, into.len())?;
            // SAFETY: the range is in the memory, which wasm of other threads can write only if it
            // is shared; then the bytes are whatever they are while they are copied.
            unsafe { std::ptr::copy(from, into.as_mut_ptr(), into.len()) };
            Ok(())
        })?
    }

    /// Copies bytes into the memory.
    pub fn memory_write(&self, memory: Handle, offset: u64, bytes: &[u8]) -> Result<()> {
        self.enter()?.with(|contents| {
            let to = contents.range(memory, offset, bytes.len())?;
            // SAFETY: as in `memory_read`.
            unsafe { std::ptr::copy(bytes.as_ptr(), to, bytes.len()) };
            Ok(())
        })?
    }
}
