//! Commands with threads: wasi-threads.

mod common;
#[path = "common/wasi.rs"]
mod wasi_common;
use common::*;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use wasi_common::scratch;
use wasmer::runtime::metering::Metering;
use wasmer::runtime::wasi::config::{Input, Output, descriptor};
use wasmer::runtime::wasi::{self, Limit, State};
use wasmer::runtime::*;

/// A program in text: what it does is in `$main` and `$thread`. The word at 0 counts the threads that have ended.
fn program(main: &str, thread: &str) -> String {
    format!(
        r#"(module
        (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (import "env" "memory" (memory 2 16 shared))
        (export "memory" (memory 0))
        (func $ended
            (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
            (drop (memory.atomic.notify (i32.const 0) (i32.const -1))))
        (func $await (param $count i32) (local $now i32)
            (loop $l
                (local.set $now (i32.atomic.load (i32.const 0)))
                (if (i32.lt_u (local.get $now) (local.get $count)) (then
                    (drop (memory.atomic.wait32 (i32.const 0) (local.get $now) (i64.const -1)))
                    (br $l)))))
        (func $forever (drop (memory.atomic.wait32 (i32.const 64) (i32.const 0) (i64.const -1))) (unreachable))
        (func $spin (loop $l (br $l)))
        (func (export "wasi_thread_start") (param $id i32) (param $argument i32) {thread})
        (func (export "_start") (local $n i32) {main}))"#
    )
}

/// What has exited with a code.
type Ended = std::result::Result<u32, Error>;

struct Program {
    arena: Owned,
    state: Arc<State>,
    instance: Handle,
}

impl Program {
    fn new(engine: &Engine, module: &Module, config: &wasi::Config) -> Result<Self> {
        let arena = Owned::new(engine);
        let state = State::new(config)?;
        let imports = arena.wasi_imports(&state, module)?;
        let instance = arena.instantiate(module, &imports, 0)?;
        Ok(Self { arena, state, instance })
    }

    fn start(&self) -> Ended {
        self.arena.wasi_start(self.instance, 0)
    }
}

fn allowing(threads: u64) -> wasi::Config {
    let mut config = wasi::Config::default();
    config.limit(Limit::Threads, threads).unwrap();
    config.output(Output::Capture(1 << 20)).unwrap();
    config.error(Output::Capture(1 << 20)).unwrap();
    config
}

fn run(compiler: Compiler, main: &str, thread: &str) -> Ended {
    let _watchdog = watchdog("wasi threads", 120);
    let engine = engine(compiler);
    let module = module(&engine, &program(main, thread));
    Program::new(&engine, &module, &allowing(8))?.start()
}

#[test]
fn threads_run_and_are_waited_for() {
    for compiler in COMPILERS {
        // Each adds its number and its argument, to different words.
        let main = r#"
            (loop $l
                (if (i32.le_s (call $spawn (i32.const 10)) (i32.const 0)) (then (unreachable)))
                (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 8))))
            (call $await (i32.const 8))
            (call $exit (i32.add
                (i32.mul (i32.const 1000) (i32.atomic.load (i32.const 8)))
                (i32.atomic.load (i32.const 12))))"#;
        let thread = r#"
            (drop (i32.atomic.rmw.add (i32.const 8) (local.get $id)))
            (drop (i32.atomic.rmw.add (i32.const 12) (local.get $argument)))
            (call $ended)"#;
        assert_eq!(run(compiler, main, thread).unwrap(), 36_080, "1 to 8, and 8 times 10");
    }
}

#[test]
fn the_first_that_ends_ends_all() {
    let spawn = "(drop (call $spawn (i32.const 1)))";
    let seven = spawn.repeat(6) + "(drop (call $spawn (i32.const 2)))";
    for compiler in COMPILERS {
        for rest in ["(call $forever)", "(call $spin)"] {
            let others = |last: &str| {
                format!("(if (i32.eq (local.get $argument) (i32.const 1)) (then {rest})) {last}")
            };
            let main = format!("{seven} {rest}");
            // A thread that exits, and one that traps.
            assert_eq!(run(compiler, &main, &others("(call $exit (i32.const 7))")).unwrap(), 7);
            let error = run(compiler, &main, &others("(unreachable)")).unwrap_err();
            assert_eq!(error.trap, Some(TrapKind::Unreachable), "{error}");
            assert!(!error.frames.is_empty());
            // The first thread that returns, exits and traps.
            assert_eq!(run(compiler, &seven, rest).unwrap(), 0);
            assert_eq!(
                run(compiler, &format!("{seven} (call $exit (i32.const 3))"), rest).unwrap(),
                3
            );
            let error = run(compiler, &format!("{seven} (unreachable)"), rest).unwrap_err();
            assert_eq!(error.trap, Some(TrapKind::Unreachable), "{error}");
        }
    }
}

#[test]
fn a_deadline_ends_eight_threads() {
    let _watchdog = watchdog("wasi threads: deadline", 120);
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let main =
            "(drop (call $spawn (i32.const 1))) (drop (call $spawn (i32.const 0)))".repeat(4);
        let text = program(
            &format!("{main} (call $await (i32.const 100))"),
            "(if (local.get $argument) (then (call $spin))) (call $forever)",
        );
        let program = Program::new(&engine, &module(&engine, &text), &allowing(8)).unwrap();
        for _ in 0..3 {
            let interrupt = Interrupt::new().unwrap();
            interrupt.fire_after(Some(Duration::from_millis(50))).unwrap();
            let ended =
                program.arena.under(interrupt, || program.arena.wasi_start(program.instance, 0));
            assert_eq!(ended.unwrap_err().status, Status::Interrupted);
        }
    }
}

#[test]
fn there_are_no_more_threads_than_allowed_and_places_are_used_again() {
    // Two are there and wait; a third is refused. When they have gone, a thousand come one after the other.
    let main = r#"
        (drop (call $spawn (i32.const 1))) (drop (call $spawn (i32.const 1)))
        (if (i32.ne (call $spawn (i32.const 1)) (i32.const -6)) (then (unreachable)))
        (i32.atomic.store (i32.const 64) (i32.const 1))
        (drop (memory.atomic.notify (i32.const 64) (i32.const -1)))
        (call $await (i32.const 2))
        (loop $l
            (br_if $l (i32.eq (call $spawn (i32.const 0)) (i32.const -6)))
            (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 1000))))
        (call $await (i32.const 1002))
        (call $exit (i32.const 9))"#;
    let thread = r#"
        (if (local.get $argument) (then
            (drop (memory.atomic.wait32 (i32.const 64) (i32.const 0) (i64.const -1)))))
        (call $ended)"#;
    let _watchdog = watchdog("wasi threads: quota", 120);
    let engine = engine(Compiler::Cranelift);
    let module = module(&engine, &program(main, thread));
    let program = Program::new(&engine, &module, &allowing(2)).unwrap();
    assert_eq!(program.start().unwrap(), 9);
}

#[test]
fn a_thread_that_a_quota_forbids_is_an_error_number_of_the_guest() {
    let engine = engine(Compiler::Cranelift);
    let main = "(call $exit (i32.sub (i32.const 0) (call $spawn (i32.const 0))))";
    let module = module(&engine, &program(main, ""));
    let program = Program::new(&engine, &module, &allowing(2)).unwrap();
    // That of the command, which a thread's arena gets.
    program.arena.set_quota(Quota::MemoryPages, 1).unwrap();
    assert_eq!(program.start().unwrap(), 6, "AGAIN");
}

#[test]
fn what_cannot_be_is_an_error_that_says_why() {
    let engine = engine(Compiler::Cranelift);
    let plain = module(&engine, &program("", ""));
    let failing = |module: &Module, threads| {
        Program::new(&engine, module, &allowing(threads)).err().expect("it fails")
    };
    let error = failing(&plain, 0);
    assert_eq!(error.status, Status::Link);
    assert!(error.message.contains(r#"import "wasi"."thread-spawn": missing"#), "{error}");
    assert!(error.message.contains("the guest may start no threads"), "{error}");
    let text = program("", "").replace("wasi_thread_start", "another");
    let error = failing(&module(&engine, &text), 1);
    assert!(error.message.contains("exports wasi_thread_start"), "{error}");
    assert!(error.message.contains("found: nothing"), "{error}");
    let text =
        program("", "").replace("\"env\" \"memory\" (memory 2 16 shared)", "\"env\" \"f\" (func)");
    let text =
        text.replace("(export \"memory\" (memory 0))", "(memory (export \"memory\") 2 16 shared)");
    let error = failing(&module(&engine, &text), 1);
    assert_eq!(error.status, Status::Unsupported);
    assert!(error.message.contains(r#"import "env"."f""#), "{error}");
    let mut config = Config::default();
    config.set_metering(Metering::fuel(1000, &[]).unwrap());
    let fuelled = Engine::new(config);
    let metered = module(&fuelled, &program("", ""));
    let error = Program::new(&fuelled, &metered, &allowing(1)).err().expect("it fails");
    assert_eq!(error.status, Status::Unsupported);
    assert!(error.message.contains("fuel"), "{error}");
    // Outside of a command's run no thread is started.
    let text = program("", "").replace("(func (export \"_start\")", "(func (export \"call\") (result i32) (call $spawn (i32.const 0))) (func (export \"_start\")");
    let program = Program::new(&engine, &module(&engine, &text), &allowing(1)).unwrap();
    let func = program.arena.export_by_name(program.instance, "call").unwrap().1;
    assert_eq!(call(&program.arena, func, &[]).unwrap()[0] as u32 as i32, -58, "NOTSUP");
}

/// The guest of tests/guests/threads.rs; none where rustc has no library for its target.
fn rust_guest() -> Option<&'static Path> {
    static GUEST: OnceLock<Option<PathBuf>> = OnceLock::new();
    let make = || {
        let directory = scratch("threads-guest");
        rustc::guest("threads", "wasm32-wasip1-threads", &["--edition=2021"], &directory)
    };
    GUEST.get_or_init(make).as_deref()
}

/// Runs the guest, and gives how it ended and what it wrote.
fn run_guest(
    compiler: Compiler,
    what: &str,
    set: impl FnOnce(&mut wasi::Config),
    limit: Option<Duration>,
) -> Option<(Ended, String, String)> {
    let _watchdog = watchdog("wasi threads: a guest in Rust", 300);
    let bytes = std::fs::read(rust_guest()?).unwrap();
    let engine = engine(compiler);
    let mut config = allowing(8);
    config.argument(b"threads").unwrap();
    config.argument(what.as_bytes()).unwrap();
    set(&mut config);
    let program = Program::new(&engine, &Module::new(&engine, &bytes).unwrap(), &config).unwrap();
    let ended = match limit {
        Some(limit) => {
            let interrupt = Interrupt::new().unwrap();
            interrupt.fire_after(Some(limit)).unwrap();
            program.arena.under(interrupt, || program.arena.wasi_start(program.instance, 0))
        }
        None => program.start(),
    };
    let text = |captured: &Option<Arc<wasi::stream::Captured>>| {
        String::from_utf8(captured.as_ref().unwrap().take()).unwrap()
    };
    Some((ended, text(&program.state.output), text(&program.state.error)))
}

#[test]
fn programs_of_rustc_run() {
    let directory = scratch("threads-files");
    for compiler in COMPILERS {
        for (what, expected) in [
            ("sum", "499999500000\n"),
            ("channels", "15 6 worker 5\n4000\n"),
            ("files", "200\n"),
            ("quota", "8 WouldBlock 100\n"),
            ("leave", "left\n"),
        ] {
            let set =
                |config: &mut wasi::Config| config.directory(&directory, "/data", false).unwrap();
            let Some((ended, output, errors)) = run_guest(compiler, what, set, None) else {
                return;
            };
            assert_eq!(
                ended.map_err(|error| error.to_string()),
                Ok(0),
                "{what}: {output} {errors}"
            );
            assert_eq!(output, expected, "{what}");
        }
        let Some((ended, ..)) = run_guest(compiler, "exit", |_| {}, None) else { return };
        assert_eq!(ended.unwrap(), 7);
        let Some((ended, _, errors)) = run_guest(compiler, "panic", |_| {}, None) else { return };
        assert_eq!(ended.unwrap_err().trap, Some(TrapKind::Unreachable));
        assert!(errors.contains("on purpose"), "{errors}");
    }
}

#[test]
fn a_deadline_ends_a_program_of_rustc() {
    let Some((ended, output, _)) =
        run_guest(Compiler::Cranelift, "forever", |_| {}, Some(Duration::from_millis(300)))
    else {
        return;
    };
    assert_eq!(ended.unwrap_err().status, Status::Interrupted);
    assert_eq!(output, "started\n");
}

#[test]
fn others_go_on_while_one_waits_for_input() {
    let mut ends = [0; 2];
    // SAFETY: there is room for two.
    assert_eq!(unsafe { libc::pipe(ends.as_mut_ptr()) }, 0);
    let mut end: std::fs::File = {
        use std::os::fd::{FromRawFd, OwnedFd};
        // SAFETY: just made, and nobody else has it.
        unsafe { OwnedFd::from_raw_fd(ends[1]) }.into()
    };
    let set = |config: &mut wasi::Config| {
        let input = descriptor(ends[0], true).unwrap();
        config.input(Input::Descriptor(input)).unwrap();
        // Something comes when the others have long ended, which the program tells before it reads on.
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            end.write_all(b"text").unwrap();
        });
    };
    let Some((ended, output, errors)) = run_guest(Compiler::Cranelift, "input", set, None) else {
        return;
    };
    assert_eq!(ended.unwrap(), 0, "{errors}");
    let mut lines: Vec<&str> = output.lines().collect();
    lines[..3].sort_unstable();
    assert_eq!(lines, ["thread 0", "thread 1", "thread 2", "waiting", "read \"text\""]);
}
