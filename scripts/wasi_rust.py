"""Runs Rust's own tests as WASI guests; see scripts/wasi-rust."""

import fnmatch
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from wasi_std import known_failures

SECONDS = 120
KNOWN = "tests/wasi/rust-known.txt"
# They live in the module that they test, and use what the library has for itself.
FS_MANIFEST = """[package]
name = "fstests"
version = "0.0.0"
edition = "2024"
[[test]]
name = "fstests"
path = "tests/lib.rs"
[lib]
path = "lib.rs"
[dev-dependencies]
rand = { version = "0.9.0", default-features = false }
rand_xorshift = { version = "0.4.0", default-features = false }
"""
FS_ROOT = """#![feature(assert_matches, core_io_borrowed_buf, dirfd, fs_set_times, io_error_uncategorized)]
#![feature(read_buf, seek_stream_len, wasi_ext)]
#![allow(stable_features, unused)]
mod common;
mod tests;
"""


def fs_tests(text):
    """The tests of std::fs as a program of their own, with the links that guests can make."""
    text = text.replace("use super::Dir;", "use std::fs::Dir;").replace("crate::test_helpers", "crate::common")
    text = re.sub(
        r"#\[cfg\(unix\)\]\nuse crate::os::unix::fs::symlink as (\w+);",
        r"use std::os::wasi::fs::symlink_path as \1;",
        text,
    )
    text = text.replace("#[cfg(unix)]\nmacro_rules", "macro_rules")
    text = text.replace('#[cfg(unix)]\n    let link = tmp.join("link");', 'let link = tmp.join("link");')
    text = text.replace("#[cfg(unix)]\n    crate::os::unix::fs::symlink(", "std::os::wasi::fs::symlink_path(")
    text = re.sub(r"\$?crate::(fs|io|mem|os|path|sync|time|matches)\b", r"std::\1", text)
    text = text.replace("use crate::{assert_matches,", "use std::{assert_matches,")
    # This one looks into the library's own structures.
    return re.sub(r"#\[test\]\nfn dir_entry_debug\(\) \{.*?\n\}\n", "", text, flags=re.S)


def sources(library, folder):
    """Where the three sets of tests are, ready to be built."""
    for name in ("core", "alloc"):
        shutil.copytree(os.path.join(library, name + "tests"), os.path.join(folder, name), dirs_exist_ok=True)
    tests = os.path.join(folder, "fs", "tests")
    os.makedirs(os.path.join(tests, "common"), exist_ok=True)
    with open(os.path.join(library, "std/src/fs/tests.rs"), encoding="utf-8") as file:
        text = fs_tests(file.read())
    with open(os.path.join(library, "std/tests/common/mod.rs"), encoding="utf-8") as file:
        # It panics for guests.
        common = file.read().replace("env::temp_dir()", 'PathBuf::from("/tmp")')
    for path, content in {
        "../Cargo.toml": FS_MANIFEST, "../lib.rs": "", "lib.rs": FS_ROOT, "tests.rs": text, "common/mod.rs": common,
    }.items():  # fmt: skip
        with open(os.path.join(tests, path), "w", encoding="utf-8") as file:
            file.write(content)
    for name in ("core", "alloc", "fs"):
        with open(os.path.join(folder, name, "Cargo.toml"), "a", encoding="utf-8") as file:
            file.write("\n[workspace]\n")
        yield name, os.path.join(folder, name)


def build(name, folder):
    command = ["cargo", "test", "--release", "--target", "wasm32-wasip1", "--no-run", "--test", name + "tests"]
    # The tests use features that are not stable.
    environment = {**os.environ, "RUSTC_BOOTSTRAP": "1", "CARGO_TARGET_DIR": os.path.join(folder, "target")}
    done = subprocess.run(command, cwd=folder, env=environment, text=True, capture_output=True)
    built = re.search(r"Executable .*\((.*\.wasm)\)", done.stderr)
    if done.returncode != 0 or not built:
        sys.exit(f"{' '.join(command)} in {folder}:\n{done.stderr}")
    return os.path.join(folder, built[1])


def run(runner, guest, cache, *arguments):
    scratch = tempfile.mkdtemp(prefix="wasi-rust-")
    command = [
        runner, "--cache", cache, "--timeout", f"{SECONDS}s", "--dir", f"{scratch}::/tmp", guest, *arguments,
    ]  # fmt: skip
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return done.returncode, done.stdout.decode(errors="replace")


def main(runner, library):
    known = known_failures(KNOWN)
    version = subprocess.run(["rustc", "--version"], text=True, stdout=subprocess.PIPE).stdout.split()[1]
    base = os.path.abspath("target/wasi")
    passed, skipped, expected, others = 0, 0, 0, 0
    for name, folder in list(sources(library, os.path.join(base, "rust-" + version))):
        guest, cache, patterns = build(name, folder), os.path.join(base, "cache"), known.get(name, {})
        code, listed = run(runner, guest, cache, "--list")
        tests = re.findall(r"^(\S+): test$", listed, flags=re.M)
        if code != 0 or not tests:
            sys.exit(f"{guest} --list: exit code {code}\n{listed}")
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            results = list(pool.map(lambda test: run(runner, guest, cache, "--exact", test, "--nocapture"), tests))
        for test, (code, output) in zip(tests, results, strict=True):
            reason = next((why for pattern, why in patterns.items() if fnmatch.fnmatchcase(test, pattern)), None)
            if code == 0 and "\ntest result: ok. 1 passed" in output and not reason:
                passed += 1
            elif code == 0 and "; 1 ignored;" in output and not reason:
                skipped += 1
            elif code != 0 and reason:
                expected += 1
            else:
                others += 1
                print(f"NOT FAILED: {name} {test}, of which {KNOWN} says: {reason}" if reason else f"FAILED: {name} {test}")
                print("".join(f"    {line}\n" for line in output.splitlines()[-25:]), end="")
        print(f"{name}: {len(tests)} tests", flush=True)
    print(f"{passed} tests passed, {skipped} skip themselves, {expected} known failures, {others} others")
    return 0 if passed and not others else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
