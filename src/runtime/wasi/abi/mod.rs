//! How the guest and the host talk: numbers, layouts, errors, the guest's memory.

pub mod errno;
pub mod memory;
pub mod types;

pub use types::*;
