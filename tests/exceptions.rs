//! Exceptions that guests throw: freed when no call is running, and held to a quota until then.

mod common;
use common::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use wasmer::runtime::*;

const THROWER: &str = r#"(module
    (import "" "look" (func $look))
    (tag $e (param i32))
    (func $throw (param i32) (throw $e (local.get 0)))
    (func $caught (export "caught") (param i32) (result i32)
      (block $h (result i32)
        (try_table (catch $e $h) (call $throw (local.get 0)))
        (unreachable)))
    ;; Throws so many, and gives the sum of what they carried.
    (func (export "many") (param $count i32) (result i32) (local $sum i32)
      (loop $next
        (local.set $sum (i32.add (local.get $sum) (call $caught (local.get $count))))
        (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
      (call $look)
      (local.get $sum))
    ;; Keeps one while the host does something, and throws it again.
    (func (export "held") (param i32) (result i32) (local $held exnref)
      (block $h (result i32 exnref)
        (try_table (catch_ref $e $h) (call $throw (local.get 0)))
        (unreachable))
      (local.set $held)
      (drop)
      (call $look)
      (block $again (result i32)
        (try_table (catch $e $again) (throw_ref (local.get $held)))
        (unreachable)))
    (func (export "uncaught") (call $throw (i32.const 1)))
    (func (export "endless") (loop $next (drop (call $caught (i32.const 7))) (br $next)))
    (func $deep (param i32)
      (if (local.get 0)
        (then (call $deep (i32.sub (local.get 0) (i32.const 1))))
        (else (drop (call $caught (i32.const 7))))))
    (func (export "endless deep") (loop $next (call $deep (i32.const 1000)) (br $next))))"#;

struct Guest {
    arena: Arc<Owned>,
    instance: Handle,
}

impl Guest {
    fn new(engine: &Engine, look: impl Fn(&Arena) -> Result<()> + Send + Sync + 'static) -> Self {
        let arena = Arc::new(Owned::new(engine));
        let weak = Arc::downgrade(&arena);
        let body = Host(Box::new(move |_, _| look(&weak.upgrade().unwrap())));
        let look = arena.new_func(FuncType::new(&[], &[]), Box::new(body)).unwrap();
        let instance = arena.instantiate(&module(engine, THROWER), &[look], 0).unwrap();
        Self { arena, instance }
    }

    fn call(&self, name: &str, arguments: &[u64]) -> Result<Vec<u64>> {
        let (_, func) = self.arena.export_by_name(self.instance, name)?;
        call(&self.arena, func, arguments)
    }

    fn kept(&self) -> usize {
        self.arena.exceptions().unwrap()
    }
}

fn limited(compiler: Compiler, bytes: u64) -> Engine {
    let mut config = Config::default();
    config.set_compiler(compiler).unwrap();
    config.set_quota(Quota::ExceptionBytes, bytes).unwrap();
    Engine::new(config)
}

#[test]
fn exceptions_are_freed_when_the_last_call_has_ended() {
    for compiler in COMPILERS {
        let most = Arc::new(AtomicUsize::new(0));
        let seen = most.clone();
        let guest = Guest::new(&engine(compiler), move |arena| {
            seen.fetch_max(arena.exceptions()?, SeqCst);
            Ok(())
        });
        for round in 1..=20 {
            assert_eq!(guest.call("many", &[1000]).unwrap(), [500_500], "round {round}");
            assert_eq!(guest.kept(), 0, "round {round}");
        }
        assert_eq!(most.load(SeqCst), 1000, "a call sees what it threw itself");
        let error = guest.call("uncaught", &[]).unwrap_err();
        assert_eq!(error.trap, Some(TrapKind::UncaughtException), "{error}");
        assert!(!error.frames.is_empty());
        assert_eq!(guest.kept(), 0);
    }
}

#[test]
fn a_guest_that_throws_without_end_meets_the_quota() {
    for compiler in COMPILERS {
        let guest = Guest::new(&limited(compiler, 1 << 20), |_| Ok(()));
        let mut counts = Vec::new();
        for name in ["endless", "endless deep"] {
            for _ in 0..3 {
                let error = guest.call(name, &[]).unwrap_err();
                assert_eq!(error.status, Status::Limit, "{name}: {error}");
                let text = error.to_string();
                assert!(text.contains("exceptions that were thrown"), "{text}");
                assert!(text.contains("1048576 allowed"), "{text}");
                assert!(!error.frames.is_empty(), "{name}");
                let words = text.split_whitespace();
                counts.push(words.filter_map(|word| word.parse::<u64>().ok()).next().unwrap());
                // The arena goes on.
                assert_eq!(guest.kept(), 0);
                assert_eq!(guest.call("caught", &[5]).unwrap(), [5]);
            }
        }
        // What is thrown deep inside has a long backtrace, and pays for it.
        assert_eq!((counts[0], counts[3]), (counts[1], counts[4]));
        assert!(counts[0] > 500 && counts[3] < 50, "{counts:?}");
        // The quota of the arena is what counts.
        guest.arena.set_quota(Quota::ExceptionBytes, 0).unwrap();
        assert_eq!(guest.call("caught", &[5]).unwrap_err().status, Status::Limit);
        guest.arena.set_quota(Quota::ExceptionBytes, 1).unwrap();
        assert_eq!(guest.call("caught", &[5]).unwrap(), [5]);
    }
}

#[test]
fn what_a_call_holds_outlives_calls_inside_of_it() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let arena = Arc::new(Owned::new(&engine));
        let inner = Arc::new(AtomicUsize::new(0));
        let (weak, func) = (Arc::downgrade(&arena), inner.clone());
        let body = Host(Box::new(move |_, _| {
            let arena = weak.upgrade().unwrap();
            assert_eq!(call(&arena, func.load(SeqCst) as Handle, &[100])?, [100]);
            Ok(())
        }));
        let look = arena.new_func(FuncType::new(&[], &[]), Box::new(body)).unwrap();
        let instance = arena.instantiate(&module(&engine, THROWER), &[look], 0).unwrap();
        inner.store(arena.export_by_name(instance, "caught").unwrap().1 as usize, SeqCst);
        let held = arena.export_by_name(instance, "held").unwrap().1;
        for number in 0..50 {
            assert_eq!(call(&arena, held, &[number]).unwrap(), [number]);
            assert_eq!(arena.exceptions().unwrap(), 0);
        }
    }
}

#[test]
fn each_arena_pays_for_its_own() {
    for compiler in COMPILERS {
        let engine = limited(compiler, 1 << 20);
        let other = Guest::new(&engine, |_| Ok(()));
        let guest = Guest::new(&engine, move |arena| {
            let before = arena.exceptions()?;
            assert_eq!(other.call("endless", &[]).unwrap_err().status, Status::Limit);
            assert_eq!((arena.exceptions()?, other.kept()), (before, 0));
            Ok(())
        });
        // Three times, so that an arena which paid for the other's would be out of bytes.
        for _ in 0..3 {
            assert_eq!(guest.call("held", &[3]).unwrap(), [3]);
            assert_eq!(guest.call("many", &[100]).unwrap(), [5050]);
        }
    }
}

#[test]
fn what_a_global_or_a_table_can_hold_stays() {
    let engine = limited(Compiler::Cranelift, 1 << 16);
    for (place, set, get) in [
        ("(global $g (mut exnref) (ref.null exn))", "(global.set $g)", "(global.get $g)"),
        (
            "(table $t 1 exnref) (global $g (mut i32) (i32.const 0)) (func $put (param exnref)
               (table.set $t (i32.const 0) (local.get 0)))",
            "(call $put)",
            "(table.get $t (i32.const 0))",
        ),
    ] {
        let wat = format!(
            r#"(module {place} (tag $e (param i32))
            (func $throw (param i32) (throw $e (local.get 0)))
            (func (export "keep") (param i32)
              (block $h (result i32 exnref)
                (try_table (catch_ref $e $h) (call $throw (local.get 0)))
                (unreachable))
              {set} (drop))
            (func (export "again") (result i32)
              (block $h (result i32) (try_table (catch $e $h) (throw_ref {get})) (unreachable))))"#
        );
        let arena = Owned::new(&engine);
        let module = match Module::new(&engine, wat.as_bytes()) {
            Ok(module) => module,
            // wasmer 7.4.2 makes no table of them, so nothing can be in one.
            Err(error) => {
                assert!(place.starts_with("(table"), "{place}: {error}");
                assert!(error.to_string().contains("table of exnref"), "{error}");
                continue;
            }
        };
        let instance = arena.instantiate(&module, &[], 0).unwrap();
        let func = |name| arena.export_by_name(instance, name).unwrap().1;
        let (keep, again) = (func("keep"), func("again"));
        for number in 1..=20 {
            call(&arena, keep, &[number]).unwrap();
            assert_eq!(arena.exceptions().unwrap(), number as usize);
            assert_eq!(call(&arena, again, &[]).unwrap(), [number]);
        }
        // They are held to the quota all the same.
        let error = (0..10_000).find_map(|number| call(&arena, keep, &[number]).err()).unwrap();
        assert_eq!(error.status, Status::Limit, "{error}");
    }
}

#[test]
fn exceptions_can_be_switched_off() {
    let mut config = Config::default();
    config.set_feature("exception-handling", false).unwrap();
    let wat = "(module (tag $e) (func (throw $e)))";
    let error = Module::new(&Engine::new(config), wat.as_bytes()).err().unwrap();
    assert_eq!(error.status, Status::Unsupported, "{error}");
    Module::new(&Engine::new(Config::default()), wat.as_bytes()).unwrap();
}
