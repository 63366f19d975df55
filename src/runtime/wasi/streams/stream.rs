//! Streams that no descriptor of the host's is behind.

use super::super::abi::errno::{Answer, Errno};
use super::super::abi::memory::Buffers;
use super::super::abi::types::{FileType, Stat};
use super::super::fs::file::File;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Gives bytes when the guest reads; 0 is the end.
pub trait Source: Send + Sync {
    fn read(&self, into: &mut [u8]) -> Answer<usize>;
}

/// Takes bytes that the guest writes, and says how many.
pub trait Sink: Send + Sync {
    fn write(&self, bytes: &[u8]) -> Answer<usize>;
}

/// A stream to read from.
pub struct Input(pub Box<dyn Source>);

impl File for Input {
    fn stat(&self) -> Answer<Stat> {
        Ok(Stat::of_type(FileType::Unknown))
    }

    fn read(&self, into: &Buffers, at: Option<u64>) -> Answer<usize> {
        match at {
            Some(_) => Err(Errno::Spipe.into()),
            None => into.read_by(|room| self.0.read(room)),
        }
    }

    fn write(&self, _: &Buffers, _: Option<u64>) -> Answer<usize> {
        Err(Errno::Badf.into())
    }
}

/// A stream to write to.
pub struct Output(pub Box<dyn Sink>);

impl File for Output {
    fn stat(&self) -> Answer<Stat> {
        Ok(Stat::of_type(FileType::Unknown))
    }

    fn read(&self, _: &Buffers, _: Option<u64>) -> Answer<usize> {
        Err(Errno::Badf.into())
    }

    fn write(&self, from: &Buffers, at: Option<u64>) -> Answer<usize> {
        if at.is_some() {
            return Err(Errno::Spipe.into());
        }
        from.write_by(|bytes| self.0.write(bytes))
    }
}

/// Nothing comes, and what goes is gone.
pub struct Null;

impl Source for Null {
    fn read(&self, _: &mut [u8]) -> Answer<usize> {
        Ok(0)
    }
}

impl Sink for Null {
    fn write(&self, bytes: &[u8]) -> Answer<usize> {
        Ok(bytes.len())
    }
}

/// Bytes that are there from the start.
pub struct Bytes {
    bytes: Arc<[u8]>,
    at: Mutex<usize>,
}

impl Bytes {
    pub fn new(bytes: Arc<[u8]>) -> Self {
        Self { bytes, at: Mutex::new(0) }
    }
}

impl Source for Bytes {
    fn read(&self, into: &mut [u8]) -> Answer<usize> {
        let mut at = self.at.lock().unwrap_or_else(PoisonError::into_inner);
        let rest = &self.bytes[*at..];
        let count = rest.len().min(into.len());
        into[..count].copy_from_slice(&rest[..count]);
        *at += count;
        Ok(count)
    }
}

/// What a guest wrote, for any thread to read.
pub struct Captured {
    bytes: Mutex<Vec<u8>>,
    limit: AtomicU64,
}

impl Captured {
    pub fn new(limit: u64) -> Self {
        Self { bytes: Mutex::new(Vec::new()), limit: AtomicU64::new(limit) }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes out what is there, which makes room for more.
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.lock())
    }

    /// Takes out as much as there is room for.
    pub fn take_into(&self, into: &mut [u8]) -> usize {
        let mut bytes = self.lock();
        let count = bytes.len().min(into.len());
        into[..count].copy_from_slice(&bytes[..count]);
        bytes.drain(..count);
        count
    }

    /// A copy of what is there.
    pub fn copy(&self) -> Vec<u8> {
        self.lock().clone()
    }
}

impl Sink for Arc<Captured> {
    fn write(&self, bytes: &[u8]) -> Answer<usize> {
        let mut kept = self.lock();
        let room = self.limit.load(Ordering::Relaxed).saturating_sub(kept.len() as u64);
        let count = usize::try_from(room).unwrap_or(usize::MAX).min(bytes.len());
        if count == 0 && !bytes.is_empty() {
            return Err(Errno::Nospc.into());
        }
        kept.extend_from_slice(&bytes[..count]);
        Ok(count)
    }
}
