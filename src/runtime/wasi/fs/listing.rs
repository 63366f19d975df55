//! Listings of directories, a part at a time or as a whole.

use super::super::abi::errno::Answer;
use super::super::abi::types::FileType;
use super::super::budget::{Budget, Held};
use std::sync::Arc;

/// An entry of a directory.
pub struct Entry<Name = Vec<u8>> {
    pub inode: u64,
    pub file_type: FileType,
    pub name: Name,
}

impl<Name: AsRef<[u8]>> Entry<Name> {
    pub fn borrow(&self) -> Entry<&[u8]> {
        Entry { inode: self.inode, file_type: self.file_type, name: self.name.as_ref() }
    }
}

/// The entries of a directory, by number, without `.` and `..`. It was begun at the start.
pub trait Listing: Send {
    /// Goes to an entry, or to the end if there are fewer.
    fn go(&mut self, number: u64) -> Answer<()>;

    /// The entry there, from which it goes on; None at the end.
    fn next(&mut self) -> Answer<Option<Entry<&[u8]>>>;
}

/// What an entry is counted for beside its name: about the memory that goes with it.
///
/// cbindgen:ignore
pub const ENTRY_BYTES: u64 = 64;

/// All entries, as they were at the start.
pub struct Whole {
    entries: Vec<Entry>,
    at: usize,
    _held: Held,
}

impl Whole {
    pub fn new(entries: Vec<Entry>, budget: &Arc<Budget>) -> Answer<Self> {
        let bytes = entries.iter().map(|entry| ENTRY_BYTES + entry.name.len() as u64).sum();
        Ok(Self { entries, at: 0, _held: budget.take(bytes)? })
    }
}

impl Listing for Whole {
    fn go(&mut self, number: u64) -> Answer<()> {
        self.at = usize::try_from(number).unwrap_or(usize::MAX).min(self.entries.len());
        Ok(())
    }

    fn next(&mut self) -> Answer<Option<Entry<&[u8]>>> {
        let entry = self.entries.get(self.at);
        self.at += usize::from(entry.is_some());
        Ok(entry.map(Entry::borrow))
    }
}
