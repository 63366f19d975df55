//! Limits that an engine or an arena can be given others of.

use super::bounds::{MAX_INSTANCES, MAX_MEMORIES, MAX_MEMORY_PAGES, MAX_TABLE_ELEMENTS};
use super::error::{Error, Result, Status};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What there may be at most. Numbers are part of the ABI.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quota {
    /// Pages of 65,536 bytes that all memories of an arena have together.
    MemoryPages = 0,
    /// Memories in an arena. Each takes 8 GiB of address space, whatever its size, or what the engine says.
    Memories = 1,
    /// Elements that all tables of one instance have together, declared or grown; and elements of a
    /// table that the host makes. An element takes 8 bytes; 40 in tables of equal limits that are not
    /// exported, as far as those of an instance have 131,072 together.
    TableElements = 2,
    /// Instances in an arena.
    Instances = 3,
    /// Bytes of a module in the binary format, before it is compiled. Of engines only.
    ModuleBytes = 4,
    /// Functions of a module, imported ones too. Of engines only.
    Functions = 5,
    /// What one function may cost to compile beyond what its size explains, in units of a simple
    /// instruction (one to five microseconds of Cranelift's time). The size explains 4 units a byte. It is
    /// estimated from the code before a compiler sees it. Of engines only.
    FunctionCost = 6,
    /// The same for a module: its functions and what else is compiled for it. Of engines only.
    ModuleCost = 7,
    /// Bytes of the exceptions that guests throw, about. They are kept until no call into the arena is
    /// running, or as long as the arena if one of its modules has a global or table of type `exnref`. An
    /// exception takes some hundred bytes, and some 50 for each function that is being called.
    ExceptionBytes = 8,
}

const COUNT: usize = 9;

impl Quota {
    pub const ALL: [Self; COUNT] = [
        Self::MemoryPages,
        Self::Memories,
        Self::TableElements,
        Self::Instances,
        Self::ModuleBytes,
        Self::Functions,
        Self::FunctionCost,
        Self::ModuleCost,
        Self::ExceptionBytes,
    ];

    pub fn from_u32(number: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|&quota| quota as u32 == number)
    }

    /// What holds if nothing is said.
    pub fn default_value(self) -> u64 {
        match self {
            Self::MemoryPages => MAX_MEMORY_PAGES.into(),
            Self::Memories => MAX_MEMORIES.into(),
            Self::TableElements => MAX_TABLE_ELEMENTS.into(),
            Self::Instances => MAX_INSTANCES as u64,
            Self::ModuleBytes => 1 << 30,
            // The most that WebAssembly's JavaScript interface asks engines for.
            Self::Functions => 1_000_000,
            // `tests/cost.rs` has what lies on both sides.
            Self::FunctionCost => 3_000_000,
            Self::ModuleCost => 10_000_000,
            Self::ExceptionBytes => 1 << 28,
        }
    }

    /// The most that it can be set to.
    fn highest(self) -> u64 {
        match self {
            Self::MemoryPages => u64::from(u32::MAX),
            // More do not fit into the addresses of a process.
            Self::Memories => 16_000,
            // wasmer's own limit: a gigabyte.
            Self::TableElements => 134_217_728,
            Self::Instances => 10_000_000,
            Self::ModuleBytes => u64::from(u32::MAX),
            Self::Functions => 1_000_000,
            Self::FunctionCost | Self::ModuleCost => u64::from(u32::MAX),
            Self::ExceptionBytes => 1 << 40,
        }
    }

    /// Whether an arena can have a value of its own.
    fn is_of_arenas(self) -> bool {
        matches!(
            self,
            Self::MemoryPages
                | Self::Memories
                | Self::TableElements
                | Self::Instances
                | Self::ExceptionBytes
        )
    }
}

impl fmt::Display for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MemoryPages => "memory pages",
            Self::Memories => "memories",
            Self::TableElements => "table elements",
            Self::Instances => "instances",
            Self::ModuleBytes => "bytes of a module",
            Self::Functions => "functions of a module",
            Self::FunctionCost => "units of cost beyond its size",
            Self::ModuleCost => "units of cost of a module beyond its size",
            Self::ExceptionBytes => "bytes of exceptions",
        })
    }
}

/// A value for each quota.
#[derive(Debug)]
pub struct Quotas([AtomicU64; COUNT]);

impl Default for Quotas {
    fn default() -> Self {
        Self(Quota::ALL.map(|quota| AtomicU64::new(quota.default_value())))
    }
}

impl Clone for Quotas {
    fn clone(&self) -> Self {
        Self(Quota::ALL.map(|quota| AtomicU64::new(self.get(quota))))
    }
}

impl Quotas {
    pub fn get(&self, quota: Quota) -> u64 {
        self.0[quota as usize].load(Relaxed)
    }

    /// Takes the values of others.
    pub fn copy(&self, others: &Self) {
        for quota in Quota::ALL {
            self.0[quota as usize].store(others.get(quota), Relaxed);
        }
    }

    pub fn set(&self, quota: Quota, most: u64) -> Result<()> {
        let highest = quota.highest();
        if most > highest {
            return Err(Error::new(
                Status::InvalidArgument,
                format!("quota of {quota}: {most} asked for, {highest} is the most there can be"),
            ));
        }
        self.0[quota as usize].store(most, Relaxed);
        Ok(())
    }

    /// As `set`, for an arena.
    pub fn set_for_arena(&self, quota: Quota, most: u64) -> Result<()> {
        if !quota.is_of_arenas() {
            return Err(Error::new(
                Status::InvalidArgument,
                format!("quota of {quota}: it is set for an engine, not for an arena"),
            ));
        }
        self.set(quota, most)
    }

    /// The error for what does not fit.
    pub fn check(&self, quota: Quota, wanted: u64) -> Result<()> {
        let most = self.get(quota);
        if wanted <= most {
            return Ok(());
        }
        Err(Error::new(Status::Limit, format!("limit: {wanted} {quota} asked for, {most} allowed")))
    }
}
