//! What there may be at most unless a quota says otherwise.

/// Bytes of stack that a guest may use.
pub const WASM_STACK_BYTES: usize = 1024 * 1024;
/// Pages (65,536 bytes each) that all memories of an arena may have together: 4 GiB.
pub const MAX_MEMORY_PAGES: u32 = 65_536;
/// Memories in an arena. Each takes 8 GiB of address space, whatever its size, or what the engine says.
pub const MAX_MEMORIES: u32 = 1_000;
/// Instances in an arena.
pub const MAX_INSTANCES: usize = 10_000;
/// Elements that all tables of one instance may have together, declared or grown; and the most
/// elements of a table that the host makes.
pub const MAX_TABLE_ELEMENTS: u32 = 10_000_000;
/// What can be done about a limit on what lives in an arena.
pub const REMEDY: &str =
    "delete or release what is not used any more, raise the quota, or use more stores";
/// Frames kept with an error: the innermost and the outermost halves of them.
pub const MAX_FRAMES: usize = 128;
