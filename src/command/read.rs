//! `read`: what a mail is, and why. It needs no campaign, and changes nothing.

use std::fs::File;
use std::io::{self, BufWriter, Read as _, Write};
use std::path::Path;

use anyhow::{Context as _, Result};

use super::terminal::warn;
use super::{Context, Exit};
use crate::cli::Read;
use crate::report::MailReading;

/// Reads each file and prints what it is. A file that cannot be opened is unreadable like one that is no mail: the others are read all the
/// same, and the exit status is 1.
pub(super) fn run(_: &Context, args: &Read) -> Result<Exit> {
    let mut out = BufWriter::new(anstream::stdout());
    let mut exit = Exit::Done;
    for (place, file) in args.files.iter().enumerate() {
        let name = file.to_string_lossy();
        let mail = match bytes_of(&name, file) {
            Ok(bytes) => bytes,
            Err(error) => {
                out.flush()?;
                warn(format_args!("{error:#}"));
                Vec::new()
            }
        };
        let reading = MailReading::of(&name, &mail);
        if reading.is_unreadable() {
            exit = Exit::WithFailures;
        }
        if args.json {
            writeln!(out, "{}", reading.as_json())?;
        } else {
            if place > 0 {
                writeln!(out)?;
            }
            write!(out, "{reading}")?;
        }
    }
    out.flush()?;
    Ok(exit)
}

/// The first bytes of a file, or of standard input for `-`: one more than is looked at, so that what was cut is known.
fn bytes_of(name: &str, file: &Path) -> Result<Vec<u8>> {
    let limit = MailReading::LIMIT;
    let mut bytes = Vec::new();
    if name == "-" {
        io::stdin().lock().take(limit).read_to_end(&mut bytes).context("standard input cannot be read")?;
    } else {
        let opened = File::open(file).and_then(|opened| opened.take(limit).read_to_end(&mut bytes));
        opened.with_context(|| format!("`{name}` cannot be read"))?;
    }
    Ok(bytes)
}
