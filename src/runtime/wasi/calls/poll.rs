//! Waiting for one of several things.

use super::super::abi::errno::{Answer, Errno, Stop};
use super::super::abi::types::{Version, rights};
use super::super::clock::Clock;
use super::super::fs::file::{File, Readiness};
use super::super::limits::MAX_SUBSCRIPTIONS;
use super::super::wait::Wait;
use super::Call;
use crate::runtime::machine::interrupt;
use rustix::event::{PollFd, PollFlags};
use std::sync::Arc;
use std::time::Duration;

struct Event {
    userdata: [u8; 8],
    errno: Errno,
    /// The specification's number: 0 for a clock, 1 for reading, 2 for writing.
    kind: u8,
    bytes: u64,
    hangup: bool,
}

/// A clock that is waited for.
struct Alarm {
    userdata: [u8; 8],
    clock: Clock,
    /// In the time of that clock.
    until: u64,
}

/// A descriptor that is waited for.
struct Descriptor {
    userdata: [u8; 8],
    what: Wait,
    file: Arc<dyn File>,
}

#[derive(Default)]
struct Wanted {
    alarms: Vec<Alarm>,
    descriptors: Vec<Descriptor>,
    /// What is so already.
    events: Vec<Event>,
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut number = [0; N];
    number.copy_from_slice(&bytes[at..at + N]);
    number
}

/// Reads one subscription. The old snapshot has one more word in it, for clocks.
fn subscription(call: &Call<'_>, address: u32, wanted: &mut Wanted) -> Answer<()> {
    let old = call.version == Version::Unstable;
    let mut bytes = [0; 56];
    let size = if old { 56 } else { 48 };
    call.guest.read(address, &mut bytes[..size])?;
    let userdata = number::<8>(&bytes, 0);
    let kind = bytes[8];
    let fail = |errno| Event { userdata, errno, kind, bytes: 0, hangup: false };
    match kind {
        0 => {
            let at = if old { 24 } else { 16 };
            let timeout = u64::from_le_bytes(number(&bytes, at + 8));
            let flags = u16::from_le_bytes(number(&bytes, at + 24));
            let clock = match Clock::from_u32(u32::from_le_bytes(number(&bytes, at))) {
                Ok(clock @ (Clock::Realtime | Clock::Monotonic)) if flags <= 1 => clock,
                // Processor time passes while nobody waits only.
                _ => {
                    wanted.events.push(fail(Errno::Inval));
                    return Ok(());
                }
            };
            let until = if flags == 1 {
                timeout
            } else {
                call.state.clocks.peek(clock).saturating_add(timeout)
            };
            wanted.alarms.push(Alarm { userdata, clock, until });
        }
        1 | 2 => {
            let fd = u32::from_le_bytes(number(&bytes, 16));
            let what = if kind == 1 { Wait::Read } else { Wait::Write };
            match call.state.table.file(fd, rights::POLL_FD_READWRITE) {
                Ok(file) => wanted.descriptors.push(Descriptor { userdata, what, file }),
                Err(Stop::Errno(errno)) => wanted.events.push(fail(errno)),
                Err(stop) => return Err(stop),
            }
        }
        _ => return Err(Errno::Inval.into()),
    }
    Ok(())
}

/// How long until the first alarm, in nanoseconds.
fn left(call: &Call<'_>, alarms: &[Alarm]) -> Option<u64> {
    let left = |alarm: &Alarm| alarm.until.saturating_sub(call.state.clocks.peek(alarm.clock));
    alarms.iter().map(left).min()
}

impl Descriptor {
    fn event(&self, errno: Errno, hangup: bool) -> Event {
        let read = self.what == Wait::Read;
        Event {
            userdata: self.userdata,
            errno,
            kind: if read { 1 } else { 2 },
            bytes: if read { self.file.readable_bytes() } else { 0 },
            hangup,
        }
    }
}

/// Waits for descriptors, if there is no event yet, and adds those that are ready to the events. `time` is
/// in nanoseconds.
fn wait(wanted: &mut Wanted, time: Option<u64>) -> Answer<()> {
    let Wanted { descriptors, events, .. } = wanted;
    let (mut fds, mut waiting) = (Vec::with_capacity(descriptors.len()), Vec::new());
    for descriptor in descriptors.iter() {
        match descriptor.file.readiness(descriptor.what) {
            Ok(Readiness::Now { hangup }) => {
                events.push(descriptor.event(Errno::Success, hangup));
            }
            Ok(Readiness::Wait { fd, flags, sure }) => {
                fds.push(PollFd::from_borrowed_fd(fd, flags));
                waiting.push((descriptor, sure));
            }
            Err(Stop::Errno(errno)) => events.push(descriptor.event(errno, false)),
            Err(stop) => return Err(stop),
        }
    }
    let time = if events.is_empty() { time } else { Some(0) };
    interrupt::wait(&mut fds, time.map(Duration::from_nanos))??;
    for ((descriptor, sure), fd) in waiting.iter().zip(&fds) {
        let found = fd.revents();
        if found.is_empty() || !sure {
            continue;
        }
        let errno = if found.contains(PollFlags::NVAL) { Errno::Badf } else { Errno::Success };
        events.push(descriptor.event(errno, found.contains(PollFlags::HUP)));
    }
    Ok(())
}

pub fn oneoff(call: &Call<'_>) -> Answer<()> {
    let (subscriptions, events, count, written) =
        (call.u32(0), call.u32(1), call.u32(2), call.u32(3));
    if count == 0 || count > MAX_SUBSCRIPTIONS {
        return Err(Errno::Inval.into());
    }
    let size = if call.version == Version::Unstable { 56 } else { 48 };
    call.guest.range(subscriptions, count as usize * size)?;
    call.guest.range(events, count as usize * 32)?;
    call.guest.range(written, 4)?;
    let mut wanted = Wanted::default();
    for number in 0..count {
        subscription(call, subscriptions + number * size as u32, &mut wanted)?;
    }
    let clocks = &call.state.clocks;
    loop {
        let time = match left(call, &wanted.alarms) {
            _ if !wanted.events.is_empty() => Some(0),
            // Nobody waits for a clock that only readings move.
            Some(_) if clocks.is_fixed() => Some(0),
            time => time,
        };
        wait(&mut wanted, time)?;
        if clocks.is_fixed()
            && wanted.events.is_empty()
            && let Some(time) = left(call, &wanted.alarms)
        {
            clocks.advance(time);
        }
        for alarm in &wanted.alarms {
            if clocks.peek(alarm.clock) >= alarm.until {
                wanted.events.push(Event {
                    userdata: alarm.userdata,
                    errno: Errno::Success,
                    kind: 0,
                    bytes: 0,
                    hangup: false,
                });
            }
        }
        // The clock of the system may have been set back meanwhile.
        if !wanted.events.is_empty() {
            break;
        }
    }
    for (number, event) in wanted.events.iter().enumerate() {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&event.userdata);
        bytes[8..10].copy_from_slice(&(event.errno as u16).to_le_bytes());
        bytes[10] = event.kind;
        bytes[16..24].copy_from_slice(&event.bytes.to_le_bytes());
        bytes[24] = event.hangup.into();
        call.guest.write(events + number as u32 * 32, &bytes)?;
    }
    call.guest.write_u32(written, wanted.events.len() as u32)
}
