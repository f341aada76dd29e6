//! What is particular to one letter: the branches it takes and the values it prints. All letters that take the same branches have
//! the same shape.

use std::borrow::Cow;

use super::evaluate::Sink;
use super::source::At;

/// The branches that one letter takes, and its values in their order.
#[derive(Debug, Default)]
pub(super) struct Trace<'a> {
    pub(super) key: Vec<u8>,
    pub(super) values: Vec<(Cow<'a, str>, &'a At)>,
}

impl<'a> Sink<'a> for Trace<'a> {
    const WANTS_FIXED: bool = false;

    fn text(&mut self, _: &'a str, _: &'a At) {}

    fn value(&mut self, value: Cow<'a, str>, _: bool, at: &'a At) -> Result<(), String> {
        let checked = check_body(&value);
        self.values.push((value, at));
        checked
    }

    fn branch(&mut self, taken: usize) {
        // A byte is enough for what stands in letters; a longer list is told by all its bytes.
        match u8::try_from(taken) {
            Ok(short) if short < u8::MAX => self.key.push(short),
            _ => {
                self.key.push(u8::MAX);
                self.key.extend_from_slice(&taken.to_le_bytes());
            }
        }
    }

    fn indent(&mut self, _: &'a str) {}

    fn outdent(&mut self, _: &'a str) {}

    fn signatories(&mut self, _: bool, _: &'a At) {}
}

/// A line of text such as the subject: the template's own text and the values, one after another.
#[derive(Debug, Default)]
pub(super) struct Line(pub(super) String);

impl<'a> Sink<'a> for Line {
    const WANTS_FIXED: bool = true;

    fn text(&mut self, text: &'a str, _: &'a At) {
        self.0.push_str(text);
    }

    fn value(&mut self, value: Cow<'a, str>, _: bool, _: &'a At) -> Result<(), String> {
        check_line(&value)?;
        self.0.push_str(&value);
        Ok(())
    }

    fn branch(&mut self, _: usize) {}

    fn indent(&mut self, _: &'a str) {}

    fn outdent(&mut self, _: &'a str) {}

    fn signatories(&mut self, _: bool, _: &'a At) {}
}

/// Control characters have no meaning in a letter, and HTML cannot hold most of them; tabs and line breaks are text.
pub(super) fn check_body(value: &str) -> Result<(), String> {
    let control = |b: &u8| (*b < 0x20 && !matches!(*b, b'\t' | b'\n' | b'\r')) || *b == 0x7f;
    match value.bytes().find(control) {
        None => Ok(()),
        Some(found) => Err(format!(
            "{} has the control character `{}`; write the cell anew",
            shown(value),
            char::from(found).escape_default()
        )),
    }
}

/// A header is one line: a value that could end it is refused, never mended (RFC 5322, 2.2).
fn check_line(value: &str) -> Result<(), String> {
    let breaks = |c: &char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    match value.chars().find(breaks) {
        None => Ok(()),
        Some(found) => Err(format!(
            "{} has the control character `{}`, which cannot stand in the subject or preheader; write it on one line",
            shown(value),
            found.escape_default()
        )),
    }
}

/// A value as a message shows it: short, on one line, and with nothing in it that could move a terminal's cursor.
pub(super) fn shown(value: &str) -> String {
    let plain = |c: char| {
        if c.is_control() { c.escape_default().to_string() } else { c.to_string() }
    };
    let short: String = value.chars().take(40).map(plain).collect();
    let more = if value.chars().nth(40).is_some() { "…" } else { "" };
    format!("`{short}{more}`")
}
