//! Error objects.

use super::bytes::libwasmer_view_t;
use super::version::live::Live;
use crate::ffi;
use crate::runtime::{Error, Status, TrapKind};
use std::ffi::c_char;

/// What went wrong: a status, a message, and for traps a code and the wasm frames. Made by the
/// functions that fail, and owned by the caller. Safe to read from any thread.
pub struct libwasmer_error_t {
    error: Error,
    _live: Live,
}

impl libwasmer_error_t {
    pub(crate) fn into_raw(error: Error) -> *mut Self {
        Box::into_raw(Box::new(Self { error, _live: Live::new() }))
    }

    pub(crate) fn into_error(self) -> Error {
        self.error
    }
}

/// A wasm frame of an error, innermost first. The views live as long as the error.
#[repr(C)]
pub struct libwasmer_frame_t {
    /// Name of the module, empty if it has none.
    pub module_name: libwasmer_view_t,
    /// Name of the function, empty if the module does not tell.
    pub function_name: libwasmer_view_t,
    /// Index of the function in its module, imported functions first.
    pub function_index: u32,
    /// Offset in bytes of the instruction from the start of the function.
    pub function_offset: u32,
    /// Offset in bytes of the instruction from the start of the module. Both offsets are 0 where the
    /// compiler noted no place, as for a guest that is interrupted at the very start of a function.
    pub module_offset: u32,
}

/// A place in the source of a guest. The views live as long as the error.
#[repr(C)]
pub struct libwasmer_source_t {
    /// Name of the function as its language writes it, 1,024 bytes at most; empty if it has none.
    pub function_name: libwasmer_view_t,
    /// Path of the file as the guest's compiler was told, 1,024 bytes at most; empty if it is not known.
    pub file: libwasmer_view_t,
    /// Number of the line, from 1 on; 0 if it is not known.
    pub line: u32,
    /// Number of the byte in the line, from 1 on; 0 if it is not known.
    pub column: u32,
}

/// Makes an error for a host function to return. `status` is taken as it is if it is a known one
/// and not OK, else LIBWASMER_STATUS_HOST stands for it; with LIBWASMER_STATUS_EXIT, the low 32 bits of
/// `payload` are the exit code. `payload` comes back from
/// `libwasmer_error_payload` in the caller of the wasm function. Text that is not UTF-8 is
/// repaired. Never NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_error_new(
    status: u32,
    message: *const c_char,
    message_size: usize,
    payload: u64,
) -> *mut libwasmer_error_t {
    // SAFETY: the caller's promise.
    let text = unsafe { ffi::bytes(message.cast(), message_size, "message") };
    let text = text.map(String::from_utf8_lossy).unwrap_or("(no message)".into());
    let mut error = Error::new(known(status).unwrap_or(Status::Host), text);
    error.payload = payload;
    if error.status == Status::Exit {
        error.exit_code = Some(payload as u32);
    }
    libwasmer_error_t::into_raw(error)
}

fn known(number: u32) -> Option<Status> {
    use Status::*;
    [
        NullArgument,
        InvalidArgument,
        InvalidUtf8,
        Panic,
        InvalidModule,
        Unsupported,
        Deserialize,
        Serialize,
        Link,
        Trap,
        Host,
        Interrupted,
        OutOfFuel,
        Exit,
        Closed,
        Busy,
        Depth,
        Type,
        OutOfBounds,
        Immutable,
        Limit,
        Handle,
        NotFound,
        OutOfMemory,
        File,
    ]
    .into_iter()
    .find(|&status| status as u32 == number)
}

/// Frees an error. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_error_delete(error: *mut libwasmer_error_t) {
    // SAFETY: the caller's promise.
    ffi::guard_or((), || drop(unsafe { ffi::owned(error) }));
}

fn read<R>(error: *const libwasmer_error_t, nothing: R, get: impl FnOnce(&Error) -> R) -> R {
    // SAFETY: the caller's promise.
    match unsafe { ffi::borrow(error, "error") } {
        Ok(object) => get(&object.error),
        Err(_) => nothing,
    }
}

/// The status of an error; LIBWASMER_STATUS_OK for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_error_status(error: *const libwasmer_error_t) -> Status {
    read(error, Status::Ok, |error| error.status)
}

/// The message of an error, in UTF-8, without NUL at its end. It lives as long as the error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_error_message(
    error: *const libwasmer_error_t,
) -> libwasmer_view_t {
    read(error, libwasmer_view_t::EMPTY, |error| libwasmer_view_t::of(error.message.as_bytes()))
}

/// The trap code of an error (`libwasmer_trap_t`), or -1 if the guest did not trap.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_error_trap(error: *const libwasmer_error_t) -> i32 {
    read(error, -1, |error| error.trap.map_or(-1, |trap: TrapKind| trap as i32))
}

/// The word that a host function gave with its error; 0 if there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_error_payload(error: *const libwasmer_error_t) -> u64 {
    read(error, 0, |error| error.payload)
}

/// Writes the code that the guest exited with (`proc_exit` of WASI). False, and nothing is written, if the
/// error is another one than LIBWASMER_STATUS_EXIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_error_exit_code(
    error: *const libwasmer_error_t,
    code: *mut u32,
) -> bool {
    read(error, false, |error| {
        // SAFETY: the caller's promise.
        match (error.exit_code, unsafe { ffi::write(code, "code") }) {
            (Some(found), Ok(write)) => {
                write(found);
                true
            }
            _ => false,
        }
    })
}

/// Number of frames kept with an error: LIBWASMER_LIMIT_FRAMES at most, the innermost and the
/// outermost.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_error_frame_count(error: *const libwasmer_error_t) -> usize {
    read(error, 0, |error| error.frames.len())
}

/// Number of frames that were left out of the middle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_error_frames_omitted(error: *const libwasmer_error_t) -> usize {
    read(error, 0, |error| error.frames_omitted)
}

/// Writes a frame of an error. False, and nothing is written, if there is none with that number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_error_frame(
    error: *const libwasmer_error_t,
    number: usize,
    frame: *mut libwasmer_frame_t,
) -> bool {
    read(error, false, |error| {
        // SAFETY: the caller's promise.
        match (error.frames.get(number), unsafe { ffi::write(frame, "frame") }) {
            (Some(found), Ok(write)) => {
                write(libwasmer_frame_t {
                    module_name: libwasmer_view_t::of(found.module.as_bytes()),
                    function_name: libwasmer_view_t::of(found.function.as_bytes()),
                    function_index: found.function_index,
                    function_offset: found.function_offset,
                    module_offset: found.module_offset,
                });
                true
            }
            _ => false,
        }
    })
}

/// Number of sources of a frame of an error: one for the frame's function, and one for each function that the
/// guest's compiler inlined there, 64 at most. 0 if there is no frame with that number, if the module has no
/// debugging information of that place, or if its engine does not have it read
/// (`libwasmer_config_set_debug_info`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_error_frame_source_count(
    error: *const libwasmer_error_t,
    frame_number: usize,
) -> usize {
    read(error, 0, |error| error.frames.get(frame_number).map_or(0, |frame| frame.sources.len()))
}

/// Writes a source of a frame of an error: that of the innermost inlined function is the first, that of the frame's
/// own function the last. False, and nothing is written, if there is none with that number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libwasmer_error_frame_source(
    error: *const libwasmer_error_t,
    frame_number: usize,
    number: usize,
    source: *mut libwasmer_source_t,
) -> bool {
    read(error, false, |error| {
        let found = error.frames.get(frame_number).and_then(|frame| frame.sources.get(number));
        // SAFETY: the caller's promise.
        match (found, unsafe { ffi::write(source, "source") }) {
            (Some(found), Ok(write)) => {
                write(libwasmer_source_t {
                    function_name: libwasmer_view_t::of(found.function.as_bytes()),
                    file: libwasmer_view_t::of(found.file.as_bytes()),
                    line: found.line,
                    column: found.column,
                });
                true
            }
            _ => false,
        }
    })
}

/// What a trap code (`libwasmer_trap_t`) means, in English, as text that ends with NUL and lives for
/// ever. "no trap" for -1 and other numbers that are none.
#[unsafe(no_mangle)]
pub extern "C" fn libwasmer_trap_message(trap: i32) -> *const c_char {
    // Not a TrapKind in the signature: C may pass any number, and that would be undefined.
    let Some(kind) = TrapKind::from_i32(trap) else { return c"no trap".as_ptr() };
    let text: &std::ffi::CStr = match kind {
        TrapKind::StackOverflow => c"call stack exhausted",
        TrapKind::MemoryOutOfBounds => c"out of bounds memory access",
        TrapKind::HeapMisaligned => c"misaligned heap",
        TrapKind::TableOutOfBounds => c"undefined element: out of bounds table access",
        TrapKind::IndirectCallToNull => c"uninitialized element",
        TrapKind::BadSignature => c"indirect call type mismatch",
        TrapKind::IntegerOverflow => c"integer overflow",
        TrapKind::IntegerDivisionByZero => c"integer divide by zero",
        TrapKind::BadConversionToInteger => c"invalid conversion to integer",
        TrapKind::Unreachable => c"unreachable",
        TrapKind::UnalignedAtomic => c"unaligned atomic access",
        TrapKind::UncaughtException => c"uncaught exception",
        TrapKind::UninitializedExnRef => c"uninitialized exnref",
        TrapKind::Interrupted => c"interrupted by host",
        TrapKind::ExpectedSharedMemory => c"expected shared memory",
        TrapKind::Other => c"trap",
    };
    text.as_ptr()
}
