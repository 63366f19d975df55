//! Where the addresses of a process are limited, what does not fit is an error and the process goes on.
#![cfg(target_os = "linux")]

mod common;
use common::*;
use std::fmt::Write;
use wasmer::runtime::*;

/// Runs a test in a process of its own that may have `megabytes` more addresses than it has. True in that
/// process.
fn limited(test: &str, megabytes: u64) -> bool {
    const NAME: &str = "LIMITED_TO";
    if std::env::var(NAME).is_ok_and(|wanted| wanted == megabytes.to_string()) {
        let status = std::fs::read_to_string("/proc/self/statm").unwrap();
        let pages: u64 = status.split(' ').next().unwrap().parse().unwrap();
        let most = pages * unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as u64 + (megabytes << 20);
        let limit = libc::rlimit { rlim_cur: most, rlim_max: most };
        assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_AS, &limit) }, 0);
        return true;
    }
    if std::env::var_os(NAME).is_none() {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        let ended = child
            .args(["--exact", test, "--nocapture", "--test-threads=1"])
            .env(NAME, megabytes.to_string())
            .output()
            .unwrap();
        let heard = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{megabytes} MB: {:?} {heard}", ended.status);
    }
    false
}

/// A module of about half a megabyte.
fn half_a_megabyte() -> String {
    let mut wat = String::from("(module");
    for number in 0..2_500 {
        let _ = write!(wat, r#"(func (export "{number}") (result i32) (i32.const {number})"#);
        for _ in 0..50 {
            wat += "(i32.add (i32.const 7))";
        }
        wat.push(')');
    }
    wat + ")"
}

#[test]
fn a_module_that_does_not_fit_is_an_error() {
    // Before there is a limit: from text it takes far more.
    let wasm =
        wasmer::runtime::source::wat2wasm(half_a_megabyte().as_bytes()).unwrap().into_owned();
    for megabytes in [10, 20, 30, 40, 45, 50, 55, 60, 80, 100, 150, 200, 1_000] {
        if !limited("a_module_that_does_not_fit_is_an_error", megabytes) {
            continue;
        }
        for compiler in COMPILERS {
            match Module::new(&engine(compiler), &wasm) {
                Ok(module) => assert_eq!(module.exports().len(), 2_500),
                Err(error) => {
                    // Or there was no room for a thread.
                    let known = [Status::OutOfMemory, Status::Resource];
                    assert!(known.contains(&error.status), "{error}");
                    assert!(megabytes < 1_000, "{error}");
                }
            }
            let small = Module::new(&engine(compiler), b"(module)");
            assert!(small.is_ok() || megabytes < 60);
        }
        return;
    }
}

#[test]
fn tables_that_do_not_fit_are_errors() {
    for (compiler, megabytes) in COMPILERS.into_iter().zip([90, 91]) {
        if !limited("tables_that_do_not_fit_are_errors", megabytes) {
            continue;
        }
        let mut config = Config::default();
        config.set_compiler(compiler).unwrap();
        config.set_quota(Quota::TableElements, 134_217_728).unwrap();
        let engine = Engine::new(config);
        let arena = Owned::new(&engine);
        let wat = r#"(module (table (export "t") 1 funcref)
            (func (export "grow") (param i32) (result i32)
              (table.grow (ref.null func) (local.get 0))))"#;
        let instance = arena.instantiate(&module(&engine, wat), &[], 0).unwrap();
        let get = |name: &str| arena.export_by_name(instance, name).unwrap().1;
        let large = module(&engine, "(module (table 50000000 50000000 externref))");
        let minus_one = u64::from(u32::MAX);
        for delta in [20_000_000, 100_000_000] {
            assert_eq!(call(&arena, get("grow"), &[delta]).unwrap(), [minus_one]);
            let error = arena.table_grow(get("t"), delta as u32, 0).unwrap_err();
            assert_eq!(error.status, Status::OutOfMemory, "{error}");
            assert!(error.message.contains("RLIMIT_AS"), "{error}");
        }
        // In steps, until there is no more.
        let mut grown = 0;
        while call(&arena, get("grow"), &[100_000]).unwrap() != [minus_one] {
            grown += 100_000;
        }
        assert!((500_000..10_000_000).contains(&grown), "{grown}");
        assert_eq!(arena.table_size(get("t")).unwrap(), grown + 1);
        let limits = Limits { minimum: 50_000_000, maximum: None };
        let made = arena.new_table(ValueKind::FuncRef, limits, 0).map(|_| ());
        for refused in [made, arena.instantiate(&large, &[], 0).map(|_| ())] {
            let error = refused.unwrap_err();
            assert_eq!(error.status, Status::OutOfMemory, "{error}");
            assert!(error.message.contains("400000000 bytes needed"), "{error}");
        }
    }
}
