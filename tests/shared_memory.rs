//! One memory in many arenas, whose guests run at the same time.

mod common;
use common::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::thread;
use std::time::Duration;
use wasmer::runtime::*;

const GUEST: &str = r#"(module
    (import "env" "memory" (memory $m 1 100 shared))
    (func (export "add") (param i32 i32) (loop $l
        (drop (i32.atomic.rmw.add (local.get 0) (i32.const 1)))
        (br_if $l (local.tee 1 (i32.sub (local.get 1) (i32.const 1))))))
    (func (export "wait") (param i32 i32 i64) (result i32)
        (memory.atomic.wait32 (local.get 0) (local.get 1) (local.get 2)))
    (func (export "announce") (param i32 i32 i64) (result i32)
        (i32.atomic.store (i32.const 128) (i32.const 1))
        (memory.atomic.wait32 (local.get 0) (local.get 1) (local.get 2)))
    (func (export "wait64") (param i32 i64 i64) (result i32)
        (memory.atomic.wait64 (local.get 0) (local.get 1) (local.get 2)))
    (func (export "notify") (param i32 i32) (result i32)
        (memory.atomic.notify (local.get 0) (local.get 1)))
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
    (func (export "size") (result i32) (memory.size))
    (func (export "load") (param i32) (result i32) (i32.atomic.load (local.get 0)))
    (func (export "store") (param i32 i32) (i32.atomic.store (local.get 0) (local.get 1)))
    (func (export "fill") (param i32 i32) (memory.fill (local.get 0) (i32.const 1) (local.get 1))))"#;

const OWNER: &str = r#"(module
    (memory (export "memory") 1 100 shared)
    (data (i32.const 8) "\2a")
    (func (export "size") (result i32) (memory.size))
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
    (func (export "load") (param i32) (result i32) (i32.load (local.get 0))))"#;

/// An instance over a shared memory, in an arena of its own.
struct Guest {
    arena: Owned,
    instance: Handle,
}

impl Guest {
    fn of(engine: &Engine, module: &Module, memory: &SharedMemory) -> Self {
        let arena = Owned::new(engine);
        let handle = arena.add_shared_memory(memory).unwrap();
        let instance = arena.instantiate(module, &[handle], 0).unwrap();
        Self { arena, instance }
    }

    fn func(&self, name: &str) -> Handle {
        self.arena.export_by_name(self.instance, name).unwrap().1
    }

    fn try_call(&self, name: &str, arguments: &[u64]) -> Result<u32> {
        let results = call(&self.arena, self.func(name), arguments)?;
        Ok(results.first().map_or(0, |&word| word as u32))
    }

    fn call(&self, name: &str, arguments: &[u64]) -> u32 {
        self.try_call(name, arguments).unwrap()
    }
}

fn limits(minimum: u32, maximum: u32) -> Limits {
    Limits { minimum, maximum: Some(maximum) }
}

fn guests(compilers: &[Compiler]) -> (SharedMemory, Vec<Guest>) {
    let memory = SharedMemory::new(&engine(compilers[0]), limits(1, 100)).unwrap();
    let of = |&compiler: &Compiler| {
        let engine = engine(compiler);
        Guest::of(&engine, &module(&engine, GUEST), &memory)
    };
    let guests = compilers.iter().map(of).collect();
    (memory, guests)
}

fn word(memory: &SharedMemory, address: u64) -> u32 {
    let mut bytes = [0; 4];
    memory.read(address, &mut bytes).unwrap();
    u32::from_le_bytes(bytes)
}

/// Notifies until so many were.
fn notify_all(memory: &SharedMemory, address: u64, mut count: u32) {
    while count > 0 {
        count -= memory.notify(address, count).unwrap();
        thread::yield_now();
    }
}

#[test]
fn guests_of_both_compilers_run_at_once_and_lose_nothing() {
    let _watchdog = watchdog("shared memory: adding", 120);
    let compilers = [COMPILERS[0], COMPILERS[1], COMPILERS[0], COMPILERS[1]];
    let (memory, guests) = guests(&compilers);
    thread::scope(|scope| {
        for guest in &guests {
            scope.spawn(|| guest.call("add", &[16, 200_000]));
        }
    });
    assert_eq!(word(&memory, 16), 800_000);
}

#[test]
fn waits_end_when_another_arena_notifies() {
    let _watchdog = watchdog("shared memory: waiting", 120);
    for compiler in COMPILERS {
        let (memory, guests) = guests(&[compiler, compiler, compiler]);
        let [one, two, three] = &guests[..] else { unreachable!() };
        let forever = u64::MAX;
        assert_eq!(one.call("wait", &[0, 1, forever]), 1, "the word is 0");
        assert_eq!(one.call("wait64", &[0, 1, forever]), 1, "the word is 0");
        assert_eq!(one.call("wait", &[0, 0, 0]), 2);
        assert_eq!(one.call("wait64", &[0, 0, 1_000_000]), 2);
        assert_eq!(three.call("notify", &[0, 1]), 0);
        thread::scope(|scope| {
            let waits = [
                scope.spawn(|| one.call("wait", &[32, 0, forever])),
                scope.spawn(|| two.call("wait64", &[32, 0, forever])),
            ];
            let mut notified = 0;
            while notified < 2 {
                notified += three.call("notify", &[32, 1]);
            }
            assert_eq!(waits.map(|wait| wait.join().unwrap()), [0, 0]);
            // Of the host's, too, and of no other word's.
            let wait = scope.spawn(|| one.call("wait", &[64, 0, forever]));
            assert_eq!(memory.notify(68, 1).unwrap(), 0);
            notify_all(&memory, 64, 1);
            assert_eq!(wait.join().unwrap(), 0);
        });
        for (address, arguments) in [(2, [2, 0, 0]), (6_553_600, [6_553_600, 0, 0])] {
            let error = one.try_call("wait", &arguments).unwrap_err();
            assert_eq!(error.status, Status::Trap, "wait at {address}: {error}");
        }
        let error = memory.notify(2, 1).unwrap_err();
        assert_eq!(error.status, Status::InvalidArgument, "{error}");
        assert_eq!(memory.notify(65_536, 1).unwrap_err().status, Status::OutOfBounds);
    }
}

#[test]
fn an_interrupt_ends_the_wait_of_its_own_call_only() {
    let _watchdog = watchdog("shared memory: interrupts", 120);
    for compiler in COMPILERS {
        let (memory, guests) = guests(&[compiler; 8]);
        let ended = AtomicU32::new(0);
        let interrupts: Vec<_> = guests.iter().map(|_| Interrupt::new().unwrap()).collect();
        thread::scope(|scope| {
            let waits: Vec<_> = guests
                .iter()
                .zip(&interrupts)
                .map(|(guest, interrupt)| {
                    let ended = &ended;
                    scope.spawn(move || {
                        guest.arena.set_interrupt(Some(interrupt.clone())).unwrap();
                        let outcome = guest.try_call("wait", &[0, 0, u64::MAX]);
                        ended.fetch_add(1, SeqCst);
                        outcome
                    })
                })
                .collect();
            let mut waits = waits.into_iter();
            for (number, interrupt) in interrupts[..3].iter().enumerate() {
                interrupt.fire().unwrap();
                let error = waits.next().unwrap().join().unwrap().unwrap_err();
                assert_eq!(error.status, Status::Interrupted, "{error}");
                assert_eq!(error.trap, Some(TrapKind::Interrupted));
                assert_eq!(ended.load(SeqCst), number as u32 + 1);
            }
            // Those that were not interrupted wait on, and each is notified once.
            notify_all(&memory, 0, 5);
            for wait in waits {
                assert_eq!(wait.join().unwrap().unwrap(), 0);
            }
        });
        assert_eq!(memory.notify(0, u32::MAX).unwrap(), 0, "nobody is left behind");
        // They can be called again.
        interrupts[0].reset();
        assert_eq!(guests[0].call("wait", &[0, 0, 1]), 2);
    }
}

#[test]
fn a_deadline_ends_eight_threads_that_wait_or_compute() {
    let _watchdog = watchdog("shared memory: deadline", 120);
    let (_memory, guests) = guests(&[Compiler::Cranelift; 8]);
    let interrupt = Interrupt::new().unwrap();
    interrupt.fire_after(Some(Duration::from_millis(100))).unwrap();
    thread::scope(|scope| {
        for (number, guest) in guests.iter().enumerate() {
            guest.arena.set_interrupt(Some(interrupt.clone())).unwrap();
            scope.spawn(move || {
                let error = match number % 2 {
                    0 => guest.try_call("wait", &[0, 0, u64::MAX]),
                    // From 0 down: for ever, or so.
                    _ => guest.try_call("add", &[8, 0]),
                };
                assert_eq!(error.unwrap_err().status, Status::Interrupted);
            });
        }
    });
}

#[test]
fn growth_is_seen_by_all() {
    for compiler in COMPILERS {
        let (memory, guests) = guests(&[compiler, compiler]);
        let [one, two] = &guests[..] else { unreachable!() };
        assert_eq!(two.try_call("load", &[65_536]).unwrap_err().status, Status::Trap);
        assert_eq!(one.call("grow", &[2]), 1);
        assert_eq!((two.call("size", &[]), memory.size()), (3, 3));
        two.call("store", &[65_536, 7]);
        assert_eq!(one.call("load", &[65_536]), 7);
        assert_eq!(word(&memory, 65_536), 7);
        two.call("fill", &[131_072, 65_536]);
        assert_eq!(memory.grow(1).unwrap(), 3);
        assert_eq!(two.call("load", &[131_072 + 65_536]), 0);
        assert_eq!(two.call("grow", &[97]), u32::MAX, "101 pages");
        let error = memory.grow(97).unwrap_err();
        assert_eq!(error.status, Status::Limit);
        assert!(error.message.contains("cannot grow by 97 pages from 4, 100 allowed"), "{error}");
        assert_eq!(memory.write(4 * 65_536 - 1, &[1, 2]).unwrap_err().status, Status::OutOfBounds);
    }
}

#[test]
fn many_grow_at_once_and_each_page_is_given_once() {
    let _watchdog = watchdog("shared memory: growing", 120);
    let (memory, guests) = guests(&[COMPILERS[0], COMPILERS[1], COMPILERS[0], COMPILERS[1]]);
    thread::scope(|scope| {
        let grown: Vec<_> = guests
            .iter()
            .map(|guest| {
                scope.spawn(|| {
                    let mut mine = Vec::new();
                    loop {
                        match guest.call("grow", &[1]) {
                            u32::MAX => return mine,
                            page => {
                                guest.call("store", &[u64::from(page) * 65_536 + 65_532, 1]);
                                mine.push(page);
                            }
                        }
                    }
                })
            })
            .collect();
        let mut pages: Vec<u32> = grown.into_iter().flat_map(|g| g.join().unwrap()).collect();
        pages.sort_unstable();
        assert_eq!(pages, (1..100).collect::<Vec<_>>());
    });
    assert_eq!(memory.size(), 100);
}

#[test]
fn a_memory_that_a_module_declares_goes_to_other_arenas_and_outlives_its_own() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let (arena, module_) = (Owned::new(&engine), module(&engine, OWNER));
        let owner = arena.instantiate(&module_, &[], 0).unwrap();
        let exported = arena.export_by_name(owner, "memory").unwrap().1;
        let memory = arena.shared_memory(exported).unwrap();
        assert_eq!(arena.add_shared_memory(&memory).unwrap(), exported, "it is one memory");
        let guest = Guest::of(&engine, &module(&engine, GUEST), &memory);
        let of_owner = |name: &str, arguments: &[u64]| {
            let func = arena.export_by_name(owner, name).unwrap().1;
            call(&arena, func, arguments).unwrap()[0] as u32
        };
        assert_eq!(guest.call("load", &[8]), 42);
        assert_eq!(guest.call("grow", &[1]), 1);
        assert_eq!(of_owner("size", &[]), 2);
        guest.call("store", &[65_536, 5]);
        assert_eq!(of_owner("load", &[65_536]), 5);
        assert_eq!(of_owner("grow", &[1]), 2);
        assert_eq!(guest.call("size", &[]), 3);
        let size = arena.memory_view(exported).unwrap();
        drop(arena);
        let _ = size;
        assert_eq!(
            guest.call("grow", &[1]),
            3,
            "the place in the instance is not written any more"
        );
        assert_eq!(guest.call("load", &[8]), 42);
        drop(guest);
        assert_eq!((word(&memory, 8), memory.size()), (42, 4));
    }
}

#[test]
fn pages_count_in_each_arena_and_are_given_back() {
    let (memory, guests) = guests(&[Compiler::Cranelift, Compiler::Cranelift]);
    let [one, two] = &guests[..] else { unreachable!() };
    two.arena.set_quota(Quota::MemoryPages, 10).unwrap();
    assert_eq!(one.call("grow", &[9]), 1);
    assert_eq!(one.call("grow", &[1]), u32::MAX, "the other arena has no room");
    let error = memory.grow(1).unwrap_err();
    assert!(error.message.contains("limit: 1 more pages asked for, 10 in use, 10"), "{error}");
    // What was refused by one is not counted by the other.
    one.arena.set_quota(Quota::MemoryPages, 11).unwrap();
    assert_eq!(one.arena.new_memory(limits(2, 2), false).unwrap_err().status, Status::Limit);
    one.arena.new_memory(limits(1, 1), false).unwrap();
    let engine = engine(Compiler::Cranelift);
    let small = Owned::new(&engine);
    small.set_quota(Quota::MemoryPages, 9).unwrap();
    let error = small.add_shared_memory(&memory).unwrap_err();
    assert_eq!(error.status, Status::Limit, "{error}");
    small.set_quota(Quota::MemoryPages, 10).unwrap();
    small.set_quota(Quota::Memories, 1).unwrap();
    for _ in 0..20 {
        let handle = small.add_shared_memory(&memory).unwrap();
        assert_eq!(small.add_shared_memory(&memory).unwrap(), handle);
        assert!(small.new_memory(limits(0, 1), false).is_err());
        small.release(handle).unwrap();
        small.release(handle).unwrap();
        small.collect().unwrap();
        let other = small.new_memory(limits(10, 10), false).unwrap();
        small.release(other).unwrap();
        small.collect().unwrap();
    }
    let mut config = Config::default();
    config.set_quota(Quota::MemoryPages, 5).unwrap();
    let bounded = Engine::new(config);
    assert_eq!(SharedMemory::new(&bounded, limits(6, 9)).unwrap_err().status, Status::Limit);
    let bounded = SharedMemory::new(&bounded, limits(4, 9)).unwrap();
    assert_eq!(bounded.grow(2).unwrap_err().status, Status::Limit);
    assert_eq!(bounded.grow(1).unwrap(), 4);
}

#[test]
fn what_does_not_fit_is_an_error() {
    let engine = engine(Compiler::Cranelift);
    let unbounded = Limits { minimum: 1, maximum: None };
    let error = SharedMemory::new(&engine, unbounded).unwrap_err();
    assert_eq!(error.message, "memory: a shared memory needs a maximum");
    for wrong in [limits(2, 1), limits(1, 65_537)] {
        let error = SharedMemory::new(&engine, wrong).unwrap_err();
        assert_eq!(error.status, Status::InvalidArgument, "{error}");
    }
    let arena = Owned::new(&engine);
    let plain = arena.new_memory(limits(1, 2), false).unwrap();
    assert_eq!(arena.shared_memory(plain).unwrap_err().status, Status::Type);
    let module = module(&engine, GUEST);
    assert_eq!(arena.instantiate(&module, &[plain], 0).unwrap_err().status, Status::Link);
    let larger = SharedMemory::new(&engine, limits(1, 101)).unwrap();
    let larger = arena.add_shared_memory(&larger).unwrap();
    assert_eq!(arena.instantiate(&module, &[larger], 0).unwrap_err().status, Status::Link);
    // A memory without room for code that makes no checks.
    let mut config = Config::default();
    config.set_memory_reservation(1 << 20).unwrap();
    let small = Engine::new(config);
    let reserved = SharedMemory::new(&small, limits(1, 100)).unwrap();
    let handle = arena.add_shared_memory(&reserved).unwrap();
    let error = arena.instantiate(&module, &[handle], 0).unwrap_err();
    assert!(error.message.contains("memory reservation"), "{error}");
    let guest = Guest::of(&small, &common::module(&small, GUEST), &reserved);
    assert_eq!(guest.call("grow", &[15]), 1);
    assert_eq!(guest.call("grow", &[1]), u32::MAX, "a mebibyte is reserved");
    assert_eq!(guest.try_call("load", &[1 << 20]).unwrap_err().status, Status::Trap);
}

#[test]
fn arenas_come_and_go_while_others_use_the_memory() {
    let _watchdog = watchdog("shared memory: coming and going", 240);
    let engine = engine(Compiler::Cranelift);
    let (module, owner) = (module(&engine, GUEST), module(&engine, OWNER));
    let arena = Owned::new(&engine);
    let instance = arena.instantiate(&owner, &[], 0).unwrap();
    let exported = arena.export_by_name(instance, "memory").unwrap().1;
    let memory = arena.shared_memory(exported).unwrap();
    let done = Arc::new(AtomicBool::new(false));
    thread::scope(|scope| {
        for number in 0..3u64 {
            let (engine, module, memory, done) = (&engine, &module, memory.clone(), done.clone());
            scope.spawn(move || {
                // Once at least: the others may have been faster.
                loop {
                    let guest = Guest::of(engine, module, &memory);
                    guest.call("grow", &[u64::from(number == 0)]);
                    guest.call("add", &[16, 100]);
                    guest.call("wait", &[64, 0, 1000]);
                    guest.call("notify", &[64, 1]);
                    if done.load(SeqCst) {
                        break;
                    }
                }
            });
        }
        for _ in 0..300 {
            // Closed while something of it is written by those who grow.
            let arena = Owned::new(&engine);
            let handle = arena.add_shared_memory(&memory).unwrap();
            arena.instantiate(&module, &[handle], 0).unwrap();
        }
        drop(arena);
        done.store(true, SeqCst);
    });
    assert!(word(&memory, 16) > 0);
}

#[test]
fn a_closed_arena_is_freed_when_what_waits_in_it_has_ended() {
    let _watchdog = watchdog("shared memory: closing", 120);
    let (memory, guests) = guests(&[Compiler::Cranelift]);
    let guest = &guests[0];
    thread::scope(|scope| {
        let wait = scope.spawn(|| guest.call("announce", &[0, 0, u64::MAX]));
        while word(&memory, 128) == 0 {
            thread::yield_now();
        }
        guest.arena.close();
        notify_all(&memory, 0, 1);
        assert_eq!(wait.join().unwrap(), 0);
    });
    assert_eq!(guest.arena.memory_size(1).unwrap_err().status, Status::Closed);
    assert_eq!(memory.grow(1).unwrap(), 1);
}

#[cfg(unix)]
#[test]
fn the_child_of_a_fork_finds_no_list_locked_and_nobody_waiting() {
    let _watchdog = watchdog("shared memory: forks", 120);
    let (memory, guests) = guests(&[Compiler::Cranelift, Compiler::Cranelift]);
    let [one, two] = &guests[..] else { unreachable!() };
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let waiter = scope.spawn(|| one.call("wait", &[0, 0, u64::MAX]));
        let (memory, done) = (&memory, &done);
        scope.spawn(move || {
            while !done.load(SeqCst) {
                memory.notify(4, 1).unwrap();
                memory.grow(0).unwrap();
            }
        });
        for _ in 0..50 {
            // SAFETY: the child does what is to be shown and ends.
            let child = unsafe { libc::fork() };
            if child == 0 {
                let notified = two.call("notify", &[0, u32::MAX.into()]);
                let grown = memory.grow(1).is_ok();
                let code = if notified == 0 && grown { 7 } else { 1 };
                // SAFETY: nothing of the parent's is ended.
                unsafe { libc::_exit(code) };
            }
            let mut status = 0;
            // SAFETY: the place is large enough.
            assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
            assert!(libc::WIFEXITED(status), "{status:#x}");
            assert_eq!(libc::WEXITSTATUS(status), 7);
        }
        done.store(true, SeqCst);
        assert_eq!(memory.size(), 1, "the child grew a copy");
        notify_all(memory, 0, 1);
        assert_eq!(waiter.join().unwrap(), 0);
    });
}
