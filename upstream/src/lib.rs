//! Re-exports the C functions of the crate wasmer-c-api, so that they end up in a shared library.

pub use wasmer_c_api::*;
