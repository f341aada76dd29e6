//! The rows of a list, whatever kind of file they lie in.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use super::charset::Charset;
use super::csv_rows::CsvRows;
use super::dialect::Dialect;
use super::encoding;
use super::header;
use super::needs::Needs;
use super::origin::{Evidence, Origin};
use super::row::Row;
use super::sheet_list;
use super::shown;
use super::spreadsheet::{Kind, SheetRows};
use super::text::Text;
use crate::model::{Fault, Faults, ListFormat, Place};

/// Where rows come from.
pub(super) enum Source {
    /// A CSV file.
    Csv(Box<CsvRows<Box<dyn Read + Send>>>),
    /// A sheet of a spreadsheet.
    Sheet(Box<SheetRows>),
    /// A file without anything in it.
    Empty,
}

impl Source {
    /// Opens the rows of a file, by what lies in it.
    ///
    /// # Errors
    /// Where it is nothing that can be read as a list.
    pub(super) fn open(file: &str, opened: File, format: &ListFormat, needs: Needs) -> Result<Opened, Faults> {
        match Kind::of(file, &opened) {
            Ok(Some(kind)) => {
                let list = sheet_list::open(file, kind, opened, format, needs)?;
                let source = Self::Sheet(Box::new(list.rows));
                Ok(Opened { source, origin: list.origin, warnings: list.warnings })
            }
            Ok(None) => open_csv(file, opened, format, needs),
            Err(fault) => Err(fault.into()),
        }
    }

    /// The next row that has anything in it.
    pub(super) fn next(&mut self) -> Option<Result<Row, Faults>> {
        loop {
            let row = match self {
                Self::Csv(rows) => rows.next()?,
                Self::Sheet(rows) => Ok(rows.next()?),
                Self::Empty => return None,
            };
            match row {
                Ok(row) if row.is_empty() => {}
                row => return Some(row),
            }
        }
    }
}

/// A file whose rows can be read.
pub(super) struct Opened {
    pub(super) source: Source,
    /// The form in which it was found.
    pub(super) origin: Origin,
    /// What is worth a look and stops nothing.
    pub(super) warnings: Vec<Fault>,
}

fn open_csv(file: &str, mut opened: File, format: &ListFormat, needs: Needs) -> Result<Opened, Faults> {
    let failed = |message: String| Faults::from(Fault::error(Place::file(file), message));
    let unreadable = |error: std::io::Error| failed(format!("`{file}` cannot be read: {error}"));
    let configured = match format.encoding.of(needs.list) {
        None => None,
        Some(label) => Some(Charset::for_label(label).ok_or_else(|| {
            failed(format!(
                "`{}` is not an encoding; set `encoding` to a name such as `utf-8` or `windows-1252`",
                shown(label)
            ))
        })?),
    };
    let detected = encoding::detect(&mut opened, configured).map_err(unreadable)?;
    opened.seek(SeekFrom::Start(detected.skip)).map_err(unreadable)?;
    let mut text = Text::new(detected.charset.reader(opened), detected.charset);
    // The header must be seen whole before its delimiter is guessed.
    while !text.at_end() && header::is_cut_off(text.rest()) {
        text.fill().map_err(unreadable)?;
    }
    let guess = header::guess(text.rest(), needs.column);
    let (delimiter, delimiter_evidence) = match format.delimiter {
        None => (guess.delimiter, guess.evidence),
        Some(given @ (',' | ';' | '\t')) => (given as u8, Evidence::Configured),
        Some(other) => {
            return Err(failed(format!(
                "`{}` is not a delimiter of lists; set `delimiter` to `,`, `;` or `\\t`",
                other.escape_debug()
            )));
        }
    };
    text.consume(guess.skip);
    let origin = Origin::Csv {
        encoding: text.encoding(),
        evidence: detected.evidence,
        delimiter: char::from(delimiter),
        delimiter_evidence,
    };
    let dialect = Dialect { delimiter, line_end: guess.line_end };
    let rows = CsvRows::new(file, text, dialect, guess.line);
    let guessed = detected.guessed.and_then(|guessed| guessed.warning(file));
    Ok(Opened { source: Source::Csv(Box::new(rows)), origin, warnings: guessed.into_iter().collect() })
}
