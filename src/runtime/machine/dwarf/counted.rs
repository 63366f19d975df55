//! Bytes of DWARF that are read with a bounded number of steps: sections may refer to each other such that
//! reading them takes the square of their size, and nothing else would end that.

use gimli::{EndianArcSlice, Error, LittleEndian, Reader, ReaderOffsetId, Result};
use std::borrow::Cow;
use std::cell::Cell;
use std::sync::Arc;

thread_local! {
    static STEPS: Cell<u64> = const { Cell::new(0) };
}

/// Allows this thread so many steps from now on. A step is a read, or a byte of a text.
pub fn allow(steps: u64) {
    STEPS.set(steps);
}

#[derive(Clone, Debug)]
pub struct Counted(EndianArcSlice<LittleEndian>);

impl Counted {
    pub fn new(bytes: Arc<[u8]>) -> Self {
        Self(EndianArcSlice::new(bytes, LittleEndian))
    }

    fn spend(&self, steps: usize) -> Result<()> {
        match STEPS.get().checked_sub(steps as u64) {
            Some(left) => {
                STEPS.set(left);
                Ok(())
            }
            None => Err(Error::UnexpectedEof(self.0.offset_id())),
        }
    }
}

impl Reader for Counted {
    type Endian = LittleEndian;
    type Offset = usize;

    fn endian(&self) -> LittleEndian {
        LittleEndian
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn empty(&mut self) {
        self.0.empty();
    }

    fn truncate(&mut self, len: usize) -> Result<()> {
        self.0.truncate(len)
    }

    fn offset_from(&self, base: &Self) -> usize {
        self.0.offset_from(&base.0)
    }

    fn offset_id(&self) -> ReaderOffsetId {
        self.0.offset_id()
    }

    fn lookup_offset_id(&self, id: ReaderOffsetId) -> Option<usize> {
        self.0.lookup_offset_id(id)
    }

    fn find(&self, byte: u8) -> Result<usize> {
        let place = self.0.find(byte);
        self.spend(*place.as_ref().unwrap_or(&self.len()))?;
        place
    }

    fn skip(&mut self, len: usize) -> Result<()> {
        self.spend(1)?;
        self.0.skip(len)
    }

    fn split(&mut self, len: usize) -> Result<Self> {
        self.spend(1)?;
        self.0.split(len).map(Self)
    }

    fn to_slice(&self) -> Result<Cow<'_, [u8]>> {
        self.spend(self.len())?;
        self.0.to_slice()
    }

    fn to_string(&self) -> Result<Cow<'_, str>> {
        self.spend(self.len())?;
        self.0.to_string()
    }

    fn to_string_lossy(&self) -> Result<Cow<'_, str>> {
        self.spend(self.len())?;
        self.0.to_string_lossy()
    }

    fn read_slice(&mut self, bytes: &mut [u8]) -> Result<()> {
        self.spend(1)?;
        self.0.read_slice(bytes)
    }
}
