//! The functions of WASI: their names, their types, and what they do.

mod fd;
mod path;
mod poll;
mod process;
mod sock;

use super::abi::errno::Answer;
use super::abi::memory::Guest;
use super::abi::types::Version;
use super::state::State;
use crate::runtime::base::value::{FuncType, Slot, ValueKind};

/// A call of a guest's.
pub struct Call<'a> {
    pub state: &'a State,
    pub guest: Guest,
    pub version: Version,
    pub slots: *const Slot,
}

impl Call<'_> {
    /// An argument of 32 bits.
    pub fn u32(&self, number: usize) -> u32 {
        // SAFETY: each function asks for arguments that its type has.
        unsafe { self.slots.add(number).cast::<u32>().read() }
    }

    /// An argument of 64 bits.
    pub fn u64(&self, number: usize) -> u64 {
        // SAFETY: as above.
        unsafe { self.slots.add(number).cast::<u64>().read() }
    }

    /// A path, whose address and length are two arguments.
    pub fn path(&self, number: usize) -> Answer<String> {
        self.guest.path(self.u32(number), self.u32(number + 1))
    }
}

pub struct Function {
    pub name: &'static str,
    /// `i` for an i32, `I` for an i64.
    params: &'static str,
    /// Gives an error number to the guest; `proc_exit` does not.
    result: bool,
    pub run: fn(&Call<'_>) -> Answer<()>,
    /// Only in `wasi_snapshot_preview1`.
    new: bool,
}

impl Function {
    /// The function with a name in a version.
    pub fn find(version: Version, name: &str) -> Option<&'static Self> {
        FUNCTIONS.iter().find(|function| function.name == name).filter(|function| match version {
            Version::Preview1 => true,
            Version::Unstable => !function.new,
            Version::None => false,
        })
    }

    pub fn ty(&self) -> FuncType {
        let kind = |letter| if letter == b'I' { ValueKind::I64 } else { ValueKind::I32 };
        let params: Vec<ValueKind> = self.params.bytes().map(kind).collect();
        FuncType::new(&params, if self.result { &[ValueKind::I32] } else { &[] })
    }

    pub fn has_result(&self) -> bool {
        self.result
    }
}

const fn function(
    name: &'static str,
    params: &'static str,
    run: fn(&Call<'_>) -> Answer<()>,
) -> Function {
    Function { name, params, result: true, run, new: false }
}

/// All of them, in the order of the specification.
pub static FUNCTIONS: [Function; 46] = [
    function("args_get", "ii", process::args_get),
    function("args_sizes_get", "ii", process::args_sizes_get),
    function("environ_get", "ii", process::environ_get),
    function("environ_sizes_get", "ii", process::environ_sizes_get),
    function("clock_res_get", "ii", process::clock_res_get),
    function("clock_time_get", "iIi", process::clock_time_get),
    function("fd_advise", "iIIi", fd::advise),
    function("fd_allocate", "iII", fd::allocate),
    function("fd_close", "i", fd::close),
    function("fd_datasync", "i", fd::datasync),
    function("fd_fdstat_get", "ii", fd::fdstat_get),
    function("fd_fdstat_set_flags", "ii", fd::fdstat_set_flags),
    function("fd_fdstat_set_rights", "iII", fd::fdstat_set_rights),
    function("fd_filestat_get", "ii", fd::filestat_get),
    function("fd_filestat_set_size", "iI", fd::filestat_set_size),
    function("fd_filestat_set_times", "iIIi", fd::filestat_set_times),
    function("fd_pread", "iiiIi", fd::pread),
    function("fd_prestat_get", "ii", fd::prestat_get),
    function("fd_prestat_dir_name", "iii", fd::prestat_dir_name),
    function("fd_pwrite", "iiiIi", fd::pwrite),
    function("fd_read", "iiii", fd::read),
    function("fd_readdir", "iiiIi", fd::readdir),
    function("fd_renumber", "ii", fd::renumber),
    function("fd_seek", "iIii", fd::seek),
    function("fd_sync", "i", fd::sync),
    function("fd_tell", "ii", fd::tell),
    function("fd_write", "iiii", fd::write),
    function("path_create_directory", "iii", path::create_directory),
    function("path_filestat_get", "iiiii", path::filestat_get),
    function("path_filestat_set_times", "iiiiIIi", path::filestat_set_times),
    function("path_link", "iiiiiii", path::link),
    function("path_open", "iiiiiIIii", path::open),
    function("path_readlink", "iiiiii", path::readlink),
    function("path_remove_directory", "iii", path::remove_directory),
    function("path_rename", "iiiiii", path::rename),
    function("path_symlink", "iiiii", path::symlink),
    function("path_unlink_file", "iii", path::unlink_file),
    function("poll_oneoff", "iiii", poll::oneoff),
    Function { result: false, ..function("proc_exit", "i", process::exit) },
    function("proc_raise", "i", process::raise),
    function("sched_yield", "", process::sched_yield),
    function("random_get", "ii", process::random_get),
    Function { new: true, ..function("sock_accept", "iii", sock::accept) },
    function("sock_recv", "iiiiii", sock::recv),
    function("sock_send", "iiiii", sock::send),
    function("sock_shutdown", "ii", sock::shutdown),
];
