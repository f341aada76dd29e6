//! HTML that a letter has in its lines, where its campaign allows it: which tags may stand there, and that they match.

use std::ops::Range;

use pulldown_cmark::{Event, Tag as Markup, TagEnd};
use quick_xml::escape::unescape;

use super::tags::one_line;
use crate::model::nearest::advice;
use crate::model::{InlineElement, Language};

const ATTRIBUTES: [&str; 3] = ["lang", "dir", "title"];
const DIRECTIONS: [&str; 3] = ["ltr", "rtl", "auto"];

/// A tag that may stand in a letter.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// With its attributes, whose character references are read.
    Open(InlineElement, Vec<(&'static str, String)>),
    Close(InlineElement),
}

/// Whether this is a comment, which is left out of the letter.
pub(super) fn is_comment(html: &str) -> bool {
    let html = html.trim();
    html.starts_with("<!--") && html.ends_with("-->") && html.matches("-->").count() == 1
}

/// What is said of HTML that may not stand in any letter.
pub(super) fn refusal(html: &str) -> String {
    format!("`{}` is HTML, which a letter may not have; write Markdown, or `\\<` for a `<`", one_line(html))
}

/// Reads a tag as `CommonMark` (6.6) finds it.
pub(super) fn read(html: &str) -> Result<Tag, String> {
    let inside = html.strip_prefix('<').and_then(|html| html.strip_suffix('>')).ok_or_else(|| refusal(html))?;
    let (closes, inside) = inside.strip_prefix('/').map_or((false, inside), |inside| (true, inside));
    let end = inside.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inside.len());
    let (name, rest) = inside.split_at(end);
    let element: InlineElement = name.parse().map_err(|_| refusal(html))?;
    if closes {
        return if element.is_break() { Err(refusal(html)) } else { Ok(Tag::Close(element)) };
    }
    Ok(Tag::Open(element, attributes(element, rest)?))
}

fn attributes(element: InlineElement, written: &str) -> Result<Vec<(&'static str, String)>, String> {
    let mut found = Vec::new();
    let mut rest = written.trim_start();
    while !matches!(rest, "" | "/") {
        let end = rest.find(|c: char| c == '=' || c == '/' || c.is_whitespace()).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let known = ATTRIBUTES.into_iter().find(|known| name.eq_ignore_ascii_case(known));
        let known = known.ok_or_else(|| {
            format!("`{name}` may not stand in `<{element}>` of a letter; {}", advice(name, &ATTRIBUTES))
        })?;
        let value = after.trim_start().strip_prefix('=').map(str::trim_start);
        let quoted = value.and_then(|value| {
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            value[1..].split_once(quote)
        });
        let (value, after) = quoted
            .ok_or_else(|| format!("`{known}` of `<{element}>` needs a value in quotes, as in `{known}=\"…\"`"))?;
        let value = unescaped(value);
        match known {
            "lang" => value.parse::<Language>().map(drop).map_err(|error| error.to_string())?,
            "dir" if !DIRECTIONS.contains(&value.as_str()) => {
                return Err(format!("`{}` is not a direction; {}", one_line(&value), advice(&value, &DIRECTIONS)));
            }
            _ => {}
        }
        found.push((known, value));
        rest = after.trim_start();
    }
    Ok(found)
}

/// A value with its character references read: those by number, and the five that XML knows. Others stay as they are
/// written, and so do those of control characters.
fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(';').map_or(1, |end| end + 1);
        match unescape(&rest[..end]) {
            Ok(character) if !character.contains(char::is_control) => {
                text.push_str(&character);
                rest = &rest[end..];
            }
            _ => {
                text.push('&');
                rest = &rest[1..];
            }
        }
    }
    text.push_str(rest);
    text
}

/// What tags stand in each other.
enum Open<'h> {
    Element(InlineElement, &'h str, usize),
    /// Emphasis or a link, in Markdown.
    Markup,
}

/// Finds tags that the campaign does not allow, and those that do not match: what is wrong, and where.
pub(super) fn check(
    events: &[(Event<'_>, Range<usize>)],
    allowed: &[InlineElement],
    fault: &mut impl FnMut(usize, String),
) {
    let mut open: Vec<Open<'_>> = Vec::new();
    for (event, range) in events {
        match event {
            Event::InlineHtml(html) if is_comment(html) => {}
            Event::InlineHtml(html) => {
                let wrong = match read(html) {
                    Err(wrong) => Some(wrong),
                    Ok(Tag::Open(element, _) | Tag::Close(element)) if !allowed.contains(&element) => Some(format!(
                        "`{}` is HTML, which this letter may not have; write Markdown, or allow it under [letter] with `html = [\"{element}\"]`",
                        one_line(html)
                    )),
                    Ok(Tag::Open(element, _)) if element.is_break() => None,
                    Ok(Tag::Open(element, _)) => {
                        open.push(Open::Element(element, html, range.start));
                        None
                    }
                    Ok(Tag::Close(element)) => match open.last() {
                        Some(Open::Element(last, ..)) if *last == element => {
                            open.pop();
                            None
                        }
                        Some(Open::Element(last, ..)) => Some(format!(
                            "`{html}` comes before the `</{last}>` of what stands in it; close that first"
                        )),
                        Some(Open::Markup) | None => Some(format!(
                            "`{html}` closes nothing here; open and close it within the same emphasis or link"
                        )),
                    },
                };
                if let Some(wrong) = wrong {
                    fault(range.start, wrong);
                }
            }
            Event::Start(Markup::Emphasis | Markup::Strong | Markup::Link { .. }) => open.push(Open::Markup),
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link) => {
                let inside = open.iter().rposition(|open| matches!(open, Open::Markup)).unwrap_or(0);
                unclosed(open.split_off(inside), fault);
            }
            Event::Start(_) | Event::End(_) => unclosed(std::mem::take(&mut open), fault),
            _ => {}
        }
    }
}

fn unclosed(open: Vec<Open<'_>>, fault: &mut impl FnMut(usize, String)) {
    for open in open {
        if let Open::Element(element, html, offset) = open {
            fault(offset, format!("`{}` is not closed where it stands; add `</{element}>`", one_line(html)));
        }
    }
}
