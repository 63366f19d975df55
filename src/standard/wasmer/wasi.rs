//! WASI, by the names of `wasmer.h`.

use super::super::externs;
use super::super::instance;
use super::super::module::code;
use super::super::reference::{
    Object, wasm_extern_t, wasm_func_t, wasm_instance_t, wasm_memory_t, wasm_module_t, wasm_ref_t,
};
use super::super::store::{store, wasm_store_t};
use super::named_extern::{wasmer_named_extern_t, wasmer_named_extern_vec_t};
use crate::extension::version::live::Live;
use crate::ffi;
use crate::runtime::wasi::config::{Input, Output, descriptor};
use crate::runtime::wasi::limits::CAPTURE_BYTES;
use crate::runtime::wasi::{Config, State, Version, version_of};
use crate::runtime::{Handle, Noun, Result};
use crate::standard::externs::wasm_extern_vec_t;
use crate::standard::vector::Owned;
use crate::standard::{attempt, fill};
use std::ffi::{CStr, OsStr, c_char};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr::null_mut;
use std::sync::Arc;

pub struct wasi_config_t {
    config: Config,
    _live: Live,
}

pub struct wasi_env_t {
    state: Arc<State>,
    store: Arc<wasm_store_t>,
    _live: Live,
}

/// Text of C's, without the NUL at its end.
unsafe fn text<'a>(pointer: *const c_char, name: &str) -> Result<&'a [u8]> {
    ffi::in_place(pointer, 1, name)?;
    // SAFETY: the caller's promise of a NUL.
    Ok(unsafe { CStr::from_ptr(pointer) }.to_bytes())
}

/// The streams are those of the process, until something else is said.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasi_config_new(program_name: *const c_char) -> *mut wasi_config_t {
    attempt(null_mut(), || {
        let mut config = Config::default();
        // SAFETY: the caller's promise.
        config.argument(unsafe { text(program_name, "program_name")? })?;
        // A stream that the process has closed is an empty one.
        if let Ok(fd) = descriptor(0, false) {
            config.input(Input::Descriptor(fd))?;
        }
        if let Ok(fd) = descriptor(1, false) {
            config.output(Output::Descriptor(fd))?;
        }
        if let Ok(fd) = descriptor(2, false) {
            config.error(Output::Descriptor(fd))?;
        }
        Ok(Box::into_raw(Box::new(wasi_config_t { config, _live: Live::new() })))
    })
}

/// Changes a configuration; false if that fails.
unsafe fn change(config: *mut wasi_config_t, by: impl FnOnce(&mut Config) -> Result<()>) -> bool {
    attempt(false, || {
        // SAFETY: the caller's promise.
        by(&mut unsafe { ffi::take(config, "config")? }.config)?;
        Ok(true)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasi_config_arg(config: *mut wasi_config_t, arg: *const c_char) {
    // SAFETY: the caller's promise.
    unsafe { change(config, |config| config.argument(text(arg, "arg")?)) };
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasi_config_env(
    config: *mut wasi_config_t,
    key: *const c_char,
    value: *const c_char,
) {
    // SAFETY: the caller's promise.
    unsafe { change(config, |config| config.variable(text(key, "key")?, text(value, "value")?)) };
}

unsafe fn map(config: *mut wasi_config_t, alias: *const c_char, dir: *const c_char) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        change(config, |config| {
            let dir = Path::new(OsStr::from_bytes(text(dir, "dir")?));
            let alias = text(alias, "alias")?;
            config.directory(dir, ffi::text(alias.as_ptr().cast(), alias.len(), "alias")?, false)
        })
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasi_config_preopen_dir(
    config: *mut wasi_config_t,
    dir: *const c_char,
) -> bool {
    // SAFETY: passed on.
    unsafe { map(config, dir, dir) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasi_config_mapdir(
    config: *mut wasi_config_t,
    alias: *const c_char,
    dir: *const c_char,
) -> bool {
    // SAFETY: passed on.
    unsafe { map(config, alias, dir) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasi_config_capture_stdout(config: *mut wasi_config_t) {
    // SAFETY: passed on.
    unsafe { change(config, |config| config.output(Output::Capture(CAPTURE_BYTES))) };
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasi_config_inherit_stdout(config: *mut wasi_config_t) {
    // SAFETY: passed on.
    unsafe { change(config, |config| config.output(Output::Descriptor(descriptor(1, false)?))) };
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasi_config_capture_stderr(config: *mut wasi_config_t) {
    // SAFETY: passed on.
    unsafe { change(config, |config| config.error(Output::Capture(CAPTURE_BYTES))) };
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasi_config_inherit_stderr(config: *mut wasi_config_t) {
    // SAFETY: passed on.
    unsafe { change(config, |config| config.error(Output::Descriptor(descriptor(2, false)?))) };
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasi_config_inherit_stdin(config: *mut wasi_config_t) {
    // SAFETY: passed on.
    unsafe { change(config, |config| config.input(Input::Descriptor(descriptor(0, false)?))) };
}

/// The configuration is taken over, also on failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasi_env_new(
    store: *mut wasm_store_t,
    config: *mut wasi_config_t,
) -> *mut wasi_env_t {
    attempt(null_mut(), || {
        // SAFETY: the caller's promise.
        let config = unsafe {
            ffi::borrow(config, "config")?;
            ffi::owned(config)
        };
        // SAFETY: as above.
        let store = unsafe { self::store(store)? };
        let config = config.map(|config| config.config).unwrap_or_default();
        let state = State::new(&config)?;
        Ok(Box::into_raw(Box::new(wasi_env_t { state, store, _live: Live::new() })))
    })
}

/// What was made for it goes on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasi_env_delete(env: *mut wasi_env_t) {
    // SAFETY: the caller's promise.
    ffi::guard_or((), || drop(unsafe { ffi::owned(env) }));
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasi_env_set_memory(env: *mut wasi_env_t, memory: *const wasm_memory_t) {
    attempt((), || {
        // SAFETY: the caller's promise.
        let (env, memory) = unsafe { (ffi::borrow(env, "env")?, externs::object(memory)?) };
        env.store.arena().wasi_set_memory(&env.state, memory.handle()?)
    });
}

/// Moves captured bytes to a buffer: how many there were, 0 if there are none now, -1 on failure.
unsafe fn read(env: *mut wasi_env_t, error: bool, buffer: *mut c_char, size: usize) -> isize {
    attempt(-1, || {
        // SAFETY: the caller's promise.
        let env = unsafe { ffi::borrow(env, "env")? };
        ffi::in_place(buffer, size, "buffer")?;
        let captured = if error { &env.state.error } else { &env.state.output };
        let captured = captured.as_ref().ok_or_else(|| {
            crate::runtime::Error::new(
                crate::runtime::Status::NotFound,
                "wasi: this output is not captured",
            )
        })?;
        let size = size.min(isize::MAX as usize);
        if size == 0 {
            return Ok(0);
        }
        // SAFETY: the caller's promise; written to before it is referred to.
        let room = unsafe {
            buffer.write_bytes(0, size);
            std::slice::from_raw_parts_mut(buffer.cast::<u8>(), size)
        };
        Ok(captured.take_into(room) as isize)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasi_env_read_stdout(
    env: *mut wasi_env_t,
    buffer: *mut c_char,
    buffer_len: usize,
) -> isize {
    // SAFETY: passed on.
    unsafe { read(env, false, buffer, buffer_len) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasi_env_read_stderr(
    env: *mut wasi_env_t,
    buffer: *mut c_char,
    buffer_len: usize,
) -> isize {
    // SAFETY: passed on.
    unsafe { read(env, true, buffer, buffer_len) }
}

/// A `wasi_version_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasi_get_wasi_version(module: *const wasm_module_t) -> i32 {
    attempt(-1, || {
        // SAFETY: the caller's promise.
        Ok(match version_of(&unsafe { code(module)? }.module) {
            Version::None => -1,
            version => version as i32,
        })
    })
}

/// The functions of WASI that a module imports, by their place among its imports.
unsafe fn functions(
    env: *mut wasi_env_t,
    module: *const wasm_module_t,
) -> Result<Vec<*mut wasm_extern_t>> {
    // SAFETY: the caller's promise.
    let (env, module) = unsafe { (ffi::borrow(env, "wasi_env")?, code(module)?) };
    let handles = env.store.arena().wasi_imports(&env.state, &module.module)?;
    let make = |handle: Handle| match handle {
        0 => Ok(null_mut()),
        handle => Ok(wasm_ref_t::into_raw(Object::reference(&env.store, Noun::Func, handle)?)),
    };
    handles.into_iter().map(make).collect()
}

/// A vector for all imports of a module. What is none of WASI's is NULL, for the program to fill in.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasi_get_imports(
    _store: *const wasm_store_t,
    env: *mut wasi_env_t,
    module: *const wasm_module_t,
    imports: *mut wasm_extern_vec_t,
) -> bool {
    let mut made = false;
    // SAFETY: the caller's promise.
    unsafe {
        fill(imports, wasm_extern_vec_t::EMPTY, || {
            let vector = wasm_extern_vec_t::from_elements(functions(env, module)?)?;
            made = true;
            Ok(vector)
        });
    }
    made
}

/// What a module imports of WASI, with names, and nothing else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasi_get_unordered_imports(
    env: *mut wasi_env_t,
    module: *const wasm_module_t,
    imports: *mut wasmer_named_extern_vec_t,
) -> bool {
    let mut made = false;
    // SAFETY: the caller's promise.
    unsafe {
        fill(imports, wasmer_named_extern_vec_t::EMPTY, || {
            // Owned, so that what is not used is deleted whatever happens.
            let all = Owned(wasm_extern_vec_t::from_elements(functions(env, module)?)?);
            let mut named = Vec::new();
            let imports = code(module)?.module.imports();
            for (import, external) in imports.iter().zip(all.0.elements("imports")?) {
                if !external.is_null() {
                    named.push(wasmer_named_extern_t::new(import, *external)?);
                }
            }
            let named = named.into_iter().map(Box::into_raw).collect();
            let vector = wasmer_named_extern_vec_t::from_elements(named)?;
            made = true;
            Ok(vector)
        });
    }
    made
}

/// Initializes a reactor; for a command there is nothing to do, because its functions find its memory
/// by themselves.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasi_env_initialize_instance(
    env: *mut wasi_env_t,
    _store: *mut wasm_store_t,
    instance: *mut wasm_instance_t,
) -> bool {
    attempt(false, || {
        // SAFETY: the caller's promise.
        let (_, instance) = unsafe { (ffi::borrow(env, "wasi_env")?, instance::object(instance)?) };
        instance.store.arena().wasi_initialize(instance.handle()?, 0)?;
        Ok(true)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasi_get_start_function(
    instance: *mut wasm_instance_t,
) -> *mut wasm_func_t {
    attempt(null_mut(), || {
        // SAFETY: the caller's promise.
        let instance = unsafe { instance::object(instance)? };
        let store = &instance.store;
        let (_, start) = store.arena().export_by_name(instance.handle()?, "_start")?;
        let noun = store.arena().noun(start)?;
        Ok(wasm_ref_t::into_raw(Object::reference(store, noun, start)?))
    })
}
