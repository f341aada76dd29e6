//! Cells that a spreadsheet would run as a formula: written with a `'` before them, and read again without it.
//!
//! A table with `,` is also opened by programs that divide it at `;`, at tabs, or at whatever their country is used to,
//! and that then take a quote in the middle of a cell for a character. So each part of a cell counts that one of them
//! may take for a cell of its own.

use std::borrow::Cow;

/// Where some program divides a line into cells, or a text into lines.
const SEPARATORS: [char; 6] = [',', ';', '|', '\t', '\r', '\n'];

/// A cell that no spreadsheet runs as a formula, wherever it divides the line: before whatever it would run stands a
/// `'`. [`plain`] takes that away.
#[must_use]
pub fn inert(cell: &str) -> Cow<'_, str> {
    // Most cells are one part, and begin with a letter or a digit.
    if cell.bytes().next().is_none_or(|first| first.is_ascii_alphanumeric()) && !cell.contains(SEPARATORS) {
        return Cow::Borrowed(cell);
    }
    // A part that has its `'` already gets one more, so that it comes back as it was.
    let starts: Vec<usize> = starts(cell).filter(|start| is_formula(*start, &cell[*start..])).collect();
    if starts.is_empty() {
        return Cow::Borrowed(cell);
    }
    let mut written = String::with_capacity(cell.len() + starts.len());
    let mut from = 0;
    for start in starts {
        written.extend([&cell[from..start], "'"]);
        from = start;
    }
    Cow::Owned(written + &cell[from..])
}

/// What was meant by a cell of a table that came from a spreadsheet, or from [`inert`]: a `'` before a formula is none
/// of its text.
#[must_use]
pub fn plain(cell: &str) -> Cow<'_, str> {
    // Most cells have no `'` at all, and of a long list each cell comes by here.
    if !cell.contains('\'') {
        return Cow::Borrowed(cell);
    }
    let mut marks = marks(cell).peekable();
    if marks.peek().is_none() {
        return Cow::Borrowed(cell);
    }
    let mut meant = String::with_capacity(cell.len());
    let mut from = 0;
    for mark in marks {
        meant.push_str(&cell[from..mark]);
        from = mark + 1;
    }
    Cow::Owned(meant + &cell[from..])
}

/// Where in a cell a `'` stands that is none of its text, in bytes.
pub fn marks(cell: &str) -> impl Iterator<Item = usize> {
    let is_marked = |start: &usize| cell[*start..].strip_prefix('\'').is_some_and(|rest| is_formula(*start, rest));
    starts(cell).filter(is_marked)
}

/// Where a part of a cell begins that some program may take for a cell.
fn starts(cell: &str) -> impl Iterator<Item = usize> {
    std::iter::once(0).chain(cell.match_indices(SEPARATORS).map(|(at, _)| at + 1))
}

/// Whether a part that begins here would be run. The characters are those that OWASP names under "CSV injection", with
/// their wide forms, and the line feed.
fn is_formula(start: usize, part: &str) -> bool {
    // Behind a separator, a quote is doubled when it is written: an empty quotation to whoever divides there.
    let quotes: &[char] = if start == 0 { &['\''] } else { &['\'', '"'] };
    let first = part.trim_start_matches(quotes).chars().next();
    first.is_some_and(|c| "=+-@\t\r\n＝＋－＠".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_formula_is_written_with_a_quote_before_it() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "'=1", "＝1"] {
            assert_eq!(inert(cell), format!("'{cell}"));
        }
        for cell in ["a=b", "", "'s-Gravenhage", "'", "a - b; c", "ana@example.org; bo@example.org", "x, y"] {
            assert_eq!((inert(cell).as_ref(), plain(cell).as_ref()), (cell, cell));
        }
    }

    #[test]
    fn so_is_one_that_begins_where_another_program_divides() {
        for (cell, written) in [
            ("x;=1+1", "x;'=1+1"),
            ("x;\"=1+1\"", "x;'\"=1+1\""),
            ("x\t=1\n-2", "x'\t'=1'\n'-2"),
            ("x;;=1", "x;;'=1"),
            ("x;'=1", "x;''=1"),
            ("-1,=2|@3", "'-1,'=2|'@3"),
        ] {
            assert_eq!(inert(cell), written.replace("x'\t", "x\t").replace("=1'\n", "=1\n"));
            assert_eq!(plain(&inert(cell)), cell);
        }
    }

    /// What a program makes of our lines that divides at `;`, as spreadsheets do: a quote counts at the start of a
    /// field alone.
    fn fields_by_semicolon(text: &str) -> Vec<String> {
        let mut fields = Vec::new();
        let mut rest = text;
        loop {
            let mut field = String::new();
            if let Some(quoted) = rest.strip_prefix('"') {
                rest = quoted;
                while let Some(at) = rest.find('"') {
                    field.push_str(&rest[..at]);
                    rest = &rest[at + 1..];
                    let Some(more) = rest.strip_prefix('"') else { break };
                    field.push('"');
                    rest = more;
                }
            }
            let end = rest.find([';', '\n', '\r', '\t']).unwrap_or(rest.len());
            field.push_str(&rest[..end]);
            fields.push(field);
            if end == rest.len() {
                return fields;
            }
            rest = &rest[end + 1..];
        }
    }

    proptest! {
        #[test]
        fn what_was_made_inert_is_read_as_it_was(cell in "['=+@;,|\"\t\r\nа-я -]{0,9}") {
            let written = inert(&cell);
            prop_assert_eq!(plain(&written), cell.as_str());
        }

        #[test]
        fn no_program_that_divides_elsewhere_finds_a_formula(
            cells in proptest::collection::vec("['=+@;,\"\t\r\nab -]{0,9}", 1..4),
        ) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(cells.iter().map(|cell| inert(cell).into_owned())).unwrap();
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            for field in fields_by_semicolon(&text) {
                prop_assert!(!field.starts_with(['=', '+', '-', '@']), "{field:?} of {text:?}");
            }
        }
    }
}
