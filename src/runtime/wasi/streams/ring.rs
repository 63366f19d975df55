//! Bytes that come in at one end and go out at the other, in memory that grows up to a limit.

use super::super::abi::errno::Answer;

/// Bytes that are taken at first, if the limit allows.
const FIRST: usize = 4096;

pub struct Ring {
    bytes: Box<[u8]>,
    /// Where the oldest byte is.
    start: usize,
    /// Bytes that are in it.
    size: usize,
    limit: usize,
}

impl Ring {
    pub fn new(limit: usize) -> Self {
        Self { bytes: Box::default(), start: 0, size: 0, limit }
    }

    pub fn size(&self) -> usize {
        self.size
    }

    pub fn room(&self) -> usize {
        self.limit - self.size
    }

    pub fn is_half_empty(&self) -> bool {
        self.size <= self.limit / 2
    }

    /// Makes place for so many more, of which there is `room`.
    fn grow(&mut self, more: usize) {
        let needed = self.size + more;
        if needed <= self.bytes.len() {
            return;
        }
        let size = needed.next_power_of_two().max(FIRST).min(self.limit);
        let mut bytes = vec![0; size].into_boxed_slice();
        let (first, second) = self.filled();
        bytes[..first.len()].copy_from_slice(first);
        bytes[first.len()..self.size].copy_from_slice(second);
        self.bytes = bytes;
        self.start = 0;
    }

    /// What is in it, in two parts.
    fn filled(&self) -> (&[u8], &[u8]) {
        let ahead = self.size.min(self.bytes.len() - self.start);
        (&self.bytes[self.start..self.start + ahead], &self.bytes[..self.size - ahead])
    }

    /// Takes up to `most` bytes, as there is room, and says how many. `copy` gets how many came before and
    /// where the next ones belong; if it fails, nothing is taken.
    pub fn put(
        &mut self,
        most: usize,
        mut copy: impl FnMut(usize, &mut [u8]) -> Answer<()>,
    ) -> Answer<usize> {
        let count = most.min(self.room());
        self.grow(count);
        let capacity = self.bytes.len();
        let mut done = 0;
        while done < count {
            let at = (self.start + self.size + done) % capacity;
            let part = (count - done).min(capacity - at);
            copy(done, &mut self.bytes[at..at + part])?;
            done += part;
        }
        self.size += count;
        Ok(count)
    }

    /// Gives up to `most` bytes, as there are, and says how many. `copy` gets how many came before and the
    /// next ones; if it fails, nothing is gone.
    pub fn take(
        &mut self,
        most: usize,
        mut copy: impl FnMut(usize, &[u8]) -> Answer<()>,
    ) -> Answer<usize> {
        let count = most.min(self.size);
        let (first, second) = self.filled();
        let first = &first[..count.min(first.len())];
        let second = &second[..count - first.len()];
        copy(0, first)?;
        if !second.is_empty() {
            copy(first.len(), second)?;
        }
        self.size -= count;
        // An empty one begins anew, so that what follows is in one piece.
        self.start = if self.size == 0 { 0 } else { (self.start + count) % self.bytes.len() };
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::Ring;

    fn put(ring: &mut Ring, bytes: &[u8]) -> usize {
        let put = ring.put(bytes.len(), |from, into| {
            into.copy_from_slice(&bytes[from..from + into.len()]);
            Ok(())
        });
        put.unwrap_or_else(|_| unreachable!("the copy does not fail"))
    }

    fn take(ring: &mut Ring, most: usize) -> Vec<u8> {
        let mut taken = Vec::new();
        let count = ring.take(most, |from, bytes| {
            assert_eq!(from, taken.len());
            taken.extend_from_slice(bytes);
            Ok(())
        });
        assert_eq!(count.ok(), Some(taken.len()));
        taken
    }

    /// Against a plain list, with sizes that go round and make it grow.
    #[test]
    fn what_comes_out_is_what_went_in() {
        for limit in [1, 2, 7, 4096, 4097, 10_000] {
            let mut ring = Ring::new(limit);
            let (mut list, mut next, mut random) = (Vec::new(), 0u8, 12345u32);
            for _ in 0..3000 {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let size = (random >> 16) as usize % (limit + limit / 3 + 2);
                if random & 0x100 == 0 {
                    let bytes: Vec<u8> = (0..size).map(|i| next.wrapping_add(i as u8)).collect();
                    let count = put(&mut ring, &bytes);
                    assert_eq!(count, size.min(limit - list.len()));
                    next = next.wrapping_add(count as u8);
                    list.extend_from_slice(&bytes[..count]);
                } else {
                    let taken = take(&mut ring, size);
                    let rest = list.split_off(size.min(list.len()));
                    assert_eq!(taken, std::mem::replace(&mut list, rest));
                }
                assert_eq!((ring.size(), ring.room()), (list.len(), limit - list.len()));
            }
        }
    }

    #[test]
    fn a_copy_that_fails_changes_nothing() {
        let mut ring = Ring::new(10);
        put(&mut ring, b"12345");
        assert!(
            ring.put(3, |_, _| Err(super::super::super::abi::errno::Errno::Fault.into())).is_err()
        );
        assert!(
            ring.take(3, |_, _| Err(super::super::super::abi::errno::Errno::Fault.into())).is_err()
        );
        assert_eq!(take(&mut ring, 10), b"12345");
    }
}
