//! libwasmer: the best way to run WebAssembly inside a Go or C program, over the Wasmer 7 runtime.
//!
//! How the parts depend on each other, outermost first:
//!
//! ```text
//! standard    the functions of include/wasm.h and include/wasmer.h, one file per noun
//! extension   the `libwasmer_*` functions of include/libwasmer.h, one file per noun
//! ffi         the rules of the C boundary: panics, pointers, byte views
//! runtime     all policy: engines, modules, arenas, instances, calls, limits, traps
//! ```
//!
//! `runtime` knows nothing of C. `extension` and `standard` hold no policy.

pub mod extension;
mod ffi;
pub mod runtime;
/// cbindgen:ignore
pub mod standard;
