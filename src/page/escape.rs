//! How a value stands in HTML.

use std::fmt;

use askama::filters::Escaper;

/// Escapes what the templates of pages print, as [`escape`] does.
#[derive(Debug, Clone, Copy, Default)]
pub struct Html;

impl Escaper for Html {
    fn write_escaped_str<W: fmt::Write>(&self, mut dest: W, text: &str) -> fmt::Result {
        let mut html = String::with_capacity(text.len());
        escape(text, &mut html);
        dest.write_str(&html)
    }
}

/// Adds text without line breaks to HTML, in an element or in a quoted attribute.
pub fn escape(text: &str, html: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        html.push_str(&rest[..at]);
        html.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        });
        rest = &rest[at + 1..];
    }
    html.push_str(rest);
}

/// Adds a value to the text of an element; its line breaks are breaks on the page.
pub fn escape_lines(value: &str, html: &mut String) {
    if !value.contains(['\n', '\r']) {
        return escape(value, html);
    }
    for (n, line) in lines(value).enumerate() {
        if n > 0 {
            html.push_str("<br>\n");
        }
        escape(line, html);
    }
}

/// Adds a value to a quoted attribute.
pub fn escape_attribute(value: &str, html: &mut String) {
    for (n, line) in lines(value).enumerate() {
        if n > 0 {
            html.push_str("&#10;");
        }
        escape(line, html);
    }
}

/// The lines of a value, whichever way they end.
pub fn lines(value: &str) -> impl Iterator<Item = &str> {
    value.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}
