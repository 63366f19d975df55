//! Threads that enter an arena while a host function of another one runs, and lends it.

mod common;
use common::*;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::Duration;
use wasmer::runtime::*;

const GUEST: &str = r#"(module
    (import "" "ask" (func $ask (param i64) (result i64)))
    (func (export "outer") (param i64) (result i64) (i64.add (call $ask (local.get 0)) (i64.const 1)))
    (func (export "inner") (param i64) (result i64) (i64.mul (local.get 0) (i64.const 2))))"#;

struct Guest {
    arena: Owned,
    outer: Handle,
    inner: Handle,
}

/// A guest whose host function runs `ask` with the arena lent.
fn guest(
    compiler: Compiler,
    ask: impl Fn(&Guest, u64) -> Result<u64> + Send + Sync + 'static,
) -> Arc<Guest> {
    let engine = engine(compiler);
    let arena = Owned::new(&engine);
    arena.set_lending(true);
    let own: Arc<OnceLock<std::sync::Weak<Guest>>> = Arc::default();
    let known = own.clone();
    let kinds = [ValueKind::I64];
    let host = host(&arena, &kinds, &kinds, move |info, slots| {
        let guest = known.get().unwrap().upgrade().unwrap();
        let value = slots[0].0[0];
        slots[0] = slot(info.arena.lend(|| ask(&guest, value))?);
        Ok(())
    });
    let instance = arena.instantiate(&module(&engine, GUEST), &[host], 0).unwrap();
    let [outer, inner] =
        ["outer", "inner"].map(|name| arena.export_by_name(instance, name).unwrap().1);
    let guest = Arc::new(Guest { arena, outer, inner });
    own.set(Arc::downgrade(&guest)).unwrap();
    guest
}

fn ask(guest: &Guest, func: Handle, value: u64) -> Result<u64> {
    Ok(call(&guest.arena, func, &[value])?[0])
}

/// As many threads as the value says, each inside of the one before.
#[test]
fn threads_enter_one_inside_of_the_other() {
    let _watchdog = watchdog("lending", 60);
    for compiler in COMPILERS {
        let guest = guest(compiler, |guest, value| {
            thread::scope(|scope| {
                let next = if value == 0 { guest.inner } else { guest.outer };
                scope.spawn(move || ask(guest, next, value.saturating_sub(1))).join().unwrap()
            })
        });
        for depth in [0, 1, 5, 40] {
            assert_eq!(ask(&guest, guest.outer, depth).unwrap(), depth + 1);
        }
    }
}

/// A call back on the thread itself and a thread's call exclude each other, whoever comes first.
#[test]
fn a_call_back_and_another_thread_take_turns() {
    let _watchdog = watchdog("lending", 60);
    let busy = Arc::new(AtomicU64::new(0));
    let counter = busy.clone();
    let guest = guest(Compiler::Cranelift, move |guest, value| {
        let again = || loop {
            match ask(guest, guest.inner, value) {
                Err(error) if error.status == Status::Busy => _ = counter.fetch_add(1, SeqCst),
                outcome => break outcome,
            }
        };
        thread::scope(|scope| {
            let others =
                [0; 3].map(|_| scope.spawn(|| (0..200).try_for_each(|_| again().map(|_| ()))));
            (0..200).try_for_each(|_| again().map(|_| ()))?;
            others.into_iter().try_for_each(|other| other.join().unwrap())
        })?;
        again()
    });
    for value in 0..20 {
        assert_eq!(ask(&guest, guest.outer, value).unwrap(), value * 2 + 1);
    }
    println!("busy {} times", busy.load(SeqCst));
}

#[test]
fn the_guest_waits_for_who_came_in() {
    let _watchdog = watchdog("lending", 60);
    let (log, threads) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
    let own: Arc<OnceLock<Arc<Guest>>> = Arc::default();
    let (noted, started, known) = (log.clone(), threads.clone(), own.clone());
    let guest = guest(Compiler::Cranelift, move |_, value| {
        if value == 1 {
            // The one that came in.
            thread::sleep(Duration::from_millis(50));
            noted.lock().unwrap().push("inside");
            return Ok(value);
        }
        let (guest, inside) = (known.get().unwrap().clone(), Arc::new(AtomicBool::new(false)));
        let flag = inside.clone();
        started.lock().unwrap().push(thread::spawn(move || {
            flag.store(true, SeqCst);
            ask(&guest, guest.outer, 1).unwrap()
        }));
        while !inside.load(SeqCst) || known.get().unwrap().arena.quota(Quota::Memories).is_ok() {
            thread::yield_now();
            if !noted.lock().unwrap().is_empty() {
                break;
            }
        }
        Ok(value)
    });
    own.set(guest.clone()).ok().unwrap();
    assert_eq!(ask(&guest, guest.outer, 5).unwrap(), 6);
    assert_eq!(*log.lock().unwrap(), ["inside"]);
    for thread in threads.lock().unwrap().drain(..) {
        assert_eq!(thread.join().unwrap(), 2);
    }
}

/// Nobody enters what is not lent, and what is closed.
#[test]
fn others_are_refused() {
    let _watchdog = watchdog("lending", 60);
    let guest = guest(Compiler::Cranelift, |guest, value| {
        let elsewhere = || {
            thread::scope(|scope| {
                scope.spawn(|| ask(guest, guest.inner, 1)).join().unwrap().map_err(|e| e.status)
            })
        };
        match value {
            0 => assert_eq!(elsewhere(), Ok(2)),
            1 => guest.arena.set_lending(false),
            2 => assert_eq!(elsewhere(), Err(Status::Busy)),
            _ => {
                guest.arena.close();
                assert_eq!(elsewhere(), Err(Status::Closed));
            }
        }
        Ok(value)
    });
    for value in 0..3 {
        assert_eq!(ask(&guest, guest.outer, value).unwrap(), value + 1);
    }
    guest.arena.set_lending(true);
    assert_eq!(ask(&guest, guest.outer, 3).unwrap(), 4, "what runs goes on");
    assert_eq!(ask(&guest, guest.inner, 3).unwrap_err().status, Status::Closed);
}

/// A thread that gives up what it borrowed leaves nobody waiting, whether its frames are gone (here it
/// stays in them for ever) or not.
#[test]
fn who_lent_an_arena_that_is_abandoned_ends_by_an_error() {
    let _watchdog = watchdog("lending", 60);
    for gone in [true, false] {
        let own: Arc<OnceLock<Arc<Guest>>> = Arc::default();
        let known = own.clone();
        let abandoned = Arc::new(AtomicBool::new(false));
        let guest = guest(Compiler::Cranelift, move |guest, value| {
            if value > 0 {
                let (guest, abandoned) = (known.get().unwrap().clone(), abandoned.clone());
                thread::spawn(move || ask(&guest, guest.outer, 0));
                while !abandoned.load(SeqCst) {
                    thread::yield_now();
                }
                return Ok(value);
            }
            guest.arena.abandon();
            abandoned.store(true, SeqCst);
            if gone {
                loop {
                    thread::park();
                }
            }
            Err(Error::new(Status::Host, "abandoned"))
        });
        own.set(guest.clone()).ok().unwrap();
        let error = ask(&guest, guest.outer, 1).unwrap_err();
        assert_eq!(error.status, Status::Closed, "{error}");
        assert_eq!(ask(&guest, guest.inner, 3).unwrap_err().status, Status::Closed);
    }
}
