//! What a guest can make the host keep or do at most.

/// Descriptors that are open at a time, those of the configuration included, unless another limit is set; more
/// give `MFILE`.
pub const DESCRIPTORS: u32 = 256;
/// The most that this limit can be set to.
pub const MAX_DESCRIPTORS: u32 = 65_536;
/// Bytes that the host holds for a guest, unless another limit is set; more give `NOMEM`.
pub const HOST_BYTES: u64 = 67_108_864;
/// Buffers of one read or write; more give `INVAL`.
pub const MAX_BUFFERS: u32 = 1024;
/// Bytes that one read or write moves through a callback, a capture or a socket that may block. The
/// guest is told that less was moved, as it may be at any time.
pub const MAX_TRANSFER: usize = 1_048_576;
/// Bytes of a path or of a symbolic link; more give `NAMETOOLONG`.
pub const MAX_PATH: usize = 4096;
/// Bytes of a path from the root of a tree that callbacks make up, which grows with each directory that is opened;
/// more give `NAMETOOLONG`.
pub const MAX_TREE_PATH: usize = 16_384;
/// Symbolic links that one path leads through; more give `LOOP`.
pub const MAX_LINKS: usize = 40;
/// Directories in one path; more give `NAMETOOLONG`.
pub const MAX_DIRECTORIES: usize = 256;
/// Directories above one where a link is made that leads up, or what is moved up; more give `NAMETOOLONG`.
pub(super) const MAX_DEPTH: usize = 4096;
/// Subscriptions of one `poll_oneoff`; more give `INVAL`.
pub const MAX_SUBSCRIPTIONS: u32 = 4096;
/// Entries of one directory of callbacks that are listed; more give `OVERFLOW`.
pub const MAX_ENTRIES: usize = 1_048_576;
/// Bytes of names of one directory of callbacks that are listed; more give `OVERFLOW`.
pub const MAX_ENTRY_BYTES: usize = 67_108_864;
/// Arguments, and variables, that a configuration takes, and bytes of all of them.
pub const MAX_STRINGS: usize = 1_048_576;
pub const MAX_STRING_BYTES: usize = 67_108_864;
/// Bytes that a pipe holds unless another capacity is set, and at most.
pub const PIPE_BYTES: usize = 262_144;
pub const MAX_PIPE_BYTES: usize = 67_108_864;
/// Bytes of a captured stream that are kept unless another limit is set; more give `NOSPC`.
pub const CAPTURE_BYTES: u64 = 67_108_864;
/// Threads that a command can be allowed at a time.
pub(super) const MAX_THREADS: u32 = 4096;
