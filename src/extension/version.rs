//! What library this is.

use crate::standard::wasmer::version::version_of_wasmer;
use std::ffi::c_char;

/// Number of the functions and layouts in this header. A program compiled for another number must
/// not call the library.
pub const LIBWASMER_ABI_VERSION: u32 = 1;

/// The `LIBWASMER_ABI_VERSION` that the library was built with. To be compared with the one of the
/// header before anything else is called.
#[unsafe(no_mangle)]
pub extern "C" fn libwasmer_abi_version() -> u32 {
    LIBWASMER_ABI_VERSION
}

/// Versions of the library and of wasmer, as text that ends with NUL and lives for ever.
#[unsafe(no_mangle)]
pub extern "C" fn libwasmer_version() -> *const c_char {
    concat!("libwasmer ", env!("CARGO_PKG_VERSION"), ", wasmer ", version_of_wasmer!(), "\0")
        .as_ptr()
        .cast()
}

/// Hash of the sources that the library was built from, in hexadecimal, as text that ends with NUL
/// and lives for ever. `scripts/source-hash` computes the same number.
#[unsafe(no_mangle)]
pub extern "C" fn libwasmer_source_hash() -> *const c_char {
    concat!(env!("LIBWASMER_SOURCE_HASH"), "\0").as_ptr().cast()
}

/// Arenas, engines, modules, configurations, errors and byte buffers that were made and not freed.
/// For tests that look for leaks.
#[unsafe(no_mangle)]
pub extern "C" fn libwasmer_live_objects() -> usize {
    crate::runtime::Arena::live() + live::count()
}

/// Counts the objects that C holds.
pub mod live {
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    static COUNT: AtomicUsize = AtomicUsize::new(0);

    pub fn count() -> usize {
        COUNT.load(Relaxed)
    }

    /// Part of every object that C holds and deletes.
    pub struct Live(());

    impl Live {
        #[allow(clippy::new_without_default)]
        pub fn new() -> Self {
            COUNT.fetch_add(1, Relaxed);
            Self(())
        }
    }

    impl Drop for Live {
        fn drop(&mut self) {
            COUNT.fetch_sub(1, Relaxed);
        }
    }
}
