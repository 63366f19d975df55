//! Interrupts at any moment of guests, traps, host functions, waits and compilations: what runs under one
//! ends, by itself or interrupted, and the arena works afterwards.

use super::super::smith;
use super::common::{COMPILERS, Owned, call, host};
use arbitrary::Unstructured;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use wasmer::runtime::*;

const TEXT: &str = r#"(module
    (import "host" "sleep" (func $sleep (param i32)))
    (import "host" "again" (func $again (param i32)))
    (memory 1 1 shared)
    (func (export "sum") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)
    (func $spin (export "spin") (param i32) (loop $l br $l))
    (func (export "wait") (param i32)
        (drop (memory.atomic.wait32 (i32.const 8) (i32.const 0) (i64.const -1))))
    (func (export "sleeper") (param i32) (loop $l (call $sleep (local.get 0)) br $l))
    (func (export "nested") (param i32) (loop $l (call $again (local.get 0)) br $l))
    (func (export "fill") (param i32)
        (loop $l (memory.fill (i32.const 16) (local.get 0) (i32.const 65520)) br $l))
    (func $deep (export "deep") (param i32) (result i32)
        (i32.add (call $deep (i32.add (local.get 0) (i32.const 1))) (i32.const 1)))
    (func (export "unreachable") (param i32) unreachable)
    (func (export "divide") (param i32) (result i32) (i32.div_u (local.get 0) (i32.const 0)))
    (func (export "outside") (param i32) (result i32) (i32.load (i32.const -4))))"#;

/// Functions that end by the interrupt only.
const ENDLESS: [&str; 5] = ["spin", "wait", "sleeper", "nested", "fill"];
/// Functions that trap, unless the interrupt comes first.
const TRAPS: [&str; 4] = ["deep", "unreachable", "divide", "outside"];

/// A time at which something may just be going on: nothing, or up to two milliseconds.
fn moment(u: &mut Unstructured<'_>) -> Duration {
    Duration::from_micros(match u.int_in_range(0..=3).unwrap_or(0) {
        0 => 0,
        1 => u.int_in_range(0..=60).unwrap_or(0),
        2 => u.int_in_range(0..=400).unwrap_or(0),
        _ => u.int_in_range(0..=2000).unwrap_or(0),
    })
}

fn spun(time: Duration) {
    let start = Instant::now();
    while start.elapsed() < time {
        std::hint::spin_loop();
    }
}

/// Does work under an interrupt that fires at a moment, by its alarm or from another thread.
fn under<R: Send>(
    interrupt: &Arc<Interrupt>,
    time: Duration,
    by_thread: bool,
    work: impl FnOnce() -> Result<R>,
) -> Result<R> {
    if !by_thread {
        interrupt.fire_after(Some(time)).unwrap();
        return work();
    }
    std::thread::scope(|scope| {
        let there = interrupt.clone();
        scope.spawn(move || {
            spun(time);
            there.fire().unwrap();
        });
        work()
    })
}

/// An arena with the guest of this target.
struct Place {
    engine: Engine,
    arena: Arc<Owned>,
    instance: Handle,
}

/// The guest of this target, compiled once by each compiler.
fn guest(compiler: Compiler) -> (Engine, Module) {
    static MADE: OnceLock<[(Engine, Module); 2]> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        COMPILERS.map(|compiler| {
            let mut config = Config::default();
            config.set_compiler(compiler).unwrap();
            for name in
                ["threads", "tail-call", "multi-memory", "extended-const", "wide-arithmetic"]
            {
                config.set_feature(name, true).unwrap();
            }
            let engine = Engine::new(config);
            let module = Module::new(&engine, TEXT.as_bytes()).unwrap();
            (engine, module)
        })
    });
    made[usize::from(compiler == Compiler::Singlepass)].clone()
}

impl Place {
    fn new(compiler: Compiler) -> Self {
        let (engine, module) = guest(compiler);
        let arena = Arc::new(Owned::new(&engine));
        let sleep = host(&arena, &[ValueKind::I32], &[], |_, slots| {
            std::thread::sleep(Duration::from_micros(slots[0].0[0] & 0xff));
            Ok(())
        });
        // Calls the guest once more, in the same arena.
        let weak = Arc::downgrade(&arena);
        let again = host(&arena, &[ValueKind::I32], &[], move |info, slots| {
            let Some(arena) = weak.upgrade() else { return Ok(()) };
            let (_, spin) = arena.export_by_name(info.instance, "spin")?;
            call(&arena, spin, &[slots[0].0[0]]).map(drop)
        });
        let instance = arena.instantiate(&module, &[sleep, again], 0).unwrap();
        Self { engine, arena, instance }
    }

    fn works(&self, what: &str) {
        let sum = self.arena.export_by_name(self.instance, "sum").unwrap().1;
        match call(&self.arena, sum, &[20, 22]) {
            Ok(found) => assert_eq!(found, [42], "after {what}"),
            Err(error) => panic!("after {what}: {:?}: {error}", error.status),
        }
    }
}

pub fn run(data: &[u8]) {
    let mut u = Unstructured::new(data);
    let singlepass = u.arbitrary().unwrap_or(false);
    let place = Place::new(if singlepass { Compiler::Singlepass } else { Compiler::Cranelift });
    let interrupt = Interrupt::new().unwrap();
    for _ in 0..8 {
        if u.is_empty() {
            break;
        }
        let (time, by_thread) = (moment(&mut u), u.ratio(1, 4).unwrap_or(false));
        let what = step(&mut u, &place, &interrupt, time, by_thread);
        interrupt.reset();
        place.works(&what);
    }
}

fn step(
    u: &mut Unstructured<'_>,
    place: &Place,
    interrupt: &Arc<Interrupt>,
    time: Duration,
    by_thread: bool,
) -> String {
    let ours = |name: &str, argument: u64| {
        let func = place.arena.export_by_name(place.instance, name).unwrap().1;
        under(interrupt, time, by_thread, || {
            place.arena.under(interrupt.clone(), || call(&place.arena, func, &[argument]))
        })
    };
    match u.int_in_range(0..=5).unwrap_or(0) {
        0 | 1 => {
            let name = *u.choose(&ENDLESS).unwrap_or(&"spin");
            let error = ours(name, u.arbitrary::<u8>().unwrap_or(0).into()).unwrap_err();
            assert_eq!(error.status, Status::Interrupted, "{name}: {error}");
            name.to_owned()
        }
        2 => {
            let name = *u.choose(&TRAPS).unwrap_or(&"divide");
            let error = ours(name, 0).unwrap_err();
            let expected = [Status::Trap, Status::Interrupted];
            assert!(expected.contains(&error.status), "{name}: {:?}: {error}", error.status);
            name.to_owned()
        }
        3 => {
            let Ok(wasm) = smith::any(u) else { return "nothing".to_owned() };
            let made = under(interrupt, time, by_thread, || {
                Module::new_under(&place.engine, &wasm, Some(interrupt))
            });
            if let Err(error) = made {
                assert_ne!(error.status, Status::Panic, "compilation: {error}");
            }
            "a compilation".to_owned()
        }
        _ => {
            let Ok(wasm) = smith::endless(u) else { return "nothing".to_owned() };
            smiths(u, place, interrupt, time, by_thread, &wasm);
            "a generated module".to_owned()
        }
    }
}

fn allowed(what: &str, error: &Error) {
    let statuses = [Status::Trap, Status::Interrupted, Status::Host, Status::Limit];
    assert!(statuses.contains(&error.status), "{what}: {:?}: {error}", error.status);
}

/// Instantiates a generated module and calls what it exports, each under the interrupt.
fn smiths(
    u: &mut Unstructured<'_>,
    place: &Place,
    interrupt: &Arc<Interrupt>,
    time: Duration,
    by_thread: bool,
    wasm: &[u8],
) {
    let Ok(module) = Module::new(&place.engine, wasm) else { return };
    // What Singlepass lacks Cranelift compiles, and modules of one compiler only are linked.
    if module.compiler() != place.engine.compiler() {
        return;
    }
    let arena = &place.arena;
    let mut imports = Vec::new();
    for import in module.imports() {
        imports.push(match &import.ty {
            ExternType::Func(ty) => host(arena, &ty.params, &ty.results, |_, slots| {
                slots.fill(Slot::default());
                Ok(())
            }),
            ExternType::Global(ty) => arena.new_global(*ty, Slot::default()).unwrap(),
            ExternType::Table { element, limits } => arena.new_table(*element, *limits, 0).unwrap(),
            ExternType::Memory { limits, shared } => arena.new_memory(*limits, *shared).unwrap(),
            ExternType::Tag(_) => return,
        });
    }
    let made = under(interrupt, time, by_thread, || {
        arena.under(interrupt.clone(), || arena.instantiate(&module, &imports, 0))
    });
    interrupt.reset();
    let instance = match made {
        Ok(instance) => instance,
        Err(error) => return allowed("instantiation", &error),
    };
    for export in module.exports().iter().take(4) {
        let ExternType::Func(ty) = &export.ty else { continue };
        let func = arena.export_by_name(instance, &export.name).unwrap().1;
        let count = ty.params.iter().map(|kind| kind.words()).sum();
        let given: Vec<u64> = ty
            .params
            .iter()
            .flat_map(|kind| vec![if kind.is_reference() { 0 } else { 77 }; kind.words()])
            .collect();
        assert_eq!(given.len(), count);
        let time = moment(u);
        let outcome = under(interrupt, time, by_thread, || {
            arena.under(interrupt.clone(), || call(arena, func, &given))
        });
        interrupt.reset();
        if let Err(error) = outcome {
            allowed(&export.name, &error);
        }
        place.works(&export.name);
    }
    arena.release_all(&imports).unwrap();
}
