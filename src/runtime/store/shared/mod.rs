//! Shared memories: one memory in any number of arenas, whose instances run at the same time.
//!
//! All addresses of a shared memory are reserved from the start, so it does not move. Its size is in a description that
//! compiled code of all instances reads through a pointer, as it does for every imported memory; an instance that
//! declares the memory itself has a description within, and is told. It only grows, under a lock: whoever reads an old size
//! takes the memory to be smaller than it is.
//!
//! It lives until the last arena that has it and the last holder among the host have let go.

mod joined;

use joined::Joined;

use super::memory_view::MemoryView;
use super::tunables::Budget;
use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::base::quota::Quota;
use crate::runtime::base::reserved::Reservation;
use crate::runtime::base::room;
use crate::runtime::base::value::Limits;
use crate::runtime::compile::engine::Engine;
use crate::runtime::machine::fork;
use crate::runtime::machine::parking;
use std::cell::UnsafeCell;
use std::fmt;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wasmer_compiler::Tunables;
use wasmer_types::{MemoryError, MemoryStyle, MemoryType, Pages};
use wasmer_vm::{LinearMemory, Mmap, MmapType, VMMemory, VMMemoryDefinition};

/// Bytes of a page.
const PAGE: usize = 65_536;

/// A shared memory, as the host has it. Safe to use from any thread.
#[derive(Clone)]
pub struct SharedMemory(Arc<Core>);

struct Core {
    definition: UnsafeCell<VMMemoryDefinition>,
    base: *mut u8,
    ty: MemoryType,
    style: MemoryStyle,
    /// Pages for which there are addresses.
    reserved: u32,
    /// Pages that the host may grow it to.
    most: u64,
    state: Mutex<State>,
}

// SAFETY: `base` leads to the mapping that it owns. The size in the description is read and written as an atomic word,
// the start not at all; what is in the memory is the business of guests, whose threads may race there.
unsafe impl Send for Core {}
unsafe impl Sync for Core {}

struct State {
    mapping: Mmap,
    members: Vec<Member>,
}

/// A memory of an arena that is this one.
struct Member {
    serial: u64,
    budget: Arc<Budget>,
    /// Where the arena's code finds the description.
    location: NonNull<VMMemoryDefinition>,
}

// SAFETY: the location is used while the member is in the list only, under the lock.
unsafe impl Send for Member {}

static SERIAL: AtomicU64 = AtomicU64::new(0);

/// The size in a description. Compiled code of other threads reads it.
fn length(definition: *mut VMMemoryDefinition) -> &'static AtomicUsize {
    // SAFETY: asked for places that live as long as what this gives is used, which is at once; the word is aligned.
    unsafe { AtomicUsize::from_ptr(&raw mut (*definition).current_length) }
}

impl Core {
    fn new(
        reservation: Reservation,
        most: u64,
        ty: &MemoryType,
        style: &MemoryStyle,
    ) -> std::result::Result<Arc<Self>, MemoryError> {
        let whole = reservation.bytes(ty, style) as usize;
        let size = ty.minimum.bytes().0;
        let mut mapping = Mmap::accessible_reserved(size, whole, None, MmapType::Private)
            .map_err(MemoryError::Region)?;
        let base = mapping.as_mut_ptr();
        Ok(Arc::new(Self {
            definition: UnsafeCell::new(VMMemoryDefinition { base, current_length: size }),
            base,
            ty: *ty,
            style: *style,
            reserved: reservation.pages(ty),
            most,
            state: Mutex::new(State { mapping, members: Vec::new() }),
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn definition(&self) -> NonNull<VMMemoryDefinition> {
        // Of a reference, so it is not null.
        NonNull::new(self.definition.get()).unwrap_or(NonNull::dangling())
    }

    fn bytes(&self) -> usize {
        length(self.definition.get()).load(Ordering::Acquire)
    }

    fn size(&self) -> Pages {
        Pages((self.bytes() / PAGE) as u32)
    }

    fn maximum(&self) -> u32 {
        self.ty.maximum.map_or(self.reserved, |most| most.0)
    }

    /// Grows for all. Each arena that has the memory counts its pages, so each must have room for more.
    fn grow(&self, delta: Pages, by_host: bool) -> std::result::Result<Pages, MemoryError> {
        if delta.0 == 0 {
            return Ok(self.size());
        }
        fork::uncut(|| {
            let mut state = self.state();
            let before = self.size();
            let too_many = MemoryError::CouldNotGrow { current: before, attempted_delta: delta };
            let after = match before.checked_add(delta) {
                Some(after) if after.0 <= self.maximum() => after,
                _ => return Err(too_many),
            };
            if after.0 > self.reserved {
                return Err(MemoryError::Generic(format!(
                    "limit: addresses for {} pages are reserved for this memory",
                    self.reserved
                )));
            }
            if by_host && u64::from(after.0) > self.most {
                let most = self.most;
                return Err(MemoryError::Generic(format!(
                    "limit: {} memory pages asked for, {most} allowed by the engine",
                    after.0
                )));
            }
            let mut asked: Vec<Arc<Budget>> = Vec::new();
            let back = |asked: &[Arc<Budget>]| asked.iter().for_each(|b| b.give_back(delta.0));
            for member in &state.members {
                if asked.iter().any(|known| Arc::ptr_eq(known, &member.budget)) {
                    continue;
                }
                member.budget.take(delta.0).inspect_err(|_| back(&asked))?;
                asked.push(member.budget.clone());
            }
            let made = state.mapping.make_accessible(before.bytes().0, delta.bytes().0);
            made.map_err(MemoryError::Region).inspect_err(|_| back(&asked))?;
            let bytes = after.bytes().0;
            length(self.definition.get()).store(bytes, Ordering::Release);
            for member in &state.members {
                length(member.location.as_ptr()).store(bytes, Ordering::Release);
            }
            Ok(before)
        })
    }

    /// Makes it a memory of an arena, which counts it. `location` is the place of a description in the instance that
    /// declares it.
    fn join(
        self: &Arc<Self>,
        budget: &Arc<Budget>,
        location: Option<NonNull<VMMemoryDefinition>>,
    ) -> std::result::Result<VMMemory, MemoryError> {
        let location_here = location.unwrap_or(self.definition());
        let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
        fork::uncut(|| {
            // Nobody grows it meanwhile.
            let mut state = self.state();
            if !state.members.iter().any(|member| Arc::ptr_eq(&member.budget, budget)) {
                budget.take_memory()?;
                budget.take(self.size().0).inspect_err(|_| budget.give_back_memory())?;
            }
            if let Some(location) = location {
                let content = VMMemoryDefinition { base: self.base, current_length: self.bytes() };
                // SAFETY: the caller's promise to `Reservation::make`; no code reads it yet.
                unsafe { location.write(content) };
            }
            let member = Member { serial, budget: budget.clone(), location: location_here };
            state.members.push(member);
            Ok(())
        })?;
        budget.note_shared(location_here.as_ptr() as usize, SharedMemory(self.clone()));
        let joined =
            Joined { core: self.clone(), budget: budget.clone(), location: location_here, serial };
        let joined: Box<dyn LinearMemory + Send + Sync> = Box::new(joined);
        Ok(VMMemory::from_custom(joined))
    }

    fn leave(&self, serial: u64) {
        fork::uncut(|| {
            let mut state = self.state();
            let Some(place) = state.members.iter().position(|member| member.serial == serial)
            else {
                return;
            };
            let left = state.members.swap_remove(place);
            if !state.members.iter().any(|member| Arc::ptr_eq(&member.budget, &left.budget)) {
                left.budget.give_back(self.size().0);
                left.budget.give_back_memory();
            }
        });
    }
}

/// Makes the shared memory of an instance that declares one, or of an arena.
///
/// # Safety
/// As `Reservation::make`.
pub unsafe fn declare(
    budget: &Arc<Budget>,
    reservation: Reservation,
    ty: &MemoryType,
    style: &MemoryStyle,
    location: Option<NonNull<VMMemoryDefinition>>,
) -> std::result::Result<VMMemory, MemoryError> {
    Core::new(reservation, budget.quotas.get(Quota::MemoryPages), ty, style)?.join(budget, location)
}

impl fmt::Debug for SharedMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "shared memory of {} pages", self.size())
    }
}

impl SharedMemory {
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Makes it a memory of the arena that a budget is of.
    pub(crate) fn join(&self, budget: &Arc<Budget>) -> std::result::Result<VMMemory, MemoryError> {
        self.0.join(budget, None)
    }

    /// Makes a memory of zeros, which reserves addresses as the engine's memories do.
    pub fn new(engine: &Engine, limits: Limits) -> Result<Self> {
        let ty = limits.memory_type(true)?;
        engine.quotas().check(Quota::MemoryPages, ty.minimum.0.into())?;
        let reservation = engine.reservation();
        let style = reservation.memory_style(&ty);
        let most = engine.quotas().get(Quota::MemoryPages);
        match Core::new(reservation, most, &ty, &style) {
            Ok(core) => Ok(Self(core)),
            Err(MemoryError::Region(reason)) => Err(Error::new(
                Status::OutOfMemory,
                room::refused_addresses(reservation.bytes(&ty, &style), &reason),
            )),
            Err(error) => Err(Error::new(Status::Limit, error.to_string())),
        }
    }

    /// Size in pages.
    pub fn size(&self) -> u32 {
        self.0.size().0
    }

    /// Its type, with the size that it has now as the minimum.
    pub fn limits(&self) -> Limits {
        Limits { minimum: self.size(), maximum: self.0.ty.maximum.map(|most| most.0) }
    }

    /// Grows by a number of pages, and gives the size before.
    pub fn grow(&self, delta: u32) -> Result<u32> {
        self.0.grow(Pages(delta), true).map(|before| before.0).map_err(|error| {
            let (size, most) = (self.size(), self.0.maximum());
            Error::new(
                Status::Limit,
                format!(
                    "memory: cannot grow by {delta} pages from {size}, {most} allowed: {error}"
                ),
            )
        })
    }

    /// Where the memory is, as long as this lives.
    pub fn view(&self) -> NonNull<MemoryView> {
        self.0.definition().cast()
    }

    fn range(&self, offset: u64, len: usize) -> Result<*mut u8> {
        let size = self.0.bytes();
        match offset.checked_add(len as u64) {
            Some(end) if end <= size as u64 => Ok(self.0.base.wrapping_add(offset as usize)),
            _ => Err(Error::new(
                Status::OutOfBounds,
                format!("memory: {len} bytes at address {offset} of {size} bytes"),
            )),
        }
    }

    /// Copies bytes out of the memory.
    pub fn read(&self, offset: u64, into: &mut [u8]) -> Result<()> {
        let from = self.range(offset, into.len())?;
        // SAFETY: in the memory, which does not shrink. Guests may write meanwhile: then the bytes are whatever they
        // are while they are copied.
        unsafe { std::ptr::copy(from, into.as_mut_ptr(), into.len()) };
        Ok(())
    }

    /// Copies bytes into the memory.
    pub fn write(&self, offset: u64, bytes: &[u8]) -> Result<()> {
        let to = self.range(offset, bytes.len())?;
        // SAFETY: as in `read`.
        unsafe { std::ptr::copy(bytes.as_ptr(), to, bytes.len()) };
        Ok(())
    }

    /// Notifies so many of the guests that wait on the word at an address, and gives how many that were.
    pub fn notify(&self, address: u64, count: u32) -> Result<u32> {
        if !address.is_multiple_of(4) {
            return Err(Error::new(
                Status::InvalidArgument,
                format!("memory: address {address} of a word to notify is no multiple of 4"),
            ));
        }
        Ok(parking::notify(self.range(address, 4)? as usize, count))
    }
}
