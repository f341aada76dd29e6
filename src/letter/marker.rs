//! Markers: what stands in the place of a value in Markdown.
//!
//! A marker is a private-use character, a letter, a number and another private-use character: nothing that Markdown or
//! HTML reads as anything but a word. A template may not have these two characters, and what is filled in is never read
//! again, so no value can forge one.

pub(super) const OPEN: char = '\u{E000}';
pub(super) const CLOSE: char = '\u{E001}';

/// What a marker in the Markdown stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// A value of the recipient, by its number in the trace.
    Varying(usize),
    /// A value that is the same for all, by its number in the draft.
    Fixed(usize),
    /// The block of signatories.
    Signatories,
}

impl Mark {
    /// How it stands in the Markdown.
    pub(super) fn marker(self) -> String {
        let (letter, number) = match self {
            Self::Varying(number) => ('v', number),
            Self::Fixed(number) => ('f', number),
            Self::Signatories => ('s', 0),
        };
        format!("{OPEN}{letter}{number}{CLOSE}")
    }
}

/// A text cut at its markers.
pub(super) enum Cut<'t> {
    Text(&'t str),
    Mark(Mark),
}

/// Cuts a text at its markers.
pub(super) fn cut(text: &str) -> impl Iterator<Item = Cut<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let start = rest.find(OPEN).unwrap_or(rest.len());
        if start > 0 {
            let (before, after) = rest.split_at(start);
            rest = after;
            return Some(Cut::Text(before));
        }
        let end = rest.find(CLOSE).unwrap_or(rest.len());
        let inside = rest.get(OPEN.len_utf8()..end).unwrap_or_default();
        rest = rest.get(end + CLOSE.len_utf8()..).unwrap_or_default();
        let number = inside.get(1..).and_then(|digits| digits.parse().ok()).unwrap_or(usize::MAX);
        Some(Cut::Mark(match inside.as_bytes().first() {
            Some(b'v') => Mark::Varying(number),
            Some(b'f') => Mark::Fixed(number),
            _ => Mark::Signatories,
        }))
    })
}

/// The value of a marker, by its number; nothing where there is none.
pub(super) fn value<F: AsRef<str>>(values: &[F], number: usize) -> &str {
    values.get(number).map_or("", AsRef::as_ref)
}

/// Characters that the merge needs for itself, as they are or as a character reference.
pub(super) fn private_use(text: &str) -> impl Iterator<Item = (usize, String)> {
    let plain = text.char_indices().filter(|(_, c)| matches!(*c, OPEN | CLOSE));
    let written = text.match_indices("&#").filter_map(|(offset, _)| {
        let rest = &text[offset + 2..];
        let digits = rest.strip_prefix(['x', 'X']);
        let radix = if digits.is_some() { 16 } else { 10 };
        let digits = digits.unwrap_or(rest);
        let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
        let number = u32::from_str_radix(&digits[..end], radix).ok()?;
        let c = char::from_u32(number)?;
        matches!(c, OPEN | CLOSE).then_some((offset, c))
    });
    plain.chain(written).map(|(offset, c)| {
        let code = u32::from(c);
        (offset, format!("the character U+{code:04X} may not stand in a letter, since no font has it; take it out"))
    })
}
