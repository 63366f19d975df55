//! Arguments, variables, clocks, random bytes, the end.

use super::super::abi::errno::{Answer, Errno};
use super::super::clock::Clock;
use super::super::state::Strings;
use super::Call;
use crate::runtime::base::error::{Error, Status};

/// Writes strings with a NUL each, and where each is.
fn strings(call: &Call<'_>, strings: &Strings) -> Answer<()> {
    let (addresses, bytes) = (call.u32(0), call.u32(1));
    call.guest.write(bytes, &strings.bytes)?;
    let mut list = Vec::with_capacity(strings.starts.len() * 4);
    for start in &strings.starts {
        // The range was found to be in the memory.
        list.extend_from_slice(&bytes.wrapping_add(*start).to_le_bytes());
    }
    call.guest.write(addresses, &list)
}

fn sizes(call: &Call<'_>, strings: &Strings) -> Answer<()> {
    call.guest.write_u32(call.u32(0), strings.starts.len() as u32)?;
    call.guest.write_u32(call.u32(1), strings.bytes.len() as u32)
}

pub fn args_get(call: &Call<'_>) -> Answer<()> {
    strings(call, &call.state.arguments)
}

pub fn args_sizes_get(call: &Call<'_>) -> Answer<()> {
    sizes(call, &call.state.arguments)
}

pub fn environ_get(call: &Call<'_>) -> Answer<()> {
    strings(call, &call.state.variables)
}

pub fn environ_sizes_get(call: &Call<'_>) -> Answer<()> {
    sizes(call, &call.state.variables)
}

pub fn clock_res_get(call: &Call<'_>) -> Answer<()> {
    let clock = Clock::from_u32(call.u32(0))?;
    call.guest.write_u64(call.u32(1), call.state.clocks.resolution(clock))
}

pub fn clock_time_get(call: &Call<'_>) -> Answer<()> {
    let clock = Clock::from_u32(call.u32(0))?;
    call.guest.write_u64(call.u32(2), call.state.clocks.now(clock))
}

pub fn exit(call: &Call<'_>) -> Answer<()> {
    let code = call.u32(0);
    let mut error = Error::new(Status::Exit, format!("the guest exited with code {code}"));
    error.exit_code = Some(code);
    Err(error.into())
}

/// The specification leaves it to the system; signals are the program's here, and no guest's.
pub fn raise(_: &Call<'_>) -> Answer<()> {
    Err(Errno::Notsup.into())
}

pub fn sched_yield(_: &Call<'_>) -> Answer<()> {
    std::thread::yield_now();
    Ok(())
}

pub fn random_get(call: &Call<'_>) -> Answer<()> {
    /// What is made at a time.
    const PART: u32 = 4096;
    let (mut at, mut left) = (call.u32(0), call.u32(1));
    // All of it or nothing.
    call.guest.range(at, left as usize)?;
    let mut room = [0; PART as usize];
    while left > 0 {
        let count = left.min(PART);
        let part = &mut room[..count as usize];
        call.state.random.fill(part)?;
        call.guest.write(at, part)?;
        left -= count;
        at = at.wrapping_add(count);
        if left > 0 {
            super::super::wait::go_on()?;
        }
    }
    Ok(())
}
