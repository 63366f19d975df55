//! Which compiler an engine uses.

use crate::runtime::{Compiler, Error, Status};
use crate::standard::config::{change, wasm_config_t};

/// The first three numbers of `wasmer_backend_t` are those of `Compiler`; the others have none.
const HEADLESS: u32 = 3;
const V8: u32 = 4;

#[unsafe(no_mangle)]
pub extern "C" fn wasmer_is_backend_available(backend: u32) -> bool {
    Compiler::from_u32(backend).is_some_and(Compiler::is_available)
}

/// A library without compilers is not made.
#[unsafe(no_mangle)]
pub extern "C" fn wasmer_is_headless() -> bool {
    false
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_config_set_backend(config: *mut wasm_config_t, backend: u32) {
    // SAFETY: the caller's promise.
    unsafe {
        change(config, |config| match Compiler::from_u32(backend) {
            Some(compiler) => config.set_compiler(compiler),
            None => Err(Error::new(
                Status::Unsupported,
                match backend {
                    HEADLESS => "backend HEADLESS: this library has compilers; a serialized \
                                 module is loaded without one by wasm_module_deserialize"
                        .to_owned(),
                    V8 => "backend V8: this library was built without it".to_owned(),
                    other => format!("{other} is not the number of a backend"),
                },
            )),
        });
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_config_sys_canonicalize_nans(
    config: *mut wasm_config_t,
    enable: bool,
) {
    // SAFETY: the caller's promise.
    unsafe {
        change(config, |config| {
            config.set_canonicalize_nans(enable);
            Ok(())
        });
    }
}

/// As Wasmer called it up to version 4.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_config_set_compiler(config: *mut wasm_config_t, compiler: u32) {
    // SAFETY: passed on.
    unsafe { wasm_config_set_backend(config, compiler) }
}

#[unsafe(no_mangle)]
pub extern "C" fn wasmer_is_compiler_available(compiler: u32) -> bool {
    wasmer_is_backend_available(compiler)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_config_canonicalize_nans(config: *mut wasm_config_t, enable: bool) {
    // SAFETY: passed on.
    unsafe { wasm_config_sys_canonicalize_nans(config, enable) }
}

/// The engine that is left of those that Wasmer 2 had: code in memory.
const UNIVERSAL: u32 = 0;

#[unsafe(no_mangle)]
pub extern "C" fn wasmer_is_engine_available(engine: u32) -> bool {
    engine == UNIVERSAL
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasm_config_set_engine(config: *mut wasm_config_t, engine: u32) {
    // SAFETY: the caller's promise.
    unsafe {
        change(config, |_| match engine {
            UNIVERSAL => Ok(()),
            1 | 2 => Err(Error::new(
                Status::Unsupported,
                "engine DYLIB or STATICLIB: Wasmer gave them up in version 3, UNIVERSAL is left",
            )),
            other => Err(Error::new(
                Status::Unsupported,
                format!("{other} is not the number of an engine"),
            )),
        });
    }
}
