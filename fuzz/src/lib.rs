//! The targets of the fuzzer, with modules by wasm-smith.

pub mod smith;
pub mod targets;
