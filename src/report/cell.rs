//! Text that was written by others, made harmless for where it is shown.

use std::borrow::Cow;

/// A cell that no spreadsheet runs as a formula: where it would, a `'` stands before it.
#[must_use]
pub fn inert(cell: &str) -> Cow<'_, str> {
    match cell.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n') => Cow::Owned(format!("'{cell}")),
        _ => Cow::Borrowed(cell),
    }
}

/// A text that moves no cursor and changes no colour on a terminal: control characters, and those that turn the writing direction,
/// are shown as `·`.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    let harmful = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if text.contains(harmful) { Cow::Owned(text.replace(harmful, "·")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_written_with_a_quote_before_it() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"] {
            assert_eq!(inert(cell), format!("'{cell}"));
        }
        assert_eq!(inert("a=b"), "a=b");
        assert_eq!(inert(""), "");
    }

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        assert_eq!(printable("Ana\u{1b}[31m\nRoe\u{202e}"), "Ana·[31m·Roe·");
        assert_eq!(printable("Ána Roe"), "Ána Roe");
    }
}
