//! The container for a serialized module: a header that names what made it, and a digest over
//! everything, checked before wasmer maps the code. A flipped bit is an error; a container that was
//! forged with a right digest is not caught, so only load what you made.

use crate::runtime::base::compiler::Compiler;
use crate::runtime::base::error::{Error, Result, Status};

const MAGIC: &[u8; 16] = b"\x7flibwasmer-code\n";
/// Code of one version of wasmer means nothing to another, nor does what an earlier form of this library had
/// compiled: the last number counts those.
const VERSION: &str = concat!("libwasmer ", env!("CARGO_PKG_VERSION"), " wasmer 7.4.2 code 3");
const VERSION_BYTES: usize = 48;
const TRIPLE_BYTES: usize = 64;
const DIGEST_BYTES: usize = 32;
/// magic, version, triple, compiler, whether it is metered, padding, start of the code section, length of the code,
/// digest.
const HEADER_BYTES: usize = 16 + VERSION_BYTES + TRIPLE_BYTES + 8 + 8 + DIGEST_BYTES;
const TRIPLE: usize = 16 + VERSION_BYTES;
const COMPILER: usize = TRIPLE + TRIPLE_BYTES;
const _: () = assert!(VERSION.len() < VERSION_BYTES);

/// What a container says of its code.
pub struct About {
    pub compiler: Compiler,
    pub metered: bool,
    /// Where the contents of the code section began in the module's bytes, 0 if it had none.
    pub code_start: u32,
    /// The machine that the code is for.
    pub triple: String,
}

fn header(about: &About, code_len: usize) -> Result<[u8; HEADER_BYTES - DIGEST_BYTES]> {
    let mut header = [0; HEADER_BYTES - DIGEST_BYTES];
    header[..16].copy_from_slice(MAGIC);
    header[16..16 + VERSION.len()].copy_from_slice(VERSION.as_bytes());
    match header[TRIPLE..COMPILER].get_mut(..about.triple.len()) {
        Some(room) => room.copy_from_slice(about.triple.as_bytes()),
        None => {
            let message = format!("target triple {:?} is too long", about.triple);
            return Err(Error::new(Status::Serialize, message));
        }
    }
    header[COMPILER] = about.compiler as u8;
    header[COMPILER + 1] = u8::from(about.metered);
    header[COMPILER + 4..COMPILER + 8].copy_from_slice(&about.code_start.to_le_bytes());
    header[COMPILER + 8..].copy_from_slice(&(code_len as u64).to_le_bytes());
    Ok(header)
}

/// Text that zeros fill up.
fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end])
}

fn digest(header: &[u8], code: &[u8]) -> blake3::Hash {
    blake3::Hasher::new().update(header).update(code).finalize()
}

/// Wraps code that wasmer serialized.
pub fn wrap(about: &About, code: &[u8]) -> Result<Vec<u8>> {
    let header = header(about, code.len())?;
    let mut bytes = Vec::with_capacity(HEADER_BYTES + code.len());
    bytes.extend_from_slice(&header);
    bytes.extend_from_slice(digest(&header, code).as_bytes());
    bytes.extend_from_slice(code);
    Ok(bytes)
}

/// Gives back the code, if it is whole, was made by this version, and is for the machine `triple`.
pub fn unwrap<'a>(bytes: &'a [u8], triple: &str) -> Result<(About, &'a [u8])> {
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
    let version = text(&head[16..TRIPLE]);
    if version != VERSION {
        return refuse(format!("serialized module: made by {version:?}, this is {VERSION:?}"));
    }
    // The digest covers all of the header, the length in it too.
    let stored: [u8; DIGEST_BYTES] = stored.try_into().unwrap_or([0; DIGEST_BYTES]);
    if digest(head, code) != stored {
        return refuse("serialized module: damaged (its digest does not match)".into());
    }
    let found = text(&head[TRIPLE..COMPILER]);
    if found != triple {
        return refuse(format!("serialized module: for {found}, the engine is for {triple}"));
    }
    match Compiler::from_u32(head[COMPILER].into()) {
        Some(compiler) => {
            let metered = head[COMPILER + 1] != 0;
            let start = std::array::from_fn(|byte| head[COMPILER + 4 + byte]);
            let code_start = u32::from_le_bytes(start);
            Ok((About { compiler, metered, code_start, triple: found.into_owned() }, code))
        }
        None => refuse("serialized module: made by an unknown compiler".into()),
    }
}
