//! A block of the plain text of a shape, and how the values of one letter stand in it: at most 72 columns, wrapped
//! after filling.

use std::borrow::Cow;

use textwrap::core::display_width;

use super::link::{self, Position};
use super::wrap::wrap;
use crate::page::lines;

/// A block of text, such as a paragraph: it is filled and wrapped as a whole.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// What its first line begins with, such as `- `.
    pub(super) first: String,
    /// What its other lines begin with.
    pub(super) rest: String,
    pub(super) inlines: Vec<Inline>,
    /// Whether its lines stay as they are.
    pub(super) verbatim: bool,
    /// What a heading is underlined with.
    pub(super) underline: Option<char>,
    /// The line between this block and the next, where there is one.
    pub(super) gap: Option<String>,
}

#[derive(Debug)]
pub(super) enum Inline {
    Text(String),
    Value(usize),
    LinkStart,
    LinkEnd(Vec<UrlPart>),
}

#[derive(Debug)]
pub(super) enum UrlPart {
    Text(String),
    Value(usize, Position),
}

impl Block {
    /// Whether it is the same in all letters of the shape.
    pub(super) fn is_fixed(&self) -> bool {
        self.inlines.iter().all(|inline| match inline {
            Inline::Text(_) | Inline::LinkStart => true,
            Inline::Value(_) => false,
            Inline::LinkEnd(parts) => parts.iter().all(|part| matches!(part, UrlPart::Text(_))),
        })
    }

    /// Fills it; an error is of the value with that number. A block that is left without text is left out.
    pub(super) fn fill<V: AsRef<str>>(
        &self,
        values: &[(V, impl Sized)],
        text: &mut String,
    ) -> Result<(), (usize, String)> {
        let filled = self.join(values)?;
        if filled.trim().is_empty() && !self.verbatim {
            return Ok(());
        }
        let start = text.len();
        let mut prefix = self.first.as_str();
        for line in filled.split('\n') {
            if self.verbatim {
                let start = text.len();
                text.push_str(prefix);
                text.push_str(line);
                text.truncate(start + text[start..].trim_end().len());
                text.push('\n');
            } else {
                // A blank at the beginning of a line stood behind a value that is empty.
                wrap(line.trim_start_matches(' '), prefix, &self.rest, text);
            }
            prefix = &self.rest;
        }
        if let Some(line) = self.underline {
            let width = text[start..].lines().map(display_width).max().unwrap_or(0) - display_width(&self.rest);
            text.push_str(&self.rest);
            // Two dashes would begin the signature (RFC 3676, 4.3).
            text.extend(std::iter::repeat_n(line, width.max(3)));
            text.push('\n');
        }
        if let Some(gap) = &self.gap {
            text.push_str(gap);
            text.push('\n');
        }
        Ok(())
    }

    fn join<V: AsRef<str>>(&self, values: &[(V, impl Sized)]) -> Result<Cow<'_, str>, (usize, String)> {
        if let [Inline::Text(text)] = self.inlines.as_slice() {
            return Ok(Cow::Borrowed(text));
        }
        let value = |number: usize| values.get(number).map_or("", |(value, _)| value.as_ref());
        let mut text = String::with_capacity(128);
        let mut links = Vec::new();
        for inline in &self.inlines {
            match inline {
                Inline::Text(part) => text.push_str(part),
                Inline::Value(number) => push_value(value(*number), &mut text),
                Inline::LinkStart => links.push(text.len()),
                Inline::LinkEnd(parts) => {
                    let mut url = String::new();
                    for part in parts {
                        match part {
                            UrlPart::Text(part) => url.push_str(part),
                            UrlPart::Value(number, position) => {
                                link::encode(value(*number), *position, &mut url).map_err(|what| (*number, what))?;
                            }
                        }
                    }
                    let shown = &text[links.pop().unwrap_or(text.len())..];
                    if !says(shown, &url) {
                        text.push_str(if shown.is_empty() { "<" } else { " <" });
                        text.push_str(&url);
                        text.push('>');
                    }
                }
            }
        }
        Ok(Cow::Owned(text))
    }
}

/// Adds a value, with the line ends of the text.
pub(super) fn push_value(value: &str, text: &mut String) {
    if !value.contains('\r') {
        return text.push_str(value);
    }
    for (n, line) in lines(value).enumerate() {
        if n > 0 {
            text.push('\n');
        }
        text.push_str(line);
    }
}

/// Whether the text of a link is its target already.
fn says(shown: &str, url: &str) -> bool {
    let target = url.strip_prefix("mailto:").or_else(|| url.strip_prefix("tel:")).unwrap_or(url);
    shown == url || shown == target
}
