//! The container for a serialized module: a header that names what made it, and a digest over
//! everything, checked before wasmer maps the code. A flipped bit is an error; a container that was
//! forged with a right digest is not caught, so only load what you made.

use super::engine::Compiler;
use super::error::{Error, Result, Status};

const MAGIC: &[u8; 16] = b"\x7flibwasmer-code\n";
/// Code of one version of wasmer means nothing to another.
const VERSION: &str = concat!("libwasmer ", env!("CARGO_PKG_VERSION"), " wasmer 7.4.2");
const VERSION_BYTES: usize = 48;
const DIGEST_BYTES: usize = 32;
/// magic, version, compiler, whether it is metered, padding, length of the code, digest.
const HEADER_BYTES: usize = 16 + VERSION_BYTES + 1 + 7 + 8 + DIGEST_BYTES;
const _: () = assert!(VERSION.len() < VERSION_BYTES);

fn header(compiler: Compiler, metered: bool, code_len: usize) -> [u8; HEADER_BYTES - DIGEST_BYTES] {
    let mut header = [0; HEADER_BYTES - DIGEST_BYTES];
    header[..16].copy_from_slice(MAGIC);
    header[16..16 + VERSION.len()].copy_from_slice(VERSION.as_bytes());
    header[16 + VERSION_BYTES] = compiler as u8;
    header[16 + VERSION_BYTES + 1] = u8::from(metered);
    header[16 + VERSION_BYTES + 8..].copy_from_slice(&(code_len as u64).to_le_bytes());
    header
}

fn digest(header: &[u8], code: &[u8]) -> blake3::Hash {
    blake3::Hasher::new().update(header).update(code).finalize()
}

/// Wraps code that wasmer serialized.
pub fn wrap(compiler: Compiler, metered: bool, code: &[u8]) -> Vec<u8> {
    let header = header(compiler, metered, code.len());
    let mut bytes = Vec::with_capacity(HEADER_BYTES + code.len());
    bytes.extend_from_slice(&header);
    bytes.extend_from_slice(digest(&header, code).as_bytes());
    bytes.extend_from_slice(code);
    bytes
}

/// Gives back the code, if it is whole and was made by this version.
pub fn unwrap(bytes: &[u8]) -> Result<(Compiler, bool, &[u8])> {
    let refuse = |message: String| Err(Error::new(Status::Deserialize, message));
    let Some((head, code)) = bytes.split_at_checked(HEADER_BYTES) else {
        return refuse(format!(
            "serialized module: {} bytes are too few for one, {HEADER_BYTES} at least expected",
            bytes.len()
        ));
    };
    let (head, stored) = head.split_at(HEADER_BYTES - DIGEST_BYTES);
    if &head[..16] != MAGIC {
        return refuse("serialized module: not made by libwasmer (no such header)".into());
    }
    let version = &head[16..16 + VERSION_BYTES];
    let end = version.iter().position(|&byte| byte == 0).unwrap_or(VERSION_BYTES);
    if &version[..end] != VERSION.as_bytes() {
        return refuse(format!(
            "serialized module: made by {:?}, this is {VERSION:?}",
            String::from_utf8_lossy(&version[..end])
        ));
    }
    // A hash compares in constant time, and covers the length and all of the header.
    let stored: [u8; DIGEST_BYTES] = stored.try_into().unwrap_or([0; DIGEST_BYTES]);
    if digest(head, code) != stored {
        return refuse("serialized module: damaged (its digest does not match)".into());
    }
    match Compiler::from_u32(head[16 + VERSION_BYTES].into()) {
        Some(compiler) => Ok((compiler, head[16 + VERSION_BYTES + 1] != 0, code)),
        None => refuse("serialized module: made by an unknown compiler".into()),
    }
}
