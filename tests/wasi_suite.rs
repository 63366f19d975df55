//! Runs the public test-suite of WASI preview 1, or a part of it: every `.wasm` below $WASI_TESTSUITE, or
//! below ../shared/wasi-testsuite. Without either nothing is run, and it says so.
//!
//! A test passes when its exit code and output are as its description says. It gets a fresh copy of its
//! folder as `/`, and an empty pipe, still open, as standard input.

mod common;
#[path = "common/json.rs"]
mod json;

use common::*;
use json::Json;
use std::os::fd::IntoRawFd;
use std::path::{Path, PathBuf};
use wasmer::runtime::wasi::config::{Input, Output, descriptor};
use wasmer::runtime::wasi::{self, State};
use wasmer::runtime::*;

fn tests(under: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(under).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tests(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "wasm") {
            found.push(path);
        }
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &to);
        } else {
            std::fs::copy(&path, &to).unwrap();
            // The suite may lie where nothing can be written to.
            let mut permissions = std::fs::metadata(&to).unwrap().permissions();
            std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o644);
            std::fs::set_permissions(&to, permissions).unwrap();
        }
    }
}

/// What goes wrong in a test.
fn run(engine: &Engine, test: &Path, scratch: &Path) -> std::result::Result<(), String> {
    let text = std::fs::read_to_string(test.with_extension("json")).unwrap_or("{}".into());
    let about = Json::parse(&text);
    let mut config = wasi::Config::default();
    config.argument(test.file_name().unwrap().as_encoded_bytes()).unwrap();
    for argument in about.get("args").map_or(&[][..], Json::list) {
        config.argument(argument.text().as_bytes()).unwrap();
    }
    if let Some(Json::Map(variables)) = about.get("env") {
        for (name, value) in variables {
            config.variable(name.as_bytes(), value.text().as_bytes()).unwrap();
        }
    }
    let mut roots: Vec<(String, String)> = Vec::new();
    if let Some(root) = about.get("root") {
        roots.push((root.text().into(), "/".into()));
    }
    for root in about.get("dirs").map_or(&[][..], Json::list) {
        roots.push((root.text().into(), root.text().into()));
    }
    for (folder, name) in roots {
        let fresh = scratch.join(test.file_stem().unwrap()).join(&folder);
        let _ = std::fs::remove_dir_all(&fresh);
        std::fs::create_dir_all(&fresh).unwrap();
        let from = test.parent().unwrap().join(&folder);
        if from.is_dir() {
            copy(&from, &fresh);
        }
        config.directory(&fresh, &name, false).unwrap();
    }
    let (reader, _writer) = std::io::pipe().unwrap();
    config.input(Input::Descriptor(descriptor(reader.into_raw_fd(), true).unwrap())).unwrap();
    config.output(Output::Capture(1 << 20)).unwrap();
    config.error(Output::Capture(1 << 20)).unwrap();
    let state = State::new(&config).unwrap();

    let module = Module::new(engine, &std::fs::read(test).unwrap()).map_err(|e| e.to_string())?;
    let arena = Owned::new(engine);
    let imports = arena.wasi_imports(&state, &module).map_err(|e| e.to_string())?;
    let instance = arena.instantiate(&module, &imports, 0).map_err(|e| e.to_string())?;
    let code = arena.wasi_start(instance, 0);
    let said = |captured: &Option<std::sync::Arc<wasi::stream::Captured>>| {
        String::from_utf8_lossy(&captured.as_ref().unwrap().take()).into_owned()
    };
    let (output, error) = (said(&state.output), said(&state.error));
    let wanted = match about.get("exit_code") {
        Some(Json::Number(code)) => *code as u32,
        _ => 0,
    };
    match code {
        Err(problem) => Err(format!("{problem}\n{error}")),
        Ok(code) if code != wanted => Err(format!("exit code {code}, {wanted} wanted\n{error}")),
        Ok(_) => match about.get("stdout") {
            Some(wanted) if wanted.text() != output => {
                Err(format!("stdout {output:?}, {:?} wanted", wanted.text()))
            }
            _ => Ok(()),
        },
    }
}

#[test]
fn the_public_suite() {
    let _watchdog = watchdog("the public suite", 300);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/wasi-testsuite");
    let suite = std::env::var_os("WASI_TESTSUITE").map_or(beside, PathBuf::from);
    if !suite.is_dir() {
        println!("{} is not there: nothing was run", suite.display());
        return;
    }
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wasi-suite");
    let mut all = Vec::new();
    tests(&suite, &mut all);
    all.sort();
    assert!(!all.is_empty(), "no tests in {}", suite.display());
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let mut failed = 0;
        for test in &all {
            if let Err(problem) = run(&engine, test, &scratch) {
                failed += 1;
                println!("{compiler}: {} FAILED: {problem}", test.display());
            }
        }
        println!("{compiler}: {} of {} passed", all.len() - failed, all.len());
        assert_eq!(failed, 0);
    }
}
