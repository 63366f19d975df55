//! How memories and tables of an arena are made and grow: within its budget, so that no guest can exhaust the
//! process by asking.

use super::shared::{self, SharedMemory};
use crate::runtime::base::bounds::REMEDY;
use crate::runtime::base::quota::{Quota, Quotas};
use crate::runtime::base::reserved::Reservation;
use crate::runtime::base::{room, value};
use crate::runtime::machine::{fork, stack, thread};
use std::collections::HashMap;
use std::fmt;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use wasmer_compiler::{BaseTunables, Tunables};
use wasmer_types::{MemoryError, MemoryStyle, MemoryType, Pages, TableStyle, TableType};
use wasmer_vm::{
    ExpectedValue, LinearMemory, Trap, VMConfig, VMMemory, VMMemoryDefinition, VMTable,
    VMTableDefinition, WaiterError,
};

/// What the memories of one arena have taken.
#[derive(Debug, Default)]
pub struct Budget {
    pub quotas: Quotas,
    /// The addresses that each memory reserves, where its code allows for it.
    reservation: Reservation,
    pages: AtomicU64,
    memories: AtomicU64,
    refused_by_system: AtomicBool,
    /// Shared memories of the arena, by the address of the description that its code uses.
    shared: Mutex<HashMap<usize, SharedMemory>>,
}

impl Budget {
    pub fn new(quotas: Quotas, reservation: Reservation) -> Self {
        Self { quotas, reservation, ..Self::default() }
    }

    pub(crate) fn take(&self, pages: u32) -> Result<(), MemoryError> {
        // Asking for the size is allowed also where more is in use than there may be.
        if pages == 0 {
            return Ok(());
        }
        let before = self.pages.fetch_add(pages.into(), Relaxed);
        let most = self.quotas.get(Quota::MemoryPages);
        if before + u64::from(pages) > most {
            self.give_back(pages);
            return Err(MemoryError::Generic(format!(
                "limit: {pages} more pages asked for, {before} in use, {most} allowed for all \
                 memories together"
            )));
        }
        Ok(())
    }

    pub(crate) fn give_back(&self, pages: u32) {
        self.pages.fetch_sub(pages.into(), Relaxed);
    }

    pub(crate) fn take_memory(&self) -> Result<(), MemoryError> {
        let most = self.quotas.get(Quota::Memories);
        if self.memories.fetch_add(1, Relaxed) >= most {
            self.memories.fetch_sub(1, Relaxed);
            return Err(MemoryError::Generic(format!(
                "limit: {most} memories are allowed in one arena or store, and as many are in use; \
                 {REMEDY}"
            )));
        }
        Ok(())
    }

    pub(crate) fn give_back_memory(&self) {
        self.memories.fetch_sub(1, Relaxed);
    }

    fn with_shared<R>(&self, work: impl FnOnce(&mut HashMap<usize, SharedMemory>) -> R) -> R {
        fork::uncut(|| work(&mut self.shared.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    pub(crate) fn note_shared(&self, address: usize, memory: SharedMemory) {
        self.with_shared(|all| all.insert(address, memory));
    }

    pub(crate) fn forget_shared(&self, address: usize) {
        self.with_shared(|all| all.remove(&address));
    }

    /// The shared memory with a description at an address.
    pub(crate) fn shared_at(&self, address: usize) -> Option<SharedMemory> {
        self.with_shared(|all| all.get(&address).cloned())
    }

    /// Where the arena has descriptions of a shared memory.
    pub(crate) fn places_of(&self, memory: &SharedMemory) -> Vec<usize> {
        let is = |(&address, other): (&usize, &SharedMemory)| other.is(memory).then_some(address);
        self.with_shared(|all| all.iter().filter_map(is).collect())
    }

    /// True once if the system refused memory since it was asked last.
    pub fn take_refusal(&self) -> bool {
        self.refused_by_system.swap(false, Relaxed)
    }
}

/// What one memory has taken of a budget, given back when it is freed.
struct Taken {
    budget: Arc<Budget>,
    pages: AtomicU64,
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.budget.pages.fetch_sub(*self.pages.get_mut(), Relaxed);
        self.budget.memories.fetch_sub(1, Relaxed);
    }
}

/// A memory that asks the arena's budget before it grows. All else is wasmer's own. Shared ones are in `shared`.
struct Limited {
    memory: VMMemory,
    taken: Taken,
}

impl fmt::Debug for Limited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.memory.fmt(f)
    }
}

impl LinearMemory for Limited {
    fn ty(&self) -> MemoryType {
        self.memory.ty()
    }
    fn size(&self) -> Pages {
        self.memory.size()
    }
    fn style(&self) -> MemoryStyle {
        self.memory.style()
    }
    fn grow(&mut self, delta: Pages) -> Result<Pages, MemoryError> {
        let budget = &self.taken.budget;
        budget.take(delta.0)?;
        let before = self.memory.grow(delta).inspect_err(|_| budget.give_back(delta.0))?;
        self.taken.pages.fetch_add(delta.0.into(), Relaxed);
        Ok(before)
    }
    fn vmmemory(&self) -> NonNull<VMMemoryDefinition> {
        self.memory.vmmemory()
    }
    fn try_clone(&self) -> Result<Box<dyn LinearMemory + Send + Sync>, MemoryError> {
        self.memory.0.try_clone()
    }
    fn copy(&self) -> Result<Box<dyn LinearMemory + Send + Sync>, MemoryError> {
        self.memory.copy()
    }
    unsafe fn initialize_with_data(&self, start: usize, data: &[u8]) -> Result<(), Trap> {
        unsafe { self.memory.initialize_with_data(start, data) }
    }
    unsafe fn do_wait(
        &mut self,
        _: u32,
        _: ExpectedValue,
        _: Option<Duration>,
    ) -> Result<u32, WaiterError> {
        // What there is to say of it is not asked for: each error is the same trap.
        thread::current().waited_unshared.set(true);
        Err(WaiterError::Unimplemented)
    }
}

/// wasmer's way to be told how memories and tables are made, for one instantiation.
pub struct LimitedTunables {
    budget: Arc<Budget>,
    /// Elements that each table may grow by beyond its minimum.
    table_growth: u32,
}

impl LimitedTunables {
    /// For tables with these types, which together must fit the quota.
    pub fn new<'a>(
        budget: Arc<Budget>,
        tables: impl Iterator<Item = &'a TableType>,
    ) -> Result<Self, String> {
        let (mut count, mut elements) = (0u64, 0u64);
        for table in tables {
            count += 1;
            elements += u64::from(table.minimum);
        }
        let limit = budget.quotas.get(Quota::TableElements);
        if elements > limit {
            return Err(format!(
                "limit: tables with {elements} elements asked for, {limit} allowed"
            ));
        }
        let table_growth = ((limit - elements) / count.max(1)) as u32;
        Ok(Self { budget, table_growth })
    }

    /// The type to make a table by: `table.grow` of a table without a maximum takes any size from
    /// the system and aborts the process if it is refused, so each table gets a maximum.
    fn capped(&self, ty: &TableType) -> TableType {
        let ty = value::declared(ty);
        let most = ty.minimum.saturating_add(self.table_growth);
        TableType { maximum: Some(ty.maximum.map_or(most, |maximum| maximum.min(most))), ..ty }
    }

    /// wasmer ends the process if the elements of a table cannot be had.
    fn require_room(&self, ty: &TableType) -> Result<(), String> {
        let bytes = u64::from(ty.minimum) * room::ELEMENT;
        if room::has(bytes) {
            return Ok(());
        }
        self.budget.refused_by_system.store(true, Relaxed);
        let what = format!("table of {} elements", ty.minimum);
        Err(room::refused_memory(&what, bytes))
    }

    /// # Safety
    /// As `Reservation::make`.
    unsafe fn limited(
        &self,
        ty: &MemoryType,
        style: &MemoryStyle,
        location: Option<NonNull<VMMemoryDefinition>>,
    ) -> Result<VMMemory, MemoryError> {
        let (budget, pages) = (&self.budget, ty.minimum.0);
        let explained = |error| {
            let MemoryError::Region(reason) = error else { return error };
            budget.refused_by_system.store(true, Relaxed);
            let bytes = budget.reservation.bytes(ty, style);
            MemoryError::Generic(room::refused_addresses(bytes, &reason))
        };
        if ty.shared {
            // SAFETY: the caller's promise.
            let made = unsafe { shared::declare(budget, budget.reservation, ty, style, location) };
            return made.map_err(explained);
        }
        budget.take_memory()?;
        let made = budget.take(pages).and_then(|()| {
            // SAFETY: the caller's promise.
            let made = unsafe { budget.reservation.make(ty, style, location) };
            made.map_err(|error| {
                budget.give_back(pages);
                explained(error)
            })
        });
        // What was never made does not count.
        let memory = made.inspect_err(|_| {
            budget.give_back_memory();
        })?;
        let taken = Taken { budget: self.budget.clone(), pages: AtomicU64::new(pages.into()) };
        let limited: Box<dyn LinearMemory + Send + Sync> = Box::new(Limited { memory, taken });
        Ok(VMMemory::from_custom(limited))
    }
}

impl Tunables for LimitedTunables {
    fn memory_style(&self, memory: &MemoryType) -> MemoryStyle {
        self.budget.reservation.memory_style(memory)
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
        unsafe { self.limited(ty, style, None) }
    }
    unsafe fn create_vm_memory(
        &self,
        ty: &MemoryType,
        style: &MemoryStyle,
        location: NonNull<VMMemoryDefinition>,
    ) -> Result<VMMemory, MemoryError> {
        // SAFETY: the caller's promise.
        unsafe { self.limited(ty, style, Some(location)) }
    }
    fn create_host_table(&self, ty: &TableType, style: &TableStyle) -> Result<VMTable, String> {
        self.require_room(ty)?;
        VMTable::new(&self.capped(ty), style)
    }
    unsafe fn create_vm_table(
        &self,
        ty: &TableType,
        style: &TableStyle,
        location: NonNull<VMTableDefinition>,
    ) -> Result<VMTable, String> {
        self.require_room(ty)?;
        // SAFETY: the caller's promise.
        unsafe { VMTable::from_definition(&self.capped(ty), style, location) }
    }
    fn vmconfig(&self) -> &VMConfig {
        stack::config()
    }
}
