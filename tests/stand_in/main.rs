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
    mod base;
    mod compile;
    mod machine {
        pub mod dwarf;
        #[cfg(not(miri))]
        pub mod fork;
        pub mod frames;
        #[cfg(not(miri))]
        pub mod handler;
        pub mod interrupt;
        pub mod overflow;
        pub mod own_stack;
        pub mod parking;
        pub mod quiet;
        #[cfg(not(miri))]
        pub mod signal_stack;
        #[cfg(not(miri))]
        pub mod signals;
        pub mod thread;
        pub mod trap;
        pub mod workers;

        use super::{Error, Result, WASM_STACK_BYTES};

        pub mod fault {
            pub fn install() {}
        }

        /// Miri has no signals.
        #[cfg(miri)]
        pub mod signals {
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
        pub mod handler {
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
        pub mod signal_stack {
            pub fn prepare() -> super::Result<()> {
                Ok(())
            }
            pub fn current() -> Option<(usize, usize)> {
                None
            }
        }

        /// Nor processes.
        #[cfg(miri)]
        pub mod fork {
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
        pub mod ballast {
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

        pub mod stack {
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
    mod ops;
    mod store;
    pub mod wasi;

    pub use base::bounds::{
        MAX_FRAMES, MAX_INSTANCES, MAX_MEMORIES, MAX_MEMORY_PAGES, MAX_TABLE_ELEMENTS,
        WASM_STACK_BYTES,
    };
    pub use base::compiler::Compiler;
    pub use base::error::{Error, Frame, Result, Status, TrapKind};
    pub use base::quota::Quota;
    pub use base::value::{ExternType, FuncType, GlobalType, Limits, Signature, Slot, ValueKind};
    pub use base::{error, quota, value};
    pub use compile::config::Config;
    pub use compile::engine::Engine;
    pub use compile::module::Module;
    pub use compile::{engine, metering, module, source};
    pub use machine::interrupt::Interrupt;
    pub use machine::stack::{bytes as stack_bytes, set_bytes as set_stack_bytes};
    pub use machine::thread::{MAX_DEPTH, MIN_HOST_STACK, name_stack};
    pub use machine::{interrupt, quiet, workers};
    pub use ops::linker::Linker;
    pub use ops::{global, instance, linker, memory, proposals, table};
    pub use store::arena::{Arena, Handle, Noun};
    pub use store::collect::Freed;
    pub use store::host::{CallInfo, HostCall, HostFunc};
    pub use store::memory_view::MemoryView;
    pub use store::shared::SharedMemory;
    pub use store::{arena, shared};

    #[path = "../../tests/stand_in/guest.rs"]
    pub mod guest;
}

mod arenas;
mod bridge;
mod callbacks;
mod crossing;
mod handles;
mod objects;
mod types;
