//! Frames larger than the guard page below a guest's stack: none may reach beyond it.

mod common;
use common::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use wasmer::runtime::*;

/// What lies below the guard zone of this thread's guest stack, filled with a pattern: the rest of
/// the stack, where nothing belongs, and what is mapped below it.
struct Canary {
    zone: usize,
    parts: [&'static [AtomicU64]; 2],
}

const PATTERN: u64 = 0xa5a5_5a5a_a5a5_5a5a;
const BELOW_BYTES: usize = 256 * 1024;

/// The mapping whose end or inside an address is: start, end, rights.
fn mapping(address: usize) -> (usize, usize, String) {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    maps.lines()
        .find_map(|line| {
            let (range, rest) = line.split_once(' ')?;
            let (start, end) = range.split_once('-')?;
            let [start, end] = [start, end].map(|text| usize::from_str_radix(text, 16).unwrap());
            (start < address && address <= end).then(|| (start, end, rest[..4].to_owned()))
        })
        .unwrap_or_else(|| panic!("nothing at {address:#x}"))
}

impl Canary {
    /// The slots of a host function lie on the guest's stack.
    fn new(arena: &Arena) -> Option<Self> {
        let place = Arc::new(AtomicU64::new(0));
        let seen = place.clone();
        let func = host(arena, &[ValueKind::I32], &[], move |_, slots| {
            seen.store(slots.as_ptr() as u64, Relaxed);
            Ok(())
        });
        call(arena, func, &[0]).unwrap();
        let stack = mapping(place.load(Relaxed) as usize);
        let zone = mapping(stack.0);
        assert_eq!(zone.2, "---p", "no guard below the stack");
        // Below our zone is a word that says where the zone is, and what rounding leaves of the stack; then
        // wasmer's page.
        let rest = mapping(zone.0);
        let (rest, guard) =
            if rest.2 == "rw-p" { (rest.0..zone.0 - 8, rest.0) } else { (0..0, stack.0) };
        let below = guard - 4096 - BELOW_BYTES;
        let mapped = unsafe {
            libc::mmap(
                below as *mut _,
                BELOW_BYTES,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED_NOREPLACE,
                -1,
                0,
            )
        };
        if mapped as usize != below {
            // Something else lies there.
            return None;
        }
        let words = |start: usize, len: usize| match len {
            0 => &[][..],
            _ => unsafe { std::slice::from_raw_parts(start as *const AtomicU64, len / 8) },
        };
        let parts = [words(rest.start, rest.len()), words(below, BELOW_BYTES)];
        let canary = Self { zone: zone.0, parts };
        canary.fill();
        Some(canary)
    }

    fn fill(&self) {
        self.parts.iter().flat_map(|part| *part).for_each(|word| word.store(PATTERN, Relaxed));
    }

    /// Bytes below the guard zone of the word farthest from it that was written.
    fn hit(&self) -> Option<usize> {
        let words = self.parts.iter().flat_map(|part| *part);
        let hit = words.filter(|word| word.load(Relaxed) != PATTERN).map(|word| word.as_ptr());
        hit.map(|word| self.zone - word as usize).max()
    }
}

/// A guest that recurses `depth` times and then does `body`. `extra` goes before it.
fn guest(extra: &str, body: &str) -> String {
    format!(
        r#"(module {extra} (memory 1)
        (global $count (export "count") (mut i32) (i32.const 0)) (global $zero (mut i32) (i32.const 0))
        (func $act {body})
        (func $run (export "run") (param i32)
          (global.set $count (i32.add (global.get $count) (i32.const 1)))
          (if (local.get 0)
            (then (call $run (i32.sub (local.get 0) (i32.const 1))))
            (else (call $act)))))"#
    )
}

/// Does `work` in a process of its own, and says how it ended if not well: a write to where nothing
/// is mapped ends the process.
fn isolated(work: impl FnOnce() -> i32) -> Option<String> {
    // The child has this thread only; see `ALONE`.
    let (child, mut status) = (unsafe { libc::fork() }, 0);
    if child == 0 {
        unsafe { libc::alarm(60) };
        let outcome = catch_unwind(AssertUnwindSafe(work));
        unsafe { libc::_exit(outcome.unwrap_or(99)) };
    }
    assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
    match (libc::WIFEXITED(status), libc::WEXITSTATUS(status)) {
        (true, 0) => None,
        (true, 99) => Some("the test panicked".into()),
        (true, kib) => Some(format!("{kib} KiB beyond the guard zone written")),
        _ => Some(format!("ended by signal {}", libc::WTERMSIG(status))),
    }
}

/// A canary below the guest stack of this thread or, where something lies there, of another.
fn with_canary(work: impl Fn(&Canary) -> i32 + Sync) -> i32 {
    let (engine, gate) = (engine(Compiler::Cranelift), Mutex::new(()));
    std::thread::scope(|scope| {
        let _closed = gate.lock();
        for _ in 0..50 {
            let (answer, found) = std::sync::mpsc::channel();
            let (engine, gate, work) = (&engine, &gate, &work);
            let thread = scope.spawn(move || {
                let canary = Canary::new(&Owned::new(engine));
                answer.send(canary.is_some()).unwrap();
                match canary {
                    Some(canary) => work(&canary),
                    None => {
                        // Keeps the stack, so that the next thread gets another.
                        drop(gate.lock());
                        0
                    }
                }
            });
            if found.recv().unwrap() {
                return thread.join().unwrap_or(99);
            }
        }
        panic!("no guest stack with free space below it");
    })
}

/// Runs a guest at depths in the last 32 KiB of the stack. Gives how many KiB below the guard zone
/// something was written.
fn beyond(canary: &Canary, engine: &Engine, wat: &str, may_be_left: bool) -> i32 {
    let module = module(engine, wat);
    assert!(module.compiler() == engine.compiler() || may_be_left, "made by another compiler");
    let arena = Owned::new(engine);
    let imports: Vec<_> = module
        .imports()
        .iter()
        .map(|import| match &import.ty {
            ExternType::Func(ty) => host(&arena, &ty.params, &ty.results, |_, _| Ok(())),
            other => panic!("{other}"),
        })
        .collect();
    let instance = arena.instantiate(&module, &imports, 0).unwrap();
    let get = |name: &str| arena.export_by_name(instance, name).unwrap().1;
    let (run, count) = (get("run"), get("count"));
    call(&arena, run, &[u32::MAX.into()]).unwrap_err();
    let most = arena.global_get(count).unwrap().0[0] as usize;
    let frame = WASM_STACK_BYTES / most + 1;
    let mut worst = 0;
    for depth in (most - 32 * 1024 / frame..most).step_by(128usize.div_ceil(frame)) {
        if let Err(error) = call(&arena, run, &[depth as u64]) {
            let kinds = [TrapKind::StackOverflow, TrapKind::Unreachable];
            assert!(kinds.contains(&error.trap.unwrap()), "{error}");
        }
        if let Some(distance) = canary.hit() {
            worst = worst.max(distance);
            canary.fill();
        }
    }
    worst.div_ceil(1024) as i32
}

/// Guests whose frames are made large in different ways: what, and the text.
fn guests(kind: &str, many: usize) -> Vec<(&'static str, String)> {
    let value = match kind {
        "v128" => "(v128.const i64x2 7 7)".into(),
        "externref" => "(ref.null extern)".into(),
        _ => format!("({kind}.const 7)"),
    };
    let values = value.repeat(many);
    let list = format!(" {kind}").repeat(many);
    let (params, results) = (format!("(param{list})"), format!("(result{list})"));
    let drops = "drop ".repeat(many);
    let import = |ty: &str| format!(r#"(import "" "f" (func $f {ty}))"#);
    let one = format!("(result {kind})");
    [
        ("parameters", format!("(func $f {params})"), format!("{values} call $f")),
        ("parameters of a host function", import(&params), format!("{values} call $f")),
        (
            "parameters through a table",
            format!("(type $t (func {params})) (func $f {params}) (table $t funcref (elem $f))"),
            format!("{values} i32.const 0 call_indirect (type $t)"),
        ),
        (
            "parameters that are locals",
            format!("{} (func $g {params} call $f)", import("")),
            format!("{values} call $g"),
        ),
        ("results", format!("(func $f {results} {values})"), format!("call $f {drops}")),
        ("results of a host function", import(&results), format!("call $f {drops}")),
        (
            "results of a block",
            import(""),
            format!(
                "block {results} call $f {values} global.get $zero br_if 0 call $f end call $f {drops}"
            ),
        ),
        (
            "results of 30 nested blocks",
            import(""),
            format!(
                "{}call $f unreachable {} {drops}",
                format!("block {results} ").repeat(30),
                "end ".repeat(30)
            ),
        ),
        (
            "results of nested blocks, one each",
            import(""),
            format!(
                "{}call $f unreachable {} drop",
                format!("block {one} ").repeat(many * 8),
                "end ".repeat(many * 8)
            ),
        ),
        (
            "everything at once",
            format!(
                r#"(import "" "f" (func $f {params})) (import "" "one" (func $one {one}))
                (func $both {params} {results} {values})"#
            ),
            format!(
                "(local{}) block {results} block {results} {ones} call $both {drops} {ones} call $f
                unreachable end end {drops}",
                " i64".repeat(511),
                ones = "call $one ".repeat(many),
            ),
        ),
        ("operands", import(&one), format!("{} {drops}", "call $f ".repeat(many))),
        ("locals", import(""), format!("(local{}) call $f", list.repeat(50))),
        ("locals of a library call", String::new(), format!("(local{list}) unreachable")),
    ]
    .map(|(what, extra, body)| (what, guest(&extra, &body)))
    .into()
}

/// What goes wrong with the code of a compiler.
fn problems(compiler: Compiler, kinds: &[&str]) -> Vec<String> {
    // `isolated` must not find another test in the middle of something.
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock();
    let engine = engine(compiler);
    let mut problems = Vec::new();
    for kind in kinds {
        for many in [100, 250, 500, 1000] {
            for (what, wat) in guests(kind, many) {
                // What Singlepass leaves to Cranelift proves nothing about it.
                let left = what == "results of a host function" || what.contains("nested");
                let run = || with_canary(|canary| beyond(canary, &engine, &wat, left));
                if let Some(problem) = isolated(run) {
                    problems.push(format!("{many} {kind} {what}: {problem}"));
                }
            }
        }
    }
    problems
}

#[test]
fn no_frame_of_cranelift_reaches_beyond_the_guard_page() {
    let _watchdog = watchdog("stack frames, cranelift", 240);
    let problems = problems(Compiler::Cranelift, &["i64", "f32", "v128", "externref"]);
    assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn no_frame_of_singlepass_reaches_beyond_the_guard_page() {
    let _watchdog = watchdog("stack frames, singlepass", 240);
    let problems = problems(Compiler::Singlepass, &["i64", "f32", "externref"]);
    assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems.join("\n"));
}
