//! From wasmer's traps to errors, with the wasm frames.

use super::frames::{self, Found};
use super::{dwarf, overflow, thread};
use crate::runtime::base::bounds::MAX_FRAMES;
use crate::runtime::base::error::{Error, Frame, Status, TrapKind};
use std::fmt;
use wasmer_types::{FrameInfo, TrapCode};
use wasmer_vm::Trap;

/// A host function's error on its way through wasm.
#[derive(Debug)]
pub struct HostFailure(pub Error);

impl fmt::Display for HostFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for HostFailure {}

/// Makes the error for a call that wasmer ended by `trap`.
#[cold]
pub fn error(trap: Trap) -> Error {
    match trap {
        Trap::User(error) => match error.downcast::<HostFailure>() {
            Ok(failure) => failure.0,
            Err(error) => Error::new(Status::Host, error.to_string()),
        },
        Trap::OOM { .. } => Error::new(Status::OutOfMemory, "out of memory"),
        trap => {
            let code = code(&trap);
            // Of wasmer's errors of a wait the others are an interrupt's.
            let unshared = code == Some(TrapCode::HostInterrupt)
                && thread::current().waited_unshared.replace(false);
            let mut error = match code {
                Some(_) if unshared => Error::new(Status::Trap, "expected shared memory"),
                Some(code) => Error::new(Status::Trap, code.message()),
                None => Error::new(Status::Trap, trap.to_string()),
            };
            error.trap = Some(match code {
                _ if unshared => TrapKind::ExpectedSharedMemory,
                Some(code) => kind(code),
                None => TrapKind::Other,
            });
            // wasmer makes no backtrace of an overflow; the handler has noted one.
            let is_overflow = code == Some(TrapCode::StackOverflow);
            let (trace, omitted) = match is_overflow.then(overflow::take).flatten() {
                Some((addresses, omitted)) => (frames::of(&addresses), omitted),
                None => (frames::of_trap(&trap), 0),
            };
            add_frames(&mut error, &trace);
            error.frames_omitted += omitted;
            error
        }
    }
}

/// Why a guest trapped, if it is wasmer that says so.
fn code(trap: &Trap) -> Option<TrapCode> {
    match trap {
        Trap::Wasm { pc, signal_trap, .. } => {
            let known = wasmer_compiler::FRAME_INFO.read().ok();
            let noted = known.and_then(|known| known.lookup_trap_info(*pc).map(|at| at.trap_code));
            // A signal in code where nothing was noted is that of the guard zone.
            noted.or(*signal_trap).or(Some(TrapCode::StackOverflow))
        }
        Trap::Lib { trap_code, .. } => Some(*trap_code),
        Trap::UncaughtException { .. } => Some(TrapCode::UncaughtException),
        Trap::User(_) | Trap::OOM { .. } => None,
    }
}

/// Adds a trace behind the frames that an error has: one that a host function hands on from a call of
/// its own has some. Keeps the innermost and the outermost.
pub fn add_frames(error: &mut Error, trace: &[Found]) {
    let half = MAX_FRAMES / 2;
    let all = error.frames.len() + trace.len();
    let kept = |number: usize| all <= MAX_FRAMES || number < half || number >= all - half;
    // One number for each frame, first for those that are there.
    let mut numbers = 0..all;
    let mut is_kept = || numbers.next().is_some_and(kept);
    error.frames.retain(|_| is_kept());
    let trace: Vec<_> = trace.iter().filter(|_| is_kept()).collect();
    let mut frames: Vec<_> = trace.iter().map(|found| frame(&found.info)).collect();
    let places: Vec<_> = trace
        .iter()
        .zip(&frames)
        .map(|(found, frame)| (found.address, frame.module_offset))
        .collect();
    for (frame, sources) in frames.iter_mut().zip(dwarf::sources(&places)) {
        frame.sources = sources;
    }
    error.frames.append(&mut frames);
    error.frames_omitted += all.saturating_sub(MAX_FRAMES);
}

/// Where in its function and in its module a frame is. Where the compiler noted no place (in what comes
/// before the first instruction of a function, say) wasmer gives 0 or the greatest number, and subtracts from it.
fn offsets(info: &FrameInfo) -> (u32, u32) {
    match info.module_offset() as u32 {
        0 | u32::MAX => (0, 0),
        module => (info.func_offset() as u32, module),
    }
}

fn frame(info: &FrameInfo) -> Frame {
    let (function_offset, module_offset) = offsets(info);
    // wasmer writes "<module>" where the module has no name.
    let module = info.module_name();
    Frame {
        module: if module == "<module>" { String::new() } else { module.to_owned() },
        function: info.function_name().unwrap_or_default().to_owned(),
        function_index: info.func_index(),
        function_offset,
        module_offset,
        sources: Vec::new(),
    }
}

fn kind(code: TrapCode) -> TrapKind {
    match code {
        TrapCode::StackOverflow => TrapKind::StackOverflow,
        TrapCode::HeapAccessOutOfBounds => TrapKind::MemoryOutOfBounds,
        TrapCode::HeapMisaligned => TrapKind::HeapMisaligned,
        TrapCode::TableAccessOutOfBounds => TrapKind::TableOutOfBounds,
        TrapCode::IndirectCallToNull => TrapKind::IndirectCallToNull,
        TrapCode::BadSignature => TrapKind::BadSignature,
        TrapCode::IntegerOverflow => TrapKind::IntegerOverflow,
        TrapCode::IntegerDivisionByZero => TrapKind::IntegerDivisionByZero,
        TrapCode::BadConversionToInteger => TrapKind::BadConversionToInteger,
        TrapCode::UnreachableCodeReached => TrapKind::Unreachable,
        TrapCode::UnalignedAtomic => TrapKind::UnalignedAtomic,
        TrapCode::UncaughtException => TrapKind::UncaughtException,
        TrapCode::UninitializedExnRef => TrapKind::UninitializedExnRef,
        TrapCode::HostInterrupt => TrapKind::Interrupted,
        _ => TrapKind::Other,
    }
}
