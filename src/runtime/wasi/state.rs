//! What a guest has: its descriptors and all that its functions use. Safe to look at from any thread.

use super::budget::{Budget, Limit};
use super::clock::Clocks;
use super::config::{Config, Input, Output, refused};
use super::fs::directory::{Directory, Mount};
use super::fs::file::File;
use super::fs::top_tree::TopTree;
use super::host::file::HostFile;
use super::host::socket::Socket;
use super::random::Random;
use super::streams::pipe::PipeEnd;
use super::streams::stream;
use super::streams::stream::{Bytes, Captured, Null, Sink, Source};
use super::table::{Descriptor, Table};
use super::wait::Wait;
use crate::runtime::base::error::Result;
use crate::runtime::store::handles::Handle;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// Strings as a guest gets them: each ends with NUL.
#[derive(Clone, Default)]
pub struct Strings {
    pub starts: Vec<u32>,
    pub bytes: Vec<u8>,
}

pub struct State {
    pub arguments: Strings,
    pub variables: Strings,
    pub clocks: Clocks,
    pub random: Random,
    pub table: Table,
    pub budget: Arc<Budget>,
    /// What the guest writes, if it is captured.
    pub output: Option<Arc<Captured>>,
    pub error: Option<Arc<Captured>>,
    /// The memory to use whoever calls; 0 for that of the instance that calls.
    pub memory: AtomicU64,
    /// Threads that it may have beside its first; 0 for none.
    pub threads: u32,
}

/// The memory of an instance that has none by the name may be told.
const NONE: Handle = 0;

impl Source for Arc<dyn Source> {
    fn read(&self, into: &mut [u8]) -> super::abi::errno::Answer<usize> {
        (**self).read(into)
    }
}

impl Sink for Arc<dyn Sink> {
    fn write(&self, bytes: &[u8]) -> super::abi::errno::Answer<usize> {
        (**self).write(bytes)
    }
}

fn input(input: &Input) -> Result<Arc<dyn File>> {
    Ok(match input {
        Input::Null => Arc::new(stream::Input(Box::new(Null))),
        Input::Bytes(bytes) => Arc::new(stream::Input(Box::new(Bytes::new(bytes.clone())))),
        Input::Pipe(pipe) => Arc::new(PipeEnd::new(pipe.clone(), Wait::Read)),
        Input::Callback(source) => Arc::new(stream::Input(Box::new(source.clone()))),
        Input::Descriptor(fd) => {
            Arc::new(HostFile::stream(fd.clone()).map_err(|stop| refused("standard input", stop))?)
        }
    })
}

/// A stream to write to, and what it keeps if it does.
type Written = (Arc<dyn File>, Option<Arc<Captured>>);

fn output(output: &Output) -> Result<Written> {
    Ok(match output {
        Output::Null => (Arc::new(stream::Output(Box::new(Null))), None),
        Output::Pipe(pipe) => (Arc::new(PipeEnd::new(pipe.clone(), Wait::Write)), None),
        Output::Callback(sink) => (Arc::new(stream::Output(Box::new(sink.clone()))), None),
        Output::Capture(limit) => {
            let captured = Arc::new(Captured::new(*limit));
            (Arc::new(stream::Output(Box::new(captured.clone()))), Some(captured))
        }
        Output::Descriptor(fd) => {
            let file = HostFile::stream(fd.clone()).map_err(|stop| refused("an output", stop))?;
            (Arc::new(file), None)
        }
    })
}

/// The directory that holds the others. One that is given by the name "/" is that itself.
fn top(config: &Config) -> Directory {
    let mut tree = TopTree::default();
    for preopen in &config.preopens {
        if &*preopen.name == "/" {
            return Directory::new(preopen.mount.clone(), preopen.root.clone(), false);
        }
        if let Some((_, host)) = &preopen.host
            && !preopen.mount.read_only
        {
            tree.show(&preopen.name, host);
        }
    }
    let mount = Mount { tree: Arc::new(tree), read_only: false };
    Directory::new(Arc::new(mount), TopTree::top(), false)
}

impl State {
    pub fn new(config: &Config) -> Result<Arc<Self>> {
        let table = Table::new(config.descriptors()?);
        let push = |descriptor| table.push(descriptor).map_err(|stop| refused("descriptor", stop));
        push(Descriptor::stream(input(&config.input)?, true, false))?;
        let (file, captured_output) = output(&config.output)?;
        push(Descriptor::stream(file, false, true))?;
        let (file, captured_error) = output(&config.error)?;
        push(Descriptor::stream(file, false, true))?;
        if config.top {
            push(Descriptor::directory(top(config), Some("/".into())))?;
        }
        for preopen in &config.preopens {
            let directory = Directory::new(preopen.mount.clone(), preopen.root.clone(), false);
            push(Descriptor::directory(directory, Some(preopen.name.clone())))?;
        }
        for fd in &config.sockets {
            let socket = Socket::given(fd.clone());
            let socket = socket.map_err(|stop| refused("socket", stop))?;
            push(Descriptor::socket(Arc::new(socket)))?;
        }
        Ok(Arc::new(Self {
            arguments: config.arguments.clone(),
            variables: config.variables.clone(),
            clocks: Clocks::new(config.clocks),
            random: Random::new(config.seed.as_deref()),
            table,
            budget: Budget::new(config.limits.get(Limit::HostBytes)),
            output: captured_output,
            error: captured_error,
            memory: AtomicU64::new(NONE),
            threads: config.limits.get(Limit::Threads) as u32,
        }))
    }
}
