//! The library without compiled code, for Miri (scripts/miri), which runs Rust only: all of `src` as
//! it is, but for what Miri cannot do and what is played here:
//!
//! - wasmer's `catch_traps` runs its closure on the same stack;
//! - guests are Rust functions behind wasmer's records of functions (`guest`);
//! - no fault handlers and no guards on stacks (`fault`, `stack`), and nobody knows where a stack
//!   ends (`pthread_getattr_np`).
//!
//! What it looks for is how the library treats its own memory while calls are nested, arenas are
//! closed inside of them, threads meet, and C holds pointers: dangling and overlapping references,
//! data races, leaks. It also runs as an ordinary test.

#![allow(dead_code, unused_imports)]
// Guests are code that the tests trust.
#![allow(clippy::not_unsafe_ptr_arg_deref)]

// `src` says wasmer_vm and libc, and gets what is here: theirs, but for what has a name of its own.
extern crate libc as real_libc;
extern crate self as libc;
extern crate self as wasmer_vm;
extern crate wasmer_vm as real_vm;

pub use guest::catch_traps;
pub use real_libc::*;
pub use real_vm::*;

/// Fails.
#[cfg(miri)]
pub unsafe fn pthread_getattr_np(_: pthread_t, _: *mut pthread_attr_t) -> i32 {
    ENOSYS
}

use runtime::guest;

#[path = "../../src/extension/mod.rs"]
pub mod extension;
#[path = "../../src/ffi/mod.rs"]
mod ffi;
#[path = "../../src/standard/mod.rs"]
pub mod standard;

#[path = "../../src/runtime"]
pub mod runtime {
    pub mod arena;
    mod beyond;
    mod bridge;
    mod call;
    mod collect;
    pub mod compile;
    mod contents;
    mod cost;
    mod dwarf;
    pub mod engine;
    pub mod error;
    mod exceptions;
    mod fixed_tables;
    #[cfg(not(miri))]
    mod fork;
    mod frames;
    pub mod global;
    #[cfg(not(miri))]
    mod handler;
    mod host;
    pub mod instance;
    pub mod interrupt;
    mod lending;
    mod limits;
    mod link;
    pub mod linker;
    pub mod memory;
    pub mod metering;
    pub mod module;
    mod module_file;
    mod objects;
    mod overflow;
    mod own_stack;
    mod parking;
    pub mod proposals;
    pub mod quiet;
    pub mod quota;
    mod reach;
    mod refs;
    mod reserved;
    mod room;
    mod scan;
    mod serialized;
    pub mod shared;
    mod shim;
    #[cfg(not(miri))]
    mod signal_stack;
    #[cfg(not(miri))]
    mod signals;
    pub mod source;
    pub mod table;
    mod tag;
    mod text;
    mod thread;
    mod trap;
    mod unshared;
    pub mod value;
    pub mod wasi;

    pub use arena::{Arena, Handle, Noun};
    pub use collect::Freed;
    pub use engine::{Compiler, Config, Engine};
    pub use error::{Error, Frame, Result, Status, TrapKind};
    pub use host::{CallInfo, HostCall, HostFunc};
    pub use interrupt::Interrupt;
    pub use limits::{
        MAX_FRAMES, MAX_INSTANCES, MAX_MEMORIES, MAX_MEMORY_PAGES, MAX_TABLE_ELEMENTS,
        WASM_STACK_BYTES,
    };
    pub use linker::Linker;
    pub use memory::MemoryView;
    pub use module::Module;
    pub use quota::Quota;
    pub use shared::SharedMemory;
    pub use stack::{bytes as stack_bytes, set_bytes as set_stack_bytes};
    pub use thread::{MAX_DEPTH, MIN_HOST_STACK, name_stack};
    pub use value::{ExternType, FuncType, GlobalType, Limits, Signature, Slot, ValueKind};

    #[path = "../../tests/stand_in/guest.rs"]
    pub mod guest;

    mod fault {
        pub fn install() {}
    }

    /// Miri has no signals.
    #[cfg(miri)]
    mod signals {
        pub fn current(_: i32) -> libc::sigaction {
            unimplemented!("no interrupt is made here")
        }
        pub fn admit(_: i32) {}
        pub fn without<R>(work: impl FnOnce() -> R) -> R {
            work()
        }
        pub unsafe fn forward(
            _: &libc::sigaction,
            _: i32,
            _: *mut libc::siginfo_t,
            _: *mut libc::c_void,
        ) {
        }
    }

    /// Nothing catches traps.
    #[cfg(miri)]
    mod handler {
        use super::thread::Thread;
        pub fn get(_: &Thread) -> usize {
            0
        }
        pub fn set(_: &Thread, _: usize) {}
        pub fn is_found() -> bool {
            false
        }
        pub fn prepare() {}
    }

    #[cfg(miri)]
    mod signal_stack {
        pub fn prepare() -> super::Result<()> {
            Ok(())
        }
        pub fn current() -> Option<(usize, usize)> {
            None
        }
    }

    /// Nor processes.
    #[cfg(miri)]
    mod fork {
        pub struct Section(());
        impl Section {
            pub fn enter() -> Self {
                Self(())
            }
        }
        pub fn install() {}
        pub fn uncut<R>(work: impl FnOnce() -> R) -> R {
            work()
        }
    }

    /// A program has one allocator.
    mod ballast {
        pub struct Ballast;
        impl Ballast {
            pub fn keep(_: usize) -> super::Result<Self> {
                Ok(Self)
            }
            pub fn is_spent(&self) -> bool {
                false
            }
        }
        pub fn prepare() {}
        pub fn refused(_: u64) -> super::Error {
            unreachable!("nothing is spent")
        }
    }

    mod stack {
        use super::thread::{self, Left, Thread};
        pub fn config() -> &'static real_vm::VMConfig {
            &real_vm::VMConfig { wasm_stack_size: None }
        }
        pub fn bytes() -> usize {
            super::WASM_STACK_BYTES
        }
        pub fn set_bytes(_: usize) -> super::Result<()> {
            Ok(())
        }
        pub fn for_engine(bytes: usize) -> super::Result<usize> {
            Ok(bytes)
        }
        pub fn set_limit(_: &Thread, _: usize) {}
        pub fn require_reserve() -> &'static Thread {
            thread::current()
        }
        pub fn require_reserve_from(_: impl FnOnce() -> Left) -> &'static Thread {
            thread::current()
        }
        pub fn of(_: &Thread) -> std::ops::Range<usize> {
            0..0
        }
        pub trait Throwing {
            fn made(thread: &Thread, make: impl FnOnce() -> usize) -> usize;
        }
        pub unsafe fn install<T: Throwing>(_: &real_vm::VMInstance) {}
    }
}

mod arenas;
mod bridge;
mod callbacks;
mod crossing;
mod handles;
mod objects;
mod types;
