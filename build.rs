//! Puts the hash of the sources into the library, so that a prebuilt object can be checked against
//! them. `scripts/source-hash` computes the same: SHA-256 over the lines of `sha256sum`, by path.

use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn add(path: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in std::fs::read_dir(path)? {
        add(&entry?.path(), files)?;
    }
    Ok(())
}

/// Tries an argument on a library without contents: zig's linker stops at what it does not know.
fn linker_takes(argument: &str) -> bool {
    let linker = std::env::var_os("RUSTC_LINKER").unwrap_or("cc".into());
    let library = Path::new(&std::env::var_os("OUT_DIR").unwrap_or_default()).join("probe.so");
    Command::new(linker)
        .args(["-shared", "-nostdlib", argument, "-x", "c", "/dev/null", "-o"])
        .arg(library)
        .output()
        .is_ok_and(|output| output.status.success())
}

fn main() -> std::io::Result<()> {
    let mut files = Vec::new();
    for root in ["Cargo.toml", "Cargo.lock", "build.rs", "src"] {
        println!("cargo:rerun-if-changed={root}");
        add(Path::new(root), &mut files)?;
    }
    files.sort_by_key(|path| path.to_string_lossy().replace('\\', "/"));
    let mut total = Sha256::new();
    for path in files {
        let name = path.to_string_lossy().replace('\\', "/");
        total.update(format!("{}  {name}\n", hex(Sha256::digest(std::fs::read(&path)?))));
    }
    println!("cargo:rustc-env=LIBWASMER_SOURCE_HASH={}", hex(total.finalize()));

    // Other names than libwasmer.so are for packagers; see RATIONALE.md, "SONAME".
    let os = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    match os.as_str() {
        "linux" => {
            println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libwasmer.so");
            // Hides the C names of wasmer-vm's helpers (symbols/strays).
            let hide = "-Wl,--exclude-libs,ALL";
            if linker_takes(hide) {
                println!("cargo:rustc-cdylib-link-arg={hide}");
            }
        }
        "macos" => println!("cargo:rustc-cdylib-link-arg=-Wl,-install_name,@rpath/libwasmer.dylib"),
        _ => {}
    }
    Ok(())
}
