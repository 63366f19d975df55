//! Open files: positions, sizes, flags, rights, times, listings, descriptors.

mod common;
#[path = "common/wasi.rs"]
mod guest;

use guest::*;
use std::fs;
use wasmer::runtime::wasi::{Config, Errno, Version};

const SEEK_SET: u64 = 0;
const SEEK_CUR: u64 = 1;
const SEEK_END: u64 = 2;

impl Guest {
    fn seek(&self, fd: u32, by: i64, whence: u64) -> Result<u64, Errno> {
        match self.call("fd_seek", &[fd.into(), by as u64, whence, OUT.into()]) {
            Errno::Success => Ok(self.u64(OUT)),
            errno => Err(errno),
        }
    }

    fn at_offset(&self, name: &str, fd: u32, size: u32, offset: u64) -> Result<u32, Errno> {
        self.put(IOVS, &[BUFFER.to_le_bytes(), size.to_le_bytes()].concat());
        match self.call(name, &[fd.into(), IOVS.into(), 1, offset, OUT.into()]) {
            Errno::Success => Ok(self.u32(OUT)),
            errno => Err(errno),
        }
    }

    /// Type, flags, rights and rights to inherit.
    fn fdstat(&self, fd: u32) -> (u8, u16, u64, u64) {
        ok(self.call("fd_fdstat_get", &[fd.into(), OUT.into()]));
        let flags = u16::from_le_bytes(self.get(OUT + 2, 2).try_into().unwrap());
        (self.get(OUT, 1)[0], flags, self.u64(OUT + 8), self.u64(OUT + 16))
    }

    fn size(&self, fd: u32) -> u64 {
        ok(self.call("fd_filestat_get", &[fd.into(), OUT.into()]));
        self.u64(OUT + 32)
    }
}

#[test]
fn positions_and_sizes() {
    let guest = Guest::in_directory(&scratch("positions"));
    let fd = guest.open("f", CREAT, READ | WRITE).unwrap();
    assert_eq!(guest.write(fd, b"0123456789").unwrap(), 10);
    assert_eq!(guest.seek(fd, 0, SEEK_CUR), Ok(10));
    assert_eq!(guest.seek(fd, -3, SEEK_END), Ok(7));
    assert_eq!(guest.read(fd, 100).unwrap(), b"789");
    assert_eq!(guest.read(fd, 100).unwrap(), b"");
    assert_eq!(guest.seek(fd, -11, SEEK_END), Err(Errno::Inval));
    assert_eq!(guest.seek(fd, -1, SEEK_SET), Err(Errno::Inval));
    assert_eq!(guest.seek(fd, 0, 3), Err(Errno::Inval));
    assert_eq!(guest.seek(fd, 2, SEEK_SET), Ok(2));
    ok(guest.call("fd_tell", &[fd.into(), OUT.into()]));
    assert_eq!(guest.u64(OUT), 2);
    // At an offset, which moves nothing.
    guest.put(BUFFER, b"XY");
    assert_eq!(guest.at_offset("fd_pwrite", fd, 2, 20), Ok(2));
    assert_eq!(guest.at_offset("fd_pread", fd, 5, 8), Ok(5));
    assert_eq!(guest.get(BUFFER, 5), b"89\0\0\0");
    assert_eq!(guest.at_offset("fd_pread", fd, 5, 1 << 63), Err(Errno::Inval));
    assert_eq!(guest.seek(fd, 0, SEEK_CUR), Ok(2));
    assert_eq!(guest.size(fd), 22);
    // Several buffers, an empty one among them.
    guest.seek(fd, 0, SEEK_SET).unwrap();
    let iovs: Vec<u8> = [(BUFFER, 3u32), (BUFFER, 0), (BUFFER + 10, 4)]
        .iter()
        .flat_map(|(at, size)| [at.to_le_bytes(), size.to_le_bytes()].concat())
        .collect();
    guest.put(IOVS, &iovs);
    ok(guest.call("fd_read", &[fd.into(), IOVS.into(), 3, OUT.into()]));
    assert_eq!((guest.u32(OUT), guest.get(BUFFER, 3)), (7, b"012".to_vec()));
    assert_eq!(guest.get(BUFFER + 10, 4), b"3456");
    // Cut, extended, allocated.
    ok(guest.call("fd_filestat_set_size", &[fd.into(), 4]));
    assert_eq!(guest.size(fd), 4);
    ok(guest.call("fd_filestat_set_size", &[fd.into(), 100]));
    assert_eq!(guest.size(fd), 100);
    assert_eq!(guest.call("fd_filestat_set_size", &[fd.into(), 1 << 63]), Errno::Fbig);
    assert_eq!(guest.call("fd_allocate", &[fd.into(), 50, 100]), Errno::Success);
    assert_eq!(guest.size(fd), 150);
    assert_eq!(guest.call("fd_allocate", &[fd.into(), 0, 0]), Errno::Inval);
    assert_eq!(guest.call("fd_allocate", &[fd.into(), u64::MAX, 2]), Errno::Fbig);
    for advice in 0..6 {
        ok(guest.call("fd_advise", &[fd.into(), 0, 10, advice]));
    }
    assert_eq!(guest.call("fd_advise", &[fd.into(), 0, 10, 6]), Errno::Inval);
    assert_eq!(guest.call("fd_advise", &[fd.into(), 0, u64::MAX, 0]), Errno::Inval);
    ok(guest.call("fd_sync", &[fd.into()]));
    ok(guest.call("fd_datasync", &[fd.into()]));
    // Cut when it is opened.
    guest.close(guest.open("f", TRUNC, WRITE).unwrap());
    assert_eq!(guest.size(fd), 0);
}

#[test]
fn access_and_flags() {
    let guest = Guest::in_directory(&scratch("flags"));
    let fd = guest.open("f", CREAT, WRITE).unwrap();
    assert_eq!(guest.read(fd, 1), Err(Errno::Badf));
    assert_eq!(guest.write(fd, b"ab"), Ok(2));
    assert_eq!(guest.fdstat(fd).2 & (READ | WRITE), WRITE);
    let reader = guest.open("f", 0, READ).unwrap();
    assert_eq!(guest.write(reader, b"x"), Err(Errno::Badf));
    assert_eq!(guest.fdstat(reader).2 & (READ | WRITE), READ);
    assert_eq!(guest.call("fd_filestat_set_size", &[reader.into(), 0]), Errno::Inval);
    // Appending, switched on and off.
    ok(guest.call("fd_fdstat_set_flags", &[fd.into(), 1]));
    assert_eq!(guest.fdstat(fd).1, 1);
    guest.seek(fd, 0, SEEK_SET).unwrap();
    guest.write(fd, b"cd").unwrap();
    assert_eq!(guest.read(reader, 10).unwrap(), b"abcd");
    ok(guest.call("fd_fdstat_set_flags", &[fd.into(), 0]));
    guest.seek(fd, 0, SEEK_SET).unwrap();
    guest.write(fd, b"X").unwrap();
    guest.seek(reader, 0, SEEK_SET).unwrap();
    assert_eq!(guest.read(reader, 10).unwrap(), b"Xbcd");
    let appending = guest.open_with(3, "f", true, 0, WRITE, 1).unwrap();
    guest.write(appending, b"e").unwrap();
    assert_eq!(guest.size(reader), 5);
    ok(guest.call("fd_fdstat_set_flags", &[fd.into(), 4]));
    assert_eq!(guest.fdstat(fd).1, 4);
    assert_eq!(guest.call("fd_fdstat_set_flags", &[fd.into(), 16]), Errno::Notsup);
    assert_eq!(guest.call("fd_fdstat_set_flags", &[fd.into(), 32]), Errno::Inval);
    for flags in [2, 8, 16, 4] {
        let synced = guest.open_with(3, "f", true, 0, WRITE, flags).unwrap();
        assert_eq!(guest.fdstat(synced).1, flags as u16);
    }
    // Directories are read and written by nothing.
    assert_eq!(guest.fdstat(3).0, 3);
    for name in ["fd_sync", "fd_datasync"] {
        assert_eq!(guest.call(name, &[3]), Errno::Badf, "{name}");
    }
    assert_eq!(guest.read(3, 1), Err(Errno::Badf));
    assert_eq!(guest.write(3, b"x"), Err(Errno::Badf));
    assert_eq!(guest.seek(3, 0, SEEK_CUR), Err(Errno::Badf));
    assert_eq!(guest.call("fd_filestat_set_size", &[3, 0]), Errno::Badf);
    assert_eq!(
        guest.call("fd_readdir", &[fd.into(), BUFFER.into(), 10, 0, OUT.into()]),
        Errno::Badf
    );
}

#[test]
fn rights_are_given_up_for_good() {
    let guest = Guest::in_directory(&scratch("rights"));
    let fd = guest.open("f", CREAT, READ | WRITE).unwrap();
    let (_, _, rights, inheriting) = guest.fdstat(fd);
    let set = |fd: u32, base, inheriting| {
        guest.call("fd_fdstat_set_rights", &[fd.into(), base, inheriting])
    };
    ok(set(fd, rights, inheriting));
    ok(set(fd, rights & !READ, inheriting));
    assert_eq!(guest.fdstat(fd).2, rights & !READ);
    assert_eq!(guest.read(fd, 1), Err(Errno::Notcapable));
    assert_eq!(set(fd, rights, inheriting), Errno::Notcapable);
    assert_eq!(guest.write(fd, b"x"), Ok(1));
    assert_eq!(set(99, 0, 0), Errno::Badf);
    // What a directory may not pass on.
    let (_, _, rights, inheriting) = guest.fdstat(3);
    assert_eq!(inheriting & (READ | WRITE), READ | WRITE);
    ok(set(3, rights & !(1 << 19), inheriting & !WRITE));
    assert_eq!(guest.open("f", 0, WRITE), Err(Errno::Notcapable));
    assert_eq!(guest.open("f", TRUNC, READ), Err(Errno::Notcapable));
    assert!(guest.open("f", 0, READ).is_ok());
    assert_eq!(guest.at("path_create_directory", 3, "d", &[]), Errno::Success);
    ok(set(3, 0, 0));
    assert_eq!(guest.at("path_create_directory", 3, "e", &[]), Errno::Notcapable);
    assert_eq!(guest.open("f", 0, READ), Err(Errno::Notcapable));
}

#[test]
fn times() {
    let guest = Guest::in_directory(&scratch("times"));
    let fd = guest.open("f", CREAT, WRITE).unwrap();
    let times = |guest: &Guest| {
        ok(guest.call("fd_filestat_get", &[fd.into(), OUT.into()]));
        (guest.u64(OUT + 40), guest.u64(OUT + 48))
    };
    let (a, m) = (1_000_000_007_u64, 2_500_000_000_u64);
    ok(guest.call("fd_filestat_set_times", &[fd.into(), a, m, 1 | 4]));
    assert_eq!(times(&guest), (a, m));
    ok(guest.call("fd_filestat_set_times", &[fd.into(), 5, 6, 4]));
    assert_eq!(times(&guest), (a, 6));
    ok(guest.call("fd_filestat_set_times", &[fd.into(), 5, 6, 8]));
    assert!(times(&guest).1 > 1_600_000_000_000_000_000);
    for flags in [3, 12, 15, 16] {
        assert_eq!(guest.call("fd_filestat_set_times", &[fd.into(), 0, 0, flags]), Errno::Inval);
    }
    guest.put(PATH, b"f");
    let path = [3, 0, PATH.into(), 1];
    ok(guest.call("path_filestat_set_times", &[&path[..], &[8, 9, 1 | 4]].concat()));
    assert_eq!(times(&guest), (8, 9));
    let refused = guest.call("path_filestat_set_times", &[&path[..], &[8, 9, 3]].concat());
    assert_eq!(refused, Errno::Inval);
    // Of a link, and not of what is behind it.
    ok(guest.symlink("f", "s"));
    guest.put(PATH, b"s");
    ok(guest.call("path_filestat_set_times", &[&path[..], &[1, 2, 1 | 4]].concat()));
    assert_eq!(times(&guest), (8, 9));
    ok(guest.call("fd_filestat_set_times", &[3, 1, 1, 5]));
}

#[test]
fn listings() {
    let root = scratch("listings");
    let guest = Guest::in_directory(&root);
    let list = |room| {
        let mut names = guest.list(3, room);
        assert_eq!(names[..2], [(".".into(), 3), ("..".into(), 3)]);
        names[2..].sort();
        names
    };
    assert_eq!(list(4096).len(), 2);
    fs::create_dir(root.join("dir")).unwrap();
    fs::write(root.join("file"), "").unwrap();
    std::os::unix::fs::symlink("file", root.join("link")).unwrap();
    let expected = [("dir".to_owned(), 3), ("file".to_owned(), 4), ("link".to_owned(), 7)];
    assert_eq!(list(4096)[2..], expected);
    for number in 0..500 {
        fs::write(root.join(format!("a-file-with-number-{number}")), "").unwrap();
    }
    // Room for one and a bit, for some, for all.
    for room in [50, 100, 1000, 60_000] {
        assert_eq!(list(room).len(), 505, "{room}");
    }
    // No room for anything: nothing is lost, and the guest sees that there is more.
    ok(guest.call("fd_readdir", &[3, BUFFER.into(), 10, 0, OUT.into()]));
    assert_eq!(guest.u32(OUT), 10);
    ok(guest.call("fd_readdir", &[3, BUFFER.into(), 0, 0, OUT.into()]));
    assert_eq!(guest.u32(OUT), 0);
    // From any entry on, and from behind the last one.
    ok(guest.call("fd_readdir", &[3, BUFFER.into(), 4096, 1, OUT.into()]));
    assert_eq!(guest.get(BUFFER + 24, 2), b"..");
    for cookie in [505, 506, u64::MAX] {
        ok(guest.call("fd_readdir", &[3, BUFFER.into(), 4096, cookie, OUT.into()]));
        assert_eq!(guest.u32(OUT), 0);
    }
    // A new listing shows what is new.
    fs::remove_file(root.join("file")).unwrap();
    assert_eq!(list(60_000).len(), 504);
    // The inode is that of the file.
    ok(guest.call("fd_readdir", &[3, BUFFER.into(), 4096, 0, OUT.into()]));
    let inode = guest.u64(BUFFER + 8);
    ok(guest.call("fd_filestat_get", &[3, OUT.into()]));
    assert_eq!(guest.u64(OUT + 8), inode);
}

#[test]
fn descriptors() {
    let guest = Guest::in_directory(&scratch("descriptors"));
    let a = guest.open("a", CREAT, READ | WRITE).unwrap();
    let b = guest.open("b", CREAT, READ | WRITE).unwrap();
    assert_eq!((a, b), (4, 5));
    guest.write(a, b"a").unwrap();
    let renumber = |from: u32, to: u32| guest.call("fd_renumber", &[from.into(), to.into()]);
    assert_eq!(renumber(a, 99), Errno::Badf);
    assert_eq!(renumber(99, a), Errno::Badf);
    ok(renumber(a, a));
    ok(renumber(a, b));
    assert_eq!(guest.call("fd_close", &[a.into()]), Errno::Badf);
    assert_eq!(guest.size(b), 1);
    // The lowest one that is free.
    assert_eq!(guest.open("c", CREAT, WRITE), Ok(a));
    // A file that is gone is still open.
    ok(guest.at("path_unlink_file", 3, "b", &[]));
    guest.write(b, b"more").unwrap();
    assert_eq!(guest.size(b), 5);
    // Preopened directories.
    ok(guest.call("fd_prestat_get", &[3, OUT.into()]));
    assert_eq!((guest.u32(OUT), guest.u32(OUT + 4)), (0, 1));
    ok(guest.call("fd_prestat_dir_name", &[3, BUFFER.into(), 1]));
    assert_eq!(guest.get(BUFFER, 1), b"/");
    assert_eq!(guest.call("fd_prestat_dir_name", &[3, BUFFER.into(), 0]), Errno::Nametoolong);
    assert_eq!(guest.call("fd_prestat_get", &[99, OUT.into()]), Errno::Badf);
    let dir = guest.open(".", DIRECTORY, READ).unwrap();
    assert_eq!(guest.call("fd_prestat_get", &[dir.into(), OUT.into()]), Errno::Notsup);
    ok(renumber(dir, 3));
    assert!(guest.open("c", 0, READ).is_ok());
    guest.close(3);
    assert_eq!(guest.open("c", 0, READ), Err(Errno::Badf));
    assert_eq!(guest.call("fd_prestat_get", &[3, OUT.into()]), Errno::Badf);
    // No file is a socket, and no descriptor is none.
    assert_eq!(guest.call("sock_shutdown", &[b.into(), 1]), Errno::Notsock);
    assert_eq!(guest.call("sock_shutdown", &[99, 1]), Errno::Badf);
}

#[test]
fn there_are_not_any_number_of_descriptors() {
    let guest = Guest::in_directory(&scratch("many"));
    let mut last = 0;
    let refused = loop {
        match guest.open("f", CREAT, READ) {
            Ok(fd) => last = fd,
            Err(errno) => break errno,
        }
    };
    // The process may have fewer than the guest.
    assert!(refused == Errno::Mfile && last <= 4095, "{refused:?} after {last}");
    guest.close(last);
    assert_eq!(guest.open("f", 0, READ), Ok(last));
}

#[test]
fn the_old_snapshot_has_layouts_of_its_own() {
    let root = scratch("old");
    fs::write(root.join("f"), "content").unwrap();
    let mut config = Config::default();
    config.directory(&root, "/", false).unwrap();
    for compiler in crate::common::COMPILERS {
        let guest = Guest::of(&config, compiler, Version::Unstable);
        let fd = guest.open("f", 0, READ).unwrap();
        guest.put(OUT, &[0xaa; 64]);
        ok(guest.call("fd_filestat_get", &[fd.into(), OUT.into()]));
        assert_eq!((guest.get(OUT + 16, 1)[0], guest.u32(OUT + 20)), (4, 1));
        assert_eq!(guest.u64(OUT + 24), 7);
        assert_eq!(guest.get(OUT + 56, 8), [0xaa; 8]);
        // From here, from the end, from the start.
        assert_eq!(guest.seek(fd, 2, 0), Ok(2));
        assert_eq!(guest.seek(fd, 2, 0), Ok(4));
        assert_eq!(guest.seek(fd, -1, 1), Ok(6));
        assert_eq!(guest.seek(fd, 1, 2), Ok(1));
        assert_eq!(guest.read(fd, 10).unwrap(), b"ontent");
    }
}
