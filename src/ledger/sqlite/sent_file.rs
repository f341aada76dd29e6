//! A log of sent letters as a file, which is only ever added to.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::place::private;
use crate::ledger::sent_log::{Line, Told};

/// The longest line that is read: a Message-ID has 998 characters at the most.
const LONGEST_LINE: u64 = 8 * 1024;

/// A log that is open for adding to it.
#[derive(Debug)]
pub(super) struct SentFile {
    pub(super) path: PathBuf,
    file: File,
}

/// What a log says, and how long it is.
pub(super) struct Reading {
    pub(super) told: Told,
    pub(super) length: u64,
}

impl SentFile {
    /// Opens it, or makes it for its owner alone.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = private().append(true).create(true).open(path)?;
        let log = Self { path: path.to_owned(), file };
        if log.is_cut()? {
            // A power cut left half a line: it stays, and what follows begins a new one.
            (&log.file).write_all(b"\n")?;
        }
        Ok(log)
    }

    fn is_cut(&self) -> io::Result<bool> {
        let length = self.length()?;
        if length == 0 {
            return Ok(false);
        }
        let mut last = [0];
        let mut file = &self.file;
        file.seek(SeekFrom::Start(length - 1))?;
        file.read_exact(&mut last)?;
        Ok(last != *b"\n")
    }

    pub(super) fn length(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    /// Adds lines, each with its line break: in one write, so that those of two processes do not mix.
    pub(super) fn add(&self, lines: &str) -> io::Result<()> {
        (&self.file).write_all(lines.as_bytes())
    }

    /// Adds one line.
    pub(super) fn say(&self, line: &Line) -> io::Result<()> {
        let mut text = String::new();
        // A String takes whatever is written to it.
        let _ = writeln!(text, "{line}");
        self.add(&text)
    }

    /// Waits until what was added is on the disk.
    pub(super) fn flush(&self) -> io::Result<()> {
        self.file.sync_data()
    }
}

/// Reads a log from an offset on; `None` where there is none, or nothing is in it.
pub(super) fn read(path: &Path, from: u64) -> io::Result<Option<Reading>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let length = file.metadata()?.len();
    if length == 0 {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(from.min(length)))?;
    let mut reader = BufReader::with_capacity(256 * 1024, file);
    let mut told = Told::default();
    let mut line = Vec::new();
    while reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        if let Some(line) = text.strip_suffix('\n').and_then(Line::parse) {
            told.hear(line);
        }
        line.clear();
    }
    Ok(Some(Reading { told, length }))
}

/// The first line of a log: whose it is.
pub(super) fn beginning(path: &Path) -> io::Result<Option<Line>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut line = String::new();
    BufReader::new(file.take(LONGEST_LINE)).read_line(&mut line)?;
    Ok(Line::parse(line.trim_end_matches('\n')))
}
