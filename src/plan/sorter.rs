//! Sorts more than is to be in memory: what was gathered is sorted and put into a temporary file, run by run, and the
//! runs are merged.
//!
//! The file has no name and belongs to its owner alone; it is gone with the process.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};

use super::fingerprint::Fingerprint;
use crate::model::ListLine;

/// How many marks are in memory at the most while they are gathered.
const HELD: usize = 32 * 1024;
/// How many bytes of the file are in memory at the most while its runs are merged.
const BUFFERED: usize = 2 * 1024 * 1024;
/// The bytes of a mark in the file.
const SIZE: usize = 40;

/// That something stands on a line of the list. Marks are sorted by what it is, then by the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    /// What.
    pub(super) what: Fingerprint,
    /// On which line.
    pub(super) line: ListLine,
    /// What goes with it.
    pub(super) with: Fingerprint,
}

impl Mark {
    fn to_bytes(self) -> [u8; SIZE] {
        let mut bytes = [0; SIZE];
        bytes[..16].copy_from_slice(&self.what.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.line.to_bits().to_le_bytes());
        bytes[24..].copy_from_slice(&self.with.to_le_bytes());
        bytes
    }

    fn from_bytes(bytes: [u8; SIZE]) -> Self {
        let (mut what, mut line, mut with) = ([0; 16], [0; 8], [0; 16]);
        what.copy_from_slice(&bytes[..16]);
        line.copy_from_slice(&bytes[16..24]);
        with.copy_from_slice(&bytes[24..]);
        Self {
            what: Fingerprint::from_le_bytes(what),
            line: ListLine::from_bits(u64::from_le_bytes(line)),
            with: Fingerprint::from_le_bytes(with),
        }
    }
}

/// Gathers marks.
#[derive(Debug)]
pub(super) struct Sorter {
    gathered: Vec<Mark>,
    held: usize,
    /// The file, and how many marks each of its runs has.
    spilled: Option<(File, Vec<usize>)>,
}

impl Sorter {
    pub(super) fn new() -> Self {
        Self::holding(HELD)
    }

    /// One that holds so many marks in memory at the most.
    pub(super) fn holding(held: usize) -> Self {
        Self { gathered: Vec::new(), held, spilled: None }
    }

    pub(super) fn add(&mut self, mark: Mark) -> io::Result<()> {
        self.gathered.push(mark);
        if self.gathered.len() >= self.held { self.spill() } else { Ok(()) }
    }

    fn spill(&mut self) -> io::Result<()> {
        let (file, runs) = match &mut self.spilled {
            Some(spilled) => spilled,
            empty => empty.insert((tempfile::tempfile()?, Vec::new())),
        };
        self.gathered.sort_unstable();
        let mut out = BufWriter::new(file);
        for mark in &self.gathered {
            out.write_all(&mark.to_bytes())?;
        }
        out.flush()?;
        runs.push(self.gathered.len());
        self.gathered.clear();
        Ok(())
    }

    /// Gives every mark to `each`, in their order.
    pub(super) fn sorted(mut self, mut each: impl FnMut(Mark)) -> io::Result<()> {
        if self.spilled.is_none() {
            self.gathered.sort_unstable();
            self.gathered.into_iter().for_each(each);
            return Ok(());
        }
        self.spill()?;
        let Some((mut file, lengths)) = self.spilled else { return Ok(()) };
        let buffer = (BUFFERED / lengths.len() / SIZE).max(1);
        let mut runs = Vec::with_capacity(lengths.len());
        let mut start = 0;
        for length in lengths {
            runs.push(Run { next: start, left: length, buffer: Vec::new() });
            start += (length * SIZE) as u64;
        }
        let mut first = BinaryHeap::with_capacity(runs.len());
        for (number, run) in runs.iter_mut().enumerate() {
            first.extend(run.take(&mut file, buffer)?.map(|mark| Reverse((mark, number))));
        }
        while let Some(Reverse((mark, number))) = first.pop() {
            each(mark);
            first.extend(runs[number].take(&mut file, buffer)?.map(|mark| Reverse((mark, number))));
        }
        Ok(())
    }
}

/// A sorted stretch of the file.
struct Run {
    /// Where in the file the rest begins.
    next: u64,
    /// How many marks are still in the file.
    left: usize,
    /// Those that were read, the last one first.
    buffer: Vec<Mark>,
}

impl Run {
    /// The next mark; reads so many at once where it must.
    fn take(&mut self, file: &mut File, at_once: usize) -> io::Result<Option<Mark>> {
        if self.buffer.is_empty() && self.left > 0 {
            let count = self.left.min(at_once);
            let mut bytes = vec![0; count * SIZE];

            file.seek(SeekFrom::Start(self.next))?;
            file.read_exact(&mut bytes)?;
            self.next += bytes.len() as u64;
            self.left -= count;
            let (marks, _) = bytes.as_chunks();
            self.buffer.extend(marks.iter().rev().map(|bytes| Mark::from_bytes(*bytes)));
        }
        Ok(self.buffer.pop())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(count: u64) -> Vec<Mark> {
        let mark = |n: u64| Mark {
            what: u128::from(n.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 97),
            line: n.into(),
            with: n.into(),
        };
        (0..count).map(mark).collect()
    }

    #[test]
    fn what_spills_comes_back_as_what_does_not() {
        for (held, count) in [(1, 0), (1, 1), (1, 50), (7, 7), (7, 100), (1000, 100), (3, 1000)] {
            let mut sorter = Sorter::holding(held);
            for mark in marks(count) {
                sorter.add(mark).unwrap();
            }
            let mut sorted = Vec::new();
            sorter.sorted(|mark| sorted.push(mark)).unwrap();
            let mut expected = marks(count);
            expected.sort_unstable();
            assert_eq!(sorted, expected, "{count} marks, {held} in memory");
        }
    }

    #[test]
    fn a_mark_is_read_as_it_was_written() {
        let mark = Mark { what: u128::MAX - 3, line: (u64::from(u32::MAX) - 2).into(), with: 1 << 100 };
        assert_eq!(Mark::from_bytes(mark.to_bytes()), mark);
    }
}
