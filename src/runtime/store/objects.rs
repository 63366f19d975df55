//! wasmer's objects of an arena, with places that are used again.
//!
//! wasmer's store only grows: an object is a number there, and instances keep the numbers of theirs.
//! So what is freed is replaced by something that holds nothing, and its number is given to the next
//! object of its kind.

use super::tunables::LimitedTunables;
use std::cell::RefCell;
use std::ptr::NonNull;
use wasmer_compiler::{LinkError, Tunables};
use wasmer_types::entity::PrimaryMap;
use wasmer_types::{
    FunctionType, LocalGlobalIndex, LocalMemoryIndex, LocalTableIndex, MemoryError, MemoryIndex,
    MemoryStyle, MemoryType, ModuleInfo, Pages, TableIndex, TableStyle, TableType,
};
use wasmer_vm::{
    InternalStoreHandle, LinearMemory, MaybeInstanceOwned, StoreObjects, VMConfig, VMExternObj,
    VMFunction, VMFunctionKind, VMGlobal, VMGlobalDefinition, VMMemory, VMMemoryDefinition,
    VMTable, VMTableDefinition,
};

/// wasmer's objects. Instances point to them, so they stay where they are.
pub struct Objects {
    store: NonNull<StoreObjects>,
    free: Free,
}

/// Numbers of objects that were freed.
#[derive(Default)]
struct Free {
    functions: Vec<InternalStoreHandle<VMFunction>>,
    memories: Vec<InternalStoreHandle<VMMemory>>,
    tables: Vec<InternalStoreHandle<VMTable>>,
    globals: Vec<InternalStoreHandle<VMGlobal>>,
    externs: Vec<InternalStoreHandle<VMExternObj>>,
}

/// Puts an object where one was freed, or behind all others.
macro_rules! place {
    ($store:expr, $free:expr, $object:expr) => {{
        let (store, object) = ($store, $object);
        match $free.pop() {
            Some(place) => {
                *place.get_mut(store) = object;
                place
            }
            None => InternalStoreHandle::new(store, object),
        }
    }};
}

impl Objects {
    pub fn new() -> Self {
        Self { store: NonNull::from(Box::leak(Box::default())), free: Free::default() }
    }

    pub fn get(&self) -> &StoreObjects {
        // SAFETY: made from a Box in `new`, freed in `drop`; borrowed with the contents.
        unsafe { self.store.as_ref() }
    }

    pub fn get_mut(&mut self) -> &mut StoreObjects {
        // SAFETY: as above.
        unsafe { self.store.as_mut() }
    }

    fn split(&mut self) -> (&mut StoreObjects, &mut Free) {
        // SAFETY: as above.
        (unsafe { self.store.as_mut() }, &mut self.free)
    }

    pub fn add_function(&mut self, function: VMFunction) -> InternalStoreHandle<VMFunction> {
        let (store, free) = self.split();
        place!(store, free.functions, function)
    }

    pub fn add_memory(&mut self, memory: VMMemory) -> InternalStoreHandle<VMMemory> {
        let (store, free) = self.split();
        place!(store, free.memories, memory)
    }

    pub fn add_table(&mut self, table: VMTable) -> InternalStoreHandle<VMTable> {
        let (store, free) = self.split();
        place!(store, free.tables, table)
    }

    pub fn add_global(&mut self, global: VMGlobal) -> InternalStoreHandle<VMGlobal> {
        let (store, free) = self.split();
        place!(store, free.globals, global)
    }

    pub fn add_extern(&mut self) -> InternalStoreHandle<VMExternObj> {
        let (store, free) = self.split();
        place!(store, free.externs, VMExternObj::new(()))
    }

    /// Lends the store empty, and puts what was in it back: for what wasmer adds an object for that
    /// nobody needs.
    pub fn aside<R>(&mut self, work: impl FnOnce(&Self) -> R) -> R {
        struct Back(NonNull<StoreObjects>, StoreObjects);
        impl Drop for Back {
            fn drop(&mut self) {
                // SAFETY: the store outlives the call of `aside`, and is not borrowed.
                std::mem::swap(unsafe { self.0.as_mut() }, &mut self.1);
            }
        }
        let mut back = Back(self.store, StoreObjects::default());
        // SAFETY: as above.
        std::mem::swap(unsafe { back.0.as_mut() }, &mut back.1);
        work(self)
    }

    /// What wasmer makes an instance's own objects by.
    pub fn placing(&mut self, tunables: LimitedTunables) -> (Placing<'_>, &mut StoreObjects) {
        let (store, free) = self.split();
        (Placing { tunables, free: RefCell::new(free), made: RefCell::default() }, store)
    }

    /// Takes a function out. It must not be reachable any more, as in all that follow.
    pub fn take_function(&mut self, place: InternalStoreHandle<VMFunction>) -> VMFunction {
        let nothing = VMFunction {
            anyfunc: MaybeInstanceOwned::Instance(NonNull::dangling()),
            signature: FunctionType::new(vec![], vec![]),
            kind: VMFunctionKind::Static,
            host_data: Box::new(()),
        };
        self.free.functions.push(place);
        std::mem::replace(place.get_mut(self.get_mut()), nothing)
    }

    pub fn take_memory(&mut self, place: InternalStoreHandle<VMMemory>) -> VMMemory {
        self.free.memories.push(place);
        let nothing: Box<dyn LinearMemory + Send + Sync> = Box::new(Gone);
        std::mem::replace(place.get_mut(self.get_mut()), VMMemory::from_custom(nothing))
    }

    pub fn take_table(&mut self, place: InternalStoreHandle<VMTable>) -> Option<VMTable> {
        let ty = TableType::new(wasmer_types::Type::FuncRef, 0, Some(0));
        let nothing = VMTable::new(&ty, &TableStyle::CallerChecksSignature).ok()?;
        self.free.tables.push(place);
        Some(std::mem::replace(place.get_mut(self.get_mut()), nothing))
    }

    /// Takes out what an instance had of its own.
    pub fn take_made(&mut self, made: Made) -> (Vec<VMMemory>, Vec<VMTable>) {
        made.globals.into_iter().for_each(|global| self.free_global(global));
        let memories = made.memories.into_iter().map(|memory| self.take_memory(memory)).collect();
        let tables = made.tables.into_iter().filter_map(|table| self.take_table(table)).collect();
        (memories, tables)
    }

    /// A global is a few bytes, which stay until another one takes the place.
    pub fn free_global(&mut self, place: InternalStoreHandle<VMGlobal>) {
        self.free.globals.push(place);
    }

    /// An externref is a number only.
    pub fn free_extern(&mut self, place: InternalStoreHandle<VMExternObj>) {
        self.free.externs.push(place);
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        // SAFETY: made from a Box in `new`.
        drop(unsafe { Box::from_raw(self.store.as_ptr()) });
    }
}

/// Where a memory was.
#[derive(Debug)]
struct Gone;

impl LinearMemory for Gone {
    fn ty(&self) -> MemoryType {
        MemoryType::new(0, Some(0), false)
    }
    fn size(&self) -> Pages {
        Pages(0)
    }
    fn style(&self) -> MemoryStyle {
        MemoryStyle::Static
    }
    fn grow(&mut self, _: Pages) -> Result<Pages, MemoryError> {
        Err(MemoryError::InvalidMemory { reason: "the memory was freed".to_owned() })
    }
    fn vmmemory(&self) -> NonNull<VMMemoryDefinition> {
        NonNull::dangling()
    }
    fn try_clone(&self) -> Result<Box<dyn LinearMemory + Send + Sync>, MemoryError> {
        self.copy()
    }
    fn copy(&self) -> Result<Box<dyn LinearMemory + Send + Sync>, MemoryError> {
        Err(MemoryError::InvalidMemory { reason: "the memory was freed".to_owned() })
    }
}

/// The objects that an instance has of its own.
#[derive(Default)]
pub struct Made {
    pub memories: Vec<InternalStoreHandle<VMMemory>>,
    pub tables: Vec<InternalStoreHandle<VMTable>>,
    pub globals: Vec<InternalStoreHandle<VMGlobal>>,
}

/// Makes the objects of an instance as `LimitedTunables` does, in places that are free.
pub struct Placing<'a> {
    tunables: LimitedTunables,
    free: RefCell<&'a mut Free>,
    made: RefCell<Made>,
}

impl Placing<'_> {
    pub fn made(self) -> Made {
        self.made.into_inner()
    }
}

impl Tunables for Placing<'_> {
    fn memory_style(&self, memory: &MemoryType) -> MemoryStyle {
        self.tunables.memory_style(memory)
    }
    fn table_style(&self, table: &TableType) -> TableStyle {
        self.tunables.table_style(table)
    }
    fn create_host_memory(
        &self,
        ty: &MemoryType,
        style: &MemoryStyle,
    ) -> Result<VMMemory, MemoryError> {
        self.tunables.create_host_memory(ty, style)
    }
    unsafe fn create_vm_memory(
        &self,
        ty: &MemoryType,
        style: &MemoryStyle,
        location: NonNull<VMMemoryDefinition>,
    ) -> Result<VMMemory, MemoryError> {
        unsafe { self.tunables.create_vm_memory(ty, style, location) }
    }
    fn create_host_table(&self, ty: &TableType, style: &TableStyle) -> Result<VMTable, String> {
        self.tunables.create_host_table(ty, style)
    }
    unsafe fn create_vm_table(
        &self,
        ty: &TableType,
        style: &TableStyle,
        location: NonNull<VMTableDefinition>,
    ) -> Result<VMTable, String> {
        unsafe { self.tunables.create_vm_table(ty, style, location) }
    }
    unsafe fn create_memories(
        &self,
        context: &mut StoreObjects,
        module: &ModuleInfo,
        styles: &PrimaryMap<MemoryIndex, MemoryStyle>,
        locations: &[NonNull<VMMemoryDefinition>],
    ) -> Result<PrimaryMap<LocalMemoryIndex, InternalStoreHandle<VMMemory>>, LinkError> {
        let own = module.memories.iter().skip(module.num_imported_memories);
        let mut memories = PrimaryMap::new();
        for ((index, ty), &location) in own.zip(locations) {
            // SAFETY: the locations are wasmer's, for these memories.
            let memory = unsafe { self.create_vm_memory(ty, &styles[index], location) };
            let memory = memory.map_err(|error| {
                LinkError::Resource(format!("Failed to create memory: {error}"))
            })?;
            let place = place!(&mut *context, self.free.borrow_mut().memories, memory);
            self.made.borrow_mut().memories.push(place);
            memories.push(place);
        }
        Ok(memories)
    }
    unsafe fn create_tables(
        &self,
        context: &mut StoreObjects,
        module: &ModuleInfo,
        styles: &PrimaryMap<TableIndex, TableStyle>,
        locations: &[NonNull<VMTableDefinition>],
    ) -> Result<PrimaryMap<LocalTableIndex, InternalStoreHandle<VMTable>>, LinkError> {
        let own = module.tables.iter().skip(module.num_imported_tables);
        let mut tables = PrimaryMap::new();
        for ((index, ty), &location) in own.zip(locations) {
            // SAFETY: as above.
            let table = unsafe { self.create_vm_table(ty, &styles[index], location) }
                .map_err(LinkError::Resource)?;
            let place = place!(&mut *context, self.free.borrow_mut().tables, table);
            self.made.borrow_mut().tables.push(place);
            tables.push(place);
        }
        Ok(tables)
    }
    fn create_globals(
        &self,
        context: &mut StoreObjects,
        module: &ModuleInfo,
        locations: &[NonNull<VMGlobalDefinition>],
    ) -> Result<PrimaryMap<LocalGlobalIndex, InternalStoreHandle<VMGlobal>>, LinkError> {
        let own = module.globals.values().skip(module.num_imported_globals);
        let mut globals = PrimaryMap::new();
        for (&ty, &location) in own.zip(locations) {
            // SAFETY: as above.
            let global =
                unsafe { self.create_vm_global(ty, location) }.map_err(LinkError::Resource)?;
            let place = place!(&mut *context, self.free.borrow_mut().globals, global);
            self.made.borrow_mut().globals.push(place);
            globals.push(place);
        }
        Ok(globals)
    }
    fn vmconfig(&self) -> &VMConfig {
        self.tunables.vmconfig()
    }
}
