//! A row as it stands in its file: its cells, and the place of every character in them.

use std::sync::Arc;

use memchr::memchr2;

use crate::model::{Cell, Faults, Place, marks, plain};

use super::dialect::{Dialect, Span};
use super::mark::Mark;
use super::text::Malformed;

/// A row of a list, its cells trimmed of blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// The line on which it begins.
    pub(super) line: u64,
    /// The cells.
    pub(super) cells: Vec<String>,
    /// How it is written.
    pub(super) written: Written,
    /// What is wrong with it as a row of its table, so far.
    pub(super) faults: Faults,
}

/// How a row is written in its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Written {
    /// As text.
    Text {
        /// The line on which the row begins.
        line: u64,
        /// Its number among the rows, the header and empty ones too.
        row: u64,
        /// The text of the row.
        text: String,
        /// Its cells.
        spans: Vec<Span>,
        /// How the text is to be read.
        dialect: Dialect,
        /// What is not valid in the file's encoding.
        malformed: Vec<Malformed>,
    },
    /// As a row of a sheet.
    Sheet {
        /// The sheet's name.
        sheet: Arc<str>,
        /// The row's number.
        line: u64,
        /// What there is to say of cells beside their text, by their numbers from 0.
        marks: Vec<(usize, Mark)>,
    },
    /// As a row whose columns are not those of its file.
    Moved {
        /// How it is written there.
        written: Box<Written>,
        /// The column of the file in which each column stands.
        from: Arc<[usize]>,
    },
    /// Nothing is known but the line: the row was read at another time.
    Line {
        /// The line on which it began.
        line: u64,
    },
}

/// Whether a character is a blank that may be taken away at the ends of a cell. Control characters are not: where one
/// of them stands in a cell that goes into a header, the row is refused and never cleaned.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() && !c.is_control()
}

impl Row {
    /// A row of a text file; `row` is its number, the header's being 1.
    pub(super) fn from_text(
        (line, row): (u64, u64),
        text: String,
        spans: Vec<Span>,
        dialect: Dialect,
        malformed: Vec<Malformed>,
    ) -> Self {
        let cells = spans.iter().map(|span| value(&text, *span)).collect();
        Self {
            line,
            cells,
            written: Written::Text { line, row, text, spans, dialect, malformed },
            faults: Faults::new(),
        }
    }

    /// A row of a sheet; rows count from 1.
    pub(super) fn from_sheet(sheet: Arc<str>, line: u64, cells: Vec<String>, marks: Vec<(usize, Mark)>) -> Self {
        Self {
            line,
            cells: cells.into_iter().map(|cell| trimmed(&cell)).collect(),
            written: Written::Sheet { sheet, line, marks },
            faults: Faults::new(),
        }
    }

    /// A row that stands in no file.
    pub(super) fn unwritten(line: u64, cells: Vec<String>) -> Self {
        Self { line, cells, written: Written::Line { line }, faults: Faults::new() }
    }

    /// Whether no cell has anything in it. One whose value nobody knows may have.
    pub(super) fn is_empty(&self) -> bool {
        let is_unknown = |(_, mark): &(usize, Mark)| *mark == Mark::Unknown;
        self.cells.iter().all(String::is_empty) && !self.written.marks().iter().any(is_unknown)
    }
}

/// A cell without the blanks around it, without the `'` that keeps a spreadsheet from running it, and without the line
/// breaks at its end: a person sees none of them.
fn trimmed(cell: &str) -> String {
    let cell = plain(cell.trim_matches(is_blank));
    cell.trim_end_matches(|c| is_blank(c) || matches!(c, '\r' | '\n')).to_owned()
}

/// What a cell holds: without its quotes, without the `="…"` that keeps a spreadsheet from taking a text for a number,
/// and trimmed.
fn value(text: &str, span: Span) -> String {
    let written = &text[span.start..span.end];
    if begins_plainly(written) && ends_plainly(written) && memchr2(b'\'', b'"', written.as_bytes()).is_none() {
        return written.to_owned();
    }
    let written = written.trim_matches(is_blank);
    let text_of = |cell: &str| as_text(cell).map_or_else(|| trimmed(cell), |text| trimmed(&text));
    if span.quoted && written.contains('"') { text_of(&written.replace("\"\"", "\"")) } else { text_of(written) }
}

/// Whether a cell begins with what is neither a blank nor a mark, as most do.
fn begins_plainly(cell: &str) -> bool {
    cell.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric)
}

/// Whether a cell ends so.
fn ends_plainly(cell: &str) -> bool {
    cell.as_bytes().last().is_some_and(u8::is_ascii_alphanumeric)
}

/// The text of a formula that is one text and nothing else: 01234 of `="01234"`.
fn as_text(formula: &str) -> Option<String> {
    let inside = formula.strip_prefix("=\"")?.strip_suffix('"')?;
    let is_one = !inside.replace("\"\"", "").contains('"');
    is_one.then(|| inside.replace("\"\"", "\""))
}

impl Written {
    /// The place of a character: `offset` bytes into the trimmed cell with the number `cell`, both from 0.
    pub(super) fn place(&self, file: &str, cell: usize, offset: usize) -> Place {
        let place = match self {
            Self::Text { text, spans, .. } => {
                let at = spans
                    .get(cell)
                    .map_or_else(|| text.trim_end_matches(['\r', '\n']).len(), |span| written_at(text, *span, offset));
                self.place_in_text(file, at)
            }
            Self::Sheet { line, .. } => Place::at(file, *line, cell as u64 + 1),
            Self::Moved { written, from } => {
                return written.place(file, from.get(cell).copied().unwrap_or(cell), offset);
            }
            Self::Line { line } => Place::line(file, *line),
        };
        match self.shown() {
            Some(row) => place.with_cell(Cell { column: Some(cell as u64 + 1), ..row }),
            None => place,
        }
    }

    /// The row as a spreadsheet program shows it, where that says more than its line.
    pub(super) fn shown(&self) -> Option<Cell> {
        match self {
            Self::Text { line, row, .. } if line != row => Some(Cell { sheet: None, row: *row, column: None }),
            Self::Sheet { line, sheet, .. } => Some(Cell { sheet: Some(Arc::clone(sheet)), row: *line, column: None }),
            Self::Moved { written, .. } => written.shown(),
            Self::Text { .. } | Self::Line { .. } => None,
        }
    }

    /// The line and column at which each of so many cells begins, as far as they are known.
    pub(super) fn starts(&self, cells: usize) -> Vec<(u64, u64)> {
        match self {
            Self::Text { line, text, spans, dialect, .. } => {
                let row = text.trim_end_matches(['\r', '\n']);
                let is_one_line = memchr2(b'\r', b'\n', row.as_bytes()).is_none() && row.is_ascii();
                let mut cursor = Cursor::new(text, *dialect);
                let start = |span: &Span| {
                    let at = written_at(text, *span, 0);
                    if is_one_line {
                        return (*line, at as u64 + 1);
                    }
                    cursor.advance(at);
                    (line + cursor.lines, cursor.column)
                };
                spans.iter().take(cells).map(start).collect()
            }
            Self::Sheet { line, .. } => (1..=cells as u64).map(|cell| (*line, cell)).collect(),
            Self::Moved { written, from } => {
                let own = from.iter().max().map_or(0, |last| last + 1);
                let starts = written.starts(own);
                let line = written.line();
                from.iter().take(cells).map(|at| starts.get(*at).copied().unwrap_or((line, 1))).collect()
            }
            Self::Line { .. } => Vec::new(),
        }
    }

    /// What there is to say of cells beside their text, by their numbers from 0.
    pub(super) fn marks(&self) -> &[(usize, Mark)] {
        match self {
            Self::Sheet { marks, .. } => marks,
            Self::Moved { written, .. } => written.marks(),
            Self::Text { .. } | Self::Line { .. } => &[],
        }
    }

    /// The place of a byte of the row's text.
    fn place_in_text(&self, file: &str, at: usize) -> Place {
        match self {
            Self::Text { line, text, dialect, .. } => {
                let (lines, column) = position(text, at, *dialect);
                Place::at(file, line + lines, column)
            }
            Self::Moved { written, .. } => written.place_in_text(file, at),
            Self::Sheet { line, .. } | Self::Line { line } => Place::line(file, *line),
        }
    }

    /// The line on which the row begins.
    fn line(&self) -> u64 {
        match self {
            Self::Text { line, .. } | Self::Sheet { line, .. } | Self::Line { line } => *line,
            Self::Moved { written, .. } => written.line(),
        }
    }

    /// The bytes that are not valid in the file's encoding, and their places: the first in each cell.
    pub(super) fn malformed(&self, file: &str) -> Vec<(Place, &[u8])> {
        let Self::Text { spans, malformed, .. } = self else {
            return Vec::new();
        };
        let mut found = Vec::new();
        let mut last_cell = None;
        for bad in malformed {
            let cell = spans.partition_point(|span| span.end <= bad.offset);
            if last_cell != Some(cell) {
                last_cell = Some(cell);
                let place = self.place_in_text(file, bad.offset);
                let place = match self.shown() {
                    Some(row) => place.with_cell(Cell { column: Some(cell as u64 + 1), ..row }),
                    None => place,
                };
                found.push((place, bad.bytes.as_slice()));
            }
        }
        found
    }
}

/// How many line breaks stand before a byte of a text, and the column of that byte on its line, in characters from 1.
pub(super) fn position(text: &str, at: usize, dialect: Dialect) -> (u64, u64) {
    let mut cursor = Cursor::new(text, dialect);
    cursor.advance(at);
    (cursor.lines, cursor.column)
}

/// Counts lines and columns from the beginning of a text on.
struct Cursor<'a> {
    text: &'a str,
    dialect: Dialect,
    /// The byte up to which was counted.
    at: usize,
    /// How many line breaks stand before it.
    lines: u64,
    /// Its column on its line, in characters from 1.
    column: u64,
}

impl<'a> Cursor<'a> {
    fn new(text: &'a str, dialect: Dialect) -> Self {
        Self { text, dialect, at: 0, lines: 0, column: 1 }
    }

    /// Goes on to a byte that is not before the last one.
    fn advance(&mut self, to: usize) {
        let bytes = self.text.as_bytes();
        let mut from = self.at;
        while let Some(found) = bytes.get(from..to).and_then(|rest| memchr2(b'\n', b'\r', rest)) {
            match self.dialect.line_break(bytes, from + found) {
                // A CR that is a character like any other.
                0 => from += found + 1,
                length if from + found + length <= to => {
                    from += found + length;
                    (self.at, self.lines, self.column) = (from, self.lines + 1, 1);
                }
                // Its middle.
                _ => break,
            }
        }
        if let Some(rest) = self.text.get(self.at..to) {
            self.column += rest.chars().count() as u64;
            self.at = to;
        }
    }
}

/// Where in the text the byte `offset` of a cell's value is written.
fn written_at(text: &str, span: Span, offset: usize) -> usize {
    let written = &text[span.start..span.end];
    if offset == 0 && begins_plainly(written) {
        return span.start;
    }
    let begun = written.trim_start_matches(is_blank);
    let opened =
        ["=\"\"", "=\""].into_iter().find(|opening| begun.starts_with(opening)).filter(|_| begun.ends_with('"'));
    let start = span.end - begun.len() + opened.map_or(0, str::len);
    if offset == 0 && !begun.starts_with('\'') && opened.is_none() {
        return start;
    }
    let marks: Vec<usize> = marks(begun).map(|mark| start + mark).collect();
    let behind_mark = |at: usize| at + usize::from(marks.contains(&at));
    let mut at = behind_mark(start);
    let mut left = offset;
    while left > 0 && at < span.end {
        let byte = text.as_bytes()[at];
        at = behind_mark(at + if span.quoted && byte == b'"' { 2 } else { 1 });
        left -= 1;
    }
    at.min(span.end)
}
