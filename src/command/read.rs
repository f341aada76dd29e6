//! `read`: what a mail is, and why. It needs no campaign, and changes nothing.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::{Context as _, Result};

use super::output::{Form, stdout};
use super::terminal::warn;
use super::{Context, Exit};
use crate::campaign::mail::{self, Kind, Reading};
use crate::cli::Read;
use crate::report::{ShownReading, reading_json};

/// Reads each file and prints what it is. A file that cannot be opened is unreadable like one that is no mail: the
/// others are read all the same, and the exit status is 1; 2 where none could be opened.
pub(super) fn run(_: &Context, args: &Read) -> Result<Exit> {
    let mut out = BufWriter::new(stdout(if args.json { Form::Json } else { Form::Text }));
    let mut exit = Exit::Done;
    let mut opened = 0;
    for (place, file) in args.files.iter().enumerate() {
        let name = file.to_string_lossy();
        let reading = match read(&name, file) {
            Ok(reading) => {
                opened += 1;
                reading
            }
            Err(error) => {
                out.flush()?;
                warn(format_args!("{error:#}"));
                mail::read(io::empty())?
            }
        };
        if reading.kind == Kind::Unreadable {
            exit = Exit::WithFailures;
        }
        if args.json {
            writeln!(out, "{}", reading_json(&name, &reading))?;
        } else {
            if place > 0 {
                writeln!(out)?;
            }
            write!(out, "{}", ShownReading { name: &name, reading: &reading })?;
        }
    }
    out.flush()?;
    Ok(if opened == 0 { Exit::Refused } else { exit })
}

/// Reads a file, or standard input for `-`.
fn read(name: &str, file: &Path) -> Result<Reading> {
    if name == "-" {
        return mail::read(io::stdin().lock()).context("standard input cannot be read");
    }
    File::open(file).and_then(mail::read).with_context(|| format!("`{name}` cannot be read"))
}
