//! The version of wasmer, which is what programs for its C API ask for.

use std::ffi::c_char;

/// With a NUL at its end. `tests/versions.rs` compares it with Cargo.toml.
macro_rules! version_of_wasmer {
    () => {
        "7.4.2"
    };
}
pub(crate) use version_of_wasmer;

/// A number of the version, by its place.
const fn number(place: usize) -> u8 {
    let text = version_of_wasmer!().as_bytes();
    let (mut at, mut dots, mut number) = (0, 0, 0);
    while at < text.len() {
        if text[at] == b'.' {
            dots += 1;
        } else if dots == place {
            number = number * 10 + (text[at] - b'0');
        }
        at += 1;
    }
    number
}

#[unsafe(no_mangle)]
pub extern "C" fn wasmer_version() -> *const c_char {
    concat!(version_of_wasmer!(), "\0").as_ptr().cast()
}

#[unsafe(no_mangle)]
pub extern "C" fn wasmer_version_major() -> u8 {
    number(0)
}

#[unsafe(no_mangle)]
pub extern "C" fn wasmer_version_minor() -> u8 {
    number(1)
}

#[unsafe(no_mangle)]
pub extern "C" fn wasmer_version_patch() -> u8 {
    number(2)
}

/// A release has nothing here.
#[unsafe(no_mangle)]
pub extern "C" fn wasmer_version_pre() -> *const c_char {
    c"".as_ptr()
}
