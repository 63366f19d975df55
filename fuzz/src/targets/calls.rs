//! Sequences of calls of the C interface, with right and wrong handles, in arenas that are open and
//! closed, on one thread and on several at once. Nothing panics, errors are whole, each finalizer is
//! called once, and nothing is left in the end.

use super::status::called;
use std::ffi::c_void;
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Mutex, OnceLock};
use wasmer::extension::arena::*;
use wasmer::extension::config::*;
use wasmer::extension::engine::*;
use wasmer::extension::error::*;
use wasmer::extension::func::*;
use wasmer::extension::global::*;
use wasmer::extension::instance::*;
use wasmer::extension::interrupt::*;
use wasmer::extension::linker::*;
use wasmer::extension::memory::*;
use wasmer::extension::module::*;
use wasmer::extension::table::*;
use wasmer::extension::version::libwasmer_live_objects;
use wasmer::runtime::Status;

const TEXTS: [&str; 4] = [
    r#"(module (func (export "f") (param i32 i64) (result i64) local.get 1)
        (memory (export "m") 1 4) (global (export "g") (mut i64) (i64.const 3))
        (table (export "t") 4 8 funcref) (elem (i32.const 0) 0))"#,
    r#"(module (import "host" "f" (func $f (param i32 i64) (result i64)))
        (import "host" "m" (memory 1)) (import "host" "g" (global $g (mut i64)))
        (import "host" "t" (table $t 4 funcref))
        (func (export "call") (param i32 i64) (result i64)
            (global.set $g (call $f (local.get 0) (local.get 1))) (global.get $g))
        (func (export "indirect") (param i32 i64) (result i64)
            (call_indirect (param i32 i64) (result i64)
                (local.get 0) (local.get 1) (local.get 0)))
        (func (export "set") (param i32) (table.set $t (local.get 0) (ref.func $f)))
        (elem declare func $f))"#,
    r#"(module (table (export "r") 3 20 externref) (global (export "e") (mut externref) (ref.null extern))
        (func (export "keep") (param externref) (result externref)
            (global.set 0 (local.get 0)) (table.set 0 (i32.const 1) (local.get 0)) (global.get 0))
        (func (export "grow") (param externref i32) (result i32)
            (table.grow 0 (local.get 0) (local.get 1))))"#,
    r#"(module (memory (export "s") 1 2 shared)
        (func (export "spin") (loop $l br $l)) (func (export "trap") unreachable)
        (func (export "wait") (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))))"#,
];
const NAMES: [&str; 14] =
    ["f", "m", "g", "t", "call", "indirect", "set", "r", "e", "keep", "grow", "spin", "trap", "s"];

/// What all runs share: engines and modules may be used from any thread.
struct Fixed {
    engines: [*mut libwasmer_engine_t; 2],
    modules: Vec<*mut libwasmer_module_t>,
}

unsafe impl Send for Fixed {}
unsafe impl Sync for Fixed {}

fn fixed() -> &'static Fixed {
    static FIXED: OnceLock<Fixed> = OnceLock::new();
    FIXED.get_or_init(|| {
        let mut fixed = Fixed { engines: [null_mut(); 2], modules: Vec::new() };
        for (engine, compiler) in fixed.engines.iter_mut().zip([0, 2]) {
            // SAFETY: objects that were just made, and places for results.
            unsafe {
                let config = libwasmer_config_new();
                called("compiler", |e| libwasmer_config_set_compiler(config, compiler, e));
                called("quota", |e| libwasmer_config_set_quota(config, 0, 12, e));
                called("quota", |e| libwasmer_config_set_quota(config, 2, 200, e));
                called("quota", |e| libwasmer_config_set_quota(config, 3, 6, e));
                called("engine", |e| libwasmer_engine_new(config, engine, e));
                libwasmer_config_delete(config);
                for text in TEXTS {
                    let mut module = null_mut();
                    let status = called("module", |e| {
                        libwasmer_module_new(*engine, text.as_ptr(), text.len(), &mut module, e)
                    });
                    assert_eq!(status, Status::Ok);
                    fixed.modules.push(module);
                }
            }
        }
        fixed
    })
}

/// A call: what, and numbers that choose what with.
type Op = [u8; 5];

/// What the calls of a run share, on whatever thread they are made. A host function has it as its word.
struct Run {
    arenas: Mutex<[*mut libwasmer_arena_t; 3]>,
    linker: *mut libwasmer_linker_t,
    /// Handles of all arenas, also of those that are gone.
    handles: Mutex<Vec<u64>>,
    funcs: AtomicUsize,
    finalized: AtomicUsize,
}

unsafe impl Send for Run {}
unsafe impl Sync for Run {}

unsafe extern "C" fn finalizer(env: *mut c_void) {
    // SAFETY: the run outlives its arenas.
    unsafe { &*env.cast::<Run>() }.finalized.fetch_add(1, SeqCst);
}

/// A host function that does, by its first argument, what host functions may do.
unsafe extern "C" fn callback(
    env: *mut c_void,
    caller: *const libwasmer_caller_t,
    words: *mut u64,
    count: usize,
) -> *mut libwasmer_error_t {
    // SAFETY: the run outlives its arenas, and the rest is as the library promises.
    unsafe {
        let (run, caller) = (&*env.cast::<Run>(), &*caller);
        let what = if count == 0 { 0 } else { *words as u8 };
        let handle = run.handle(what >> 3);
        match what & 7 {
            0 => return libwasmer_error_new(31, c"no".as_ptr(), 2, 7),
            1 => run.release(caller.arena, handle),
            2 => {
                called("collect", |e| libwasmer_arena_collect(caller.arena, null_mut(), e));
            }
            3 => libwasmer_arena_close(caller.arena),
            4 => run.call(caller.arena, handle, what),
            5 => {
                let mut before = 0;
                called("grow", |e| libwasmer_memory_grow(caller.arena, handle, 1, &mut before, e));
            }
            _ => {}
        }
        if count > 0 {
            *words = what.into();
        }
        null_mut()
    }
}

/// For calls of which it does not matter how they end.
fn told(_: Status) {}

pub fn run(data: &[u8]) {
    let fixed = fixed();
    let before = libwasmer_live_objects();
    let run = Run {
        arenas: Mutex::new([null_mut(); 3]),
        linker: libwasmer_linker_new(),
        handles: Mutex::new(vec![0, 1, u64::MAX]),
        funcs: AtomicUsize::new(0),
        finalized: AtomicUsize::new(0),
    };
    let ops: Vec<Op> = data.as_chunks::<5>().0.iter().take(80).copied().collect();
    for place in 0..3 {
        run.renew(fixed, place, place % 2);
    }
    let mut rest = &ops[..];
    while let Some((op, after)) = rest.split_first() {
        rest = after;
        match op[0] % 32 {
            31 => run.renew(fixed, usize::from(op[1] % 3), usize::from(op[2] % 2)),
            // The next calls on two threads at once.
            30 => {
                let count = rest.len().min(usize::from(op[1] % 16));
                let (together, after) = rest.split_at(count);
                rest = after;
                let (one, two) = together.split_at(count / 2);
                std::thread::scope(|scope| {
                    scope.spawn(|| one.iter().for_each(|op| run.step(fixed, op)));
                    two.iter().for_each(|op| run.step(fixed, op));
                });
            }
            _ => run.step(fixed, op),
        }
    }
    // SAFETY: nothing uses them any more.
    unsafe {
        for arena in run.arenas.lock().unwrap().iter() {
            libwasmer_arena_delete(*arena);
        }
        libwasmer_linker_delete(run.linker);
    }
    assert_eq!(run.funcs.load(SeqCst), run.finalized.load(SeqCst), "finalizers");
    assert_eq!(libwasmer_live_objects(), before, "objects that are left");
}

impl Run {
    fn arena(&self, number: u8) -> *const libwasmer_arena_t {
        self.arenas.lock().unwrap()[usize::from(number % 3)]
    }

    /// Late ones are likelier, and some are none.
    fn handle(&self, number: u8) -> u64 {
        let handles = self.handles.lock().unwrap();
        let count = handles.len();
        if number >= 240 {
            return handles[count - 1].rotate_left(u32::from(number)) ^ u64::from(number);
        }
        let at = usize::from(number);
        if number.is_multiple_of(2) {
            handles[at / 2 % count]
        } else {
            handles[count - 1 - at / 2 % count]
        }
    }

    fn give(&self, status: Status, handle: u64) {
        if status == Status::Ok {
            self.handles.lock().unwrap().push(handle);
        }
    }

    fn renew(&self, fixed: &Fixed, place: usize, engine: usize) {
        let mut arena = null_mut();
        // SAFETY: no call is running.
        unsafe {
            called("arena", |e| libwasmer_arena_new(fixed.engines[engine], &mut arena, e));
            let old = std::mem::replace(&mut self.arenas.lock().unwrap()[place], arena);
            libwasmer_arena_delete(old);
        }
    }

    /// # Safety
    /// The arena lives.
    unsafe fn release(&self, arena: *const libwasmer_arena_t, handle: u64) {
        let (handles, mut waiting) = ([handle, 0], false);
        // SAFETY: passed on.
        unsafe {
            called("release", |e| libwasmer_release(arena, handles.as_ptr(), 2, &mut waiting, e));
        }
    }

    /// Calls what a handle names, with handles among the arguments.
    ///
    /// # Safety
    /// The arena lives.
    unsafe fn call(&self, arena: *const libwasmer_arena_t, func: u64, number: u8) {
        let mut words = [u64::from(number), self.handle(number), 3, 4];
        if number.is_multiple_of(2) {
            words[0] = self.handle(number / 2);
        }
        let count = if number == 77 { 0 } else { words.len() };
        let (mut interrupt, mut value) = (null_mut(), words);
        // SAFETY: passed on; the interrupt is deleted after the call.
        unsafe {
            called("interrupt", |e| libwasmer_interrupt_new(&mut interrupt, e));
            let time = u64::from(number) * 4_000;
            called("after", |e| libwasmer_interrupt_fire_after(interrupt, time, e));
            let status = called("call", |e| {
                let at = value.as_mut_ptr();
                libwasmer_func_call_words_under(arena, func, at, count, 5, interrupt, e)
            });
            self.give(status, value[0]);
            libwasmer_interrupt_delete(interrupt);
        }
    }

    fn step(&self, fixed: &Fixed, [what, which, one, two, three]: &Op) {
        let (what, one, two, three) = (*what, *one, *two, *three);
        let (arena, handle, mut made) = (self.arena(*which), self.handle(one), 0);
        let kinds = [0u8, 1, 2, 3, 4, 128, 129, 9];
        let name = NAMES[usize::from(two) % NAMES.len()];
        let (text, size) = (name.as_ptr().cast(), name.len());
        // SAFETY: arenas are deleted when no call is running, places for results are there.
        unsafe {
            match what % 32 {
                0 | 1 => {
                    let module = fixed.modules[usize::from(one) % fixed.modules.len()];
                    let imports: Vec<u64> = (0..libwasmer_module_import_count(module) as u8)
                        .map(|number| self.handle(two.wrapping_add(number.wrapping_mul(three))))
                        .collect();
                    let status = called("instance", |e| {
                        let (at, count) = (imports.as_ptr(), imports.len());
                        libwasmer_instance_new(arena, module, at, count, 1, &mut made, e)
                    });
                    self.give(status, made);
                }
                2..=4 => {
                    let mut kind = std::mem::MaybeUninit::uninit();
                    let status = called("export", |e| {
                        let kind = kind.as_mut_ptr();
                        libwasmer_instance_export(arena, handle, text, size, kind, &mut made, e)
                    });
                    self.give(status, made);
                }
                5 => {
                    let number = usize::from(two);
                    let status = called("export_at", |e| {
                        libwasmer_instance_export_at(arena, handle, number, &mut made, e)
                    });
                    self.give(status, made);
                }
                6..=7 => {
                    let params =
                        if two % 4 == 0 { &kinds[..usize::from(three % 9)] } else { &[0, 1] };
                    let env = (&raw const *self).cast_mut().cast();
                    let status = called("func", |e| {
                        libwasmer_func_new_words(
                            arena,
                            params.as_ptr(),
                            params.len(),
                            [1u8].as_ptr(),
                            1,
                            Some(callback),
                            env,
                            Some(finalizer),
                            &mut made,
                            e,
                        )
                    });
                    // The finalizer is called as well if there is no function.
                    self.funcs.fetch_add(1, SeqCst);
                    self.give(status, made);
                }
                8..=11 => self.call(arena, handle, two),
                12 => self.release(arena, handle),
                13 => told(called("hold", |e| libwasmer_hold(arena, handle, e))),
                14 => {
                    let mut done = false;
                    called("collect", |e| libwasmer_arena_collect(arena, &mut done, e));
                    let mut freed =
                        [const { std::mem::MaybeUninit::<libwasmer_freed_t>::uninit() }; 4];
                    let mut count = 0;
                    called("freed", |e| {
                        let at = freed.as_mut_ptr().cast();
                        libwasmer_arena_freed(arena, at, usize::from(two % 5), &mut count, e)
                    });
                }
                15 => {
                    let data = u64::from(two);
                    let status =
                        called("extern", |e| libwasmer_externref_new(arena, data, &mut made, e));
                    self.give(status, made);
                }
                16 => {
                    told(called("data", |e| libwasmer_externref_data(arena, handle, &mut made, e)))
                }
                17 => {
                    let status = called("memory", |e| {
                        let (least, most) = (u32::from(two % 4), u32::from(three % 4));
                        libwasmer_memory_new(
                            arena,
                            least,
                            two < 128,
                            most,
                            three > 200,
                            &mut made,
                            e,
                        )
                    });
                    self.give(status, made);
                }
                18 => {
                    let mut pages = 0;
                    called("size", |e| libwasmer_memory_size(arena, handle, &mut pages, e));
                    let delta = u32::from(two % 9);
                    called("grow", |e| libwasmer_memory_grow(arena, handle, delta, &mut pages, e));
                }
                19 => {
                    let mut bytes = [two; 300];
                    let (at, size) = (u64::from(three) << 9, usize::from(two));
                    called("write", |e| {
                        libwasmer_memory_write(arena, handle, at, bytes.as_ptr(), size, e)
                    });
                    called("read", |e| {
                        libwasmer_memory_read(arena, handle, at, bytes.as_mut_ptr(), size, e)
                    });
                }
                20 => {
                    let status = called("table", |e| {
                        let kind = kinds[usize::from(two % 8)];
                        let (least, init) = (u32::from(three), self.handle(one));
                        libwasmer_table_new(arena, kind, least, true, 99, init, &mut made, e)
                    });
                    self.give(status, made);
                }
                21 => {
                    let status = called("get", |e| {
                        libwasmer_table_get(arena, handle, u32::from(two % 10), &mut made, e)
                    });
                    self.give(status, made);
                }
                22 => told(called("set", |e| {
                    libwasmer_table_set(arena, handle, u32::from(two % 10), self.handle(three), e)
                })),
                23 => {
                    let mut size = 0;
                    called("grow", |e| {
                        let (delta, init) = (u32::from(two % 20), self.handle(three));
                        libwasmer_table_grow(arena, handle, delta, init, &mut size, e)
                    });
                }
                24 => {
                    let words = [self.handle(three), 1];
                    let status = called("global", |e| {
                        let kind = kinds[usize::from(two % 8)];
                        libwasmer_global_new(arena, kind, one > 9, words.as_ptr(), &mut made, e)
                    });
                    self.give(status, made);
                }
                25 => {
                    let mut words = [self.handle(three), 1];
                    called("set", |e| libwasmer_global_set(arena, handle, words.as_ptr(), e));
                    let status = called("get", |e| {
                        libwasmer_global_get(arena, handle, words.as_mut_ptr(), e)
                    });
                    self.give(status, words[0]);
                }
                26 => {
                    let mut ty = std::mem::MaybeUninit::uninit();
                    called("type", |e| libwasmer_extern_type(arena, handle, ty.as_mut_ptr(), e));
                }
                27 => match three % 4 {
                    0 => libwasmer_arena_close(arena),
                    1 => {
                        let most = u64::from(two);
                        called("quota", |e| {
                            libwasmer_arena_set_quota(arena, u32::from(one % 10), most, e)
                        });
                    }
                    2 => told(called("lend", |e| libwasmer_arena_set_lending(arena, two > 99, e))),
                    _ => told(called("none", |e| {
                        libwasmer_instance_new(arena, null(), null(), 0, 0, &mut made, e)
                    })),
                },
                28 => self.link(fixed, arena, handle, text, size, two, three),
                _ => {}
            }
        }
    }

    /// # Safety
    /// The arena lives.
    #[allow(clippy::too_many_arguments)]
    unsafe fn link(
        &self,
        fixed: &Fixed,
        arena: *const libwasmer_arena_t,
        handle: u64,
        text: *const std::ffi::c_char,
        size: usize,
        two: u8,
        three: u8,
    ) {
        let (host, mut made) = (c"host".as_ptr(), 0);
        let linker = self.linker;
        // SAFETY: passed on.
        unsafe {
            match three % 5 {
                0 => told(called("shadow", |e| {
                    libwasmer_linker_allow_shadowing(linker, two > 99, e)
                })),
                1 => told(called("define", |e| {
                    libwasmer_linker_define(linker, host, 4, text, size, handle, e)
                })),
                2 => told(called("define_instance", |e| {
                    libwasmer_linker_define_instance(linker, arena, host, 4, handle, e)
                })),
                3 => {
                    let status = called("get", |e| {
                        libwasmer_linker_get(linker, arena, host, 4, text, size, &mut made, e)
                    });
                    self.give(status, made);
                }
                _ => {
                    let module = fixed.modules[usize::from(two) % fixed.modules.len()];
                    let status = called("instantiate", |e| {
                        libwasmer_linker_instantiate(linker, arena, module, 2, &mut made, e)
                    });
                    self.give(status, made);
                }
            }
        }
    }
}
