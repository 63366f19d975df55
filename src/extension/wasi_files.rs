//! WASI: directories that callbacks make up.

use super::error::libwasmer_error_t;
use super::func::libwasmer_finalizer_t;
use super::wasi::{libwasmer_wasi_config_t, set};
use super::wasi_callbacks::Files;
use crate::ffi::{self, Env};
use crate::runtime::wasi::Errno;
use crate::runtime::wasi::abi::FileType;
use crate::runtime::wasi::limits::{MAX_ENTRIES, MAX_ENTRY_BYTES, MAX_PATH};
use crate::runtime::wasi::listing::{ENTRY_BYTES, Entry};
use crate::runtime::{Error, Status};
use std::ffi::{c_char, c_void};
use std::sync::Arc;

/// What is known of a file. Times are nanoseconds since 1970.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct libwasmer_wasi_stat_t {
    pub device: u64,
    /// Different for each file of a device; programs compare it.
    pub inode: u64,
    /// Number of hard links.
    pub links: u64,
    /// In bytes.
    pub size: u64,
    pub accessed: u64,
    pub modified: u64,
    pub changed: u64,
    /// A `libwasmer_filetype_t`.
    pub file_type: u8,
}

/// Where `list` puts the entries of a directory. Lives until that returns.
pub struct libwasmer_wasi_entries_t {
    entries: Vec<Entry>,
    bytes: usize,
    /// Bytes that the guest may still have held.
    room: u64,
    failed: Option<Errno>,
}

impl libwasmer_wasi_entries_t {
    pub fn new(room: u64) -> Self {
        Self { entries: Vec::new(), bytes: 0, room, failed: None }
    }

    /// What was added, unless something could not be.
    pub fn finish(self) -> Result<Vec<Entry>, Errno> {
        self.failed.map_or(Ok(self.entries), Err)
    }
}

/// Adds an entry of a directory, in `list` of a `libwasmer_wasi_files_t`. `file_type` is a
/// `libwasmer_filetype_t`. The order is what the guest sees; `.` and `..` are not to be added. False if
/// there are too many, or if the name is empty or contains a slash or NUL: then the guest gets an errno,
/// whatever `list` returns.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_entries_add(
    entries: *mut libwasmer_wasi_entries_t,
    name: *const c_char,
    name_size: usize,
    file_type: u8,
    inode: u64,
) -> bool {
    ffi::guard_or(false, || {
        // SAFETY: the caller's promise.
        let (Ok(all), Ok(name)) = (unsafe { ffi::take(entries, "entries") }, unsafe {
            ffi::bytes(name.cast(), name_size, "name")
        }) else {
            return false;
        };
        if name.is_empty() || name.len() > MAX_PATH || name.contains(&b'/') || name.contains(&0) {
            all.failed = Some(Errno::Io);
            return false;
        }
        if name == b"." || name == b".." {
            return true;
        }
        all.bytes += name.len();
        if all.entries.len() >= MAX_ENTRIES || all.bytes > MAX_ENTRY_BYTES {
            all.failed = Some(Errno::Overflow);
            return false;
        }
        match all.room.checked_sub(ENTRY_BYTES + name.len() as u64) {
            Some(room) => all.room = room,
            None => {
                all.failed = Some(Errno::Nomem);
                return false;
            }
        }
        let file_type = FileType::from_u8(file_type);
        all.entries.push(Entry { inode, file_type, name: name.to_vec() });
        true
    })
}

/// The callbacks behind a directory. Each gets the `env` that was given with them, and gives 0 or an errno
/// (`libwasmer_errno_t`) for the guest to see; it may instead set `error` to one from
/// `libwasmer_error_new`, which is taken over and ends the guest's call. They are called on the thread that
/// runs the guest, and an interrupt does not end them.
///
/// Paths are UTF-8 with a length, without NUL at their end. They are relative to the directory, whose own
/// path is empty, and hold no `.`, no `..`, no empty name and no symbolic link but at their end: all that is
/// resolved before, and leads nowhere else. `file` is the number that `open` gave.
///
/// A callback that is NULL is not supported: the guest gets errno `ROFS` where it would change something,
/// else `NOTSUP`, or what is said here. `stat` must not be NULL.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct libwasmer_wasi_files_t {
    /// Opens a file. `flags` are the specification's `oflags`: 1 to make it if it is not there, 4 for it
    /// to be new, 8 to cut it to no bytes. `access` is 1 to read, 2 to write, 3 for both. `fd_flags` are
    /// the specification's `fdflags`; that writes append is done by the library. Directories are not opened.
    pub open: Option<
        unsafe extern "C" fn(
            env: *mut c_void,
            path: *const c_char,
            path_size: usize,
            flags: u16,
            access: u32,
            fd_flags: u16,
            file: *mut u64,
            error: *mut *mut libwasmer_error_t,
        ) -> u16,
    >,
    /// Closes a file, once. It may be called on any thread. May be NULL.
    pub close: Option<unsafe extern "C" fn(env: *mut c_void, file: u64)>,
    /// Reads up to `size` bytes from `offset` on. 0 bytes mean the end.
    pub read: Option<
        unsafe extern "C" fn(
            env: *mut c_void,
            file: u64,
            buffer: *mut u8,
            size: usize,
            offset: u64,
            count: *mut usize,
            error: *mut *mut libwasmer_error_t,
        ) -> u16,
    >,
    /// Writes bytes from `offset` on, and says how many.
    pub write: Option<
        unsafe extern "C" fn(
            env: *mut c_void,
            file: u64,
            bytes: *const u8,
            size: usize,
            offset: u64,
            count: *mut usize,
            error: *mut *mut libwasmer_error_t,
        ) -> u16,
    >,
    /// What is known of an open file. NULL: `stat` is asked, by the path that the file was opened by.
    pub file_stat: Option<
        unsafe extern "C" fn(
            env: *mut c_void,
            file: u64,
            stat: *mut libwasmer_wasi_stat_t,
            error: *mut *mut libwasmer_error_t,
        ) -> u16,
    >,
    /// Cuts or extends a file.
    pub file_set_size: Option<
        unsafe extern "C" fn(
            env: *mut c_void,
            file: u64,
            size: u64,
            error: *mut *mut libwasmer_error_t,
        ) -> u16,
    >,
    /// Sets times of a file; `flags` as in `set_times`. NULL: `set_times` is asked, by the path that the
    /// file was opened by.
    pub file_set_times: Option<
        unsafe extern "C" fn(
            env: *mut c_void,
            file: u64,
            accessed: u64,
            modified: u64,
            flags: u16,
            error: *mut *mut libwasmer_error_t,
        ) -> u16,
    >,
    /// Has what was written stay. NULL: nothing is done.
    pub file_sync: Option<
        unsafe extern "C" fn(
            env: *mut c_void,
            file: u64,
            data_only: bool,
            error: *mut *mut libwasmer_error_t,
        ) -> u16,
    >,
    /// What is known of what is at a path, be it a symbolic link. Errno `NOENT` if there is nothing.
    pub stat: Option<
        unsafe extern "C" fn(
            env: *mut c_void,
            path: *const c_char,
            path_size: usize,
            stat: *mut libwasmer_wasi_stat_t,
            error: *mut *mut libwasmer_error_t,
        ) -> u16,
    >,
    /// Sets times. `flags` are the specification's `fstflags`: 1 for `accessed` as given, 2 for now, 4 for
    /// `modified` as given, 8 for now.
    pub set_times: Option<
        unsafe extern "C" fn(
            env: *mut c_void,
            path: *const c_char,
            path_size: usize,
            accessed: u64,
            modified: u64,
            flags: u16,
            error: *mut *mut libwasmer_error_t,
        ) -> u16,
    >,
    /// Lists a directory, by `libwasmer_wasi_entries_add`.
    pub list: Option<
        unsafe extern "C" fn(
            env: *mut c_void,
            path: *const c_char,
            path_size: usize,
            entries: *mut libwasmer_wasi_entries_t,
            error: *mut *mut libwasmer_error_t,
        ) -> u16,
    >,
    pub make_directory: libwasmer_wasi_path_callback_t,
    pub remove_directory: libwasmer_wasi_path_callback_t,
    /// Removes what is no directory.
    pub unlink: libwasmer_wasi_path_callback_t,
    pub rename: libwasmer_wasi_paths_callback_t,
    /// Makes a hard link: the second path for what is at the first.
    pub link: libwasmer_wasi_paths_callback_t,
    /// Makes a symbolic link: the first path is what it says, of any form but absolute, the second where
    /// it is.
    pub symlink: libwasmer_wasi_paths_callback_t,
    /// What a symbolic link says. `count` gets its length also if that is more than `size`. NULL: there are
    /// no symbolic links.
    pub read_link: Option<
        unsafe extern "C" fn(
            env: *mut c_void,
            path: *const c_char,
            path_size: usize,
            buffer: *mut c_char,
            size: usize,
            count: *mut usize,
            error: *mut *mut libwasmer_error_t,
        ) -> u16,
    >,
}

/// A callback of `libwasmer_wasi_files_t` for one path.
pub type libwasmer_wasi_path_callback_t = Option<
    unsafe extern "C" fn(
        env: *mut c_void,
        path: *const c_char,
        path_size: usize,
        error: *mut *mut libwasmer_error_t,
    ) -> u16,
>;

/// A callback of `libwasmer_wasi_files_t` for two paths.
pub type libwasmer_wasi_paths_callback_t = Option<
    unsafe extern "C" fn(
        env: *mut c_void,
        from: *const c_char,
        from_size: usize,
        to: *const c_char,
        to_size: usize,
        error: *mut *mut libwasmer_error_t,
    ) -> u16,
>;

/// Gives guests a directory that callbacks make up, by the name `guest` (UTF-8). The callbacks are
/// copied. `env` is handed to them, and to the finalizer when nothing needs it any more, also if this
/// fails; both must be usable on any thread. `read_only` and the rest are as in
/// `libwasmer_wasi_config_add_directory`.
///
/// Statuses: LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_wasi_config_add_files(
    config: *mut libwasmer_wasi_config_t,
    callbacks: *const libwasmer_wasi_files_t,
    env: *mut c_void,
    finalizer: libwasmer_finalizer_t,
    guest: *const c_char,
    guest_size: usize,
    read_only: bool,
    error: *mut *mut libwasmer_error_t,
) -> Status {
    let env = Env { pointer: env, finalizer };
    // SAFETY: the caller's promise.
    unsafe {
        set(config, error, move |config| {
            let callbacks = *ffi::borrow(callbacks, "callbacks")?;
            if callbacks.stat.is_none() {
                return Err(Error::new(Status::NullArgument, "argument callbacks: stat is NULL"));
            }
            let guest = ffi::text(guest, guest_size, "guest")?;
            config.file_system(Arc::new(Files(callbacks, env)), guest, read_only)
        })
    }
}
