//! From bytes to modules: what is checked before a compiler sees them, what is added to them, and what is kept.

pub mod beyond;
pub mod config;
pub mod cost;
pub mod engine;
pub mod fixed_tables;
pub mod host_trampoline;
pub mod metering;
pub mod module;
pub mod module_file;
pub mod reach;
pub mod scan;
pub mod serialized;
pub mod source;
pub mod unshared;
pub mod watch;
