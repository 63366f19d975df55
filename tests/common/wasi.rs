//! A guest whose functions of WASI the tests call one by one: it exports a wrapper of each, and its
//! memory.
#![allow(dead_code)]

use super::common::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use wasmer::runtime::wasi::{self, Errno, State, Version};
use wasmer::runtime::*;

/// Names and types, written down from the specification once more.
pub const FUNCTIONS: &str = "args_get ii, args_sizes_get ii, environ_get ii, environ_sizes_get ii, \
    clock_res_get ii, clock_time_get iIi, fd_advise iIIi, fd_allocate iII, fd_close i, fd_datasync i, \
    fd_fdstat_get ii, fd_fdstat_set_flags ii, fd_fdstat_set_rights iII, fd_filestat_get ii, \
    fd_filestat_set_size iI, fd_filestat_set_times iIIi, fd_pread iiiIi, fd_prestat_get ii, \
    fd_prestat_dir_name iii, fd_pwrite iiiIi, fd_read iiii, fd_readdir iiiIi, fd_renumber ii, \
    fd_seek iIii, fd_sync i, fd_tell ii, fd_write iiii, path_create_directory iii, \
    path_filestat_get iiiii, path_filestat_set_times iiiiIIi, path_link iiiiiii, \
    path_open iiiiiIIii, path_readlink iiiiii, path_remove_directory iii, path_rename iiiiii, \
    path_symlink iiiii, path_unlink_file iii, poll_oneoff iiii, proc_exit i, proc_raise i, \
    sched_yield -, random_get ii, sock_accept iii, sock_recv iiiiii, sock_send iiiii, \
    sock_shutdown ii";

pub fn functions(version: Version) -> Vec<(&'static str, &'static str)> {
    let all = FUNCTIONS.split(", ").map(|text| text.trim().split_once(' ').unwrap());
    all.filter(|(name, _)| version == Version::Preview1 || *name != "sock_accept").collect()
}

/// The guest's text. `memory` is how it has its memory.
pub fn text(version: Version, memory: &str) -> String {
    let mut imports = String::new();
    let mut wrappers = String::new();
    for (name, params) in functions(version) {
        let kinds: Vec<&str> = params
            .chars()
            .filter(|c| *c != '-')
            .map(|c| if c == 'I' { "i64" } else { "i32" })
            .collect();
        let ty = format!(
            "(param {}) {}",
            kinds.join(" "),
            if name == "proc_exit" { "" } else { "(result i32)" }
        );
        let namespace = version.namespace().unwrap();
        imports += &format!("(import \"{namespace}\" \"{name}\" (func ${name} {ty}))\n");
        let get: String = (0..kinds.len()).map(|n| format!("local.get {n} ")).collect();
        wrappers += &format!("(func (export \"{name}\") {ty} {get} call ${name})\n");
    }
    format!("(module {imports} {memory} {wrappers})")
}

pub const MEMORY: &str = r#"(memory (export "memory") 4)"#;

/// Where the tests put what they pass and get, apart from each other.
pub const PATH: u32 = 0x1000;
pub const PATH2: u32 = 0x3000;
pub const BUFFER: u32 = 0x5000;
pub const IOVS: u32 = 0x800;
pub const OUT: u32 = 0x100;

pub const READ: u64 = 1 << 1;
pub const WRITE: u64 = 1 << 6;
pub const CREAT: u32 = 1;
pub const DIRECTORY: u32 = 2;
pub const EXCL: u32 = 4;
pub const TRUNC: u32 = 8;

pub struct Guest {
    pub arena: Owned,
    pub state: Arc<State>,
    pub instance: Handle,
    pub memory: Handle,
    pub version: Version,
}

pub fn ok(errno: Errno) {
    assert_eq!(errno, Errno::Success);
}

impl Guest {
    pub fn new(config: &wasi::Config) -> Self {
        Self::of(config, Compiler::Cranelift, Version::Preview1)
    }

    pub fn of(config: &wasi::Config, compiler: Compiler, version: Version) -> Self {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let module = super::common::module(&engine, &text(version, MEMORY));
        assert_eq!(wasi::version_of(&module), version);
        let state = State::new(config).unwrap();
        let imports = arena.wasi_imports(&state, &module).unwrap();
        let instance = arena.instantiate(&module, &imports, 0).unwrap();
        let memory = arena.export_by_name(instance, "memory").unwrap().1;
        Self { arena, state, instance, memory, version }
    }

    /// With a directory as descriptor 3.
    pub fn in_directory(directory: &Path) -> Self {
        let mut config = wasi::Config::default();
        config.directory(directory, "/", false).unwrap();
        Self::new(&config)
    }

    pub fn func(&self, name: &str) -> Handle {
        self.arena.export_by_name(self.instance, name).unwrap().1
    }

    pub fn try_call(&self, name: &str, arguments: &[u64]) -> Result<Errno> {
        let results = call(&self.arena, self.func(name), arguments)?;
        Ok(Errno::from_u16(results[0] as u16).unwrap())
    }

    pub fn call(&self, name: &str, arguments: &[u64]) -> Errno {
        self.try_call(name, arguments).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub fn put(&self, at: u32, bytes: &[u8]) {
        self.arena.memory_write(self.memory, at.into(), bytes).unwrap();
    }

    pub fn get(&self, at: u32, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.arena.memory_read(self.memory, at.into(), &mut bytes).unwrap();
        bytes
    }

    pub fn u32(&self, at: u32) -> u32 {
        u32::from_le_bytes(self.get(at, 4).try_into().unwrap())
    }

    pub fn u64(&self, at: u32) -> u64 {
        u64::from_le_bytes(self.get(at, 8).try_into().unwrap())
    }

    /// A function that takes a descriptor, a path, and more.
    pub fn at(&self, name: &str, fd: u32, path: &str, more: &[u64]) -> Errno {
        self.put(PATH, path.as_bytes());
        let mut all = vec![fd.into(), PATH.into(), path.len() as u64];
        all.extend_from_slice(more);
        self.call(name, &all)
    }

    pub fn open_with(
        &self,
        fd: u32,
        path: &str,
        follow: bool,
        flags: u32,
        rights: u64,
        fd_flags: u32,
    ) -> std::result::Result<u32, Errno> {
        self.put(PATH, path.as_bytes());
        let (inheriting, size) = (u64::MAX, path.len() as u64);
        let all = [fd.into(), follow.into(), PATH.into(), size, flags.into(), rights, inheriting];
        let all = [&all[..], &[fd_flags.into(), OUT.into()]].concat();
        match self.call("path_open", &all) {
            Errno::Success => Ok(self.u32(OUT)),
            errno => Err(errno),
        }
    }

    pub fn open(&self, path: &str, flags: u32, rights: u64) -> std::result::Result<u32, Errno> {
        self.open_with(3, path, true, flags, rights, 0)
    }

    pub fn close(&self, fd: u32) {
        ok(self.call("fd_close", &[fd.into()]));
    }

    pub fn write(&self, fd: u32, bytes: &[u8]) -> std::result::Result<u32, Errno> {
        self.put(BUFFER, bytes);
        self.put(IOVS, &[BUFFER.to_le_bytes(), (bytes.len() as u32).to_le_bytes()].concat());
        match self.call("fd_write", &[fd.into(), IOVS.into(), 1, OUT.into()]) {
            Errno::Success => Ok(self.u32(OUT)),
            errno => Err(errno),
        }
    }

    pub fn read(&self, fd: u32, count: u32) -> std::result::Result<Vec<u8>, Errno> {
        self.put(IOVS, &[BUFFER.to_le_bytes(), count.to_le_bytes()].concat());
        match self.call("fd_read", &[fd.into(), IOVS.into(), 1, OUT.into()]) {
            Errno::Success => Ok(self.get(BUFFER, self.u32(OUT) as usize)),
            errno => Err(errno),
        }
    }

    pub fn rename(&self, old: &str, new: &str) -> Errno {
        self.put(PATH, old.as_bytes());
        self.put(PATH2, new.as_bytes());
        let old = [3, PATH.into(), old.len() as u64];
        self.call("path_rename", &[&old[..], &[3, PATH2.into(), new.len() as u64]].concat())
    }

    pub fn link(&self, old: &str, new: &str) -> Errno {
        self.put(PATH, old.as_bytes());
        self.put(PATH2, new.as_bytes());
        let old = [3, 0, PATH.into(), old.len() as u64];
        self.call("path_link", &[&old[..], &[3, PATH2.into(), new.len() as u64]].concat())
    }

    pub fn symlink(&self, target: &str, path: &str) -> Errno {
        self.put(PATH, target.as_bytes());
        self.put(PATH2, path.as_bytes());
        let (target, path) = (target.len() as u64, path.len() as u64);
        self.call("path_symlink", &[PATH.into(), target, 3, PATH2.into(), path])
    }

    /// Type, size and number of links of what is at a path.
    pub fn stat(&self, path: &str, follow: bool) -> std::result::Result<(u8, u64, u64), Errno> {
        self.put(PATH, path.as_bytes());
        let all = [3, follow.into(), PATH.into(), path.len() as u64, OUT.into()];
        match self.call("path_filestat_get", &all) {
            Errno::Success => {
                Ok((self.get(OUT + 16, 1)[0], self.u64(OUT + 32), self.u64(OUT + 24)))
            }
            errno => Err(errno),
        }
    }

    /// The names in a directory, read with room for `room` bytes at a time.
    pub fn list(&self, fd: u32, room: u32) -> Vec<(String, u8)> {
        let (mut names, mut cookie) = (Vec::new(), 0);
        loop {
            let all = [fd.into(), BUFFER.into(), room.into(), cookie, OUT.into()];
            ok(self.call("fd_readdir", &all));
            let used = self.u32(OUT) as usize;
            let bytes = self.get(BUFFER, used);
            let mut at = 0;
            while at + 24 <= used {
                let size = u32::from_le_bytes(bytes[at + 16..at + 20].try_into().unwrap()) as usize;
                if at + 24 + size > used {
                    break;
                }
                let name = String::from_utf8(bytes[at + 24..at + 24 + size].to_vec()).unwrap();
                names.push((name, bytes[at + 20]));
                cookie = u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
                at += 24 + size;
            }
            if used < room as usize {
                return names;
            }
            assert!(at > 0, "no progress with room for {room}");
        }
    }
}

/// A guest that waits is ended soon after an interrupt, again and again, and goes on afterwards.
pub fn ended(guest: &Guest, name: &str, arguments: &[u64]) {
    let _watchdog = watchdog("interrupted waits", 60);
    for round in 0..20 {
        let interrupt = Interrupt::new().unwrap();
        let wait = Duration::from_millis(if round % 2 == 0 { 5 } else { 0 });
        interrupt.fire_after(Some(wait)).unwrap();
        let before = Instant::now();
        let error = guest.arena.under(interrupt, || guest.try_call(name, arguments)).unwrap_err();
        assert_eq!(error.status, Status::Interrupted, "{name}: {error}");
        assert_eq!(error.trap, Some(TrapKind::Interrupted));
        let took = before.elapsed();
        assert!(took < Duration::from_secs(2), "{name} took {took:?}");
        ok(guest.call("sched_yield", &[]));
    }
}

/// An empty directory for a test.
pub fn scratch(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wasi").join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}
