//! What can be done with an arena and what is in it, a noun or a verb a file.

pub mod arena;
pub mod bridge;
pub mod call;
pub mod global;
pub mod instance;
pub mod link;
pub mod linker;
pub mod memory;
pub mod points;
pub mod proposals;
pub mod shared_memory;
pub mod table;
pub mod tag;
