//! Functions of paths.

use super::super::abi::errno::{Answer, Errno};
use super::super::abi::types::{FdFlags, OpenFlags, Times, rights};
use super::super::fs::directory::Directory;
use super::super::fs::tree::{Open, Opened};
use super::super::table::Descriptor;
use super::Call;

/// `lookupflags`: whether a symbolic link at the end is followed.
fn follow(flags: u32) -> Answer<bool> {
    if flags > 1 { Err(Errno::Inval.into()) } else { Ok(flags == 1) }
}

pub fn create_directory(call: &Call<'_>) -> Answer<()> {
    let directory = call.state.table.directory(call.u32(0), rights::PATH_CREATE_DIRECTORY)?;
    directory.make_directory(&call.path(1)?)
}

pub fn filestat_get(call: &Call<'_>) -> Answer<()> {
    let directory = call.state.table.directory(call.u32(0), rights::PATH_FILESTAT_GET)?;
    let stat = directory.stat_path(&call.path(2)?, follow(call.u32(1))?)?;
    let (bytes, size) = stat.encode(call.version);
    call.guest.write(call.u32(4), &bytes[..size])
}

pub fn filestat_set_times(call: &Call<'_>) -> Answer<()> {
    let directory = call.state.table.directory(call.u32(0), rights::PATH_FILESTAT_SET_TIMES)?;
    let times = Times::from_flags(call.u64(4), call.u64(5), call.u32(6))?;
    directory.set_times_path(&call.path(2)?, follow(call.u32(1))?, times)
}

pub fn link(call: &Call<'_>) -> Answer<()> {
    let from = call.state.table.directory(call.u32(0), rights::PATH_LINK_SOURCE)?;
    let to = call.state.table.directory(call.u32(4), rights::PATH_LINK_TARGET)?;
    from.hard_link(&call.path(2)?, follow(call.u32(1))?, &to, &call.path(5)?)
}

pub fn open(call: &Call<'_>) -> Answer<()> {
    // Looked up once: threads may renumber meanwhile.
    let parent = call.state.table.get(call.u32(0))?;
    let (flags, base, fd_flags) =
        (OpenFlags::from_u32(call.u32(4))?, call.u64(5), FdFlags::from_u32(call.u32(7))?);
    let mut needed = rights::PATH_OPEN;
    if flags.has(OpenFlags::CREAT) {
        needed |= rights::PATH_CREATE_FILE;
    }
    if flags.has(OpenFlags::TRUNC) {
        needed |= rights::PATH_FILESTAT_SET_SIZE;
    }
    let inheriting = parent.inheriting;
    let directory = parent.as_directory(needed)?;
    let path = call.path(2)?;
    let how = Open {
        flags,
        read: base & (rights::FD_READ | rights::FD_READDIR) != 0,
        // Programs in Go ask to set the size of what they only read.
        write: base & rights::FD_WRITE != 0,
        fd_flags,
        read_only: false,
    };
    // What the directory may not pass on.
    let refused = rights::FD_READ | rights::FILE_WRITE;
    if base & refused & !inheriting != 0 {
        return Err(Errno::Notcapable.into());
    }
    call.guest.range(call.u32(8), 4)?;
    call.state.table.has_room()?;
    let opened = match directory.open(&path, follow(call.u32(1))?, how)? {
        Opened::File(file) => {
            let readable = base & rights::FD_READ != 0;
            let writable = base & rights::FD_WRITE != 0;
            let mut opened = Descriptor::of_file(file, rights::FILE, readable, writable);
            opened.read_only = directory.mount.read_only;
            opened
        }
        Opened::Directory(place) => {
            Descriptor::directory(Directory::new(directory.mount.clone(), place, true), None)
        }
    };
    let mut opened = opened;
    opened.given_up = opened.rights & !inheriting;
    opened.rights &= inheriting;
    opened.inheriting &= inheriting;
    call.guest.write_u32(call.u32(8), call.state.table.push(opened)?)
}

pub fn readlink(call: &Call<'_>) -> Answer<()> {
    let directory = call.state.table.directory(call.u32(0), rights::PATH_READLINK)?;
    let link = directory.read_link(&call.path(1)?)?;
    let count = link.len().min(call.u32(4) as usize);
    call.guest.write(call.u32(3), &link.as_bytes()[..count])?;
    call.guest.write_u32(call.u32(5), count as u32)
}

pub fn remove_directory(call: &Call<'_>) -> Answer<()> {
    let directory = call.state.table.directory(call.u32(0), rights::PATH_REMOVE_DIRECTORY)?;
    directory.remove_directory(&call.path(1)?)
}

pub fn rename(call: &Call<'_>) -> Answer<()> {
    let from = call.state.table.directory(call.u32(0), rights::PATH_RENAME_SOURCE)?;
    let to = call.state.table.directory(call.u32(3), rights::PATH_RENAME_TARGET)?;
    from.rename(&call.path(1)?, &to, &call.path(4)?, &call.state.budget)
}

pub fn symlink(call: &Call<'_>) -> Answer<()> {
    let directory = call.state.table.directory(call.u32(2), rights::PATH_SYMLINK)?;
    directory.symlink(&call.path(0)?, &call.path(3)?)
}

pub fn unlink_file(call: &Call<'_>) -> Answer<()> {
    let directory = call.state.table.directory(call.u32(0), rights::PATH_UNLINK_FILE)?;
    directory.unlink(&call.path(1)?)
}
