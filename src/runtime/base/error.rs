//! What can go wrong, as data: a status to test, a message to read, and for traps the wasm frames.

use super::text;
use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// The outcome of a function of this library. Numbers are part of the ABI: they are never reused
/// and new ones are only added. `LIBWASMER_STATUS_OK` is 0.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// It worked.
    Ok = 0,
    /// A pointer that must not be NULL is NULL.
    NullArgument = 1,
    /// An argument has a value that the function does not accept.
    InvalidArgument = 2,
    /// Text is not UTF-8.
    InvalidUtf8 = 3,
    /// A defect of this library or of a compiler was caught. Please report the message.
    Panic = 4,
    /// The bytes are no valid WebAssembly module or WebAssembly text.
    InvalidModule = 10,
    /// The module, the engine or the platform lacks something that is asked for.
    Unsupported = 11,
    /// The bytes are no module serialized by this library and version, or they are damaged.
    Deserialize = 12,
    /// A module could not be serialized.
    Serialize = 13,
    /// An import is missing or does not fit, or the modules must not be linked.
    Link = 20,
    /// The guest trapped. The error carries a trap code and frames.
    Trap = 30,
    /// A host function failed. The error carries what the host function gave, and frames.
    Host = 31,
    /// The call was ended by its interrupt.
    Interrupted = 32,
    /// The guest used up its points (fuel): it trapped as unreachable, with the frames of that.
    OutOfFuel = 33,
    /// The guest ended itself (`proc_exit` of WASI), be it with code 0. The error carries the code, and no
    /// trap.
    Exit = 34,
    /// The object was closed.
    Closed = 40,
    /// Another thread is using the arena.
    Busy = 41,
    /// Calls from host to wasm to host are nested too deeply.
    Depth = 42,
    /// A value has the wrong kind.
    Type = 50,
    /// An index or address is outside of a memory or table.
    OutOfBounds = 51,
    /// A global that is not mutable cannot be set.
    Immutable = 52,
    /// A limit of the engine or of the object would be exceeded.
    Limit = 53,
    /// The handle belongs to another arena, to another kind of object, or to nothing.
    Handle = 54,
    /// There is nothing by that name or number.
    NotFound = 55,
    /// The system refused memory.
    OutOfMemory = 60,
    /// The system refused a thread or a descriptor.
    Resource = 61,
    /// A file could not be read or written. The message has its path and what the system said.
    File = 70,
}

/// Why a guest trapped. Numbers are part of the ABI; below 100 they are wasmer's own.
#[repr(i32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TrapKind {
    StackOverflow = 0,
    MemoryOutOfBounds = 1,
    HeapMisaligned = 2,
    TableOutOfBounds = 3,
    IndirectCallToNull = 4,
    BadSignature = 5,
    IntegerOverflow = 6,
    IntegerDivisionByZero = 7,
    BadConversionToInteger = 8,
    Unreachable = 9,
    UnalignedAtomic = 10,
    UncaughtException = 11,
    UninitializedExnRef = 12,
    Interrupted = 14,
    /// `memory.atomic.wait32` or `memory.atomic.wait64` on a memory that is not shared.
    ExpectedSharedMemory = 100,
    /// Any other code of wasmer's, which no supported guest can cause.
    Other = 255,
}

impl TrapKind {
    pub const ALL: [Self; 16] = [
        Self::StackOverflow,
        Self::MemoryOutOfBounds,
        Self::HeapMisaligned,
        Self::TableOutOfBounds,
        Self::IndirectCallToNull,
        Self::BadSignature,
        Self::IntegerOverflow,
        Self::IntegerDivisionByZero,
        Self::BadConversionToInteger,
        Self::Unreachable,
        Self::UnalignedAtomic,
        Self::UncaughtException,
        Self::UninitializedExnRef,
        Self::Interrupted,
        Self::ExpectedSharedMemory,
        Self::Other,
    ];

    pub fn from_i32(number: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|&kind| kind as i32 == number)
    }
}

/// One wasm frame, innermost first in a list of frames.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Frame {
    /// Name of the module, empty if it has none.
    pub module: String,
    /// Name of the function from the name section, empty if it has none.
    pub function: String,
    /// Index of the function in the module, imported functions counted first.
    pub function_index: u32,
    /// Offset in bytes of the instruction from the start of the function's body.
    pub function_offset: u32,
    /// Offset in bytes of the instruction from the start of the module. Both are 0 where the compiler
    /// noted no place.
    pub module_offset: u32,
    /// Where that is in the source, if the engine has debugging information read and the module has some: in the
    /// innermost of the functions that were inlined there first, in the frame's function last.
    pub sources: Vec<Source>,
}

/// A place in the source of a guest.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Source {
    /// Name of the function, empty if it has none.
    pub function: String,
    /// Path of the file as its compiler was told, empty if it is not known.
    pub file: String,
    /// From 1 on; 0 if it is not known.
    pub line: u32,
    /// In bytes, from 1 on; 0 if it is not known.
    pub column: u32,
}

/// An error: what kind, what happened, and where in the guest. Boxed, so that a result without an
/// error is one word, which calls hand on without copying.
#[derive(Debug)]
pub struct Error(Box<Report>);

/// What an error says.
#[derive(Debug)]
pub struct Report {
    pub status: Status,
    pub message: String,
    pub trap: Option<TrapKind>,
    pub frames: Vec<Frame>,
    /// Frames left out of the middle of `frames`.
    pub frames_omitted: usize,
    /// What the host gave with a host function's error; 0 otherwise.
    pub payload: u64,
    /// The code that the guest exited with.
    pub exit_code: Option<u32>,
    /// An object of the host's that travels with the error.
    pub carried: Option<Arc<dyn Any + Send + Sync>>,
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    #[cold]
    pub fn new(status: Status, message: impl Into<String>) -> Self {
        let message = message.into();
        Self(Box::new(Report {
            status,
            // What a host function says is the host's.
            message: if status == Status::Host { message } else { text::message(message) },
            trap: None,
            frames: Vec::new(),
            frames_omitted: 0,
            payload: 0,
            exit_code: None,
            carried: None,
        }))
    }

    /// Whether another try might go otherwise, with the same bytes.
    pub(crate) fn is_of_the_moment(&self) -> bool {
        matches!(self.status, Status::Interrupted | Status::Resource | Status::OutOfMemory)
    }

    pub(crate) fn closed(what: &str) -> Self {
        Self::new(Status::Closed, format!("{what} is closed"))
    }
}

impl std::ops::Deref for Error {
    type Target = Report;

    fn deref(&self) -> &Report {
        &self.0
    }
}

impl std::ops::DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Report {
        &mut self.0
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// The text of a caught panic.
pub fn panic_message(payload: &(dyn std::any::Any + Send)) -> &str {
    if let Some(text) = payload.downcast_ref::<&str>() {
        text
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text
    } else {
        "unknown panic"
    }
}
