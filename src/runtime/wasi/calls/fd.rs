//! Functions of descriptors.

use super::super::abi::errno::{Answer, Errno};
use super::super::abi::types::{Advice, FdFlags, Times, Version, rights};
use super::super::table::Object;
use super::Call;
use std::io::SeekFrom;

pub fn advise(call: &Call<'_>) -> Answer<()> {
    let file = call.state.table.file(call.u32(0), rights::FD_ADVISE)?;
    file.advise(call.u64(1), call.u64(2), Advice::from_u32(call.u32(3))?)
}

pub fn allocate(call: &Call<'_>) -> Answer<()> {
    let descriptor = call.state.table.get(call.u32(0))?;
    descriptor.need(rights::FD_ALLOCATE)?;
    let writable = descriptor.writable;
    let file = descriptor.file()?;
    if !writable {
        return Err(Errno::Badf.into());
    }
    file.allocate(call.u64(1), call.u64(2))
}

pub fn close(call: &Call<'_>) -> Answer<()> {
    call.state.table.close(call.u32(0))
}

pub fn datasync(call: &Call<'_>) -> Answer<()> {
    call.state.table.file(call.u32(0), rights::FD_DATASYNC)?.sync(true)
}

pub fn sync(call: &Call<'_>) -> Answer<()> {
    call.state.table.file(call.u32(0), rights::FD_SYNC)?.sync(false)
}

pub fn fdstat_get(call: &Call<'_>) -> Answer<()> {
    let descriptor = call.state.table.get(call.u32(0))?;
    let (file_type, flags) = match &descriptor.object {
        Object::File(file) => (file.file_type() as u8, file.flags().0),
        Object::Directory(_) => (super::super::abi::types::FileType::Directory as u8, 0),
    };
    let mut bytes = [0; 24];
    bytes[0] = file_type;
    bytes[2..4].copy_from_slice(&flags.to_le_bytes());
    bytes[8..16].copy_from_slice(&descriptor.rights.to_le_bytes());
    bytes[16..].copy_from_slice(&descriptor.inheriting.to_le_bytes());
    call.guest.write(call.u32(1), &bytes)
}

pub fn fdstat_set_flags(call: &Call<'_>) -> Answer<()> {
    let file = call.state.table.file(call.u32(0), rights::FD_FDSTAT_SET_FLAGS)?;
    file.set_flags(FdFlags::from_u32(call.u32(1))?)
}

/// Rights can only be given up.
pub fn fdstat_set_rights(call: &Call<'_>) -> Answer<()> {
    let (base, inheriting) = (call.u64(1), call.u64(2));
    call.state.table.change(call.u32(0), |descriptor| {
        if base & !descriptor.rights != 0 || inheriting & !descriptor.inheriting != 0 {
            return Err(Errno::Notcapable.into());
        }
        descriptor.given_up |= descriptor.rights & !base;
        descriptor.rights = base;
        descriptor.inheriting = inheriting;
        Ok(())
    })
}

pub fn filestat_get(call: &Call<'_>) -> Answer<()> {
    let descriptor = call.state.table.get(call.u32(0))?;
    descriptor.need(rights::FD_FILESTAT_GET)?;
    let stat = match &descriptor.object {
        Object::File(file) => file.stat()?,
        Object::Directory(directory) => directory.stat()?,
    };
    let (bytes, size) = stat.encode(call.version);
    call.guest.write(call.u32(1), &bytes[..size])
}

pub fn filestat_set_size(call: &Call<'_>) -> Answer<()> {
    let descriptor = call.state.table.get(call.u32(0))?;
    descriptor.need(rights::FD_FILESTAT_SET_SIZE)?;
    let writable = descriptor.writable;
    let file = descriptor.file()?;
    // As ftruncate.
    if !writable { Err(Errno::Inval.into()) } else { file.set_size(call.u64(1)) }
}

pub fn filestat_set_times(call: &Call<'_>) -> Answer<()> {
    let descriptor = call.state.table.get(call.u32(0))?;
    descriptor.need(rights::FD_FILESTAT_SET_TIMES)?;
    let times = Times::from_flags(call.u64(1), call.u64(2), call.u32(3))?;
    match &descriptor.object {
        Object::File(_) if descriptor.read_only => Err(Errno::Rofs.into()),
        Object::File(file) => file.set_times(times),
        Object::Directory(directory) => directory.set_times(times),
    }
}

/// Reads or writes: `at` is where, `size` where the guest wants to know how much.
fn transfer(call: &Call<'_>, write: bool, at: Option<u64>, size: u32) -> Answer<()> {
    let descriptor = call.state.table.get(call.u32(0))?;
    let (right, open) = if write {
        (rights::FD_WRITE, descriptor.writable)
    } else {
        (rights::FD_READ, descriptor.readable)
    };
    descriptor.need(right | if at.is_some() { rights::FD_SEEK } else { 0 })?;
    let file = descriptor.file()?;
    if !open {
        return Err(Errno::Badf.into());
    }
    let buffers = call.guest.buffers(call.u32(1), call.u32(2))?;
    call.guest.range(size, 4)?;
    let count = if write { file.write(&buffers, at)? } else { file.read(&buffers, at)? };
    call.guest.write_u32(size, count as u32)
}

pub fn read(call: &Call<'_>) -> Answer<()> {
    transfer(call, false, None, call.u32(3))
}

pub fn pread(call: &Call<'_>) -> Answer<()> {
    transfer(call, false, Some(call.u64(3)), call.u32(4))
}

pub fn write(call: &Call<'_>) -> Answer<()> {
    transfer(call, true, None, call.u32(3))
}

pub fn pwrite(call: &Call<'_>) -> Answer<()> {
    transfer(call, true, Some(call.u64(3)), call.u32(4))
}

pub fn prestat_get(call: &Call<'_>) -> Answer<()> {
    let descriptor = call.state.table.get(call.u32(0))?;
    let Some(name) = descriptor.preopen else {
        return Err(match descriptor.object {
            Object::Directory(_) => Errno::Notsup,
            Object::File(_) => Errno::Badf,
        }
        .into());
    };
    // The tag of a directory, which is the only kind.
    let mut bytes = [0; 8];
    bytes[4..].copy_from_slice(&(name.len() as u32).to_le_bytes());
    call.guest.write(call.u32(1), &bytes)
}

pub fn prestat_dir_name(call: &Call<'_>) -> Answer<()> {
    let descriptor = call.state.table.get(call.u32(0))?;
    let Some(name) = descriptor.preopen else {
        return Err(match descriptor.object {
            Object::Directory(_) => Errno::Notsup,
            Object::File(_) => Errno::Notdir,
        }
        .into());
    };
    if name.len() > call.u32(2) as usize {
        return Err(Errno::Nametoolong.into());
    }
    call.guest.write(call.u32(1), name.as_bytes())
}

/// Writes entries for as long as there is room; the last one may be cut, which tells the guest that
/// there are more.
pub fn readdir(call: &Call<'_>) -> Answer<()> {
    let directory = match call.state.table.directory(call.u32(0), rights::FD_READDIR) {
        Err(super::super::abi::errno::Stop::Errno(Errno::Notdir)) => return Err(Errno::Badf.into()),
        found => found?,
    };
    let (address, room, cookie, used) =
        (call.u32(1), call.u32(2) as usize, call.u64(3), call.u32(4));
    call.guest.range(address, room)?;
    let mut done = 0;
    directory.list(cookie, &call.state.budget, |entry, next| {
        let mut head = [0; 24];
        head[..8].copy_from_slice(&next.to_le_bytes());
        head[8..16].copy_from_slice(&entry.inode.to_le_bytes());
        head[16..20].copy_from_slice(&(entry.name.len() as u32).to_le_bytes());
        head[20] = entry.file_type as u8;
        for part in [&head, entry.name] {
            let part = &part[..part.len().min(room - done)];
            call.guest.write(address.wrapping_add(done as u32), part)?;
            done += part.len();
        }
        // Also if the last one fits exactly: the guest asks again where it has filled its room.
        Ok(done < room)
    })?;
    call.guest.write_u32(used, done as u32)
}

pub fn renumber(call: &Call<'_>) -> Answer<()> {
    call.state.table.renumber(call.u32(0), call.u32(1))
}

pub fn seek(call: &Call<'_>) -> Answer<()> {
    let by = call.u64(1) as i64;
    // The old snapshot counts them in another order.
    let whence = match (call.version, call.u32(2)) {
        (Version::Unstable, 0) => 1,
        (Version::Unstable, 1) => 2,
        (Version::Unstable, 2) => 0,
        (_, whence) => whence,
    };
    let needed = if by == 0 && whence == 1 { rights::FD_TELL } else { rights::FD_SEEK };
    let file = call.state.table.file(call.u32(0), needed)?;
    let to = match whence {
        0 => SeekFrom::Start(u64::try_from(by).map_err(|_| Errno::Inval)?),
        1 => SeekFrom::Current(by),
        2 => SeekFrom::End(by),
        _ => return Err(Errno::Inval.into()),
    };
    call.guest.range(call.u32(3), 8)?;
    call.guest.write_u64(call.u32(3), file.seek(to)?)
}

pub fn tell(call: &Call<'_>) -> Answer<()> {
    let file = call.state.table.file(call.u32(0), rights::FD_TELL)?;
    call.guest.write_u64(call.u32(1), file.seek(SeekFrom::Current(0))?)
}
