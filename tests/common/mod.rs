//! What the tests of the runtime share.
#![allow(dead_code)]

pub mod probe;
pub mod rustc;
pub mod shapes;

use std::sync::mpsc;
use std::time::Duration;
use wasmer::runtime::*;

pub const COMPILERS: [Compiler; 2] = [Compiler::Cranelift, Compiler::Singlepass];

pub fn engine(compiler: Compiler) -> Engine {
    let mut config = Config::default();
    config.set_compiler(compiler).unwrap();
    Engine::new(config)
}

pub fn module(engine: &Engine, wat: &str) -> Module {
    Module::new(engine, wat.as_bytes())
        .unwrap_or_else(|error| panic!("{error}\n{}", &wat[..wat.len().min(2000)]))
}

/// An arena for a test, deleted as C does it.
pub struct Owned(pub *mut Arena);

impl Owned {
    pub fn new(engine: &Engine) -> Self {
        Self(Arena::new(engine).as_ptr())
    }
}

impl std::ops::Deref for Owned {
    type Target = Arena;
    fn deref(&self) -> &Arena {
        unsafe { &*self.0 }
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        unsafe { Arena::delete(self.0) };
    }
}

unsafe impl Send for Owned {}
unsafe impl Sync for Owned {}

pub fn slot(word: u64) -> Slot {
    Slot([word, 0])
}

/// Calls with words and gives as many as there are results (v128 takes two).
pub fn call(arena: &Arena, func: Handle, arguments: &[u64]) -> Result<Vec<u64>> {
    let signature = arena.signature(func)?;
    let mut words = arguments.to_vec();
    words.resize(signature.words.max(arguments.len()), 0);
    unsafe { arena.call_words(func, words.as_mut_ptr(), words.len(), 0)? };
    words.truncate(signature.ty.results.iter().map(|kind| kind.words()).sum());
    Ok(words)
}

/// Instantiates without imports and gives an export.
pub fn export(arena: &Arena, engine: &Engine, wat: &str, name: &str) -> Handle {
    let instance = arena.instantiate(&module(engine, wat), &[], 0).unwrap();
    arena.export_by_name(instance, name).unwrap().1
}

type Body = Box<dyn Fn(&CallInfo<'_>, &mut [Slot]) -> Result<()> + Send + Sync>;

/// A host function from a closure over slots.
pub struct Host(pub Body);

impl HostCall for Host {
    unsafe fn call(&self, info: &CallInfo<'_>, ty: &Signature, slots: *mut Slot) -> Result<()> {
        (self.0)(info, unsafe { std::slice::from_raw_parts_mut(slots, ty.slots) })
    }
}

pub fn host(
    arena: &Arena,
    params: &[ValueKind],
    results: &[ValueKind],
    body: impl Fn(&CallInfo<'_>, &mut [Slot]) -> Result<()> + Send + Sync + 'static,
) -> Handle {
    arena.new_func(FuncType::new(params, results), Box::new(Host(Box::new(body)))).unwrap()
}

/// Ends the process if it is not dropped in time: a call that hangs cannot be ended otherwise.
pub struct Watchdog(#[allow(dead_code)] mpsc::Sender<()>);

pub fn watchdog(name: &'static str, seconds: u64) -> Watchdog {
    let (alive, ended) = mpsc::channel();
    std::thread::spawn(move || {
        if ended.recv_timeout(Duration::from_secs(seconds)) == Err(mpsc::RecvTimeoutError::Timeout)
        {
            let text = format!("\n{name}: no end after {seconds} seconds, the process hangs\n");
            // Past the test harness, which keeps what a test prints until the test ends.
            unsafe { libc::write(2, text.as_ptr().cast(), text.len()) };
            std::process::abort();
        }
    });
    Watchdog(alive)
}

/// Numbers that look random and are the same in each run (xorshift64*).
pub struct Rng(pub u64);

impl Rng {
    pub fn word(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.word() % limit as u64) as usize
    }
}

/// A number as modules have it (LEB128).
pub fn number(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 128 {
        bytes.push(value as u8 | 128);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// Panics that a test causes on purpose are not printed.
pub fn silence_panics_with(text: &'static str) {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !info.to_string().contains(text) {
            before(info);
        }
    }));
}
