//! SQLite's write-ahead log, read once before the ledger is opened: whether transactions in its middle are damaged.
//!
//! SQLite takes the log to end at the first frame that does not add up, and says nothing, since that is how an
//! unfinished transaction looks after a power cut. But where whole transactions follow, what was lost had been
//! committed: intents and outcomes of letters that left, which would leave again. The format is that of
//! <https://www.sqlite.org/fileformat2.html#the_write_ahead_log>. It cannot be told of the very last transaction
//! whether it was ever whole.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

/// The bytes of the log's header.
const HEADER: usize = 32;
/// The bytes of a frame before its page.
const FRAME: usize = 24;
/// The magic number of a log whose checksums are of little-endian words; with one added, of big-endian ones.
const MAGIC: u32 = 0x377f_0682;
/// After so long a run that is writing has written what it was at.
const MEANWHILE: Duration = Duration::from_millis(50);

/// Where a log is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Damage {
    header: [u8; HEADER],
    /// The first frame that does not add up.
    frame: u64,
}

/// Whether committed transactions in a log cannot be read. One that is not there is whole.
pub(super) fn is_damaged(log: &Path) -> io::Result<bool> {
    let Some(seen) = look(log)? else { return Ok(false) };
    // What a run was writing is whole in the next look; what is damaged stays as it is.
    sleep(MEANWHILE);
    Ok(look(log)? == Some(seen))
}

fn look(log: &Path) -> io::Result<Option<Damage>> {
    let file = match File::open(log) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut reader = BufReader::with_capacity(256 * 1024, file);
    match damage(&mut reader) {
        // It ends within its header or within a frame.
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
        other => other,
    }
}

/// Reads a log from its beginning; an unexpected end is where there is no damage before it.
fn damage(log: &mut impl Read) -> io::Result<Option<Damage>> {
    let mut header = [0; HEADER];
    log.read_exact(&mut header)?;
    if header == [0; HEADER] {
        // The power went before anything in it had reached the disk.
        return Ok(None);
    }
    let mut sum = Checksum {
        words: if word(&header, 0) == MAGIC { u32::from_le_bytes } else { u32::from_be_bytes },
        sums: [0; 2],
    };
    sum.add(&header[..24]);
    if word(&header, 0) & !1 != MAGIC || sum.sums != [word(&header, 24), word(&header, 28)] {
        return Ok(Some(Damage { header, frame: 0 }));
    }
    let mut page = vec![0; word(&header, 8) as usize];
    let mut frame = [0; FRAME];
    let mut broken = None;
    let mut committed = false;
    for number in 1.. {
        log.read_exact(&mut frame)?;
        log.read_exact(&mut page)?;
        // What is older than the header was in the database before the log began anew.
        let is_of_this_log = frame[8..16] == header[16..24];
        if broken.is_none() {
            sum.add(&frame[..8]);
            sum.add(&page);
            if is_of_this_log && sum.sums == [word(&frame, 16), word(&frame, 20)] {
                continue;
            }
            broken = Some(number);
        }
        // A transaction begins when the one before it is on the disk.
        if let Some(frame) = broken.filter(|_| is_of_this_log && committed) {
            return Ok(Some(Damage { header, frame }));
        }
        committed |= is_of_this_log && word(&frame, 4) != 0;
    }
    Ok(None)
}

/// The checksum of everything so far.
struct Checksum {
    words: fn([u8; 4]) -> u32,
    sums: [u32; 2],
}

impl Checksum {
    /// Adds bytes, of which there are always a multiple of eight.
    fn add(&mut self, bytes: &[u8]) {
        let [mut a, mut b] = self.sums;
        for pair in bytes.chunks_exact(8) {
            a = a.wrapping_add((self.words)([pair[0], pair[1], pair[2], pair[3]])).wrapping_add(b);
            b = b.wrapping_add((self.words)([pair[4], pair[5], pair[6], pair[7]])).wrapping_add(a);
        }
        self.sums = [a, b];
    }
}

/// A number of a header, which is big-endian whatever the checksums are.
fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    /// A log of three transactions, of two frames each at the least.
    fn log() -> (tempfile::TempDir, Vec<u8>) {
        let folder = tempfile::tempdir().unwrap();
        let connection = Connection::open(folder.path().join("x.db")).unwrap();
        connection.pragma_update(None, "journal_mode", "wal").unwrap();
        connection.execute_batch("CREATE TABLE t (a, b)").unwrap();
        for n in 0..3 {
            connection.execute("INSERT INTO t VALUES (?1, randomblob(6000))", [n]).unwrap();
        }
        let log = std::fs::read(folder.path().join("x.db-wal")).unwrap();
        (folder, log)
    }

    fn is_damage(bytes: &[u8]) -> bool {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wal");
        std::fs::write(&path, bytes).unwrap();
        is_damaged(&path).unwrap()
    }

    #[test]
    fn a_whole_log_and_one_that_was_cut_anywhere_are_not_damaged() {
        let (folder, log) = log();
        assert!(!is_damaged(&folder.path().join("none")).unwrap());
        for length in (0..log.len()).step_by(701).chain([1, 31, 32, 33, 55, 56, log.len()]) {
            assert!(!is_damage(&log[..length]), "{length} of {}", log.len());
        }
        // After a power cut the file may be longer than what has reached the disk.
        let mut longer = log.clone();
        longer.extend(vec![0; 20_000]);
        assert!(!is_damage(&longer));
        assert!(!is_damage(&vec![0; 20_000]));
    }

    #[test]
    fn a_log_whose_last_transaction_never_became_whole_is_not_damaged() {
        let (_folder, mut log) = log();
        let last = log.len() - 4096 - FRAME;
        log[last + 100] ^= 1;
        assert!(!is_damage(&log));
    }

    #[test]
    fn a_flipped_bit_before_the_last_transaction_is_damage() {
        let (_folder, log) = log();
        let frames = (log.len() - HEADER) / (4096 + FRAME);
        assert!(frames >= 8, "{frames}");
        for place in
            [0, 9, 20, 30].into_iter().chain((0..frames / 2).map(|frame| HEADER + frame * (4096 + FRAME) + 2000))
        {
            let mut flipped = log.clone();
            flipped[place] ^= 4;
            assert!(is_damage(&flipped), "{place}");
        }
    }

    #[test]
    fn a_log_that_began_anew_is_not_damaged_by_what_it_held_before() {
        let folder = tempfile::tempdir().unwrap();
        let connection = Connection::open(folder.path().join("x.db")).unwrap();
        connection.pragma_update(None, "journal_mode", "wal").unwrap();
        connection.execute_batch("CREATE TABLE t (a, b)").unwrap();
        for n in 0..20 {
            connection.execute("INSERT INTO t VALUES (?1, randomblob(6000))", [n]).unwrap();
        }
        connection.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(())).unwrap();
        for n in 0..3 {
            connection.execute("INSERT INTO t VALUES (?1, randomblob(100))", [n]).unwrap();
        }
        assert!(!is_damaged(&folder.path().join("x.db-wal")).unwrap());
    }
}
