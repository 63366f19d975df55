//! What the system would still give, asked before code of wasmer's takes it that ends the process when it
//! is refused.

use std::alloc::{GlobalAlloc, Layout, System};

/// Below this nobody asks: a process that lacks so little is at its end anyway.
const SMALL: u64 = 128 * 1024;

/// Whether the allocator would give `bytes` more now.
pub fn has(bytes: u64) -> bool {
    if bytes < SMALL {
        return true;
    }
    let Some(layout) =
        usize::try_from(bytes).ok().and_then(|bytes| Layout::from_size_align(bytes, 8).ok())
    else {
        return false;
    };
    // Not by our own allocator, which would help out.
    // SAFETY: the layout is not empty, and what is given is given back.
    unsafe {
        // Or the compiler leaves the allocation out.
        let given = std::hint::black_box(System.alloc(layout));
        if !given.is_null() {
            System.dealloc(given, layout);
        }
        !given.is_null()
    }
}

/// Whether a table of wasmer's may grow: its elements may move to twice the room.
pub fn has_for_table(size: u32, delta: u32) -> bool {
    let (size, delta) = (u64::from(size), u64::from(delta));
    has((size + delta).max(2 * size) * ELEMENT)
}

/// Bytes of an element of a table.
pub(crate) const ELEMENT: u64 = 8;

/// The error for what the allocator would not give.
pub fn refused_memory(what: &str, bytes: u64) -> String {
    let needed = match bytes {
        0 => String::new(),
        _ => format!(", {bytes} bytes needed"),
    };
    format!("{what}: out of memory{needed}{}", limit_text())
}

/// The error for addresses that could not be reserved.
pub fn refused_addresses(bytes: u64, reason: &str) -> String {
    format!(
        "memory: {bytes} bytes of addresses cannot be reserved: {reason}{}; an engine with a smaller \
         memory reservation needs fewer",
        limit_text()
    )
}

fn limit_text() -> String {
    match address_limit() {
        Some(limit) => format!("; the process may have {limit} bytes of addresses (RLIMIT_AS)"),
        None => String::new(),
    }
}

/// Bytes of addresses that this process may have, if that is limited.
pub fn address_limit() -> Option<u64> {
    #[cfg(unix)]
    {
        let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        // SAFETY: the place is large enough.
        let found = unsafe { libc::getrlimit(libc::RLIMIT_AS, &mut limit) } == 0;
        (found && limit.rlim_cur != libc::RLIM_INFINITY).then_some(limit.rlim_cur)
    }
    #[cfg(not(unix))]
    None
}
