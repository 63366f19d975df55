//! The runtime: safe to call from any thread, whatever the caller or the guest does.
//!
//! `Engine` is a configuration, `Module` owns the code compiled for it, `Arena` owns everything
//! that lives together (instances, memories, tables, globals, functions) and is freed as a whole.
//! Code that needs `unsafe` is kept in the few files that talk to wasmer's virtual machine:
//! `arena`, `contents`, `objects`, `collect`, `call`, `host`, `instance`, `global`, `memory`, `refs`, `reserved`, `shared`, `stack`, `fault`,
//! `interrupt`, `overflow`, `thread`, `handler`, `signal_stack`; in `room` and `ballast`, which ask the system and the allocator;
//! and in `wasi` those that talk to the system and to the guest's memory.

pub mod arena;
mod ballast;
mod beyond;
mod bounds;
mod bridge;
mod call;
mod collect;
pub mod compile;
mod compiler;
mod config;
mod contents;
mod cost;
mod dwarf;
pub mod engine;
pub mod error;
mod exceptions;
mod fault;
mod fixed_tables;
mod fork;
mod frames;
pub mod global;
mod handler;
mod host;
pub mod instance;
mod instances;
pub mod interrupt;
mod lending;
mod limits;
mod link;
pub mod linker;
pub mod memory;
mod memory_view;
pub mod metering;
pub mod module;
mod module_file;
mod objects;
mod overflow;
pub mod points;
mod own_stack;
mod parking;
pub mod proposals;
pub mod quiet;
pub mod quota;
mod reach;
mod refs;
mod reserved;
mod room;
mod scan;
mod serialized;
pub mod shared;
mod shared_memory;
mod shim;
mod signal_stack;
mod signals;
pub mod source;
mod stack;
pub mod table;
mod tag;
mod text;
mod thread;
mod trap;
mod unshared;
pub mod value;
pub mod wasi;

pub use arena::{Arena, Handle, Noun};
pub use collect::Freed;
pub use compiler::Compiler;
pub use config::Config;
pub use engine::Engine;
pub use error::{Error, Frame, Result, Status, TrapKind};
pub use host::{CallInfo, HostCall, HostFunc};
pub use interrupt::Interrupt;
pub use bounds::{
    MAX_FRAMES, MAX_INSTANCES, MAX_MEMORIES, MAX_MEMORY_PAGES, MAX_TABLE_ELEMENTS, WASM_STACK_BYTES,
};
pub use linker::Linker;
pub use memory_view::MemoryView;
pub use module::Module;
pub use quota::Quota;
pub use shared::SharedMemory;
pub use stack::{bytes as stack_bytes, set_bytes as set_stack_bytes};
pub use thread::{MAX_DEPTH, MIN_HOST_STACK, name_stack};
pub use value::{ExternType, FuncType, GlobalType, Limits, Signature, Slot, ValueKind};
#[cfg(feature = "wasix")]
pub use {fault::serve_other_stores, signals::without as without_signals};
