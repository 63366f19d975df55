//! What everything else is said in: errors, values, what there may be at most, addresses and memory of the system.

pub mod bounds;
pub mod compiler;
pub mod error;
pub mod quota;
pub mod reserved;
pub mod room;
pub mod text;
pub mod value;
