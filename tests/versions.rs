//! The versions that the library tells are those that it is built from.

use std::ffi::CStr;
use wasmer::standard::wasmer::version::*;

#[test]
fn the_version_of_wasmer_is_the_one_in_the_manifest() {
    let manifest = include_str!("../Cargo.toml");
    // SAFETY: text that ends with NUL and lives for ever.
    let told = unsafe { CStr::from_ptr(wasmer_version()) }.to_str().unwrap();
    let line = format!(r#"wasmer-vm = {{ version = "={told}""#);
    assert!(manifest.contains(&line), "{line}");
    let numbers = [wasmer_version_major(), wasmer_version_minor(), wasmer_version_patch()];
    assert_eq!(numbers.map(|number| number.to_string()).join("."), told);
}
