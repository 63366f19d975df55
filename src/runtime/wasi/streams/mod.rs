//! Streams: callbacks, and pipes between the guest and the host.

pub mod pipe;
pub mod ring;
pub mod stream;
