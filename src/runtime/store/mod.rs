//! Arenas: everything that lives together and is freed as a whole. An arena holds functions of the host, and they are
//! handed the arena, so the files of this folder know each other.

pub mod arena;
pub mod collect;
pub mod contents;
pub mod crossing;
pub mod exceptions;
pub mod handles;
pub mod host;
pub mod instances;
pub mod lending;
pub mod memory_view;
pub mod objects;
pub mod shared;
pub mod tunables;
