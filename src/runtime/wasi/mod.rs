//! WASI preview 1, and the snapshot before it, for guests.
//!
//! A `Config` says what a guest is given, a `State` is what it has, and the functions of WASI are host
//! functions of an arena that work on a state. Descriptors lead to a `File` (of the host's, a stream, a
//! pipe, a socket, made up by callbacks) or to a `Directory` of a mounted tree. Nothing here is
//! asynchronous: what waits, waits for descriptors and is ended by an interrupt.
//!
//! Built for systems with POSIX descriptors; what they do differently is in `host_system`.

pub mod abi;
pub mod budget;
mod calls;
pub mod clock;
pub mod config;
mod directory;
pub mod errno;
mod file;
mod host_file;
mod host_listing;
mod host_system;
mod host_transfer;
mod host_tree;
mod jail;
pub mod limits;
mod link;
pub mod listing;
mod memory;
pub mod pipe;
mod random;
mod resolve;
mod ring;
mod socket;
mod state;
pub mod stream;
mod table;
mod threads;
mod top_tree;
pub mod tree;
pub mod virtual_tree;
mod wait;

pub use abi::Version;
pub use budget::Limit;
pub use config::Config;
pub use errno::{Answer, Errno, Stop};
pub use host_file::Descriptor;
pub use link::version_of;
pub use state::State;
pub use threads::Threads;
