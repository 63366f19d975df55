//! Systems on which compiled code cannot be stopped yet.

use super::slots::{Slot, Target};
use crate::runtime::base::error::{Error, Result, Status};

pub fn signal() -> Option<i32> {
    None
}

pub fn prepare() -> Result<()> {
    Err(Error::new(
        Status::Unsupported,
        "interrupt: stopping a guest is not built for this system yet",
    ))
}

pub fn take_pending_signals() {}

pub fn thread_id() -> i32 {
    1
}

pub fn send(_: &Slot, _: Target) -> bool {
    false
}

/// Nothing is interrupted here, so nothing needs to be woken.
pub fn new_wake_descriptor() -> Option<i32> {
    None
}

pub fn wake_descriptor(_: i32) {}

pub fn calm_wake_descriptor(_: i32) {}
