//! `include/libwasmer.h`: one file per noun, in the order of the header. Each function checks its
//! arguments, calls the runtime, and hands back a status.
//!
//! What holds for all of them is said once, at the head of the header (cbindgen.toml).

#![allow(non_camel_case_types)]
// The safety rules of every function are those at the head of the header.
#![allow(clippy::missing_safety_doc)]

// Not sorted by name: cbindgen takes this order, and rustfmt sorts what no empty line separates.
pub mod version;

pub mod bytes;

pub mod error;

pub mod config;

pub mod engine;

pub mod externtype;

pub mod module;

pub mod module_file;

pub mod arena;

pub mod instance;

pub mod linker;

pub mod func;

pub mod memory;

pub mod shared_memory;

pub mod global;

pub mod table;
pub mod tag;

pub mod interrupt;

pub mod thread;

pub mod wasi;

pub mod wasi_stream;
#[cfg(feature = "wasix")]
pub mod wasix;

pub mod wasi_pipe;

pub mod wasi_files;

mod wasi_callbacks;

pub mod wasi_run;

pub mod standard;
