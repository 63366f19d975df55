//! Trees of files, and what a guest may do in them: paths, links, directories.

pub mod directory;
pub mod file;
pub mod jail;
pub mod listing;
pub mod resolve;
pub mod top_tree;
pub mod tree;
pub mod virtual_tree;
