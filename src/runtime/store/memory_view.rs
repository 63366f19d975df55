//! Where a memory is, for those who look at it while guests run.

use wasmer_vm::VMMemoryDefinition;

/// Where a memory is and how long, for threads that do not enter the arena. wasmer keeps it up to date
/// for compiled code: all memories are of its static style, so `data` never changes, and `size` only
/// grows, by stores of whole words.
#[repr(C)]
pub struct MemoryView {
    data: *mut u8,
    size: usize,
}

impl MemoryView {
    /// Offset of the size.
    pub const SIZE_AT: usize = std::mem::offset_of!(Self, size);
}

const _: () = assert!(
    size_of::<MemoryView>() == size_of::<VMMemoryDefinition>()
        && std::mem::offset_of!(MemoryView, data) == std::mem::offset_of!(VMMemoryDefinition, base)
        && std::mem::offset_of!(MemoryView, size)
            == std::mem::offset_of!(VMMemoryDefinition, current_length)
);
