//! Where the helpers that are shared with the tests make their directories; cargo says it to tests only.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let out = std::env::var("OUT_DIR").expect("cargo sets it");
    println!("cargo:rustc-env=CARGO_TARGET_TMPDIR={out}");
}
