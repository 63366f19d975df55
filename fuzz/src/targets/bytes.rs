//! Bytes from anywhere, by the C interface: they are validated, compiled, loaded, read as text and from
//! files. Each is an error or a module; nothing panics, and the functions agree with each other.

use super::super::smith;
use super::status::called;
use arbitrary::Unstructured;
use std::ptr::{null, null_mut};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use wasmer::extension::arena::*;
use wasmer::extension::bytes::*;
use wasmer::extension::config::*;
use wasmer::extension::engine::*;
use wasmer::extension::instance::*;
use wasmer::extension::interrupt::*;
use wasmer::extension::module::*;
use wasmer::extension::module_file::*;
use wasmer::runtime::{Compiler, Quota, Status, proposals};

struct Engines([*mut libwasmer_engine_t; 2]);

// SAFETY: engines may be used on any thread.
unsafe impl Send for Engines {}
unsafe impl Sync for Engines {}

/// All proposals on, and quotas that a second of compiling does not get past.
fn engines() -> &'static Engines {
    static ENGINES: OnceLock<Engines> = OnceLock::new();
    ENGINES.get_or_init(|| Engines([Compiler::Cranelift, Compiler::Singlepass].map(engine)))
}

fn engine(compiler: Compiler) -> *mut libwasmer_engine_t {
    let ok = |what, status| assert_eq!(status, Status::Ok, "{what}");
    let mut engine = null_mut();
    // SAFETY: objects that were just made, and places for results.
    unsafe {
        let config = libwasmer_config_new();
        let set = |e| libwasmer_config_set_compiler(config, compiler as u32, e);
        ok("compiler", called("compiler", set));
        for name in proposals::names() {
            let on =
                |e| libwasmer_config_set_feature(config, name.as_ptr().cast(), name.len(), true, e);
            ok(name, called(name, on));
        }
        for (quota, most) in [
            (Quota::MemoryPages, 64),
            (Quota::Memories, 8),
            (Quota::TableElements, 10_000),
            (Quota::Instances, 4),
            (Quota::ModuleBytes, 1 << 20),
            (Quota::Functions, 2_000),
            (Quota::FunctionCost, 200_000),
            (Quota::ModuleCost, 400_000),
        ] {
            let set = |e| libwasmer_config_set_quota(config, quota as u32, most, e);
            ok("quota", called("quota", set));
        }
        ok("engine", called("engine", |e| libwasmer_engine_new(config, &mut engine, e)));
        libwasmer_config_delete(config);
    }
    engine
}

/// What `serialize` gives of a small module.
fn serialized(engine: *const libwasmer_engine_t) -> Vec<u8> {
    let text = "(module (memory 1) (func (export \"f\") (result i32) (i32.load (i32.const 0))))";
    let (mut module, mut bytes) = (null_mut(), null_mut());
    // SAFETY: as in `engine`.
    unsafe {
        let new = |e| libwasmer_module_new(engine, text.as_ptr(), text.len(), &mut module, e);
        assert_eq!(called("a good module", new), Status::Ok);
        let serialize = |e| libwasmer_module_serialize(module, &mut bytes, e);
        assert_eq!(called("serialize", serialize), Status::Ok);
        libwasmer_module_delete(module);
        taken(bytes)
    }
}

unsafe fn taken(bytes: *mut libwasmer_bytes_t) -> Vec<u8> {
    // SAFETY: a buffer of the library's, freed once.
    unsafe {
        let view = libwasmer_bytes_view(bytes);
        let copy = std::slice::from_raw_parts(view.data.cast::<u8>(), view.size).to_vec();
        libwasmer_bytes_delete(bytes);
        copy
    }
}

/// Changes bytes here and there.
fn edited(mut bytes: Vec<u8>, u: &mut Unstructured<'_>) -> Vec<u8> {
    for _ in 0..u.int_in_range(0..=4).unwrap_or(0) {
        if bytes.is_empty() {
            break;
        }
        let at = u.int_in_range(0..=bytes.len() - 1).unwrap_or(0);
        let byte = u.arbitrary().unwrap_or(0xff);
        match u.int_in_range(0..=3).unwrap_or(0) {
            0 => bytes[at] = byte,
            1 => bytes.insert(at, byte),
            2 => drop(bytes.remove(at)),
            _ => bytes.truncate(at),
        }
    }
    bytes
}

pub fn run(data: &[u8]) {
    let Some((&how, data)) = data.split_first() else { return };
    let engine: *const _ = engines().0[usize::from(how & 1)];
    match how >> 1 & 7 {
        // As they are: what is found by coverage alone.
        0 | 1 => all(engine, data),
        2 => text(engine, data),
        3 => {
            let good = serialized(engine);
            let bytes = edited(good.clone(), &mut Unstructured::new(data));
            let status = load(engine, &bytes);
            assert_eq!(status == Status::Ok, bytes == good, "serialized, changed: {status:?}");
        }
        4 => files(engine, data),
        _ => {
            let mut u = Unstructured::new(data);
            if let Ok(wasm) = smith::any(&mut u) {
                let bytes = edited(wasm, &mut u);
                if let Ok(path) = std::env::var("FUZZ_WASM") {
                    std::fs::write(path, &bytes).expect("FUZZ_WASM can be written");
                }
                all(engine, &bytes);
            }
        }
    }
}

/// A module as it is, in either format.
pub fn run_module(bytes: &[u8]) {
    for engine in engines().0 {
        all(engine, bytes);
    }
}

fn load(engine: *const libwasmer_engine_t, bytes: &[u8]) -> Status {
    let mut module = null_mut();
    // SAFETY: as in `engine`; the module is deleted once.
    unsafe {
        let load =
            |e| libwasmer_module_deserialize(engine, bytes.as_ptr(), bytes.len(), &mut module, e);
        let status = called("deserialize", load);
        assert_eq!(status == Status::Ok, !module.is_null());
        libwasmer_module_delete(module);
        status
    }
}

fn text(engine: *const libwasmer_engine_t, text: &[u8]) {
    let mut wasm = null_mut();
    // SAFETY: as above.
    unsafe {
        let made = |e| libwasmer_wat2wasm(text.as_ptr(), text.len(), &mut wasm, e);
        if called("wat2wasm", made) == Status::Ok {
            all(engine, &taken(wasm));
        }
    }
}

static NUMBER: AtomicUsize = AtomicUsize::new(0);

fn files(engine: *const libwasmer_engine_t, bytes: &[u8]) {
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("libwasmer-fuzz-{}-{number}.wasm", std::process::id());
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, bytes).unwrap();
    let name = path.to_str().unwrap();
    let (at, size) = (name.as_ptr().cast(), name.len());
    let mut module = null_mut();
    // SAFETY: as above.
    unsafe {
        let new = |e| libwasmer_module_new_from_file(engine, at, size, &mut module, e);
        let made = called("new_from_file", new);
        if made == Status::Ok {
            let keep = |e| libwasmer_module_serialize_to_file(module, at, size, e);
            assert_eq!(called("serialize_to_file", keep), Status::Ok);
            libwasmer_module_delete(module);
        }
        module = null_mut();
        let load = |e| libwasmer_module_deserialize_file(engine, at, size, &mut module, e);
        let loaded = called("deserialize_file", load);
        assert_eq!(made, if loaded == Status::Ok { Status::Ok } else { made });
        assert!(made != Status::Ok || loaded == Status::Ok, "{loaded:?}: what was just kept");
        libwasmer_module_delete(module);
    }
    std::fs::remove_file(path).unwrap();
}

/// Statuses of a module that is valid and cannot be had. That the time was up is one.
fn is_refusal(status: Status) -> bool {
    use Status::*;
    matches!(status, Unsupported | Limit | Interrupted)
}

fn all(engine: *const libwasmer_engine_t, bytes: &[u8]) {
    let (at, size) = (bytes.as_ptr(), bytes.len());
    let (mut module, mut interrupt) = (null_mut(), null_mut());
    // SAFETY: as above.
    unsafe {
        let valid = called("validate", |e| libwasmer_module_validate(engine, at, size, e));
        let new = |e| libwasmer_interrupt_new(&mut interrupt, e);
        assert_eq!(called("interrupt", new), Status::Ok);
        let after = |e| libwasmer_interrupt_fire_after(interrupt, 2_000_000_000, e);
        assert_eq!(called("fire_after", after), Status::Ok);
        let new = |e| libwasmer_module_new_under(engine, at, size, interrupt, &mut module, e);
        let made = called("new", new);
        match (valid, made) {
            (Status::Ok, Status::Ok) => instance(engine, module, interrupt),
            (Status::Ok, _) => assert!(is_refusal(made), "valid, and not made: {made:?}"),
            (_, Status::Ok) => panic!("made, and not valid: {valid:?}"),
            _ => {}
        }
        libwasmer_module_delete(module);
        libwasmer_interrupt_delete(interrupt);
    }
    load(engine, bytes);
}

/// Looks at all of a module, keeps and loads it, and instantiates it without its imports.
unsafe fn instance(
    engine: *const libwasmer_engine_t,
    module: *const libwasmer_module_t,
    interrupt: *const libwasmer_interrupt_t,
) {
    let (mut arena, mut bytes, mut made) = (null_mut(), null_mut(), 0);
    // SAFETY: as above; views are read while the module lives.
    unsafe {
        for number in 0..=libwasmer_module_import_count(module) {
            let mut item = std::mem::MaybeUninit::uninit();
            called("import", |e| libwasmer_module_import(module, number, item.as_mut_ptr(), e));
        }
        for number in 0..=libwasmer_module_export_count(module) {
            let mut item = std::mem::MaybeUninit::uninit();
            called("export", |e| libwasmer_module_export(module, number, item.as_mut_ptr(), e));
        }
        libwasmer_module_name(module);
        let keep = |e| libwasmer_module_serialize(module, &mut bytes, e);
        assert_eq!(called("serialize", keep), Status::Ok);
        let status = load(engine, &taken(bytes));
        assert_eq!(status, Status::Ok, "what was just serialized");
        let new = |e| libwasmer_arena_new(engine, &mut arena, e);
        assert_eq!(called("arena", new), Status::Ok);
        let imports = vec![0; libwasmer_module_import_count(module)];
        called("instance", |e| {
            let (at, count) = (imports.as_ptr(), imports.len());
            libwasmer_instance_new_under(arena, module, at, count, 0, interrupt, &mut made, e)
        });
        called("nothing", |e| libwasmer_instance_new(arena, null(), null(), 0, 0, &mut made, e));
        libwasmer_arena_delete(arena);
    }
}
