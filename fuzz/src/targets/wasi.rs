//! Calls of WASI preview 1 against the same on the host's own file system, in a directory beside: they
//! must work or fail alike, with an error of the same class, and leave the same files. Nothing outside of
//! the directory may change.

use super::common::{Owned, engine, module};
use super::guest::{self, CREAT, DIRECTORY, EXCL, Guest, OUT, PATH, PATH2, READ, TRUNC, WRITE};
use super::mirror::{self, Answer, Mirror};
use arbitrary::Unstructured;
use rustix::fs::{FileType, OFlags};
use rustix::io::Errno as Host;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use wasmer::runtime::wasi::{Config, Errno, State, Version};
use wasmer::runtime::{Compiler, Engine, Module};

/// Errors that mean the same to a program. What is refused is refused by one rule or another.
#[derive(PartialEq, Eq, Debug)]
enum Class {
    Missing,
    Exists,
    Kind,
    Loop,
    Refused,
    Invalid,
    TooBig,
    Other(u16),
}

fn class_of_guest(errno: Errno) -> Class {
    match errno {
        Errno::Noent => Class::Missing,
        Errno::Exist | Errno::Notempty => Class::Exists,
        Errno::Notdir | Errno::Isdir => Class::Kind,
        Errno::Loop => Class::Loop,
        Errno::Notcapable | Errno::Perm | Errno::Acces | Errno::Badf => Class::Refused,
        Errno::Inval => Class::Invalid,
        Errno::Fbig | Errno::Nospc => Class::TooBig,
        other => Class::Other(other as u16),
    }
}

fn class_of_host(errno: Host) -> Class {
    match errno {
        Host::NOENT => Class::Missing,
        Host::EXIST | Host::NOTEMPTY => Class::Exists,
        Host::NOTDIR | Host::ISDIR => Class::Kind,
        Host::LOOP => Class::Loop,
        Host::XDEV | Host::PERM | Host::ACCESS | Host::BADF => Class::Refused,
        Host::INVAL => Class::Invalid,
        Host::FBIG | Host::NOSPC => Class::TooBig,
        other => Class::Other(other.raw_os_error() as u16),
    }
}

/// Whether a path has a form for which there are several errors to choose from: it ends with a slash or
/// with a name that is no name.
fn is_odd(path: &str) -> bool {
    path.is_empty() || path.ends_with('/') || path.ends_with('.') || path.starts_with('/')
}

fn path(u: &mut Unstructured<'_>) -> String {
    const NAMES: [&str; 8] = ["a", "b", "c", "d", "a", "b", "..", "."];
    let count = u.int_in_range(1..=4).unwrap_or(1);
    let names: Vec<_> = (0..count).map(|_| *u.choose(&NAMES).unwrap_or(&"a")).collect();
    let path = names.join("/");
    match u.int_in_range(0..=20) {
        Ok(1) => format!("{path}/"),
        Ok(2) => format!("/{path}"),
        Ok(3) => path.replace('/', "//"),
        Ok(4) => String::new(),
        _ => path,
    }
}

/// A file that is open in both.
struct Open {
    fd: u32,
    file: File,
    is_directory: bool,
    readable: bool,
    writable: bool,
}

/// The guest, its mirror, and what is open in both.
struct Pair {
    guest: Guest,
    mirror: Mirror,
    open: Vec<Open>,
    log: Vec<String>,
}

static NUMBER: AtomicUsize = AtomicUsize::new(0);

/// A directory that goes when it is dropped.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A guest with a directory; compiled once.
fn guest(directory: &Path) -> Guest {
    static MADE: OnceLock<(Engine, Module)> = OnceLock::new();
    let (engine, module) = MADE.get_or_init(|| {
        let engine = engine(Compiler::Cranelift);
        let text = guest::text(Version::Preview1, guest::MEMORY);
        let module = module(&engine, &text);
        (engine, module)
    });
    let mut config = Config::default();
    config.directory(directory, "/", false).unwrap();
    let (arena, state) = (Owned::new(engine), State::new(&config).unwrap());
    let imports = arena.wasi_imports(&state, module).unwrap();
    let instance = arena.instantiate(module, &imports, 0).unwrap();
    let memory = arena.export_by_name(instance, "memory").unwrap().1;
    Guest { arena, state, instance, memory, version: Version::Preview1 }
}

pub fn run(data: &[u8]) {
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("libwasmer-fuzz-{}-{number}", std::process::id());
    let scratch = Scratch(std::env::temp_dir().join(name));
    let [ours, theirs] = ["ours", "theirs"].map(|name| scratch.0.join(name));
    for directory in [&ours, &theirs] {
        std::fs::create_dir_all(directory).unwrap();
    }
    std::fs::write(scratch.0.join("a"), "not for the guest").unwrap();
    let mut u = Unstructured::new(data);
    let mut pair = Pair {
        guest: guest(&ours),
        mirror: Mirror::new(&theirs),
        open: Vec::new(),
        log: Vec::new(),
    };
    for _ in 0..60 {
        if u.is_empty() {
            break;
        }
        pair.step(&mut u);
    }
    let log = pair.log.join("\n");
    drop(pair);
    assert_eq!(mirror::tree(&ours), mirror::tree(&theirs), "after\n{log}");
    let mut outside: Vec<_> = std::fs::read_dir(&scratch.0)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    outside.sort();
    assert_eq!(outside, ["a", "ours", "theirs"], "outside, after\n{log}");
    assert_eq!(std::fs::read(scratch.0.join("a")).unwrap(), b"not for the guest", "after\n{log}");
}

impl Pair {
    /// Compares how both ended; `exact` if the error is to be of the same class.
    fn same(&mut self, what: String, exact: bool, guest: Errno, host: Answer<()>) {
        self.log.push(format!("{what}: {guest:?}, host {host:?}"));
        let log = || self.log.join("\n");
        match host {
            Ok(()) => assert_eq!(guest, Errno::Success, "{}", log()),
            Err(_) if !exact => assert_ne!(guest, Errno::Success, "{}", log()),
            Err(errno) => {
                assert_ne!(guest, Errno::Success, "{}", log());
                assert_eq!(class_of_guest(guest), class_of_host(errno), "{}", log());
            }
        }
    }

    fn at(&self, name: &str, path: &str) -> Errno {
        self.guest.at(name, 3, path, &[])
    }

    fn step(&mut self, u: &mut Unstructured<'_>) {
        let one = path(u);
        let exact = !is_odd(&one);
        match u.int_in_range(0..=15).unwrap_or(0) {
            0 => {
                let guest = self.at("path_create_directory", &one);
                let host = self.mirror.make_directory(&one);
                self.same(format!("mkdir {one:?}"), exact, guest, host);
            }
            1 => {
                let guest = self.at("path_remove_directory", &one);
                let host = self.mirror.remove_directory(&one);
                self.same(format!("rmdir {one:?}"), exact, guest, host);
            }
            2 => {
                let guest = self.at("path_unlink_file", &one);
                let host = self.mirror.unlink(&one);
                self.same(format!("unlink {one:?}"), exact, guest, host);
            }
            3 => self.rename(&one, &path(u)),
            4 => {
                let two = path(u);
                let guest = self.guest.link(&one, &two);
                // No links to links: what they say would be read from elsewhere.
                if guest == Errno::Perm {
                    return self.log.push(format!("link {one:?} {two:?}: refused"));
                }
                let exact = exact && !is_odd(&two);
                let host = self.mirror.link(&one, &two);
                self.same(format!("link {one:?} {two:?}"), exact, guest, host);
            }
            5 => self.symlink(&one, &path(u)),
            6..=8 => self.open(&one, u),
            9 => {
                let follow = u.arbitrary().unwrap_or(true);
                let guest = self.guest.stat(&one, follow);
                let host = self.mirror.stat(&one, follow);
                let what = format!("stat {one:?} {follow}: {guest:?}, {host:?}");
                self.same(what, exact, guest.err().unwrap_or(Errno::Success), host.map(drop));
                self.same_stat(guest, host);
            }
            10 => {
                self.guest.put(PATH, one.as_bytes());
                let all = [3, PATH.into(), one.len() as u64, PATH2.into(), 4096, OUT.into()];
                let guest = self.guest.call("path_readlink", &all);
                let host = self.mirror.read_link(&one);
                self.same(format!("readlink {one:?}"), exact, guest, host.clone().map(drop));
                if let Ok(link) = host {
                    let size = self.guest.u32(OUT) as usize;
                    assert_eq!(self.guest.get(PATH2, size), link);
                }
            }
            _ => self.on_file(u),
        }
    }

    fn rename(&mut self, one: &str, two: &str) {
        let guest = self.guest.rename(one, two);
        // A link that would lead out from there is not moved.
        if guest == Errno::Perm {
            return self.log.push(format!("rename {one:?} {two:?}: refused"));
        }
        let exact = !is_odd(one) && !is_odd(two);
        let host = self.mirror.rename(one, two);
        self.same(format!("rename {one:?} {two:?}"), exact, guest, host);
    }

    fn symlink(&mut self, target: &str, path: &str) {
        let guest = self.guest.symlink(target, path);
        // What would lead out, or might once something is moved, is not made.
        if guest == Errno::Perm && (target.contains("..") || target.starts_with('/')) {
            return self.log.push(format!("symlink {target:?} {path:?}: refused"));
        }
        let exact = !is_odd(path) && !target.is_empty();
        let host = self.mirror.symlink(target, path);
        self.same(format!("symlink {target:?} {path:?}"), exact, guest, host);
    }

    fn same_stat(&self, guest: Result<(u8, u64, u64), Errno>, host: Answer<mirror::Stat>) {
        let (Ok((kind, size, links)), Ok((expected, bytes, count))) = (guest, host) else { return };
        let log = || self.log.join("\n");
        let number = match expected {
            FileType::Directory => 3,
            FileType::RegularFile => 4,
            FileType::Symlink => 7,
            other => panic!("{other:?} in the mirror"),
        };
        assert_eq!(kind, number, "{}", log());
        if number != 3 {
            assert_eq!((size, links), (bytes, count), "{}", log());
        }
    }

    fn open(&mut self, path: &str, u: &mut Unstructured<'_>) {
        if self.open.len() > 8 {
            let open = self.open.remove(0);
            return self.guest.close(open.fd);
        }
        let bits: u8 = u.arbitrary().unwrap_or(0);
        let is = |bit: u8| bits & 1 << bit != 0;
        let (create, directory, new, cut) = (is(0), is(1) && is(7), is(2), is(3) && is(4));
        let (readable, writable, follow) = (is(5) || !is(6), is(6), !(is(7) && is(0)));
        let mut flags = OFlags::NOCTTY | OFlags::NONBLOCK;
        let mut oflags = 0;
        let each = [
            (create, CREAT, OFlags::CREATE),
            (directory, DIRECTORY, OFlags::DIRECTORY),
            (new, EXCL, OFlags::EXCL),
            (cut, TRUNC, OFlags::TRUNC),
        ];
        for (is, guest, host) in each {
            if is {
                oflags |= guest;
                flags |= host;
            }
        }
        // What the kernel leaves open: without CREATE it ignores EXCL, and cuts what is only read. A
        // directory that is to be made or cut is refused by the library before it looks at the path, as
        // wasmtime does.
        if new && !create || cut && !writable || (create || cut) && directory {
            return;
        }
        flags |= match (readable, writable) {
            (true, true) => OFlags::RDWR,
            (false, true) => OFlags::WRONLY,
            _ => OFlags::RDONLY,
        };
        if !follow {
            flags |= OFlags::NOFOLLOW;
        }
        let mut rights = if readable { READ } else { 0 };
        if writable {
            rights |= WRITE | 1 << 22 | 1 << 2 | 1 << 5;
        }
        let guest = self.guest.open_with(3, path, follow, oflags, rights, 0);
        let host = self.mirror.open(path, flags);
        let what = format!("open {path:?} {flags:?}");
        let end = host.as_ref().map(drop).map_err(|errno| *errno);
        self.same(what, !is_odd(path), guest.err().unwrap_or(Errno::Success), end);
        if let (Ok(fd), Ok(file)) = (guest, host) {
            let is_directory = file.metadata().unwrap().is_dir();
            self.open.push(Open { fd, file, is_directory, readable, writable });
        }
    }

    /// Something on a file that is open.
    fn on_file(&mut self, u: &mut Unstructured<'_>) {
        if self.open.is_empty() {
            return;
        }
        let place = u.int_in_range(0..=self.open.len() - 1).unwrap_or(0);
        let Open { fd, file, is_directory, readable, writable } = &mut self.open[place];
        let (fd, guest) = (*fd, &self.guest);
        let what = u.int_in_range(0..=9).unwrap_or(0);
        if *is_directory {
            if what < 4 {
                let mut names: Vec<_> =
                    guest.list(fd, 64 + what * 100).into_iter().map(|(name, _)| name).collect();
                names.retain(|name| name != "." && name != "..");
                names.sort();
                assert_eq!(names, mirror::list(file), "listing, after\n{}", self.log.join("\n"));
            }
            return;
        }
        let size = u.int_in_range(0..=300).unwrap_or(1);
        let at: u64 = u.int_in_range(0..=5000).unwrap_or(0);
        let bytes: Vec<u8> = (0..size).map(|n| (n as u64 + at) as u8).collect();
        let log = self.log.join("\n");
        self.log.push(format!("on file {fd}: {what} of {size} at {at}"));
        match what {
            0 | 1 if *writable => {
                assert_eq!(guest.write(fd, &bytes), Ok(size as u32), "{log}");
                file.write_all(&bytes).unwrap();
            }
            2 if *writable => {
                guest.put(guest::BUFFER, &bytes);
                iov(guest, size as u32);
                let all = [fd.into(), guest::IOVS.into(), 1, at, OUT.into()];
                assert_eq!(guest.call("fd_pwrite", &all), Errno::Success, "{log}");
                file.write_all_at(&bytes, at).unwrap();
            }
            3 if *writable => {
                let errno = guest.call("fd_filestat_set_size", &[fd.into(), at]);
                assert_eq!(errno, Errno::Success, "{log}");
                file.set_len(at).unwrap();
            }
            4 | 5 if *readable => {
                let found = guest.read(fd, size as u32).unwrap();
                let mut expected = vec![0; size];
                let count = file.read(&mut expected).unwrap();
                assert_eq!(found, expected[..count], "read, after\n{log}");
            }
            6 if *readable => {
                iov(guest, size as u32);
                let all = [fd.into(), guest::IOVS.into(), 1, at, OUT.into()];
                assert_eq!(guest.call("fd_pread", &all), Errno::Success, "{log}");
                let found = guest.get(guest::BUFFER, guest.u32(OUT) as usize);
                let mut expected = vec![0; size];
                let count = file.read_at(&mut expected, at).unwrap();
                assert_eq!(found, expected[..count], "pread, after\n{log}");
            }
            7 => {
                let (whence, from) = match size % 3 {
                    0 => (0, SeekFrom::Start(at)),
                    1 => (1, SeekFrom::Current(at as i64 - 2500)),
                    _ => (2, SeekFrom::End(at as i64 - 2500)),
                };
                let offset = if whence == 0 { at } else { at.wrapping_sub(2500) };
                let errno = guest.call("fd_seek", &[fd.into(), offset, whence, OUT.into()]);
                match file.seek(from) {
                    Ok(place) => {
                        assert_eq!(errno, Errno::Success, "seek, after\n{log}");
                        assert_eq!(guest.u64(OUT), place, "seek, after\n{log}");
                    }
                    Err(_) => assert_eq!(errno, Errno::Inval, "seek, after\n{log}"),
                }
            }
            8 => {
                let errno = guest.call("fd_filestat_get", &[fd.into(), OUT.into()]);
                assert_eq!(errno, Errno::Success, "{log}");
                let found = (guest.get(OUT + 16, 1)[0], guest.u64(OUT + 32), guest.u64(OUT + 24));
                let expected = mirror::stat_file(file);
                self.same_stat(Ok(found), expected);
            }
            9 => {
                guest.close(fd);
                let errno = guest.call("fd_tell", &[fd.into(), OUT.into()]);
                assert_eq!(errno, Errno::Badf, "{log}");
                self.open.remove(place);
            }
            _ => {
                let found =
                    if *writable { guest.read(fd, 1).err() } else { guest.write(fd, &bytes).err() };
                let refused = found.map(class_of_guest);
                assert_eq!(refused, Some(Class::Refused), "{log}");
            }
        }
    }
}

fn iov(guest: &Guest, size: u32) {
    let vector = [guest::BUFFER.to_le_bytes(), size.to_le_bytes()].concat();
    guest.put(guest::IOVS, &vector);
}
