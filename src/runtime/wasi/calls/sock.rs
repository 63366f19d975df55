//! Functions of sockets. The program opens and connects them.

use super::super::abi::errno::{Answer, Errno};
use super::super::abi::types::{FdFlags, rights};
use super::super::fs::file::File;
use super::super::table::Descriptor;
use super::Call;
use std::sync::Arc;

/// What may be a socket. A directory is none, as any other file.
fn file(call: &Call<'_>, right: u64) -> Answer<Arc<dyn File>> {
    let descriptor = call.state.table.get(call.u32(0))?;
    descriptor.need(right)?;
    descriptor.file().map_err(|_| Errno::Notsock.into())
}

pub fn accept(call: &Call<'_>) -> Answer<()> {
    let file = file(call, rights::SOCK_ACCEPT)?;
    let socket = file.socket()?;
    let flags = FdFlags::from_u32(call.u32(1))?;
    if flags.0 & !FdFlags::NONBLOCK != 0 {
        return Err(Errno::Inval.into());
    }
    call.guest.range(call.u32(2), 4)?;
    call.state.table.has_room()?;
    let accepted = Descriptor::socket(Arc::new(socket.accept(flags)?));
    call.guest.write_u32(call.u32(2), call.state.table.push(accepted)?)
}

pub fn recv(call: &Call<'_>) -> Answer<()> {
    let file = file(call, rights::FD_READ)?;
    let socket = file.socket()?;
    let buffers = call.guest.buffers(call.u32(1), call.u32(2))?;
    call.guest.range(call.u32(4), 4)?;
    call.guest.range(call.u32(5), 2)?;
    let (count, truncated) = socket.receive(&buffers, call.u32(3))?;
    call.guest.write_u32(call.u32(4), count as u32)?;
    call.guest.write(call.u32(5), &u16::from(truncated).to_le_bytes())
}

pub fn send(call: &Call<'_>) -> Answer<()> {
    let file = file(call, rights::FD_WRITE)?;
    let socket = file.socket()?;
    if call.u32(3) != 0 {
        // The specification has no flags for sending.
        return Err(Errno::Inval.into());
    }
    let buffers = call.guest.buffers(call.u32(1), call.u32(2))?;
    call.guest.range(call.u32(4), 4)?;
    let count = socket.send(&buffers)?;
    call.guest.write_u32(call.u32(4), count as u32)
}

pub fn shutdown(call: &Call<'_>) -> Answer<()> {
    let file = file(call, rights::SOCK_SHUTDOWN)?;
    file.socket()?.shut_down(call.u32(1))
}
