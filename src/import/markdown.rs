//! A text in Markdown: it stays as it is, but for what a letter may not have.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::block::{self, Block};
use super::changes::apply;
use super::escape;
use super::lost::told;
use super::notes::{self, Notes};
use super::{ImportError, Imported, SIGNATORIES, with_front_matter};

/// Reads a text. One that is a letter's template already, with its `subject` between `+++` lines, is not changed.
pub(super) fn read(text: &str) -> Result<Imported, ImportError> {
    let text = text.trim_start_matches('\u{feff}');
    let (front, body) = front_matter(text);
    if let Some(subject) = front.as_ref().filter(|front| front.fence == "+++").and_then(|front| front.text("subject")) {
        let salutation = None;
        return Ok(Imported { template: with_end(text), subject, salutation, lost: Vec::new() });
    }
    let Notes { body, named, unnamed } = notes::take(body);
    let title = front.as_ref().and_then(|front| front.text("subject").or_else(|| front.text("title")));
    let (heading, body) = match title {
        Some(title) => (Some(title), body),
        None => take_heading(&body),
    };
    let mut lost = Lost { unnamed, ..Lost::default() };
    let body = mended(&body, &mut lost);
    let notes = mended(&named, &mut lost);
    let parts = body.split("\n\n").filter(|part| !part.trim().is_empty());
    let paragraphs: Vec<Block> = parts.map(|part| Block::paragraph(plain(part))).collect();
    let (subject, body) = match heading {
        Some(heading) => (block::shortened(&heading), body),
        None => {
            let mut left = paragraphs.clone();
            let subject = block::take_subject(&mut left).ok_or(ImportError::Empty)?;
            // The subject was the first paragraph.
            let after = body.trim_start().split_once("\n\n").filter(|_| left.len() < paragraphs.len());
            (subject, after.map(|(_, after)| after.to_owned()).unwrap_or(body))
        }
    };
    if paragraphs.is_empty() {
        return Err(ImportError::Empty);
    }
    let salutation = block::salutation(&paragraphs);
    let letter = format!("{}\n\n{notes}", with_end(&body).trim_end());
    Ok(Imported { template: with_front_matter(&subject, &letter), subject, salutation, lost: lost.told() })
}

/// A text with the signatories at its end, if they are nowhere in it.
fn with_end(body: &str) -> String {
    if body.contains(SIGNATORIES) { body.to_owned() } else { format!("{}\n\n{SIGNATORIES}\n", body.trim_end()) }
}

/// What stands above a text, as other programs write it: TOML between `+++`, or YAML between `---`.
struct FrontMatter<'t> {
    fence: &'t str,
    lines: &'t str,
}

impl FrontMatter<'_> {
    /// The text of a key.
    fn text(&self, key: &str) -> Option<String> {
        let found = if self.fence == "+++" {
            let table: toml::Table = self.lines.parse().ok()?;
            table.get(key)?.as_str()?.to_owned()
        } else {
            let value = self.lines.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?.trim();
            let quoted = |mark| value.strip_prefix(mark).and_then(|rest: &str| rest.strip_suffix(mark));
            quoted('"').or_else(|| quoted('\'')).unwrap_or(value).to_owned()
        };
        let found = found.split_whitespace().collect::<Vec<_>>().join(" ");
        (!found.is_empty()).then_some(found)
    }
}

fn front_matter(text: &str) -> (Option<FrontMatter<'_>>, &str) {
    for fence in ["+++", "---"] {
        let Some(rest) =
            text.strip_prefix(fence).and_then(|rest| rest.trim_start_matches([' ', '\t']).strip_prefix('\n'))
        else {
            continue;
        };
        let mut end = 0;
        for line in rest.split_inclusive('\n') {
            if line.trim_end() == fence {
                return (Some(FrontMatter { fence, lines: &rest[..end] }), &rest[end + line.len()..]);
            }
            end += line.len();
        }
    }
    (None, text)
}

/// A heading of the first rank at the beginning is the subject, and leaves the text.
fn take_heading(body: &str) -> (Option<String>, String) {
    let mut events = Parser::new(body).into_offset_iter();
    let Some((Event::Start(Tag::Heading { .. }), range)) = events.next() else {
        return (None, body.to_owned());
    };
    let mut heading = String::new();
    for (event, _) in events {
        match event {
            Event::Text(text) | Event::Code(text) => heading.push_str(&text),
            Event::SoftBreak | Event::HardBreak => heading.push(' '),
            Event::End(TagEnd::Heading(_)) => break,
            _ => {}
        }
    }
    (Some(heading).filter(|heading| !heading.trim().is_empty()), body[range.end..].to_owned())
}

/// The words of a paragraph of Markdown.
fn plain(paragraph: &str) -> String {
    let words = Parser::new(paragraph).filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(text.into_string()),
        Event::SoftBreak | Event::HardBreak => Some(" ".to_owned()),
        _ => None,
    });
    words.collect()
}

/// What a letter may not have, counted.
#[derive(Default)]
struct Lost {
    pictures: usize,
    links: usize,
    html: usize,
    tables: usize,
    unnamed: usize,
}

impl Lost {
    /// What the reader should know, one sentence each.
    fn told(&self) -> Vec<String> {
        told([
            (
                self.pictures,
                "picture: attach it, or name it as `header` in campaign.toml; its words are there",
                "pictures: attach them, or name one as `header` in campaign.toml; their words are there",
            ),
            (
                self.links,
                "link that leads nowhere on the web; its words are there",
                "links that lead nowhere on the web; their words are there",
            ),
            (
                self.html,
                "piece of HTML: it is shown as it is written",
                "pieces of HTML: they are shown as they are written",
            ),
            (self.tables, "table: its rows are lines of text now", "tables: their rows are lines of text now"),
            (
                self.unnamed,
                "footnote to which nothing in the text leads",
                "footnotes to which nothing in the text leads",
            ),
        ])
    }
}

/// Replaces what a letter may not have, each change at its place.
fn mended(body: &str, lost: &mut Lost) -> String {
    let mut changes: Vec<(Range<usize>, String)> = Vec::new();
    let mut code: Vec<Range<usize>> = Vec::new();
    for (event, range) in Parser::new_ext(body, Options::ENABLE_TABLES).into_offset_iter() {
        let source = &body[range.clone()];
        match event {
            Event::Start(Tag::Image { .. }) => {
                lost.pictures += 1;
                // Its words stay: `![words](target)` without the mark and the target.
                changes.push((range.start..range.start + 2, String::new()));
                changes.push((target_of(source, &range), String::new()));
            }
            Event::Start(Tag::Link { dest_url, .. })
                if escape::target(&dest_url).is_none() && source.starts_with('[') =>
            {
                lost.links += 1;
                changes.push((range.start..range.start + 1, String::new()));
                changes.push((target_of(source, &range), String::new()));
            }
            Event::Html(_) | Event::InlineHtml(_) if !source.trim_start().starts_with("<!--") => {
                lost.html += 1;
                let at =
                    |(offset, _): (usize, &str)| (range.start + offset..range.start + offset + 1, "\\<".to_owned());
                changes.extend(source.match_indices('<').map(at));
            }
            Event::Start(Tag::Table(_)) => {
                lost.tables += 1;
                changes.extend(
                    rows(source).into_iter().map(|(at, new)| (range.start + at.start..range.start + at.end, new)),
                );
            }
            Event::Code(_) | Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented)) => {
                code.push(range);
            }
            _ => {}
        }
    }
    for (at, _) in body.match_indices("{{") {
        if body[at..].starts_with(SIGNATORIES) {
            continue;
        }
        // In code there are no references to characters, and Handlebars' own escape is one that Markdown never sees.
        let in_code = code.iter().any(|range| range.contains(&at));
        let brace = if in_code { (at..at, "\\".to_owned()) } else { (at + 1..at + 2, "&#123;".to_owned()) };
        changes.push(brace);
    }
    apply(body, changes)
}

/// What makes a table's rows lines of text: each ends with a break, and the second, which marks the columns, goes away.
fn rows(table: &str) -> Vec<(Range<usize>, String)> {
    let mut changes = Vec::new();
    let mut start = 0;
    let count = table.lines().count();
    for (n, line) in table.split_inclusive('\n').enumerate() {
        if n == 1 {
            changes.push((start..start + line.len(), String::new()));
        } else {
            let bars = line.match_indices('|').filter(|(at, _)| !line[..*at].ends_with('\\'));
            changes.extend(bars.map(|(at, _)| (start + at..start + at + 1, "\\|".to_owned())));
            let is_last = n + 1 == count || (n == 0 && count == 2);
            if !is_last {
                let end = start + line.trim_end().len();
                changes.push((end..end, "\\".to_owned()));
            }
        }
        start += line.len();
    }
    changes
}

/// From the `]` behind the words of a link or picture to its end.
fn target_of(source: &str, range: &Range<usize>) -> Range<usize> {
    let inline = source.rfind("](").or_else(|| source.rfind("][")).or_else(|| source.rfind(']'));
    range.start + inline.unwrap_or(source.len())..range.end
}
