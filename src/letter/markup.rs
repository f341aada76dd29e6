//! Typst's markup while it is written. What is printed stands in it as strings in quotes, which typst does not read as
//! markup.

use std::fmt::Write;
use std::sync::Arc;

use crate::page::lines;
use crate::picture::Picture;

/// A word that is longer than this could be broader than the page, and is broken where it has to be.
const LONGEST_WORD: usize = 60;

/// The longest target of a link that typst takes, in bytes.
pub(super) const LONGEST_URL: usize = 8_000;

/// Writes text that is printed as [`quote`] does, with places in it where words that are too long for a line can be
/// broken.
pub(super) fn quote_printed(text: &str, source: &mut String) {
    let mut breakable = String::with_capacity(text.len());
    let mut word = 0;
    for c in text.chars() {
        word = if c.is_whitespace() { 0 } else { word + 1 };
        if word > LONGEST_WORD {
            breakable.push('\u{200b}');
            word = 1;
        }
        breakable.push(c);
    }
    quote(&breakable, source);
}

/// Writes text as a string of typst's, in quotes. Controls of the direction are left out: they would reach beyond the
/// value (UAX 9, 3.1).
pub fn quote(text: &str, source: &mut String) {
    source.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => source.extend(['\\', c]),
            '\t' => source.push(' '),
            '\u{feff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            _ if c.is_control() => {
                let _ = write!(source, "\\u{{{:x}}}", u32::from(c));
            }
            _ => source.push(c),
        }
    }
    source.push('"');
}

/// The name of a picture in the content.
#[must_use]
pub fn file_name(picture: &Picture) -> String {
    let ending = if picture.content_type() == "image/png" { "png" } else { "jpg" };
    format!("{}.{ending}", picture.id())
}

/// Markup, and the pictures that it names.
#[derive(Debug, Default)]
pub(super) struct Markup {
    pub(super) source: String,
    pub(super) pictures: Vec<Arc<Picture>>,
}

impl Markup {
    /// Calls a function with text to be printed.
    pub(super) fn call(&mut self, function: &str, text: &str) {
        let _ = write!(self.source, "#{function}(");
        quote_lines(text, quote_printed, &mut self.source);
        self.source.push_str(");");
    }

    /// Prints text; its line breaks are breaks on the page.
    pub(super) fn show(&mut self, text: &str) {
        for (n, line) in lines(text).enumerate() {
            if n > 0 {
                self.source.push_str("#linebreak();");
            }
            // A blank at the beginning of a line stood behind a value that is empty.
            let begins = self.source.ends_with('[') || self.source.ends_with("#linebreak();");
            let line = if begins { line.trim_start_matches(' ') } else { line };
            if line.is_empty() {
                continue;
            }
            self.source.push('#');
            quote_printed(line, &mut self.source);
            self.source.push(';');
        }
    }

    /// A break at the end of a paragraph would be an empty line: what stood behind it was empty.
    pub(super) fn trim_breaks(&mut self) {
        const NOTHING: [&str; 2] = ["#linebreak();", "#\" \";"];
        while let Some(end) = NOTHING.iter().find(|end| self.source.ends_with(**end)) {
            self.source.truncate(self.source.len() - end.len());
        }
    }

    /// The picture as an expression, in the size in which it is shown: a CSS pixel is three quarters of a point (CSS
    /// Values 4, 6.2).
    pub(super) fn picture(&mut self, picture: &Arc<Picture>, alt: &str) {
        self.source.push_str("picture(");
        quote(&file_name(picture), &mut self.source);
        let _ = write!(self.source, ", width: {}pt, alt: ", f64::from(picture.width()) * 0.75);
        quote_lines(alt, quote, &mut self.source);
        self.source.push(')');
        self.pictures.push(Arc::clone(picture));
    }
}

/// Writes text of several lines as a string in quotes.
pub(super) fn quote_lines(text: &str, quote: fn(&str, &mut String), source: &mut String) {
    for (n, line) in lines(text).enumerate() {
        if n > 0 {
            source.push_str(" + \"\\n\" + ");
        }
        quote(line, source);
    }
}
