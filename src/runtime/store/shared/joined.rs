//! A shared memory as one arena has it.

use super::super::tunables::Budget;
use super::Core;
use crate::runtime::machine::parking::{self, Outcome};
use std::fmt;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;
use wasmer_types::{MemoryError, MemoryStyle, MemoryType, Pages};
use wasmer_vm::{ExpectedValue, LinearMemory, VMMemoryDefinition, WaiterError};

/// A shared memory in an arena.
pub struct Joined {
    pub core: Arc<Core>,
    pub budget: Arc<Budget>,
    pub location: NonNull<VMMemoryDefinition>,
    pub serial: u64,
}

// SAFETY: the location is in the core that it keeps, or in an instance of the same arena.
unsafe impl Send for Joined {}
unsafe impl Sync for Joined {}

impl Drop for Joined {
    fn drop(&mut self) {
        self.budget.forget_shared(self.location.as_ptr() as usize);
        self.core.leave(self.serial);
    }
}

impl fmt::Debug for Joined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "shared memory of {} pages", self.core.size().0)
    }
}

impl LinearMemory for Joined {
    fn ty(&self) -> MemoryType {
        MemoryType { minimum: self.core.size(), ..self.core.ty }
    }
    fn size(&self) -> Pages {
        self.core.size()
    }
    fn style(&self) -> MemoryStyle {
        self.core.style
    }
    fn grow(&mut self, delta: Pages) -> std::result::Result<Pages, MemoryError> {
        self.core.grow(delta, false)
    }
    fn vmmemory(&self) -> NonNull<VMMemoryDefinition> {
        self.location
    }
    // For what wasmer does with memories outside of stores, which is not done here.
    fn try_clone(&self) -> std::result::Result<Box<dyn LinearMemory + Send + Sync>, MemoryError> {
        self.copy()
    }
    fn copy(&self) -> std::result::Result<Box<dyn LinearMemory + Send + Sync>, MemoryError> {
        let message = "a shared memory is not copied".to_owned();
        Err(MemoryError::UnsupportedOperation { message })
    }
    unsafe fn do_wait(
        &mut self,
        address: u32,
        expected: ExpectedValue,
        timeout: Option<Duration>,
    ) -> std::result::Result<u32, WaiterError> {
        let place = self.core.base.wrapping_add(address as usize);
        // SAFETY: the caller's promise: aligned, and in the memory, which only grows.
        let is_as_expected = || unsafe {
            match expected {
                ExpectedValue::None => true,
                ExpectedValue::U32(word) => {
                    AtomicU32::from_ptr(place.cast()).load(Ordering::SeqCst) == word
                }
                ExpectedValue::U64(word) => {
                    AtomicU64::from_ptr(place.cast()).load(Ordering::SeqCst) == word
                }
            }
        };
        Ok(match parking::wait(place as usize, is_as_expected, timeout) {
            // What a stopped wait gives is not seen: the guard of the library call ends the guest.
            Outcome::Notified | Outcome::Stopped => 0,
            Outcome::Different => 1,
            Outcome::TimedOut => 2,
        })
    }
    fn do_notify(&mut self, address: u32, count: u32) -> u32 {
        parking::notify(self.core.base.wrapping_add(address as usize) as usize, count)
    }
}
