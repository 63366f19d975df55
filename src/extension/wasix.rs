//! WASIX: commands run by Wasmer's own implementation, in stores of Wasmer's own. Declared in
//! include/libwasmer_wasix.h, and there with the feature `wasix` only.

use super::error::libwasmer_error_t;
use super::wasi::libwasmer_wasi_config_t;
use crate::ffi;
use crate::runtime::source::wat2wasm;
use crate::runtime::wasi::Descriptor;
use crate::runtime::wasi::config::{Input, Output};
use crate::runtime::{Error, Result, Status, serve_other_stores, wasi};
use std::sync::OnceLock;
use wasmer_types::ModuleHash;
use wasmer_wasix::WasiError;
use wasmer_wasix::runners::MappedDirectory;
use wasmer_wasix::runners::wasi::{RuntimeOrEngine, WasiRunner};

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasix_run(
    config: *const libwasmer_wasi_config_t,
    bytes: *const u8,
    size: usize,
    code: *mut u32,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (config, bytes, write) = unsafe {
            (
                ffi::borrow(config, "config")?,
                ffi::bytes(bytes, size, "bytes")?,
                ffi::write(code, "code")?,
            )
        };
        write(run(&config.config, bytes)?);
        Ok(())
    })
}

fn unsupported(what: &str) -> Error {
    Error::new(Status::Unsupported, format!("wasix: {what}"))
}

fn invalid(error: impl std::fmt::Display) -> Error {
    Error::new(Status::InvalidModule, error.to_string())
}

fn run(config: &wasi::Config, bytes: &[u8]) -> Result<u32> {
    let _entered = tokio_runtime()?.enter();
    let runner = runner(config)?;
    let wasm = wat2wasm(bytes)?;
    serve_other_stores();
    let engine = wasmer_api::Engine::default();
    let module = wasmer_api::Module::new(&engine, &wasm).map_err(invalid)?;
    let name = config.arguments().next().unwrap_or_default();
    let hash = ModuleHash::sha256(&wasm);
    match runner.run_wasm(RuntimeOrEngine::Engine(engine), &name, module, hash) {
        Ok(()) => Ok(0),
        Err(error) => match error.chain().find_map(exit_code) {
            Some(code) => Ok(code),
            None => Err(Error::new(Status::Trap, format!("wasix: {error:#}"))),
        },
    }
}

/// One for the process, made when it is needed first.
fn tokio_runtime() -> Result<&'static tokio::runtime::Runtime> {
    static RUNTIME: OnceLock<std::io::Result<tokio::runtime::Runtime>> = OnceLock::new();
    let make = || tokio::runtime::Builder::new_multi_thread().enable_all().build();
    // The program's signals are not for its threads.
    let made = RUNTIME.get_or_init(|| crate::runtime::without_signals(make));
    made.as_ref().map_err(|error| unsupported(&format!("no tokio runtime: {error}")))
}

/// The exit code in one of the errors that wrap it.
fn exit_code(error: &(dyn std::error::Error + 'static)) -> Option<u32> {
    if let Some(WasiError::Exit(code)) = error.downcast_ref() {
        return Some(code.raw() as u32);
    }
    let found: Option<&wasmer_wasix::WasiRuntimeError> = error.downcast_ref();
    found?.as_exit_code().map(|code| code.raw() as u32)
}

/// What of a configuration Wasmer's runner can be given.
fn runner(config: &wasi::Config) -> Result<WasiRunner> {
    let inherited = matches!(config.input, Input::Descriptor(Descriptor::Lent(0)))
        && matches!(config.output, Output::Descriptor(Descriptor::Lent(1)))
        && matches!(config.error, Output::Descriptor(Descriptor::Lent(2)));
    if !inherited {
        return Err(unsupported("the standard streams must be those of the process"));
    }
    if !config.sockets.is_empty() || config.clocks.is_some() || config.seed.is_some() {
        return Err(unsupported("sockets, fixed clocks and random bytes cannot be given"));
    }
    let directories = config.preopens.iter().map(|preopen| match &preopen.host {
        Some(host) if !preopen.mount.read_only => {
            Ok(MappedDirectory { host: host.0.clone(), guest: preopen.name.to_string() })
        }
        Some(_) => Err(unsupported("a directory cannot be read-only")),
        None => Err(unsupported("directories must be of the host's")),
    });
    let mut runner = WasiRunner::new();
    runner
        .with_args(config.arguments().skip(1))
        .with_envs(config.variables())
        .with_mapped_directories(directories.collect::<Result<Vec<_>>>()?)
        .capabilities_mut()
        .threading
        .enable_asynchronous_threading = false;
    Ok(runner)
}
