//! Guests in Rust, compiled when a test wants them.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Compiles a source of tests/guests for a target into a directory; none where rustc has no library for it.
pub fn guest(name: &str, target: &str, options: &[&str], directory: &Path) -> Option<PathBuf> {
    let output = directory.join(name).with_extension("wasm");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guests").join(name);
    let made = Command::new("rustc")
        .args(options)
        .args(["-O", "--target", target, "-o"])
        .arg(&output)
        .arg(source.with_extension("rs"))
        .output();
    match made {
        Ok(made) if made.status.success() => Some(output),
        Ok(made) => {
            let text = String::from_utf8_lossy(&made.stderr).into_owned();
            assert!(text.contains("target may not be installed"), "{text}");
            eprintln!("skipped: rustup target add {target}");
            None
        }
        Err(error) => {
            eprintln!("skipped: rustc: {error}");
            None
        }
    }
}
