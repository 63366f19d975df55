//! What each target does with its input. Included by the fuzzer's programs (../../fuzz_targets) and by an
//! ordinary test (tests/fuzz_regressions.rs), which differ in where modules come from: whoever includes
//! this has a module `smith`.

pub mod bytes;
pub mod calls;
#[path = "../../../tests/common/mod.rs"]
pub mod common;
pub mod differential;
#[path = "../../../tests/common/wasi.rs"]
mod guest;
pub mod interrupts;
mod mirror;
mod peer;
mod status;
pub mod wasi;

/// What a target does with one input. It panics if it found something.
pub type Target = fn(&[u8]);

pub const TARGETS: [(&str, Target); 5] = [
    ("differential", differential::run),
    ("bytes", bytes::run),
    ("calls", calls::run),
    ("wasi", wasi::run),
    ("interrupts", interrupts::run),
];
