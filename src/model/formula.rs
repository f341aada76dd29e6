//! Cells that a spreadsheet would run as a formula: written with a `'` before them, and read again without it.

use std::borrow::Cow;

/// A cell that no spreadsheet runs as a formula: where it would, a `'` stands before it. [`plain`] takes it away.
#[must_use]
pub fn inert(cell: &str) -> Cow<'_, str> {
    // A cell that has its `'` already gets one more, so that it comes back as it was.
    if is_formula(cell.trim_start_matches('\'')) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// What was meant by a cell of a table that came from a spreadsheet, or from [`inert`]: a `'` before a formula is none
/// of its text.
#[must_use]
pub fn plain(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_formula(rest.trim_start_matches('\'')) => rest,
        _ => cell,
    }
}

/// The characters are those that OWASP names under "CSV injection", and the line feed.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_formula_is_written_with_a_quote_before_it() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "'=1"] {
            assert_eq!(inert(cell), format!("'{cell}"));
        }
        for cell in ["a=b", "", "'s-Gravenhage", "'"] {
            assert_eq!((inert(cell).as_ref(), plain(cell)), (cell, cell));
        }
    }

    proptest! {
        #[test]
        fn what_was_made_inert_is_read_as_it_was(cell in "['=+@\t\r\nа-я -]{0,5}") {
            let written = inert(&cell);
            prop_assert_eq!(plain(&written), cell.as_str());
        }
    }
}
