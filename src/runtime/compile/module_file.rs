//! Modules from and to files.

use super::engine::Engine;
use super::module::Module;
use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::base::quota::Quota;
use crate::runtime::machine::interrupt::Interrupt;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// An error of the system's with what was to be done to which file.
fn failed(what: &str, path: &Path, error: &std::io::Error) -> Error {
    let status = match error.kind() {
        ErrorKind::NotFound => Status::NotFound,
        ErrorKind::OutOfMemory => Status::OutOfMemory,
        _ => Status::File,
    };
    Error::new(status, format!("{what} {}: {error}", path.display()))
}

/// Says of which file an error about its contents is.
fn of_file(path: &Path) -> impl FnOnce(Error) -> Error + '_ {
    |mut error| {
        error.message = format!("{}: {}", path.display(), error.message);
        error
    }
}

/// What is in a file, which may have as many bytes as a module.
fn read(engine: &Engine, path: &Path) -> Result<Vec<u8>> {
    let failed = |error| failed("reading", path, &error);
    let file = File::open(path).map_err(failed)?;
    let said = file.metadata().map_err(failed)?.len();
    engine.quotas().check(Quota::ModuleBytes, said).map_err(of_file(path))?;
    // One more than there may be, for what is no file and does not say its size.
    let most = engine.quotas().get(Quota::ModuleBytes);
    let mut bytes = Vec::new();
    bytes.try_reserve(said as usize).map_err(|error| {
        Error::new(Status::OutOfMemory, format!("reading {}: {error}", path.display()))
    })?;
    file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
    engine.quotas().check(Quota::ModuleBytes, bytes.len() as u64).map_err(of_file(path))?;
    Ok(bytes)
}

/// A name for a file beside another one that nobody else takes.
fn beside(path: &Path) -> PathBuf {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.{number}.new", std::process::id()));
    path.with_file_name(name)
}

impl Module {
    /// Compiles what is in a file.
    pub fn from_file(
        engine: &Engine,
        path: &Path,
        interrupt: Option<&Arc<Interrupt>>,
    ) -> Result<Self> {
        Self::new_under(engine, &read(engine, path)?, interrupt).map_err(of_file(path))
    }

    /// Loads what `serialize_to_file` wrote.
    pub fn deserialize_file(engine: &Engine, path: &Path) -> Result<Self> {
        let failed = |error| failed("reading", path, &error);
        // Code is larger than the module, and no quota is about it.
        let bytes = fs::read(path).map_err(failed)?;
        Self::deserialize(engine, &bytes).map_err(of_file(path))
    }

    /// Writes what `deserialize_file` loads. The file is there as a whole, or as it was before.
    pub fn serialize_to_file(&self, path: &Path) -> Result<()> {
        let bytes = self.serialize()?;
        let failed = |error| failed("writing", path, &error);
        let new = beside(path);
        let written =
            OpenOptions::new().write(true).create_new(true).open(&new).and_then(|mut file| {
                file.write_all(&bytes)?;
                file.sync_all()?;
                fs::rename(&new, path)
            });
        written.map_err(|error| {
            // What was begun is of no use; if it is not there, that is right too.
            let _ = fs::remove_file(&new);
            failed(error)
        })
    }
}
