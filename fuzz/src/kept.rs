//! In the place of `smith` where there is no wasm-smith: modules that it made, by its functions' names.
//! It needs features of crates that wasmer's compilers have too, so as a dependency of the tests it would have
//! those compiled twice.

use arbitrary::{Error, Result, Unstructured};
use std::path::Path;

fn kept(kind: &str, u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/modules").join(kind);
    let number: u16 = u.arbitrary()?;
    let count = std::fs::read_dir(&directory).expect("it is committed").count();
    let path = directory.join(format!("{:03}.wasm", usize::from(number) % count));
    std::fs::read(path).map_err(|_| Error::IncorrectFormat)
}

pub fn ending(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    kept("ending", u)
}

pub fn endless(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    kept("endless", u)
}

pub fn any(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    kept("any", u)
}
