//! What the author of a mail wrote, without what they quote.
//!
//! A quotation is known by its form, whatever program made it: marks before its lines (RFC 3676, 4.5), a sentence that
//! says who wrote what follows, the header of the quoted mail, or the element of HTML that holds it.

mod html;
mod introduction;

use std::borrow::Cow;

use mail_parser::decoders::html::html_to_text;

use super::structure::{Mail, Role};
use introduction::Introduction;

/// How much of them is kept.
const MAX_TEXT: usize = 16 * 1024;

/// How many lines of a mail are looked at.
const MAX_LINES: usize = 4000;

/// What the author of a mail wrote in it.
pub(super) fn of(mail: &Mail<'_>) -> String {
    if let Some(text) = mail.plain_text() {
        return in_text(text);
    }
    let is_alone = mail.with_role(Role::Html).count() == 1;
    let mut own = String::new();
    for part in mail.with_role(Role::Html) {
        let source = part.source();
        match html::without_quotations(&source) {
            // It has been made a text already.
            Cow::Borrowed(_) if is_alone => own.push_str(&in_text(mail.text())),
            page => own.push_str(&in_text(&html_to_text(&page))),
        }
    }
    own
}

/// The lines of a text that are not quoted.
fn in_text(text: &str) -> String {
    let lines: Vec<&str> = text.lines().take(MAX_LINES).collect();
    let mut own = Own::default();
    let mut at = 0;
    while let Some(line) = lines.get(at).filter(|_| own.text.len() <= MAX_TEXT) {
        let shown = line.trim();
        if is_heading_of_the_rest(shown) || introduction::is_header(&lines[at..]) {
            own.drop_heading();
            break;
        }
        if shown.starts_with('>') {
            own.drop_introduction();
            own.in_signature = false;
        } else if let Some(found) = introduction::at(&lines[at..]) {
            match found {
                Introduction::Marked(length) => at += length - 1,
                Introduction::Indented(length) => at += length - 1 + indented(&lines[at + length..]),
                Introduction::Rest => break,
            }
            own.in_signature = false;
        } else if *line == "-- " || *line == "--" {
            own.in_signature = true;
        } else if !own.in_signature && !introduction::is_of_phone(shown) {
            own.text.push_str(line);
            own.text.push('\n');
        }
        at += 1;
    }
    own.text.truncate(own.text.floor_char_boundary(MAX_TEXT));
    own.text
}

/// What was found so far.
#[derive(Default)]
struct Own {
    text: String,
    /// Behind the line that begins a signature (RFC 3676, 4.3); an answer may follow below what is quoted.
    in_signature: bool,
}

impl Own {
    /// Drops the line that says who wrote what is quoted next, in whatever language: it ends with a colon and has an
    /// address or a date.
    fn drop_introduction(&mut self) {
        let kept = self.text.trim_end();
        let start = kept.rfind('\n').map_or(0, |at| at + 1);
        let line = &kept[start..];
        let digits = line.bytes().filter(u8::is_ascii_digit).count();
        if line.ends_with([':', '：']) && (line.contains('@') || digits >= 4) {
            self.text.truncate(start);
        }
    }

    /// Drops the line that leads to what was cut off: "Begin forwarded message:".
    fn drop_heading(&mut self) {
        let kept = self.text.trim_end();
        let start = kept.rfind('\n').map_or(0, |at| at + 1);
        if kept[start..].ends_with([':', '：']) && kept[start..].split_whitespace().count() <= 6 {
            self.text.truncate(start);
        }
    }
}

/// Whether all that follows is quoted: a line of dashes or underscores, with or without words in it
/// (`-----Original Message-----`), or `GroupWise`'s `>>> Ana Roe 22/03/2027 10:02 >>>`.
fn is_heading_of_the_rest(line: &str) -> bool {
    line.starts_with("-----")
        || line.starts_with("_____")
        || (line.starts_with(">>>") && line.ends_with(">>>") && line.len() > 8)
}

/// How many lines from the first on are indented by a tab, as s-nail quotes, or blank.
fn indented(lines: &[&str]) -> usize {
    lines.iter().take_while(|line| line.starts_with('\t') || line.trim().is_empty()).count()
}
