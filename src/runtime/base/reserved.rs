//! Memories that reserve few addresses.
//!
//! Code for wasmer's own memories makes no checks: each memory reserves 8 GiB of addresses, and what
//! lies beyond its end faults. A process whose addresses are limited (`RLIMIT_AS`), or that wants
//! thousands of memories, has an engine compile for memories that reserve as much as it says. That code
//! compares each address with the memory's size. wasmer has such code, and moves such a memory when it
//! grows. Ours does not move: it has all its addresses from the start, and does not grow beyond them.

use std::fmt;
use std::ptr::NonNull;
use wasmer_compiler::{BaseTunables, Tunables};
use wasmer_types::{MemoryError, MemoryStyle, MemoryType, Pages, TableStyle, TableType};
use wasmer_vm::{
    LinearMemory, MaybeInstanceOwned, Mmap, MmapType, VMMemory, VMMemoryDefinition, VMTable,
    VMTableDefinition,
};

/// Bytes of a page.
const PAGE: u64 = 65_536;
/// Bytes behind a memory that fault: code need not check the constant part of an address below this.
const GUARD: u64 = PAGE;
/// What a memory of 32-bit addresses can have.
const MOST_PAGES: u32 = 65_536;

/// Addresses that each memory reserves, in pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reservation(Option<u32>);

impl Default for Reservation {
    /// As many as code without checks needs: 8 GiB.
    fn default() -> Self {
        Self(None)
    }
}

impl Reservation {
    /// As many as `bytes`, rounded up to pages; `None` for more than a memory can have.
    pub fn of(bytes: u64) -> Option<Self> {
        let pages = u32::try_from(bytes.div_ceil(PAGE)).ok()?;
        (1..=MOST_PAGES).contains(&pages).then_some(Self(Some(pages)))
    }

    /// Whether code compares addresses with the size.
    pub fn is_checked(self) -> bool {
        self.0.is_some()
    }

    /// Bytes of addresses that a memory takes.
    pub fn bytes(self, ty: &MemoryType, style: &MemoryStyle) -> u64 {
        match style {
            MemoryStyle::Static => {
                MemoryStyle::static_bound().bytes().0 as u64
                    + MemoryStyle::static_offset_guard_size()
            }
            MemoryStyle::Dynamic { .. } => u64::from(self.pages(ty)) * PAGE + GUARD,
        }
    }

    /// Pages that a memory for checked code may grow to: no more than its maximum, no fewer than its minimum.
    pub(crate) fn pages(self, ty: &MemoryType) -> u32 {
        let most = ty.maximum.map_or(MOST_PAGES, |pages| pages.0);
        self.0.unwrap_or(MOST_PAGES).min(most).max(ty.minimum.0)
    }

    /// Makes a memory of a style, described at `location` if an instance keeps the description.
    ///
    /// # Safety
    /// `location` is a valid place in an instance that lives as long as the memory.
    pub unsafe fn make(
        self,
        ty: &MemoryType,
        style: &MemoryStyle,
        location: Option<NonNull<VMMemoryDefinition>>,
    ) -> Result<VMMemory, MemoryError> {
        if *style == MemoryStyle::Static {
            return match location {
                // SAFETY: the caller's promise.
                Some(location) => unsafe { VMMemory::from_definition(ty, style, location) },
                None => VMMemory::new(ty, style),
            };
        }
        // SAFETY: the caller's promise.
        let memory = unsafe { Reserved::new(ty, self.pages(ty), location)? };
        Ok(VMMemory::from_custom(Box::new(memory) as Box<dyn LinearMemory + Send + Sync>))
    }
}

/// How an engine compiles accesses to memories.
impl Tunables for Reservation {
    fn memory_style(&self, _: &MemoryType) -> MemoryStyle {
        match self.0 {
            Some(_) => MemoryStyle::Dynamic { offset_guard_size: GUARD },
            None => MemoryStyle::Static,
        }
    }
    fn table_style(&self, table: &TableType) -> TableStyle {
        BaseTunables::new().table_style(table)
    }
    fn create_host_memory(
        &self,
        ty: &MemoryType,
        style: &MemoryStyle,
    ) -> Result<VMMemory, MemoryError> {
        // SAFETY: no place in an instance.
        unsafe { self.make(ty, style, None) }
    }
    unsafe fn create_vm_memory(
        &self,
        ty: &MemoryType,
        style: &MemoryStyle,
        location: NonNull<VMMemoryDefinition>,
    ) -> Result<VMMemory, MemoryError> {
        // SAFETY: the caller's promise.
        unsafe { self.make(ty, style, Some(location)) }
    }
    fn create_host_table(&self, ty: &TableType, style: &TableStyle) -> Result<VMTable, String> {
        VMTable::new(ty, style)
    }
    unsafe fn create_vm_table(
        &self,
        ty: &TableType,
        style: &TableStyle,
        location: NonNull<VMTableDefinition>,
    ) -> Result<VMTable, String> {
        // SAFETY: the caller's promise.
        unsafe { VMTable::from_definition(ty, style, location) }
    }
}

/// A memory with all its addresses, of which the first `size` pages can be used.
struct Reserved {
    mapping: Mmap,
    ty: MemoryType,
    size: Pages,
    reserved: u32,
    definition: MaybeInstanceOwned<VMMemoryDefinition>,
}

// SAFETY: the pointers in it lead to the mapping that it owns and to an instance of the same arena, and an
// arena moves between threads as a whole.
unsafe impl Send for Reserved {}
unsafe impl Sync for Reserved {}

impl Reserved {
    /// # Safety
    /// As `Reservation::make`.
    unsafe fn new(
        ty: &MemoryType,
        reserved: u32,
        location: Option<NonNull<VMMemoryDefinition>>,
    ) -> Result<Self, MemoryError> {
        if ty.maximum.is_some_and(|maximum| maximum < ty.minimum) || ty.minimum.0 > MOST_PAGES {
            let reason = format!("minimum {}, maximum {:?}", ty.minimum.0, ty.maximum);
            return Err(MemoryError::InvalidMemory { reason });
        }
        let whole = u64::from(reserved) * PAGE + GUARD;
        let size = ty.minimum.bytes().0;
        let mut mapping = Mmap::accessible_reserved(size, whole as usize, None, MmapType::Private)
            .map_err(MemoryError::Region)?;
        let content = VMMemoryDefinition { base: mapping.as_mut_ptr(), current_length: size };
        let definition = match location {
            Some(location) => {
                // SAFETY: the caller's promise.
                unsafe { location.write(content) };
                MaybeInstanceOwned::Instance(location)
            }
            None => MaybeInstanceOwned::Host(Box::new(content.into())),
        };
        Ok(Self { mapping, ty: *ty, size: ty.minimum, reserved, definition })
    }
}

impl fmt::Debug for Reserved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "memory of {} pages, {} reserved", self.size.0, self.reserved)
    }
}

impl LinearMemory for Reserved {
    fn ty(&self) -> MemoryType {
        MemoryType { minimum: self.size, ..self.ty }
    }
    fn size(&self) -> Pages {
        self.size
    }
    fn style(&self) -> MemoryStyle {
        MemoryStyle::Dynamic { offset_guard_size: GUARD }
    }
    fn grow(&mut self, delta: Pages) -> Result<Pages, MemoryError> {
        let (before, most) = (self.size, self.ty.maximum.map_or(MOST_PAGES, |pages| pages.0));
        let too_many = MemoryError::CouldNotGrow { current: before, attempted_delta: delta };
        let after = match before.checked_add(delta) {
            Some(after) if after.0 <= most => after,
            _ => return Err(too_many),
        };
        if after.0 > self.reserved {
            return Err(MemoryError::Generic(format!(
                "limit: addresses for {} pages are reserved for each memory of this engine",
                self.reserved
            )));
        }
        if delta.0 > 0 {
            self.mapping
                .make_accessible(before.bytes().0, delta.bytes().0)
                .map_err(MemoryError::Region)?;
            self.size = after;
            // SAFETY: the description lives as long as the memory.
            unsafe { (*self.definition.as_ptr().as_ptr()).current_length = after.bytes().0 };
        }
        Ok(before)
    }
    fn vmmemory(&self) -> NonNull<VMMemoryDefinition> {
        self.definition.as_ptr()
    }
    // Copies and clones are for what wasmer does with memories outside of stores, which is not done here.
    fn try_clone(&self) -> Result<Box<dyn LinearMemory + Send + Sync>, MemoryError> {
        Err(MemoryError::MemoryNotShared)
    }
    fn copy(&self) -> Result<Box<dyn LinearMemory + Send + Sync>, MemoryError> {
        let message = "a memory with a reservation is not copied".to_owned();
        Err(MemoryError::UnsupportedOperation { message })
    }
}
