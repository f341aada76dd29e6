//! The page that a letter's HTML stands in.
//!
//! A layout is an HTML file with a `<style>` and these placeholders: `{{content}}`, once; `{{header}}` (the picture, if the campaign
//! has one), once; and as often as wanted `{{title}}` (the subject), `{{preheader}}`, `{{language}}` and `{{direction}}` (`ltr` or
//! `rtl`). It may fetch nothing and run nothing.

use std::sync::Arc;

use css_inline::{CSSInliner, InlineOptions};

use super::draft::{CLOSE, OPEN};
use super::escape::escape;
use super::html::{self, Slot};
use super::locale::is_right_to_left;
use super::source::{At, Origin};
use crate::model::nearest::advice;
use crate::model::{Faults, Language};
use crate::picture::Picture;

const OWN: &str = include_str!("layout.html");
const PLACEHOLDERS: [&str; 6] = ["content", "header", "title", "preheader", "language", "direction"];

/// How many tags a layout may have: who puts the styles in goes down a step for each element that stands in another.
const MOST_TAGS: usize = 500;

/// What a letter's HTML may not have, and what to do instead.
const REFUSED: [(&str, &str); 18] = [
    ("<script", "a letter may run nothing; take it out"),
    ("javascript:", "a letter may run nothing; take it out"),
    ("<img", "it would be fetched when the letter is read; take it out"),
    ("<link", "it would be fetched when the letter is read; write the CSS in `<style>`"),
    ("<iframe", "it would be fetched when the letter is read; take it out"),
    ("<object", "it would be fetched when the letter is read; take it out"),
    ("<embed", "it would be fetched when the letter is read; take it out"),
    ("<form", "mail programs warn of it; take it out"),
    ("<base", "it changes where links lead; take it out"),
    ("@import", "it would be fetched when the letter is read; write the CSS in `<style>`"),
    ("url(", "it would be fetched when the letter is read; take it out"),
    ("srcset=", "it would be fetched when the letter is read; take it out"),
    ("poster=", "it would be fetched when the letter is read; take it out"),
    ("background=", "it would be fetched when the letter is read; write a colour in `<style>`"),
    ("<svg", "mail programs do not show it; take it out"),
    ("http-equiv", "mail programs ignore it or refuse the letter; take it out"),
    (" onclick=", "a letter may run nothing; take it out"),
    ("src=", "it would be fetched when the letter is read; take it out"),
];

/// A layout, in one language.
#[derive(Debug)]
pub(super) struct Layout {
    before: String,
    after: String,
    header: Option<(Arc<Picture>, String)>,
}

/// The layout of the product itself.
pub(super) fn own() -> Arc<Origin> {
    Arc::new(Origin::new("layout.html", OWN))
}

/// Checks a layout.
pub(super) fn check(origin: &Arc<Origin>, faults: &mut Faults) {
    let text = &origin.text;
    let at = |offset: usize| At { origin: Arc::clone(origin), offset };
    for (offset, name) in placeholders(text) {
        if !PLACEHOLDERS.contains(&name) {
            let known = advice(name, &PLACEHOLDERS);
            faults.push(at(offset).fault(format!("`{{{{{name}}}}}` is not a placeholder of a layout; {known}")));
        }
    }
    match placeholders(text).filter(|(_, name)| *name == "content").count() {
        1 => {}
        0 => faults.push(at(0).fault("the layout has no `{{content}}`; put it where the letter is to stand")),
        _ => faults.push(at(0).fault("the layout has `{{content}}` more than once; leave one")),
    }
    if placeholders(text).filter(|(_, name)| *name == "header").count() > 1 {
        faults.push(at(0).fault("the layout has `{{header}}` more than once; leave one"));
    }
    if let Some((offset, _)) = text.match_indices('<').nth(MOST_TAGS) {
        faults.push(at(offset).fault(format!("the layout has more than {MOST_TAGS} tags before this; take some out")));
    }
    let lower = text.to_ascii_lowercase();
    for (refused, why) in REFUSED {
        for (offset, _) in lower.match_indices(refused) {
            faults.push(at(offset).fault(format!("`{refused}` may not stand in a layout: {why}")));
        }
    }
    faults.extend(private_use(text).map(|(offset, message)| at(offset).fault(message)));
}

/// Checks that a layout has a place for the header.
pub(super) fn check_header(origin: &Arc<Origin>, faults: &mut Faults) {
    if placeholders(&origin.text).all(|(_, name)| name != "header") {
        let message =
            "the layout has no `{{header}}`, and the campaign has a `header`; put it where the picture is to stand";
        faults.push(At { origin: Arc::clone(origin), offset: 0 }.fault(message));
    }
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

impl Layout {
    /// A layout that was checked, in the language of a letter.
    pub(super) fn new(origin: &Origin, language: &Language, header: Option<&(Arc<Picture>, String)>) -> Self {
        let direction = if is_right_to_left(language) { "rtl" } else { "ltr" };
        let (mut page, mut before) = (String::new(), String::new());
        let mut rest = 0;
        for (offset, name) in placeholders(&origin.text) {
            page.push_str(&origin.text[rest..offset]);
            rest = offset + name.len() + 4;
            match name {
                "title" => page.push_str(&Slot::Title.marker()),
                "preheader" => page.push_str(&Slot::Preheader.marker()),
                "language" => page.push_str(language.as_str()),
                "direction" => page.push_str(direction),
                "header" => {
                    if let Some((picture, alt)) = header {
                        let mut words = String::new();
                        escape(&alt.replace([OPEN, CLOSE], ""), &mut words);
                        page.push_str("<div class=\"header\">");
                        html::picture(picture, &words, &mut page);
                        page.push_str("</div>\n");
                    }
                }
                _ => before = std::mem::take(&mut page),
            }
        }
        page.push_str(&origin.text[rest..]);
        Self { before, after: page, header: header.cloned() }
    }

    /// The picture at the top, and the text that stands for it.
    pub(super) fn header(&self) -> Option<&(Arc<Picture>, String)> {
        self.header.as_ref()
    }

    /// Puts the content in, and the styles where they apply.
    pub(super) fn fill(&self, content: &str) -> Result<String, String> {
        let page = format!("{}{}{}", self.before, content.trim_end_matches('\n'), self.after);
        let options = InlineOptions { keep_at_rules: true, load_remote_stylesheets: false, ..InlineOptions::default() };
        let mut page = CSSInliner::new(options)
            .inline(&page)
            .map_err(|error| format!("the styles of the layout cannot be applied: {error}"))?;
        if !page.ends_with('\n') {
            page.push('\n');
        }
        Ok(charset_first(page))
    }
}

/// A browser looks for the charset in the first 1024 bytes (HTML, 4.2.5.4), where the styles that are left would stand before it.
fn charset_first(page: String) -> String {
    const CHARSET: &str = "<meta charset=\"utf-8\">\n";
    match page.split_once(CHARSET) {
        Some((before, after)) => format!("{before}{after}").replacen("<head>", &format!("<head>\n{CHARSET}"), 1),
        None => page,
    }
}

/// The placeholders of a layout: where each begins, and its name.
fn placeholders(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices("{{").filter_map(|(offset, _)| {
        let inside = &text[offset + 2..];
        let name = &inside[..inside.find("}}")?];
        let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        (!name.is_empty() && name.chars().all(word)).then_some((offset, name))
    })
}
