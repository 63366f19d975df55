//! Pipes between guests and the program, or between guests. A guest waits as for a descriptor, so that an
//! interrupt ends it; the program never waits here, and is told when it can go on.

use super::super::abi::errno::{Answer, Errno, Stop};
use super::super::abi::memory::Buffers;
use super::super::abi::types::{FdFlags, FileType, Stat};
use super::super::fs::file::{File, Readiness};
use super::super::limits::PIPE_BYTES;
use super::super::wait;
use super::super::wait::Wait;
use super::ring::Ring;
use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::machine::interrupt::Wake;
use rustix::event::PollFlags;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

pub struct Pipe {
    state: Mutex<State>,
    /// What guests wait on that read, and that write.
    readers: OnceLock<Wake>,
    writers: OnceLock<Wake>,
    /// Tells the program that it can go on. Called under no lock.
    ready: Box<dyn Fn() + Send + Sync>,
}

struct State {
    ring: Ring,
    /// Nothing more comes in. What guests get then, once for an error of the program's.
    end: Option<Stop>,
    /// The program was told that it cannot go on.
    program_waits: bool,
    /// Guests wait, and what they wait on is calm.
    readers_wait: bool,
    writers_wait: bool,
}

impl State {
    /// What a guest gets at the end: `plain` if there is nothing to tell.
    fn ended<R>(&mut self, plain: Answer<R>) -> Answer<R> {
        match self.end.replace(Errno::Io.into()) {
            Some(Stop::Errno(errno)) => {
                self.end = Some(errno.into());
                if errno == Errno::Success { plain } else { Err(errno.into()) }
            }
            Some(error) => Err(error),
            None => unreachable!("asked at the end only"),
        }
    }
}

impl Pipe {
    /// `ready` is called by whichever thread lets the program go on.
    pub fn new(limit: u64, ready: Box<dyn Fn() + Send + Sync>) -> Result<Arc<Self>> {
        let limit = match limit {
            0 => PIPE_BYTES,
            limit => usize::try_from(limit).unwrap_or(usize::MAX),
        };
        if limit > super::super::limits::MAX_PIPE_BYTES {
            return Err(Error::new(
                Status::InvalidArgument,
                format!(
                    "argument capacity: a pipe of {limit} bytes, {} are the most",
                    super::super::limits::MAX_PIPE_BYTES
                ),
            ));
        }
        Ok(Arc::new(Self {
            state: Mutex::new(State {
                ring: Ring::new(limit),
                end: None,
                program_waits: false,
                readers_wait: false,
                writers_wait: false,
            }),
            readers: OnceLock::new(),
            writers: OnceLock::new(),
            ready,
        }))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What to wait on, calm until somebody opens it.
    fn close_gate<'a>(gate: &'a OnceLock<Wake>, waits: &mut bool) -> Answer<BorrowedFd<'a>> {
        let wake = match gate.get() {
            Some(wake) => wake,
            None => {
                let new = Wake::new().ok_or(Errno::Nfile)?;
                gate.get_or_init(|| new)
            }
        };
        if !*waits {
            wake.calm();
            *waits = true;
        }
        Ok(wake.as_fd())
    }

    fn open_gate(gate: &OnceLock<Wake>, waits: &mut bool) {
        if std::mem::take(waits)
            && let Some(wake) = gate.get()
        {
            wake.wake();
        }
    }

    /// Takes bytes of the program's for guests to read, as many as there is room for. If that is not all
    /// of them, the program is told when half of the room is free.
    pub fn put(&self, bytes: &[u8]) -> Result<usize> {
        let mut state = self.lock();
        if state.end.is_some() {
            return Err(Error::new(Status::Closed, "wasi: the pipe was ended"));
        }
        let put = state.ring.put(bytes.len(), |from, into| {
            into.copy_from_slice(&bytes[from..from + into.len()]);
            Ok(())
        });
        // The copy does not fail.
        let count = put.unwrap_or(0);
        if !bytes.is_empty() {
            state.program_waits = count < bytes.len();
        }
        self.filled(&mut state);
        Ok(count)
    }

    /// Lets guests go on that wait for bytes, if there are some.
    fn filled(&self, state: &mut State) {
        if state.ring.size() > 0 {
            Self::open_gate(&self.readers, &mut state.readers_wait);
        }
    }

    /// Lets guests go on that wait for room, if there is enough to be worth it.
    fn emptied(&self, state: &mut State) {
        if state.ring.is_half_empty() {
            Self::open_gate(&self.writers, &mut state.writers_wait);
        }
    }

    /// Gives the program up to `most` bytes that guests wrote, and says whether those were the last. If
    /// there are none yet, the program is told when there are.
    pub fn take(&self, most: usize, mut copy: impl FnMut(usize, &[u8])) -> (usize, bool) {
        let mut state = self.lock();
        let taken = state.ring.take(most, |from, bytes| {
            copy(from, bytes);
            Ok(())
        });
        // The copy does not fail.
        let count = taken.unwrap_or(0);
        self.emptied(&mut state);
        let ended = state.end.is_some() && state.ring.size() == 0;
        if most > 0 {
            state.program_waits = count == 0 && !ended;
        }
        (count, ended)
    }

    /// Nothing more comes in. Guests that read what was in get `why` after it, or the end if that is
    /// `Success`; guests that write get it at once, or `Pipe`. A second end changes nothing.
    pub fn end(&self, why: Stop) {
        let mut state = self.lock();
        if state.end.is_some() {
            // Before `why`, which may finalize something of the program's.
            drop(state);
            return;
        }
        state.end = Some(why);
        Self::open_gate(&self.readers, &mut state.readers_wait);
        Self::open_gate(&self.writers, &mut state.writers_wait);
        self.let_go_on(state, true);
    }

    /// Ends what a guest did, and tells the program if it waits for that.
    fn let_go_on(&self, mut state: MutexGuard<'_, State>, enough: bool) {
        let tell = enough && std::mem::take(&mut state.program_waits);
        drop(state);
        if tell {
            (self.ready)();
        }
    }
}

/// A descriptor of a guest's for a pipe.
pub struct PipeEnd {
    pipe: Arc<Pipe>,
    what: Wait,
    flags: AtomicU16,
}

impl PipeEnd {
    pub fn new(pipe: Arc<Pipe>, what: Wait) -> Self {
        Self { pipe, what, flags: AtomicU16::new(0) }
    }

    /// Until `go` has something to give, waits for it or fails with `Again`.
    fn wait_for<R>(&self, mut go: impl FnMut() -> Answer<Option<R>>) -> Answer<R> {
        loop {
            if let Some(done) = go()? {
                return Ok(done);
            }
            if self.flags().has(FdFlags::NONBLOCK) {
                return Err(Errno::Again.into());
            }
            if let Readiness::Wait { fd, flags, .. } = self.readiness(self.what)? {
                wait::ready_as(fd, flags, false)?;
            }
        }
    }
}

impl File for PipeEnd {
    fn stat(&self) -> Answer<Stat> {
        Ok(Stat::of_type(FileType::Unknown))
    }

    fn flags(&self) -> FdFlags {
        FdFlags(self.flags.load(Ordering::Relaxed))
    }

    fn set_flags(&self, flags: FdFlags) -> Answer<()> {
        if flags.0 & !FdFlags::NONBLOCK != 0 {
            return Err(Errno::Notsup.into());
        }
        self.flags.store(flags.0, Ordering::Relaxed);
        Ok(())
    }

    fn read(&self, into: &Buffers, at: Option<u64>) -> Answer<usize> {
        if at.is_some() {
            return Err(Errno::Spipe.into());
        }
        if self.what != Wait::Read {
            return Err(Errno::Badf.into());
        }
        if into.size() == 0 {
            return Ok(0);
        }
        self.wait_for(|| {
            let mut state = self.pipe.lock();
            if state.ring.size() == 0 {
                return if state.end.is_some() { state.ended(Ok(Some(0))) } else { Ok(None) };
            }
            let count = state.ring.take(into.size(), |skip, bytes| into.scatter(skip, bytes))?;
            self.pipe.emptied(&mut state);
            let enough = state.ring.is_half_empty();
            self.pipe.let_go_on(state, enough);
            Ok(Some(count))
        })
    }

    fn write(&self, from: &Buffers, at: Option<u64>) -> Answer<usize> {
        if at.is_some() {
            return Err(Errno::Spipe.into());
        }
        if self.what != Wait::Write {
            return Err(Errno::Badf.into());
        }
        self.wait_for(|| {
            let mut state = self.pipe.lock();
            if state.end.is_some() {
                return state.ended(Err(Errno::Pipe.into()));
            }
            let count = state.ring.put(from.size(), |skip, into| from.gather(skip, into))?;
            if count == 0 && from.size() > 0 {
                return Ok(None);
            }
            self.pipe.filled(&mut state);
            self.pipe.let_go_on(state, count > 0);
            Ok(Some(count))
        })
    }

    fn readiness(&self, what: Wait) -> Answer<Readiness<'_>> {
        let mut state = self.pipe.lock();
        let hangup = state.end.is_some();
        let now = hangup
            || what != self.what
            || match what {
                Wait::Read => state.ring.size() > 0,
                Wait::Write => state.ring.room() > 0,
            };
        if now {
            return Ok(Readiness::Now { hangup });
        }
        let fd = match what {
            Wait::Read => Pipe::close_gate(&self.pipe.readers, &mut state.readers_wait)?,
            Wait::Write => Pipe::close_gate(&self.pipe.writers, &mut state.writers_wait)?,
        };
        Ok(Readiness::Wait { fd, flags: PollFlags::IN, sure: false })
    }

    fn readable_bytes(&self) -> u64 {
        self.pipe.lock().ring.size() as u64
    }
}
