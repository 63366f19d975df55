//! The runtime: safe to call from any thread, whatever the caller or the guest does.
//!
//! `Engine` is a configuration, `Module` owns the code compiled for it, `Arena` owns everything
//! that lives together (instances, memories, tables, globals, functions) and is freed as a whole.
//!
//! Each folder only uses those above it in this list: `base`, `machine`, `compile`, `store`, `ops`, `wasi`. `tests/layers.rs`
//! checks it. Code that needs `unsafe` talks to wasmer's virtual machine, to the system or to a guest's memory.

mod base;
mod compile;
mod machine;
mod ops;
mod store;
pub mod wasi;

pub use base::bounds::{
    MAX_FRAMES, MAX_INSTANCES, MAX_MEMORIES, MAX_MEMORY_PAGES, MAX_TABLE_ELEMENTS, WASM_STACK_BYTES,
};
pub use base::compiler::Compiler;
pub use base::error::{Error, Frame, Result, Status, TrapKind};
pub use base::quota::Quota;
pub use base::value::{ExternType, FuncType, GlobalType, Limits, Signature, Slot, ValueKind};
pub use base::{error, quota, value};
pub use compile::config::Config;
pub use compile::engine::Engine;
pub use compile::module::Module;
pub use compile::{engine, metering, module, source};
#[cfg(feature = "wasix")]
pub use machine::fault::serve_other_stores;
pub use machine::interrupt::Interrupt;
#[cfg(feature = "wasix")]
pub use machine::signals::without as without_signals;
pub use machine::stack::{bytes as stack_bytes, set_bytes as set_stack_bytes};
pub use machine::thread::{MAX_DEPTH, MIN_HOST_STACK, name_stack};
pub use machine::{interrupt, quiet, workers};
pub use ops::linker::Linker;
pub use ops::{global, instance, linker, memory, proposals, table};
pub use store::arena::{Arena, Handle, Noun};
pub use store::collect::Freed;
pub use store::host::{CallInfo, HostCall, HostFunc};
pub use store::memory_view::MemoryView;
pub use store::shared::SharedMemory;
pub use store::{arena, shared};
