//! The header of a list: its form guessed, its names checked.

use std::collections::HashMap;

use crate::model::{Columns, Fault, Faults, Place, canonical};

use super::csv_rows::LONGEST_ROW;
use super::dialect::{AtEnd, Dialect, Found, LineEnd};
use super::needs::{Needs, Rows};
use super::origin::Evidence;
use super::row::Row;
use super::shown;

/// More columns than this are a mistake: the file is no list, or was read with the wrong delimiter.
const MOST_COLUMNS: usize = 1_000;

/// The form of a text, as its first lines show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Guess {
    /// `,`, `;` or a tab.
    pub(super) delimiter: u8,
    /// How the delimiter is known.
    pub(super) evidence: Evidence,
    /// How lines end.
    pub(super) line_end: LineEnd,
    /// The length of a line `sep=;` before the header.
    pub(super) skip: usize,
    /// The line after it.
    pub(super) line: u64,
}

/// Whether a text ends before its header does.
pub(super) fn is_cut_off(text: &str) -> bool {
    if text.len() > LONGEST_ROW {
        return false;
    }
    let begun = text.trim_start_matches(['\r', '\n', ' ', ',', ';', '\t']);
    // Two lines, since the first may be `sep=;`; the end of the second must be seen too.
    begun.is_empty() || begun.matches(['\r', '\n']).count() < 4 || line_outside_quotes(begun).len() == begun.len()
}

/// Guesses the form of a text that has its header in it; `wanted` is a column that the header should have.
pub(super) fn guess(text: &str, wanted: &str) -> Guess {
    let line_end = line_end(text);
    let (declared, skip) = declared(text);
    if let Some(delimiter) = declared {
        return Guess { delimiter, evidence: Evidence::Declared, line_end, skip, line: 2 };
    }
    let header = text.trim_start_matches(['\r', '\n']);
    let header = line_outside_quotes(header);
    // A delimiter under which the header has the column that it must have counts before all others, then the number of
    // cells.
    let score = |delimiter: u8| {
        let dialect = Dialect { delimiter, line_end };
        let Found::Row { cells, .. } = dialect.row(header, AtEnd::Yes) else {
            return (false, 0);
        };
        let has_wanted = cells.iter().any(|cell| canonical(&header[cell.start..cell.end]) == canonical(wanted));
        (has_wanted, cells.len())
    };
    let mut best = b',';
    for delimiter in [b';', b'\t'] {
        if score(delimiter) > score(best) {
            best = delimiter;
        }
    }
    Guess { delimiter: best, evidence: Evidence::Recognised, line_end, skip: 0, line: 1 }
}

/// The delimiter that a first line such as `sep=;` names, as Excel writes and reads it, and the length of that line.
fn declared(text: &str) -> (Option<u8>, usize) {
    let line = text.split(['\r', '\n']).next().unwrap_or_default();
    let Some(delimiter) = line.strip_prefix("sep=").map(str::as_bytes) else {
        return (None, 0);
    };
    let [delimiter @ (b',' | b';' | b'\t')] = delimiter else {
        return (None, 0);
    };
    let rest = &text[line.len()..];
    let line_break = if rest.starts_with("\r\n") { 2 } else { rest.len().min(1) };
    (Some(*delimiter), line.len() + line_break)
}

/// How the first line of a text ends.
fn line_end(text: &str) -> LineEnd {
    let first = line_outside_quotes(text).len();
    match &text.as_bytes()[first..] {
        [b'\r', next, ..] if *next != b'\n' => LineEnd::Cr,
        _ => LineEnd::Lf,
    }
}

/// The text up to its first line break that is not in quotes.
fn line_outside_quotes(text: &str) -> &str {
    let mut quoted = false;
    let end = text.bytes().position(|byte| {
        quoted ^= byte == b'"';
        !quoted && matches!(byte, b'\r' | b'\n')
    });
    &text[..end.unwrap_or(text.len())]
}

/// A header without faults.
pub(super) struct Header {
    pub(super) columns: Columns,
    /// The columns without a name, and where their cells are.
    pub(super) unnamed: HashMap<usize, Place>,
    /// What is worth a look and stops nothing.
    pub(super) warnings: Vec<Fault>,
}

/// Checks the names of a header.
pub(super) fn check(file: &str, mut row: Row, needs: Needs) -> Result<Header, Faults> {
    while row.cells.last().is_some_and(String::is_empty) {
        row.cells.pop();
    }
    let mut faults = Faults::new();
    if row.cells.len() > MOST_COLUMNS {
        let message = format!(
            "the header has {} cells, and a list has {MOST_COLUMNS} at the most; is this a list, and is its delimiter right?",
            row.cells.len()
        );
        return Err(Fault::error(row.written.place(file, 0, 0), message).into());
    }
    let mut unnamed = HashMap::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut warnings = Vec::new();
    for (at, name) in row.cells.iter().enumerate() {
        let place = || row.written.place(file, at, 0);
        if let Some(c) = name.chars().find(|c| c.is_control() && !matches!(c, '\r' | '\n' | '\t')) {
            let message = format!(
                "`{}` has the control character `{}`; write the name of the column anew",
                shown(name),
                c.escape_default()
            );
            faults.push(Fault::error(place(), message));
        }
        let key = canonical(name);
        if key.is_empty() {
            unnamed.insert(at, place());
        } else if let Some(first) = known.get(&key) {
            let message = format!(
                "`{}` names the same column as `{}` in cell {}; rename or remove one of them",
                shown(name),
                shown(&row.cells[*first]),
                first + 1
            );
            // A column that has no meaning of its own is used where the letter names it, and refused there.
            if key == needs.column || (needs.rows == Rows::Some && (needs.uses)(name)) {
                faults.push(Fault::error(place(), message));
            } else {
                warnings.push(Fault::warning(place(), message));
            }
        } else {
            known.insert(key, at);
        }
    }
    if faults.has_errors() {
        return Err(faults);
    }
    Ok(Header { columns: Columns::new(row.cells), unnamed, warnings })
}
