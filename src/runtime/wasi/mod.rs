//! WASI preview 1, and the snapshot before it, for guests.
//!
//! A `Config` says what a guest is given, a `State` is what it has, and the functions of WASI are host
//! functions of an arena that work on a state. Descriptors lead to a `File` (of the host's, a stream, a
//! pipe, a socket, made up by callbacks) or to a `Directory` of a mounted tree. Nothing here is
//! asynchronous: what waits, waits for descriptors and is ended by an interrupt.
//!
//! Built for systems with POSIX descriptors; what they do differently is in `host/system.rs`.

pub mod abi;
pub mod budget;
mod calls;
pub mod clock;
pub mod config;
mod fs;
mod host;
pub mod limits;
mod link;
mod random;
mod state;
mod streams;
mod table;
mod threads;
mod wait;

pub use abi::errno::{self, Answer, Errno, Stop};
pub use abi::types::Version;
pub use budget::Limit;
pub use config::Config;
pub use fs::{listing, tree, virtual_tree};
pub use host::file::Descriptor;
pub use link::version_of;
pub use state::State;
pub use streams::{pipe, stream};
pub use threads::Threads;
