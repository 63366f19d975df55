//! Arguments, variables, clocks, random bytes, waiting, the end, and what a hostile guest passes.

mod common;
#[path = "common/wasi.rs"]
mod guest;

use common::{COMPILERS, Owned, call, engine, host, module, slot, watchdog};
use guest::*;
use std::time::{Duration, Instant};
use wasmer::runtime::wasi::clock::Fixed;
use wasmer::runtime::wasi::{Config, Errno, State, Version, version_of};
use wasmer::runtime::{FuncType, Status, ValueKind};

/// A subscription to a clock, as preview 1 has it.
fn clock(userdata: u64, id: u32, timeout: u64, flags: u16) -> Vec<u8> {
    let mut bytes = vec![0; 48];
    bytes[..8].copy_from_slice(&userdata.to_le_bytes());
    bytes[16..20].copy_from_slice(&id.to_le_bytes());
    bytes[24..32].copy_from_slice(&timeout.to_le_bytes());
    bytes[40..42].copy_from_slice(&flags.to_le_bytes());
    bytes
}

fn descriptor(userdata: u64, write: bool, fd: u32) -> Vec<u8> {
    let mut bytes = vec![0; 48];
    bytes[..8].copy_from_slice(&userdata.to_le_bytes());
    bytes[8] = if write { 2 } else { 1 };
    bytes[16..20].copy_from_slice(&fd.to_le_bytes());
    bytes
}

/// Events as (userdata, errno, type).
fn poll(guest: &Guest, subscriptions: &[Vec<u8>]) -> Vec<(u64, u16, u8)> {
    guest.put(BUFFER, &subscriptions.concat());
    let count = subscriptions.len() as u64;
    ok(guest.call("poll_oneoff", &[BUFFER.into(), PATH.into(), count, OUT.into()]));
    (0..guest.u32(OUT))
        .map(|number| {
            let bytes = guest.get(PATH + number * 32, 32);
            let errno = u16::from_le_bytes(bytes[8..10].try_into().unwrap());
            (u64::from_le_bytes(bytes[..8].try_into().unwrap()), errno, bytes[10])
        })
        .collect()
}

#[test]
fn every_function_has_the_type_of_the_specification() {
    for version in [Version::Preview1, Version::Unstable] {
        let guest = Guest::of(&Config::default(), wasmer::runtime::Compiler::Cranelift, version);
        let all = functions(version);
        assert_eq!(all.len(), if version == Version::Preview1 { 46 } else { 45 });
        for (name, params) in all {
            let func = guest.arena.wasi_func(&guest.state, version, name).unwrap();
            let kinds: Vec<ValueKind> = params
                .chars()
                .filter(|c| *c != '-')
                .map(|c| if c == 'I' { ValueKind::I64 } else { ValueKind::I32 })
                .collect();
            let results: &[ValueKind] = if name == "proc_exit" { &[] } else { &[ValueKind::I32] };
            let found = guest.arena.signature(func).unwrap();
            assert_eq!(found.ty, FuncType::new(&kinds, results), "{name}");
        }
    }
    let guest = Guest::new(&Config::default());
    let none = guest.arena.wasi_func(&guest.state, Version::Unstable, "sock_accept").unwrap_err();
    assert_eq!(none.status, Status::NotFound);
    let none = guest.arena.wasi_func(&guest.state, Version::Preview1, "fd_frob").unwrap_err();
    assert!(none.message.contains("fd_frob"), "{none}");
}

#[test]
fn arguments_and_variables_are_bytes() {
    let mut config = Config::default();
    for argument in [&b"program"[..], b"", b"\xff\xfe", "\u{fc}".as_bytes()] {
        config.argument(argument).unwrap();
    }
    config.variable(b"A", b"1=2").unwrap();
    config.variable(b"B", b"").unwrap();
    config.variable(b"", b"no name").unwrap();
    assert_eq!(config.argument(b"a\0b").unwrap_err().status, Status::InvalidArgument);
    for (name, value) in [(&b"a=b"[..], &b"x"[..]), (b"=", b"x"), (b"a", b"\0"), (b"\0", b"x")] {
        assert_eq!(config.variable(name, value).unwrap_err().status, Status::InvalidArgument);
    }
    let guest = Guest::new(&config);
    for (sizes, get, count, bytes) in [
        ("args_sizes_get", "args_get", 4, &b"program\0\0\xff\xfe\0\xc3\xbc\0"[..]),
        ("environ_sizes_get", "environ_get", 3, b"A=1=2\0B=\0=no name\0"),
    ] {
        ok(guest.call(sizes, &[OUT.into(), u64::from(OUT) + 4]));
        assert_eq!((guest.u32(OUT), guest.u32(OUT + 4)), (count, bytes.len() as u32));
        ok(guest.call(get, &[IOVS.into(), BUFFER.into()]));
        assert_eq!(guest.get(BUFFER, bytes.len()), bytes);
        let starts: Vec<u32> = (0..count).map(|number| guest.u32(IOVS + number * 4)).collect();
        assert_eq!(starts[0], BUFFER);
        for start in &starts[1..] {
            assert_eq!(guest.get(start - 1, 1), [0]);
        }
        assert_eq!(guest.call(get, &[IOVS.into(), 0x3ffff]), Errno::Fault);
        assert_eq!(guest.call(get, &[0x3ffff, BUFFER.into()]), Errno::Fault);
    }
}

#[test]
fn clocks() {
    let guest = Guest::new(&Config::default());
    let now = |id: u64| {
        ok(guest.call("clock_time_get", &[id, 0, OUT.into()]));
        guest.u64(OUT)
    };
    let real = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    assert!(now(0).abs_diff(real.as_nanos() as u64) < 10_000_000_000);
    for id in 0..4 {
        ok(guest.call("clock_res_get", &[id, OUT.into()]));
        assert!((1..=1_000_000_000).contains(&guest.u64(OUT)));
        let first = now(id);
        assert!(now(id) >= first, "clock {id}");
    }
    assert!(now(2) > 0 && now(3) > 0);
    for name in ["clock_res_get", "clock_time_get"] {
        let arguments =
            if name == "clock_res_get" { vec![4, OUT.into()] } else { vec![4, 0, OUT.into()] };
        assert_eq!(guest.call(name, &arguments), Errno::Inval);
    }
    let before = Instant::now();
    assert_eq!(poll(&guest, &[clock(7, 1, 30_000_000, 0)]), [(7, 0, 0)]);
    assert!(before.elapsed() >= Duration::from_millis(30));
    // Absolute times, on both clocks; one that is over; the earliest of several.
    let soon = now(1) + 20_000_000;
    assert_eq!(
        poll(&guest, &[clock(1, 1, soon, 1), clock(2, 1, soon + (1 << 60), 1)]),
        [(1, 0, 0)]
    );
    assert!(now(1) >= soon);
    let soon = now(0) + 20_000_000;
    assert_eq!(poll(&guest, &[clock(1, 0, soon, 1)]), [(1, 0, 0)]);
    assert!(now(0) >= soon);
    assert_eq!(poll(&guest, &[clock(1, 0, 5, 1), clock(2, 1, u64::MAX, 0)]), [(1, 0, 0)]);
    let invalid = Errno::Inval as u16;
    assert_eq!(
        poll(&guest, &[clock(1, 2, 0, 0), clock(2, 9, 0, 0)]),
        [(1, invalid, 0), (2, invalid, 0)]
    );
    let none = guest.call("poll_oneoff", &[BUFFER.into(), PATH.into(), 0, OUT.into()]);
    assert_eq!(none, Errno::Inval);
    ok(guest.call("sched_yield", &[]));
}

#[test]
fn clocks_that_are_fixed() {
    let _watchdog = watchdog("fixed clocks", 60);
    let mut config = Config::default();
    config.clocks(Some(Fixed { realtime: 1_000_000_000_000, step: 10 }));
    let guest = Guest::new(&config);
    let now = |id: u64| {
        ok(guest.call("clock_time_get", &[id, 0, OUT.into()]));
        guest.u64(OUT)
    };
    assert_eq!([now(1), now(1), now(0), now(1)], [0, 10, 1_000_000_000_020, 30]);
    // An hour passes at once.
    let before = Instant::now();
    let hour = 3_600_000_000_000;
    assert_eq!(poll(&guest, &[clock(1, 1, hour, 0)]), [(1, 0, 0)]);
    assert_eq!(poll(&guest, &[clock(1, 0, hour, 0), clock(2, 1, 2 * hour, 0)]), [(1, 0, 0)]);
    assert!(before.elapsed() < Duration::from_secs(60));
    assert_eq!(now(1), 40 + 2 * hour);
}

#[test]
fn random_bytes() {
    let get = |config: &Config, count: u32| {
        let guest = Guest::new(config);
        ok(guest.call("random_get", &[BUFFER.into(), count.into()]));
        guest.get(BUFFER, count as usize)
    };
    let plain = Config::default();
    assert_ne!(get(&plain, 32), get(&plain, 32));
    let seeded = |seed: &[u8]| {
        let mut config = Config::default();
        config.seed(Some(seed));
        config
    };
    let (one, two) = (seeded(b"one"), seeded(b"two"));
    assert_eq!(get(&one, 10_000), get(&one, 10_000));
    assert_ne!(get(&one, 32), get(&two, 32));
    let guest = Guest::new(&plain);
    ok(guest.call("random_get", &[0, 0x40000]));
    assert_eq!(guest.call("random_get", &[1, 0x40000]), Errno::Fault);
    assert_eq!(guest.call("random_get", &[0, u32::MAX.into()]), Errno::Fault);
    ok(guest.call("random_get", &[0x40000, 0]));
}

#[test]
fn a_guest_ends_itself() {
    for compiler in COMPILERS {
        let guest = Guest::of(&Config::default(), compiler, Version::Preview1);
        for code in [0, 1, 125, 126, 255, 256, u32::MAX] {
            let exit = guest.func("proc_exit");
            let error = call(&guest.arena, exit, &[code.into()]).unwrap_err();
            assert_eq!(
                (error.status, error.exit_code, error.trap),
                (Status::Exit, Some(code), None)
            );
        }
        assert_eq!(guest.call("proc_raise", &[9]), Errno::Notsup);
        ok(guest.call("sched_yield", &[]));
    }
}

/// A command's `_start` runs `body`.
fn command(body: &str) -> String {
    format!(
        r#"(module
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (import "host" "nested" (func $nested))
            (memory (export "memory") 1)
            (func (export "exit") (param i32) local.get 0 call $exit)
            (func (export "_start") {body}))"#
    )
}

#[test]
fn commands_and_reactors() {
    for (body, wanted) in [
        ("", Ok(0)),
        ("i32.const 0 call $exit unreachable", Ok(0)),
        ("i32.const 300 call $exit unreachable", Ok(300)),
        ("unreachable", Err(Status::Trap)),
        // Through a host function that calls the guest, which exits.
        ("call $nested unreachable", Ok(5)),
    ] {
        let engine = engine(wasmer::runtime::Compiler::Cranelift);
        let arena = Owned::new(&engine);
        let state = State::new(&Config::default()).unwrap();
        let module = module(&engine, &command(body));
        let mut imports = arena.wasi_imports(&state, &module).unwrap();
        assert!(imports[0] != 0 && imports[1] == 0);
        imports[1] = host(&arena, &[], &[], |info, _| {
            let exit = info.arena.export_by_name(info.instance, "exit")?.1;
            let mut slots = [slot(5)];
            unsafe { info.arena.call(exit, slots.as_mut_ptr(), 1, 0) }
        });
        let instance = arena.instantiate(&module, &imports, 0).unwrap();
        let found = arena.wasi_start(instance, 0).map_err(|error| error.status);
        assert_eq!(found, wanted, "{body}");
        // No reactor: nothing to be done.
        arena.wasi_initialize(instance, 0).unwrap();
    }
    let engine = engine(wasmer::runtime::Compiler::Cranelift);
    let arena = Owned::new(&engine);
    let text = r#"(module (global $g (mut i32) (i32.const 0))
        (func (export "_initialize") i32.const 7 global.set $g)
        (func (export "get") (result i32) global.get $g))"#;
    let reactor = module(&engine, text);
    assert_eq!(version_of(&reactor), Version::None);
    let instance = arena.instantiate(&reactor, &[], 0).unwrap();
    arena.wasi_initialize(instance, 0).unwrap();
    let get = arena.export_by_name(instance, "get").unwrap().1;
    assert_eq!(call(&arena, get, &[]).unwrap(), [7]);
    assert_eq!(arena.wasi_start(instance, 0).unwrap_err().status, Status::NotFound);
}

#[test]
fn a_guest_without_memory() {
    let engine = engine(wasmer::runtime::Compiler::Cranelift);
    for memory in
        ["", "(memory 1)", r#"(memory (export "other") 1)"#, r#"(func (export "memory"))"#]
    {
        let arena = Owned::new(&engine);
        let state = State::new(&Config::default()).unwrap();
        let module = module(&engine, &text(Version::Preview1, memory));
        let imports = arena.wasi_imports(&state, &module).unwrap();
        let instance = arena.instantiate(&module, &imports, 0).unwrap();
        let func = |name| arena.export_by_name(instance, name).unwrap().1;
        let error = call(&arena, func("fd_write"), &[1, 0, 1, 0]).unwrap_err();
        assert_eq!(error.status, Status::Link);
        assert!(error.message.contains("memory"), "{error}");
        assert_eq!(call(&arena, func("fd_close"), &[9]).unwrap(), [Errno::Badf as u64]);
        assert_eq!(call(&arena, func("proc_exit"), &[3]).unwrap_err().exit_code, Some(3));
    }
    // It may be told.
    let arena = Owned::new(&engine);
    let state = State::new(&Config::default()).unwrap();
    let limits = wasmer::runtime::Limits { minimum: 1, maximum: None };
    let memory = arena.new_memory(limits, false).unwrap();
    let module = module(&engine, &text(Version::Preview1, ""));
    let imports = arena.wasi_imports(&state, &module).unwrap();
    let instance = arena.instantiate(&module, &imports, 0).unwrap();
    arena.wasi_set_memory(&state, memory).unwrap();
    let get = arena.export_by_name(instance, "clock_time_get").unwrap().1;
    assert_eq!(call(&arena, get, &[0, 0, 16]).unwrap(), [0]);
    assert_eq!(arena.wasi_set_memory(&state, instance).unwrap_err().status, Status::Handle);
}

#[test]
fn a_shared_memory_that_is_imported() {
    let engine = engine(wasmer::runtime::Compiler::Cranelift);
    let arena = Owned::new(&engine);
    let state = State::new(&Config::default()).unwrap();
    let memory = r#"(import "env" "memory" (memory 1 4 shared)) (export "memory" (memory 0))"#;
    let module = module(&engine, &text(Version::Preview1, memory));
    let mut imports = arena.wasi_imports(&state, &module).unwrap();
    let limits = wasmer::runtime::Limits { minimum: 1, maximum: Some(4) };
    let memory = arena.new_memory(limits, true).unwrap();
    let place = imports.iter().position(|handle| *handle == 0).unwrap();
    imports[place] = memory;
    let instance = arena.instantiate(&module, &imports, 0).unwrap();
    let get = arena.export_by_name(instance, "random_get").unwrap().1;
    assert_eq!(call(&arena, get, &[0, 65536]).unwrap(), [0]);
    assert_eq!(call(&arena, get, &[0, 65537]).unwrap(), [Errno::Fault as u64]);
    arena.memory_grow(memory, 1).unwrap();
    assert_eq!(call(&arena, get, &[0, 65537]).unwrap(), [0]);
}

/// Every function, with arguments that mean no good: an errno, an exit, and nothing else.
#[test]
fn hostile_arguments() {
    let _watchdog = watchdog("hostile arguments", 120);
    let mut config = Config::default();
    // Nobody waits.
    config.clocks(Some(Fixed { realtime: 0, step: 1 }));
    let root = scratch("hostile");
    config.directory(&root, "/", false).unwrap();
    for version in [Version::Preview1, Version::Unstable] {
        let guest = Guest::of(&config, wasmer::runtime::Compiler::Cranelift, version);
        let words = [
            0,
            1,
            2,
            3,
            4,
            0x100,
            0x3fff8,
            0x3ffff,
            0x40000,
            0x40001,
            0x7fff_ffff,
            0xffff_fff8,
            0xffff_ffff,
            1 << 32,
            1 << 63,
            u64::MAX,
        ];
        let mut rng = crate::common::Rng(0x1234_5678_9abc_def1);
        for (name, params) in functions(version) {
            let func = guest.func(name);
            let count = params.chars().filter(|c| *c != '-').count();
            for _ in 0..3000 {
                let arguments: Vec<u64> =
                    (0..count).map(|_| words[rng.below(words.len())]).collect();
                if let Err(error) = call(&guest.arena, func, &arguments) {
                    assert_eq!(error.status, Status::Exit, "{name} {arguments:x?}: {error}");
                }
            }
        }
    }
    let guest = Guest::new(&config);
    // Buffers that are too many, that lie outside, whose sum goes beyond 32 bits.
    let iov = |at: u32, size: u32| [at.to_le_bytes(), size.to_le_bytes()].concat();
    let write = |count: u64| guest.call("fd_write", &[1, IOVS.into(), count, OUT.into()]);
    for (at, size) in [(0x40000, 1), (0x3ffff, 2), (u32::MAX, 1), (1, u32::MAX), (0, 0x40001)] {
        guest.put(IOVS, &iov(at, size));
        assert_eq!(write(1), Errno::Fault, "{at:x} {size:x}");
    }
    assert_eq!(write(1025), Errno::Inval);
    assert_eq!(write(u32::MAX.into()), Errno::Inval);
    assert_eq!(guest.call("fd_write", &[1, 0x3fffc, 1, OUT.into()]), Errno::Fault);
    guest.put(IOVS, &iov(0, 4));
    assert_eq!(guest.call("fd_write", &[1, IOVS.into(), 1, 0x3fffd]), Errno::Fault);
    // Addresses need not be aligned.
    guest.put(IOVS + 1, &iov(BUFFER + 3, 5));
    assert_eq!(
        guest.call("fd_write", &[1, u64::from(IOVS) + 1, 1, u64::from(OUT) + 1]),
        Errno::Success
    );
    assert_eq!(guest.u32(OUT + 1), 5);
    let many = guest.call("poll_oneoff", &[0, 0, 5000, OUT.into()]);
    assert_eq!(many, Errno::Inval);
}

#[test]
fn waiting_for_descriptors_that_are_none_or_always_ready() {
    let guest = Guest::in_directory(&scratch("poll"));
    let file = guest.open("f", CREAT, READ | WRITE).unwrap();
    let badf = Errno::Badf as u16;
    let never = clock(9, 1, u64::MAX, 0);
    assert_eq!(
        poll(
            &guest,
            &[
                descriptor(1, false, 99),
                never.clone(),
                descriptor(2, true, file),
                descriptor(3, false, 0)
            ]
        ),
        [(1, badf, 1), (2, 0, 2), (3, 0, 1)]
    );
    assert_eq!(
        poll(&guest, &[descriptor(1, true, 1), descriptor(2, true, 2)]),
        [(1, 0, 2), (2, 0, 2)]
    );
}
