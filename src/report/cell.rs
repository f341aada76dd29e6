//! Text that was written by others, made harmless for where it is shown.

use std::borrow::Cow;

/// A text that moves no cursor and changes no colour on a terminal: control characters, and those that turn the writing
/// direction, are shown as `·`.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    let harmful = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if text.contains(harmful) { Cow::Owned(text.replace(harmful, "·")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        assert_eq!(printable("Ana\u{1b}[31m\nRoe\u{202e}"), "Ana·[31m·Roe·");
        assert_eq!(printable("Ána Roe"), "Ána Roe");
    }
}
