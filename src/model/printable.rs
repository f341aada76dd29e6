//! Text that was written by others, made harmless for where it is shown.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character steers whatever shows it and is none of the text: controls of a terminal, marks that turn the
/// direction of writing (UAX 9), and separators of lines and paragraphs, by which one line looks like two.
#[must_use]
pub fn steers(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fff9}'..='\u{fffb}'
        )
}

/// A text that moves no cursor, changes no colour and stays on its line on a terminal: what would do otherwise is shown
/// as `·`.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.contains(steers) { Cow::Owned(text.replace(steers, "·")) } else { Cow::Borrowed(text) }
}

/// As [`printable`], line by line: line breaks stay.
#[must_use]
pub fn printable_lines(text: &str) -> Cow<'_, str> {
    let steers = |c: char| c != '\n' && steers(c);
    if text.contains(steers) { Cow::Owned(text.replace(steers, "·")) } else { Cow::Borrowed(text) }
}

/// A JSON text in which such characters stand as `\u…`, which means the same to whoever reads it. Line breaks stay:
/// within a string there are none.
#[must_use]
pub fn printable_json(json: &str) -> Cow<'_, str> {
    let steers = |c: char| c != '\n' && steers(c);
    if !json.contains(steers) {
        return Cow::Borrowed(json);
    }
    let mut escaped = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        // None of them is beyond the first plane.
        if steers(c) {
            // Writing to a string cannot fail.
            let _ = write!(escaped, "\\u{:04x}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        assert_eq!(printable("Ana\u{1b}[31m\nRoe\u{202e}\u{200f}\u{2028}\u{85}"), "Ana·[31m·Roe····");
        assert_eq!(printable("Ána Roe \u{200d}"), "Ána Roe \u{200d}");
    }

    proptest! {
        #[test]
        fn json_without_them_means_the_same(text in "[a\u{7f}\u{9b}\u{61c}\u{200e}\u{2028}\u{202e}\u{2069}\\PC\n\"\\\\]*") {
            let json = serde_json::to_string_pretty(&[&text]).unwrap();
            let shown = printable_json(&json);
            prop_assert!(shown.chars().all(|c| c == '\n' || !steers(c)));
            prop_assert_eq!(serde_json::from_str::<Vec<String>>(&shown).unwrap(), [text]);
        }
    }
}
