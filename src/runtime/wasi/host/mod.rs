//! What the host's system gives: files, directories, sockets, by descriptors.

pub mod file;
pub mod listing;
pub mod socket;
pub mod system;
pub mod transfer;
pub mod tree;
