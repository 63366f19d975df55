//! `include/wasmer.h`: the names of Wasmer's own C API that have users, correct where that is not.
//! docs/src/differences.md lists what is left out.

pub mod backend;
pub mod features;
pub mod metering;
pub mod module;
pub mod named_extern;
pub mod target;
pub mod version;
pub mod wasi;
