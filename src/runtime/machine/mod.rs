//! The machine that guests run on: threads, stacks, signals, faults, interrupts, forks, and the frames of compiled
//! code. Nothing here knows modules or arenas.

pub mod ballast;
pub mod dwarf;
pub mod fault;
pub mod fork;
pub mod frames;
pub mod handler;
pub mod interrupt;
pub mod overflow;
pub mod own_stack;
pub mod parking;
pub mod quiet;
pub mod signal_stack;
pub mod signals;
pub mod stack;
pub mod thread;
pub mod trap;
pub mod workers;
