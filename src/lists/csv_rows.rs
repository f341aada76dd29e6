//! The rows of a text file, one after another. A row that cannot be read is reported, and reading goes on behind it.

use std::io::{self, Read};

use crate::model::{Fault, Faults, Place};

use super::dialect::{AtEnd, Dialect, Found};
use super::row::{Row, position};
use super::text::Text;

/// The longest row, in bytes of UTF-8: what an open quote may swallow, and what is in memory at most.
pub(super) const LONGEST_ROW: usize = 1024 * 1024;

/// The rows of a text file.
pub(super) struct CsvRows<R> {
    file: String,
    text: Text<R>,
    dialect: Dialect,
    /// The line on which the rest of the text begins.
    line: u64,
    /// How many rows were read, empty and faulty ones too.
    row: u64,
    /// Set behind a faulty row: the rest of its line is still to be passed over.
    between_rows: bool,
    /// Set after the file could not be read.
    broken: bool,
}

impl<R: Read> CsvRows<R> {
    /// The rows of a text that begins on a line of a file.
    pub(super) fn new(file: &str, text: Text<R>, dialect: Dialect, line: u64) -> Self {
        Self {
            file: file.to_owned(),
            text,
            dialect,
            line,
            row: line.saturating_sub(1),
            between_rows: false,
            broken: false,
        }
    }

    /// The next row, also an empty one; `None` at the end of the file.
    pub(super) fn next(&mut self) -> Option<Result<Row, Faults>> {
        loop {
            if self.broken {
                return None;
            }
            if self.between_rows {
                if let Err(error) = self.pass_over_line() {
                    return Some(Err(self.unreadable(&error)));
                }
                continue;
            }
            let rest = self.text.rest();
            if rest.is_empty() && self.text.at_end() {
                return None;
            }
            let row = self.row + 1;
            let at_end = if self.text.at_end() { AtEnd::Yes } else { AtEnd::No };
            match self.dialect.row(rest, at_end) {
                Found::Row { cells, length } if length <= LONGEST_ROW => {
                    let text = rest[..length].to_owned();
                    let line = self.line;
                    let malformed = self.consume(length);
                    self.row = row;
                    return Some(Ok(Row::from_text((line, row), text, cells, self.dialect, malformed)));
                }
                Found::More { open: Some(open) } if rest.len() > LONGEST_ROW => {
                    return Some(Err(self.unclosed(open)));
                }
                Found::Row { .. } => return Some(Err(self.too_long())),
                Found::More { .. } if rest.len() > LONGEST_ROW => return Some(Err(self.too_long())),
                Found::More { .. } => {
                    if let Err(error) = self.text.fill() {
                        return Some(Err(self.unreadable(&error)));
                    }
                }
                Found::Unclosed { open } => return Some(Err(self.unclosed(open))),
                Found::AfterQuote { open, at } => return Some(Err(self.after_quote(open, at))),
            }
        }
    }

    fn consume(&mut self, length: usize) -> Vec<super::text::Malformed> {
        let (lines, _) = position(self.text.rest(), length, self.dialect);
        self.line += lines;
        self.text.consume(length)
    }

    fn place(&self, at: usize) -> Place {
        let (lines, column) = position(self.text.rest(), at, self.dialect);
        Place::at(self.file.as_str(), self.line + lines, column)
    }

    /// Goes on with the line after the one on which `at` stands: a quote that is one too many would hide all that
    /// follows.
    fn pass_over_line_of(&mut self, at: usize) {
        self.consume(at);
        self.row += 1;
        self.between_rows = true;
    }

    fn unclosed(&mut self, open: usize) -> Faults {
        let place = self.place(open);
        self.pass_over_line_of(open);
        Fault::error(place, "`\"` opens a cell that no quote closes; close it, or remove the quote").into()
    }

    fn after_quote(&mut self, open: usize, at: usize) -> Faults {
        let place = self.place(at);
        let opened = self.place(open);
        let shown: String = self.text.rest()[at..].chars().take(1).collect();
        let message = format!(
            "`{}` stands after the quote that closes the cell opened at {}:{}; write a quote inside a cell twice (`\"\"`), or remove it",
            shown.escape_debug(),
            opened.line.unwrap_or_default(),
            opened.column.unwrap_or_default(),
        );
        self.pass_over_line_of(open);
        Fault::error(place, message).into()
    }

    fn too_long(&mut self) -> Faults {
        let place = Place::line(self.file.as_str(), self.line);
        self.pass_over_line_of(0);
        let message =
            format!("the row is longer than {} KiB; is this a list, and is its encoding right?", LONGEST_ROW / 1024);
        Fault::error(place, message).into()
    }

    fn unreadable(&mut self, error: &io::Error) -> Faults {
        self.broken = true;
        let place = Place::line(self.file.as_str(), self.line);
        Fault::error(place, format!("the file cannot be read further: {error}")).into()
    }

    /// Passes over what is left of the line on which a fault was.
    fn pass_over_line(&mut self) -> io::Result<()> {
        let rest = self.text.rest().as_bytes();
        let end = (0..rest.len()).find(|at| self.dialect.line_break(rest, *at) > 0);
        let end = end.unwrap_or(rest.len());
        let length = self.dialect.line_break(rest, end);
        // A CR at the end of the piece may be half of a line break.
        if self.text.at_end() || end + length < rest.len() || rest.get(end) == Some(&b'\n') {
            self.consume(end + length);
            self.between_rows = false;
            return Ok(());
        }
        self.text.consume(end);
        self.text.fill()
    }
}
