//! Random bytes: the system's, or a stream that a seed decides.

use super::abi::errno::{Answer, Errno};
use std::sync::Mutex;

pub enum Random {
    System,
    /// The digests of the seed and a counter, one after the other.
    Seeded(Mutex<blake3::OutputReader>),
}

impl Random {
    pub fn new(seed: Option<&[u8]>) -> Self {
        match seed {
            None => Self::System,
            Some(seed) => {
                let mut hasher = blake3::Hasher::new_derive_key("libwasmer wasi random_get seed");
                hasher.update(seed);
                Self::Seeded(Mutex::new(hasher.finalize_xof()))
            }
        }
    }

    pub fn fill(&self, into: &mut [u8]) -> Answer<()> {
        match self {
            Self::Seeded(stream) => {
                stream.lock().unwrap_or_else(std::sync::PoisonError::into_inner).fill(into);
                Ok(())
            }
            Self::System => system(into),
        }
    }
}

#[cfg(target_os = "linux")]
fn system(mut into: &mut [u8]) -> Answer<()> {
    while !into.is_empty() {
        // SAFETY: writes at most as many bytes as there is room for.
        let got = unsafe { libc::getrandom(into.as_mut_ptr().cast(), into.len(), 0) };
        match usize::try_from(got) {
            Ok(got) => into = &mut into[got..],
            Err(_) if std::io::Error::last_os_error().raw_os_error() == Some(libc::EINTR) => {}
            Err(_) => return Err(Errno::Io.into()),
        }
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn system(into: &mut [u8]) -> Answer<()> {
    // The system gives 256 bytes at a time.
    for part in into.chunks_mut(256) {
        // SAFETY: as long as it says.
        if unsafe { libc::getentropy(part.as_mut_ptr().cast(), part.len()) } != 0 {
            return Err(Errno::Io.into());
        }
    }
    Ok(())
}
