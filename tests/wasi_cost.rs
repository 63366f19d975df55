//! What a call of WASI costs a guest. Not a test: run it with
//! `cargo test --release --test wasi_cost -- --ignored --nocapture`.

mod common;
use common::*;
use std::time::Instant;
use wasmer::runtime::wasi::config::{Input, Output, descriptor};
use wasmer::runtime::wasi::{Config, State};
use wasmer::runtime::*;

#[test]
#[ignore = "measures"]
fn nanoseconds() {
    const ROUNDS: u64 = 1_000_000;
    let iov = "(i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 8))";
    for (name, ty, arguments) in [
        ("fd_prestat_get", "i32 i32", "i32.const 3 i32.const 16"),
        ("clock_time_get", "i32 i64 i32", "i32.const 1 i64.const 0 i32.const 16"),
        ("fd_write", "i32 i32 i32 i32", "i32.const 1 i32.const 0 i32.const 1 i32.const 16"),
        ("fd_read", "i32 i32 i32 i32", "i32.const 0 i32.const 0 i32.const 1 i32.const 16"),
        ("random_get", "i32 i32", "i32.const 64 i32.const 8"),
        ("sched_yield", "", ""),
    ] {
        let engine = engine(Compiler::Cranelift);
        let text = format!(
            r#"(module (import "wasi_snapshot_preview1" "{name}" (func $f (param {ty}) (result i32)))
            (memory (export "memory") 1)
            (func (export "run") (param i64) {iov}
                (loop $l {arguments} call $f drop
                    local.get 0 i64.const 1 i64.sub local.tee 0 i64.const 0 i64.ne br_if $l)))"#
        );
        let module = module(&engine, &text);
        for (kind, fd) in [("nothing behind it", None), ("/dev/null", Some("/dev/null"))] {
            let mut config = Config::default();
            config.directory(std::path::Path::new("/"), "/", true).unwrap();
            if let Some(path) = fd {
                use std::os::fd::IntoRawFd;
                let file = std::fs::File::options().read(true).write(true).open(path).unwrap();
                let fd = descriptor(file.into_raw_fd(), true).unwrap();
                config.input(Input::Descriptor(fd.clone())).unwrap();
                config.output(Output::Descriptor(fd)).unwrap();
            }
            let arena = Owned::new(&engine);
            let state = State::new(&config).unwrap();
            let imports = arena.wasi_imports(&state, &module).unwrap();
            let instance = arena.instantiate(&module, &imports, 0).unwrap();
            let run = arena.export_by_name(instance, "run").unwrap().1;
            let mut times: Vec<f64> = (0..5)
                .map(|_| {
                    let before = Instant::now();
                    call(&arena, run, &[ROUNDS]).unwrap();
                    before.elapsed().as_nanos() as f64 / ROUNDS as f64
                })
                .collect();
            times.sort_by(f64::total_cmp);
            println!("{name:16} {kind:18} {:7.1} ns", times[2]);
        }
    }
}
