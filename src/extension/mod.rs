//! `include/libwasmer.h`: one file per noun, in the order of the header. Each function checks its
//! arguments, calls the runtime, and hands back a status.
//!
//! What holds for all of them is said once, at the head of the header (cbindgen.toml).

#![allow(non_camel_case_types)]
// The safety rules of every function are those at the head of the header.
#![allow(clippy::missing_safety_doc)]

pub mod arena;
pub mod bytes;
pub mod config;
pub mod engine;
pub mod error;
pub mod externtype;
pub mod func;
pub mod global;
pub mod instance;
pub mod memory;
pub mod module;
pub mod table;
pub mod version;
