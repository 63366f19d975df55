//! The library as a C program sees it, as far as scripts need it.

use std::ffi::c_void;
use std::ptr::{null, null_mut};
use wasmer::extension::arena::*;
use wasmer::extension::config::*;
use wasmer::extension::engine::*;
use wasmer::extension::error::*;
use wasmer::extension::func::*;
use wasmer::extension::global::*;
use wasmer::extension::instance::*;
use wasmer::extension::linker::*;
use wasmer::extension::memory::*;
use wasmer::extension::module::*;
use wasmer::extension::table::*;
use wasmer::runtime::{Compiler, Handle, Status, TrapKind, ValueKind};

/// What went wrong.
pub struct Failure {
    pub status: Status,
    pub trap: Option<TrapKind>,
    pub message: String,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}: {}", self.status, self.message.escape_debug())
    }
}

pub type Result<T> = std::result::Result<T, Failure>;

/// Calls a function whose last argument is the place for an error.
fn attempt(call: impl FnOnce(*mut *mut libwasmer_error_t) -> Status) -> Result<()> {
    let mut error = null_mut();
    let status = call(&mut error);
    if status == Status::Ok {
        return Ok(());
    }
    // SAFETY: an error that was just given to us, deleted once.
    unsafe {
        let view = libwasmer_error_message(error);
        let message = match view.size {
            0 => String::new(),
            size => {
                String::from_utf8_lossy(std::slice::from_raw_parts(view.data.cast(), size)).into()
            }
        };
        let trap = TrapKind::from_i32(libwasmer_error_trap(error));
        libwasmer_error_delete(error);
        Err(Failure { status, trap, message })
    }
}

/// Objects of the library. One script runs in a process, so none is freed before its end.
#[derive(Clone, Copy)]
pub struct Store {
    engine: *mut libwasmer_engine_t,
    arena: *mut libwasmer_arena_t,
    linker: *mut libwasmer_linker_t,
}

#[derive(Clone, Copy)]
pub struct Module(*mut libwasmer_module_t);

/// Host functions of scripts do nothing.
unsafe extern "C" fn nothing(
    _: *mut c_void,
    _: *const libwasmer_caller_t,
    _: *mut libwasmer_slot_t,
    _: usize,
) -> *mut libwasmer_error_t {
    null_mut()
}

impl Store {
    pub fn new(compiler: Compiler, features: &[(&str, bool)]) -> Result<Self> {
        let (mut engine, mut arena) = (null_mut(), null_mut());
        // SAFETY: each pointer is to an object made here, or to a string with its size.
        unsafe {
            let config = libwasmer_config_new();
            attempt(|e| libwasmer_config_set_compiler(config, compiler as u32, e))?;
            for &(name, on) in features {
                let (text, size) = (name.as_ptr().cast(), name.len());
                attempt(|e| libwasmer_config_set_feature(config, text, size, on, e))?;
            }
            attempt(|e| libwasmer_engine_new(config, &mut engine, e))?;
            libwasmer_config_delete(config);
            attempt(|e| libwasmer_arena_new(engine, &mut arena, e))?;
            let linker = libwasmer_linker_new();
            attempt(|e| libwasmer_linker_allow_shadowing(linker, true, e))?;
            Ok(Self { engine, arena, linker })
        }
    }

    pub fn validate(self, bytes: &[u8]) -> Result<()> {
        // SAFETY: the engine lives; the bytes come with their size.
        attempt(|e| unsafe {
            libwasmer_module_validate(self.engine, bytes.as_ptr(), bytes.len(), e)
        })
    }

    pub fn compile(self, bytes: &[u8]) -> Result<Module> {
        let mut module = null_mut();
        // SAFETY: as above.
        attempt(|e| unsafe {
            libwasmer_module_new(self.engine, bytes.as_ptr(), bytes.len(), &mut module, e)
        })?;
        Ok(Module(module))
    }

    pub fn instantiate(self, module: Module) -> Result<Handle> {
        let mut instance = 0;
        // SAFETY: all three live.
        attempt(|e| unsafe {
            libwasmer_linker_instantiate(self.linker, self.arena, module.0, 0, &mut instance, e)
        })?;
        Ok(instance)
    }

    /// Lets others import what an instance exports.
    pub fn register(self, name: &str, instance: Handle) -> Result<()> {
        let (text, size) = (name.as_ptr().cast(), name.len());
        // SAFETY: as above.
        attempt(|e| unsafe {
            libwasmer_linker_define_instance(self.linker, self.arena, text, size, instance, e)
        })
    }

    pub fn define(self, module: &str, name: &str, object: Handle) -> Result<()> {
        let ((text, size), (other, length)) =
            ((module.as_ptr().cast(), module.len()), (name.as_ptr().cast(), name.len()));
        // SAFETY: as above.
        attempt(|e| unsafe {
            libwasmer_linker_define(self.linker, text, size, other, length, object, e)
        })
    }

    pub fn export(self, instance: Handle, name: &str) -> Result<Handle> {
        let (mut export, text, size) = (0, name.as_ptr().cast(), name.len());
        // SAFETY: as above.
        attempt(|e| unsafe {
            let (arena, kind) = (self.arena, null_mut());
            libwasmer_instance_export(arena, instance, text, size, kind, &mut export, e)
        })?;
        Ok(export)
    }

    /// The kinds of a function's parameters and results.
    pub fn signature(self, func: Handle) -> Result<(Vec<ValueKind>, Vec<ValueKind>)> {
        // SAFETY: all zero is a value of each member; the kinds live as long as the arena.
        unsafe {
            let mut ty = std::mem::zeroed();
            attempt(|e| libwasmer_extern_type(self.arena, func, &mut ty, e))?;
            let kinds = |kinds: *const u8, count: usize| {
                (0..count).map(|i| ValueKind::from_u8(*kinds.add(i)).unwrap()).collect()
            };
            Ok((kinds(ty.params, ty.param_count), kinds(ty.results, ty.result_count)))
        }
    }

    /// The kind of a global's value.
    pub fn kind_of_global(self, global: Handle) -> Result<ValueKind> {
        // SAFETY: as above.
        unsafe {
            let mut ty = std::mem::zeroed();
            attempt(|e| libwasmer_extern_type(self.arena, global, &mut ty, e))?;
            Ok(ValueKind::from_u8(ty.value).unwrap())
        }
    }

    /// Calls with words, and leaves the results there.
    pub fn call(self, func: Handle, words: &mut [u64]) -> Result<()> {
        // SAFETY: the words come with their number.
        attempt(|e| unsafe {
            libwasmer_func_call_words(self.arena, func, words.as_mut_ptr(), words.len(), 0, e)
        })
    }

    pub fn global_get(self, global: Handle) -> Result<[u64; 2]> {
        let mut words = [0; 2];
        // SAFETY: two words.
        attempt(|e| unsafe { libwasmer_global_get(self.arena, global, words.as_mut_ptr(), e) })?;
        Ok(words)
    }

    pub fn new_func(self, params: &[ValueKind]) -> Result<Handle> {
        let kinds: Vec<u8> = params.iter().map(|&kind| kind as u8).collect();
        let (mut func, kinds, count) = (0, kinds.as_ptr(), kinds.len());
        // SAFETY: the callback needs no environment.
        attempt(|e| unsafe {
            let (arena, callback) = (self.arena, Some(nothing as _));
            let env = null_mut();
            libwasmer_func_new(arena, kinds, count, null(), 0, callback, env, None, &mut func, e)
        })?;
        Ok(func)
    }

    pub fn new_global(self, kind: ValueKind, word: u64) -> Result<Handle> {
        let (mut global, words) = (0, [word, 0]);
        // SAFETY: two words.
        attempt(|e| unsafe {
            libwasmer_global_new(self.arena, kind as u8, false, words.as_ptr(), &mut global, e)
        })?;
        Ok(global)
    }

    pub fn new_table(self, minimum: u32, maximum: u32) -> Result<Handle> {
        let (mut table, kind) = (0, ValueKind::FuncRef as u8);
        // SAFETY: a place for the handle.
        attempt(|e| unsafe {
            libwasmer_table_new(self.arena, kind, minimum, true, maximum, 0, &mut table, e)
        })?;
        Ok(table)
    }

    pub fn new_memory(self, minimum: u32, maximum: u32, shared: bool) -> Result<Handle> {
        let mut memory = 0;
        // SAFETY: as above.
        attempt(|e| unsafe {
            libwasmer_memory_new(self.arena, minimum, true, maximum, shared, &mut memory, e)
        })?;
        Ok(memory)
    }

    pub fn new_externref(self, data: u64) -> Result<Handle> {
        let mut reference = 0;
        // SAFETY: as above.
        attempt(|e| unsafe { libwasmer_externref_new(self.arena, data, &mut reference, e) })?;
        Ok(reference)
    }

    pub fn externref_data(self, reference: Handle) -> Result<u64> {
        let mut data = 0;
        // SAFETY: as above.
        attempt(|e| unsafe { libwasmer_externref_data(self.arena, reference, &mut data, e) })?;
        Ok(data)
    }
}
