//! WASI: standard input, standard output and standard error.

use super::error::libwasmer_error_t;
use super::func::libwasmer_finalizer_t;
use super::wasi::{libwasmer_wasi_config_t, set};
use crate::ffi::{self, Env};
use crate::runtime::wasi::config::{Config, Input, Output, descriptor};
use crate::runtime::wasi::stream::{Sink, Source};
use crate::runtime::wasi::{Answer, Descriptor, Errno, Stop};
use crate::runtime::{Error, Result, Status};
use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::Arc;

/// Gives bytes to a guest that reads: up to `size` bytes go to `buffer`, and their number to `count`; 0
/// is the end. Gives 0, or an errno (`libwasmer_errno_t`) for the guest to see. It may instead
/// set `error` to one from `libwasmer_error_new`, which is taken over and ends the guest's call. Called on
/// the thread that runs the guest. An interrupt does not end it: whoever waits in it must return by
/// himself, and then the call ends.
pub type libwasmer_wasi_read_t = Option<
    unsafe extern "C" fn(
        env: *mut c_void,
        buffer: *mut u8,
        size: usize,
        count: *mut usize,
        error: *mut *mut libwasmer_error_t,
    ) -> u16,
>;

/// Takes bytes that a guest writes: how many of them were taken goes to `count`. Otherwise as
/// `libwasmer_wasi_read_t`.
pub type libwasmer_wasi_write_t = Option<
    unsafe extern "C" fn(
        env: *mut c_void,
        bytes: *const u8,
        size: usize,
        count: *mut usize,
        error: *mut *mut libwasmer_error_t,
    ) -> u16,
>;

/// Runs a callback that gives an errno and perhaps an error.
pub(super) fn ask(run: impl FnOnce(*mut *mut libwasmer_error_t) -> u16) -> Answer<()> {
    let mut error = null_mut();
    let errno = run(&mut error);
    // SAFETY: NULL, or what the callback made and gave up.
    if let Some(error) = unsafe { ffi::owned(error) } {
        return Err(Stop::End(error.into_error()));
    }
    match Errno::from_u16(errno) {
        Some(Errno::Success) => Ok(()),
        Some(errno) => Err(errno.into()),
        None => Err(Errno::Io.into()),
    }
}

struct Reader(
    unsafe extern "C" fn(
        *mut c_void,
        *mut u8,
        usize,
        *mut usize,
        *mut *mut libwasmer_error_t,
    ) -> u16,
    Env,
);

impl Source for Reader {
    fn read(&self, into: &mut [u8]) -> Answer<usize> {
        let mut count = 0;
        // SAFETY: the callback is the caller's, and gets what its type says.
        ask(|error| unsafe {
            self.0(self.1.pointer, into.as_mut_ptr(), into.len(), &mut count, error)
        })?;
        Ok(count.min(into.len()))
    }
}

struct Writer(
    unsafe extern "C" fn(
        *mut c_void,
        *const u8,
        usize,
        *mut usize,
        *mut *mut libwasmer_error_t,
    ) -> u16,
    Env,
);

impl Sink for Writer {
    fn write(&self, bytes: &[u8]) -> Answer<usize> {
        let mut count = 0;
        // SAFETY: as above.
        ask(|error| unsafe {
            self.0(self.1.pointer, bytes.as_ptr(), bytes.len(), &mut count, error)
        })?;
        Ok(count.min(bytes.len()))
    }
}

fn no_callback() -> Error {
    Error::new(Status::NullArgument, "argument callback is NULL")
}

/// A descriptor for a stream. It becomes the library's only once nothing can fail any more.
fn give(fd: i32, own: bool, mut put: impl FnMut(Descriptor) -> Result<()>) -> Result<()> {
    put(descriptor(fd, false)?)?;
    if own { put(descriptor(fd, true)?) } else { Ok(()) }
}

/// Standard input is at its end from the start. This is so unless something else is set.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_config_set_input_null(
    config: *mut libwasmer_wasi_config_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: passed on.
    unsafe { set(config, error, |config| config.input(Input::Null)) }
}

/// Standard input is that of the process.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_config_set_input_inherit(
    config: *mut libwasmer_wasi_config_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: passed on.
    unsafe { set(config, error, |config| config.input(Input::Descriptor(descriptor(0, false)?))) }
}

/// Standard input is a file descriptor of the process. With `own` it belongs to the library from here on,
/// unless this fails; without, it must stay open until the configuration and all guests made from it are
/// gone. A guest that waits for it is ended by an interrupt.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_config_set_input_descriptor(
    config: *mut libwasmer_wasi_config_t,
    fd: i32,
    own: bool,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: passed on.
    unsafe { set(config, error, |config| give(fd, own, |fd| config.input(Input::Descriptor(fd)))) }
}

/// Standard input is these bytes, which are copied. Each guest begins at the first one.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_config_set_input_bytes(
    config: *mut libwasmer_wasi_config_t,
    bytes: *const u8,
    bytes_size: usize,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: the caller's promise.
    unsafe {
        set(config, error, |config| {
            config.input(Input::Bytes(ffi::bytes(bytes, bytes_size, "bytes")?.into()))
        })
    }
}

/// Standard input comes from a callback. `env` is handed to it, and to the finalizer when nothing needs it
/// any more, also if this fails; both must be usable on any thread.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_config_set_input_callback(
    config: *mut libwasmer_wasi_config_t,
    callback: libwasmer_wasi_read_t,
    env: *mut c_void,
    finalizer: libwasmer_finalizer_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let env = Env { pointer: env, finalizer };
    // SAFETY: passed on.
    unsafe {
        set(config, error, move |config| {
            let reader = Reader(callback.ok_or_else(no_callback)?, env);
            config.input(Input::Callback(Arc::new(reader)))
        })
    }
}

/// Sets an output: 1 for standard output, 2 for standard error.
pub(super) fn put(config: &mut Config, stream: u32, output: Output) -> Result<()> {
    match stream {
        1 => config.output(output),
        2 => config.error(output),
        _ => Err(Error::new(
            Status::InvalidArgument,
            format!("argument stream: {stream} is neither 1 nor 2"),
        )),
    }
}

/// Standard output (`stream` is 1) or standard error (2) swallows what is written. This is so unless
/// something else is set.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_config_set_output_null(
    config: *mut libwasmer_wasi_config_t,
    stream: u32,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: passed on.
    unsafe { set(config, error, |config| put(config, stream, Output::Null)) }
}

/// Standard output (`stream` is 1) or standard error (2) is that of the process.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_config_set_output_inherit(
    config: *mut libwasmer_wasi_config_t,
    stream: u32,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: passed on.
    unsafe {
        set(config, error, |config| {
            let fd = i32::try_from(stream).unwrap_or(-1);
            put(config, stream, Output::Null)?;
            put(config, stream, Output::Descriptor(descriptor(fd, false)?))
        })
    }
}

/// Standard output (`stream` is 1) or standard error (2) is a file descriptor of the process. `own` is as
/// in `libwasmer_wasi_config_set_input_descriptor`. A guest that waits until it can write is ended by an
/// interrupt; one that writes to a pipe which nobody reads gets errno `PIPE`, and the process no
/// signal.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_config_set_output_descriptor(
    config: *mut libwasmer_wasi_config_t,
    stream: u32,
    fd: i32,
    own: bool,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: passed on.
    unsafe {
        set(config, error, |config| give(fd, own, |fd| put(config, stream, Output::Descriptor(fd))))
    }
}

/// Standard output (`stream` is 1) or standard error (2) is kept, `most` bytes at most at a time, for
/// `libwasmer_wasi_output` and `libwasmer_wasi_read_output`; 0 stands for
/// LIBWASMER_LIMIT_WASI_CAPTURE_BYTES. Beyond that a guest that writes gets errno `NOSPC`. The two outputs
/// are kept apart.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_config_set_output_capture(
    config: *mut libwasmer_wasi_config_t,
    stream: u32,
    most: u64,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let most = if most == 0 { crate::runtime::wasi::limits::CAPTURE_BYTES } else { most };
    // SAFETY: passed on.
    unsafe { set(config, error, |config| put(config, stream, Output::Capture(most))) }
}

/// Standard output (`stream` is 1) or standard error (2) goes to a callback. `env` and the finalizer are as
/// in `libwasmer_wasi_config_set_input_callback`.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_config_set_output_callback(
    config: *mut libwasmer_wasi_config_t,
    stream: u32,
    callback: libwasmer_wasi_write_t,
    env: *mut c_void,
    finalizer: libwasmer_finalizer_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let env = Env { pointer: env, finalizer };
    // SAFETY: passed on.
    unsafe {
        set(config, error, move |config| {
            let writer = Writer(callback.ok_or_else(no_callback)?, env);
            put(config, stream, Output::Callback(Arc::new(writer)))
        })
    }
}
