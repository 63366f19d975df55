//! Memories that reserve few addresses: the same guests see the same, within less.

mod common;
use common::*;
use std::fmt::Write;
use wasmer::runtime::*;

const PAGE: u64 = 65_536;

fn reserving(compiler: Compiler, bytes: u64) -> Engine {
    let mut config = Config::default();
    config.set_compiler(compiler).unwrap();
    config.set_memory_reservation(bytes).unwrap();
    config.set_quota(Quota::Memories, 5_000).unwrap();
    Engine::new(config)
}

fn get(arena: &Arena, instance: Handle, name: &str) -> Handle {
    arena.export_by_name(instance, name).unwrap().1
}

/// Each way to access memory, with a constant part of the address. Gives what the host is to call, and how
/// many bytes each touches.
fn accesses(memory: &str, vectors: bool) -> (String, Vec<(String, u64)>) {
    const OFFSETS: [u32; 9] =
        [0, 1, 7, 65_535, 65_536, 65_537, 0x7fff_ffff, 0xffff_0000, 0xffff_ffff];
    let (mut wat, mut names) = (format!("(module {memory}\n"), Vec::new());
    let mut add = |name: String, size: u64, body: String| {
        let _ = writeln!(wat, r#"(func (export "{name}") (param i32) {body})"#);
        names.push((name, size));
    };
    for offset in OFFSETS {
        for (kind, name, size) in [
            ("i32", "load8_u", 1),
            ("i32", "load16_s", 2),
            ("i32", "load", 4),
            ("i64", "load32_u", 4),
            ("i64", "load", 8),
            ("f32", "load", 4),
            ("f64", "load", 8),
        ] {
            let body = format!("(drop ({kind}.{name} offset={offset} (local.get 0)))");
            add(format!("{kind}.{name} {offset}"), size, body);
        }
        for (kind, name, size) in [
            ("i32", "store8", 1),
            ("i64", "store16", 2),
            ("i32", "store", 4),
            ("i64", "store", 8),
            ("f64", "store", 8),
        ] {
            let body = format!("({kind}.{name} offset={offset} (local.get 0) ({kind}.const 1))");
            add(format!("{kind}.{name} {offset}"), size, body);
        }
        if vectors {
            let body = format!("(drop (v128.load offset={offset} (local.get 0)))");
            add(format!("v128.load {offset}"), 16, body);
        }
    }
    for (name, size, body) in [
        ("fill", 9, "(memory.fill (local.get 0) (i32.const 1) (i32.const 9))"),
        ("copy to", 9, "(memory.copy (local.get 0) (i32.const 0) (i32.const 9))"),
        ("copy from", 9, "(memory.copy (i32.const 0) (local.get 0) (i32.const 9))"),
        ("init", 9, "(memory.init $d (local.get 0) (i32.const 0) (i32.const 9))"),
        ("atomic", 4, "(drop (i32.atomic.rmw.add (local.get 0) (i32.const 1)))"),
        ("wide atomic", 8, "(drop (i64.atomic.rmw.xchg (local.get 0) (i64.const 1)))"),
    ] {
        add(name.into(), size, body.into());
    }
    wat += r#"(func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
        (data $d "123456789"))"#;
    (wat, names)
}

/// Every access near the end of the memory and at the ends of what an address can be, before and after growing.
#[test]
fn each_access_is_right_up_to_the_last_byte_and_traps_behind_it() {
    for compiler in COMPILERS {
        let engine = reserving(compiler, 8 * PAGE);
        let (wat, names) = accesses(r#"(memory (export "m") 1)"#, compiler == Compiler::Cranelift);
        let (imported, _) =
            accesses(r#"(import "" "m" (memory 1))"#, compiler == Compiler::Cranelift);
        let arena = Owned::new(&engine);
        let module_of = |wat: &str| {
            let module = module(&engine, wat);
            assert_eq!(module.compiler(), compiler);
            module
        };
        let owner = arena.instantiate(&module_of(&wat), &[], 0).unwrap();
        let memory = get(&arena, owner, "m");
        let other = arena.instantiate(&module_of(&imported), &[memory], 0).unwrap();
        let mut size = PAGE;
        for grow in [0, 1, 6] {
            let grown = call(&arena, get(&arena, owner, "grow"), &[grow]).unwrap();
            assert_eq!(grown, [size / PAGE]);
            size += grow * PAGE;
            for (name, width) in &names {
                let offset: u64 =
                    name.split(' ').next_back().and_then(|word| word.parse().ok()).unwrap_or(0);
                let ends = [size, 1 << 31, 1 << 32, (1 << 32) + size];
                let near = ends.iter().flat_map(|&end| {
                    (0..20).map(move |back| (end + 2).wrapping_sub(back + offset))
                });
                for address in near.chain([0]).filter(|&address| address < 1 << 32) {
                    let inside = address + offset + width <= size;
                    let aligned = !name.contains("atomic") || address % width == 0;
                    for instance in [owner, other] {
                        let found = call(&arena, get(&arena, instance, name), &[address]);
                        let what = format!("{compiler} {name} at {address} of {size}: {found:?}");
                        match found {
                            Ok(_) => assert!(inside && aligned, "{what}"),
                            Err(error) => {
                                assert!(!inside || !aligned, "{what}");
                                let out = error.trap == Some(TrapKind::MemoryOutOfBounds);
                                assert!(out || !aligned, "{what}");
                            }
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn a_memory_grows_in_place_and_not_beyond_what_it_reserved() {
    for compiler in COMPILERS {
        let engine = reserving(compiler, 3 * PAGE - 5);
        let arena = Owned::new(&engine);
        let wat = r#"(module (memory (export "m") 1) (memory $large (export "large") 5)
            (memory (export "bounded") 1 2)
            (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))"#;
        let instance = arena.instantiate(&module(&engine, wat), &[], 0).unwrap();
        let made = |minimum, maximum| {
            arena.new_memory(Limits { minimum, maximum }, maximum.is_some()).unwrap()
        };
        for (memory, from, most) in [
            (get(&arena, instance, "m"), 1, 3),
            (get(&arena, instance, "large"), 5, 5),
            (get(&arena, instance, "bounded"), 1, 2),
            (made(0, None), 0, 3),
            (made(1, Some(100)), 1, 3),
        ] {
            let (base, len) = arena.memory_data(memory).unwrap();
            assert_eq!(len as u64, u64::from(from) * PAGE);
            for size in from..most {
                assert_eq!(arena.memory_grow(memory, 1).unwrap(), size);
                let end = u64::from(size + 1) * PAGE;
                arena.memory_write(memory, end - 4, &[1, 2, 3, 4]).unwrap();
                assert!(arena.memory_write(memory, end - 3, &[1, 2, 3, 4]).is_err());
                assert_eq!(arena.memory_data(memory).unwrap(), (base, end as usize));
            }
            assert_eq!(arena.memory_grow(memory, 0).unwrap(), most);
            for delta in [1, 2, 65_536, u32::MAX] {
                let error = arena.memory_grow(memory, delta).unwrap_err();
                assert_eq!(error.status, Status::Limit, "{error}");
            }
            assert_eq!(arena.memory_size(memory).unwrap(), most);
        }
        let error = arena.memory_grow(get(&arena, instance, "m"), 1).unwrap_err();
        assert!(error.message.contains("addresses for 3 pages are reserved"), "{error}");
        let grown = call(&arena, get(&arena, instance, "grow"), &[1]).unwrap();
        assert_eq!(grown, [u64::from(u32::MAX)]);
    }
}

/// What checked and unchecked code may be linked to, and what a serialized module keeps.
#[test]
fn unchecked_code_does_not_get_a_memory_with_a_reservation() {
    for compiler in COMPILERS {
        let (plain, few) = (engine(compiler), reserving(compiler, 2 * PAGE));
        let giving = r#"(module (memory (export "m") 1))"#;
        let taking = r#"(module (import "a" "m" (memory 1))
            (func (export "f") (param i32) (result i32) (i32.load (local.get 0))))"#;
        let kept =
            |module: &Module| Module::deserialize(&plain, &module.serialize().unwrap()).unwrap();
        let [giving_few, taking_few] = [giving, taking].map(|wat| kept(&module(&few, wat)));
        let [giving_plain, taking_plain] = [giving, taking].map(|wat| module(&plain, wat));
        for engine in [&plain, &few] {
            let arena = Owned::new(engine);
            let from =
                |module: &Module| get(&arena, arena.instantiate(module, &[], 0).unwrap(), "m");
            let own = arena.new_memory(Limits { minimum: 1, maximum: None }, false).unwrap();
            let reserved = std::ptr::eq(engine, &few);
            for (memory, unchecked) in
                [(from(&giving_few), false), (from(&giving_plain), true), (own, !reserved)]
            {
                let instance = arena.instantiate(&taking_few, &[memory], 0).unwrap();
                let f = get(&arena, instance, "f");
                assert_eq!(call(&arena, f, &[PAGE - 4]).unwrap(), [0]);
                for address in [PAGE - 3, PAGE, 3 * PAGE, u32::MAX.into()] {
                    let trap = call(&arena, f, &[address]).unwrap_err().trap;
                    assert_eq!(trap, Some(TrapKind::MemoryOutOfBounds));
                }
                match arena.instantiate(&taking_plain, &[memory], 0) {
                    Ok(instance) => {
                        assert!(unchecked);
                        let f = get(&arena, instance, "f");
                        assert!(call(&arena, f, &[u32::MAX.into()]).is_err());
                    }
                    Err(error) => {
                        assert!(!unchecked, "{error}");
                        assert_eq!(error.status, Status::Link);
                        let named = error.message.starts_with(r#"import "a"."m": "#);
                        assert!(named && error.message.contains("memory reservation"), "{error}");
                    }
                }
            }
        }
    }
}

/// Singlepass' check passes everything where a memory is smaller than the access.
#[test]
fn a_memory_without_a_page_is_never_accessed() {
    for compiler in COMPILERS {
        let engine = reserving(compiler, PAGE);
        for memory in ["(memory 0)", r#"(import "" "m" (memory 0))"#] {
            let (wat, names) = accesses(memory, false);
            let module = module(&engine, &wat);
            assert_eq!(module.compiler(), Compiler::Cranelift);
            let arena = Owned::new(&engine);
            let imports: Vec<_> = module
                .imports()
                .iter()
                .map(|_| arena.new_memory(Limits { minimum: 0, maximum: None }, false).unwrap())
                .collect();
            let instance = arena.instantiate(&module, &imports, 0).unwrap();
            for (name, _) in &names {
                for address in [0, 8, PAGE, 1 << 31, u32::MAX.into()] {
                    let found = call(&arena, get(&arena, instance, name), &[address]);
                    assert!(found.is_err(), "{name} at {address}");
                }
            }
        }
    }
}

#[test]
fn threads_wait_in_a_shared_memory_with_a_reservation() {
    for compiler in COMPILERS {
        let engine = reserving(compiler, 4 * PAGE);
        let arena = Owned::new(&engine);
        let wat = r#"(module (memory (export "m") 1 9 shared)
            (func (export "wait") (param i32 i32) (result i32)
              (memory.atomic.wait32 (local.get 0) (local.get 1) (i64.const 1000000)))
            (func (export "notify") (param i32) (result i32)
              (memory.atomic.notify (local.get 0) (i32.const 9))))"#;
        let instance = arena.instantiate(&module(&engine, wat), &[], 0).unwrap();
        let wait = get(&arena, instance, "wait");
        assert_eq!(call(&arena, wait, &[8, 1]).unwrap(), [1]);
        assert_eq!(call(&arena, wait, &[8, 0]).unwrap(), [2]);
        assert!(call(&arena, wait, &[PAGE, 0]).is_err());
        assert_eq!(call(&arena, get(&arena, instance, "notify"), &[8]).unwrap(), [0]);
        assert_eq!(arena.memory_grow(get(&arena, instance, "m"), 3).unwrap(), 1);
        assert_eq!(call(&arena, wait, &[PAGE, 0]).unwrap(), [2]);
    }
}

#[test]
fn what_a_reservation_can_be() {
    let mut config = Config::default();
    for bytes in [0, 1, PAGE, 1 << 32] {
        config.set_memory_reservation(bytes).unwrap();
    }
    for bytes in [(1 << 32) + 1, u64::MAX] {
        let error = config.set_memory_reservation(bytes).unwrap_err();
        assert_eq!(error.status, Status::InvalidArgument);
        assert!(error.message.contains(&bytes.to_string()), "{error}");
    }
}

/// Runs this test in a process of its own whose addresses are limited.
#[test]
#[cfg(target_os = "linux")]
fn within_little_address_space() {
    const LIMIT: u64 = 1_500_000_000;
    if std::env::var_os("LITTLE_SPACE").is_none() {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        let ended = child
            .args(["--exact", "within_little_address_space", "--nocapture", "--test-threads=1"])
            .env("LITTLE_SPACE", "1")
            .output()
            .unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        return;
    }
    let limit = libc::rlimit { rlim_cur: LIMIT, rlim_max: LIMIT };
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_AS, &limit) }, 0);
    for compiler in COMPILERS {
        // The table is one that is compiled as if it could grow, here too.
        let wat = r#"(module (memory (export "m") 1 1) (table (export "t") 3 3 funcref))"#;
        let plain = engine(compiler);
        let arena = Owned::new(&plain);
        let instantiated = arena.instantiate(&module(&plain, wat), &[], 0).map(|_| ());
        let made = arena.new_memory(Limits { minimum: 1, maximum: None }, false).map(|_| ());
        for refused in [instantiated, made] {
            let error = refused.unwrap_err();
            assert_eq!(error.status, Status::OutOfMemory, "{error}");
            for part in [
                "8590000128 bytes",
                "1500000000 bytes of addresses (RLIMIT_AS)",
                "memory reservation",
            ] {
                assert!(error.message.contains(part), "{error}");
            }
        }
        let few = reserving(compiler, 10 * PAGE);
        let arena = Owned::new(&few);
        let module = module(&few, wat);
        for _ in 0..2_000 {
            let instance = arena.instantiate(&module, &[], 0).unwrap();
            arena.memory_write(get(&arena, instance, "m"), PAGE - 1, &[1]).unwrap();
        }
    }
}
