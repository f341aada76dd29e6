//! The page that a letter's HTML stands in.
//!
//! A layout is an HTML file with a `<style>` and these placeholders: `{{content}}`, once; `{{header}}` (the picture, if
//! the campaign has one), once; and as often as wanted `{{title}}` (the subject), `{{preheader}}`, `{{language}}` and
//! `{{direction}}` (`ltr` or `rtl`). It may fetch nothing and run nothing.

use std::sync::Arc;

use css_inline::{CSSInliner, InlineOptions};

use super::content;
use super::elements::{Attribute, elements};
use super::locale::is_right_to_left;
use super::marker::{CLOSE, OPEN, private_use};
use super::slot::Slot;
use super::source::{At, Origin};
use super::tags::one_line;
use crate::model::nearest::advice;
use crate::model::{Faults, Language};
use crate::page::escape;
use crate::picture::Picture;

const OWN: &str = include_str!("layout.html");
const PLACEHOLDERS: [&str; 6] = ["content", "header", "title", "preheader", "language", "direction"];

/// How many tags a layout may have: who puts the styles in goes down a step for each element that stands in another.
const MOST_TAGS: usize = 500;

const FETCHED: &str = "it would be fetched when the letter is read; take it out";
const FETCHED_STYLE: &str = "it would be fetched when the letter is read; write the CSS in `<style>`";
const RUN: &str = "a letter may run nothing; take it out";
const WARNED: &str = "mail programs warn of it; take it out";

/// Elements that a layout may not have, and what to do instead.
const ELEMENTS: [(&str, &str); 15] = [
    ("script", RUN),
    ("applet", RUN),
    ("img", FETCHED),
    ("iframe", FETCHED),
    ("frame", FETCHED),
    ("object", FETCHED),
    ("embed", FETCHED),
    ("video", FETCHED),
    ("audio", FETCHED),
    ("link", FETCHED_STYLE),
    ("form", WARNED),
    ("base", "it changes where links lead; take it out"),
    ("svg", "mail programs do not show it; take it out"),
    ("math", "mail programs do not show it; take it out"),
    ("template", "mail programs do not show it; take it out"),
];

/// Attributes that no element of a layout may have; besides these, all that begin with `on`.
const ATTRIBUTES: [(&str, &str); 11] = [
    ("src", FETCHED),
    ("srcset", FETCHED),
    ("lowsrc", FETCHED),
    ("dynsrc", FETCHED),
    ("poster", FETCHED),
    ("manifest", FETCHED),
    ("background", "it would be fetched when the letter is read; write a colour in `<style>`"),
    ("ping", "it would tell of every click; take it out"),
    ("action", WARNED),
    ("formaction", WARNED),
    ("http-equiv", "mail programs ignore it or refuse the letter; take it out"),
];

/// What may stand nowhere in a layout: with it, CSS fetches something.
const WORDS: [(&str, &str); 5] =
    [("@import", FETCHED_STYLE), ("url(", FETCHED), ("src(", FETCHED), ("image(", FETCHED), ("image-set(", FETCHED)];

/// Schemes of links that run something or show a page that is no one's.
const SCHEMES: [&str; 3] = ["javascript:", "vbscript:", "data:"];

/// Character references that hide nothing in a link or a style.
const REFERENCES: [&str; 7] = ["amp", "quot", "apos", "lt", "gt", "#34", "#39"];

/// Placeholders whose text may be empty or anything: in a style, what stands around them could become another word.
const NOT_IN_STYLE: [&str; 4] = ["content", "header", "title", "preheader"];

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
    refused(text, |offset, message| faults.push(at(offset).fault(message)));
    faults.extend(private_use(text).map(|(offset, message)| at(offset).fault(message)));
}

/// Finds what fetches or runs something: where, and what is said of it.
fn refused(text: &str, mut fault: impl FnMut(usize, String)) {
    let refusal = |what: &str, why: &str| format!("`{what}` may not stand in a layout: {why}");
    let lower = text.to_ascii_lowercase();
    for (word, why) in WORDS {
        for (offset, _) in lower.match_indices(word) {
            fault(offset, refusal(word, why));
        }
    }
    for (offset, name) in placeholders(text) {
        // Where there is no header, what stands around its place comes together.
        if name == "header" && text[..offset].ends_with(|c: char| !c.is_whitespace() && !matches!(c, '>' | '}')) {
            fault(offset, "`{{header}}` stands within a word or a tag; put it behind a tag".to_owned());
        }
    }
    for element in elements(&lower).take(MOST_TAGS) {
        if let Some((name, why)) = ELEMENTS.into_iter().find(|(name, _)| *name == element.name) {
            fault(element.offset, refusal(&format!("<{name}"), why));
        }
        if element.name == "style" {
            let style = &lower[element.end..];
            let style = &style[..style.find("</style").unwrap_or(style.len())];
            refused_in_style(style, |at, message| fault(element.end + at, message));
        }
        for Attribute { offset, name, value } in element.attributes {
            let listed = ATTRIBUTES.into_iter().find(|(listed, _)| *listed == name).map(|(_, why)| why);
            if let Some(why) = listed.or_else(|| name.starts_with("on").then_some(RUN)) {
                fault(offset, refusal(&format!("{}=", one_line(name)), why));
            }
            match name {
                "style" => refused_in_style(value, |_, message| fault(offset, message)),
                "href" | "xlink:href" if is_refused_link(value) => fault(offset, refusal(&one_line(value), RUN)),
                _ => {}
            }
            if matches!(name, "style" | "href" | "xlink:href")
                && let Some(reference) = references(value).find(|reference| !REFERENCES.contains(reference))
            {
                let what = format!("`&{}` hides what `{name}` has; write the character itself", one_line(reference));
                fault(offset, what);
            }
        }
    }
}

fn refused_in_style(style: &str, mut fault: impl FnMut(usize, String)) {
    if let Some(at) = style.find('\\') {
        fault(at, "`\\` in a style hides what is written; write the character itself".to_owned());
    }
    if let Some((at, name)) = placeholders(style).find(|(_, name)| NOT_IN_STYLE.contains(name)) {
        fault(at, format!("`{{{{{name}}}}}` may not stand in a style; put it into the page"));
    }
}

/// Whether a link runs something. Browsers pass over line breaks and tabs in it, and over what shows nothing before it.
fn is_refused_link(value: &str) -> bool {
    let link: String = value.chars().filter(|c| !c.is_control() && *c != ' ').collect();
    SCHEMES.iter().any(|scheme| link.starts_with(scheme))
}

/// The character references of a value, each without its `&` and `;`. Those of numbers need no `;`.
fn references(value: &str) -> impl Iterator<Item = &str> {
    value.split('&').skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '#').unwrap_or(rest.len());
        (rest.starts_with('#') || rest[end..].starts_with(';')).then_some(&rest[..end])
    })
}

/// Checks that a layout has a place for the header.
pub(super) fn check_header(origin: &Arc<Origin>, faults: &mut Faults) {
    if placeholders(&origin.text).all(|(_, name)| name != "header") {
        let message =
            "the layout has no `{{header}}`, and the campaign has a `header`; put it where the picture is to stand";
        faults.push(At { origin: Arc::clone(origin), offset: 0 }.fault(message));
    }
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
                        content::picture(picture, &words, &mut page);
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

/// A browser looks for the charset in the first 1024 bytes (HTML, 4.2.5.4), where the styles that are left would stand
/// before it.
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
