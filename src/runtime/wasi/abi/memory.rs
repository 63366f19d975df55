//! The guest's memory, as the functions of WASI see it: addresses are checked, bytes are copied.
//!
//! No reference into it is ever made: another thread of the guest's may write to a shared memory, and
//! a callback of the host's may call the guest, which grows it.

use super::super::limits::{MAX_BUFFERS, MAX_PATH, MAX_TRANSFER};
use super::errno::{Answer, Errno};
use crate::runtime::base::error::{Error, Status};
use std::cell::Cell;
use std::ptr::NonNull;
use wasmer_vm::VMMemoryDefinition;

/// The memory of the instance that called.
#[derive(Clone, Copy)]
pub struct Guest(pub Option<NonNull<VMMemoryDefinition>>);

/// A range of the guest's memory that was checked.
#[derive(Clone, Copy)]
pub struct Range {
    pub address: u32,
    pub size: u32,
}

impl Guest {
    /// Start and length as of now.
    fn bounds(self) -> Answer<(*mut u8, usize)> {
        let Some(definition) = self.0 else {
            return Err(Error::new(
                Status::Link,
                "wasi: the instance that called exports no memory by the name \"memory\"",
            )
            .into());
        };
        // SAFETY: memories live as long as the arena, which the caller is in. Volatile, because other
        // threads may be growing a shared one.
        unsafe {
            let definition = definition.as_ptr();
            Ok((
                (&raw const (*definition).base).read_volatile(),
                (&raw const (*definition).current_length).read_volatile(),
            ))
        }
    }

    /// The host's address of a range, good until the guest runs again.
    pub fn range(self, address: u32, size: usize) -> Answer<*mut u8> {
        let (base, length) = self.bounds()?;
        match (address as usize).checked_add(size) {
            Some(end) if end <= length => Ok(base.wrapping_add(address as usize)),
            _ => Err(Errno::Fault.into()),
        }
    }

    pub fn read(self, address: u32, into: &mut [u8]) -> Answer<()> {
        let from = self.range(address, into.len())?;
        // SAFETY: inside of the memory. If another thread writes to it, bytes are what they are.
        unsafe { std::ptr::copy(from, into.as_mut_ptr(), into.len()) };
        Ok(())
    }

    pub fn write(self, address: u32, bytes: &[u8]) -> Answer<()> {
        let to = self.range(address, bytes.len())?;
        // SAFETY: as above.
        unsafe { std::ptr::copy(bytes.as_ptr(), to, bytes.len()) };
        Ok(())
    }

    pub fn array<const N: usize>(self, address: u32) -> Answer<[u8; N]> {
        let mut bytes = [0; N];
        self.read(address, &mut bytes)?;
        Ok(bytes)
    }

    pub fn write_u32(self, address: u32, value: u32) -> Answer<()> {
        self.write(address, &value.to_le_bytes())
    }

    pub fn write_u64(self, address: u32, value: u64) -> Answer<()> {
        self.write(address, &value.to_le_bytes())
    }

    /// A path: UTF-8 without NUL.
    pub fn path(self, address: u32, size: u32) -> Answer<String> {
        self.range(address, size as usize)?;
        if size as usize > MAX_PATH {
            return Err(Errno::Nametoolong.into());
        }
        let mut bytes = vec![0; size as usize];
        self.read(address, &mut bytes)?;
        let path = String::from_utf8(bytes).map_err(|_| Errno::Ilseq)?;
        if path.contains('\0') { Err(Errno::Inval.into()) } else { Ok(path) }
    }

    /// The buffers of a read or write, checked. Empty ones are left out.
    pub fn buffers(self, address: u32, count: u32) -> Answer<Buffers> {
        if count > MAX_BUFFERS {
            return Err(Errno::Inval.into());
        }
        self.range(address, count as usize * 8)?;
        let mut buffers =
            Buffers { guest: self, few: [Range::EMPTY; FEW], count: 0, many: Vec::new(), size: 0 };
        for number in 0..count {
            let [a0, a1, a2, a3, s0, s1, s2, s3] = self.array::<8>(address + number * 8)?;
            let range = Range {
                address: u32::from_le_bytes([a0, a1, a2, a3]),
                size: u32::from_le_bytes([s0, s1, s2, s3]),
            };
            self.range(range.address, range.size as usize)?;
            // The sum goes into 32 bits.
            match u32::try_from(buffers.size + u64::from(range.size)) {
                Ok(size) => buffers.size = size.into(),
                Err(_) => return Err(Errno::Inval.into()),
            }
            if range.size > 0 {
                buffers.push(range);
            }
        }
        Ok(buffers)
    }
}

const FEW: usize = 8;
/// Bytes that are moved without asking for memory.
const SMALL: usize = 256;

impl Range {
    const EMPTY: Self = Self { address: 0, size: 0 };
}

/// Where a read puts its bytes, or a write takes them from.
pub struct Buffers {
    guest: Guest,
    few: [Range; FEW],
    count: usize,
    many: Vec<Range>,
    size: u64,
}

impl Buffers {
    fn push(&mut self, range: Range) {
        if self.count < FEW {
            self.few[self.count] = range;
        } else {
            if self.many.is_empty() {
                self.many.extend_from_slice(&self.few);
            }
            self.many.push(range);
        }
        self.count += 1;
    }

    fn ranges(&self) -> &[Range] {
        if self.many.is_empty() { &self.few[..self.count] } else { &self.many }
    }

    /// Bytes in all.
    pub fn size(&self) -> usize {
        self.size as usize
    }

    /// Lends the buffers to a system call, `most` bytes of them at most.
    pub fn with_vectors<R>(
        &self,
        most: usize,
        work: impl FnOnce(&[libc::iovec]) -> Answer<R>,
    ) -> Answer<R> {
        let mut left = most;
        let mut vector = |range: &Range| -> Answer<libc::iovec> {
            let size = (range.size as usize).min(left);
            left -= size;
            Ok(libc::iovec {
                iov_base: self.guest.range(range.address, size)?.cast(),
                iov_len: size,
            })
        };
        let ranges = self.ranges();
        if ranges.len() <= FEW {
            let mut few = [libc::iovec { iov_base: std::ptr::null_mut(), iov_len: 0 }; FEW];
            for (place, range) in few.iter_mut().zip(ranges) {
                *place = vector(range)?;
            }
            work(&few[..ranges.len()])
        } else {
            let many: Vec<libc::iovec> = ranges.iter().map(vector).collect::<Answer<_>>()?;
            work(&many)
        }
    }

    /// The ranges in which so many bytes lie that come after the first `skip` ones.
    fn parts(&self, mut skip: usize, mut size: usize) -> impl Iterator<Item = Range> {
        self.ranges().iter().filter_map(move |range| {
            let before = skip.min(range.size as usize);
            let part = size.min(range.size as usize - before);
            skip -= before;
            size -= part;
            // Both are below 4 GiB, as the range is.
            (part > 0).then(|| Range { address: range.address + before as u32, size: part as u32 })
        })
    }

    /// Fills `into` with bytes to be written, those after the first `skip` ones.
    pub fn gather(&self, skip: usize, mut into: &mut [u8]) -> Answer<()> {
        for range in self.parts(skip, into.len()) {
            let (now, later) = into.split_at_mut(range.size as usize);
            self.guest.read(range.address, now)?;
            into = later;
        }
        Ok(())
    }

    /// Puts bytes that were read where they belong, after the first `skip` ones. There are no more of
    /// them than `size`.
    pub fn scatter(&self, skip: usize, mut bytes: &[u8]) -> Answer<()> {
        for range in self.parts(skip, bytes.len()) {
            let (now, later) = bytes.split_at(range.size as usize);
            self.guest.write(range.address, now)?;
            bytes = later;
        }
        Ok(())
    }

    /// Lends as many bytes as there are to move at a time: of the host's, because whoever reads or writes
    /// may run the guest or anything else. What is in them may be another guest's.
    fn with_room<R>(&self, work: impl FnOnce(&mut [u8]) -> R) -> R {
        thread_local! {
            /// Kept, so that not every call asks for memory. A call within the call makes another.
            static ROOM: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
        }
        let size = self.size().min(MAX_TRANSFER);
        if size <= SMALL {
            return work(&mut [0; SMALL][..size]);
        }
        let mut room = ROOM.take();
        if room.len() < size {
            room.resize(size, 0);
        }
        let result = work(&mut room[..size]);
        ROOM.set(room);
        result
    }

    /// Has bytes read by a function that says how many they are.
    pub fn read_by(&self, read: impl FnOnce(&mut [u8]) -> Answer<usize>) -> Answer<usize> {
        self.with_room(|room| {
            // Whoever says that there are more bytes than it gave has given zeros.
            room.fill(0);
            let got = read(room)?.min(room.len());
            self.scatter(0, &room[..got])?;
            Ok(got)
        })
    }

    /// Has the bytes written by a function that says how many it took.
    pub fn write_by(&self, write: impl FnOnce(&[u8]) -> Answer<usize>) -> Answer<usize> {
        self.with_room(|bytes| {
            self.gather(0, bytes)?;
            Ok(write(bytes)?.min(bytes.len()))
        })
    }
}
