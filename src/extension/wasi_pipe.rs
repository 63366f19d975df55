//! WASI: pipes between the program and guests.

use super::error::libwasmer_error_t;
use super::func::libwasmer_finalizer_t;
use super::version::live::Live;
use super::wasi::{libwasmer_wasi_config_t, set};
use super::wasi_stream::put;
use crate::ffi::{self, Env};
use crate::runtime::wasi::config::{Input, Output};
use crate::runtime::wasi::pipe::Pipe;
use crate::runtime::wasi::{Errno, Stop};
use crate::runtime::{Error, Result, Status};
use std::ffi::c_void;
use std::sync::Arc;

/// A pipe between the program and guests: bytes that one side puts in and the other takes out, in memory.
/// Set as standard input it is filled by the program, set as an output by guests, and may be both outputs.
/// An output of one guest that is the input of another, which runs on another thread, connects the two: the
/// program then ends it when the first one has ended. The program never waits for it, but is told when it can go
/// on; a guest waits, and is ended by an interrupt then, and `poll_oneoff` knows when it need not wait.
/// Safe to use from any thread, but for its deletion.
pub struct libwasmer_wasi_pipe_t {
    pipe: Arc<Pipe>,
    _live: Live,
}

impl Drop for libwasmer_wasi_pipe_t {
    fn drop(&mut self) {
        self.pipe.end(Errno::Success.into());
    }
}

/// Tells the program that a pipe which made it wait can be used again. Called once for each time that it
/// had to wait, by a thread that runs a guest or that ends the pipe, maybe before the function that
/// said so has returned. It must return soon, and must not call a guest.
pub type libwasmer_wasi_ready_t = Option<unsafe extern "C" fn(env: *mut c_void)>;

/// Makes a pipe that holds so many bytes at most: up to LIBWASMER_LIMIT_WASI_PIPE_BYTES_MAX, and 0 stands
/// for LIBWASMER_LIMIT_WASI_PIPE_BYTES. Memory is taken as it is needed. `ready` may be NULL. `env` is
/// handed to it, and to the finalizer when the pipe is deleted and no guest has it any more, also
/// if this fails; both must be usable on any thread.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_pipe_new(
    capacity: u64,
    ready: libwasmer_wasi_ready_t,
    env: *mut c_void,
    finalizer: libwasmer_finalizer_t,
    pipe: *mut *mut libwasmer_wasi_pipe_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let env = Env { pointer: env, finalizer };
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let write = unsafe { ffi::write(pipe, "pipe")? };
        let tell = move || {
            let env = &env;
            if let Some(ready) = ready {
                // SAFETY: the callback is the caller's, and gets what its type says.
                unsafe { ready(env.pointer) };
            }
        };
        let pipe = Pipe::new(capacity, Box::new(tell))?;
        write(Box::into_raw(Box::new(libwasmer_wasi_pipe_t { pipe, _live: Live::new() })));
        Ok(())
    })
}

/// Frees the program's side of a pipe, which ends it as `libwasmer_wasi_pipe_end` without reason or failure
/// does. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_pipe_delete(pipe: *mut libwasmer_wasi_pipe_t) {
    // SAFETY: the caller's promise.
    ffi::guard_or((), || drop(unsafe { ffi::owned(pipe) }));
}

/// Puts bytes in for guests to read, as many as there is room for, and tells how many those were. If that
/// is less than `size`, `ready` is called when there is room again: half of the capacity, so that each
/// time is worth it. LIBWASMER_STATUS_CLOSED after the end.
///
/// Statuses: CLOSED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_pipe_write(
    pipe: *const libwasmer_wasi_pipe_t,
    bytes: *const u8,
    size: usize,
    count: *mut usize,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (pipe, bytes, write) = unsafe {
            (
                ffi::borrow(pipe, "pipe")?,
                ffi::bytes(bytes, size, "bytes")?,
                ffi::write(count, "count")?,
            )
        };
        write(pipe.pipe.put(bytes)?);
        Ok(())
    })
}

/// Takes out what guests wrote, up to `size` bytes, and tells how many those were. `ended` says whether the
/// pipe was ended and nothing is left in it. If nothing is there and it was not ended, `ready` is called
/// when something is or when it is ended.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_pipe_read(
    pipe: *const libwasmer_wasi_pipe_t,
    buffer: *mut u8,
    size: usize,
    count: *mut usize,
    ended: *mut bool,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        // SAFETY: the caller's promise.
        let (pipe, write, write_ended) = unsafe {
            (ffi::borrow(pipe, "pipe")?, ffi::write(count, "count")?, ffi::write(ended, "ended")?)
        };
        ffi::in_place(buffer, size, "buffer")?;
        let (taken, end) = pipe.pipe.take(size, |from, bytes| {
            // SAFETY: the caller's promise; `from` and the bytes are within `size`. The buffer may
            // never have been written to, so no slice is made of it.
            unsafe { buffer.add(from).copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        });
        write(taken);
        write_ended(end);
        Ok(())
    })
}

fn stop(reason: u16, failure: *mut libwasmer_error_t) -> Result<Stop> {
    let known = Errno::from_u16(reason).ok_or_else(|| {
        let message = format!("argument reason: {reason} is no errno of WASI");
        Error::new(Status::InvalidArgument, message)
    });
    // SAFETY: the caller's promise: NULL, or one that it gives up.
    Ok(match unsafe { ffi::owned(failure) } {
        Some(failure) => {
            known?;
            Stop::End(failure.into_error())
        }
        None => known?.into(),
    })
}

/// Ends a pipe: nothing more comes in. Guests read what was in it, and then the end, or the errno `reason`
/// (`libwasmer_errno_t`) if that is not 0; those that write get `PIPE`, or `reason`. `failure` may be NULL. If it
/// is not, it is one from `libwasmer_error_new`, which is taken over also if this fails: the call of the
/// first guest that comes to the end fails with it, and later ones get errno `IO`. Ending a pipe again
/// changes nothing.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_pipe_end(
    pipe: *const libwasmer_wasi_pipe_t,
    reason: u16,
    failure: *mut libwasmer_error_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    ffi::guard(error, || {
        let why = stop(reason, failure)?;
        // SAFETY: the caller's promise.
        unsafe { ffi::borrow(pipe, "pipe")? }.pipe.end(why);
        Ok(())
    })
}

/// The pipe in an object, kept by what it is given to.
fn shared(pipe: *const libwasmer_wasi_pipe_t) -> Result<Arc<Pipe>> {
    // SAFETY: the caller's promise.
    Ok(unsafe { ffi::borrow(pipe, "pipe")? }.pipe.clone())
}

/// Standard input comes from a pipe. Guests of one configuration share what is in it.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_config_set_input_pipe(
    config: *mut libwasmer_wasi_config_t,
    pipe: *const libwasmer_wasi_pipe_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: passed on.
    unsafe { set(config, error, |config| config.input(Input::Pipe(shared(pipe)?))) }
}

/// Standard output (`stream` is 1) or standard error (2) goes into a pipe. A guest that finds it full waits.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_config_set_output_pipe(
    config: *mut libwasmer_wasi_config_t,
    stream: u32,
    pipe: *const libwasmer_wasi_pipe_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: passed on.
    unsafe { set(config, error, |config| put(config, stream, Output::Pipe(shared(pipe)?))) }
}
