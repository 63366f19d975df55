//! What a guest is given: arguments, variables, streams, directories, sockets, clocks, random bytes.

use super::abi::errno::Stop;
use super::abi::types::FdFlags;
use super::budget::{Limit, Limits};
use super::clock::Fixed;
use super::fs::directory::Mount;
use super::fs::tree::Place;
use super::fs::virtual_tree::{FileSystem, VirtualTree};
use super::host::file::{Descriptor, HostFile};
use super::host::socket::Socket;
use super::host::tree::HostTree;
use super::limits::{MAX_DESCRIPTORS, MAX_PATH, MAX_STRING_BYTES, MAX_STRINGS};
use super::state::Strings;
use super::streams::pipe::Pipe;
use super::streams::stream::{Sink, Source};
use crate::runtime::base::error::{Error, Result, Status};
use std::os::fd::{FromRawFd, OwnedFd, RawFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What standard input is.
#[derive(Clone, Default)]
pub enum Input {
    /// At its end from the start.
    #[default]
    Null,
    Descriptor(Descriptor),
    Bytes(Arc<[u8]>),
    Callback(Arc<dyn Source>),
    Pipe(Arc<Pipe>),
}

/// What standard output or standard error is.
#[derive(Clone, Default)]
pub enum Output {
    /// Swallows everything.
    #[default]
    Null,
    Descriptor(Descriptor),
    /// Kept, as many bytes at most.
    Capture(u64),
    Callback(Arc<dyn Sink>),
    Pipe(Arc<Pipe>),
}

/// A directory that is there from the start.
#[derive(Clone)]
pub struct Preopen {
    pub name: Arc<str>,
    pub mount: Arc<Mount>,
    pub root: Place,
    /// Where it was found, and its tree, if it is one of the host's.
    pub host: Option<(PathBuf, Arc<HostTree>)>,
}

/// May be used for any number of guests. Each gets streams, positions and descriptors of its own; what
/// is behind a descriptor or a callback is shared.
#[derive(Default)]
pub struct Config {
    pub(super) arguments: Strings,
    pub(super) variables: Strings,
    pub(crate) input: Input,
    pub(crate) output: Output,
    pub(crate) error: Output,
    pub(crate) preopens: Vec<Preopen>,
    pub(crate) sockets: Vec<Descriptor>,
    pub(crate) clocks: Option<Fixed>,
    pub(crate) seed: Option<Vec<u8>>,
    pub(super) limits: Limits,
    /// The directories are shown in one of their own.
    pub(crate) top: bool,
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(Status::InvalidArgument, message)
}

/// A descriptor that the program gives: for good, or lent for as long as a guest may use it.
pub fn descriptor(fd: RawFd, own: bool) -> Result<Descriptor> {
    // SAFETY: asks only.
    if fd < 0 || unsafe { libc::fcntl(fd, libc::F_GETFD) } < 0 {
        return Err(invalid(format!("wasi: {fd} is no open file descriptor")));
    }
    Ok(if own {
        // SAFETY: open, and the caller gives it up.
        Descriptor::Owned(Arc::new(unsafe { OwnedFd::from_raw_fd(fd) }))
    } else {
        Descriptor::Lent(fd)
    })
}

/// The error of the program for what a guest would be told by number.
pub(super) fn refused(what: &str, stop: Stop) -> Error {
    match stop {
        Stop::Errno(errno) => invalid(format!("wasi: {what}: {errno:?}")),
        Stop::End(error) => error,
    }
}

impl Config {
    /// Adds an argument; the first one is the name of the program.
    pub fn argument(&mut self, argument: &[u8]) -> Result<()> {
        self.arguments.push("an argument", argument)
    }

    /// Adds a variable.
    pub fn variable(&mut self, name: &[u8], value: &[u8]) -> Result<()> {
        if name.contains(&b'=') {
            let name = String::from_utf8_lossy(name);
            return Err(invalid(format!("wasi: a variable's name contains '=': {name:?}")));
        }
        self.variables.push("a variable", &[name, b"=", value].concat())
    }

    pub fn input(&mut self, input: Input) -> Result<()> {
        if let Input::Descriptor(fd) = &input {
            HostFile::stream(fd.clone()).map_err(|stop| refused("standard input", stop))?;
        }
        self.input = input;
        Ok(())
    }

    pub fn output(&mut self, output: Output) -> Result<()> {
        check(&output)?;
        self.output = output;
        Ok(())
    }

    pub fn error(&mut self, error: Output) -> Result<()> {
        check(&error)?;
        self.error = error;
        Ok(())
    }

    fn mount(
        &mut self,
        name: &str,
        mount: Mount,
        root: Place,
        host: Option<(PathBuf, Arc<HostTree>)>,
    ) -> Result<()> {
        if name.is_empty() || name.len() > MAX_PATH || name.contains('\0') {
            return Err(invalid(format!("wasi: {name:?} cannot be the name of a directory")));
        }
        self.has_room()?;
        self.preopens.push(Preopen { name: name.into(), mount: Arc::new(mount), root, host });
        Ok(())
    }

    fn has_room(&self) -> Result<()> {
        self.check_descriptors(self.given() + 1, MAX_DESCRIPTORS.into())
    }

    /// How many descriptors a guest is given.
    fn given(&self) -> usize {
        3 + usize::from(self.top) + self.preopens.len() + self.sockets.len()
    }

    fn check_descriptors(&self, given: usize, most: u64) -> Result<()> {
        if given as u64 <= most {
            return Ok(());
        }
        Err(Error::new(
            Status::Limit,
            format!("limit: wasi: a guest is given {given} descriptors, {most} are allowed"),
        ))
    }

    /// What one guest may have at most.
    pub fn limit(&mut self, limit: Limit, most: u64) -> Result<()> {
        self.limits.set(limit, most)
    }

    /// The most descriptors that a guest may have, which are enough for those that it is given.
    pub(super) fn descriptors(&self) -> Result<usize> {
        let most = self.limits.get(Limit::Descriptors);
        self.check_descriptors(self.given(), most)?;
        Ok(most as usize)
    }

    /// Gives the guest a directory "/" before all others, which holds those of the host's that it may change. It cannot
    /// change anything in it itself.
    pub fn show_top(&mut self) {
        self.top = true;
    }

    /// Gives the guest a directory of the host's. It is opened at once.
    pub fn directory(&mut self, host: &Path, name: &str, read_only: bool) -> Result<()> {
        let tree = HostTree::open(host).map_err(|errno| {
            let status = match errno {
                rustix::io::Errno::NOENT => Status::NotFound,
                _ => Status::InvalidArgument,
            };
            Error::new(status, format!("wasi: directory {}: {errno}", host.display()))
        })?;
        let (root, tree) = (tree.top(), Arc::new(tree));
        let host = std::path::absolute(host).unwrap_or_else(|_| host.to_owned());
        let mount = Mount { tree: tree.clone(), read_only };
        self.mount(name, mount, root, Some((host, tree)))
    }

    /// Gives the guest a directory that callbacks make up.
    pub fn file_system(
        &mut self,
        system: Arc<dyn FileSystem>,
        name: &str,
        read_only: bool,
    ) -> Result<()> {
        let tree = Arc::new(VirtualTree(system));
        self.mount(name, Mount { tree, read_only }, VirtualTree::root(), None)
    }

    /// Gives the guest a socket, which listens or is connected. Sockets come after the directories.
    pub fn socket(&mut self, socket: Descriptor) -> Result<()> {
        self.has_room()?;
        Socket::new(socket.clone(), FdFlags(0)).map_err(|stop| refused("socket", stop))?;
        self.sockets.push(socket);
        Ok(())
    }

    /// Takes over the descriptor of the socket that was added last.
    pub fn own_last_socket(&mut self, socket: Descriptor) {
        if let Some(last) = self.sockets.last_mut() {
            *last = socket;
        }
    }

    pub fn clocks(&mut self, fixed: Option<Fixed>) {
        self.clocks = fixed;
    }

    pub fn seed(&mut self, seed: Option<&[u8]>) {
        self.seed = seed.map(<[u8]>::to_vec);
    }
}

fn check(output: &Output) -> Result<()> {
    if let Output::Descriptor(fd) = output {
        HostFile::stream(fd.clone()).map_err(|stop| refused("an output", stop))?;
    }
    Ok(())
}

#[cfg(feature = "wasix")]
impl Config {
    pub fn arguments(&self) -> impl Iterator<Item = String> + '_ {
        self.arguments.texts()
    }

    /// The names and values of the variables.
    pub fn variables(&self) -> impl Iterator<Item = (String, String)> + '_ {
        let pair = |text: String| text.split_once('=').map(|(k, v)| (k.to_owned(), v.to_owned()));
        self.variables.texts().filter_map(pair)
    }
}

impl Strings {
    /// What is not UTF-8 is repaired.
    #[cfg(feature = "wasix")]
    fn texts(&self) -> impl Iterator<Item = String> + '_ {
        let all = self.bytes.split(|&byte| byte == 0).take(self.starts.len());
        all.map(|text| String::from_utf8_lossy(text).into_owned())
    }

    fn push(&mut self, what: &str, string: &[u8]) -> Result<()> {
        if string.contains(&0) {
            return Err(invalid(format!("wasi: {what} contains a NUL")));
        }
        if self.starts.len() >= MAX_STRINGS || self.bytes.len() + string.len() >= MAX_STRING_BYTES {
            return Err(Error::new(
                Status::Limit,
                format!("limit: wasi: {what}: {MAX_STRINGS} and {MAX_STRING_BYTES} bytes in all"),
            ));
        }
        self.starts.push(self.bytes.len() as u32);
        self.bytes.extend_from_slice(string);
        self.bytes.push(0);
        Ok(())
    }
}
