//! The rules of the C boundary, in one place: panics become statuses, pointers are checked, bytes
//! and text have a length.

mod env;
mod guard;
mod pointer;

pub use env::{Env, Finalizer};
pub use guard::{guard, guard_call, guard_or};
pub use pointer::{borrow, bytes, handles, in_place, kinds, owned, slice, take, text, utf8, write};

#[cfg(test)]
mod tests;
