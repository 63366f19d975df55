//! WASI: what a guest is given.

use super::error::libwasmer_error_t;
use super::version::live::Live;
use crate::ffi;
use crate::runtime::wasi::Limit;
use crate::runtime::wasi::clock::Fixed;
use crate::runtime::wasi::config::{Config, descriptor};
use crate::runtime::{Error, Result, Status};
use std::ffi::{OsStr, c_char};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// What guests of WASI are given: arguments, variables, streams, directories, sockets, clocks and
/// random bytes. Whatever is not set: no arguments, no variables, standard input at its end, outputs that
/// swallow everything, no directories, no sockets, the machine's clocks and random bytes.
///
/// It may be used for any number of guests. Each has streams, positions and descriptors of its own; a
/// descriptor of the program's and the `env` of callbacks are shared by them, and live as long as the
/// configuration or any guest needs them. To be used by one thread at a time.
pub struct libwasmer_wasi_config_t {
    pub(super) config: Config,
    _live: Live,
}

/// Makes a configuration. NULL only if memory is out.
#[unsafe(no_mangle)]
pub extern "C" fn libwasmer_wasi_config_new() -> *mut libwasmer_wasi_config_t {
    ffi::guard_or(std::ptr::null_mut(), || {
        let config = Config::default();
        Box::into_raw(Box::new(libwasmer_wasi_config_t { config, _live: Live::new() }))
    })
}

/// Frees a configuration. NULL is allowed. Guests that were made from it are not touched.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_config_delete(config: *mut libwasmer_wasi_config_t) {
    // SAFETY: the caller's promise.
    ffi::guard_or((), || drop(unsafe { ffi::owned(config) }));
}

/// The body of most functions: something is set.
pub(super) unsafe fn set(
    config: *mut libwasmer_wasi_config_t,
    error: *mut *mut libwasmer_error_t,
    by: impl FnOnce(&mut Config) -> Result<()>,
) -> Status {
    // SAFETY: the caller's promise.
    ffi::guard(error, || by(&mut unsafe { ffi::take(config, "config")? }.config))
}

/// Adds an argument, as bytes without NUL. By custom the first one is the name of the program.
///
/// Statuses: LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_config_add_argument(
    config: *mut libwasmer_wasi_config_t,
    argument: *const u8,
    argument_size: usize,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: the caller's promise.
    unsafe {
        set(config, error, |config| {
            config.argument(ffi::bytes(argument, argument_size, "argument")?)
        })
    }
}

/// Adds a variable of the environment, as bytes without NUL. The name has no '=' in it. Of two by one name guests
/// take the first, as a rule.
///
/// Statuses: LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_config_add_variable(
    config: *mut libwasmer_wasi_config_t,
    name: *const u8,
    name_size: usize,
    value: *const u8,
    value_size: usize,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: the caller's promise.
    unsafe {
        set(config, error, |config| {
            config.variable(
                ffi::bytes(name, name_size, "name")?,
                ffi::bytes(value, value_size, "value")?,
            )
        })
    }
}

/// Gives guests a directory of the host's, by the name `guest` (UTF-8, usually absolute: "/data"). It is
/// opened now: LIBWASMER_STATUS_NOT_FOUND or LIBWASMER_STATUS_INVALID_ARGUMENT if that fails. Guests
/// cannot get out of it, not by `..`, by absolute paths or by symbolic links, whatever is renamed
/// meanwhile. In a directory that is `read_only` every change is refused with errno `ROFS`. Links and
/// renames between two directories that were added give `XDEV`. Directories get the descriptors from 3 on,
/// in the order in which they are added.
///
/// Statuses: INVALID_UTF8, NOT_FOUND, LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_config_add_directory(
    config: *mut libwasmer_wasi_config_t,
    host: *const c_char,
    host_size: usize,
    guest: *const c_char,
    guest_size: usize,
    read_only: bool,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: the caller's promise.
    unsafe {
        set(config, error, |config| {
            let host = ffi::bytes(host.cast(), host_size, "host")?;
            let guest = ffi::text(guest, guest_size, "guest")?;
            config.directory(Path::new(OsStr::from_bytes(host)), guest, read_only)
        })
    }
}

/// Gives guests a socket that listens or is connected, by its file descriptor. With `own` the descriptor
/// belongs to the library from here on, unless this fails; without, it must stay open until the
/// configuration and all guests made from it are gone. Sockets get the descriptors after those of the
/// directories. One that listens and is O_NONBLOCK is shown so to guests (`fdflags`), whose `sock_accept` does not wait
/// then; of one that is connected only the guest says so.
///
/// Statuses: INVALID_UTF8, LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_config_add_socket(
    config: *mut libwasmer_wasi_config_t,
    fd: i32,
    own: bool,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: the caller's promise.
    unsafe {
        set(config, error, |config| {
            config.socket(descriptor(fd, false)?)?;
            if own {
                config.own_last_socket(descriptor(fd, true)?);
            }
            Ok(())
        })
    }
}

/// Sets what one guest may have at most. `what` is a `libwasmer_wasilimit_t`, which says what is counted and what
/// holds if nothing is set; 65,536 descriptors, 4,294,967,295 bytes and 4,096 threads
/// are the most that can be set. If a guest is
/// given more descriptors than it may have, `libwasmer_wasi_new` fails with LIBWASMER_STATUS_LIMIT.
///
/// While a guest's call goes through a path, it takes one descriptor more for each directory on the way; a listing of
/// a directory that the guest was given takes another. The last 32 descriptors that the process may have open are
/// left to the host, whatever the limit and however many guests there are: guests get errno `NFILE`.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_config_set_limit(
    config: *mut libwasmer_wasi_config_t,
    what: u32,
    most: u64,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: passed on.
    unsafe {
        set(config, error, |config| {
            let limit = Limit::from_u32(what).ok_or_else(|| {
                let message = format!("{what} is not the number of a limit of WASI");
                Error::new(Status::InvalidArgument, message)
            })?;
            config.limit(limit, most)
        })
    }
}

/// Gives guests a directory by the name "/" as descriptor 3; those that are added get the descriptors from 4 on. It
/// holds the directories of the host's that guests may change, by their names: "/data" and "data" are `data` in it.
/// Nothing in it can be changed (errno `ROFS`), what is in those directories can. If one is added by the name "/", that
/// is descriptor 3 as well.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_config_add_top(
    config: *mut libwasmer_wasi_config_t,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: passed on.
    unsafe {
        set(config, error, |config| {
            config.show_top();
            Ok(())
        })
    }
}

/// Fixes the clocks: realtime starts at `realtime` nanoseconds since 1970, monotonic at 0, and each
/// reading of one lets `step` nanoseconds pass on both. A guest that waits for time gets it at once, and
/// the clocks say so. The clocks of processor time are the machine's.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_config_set_clocks(
    config: *mut libwasmer_wasi_config_t,
    realtime: u64,
    step: u64,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: passed on.
    unsafe {
        set(config, error, |config| {
            config.clocks(Some(Fixed { realtime, step }));
            Ok(())
        })
    }
}

/// Fixes the random bytes: each guest gets the same ones for the same seed, whatever its length. They are
/// as good as the seed is secret.
///
/// Statuses: no others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_config_set_seed(
    config: *mut libwasmer_wasi_config_t,
    seed: *const u8,
    seed_size: usize,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    // SAFETY: the caller's promise.
    unsafe {
        set(config, error, |config| {
            config.seed(Some(ffi::bytes(seed, seed_size, "seed")?));
            Ok(())
        })
    }
}
