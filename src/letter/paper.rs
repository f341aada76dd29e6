//! Writes a letter for paper: source text for typst, from which the module `pdf` makes a PDF.
//!
//! Everything that is printed stands in it as a string in quotes, so that nothing of a template or a value is read as
//! typst's own markup; the look of the page is not decided here, but in `pdf/paper.typ`.

use std::fmt::Write;
use std::sync::Arc;

use jiff::civil::Date;
use pulldown_cmark::{Event, HeadingLevel, Tag, TagEnd};

use super::link::{self, Position};
use super::markdown::{is_signatories, target};
use super::marker::{Cut, Mark, cut, value};
use super::markup::{LONGEST_URL, Markup, quote, quote_lines, quote_printed};
use super::roll::Roll;
use crate::model::Language;
use crate::picture::Picture;

/// A letter on paper, for one recipient.
#[derive(Debug, Clone)]
pub struct Paper {
    /// The template, as the campaign names it.
    pub template: String,
    /// The subject: the document's title.
    pub title: String,
    /// Who writes: the document's author.
    pub author: Option<String>,
    /// The letter's date.
    pub date: Date,
    /// The language of the text.
    pub language: Language,
    /// Whether it is read from right to left.
    pub is_right_to_left: bool,
    /// The letter as content in typst's markup: calls of typst's functions and of those in `pdf/paper.typ`.
    pub content: String,
    /// The pictures that the content names, each by its file name.
    pub pictures: Vec<Arc<Picture>>,
    /// What all letters have in common that take the same branches of the template: they differ in nothing but
    /// `values`.
    pub shape: Vec<u8>,
    /// The values that are printed in this letter and may be others in another.
    pub values: Vec<String>,
}

/// Writes the content of a letter. `values` are those of the recipient; an error is of the value with that number.
pub(super) fn write(
    header: Option<&(Arc<Picture>, String)>,
    events: &[Event<'_>],
    fixed: &[impl AsRef<str>],
    values: &[(impl AsRef<str>, impl Sized)],
    roll: &Roll,
) -> Result<Markup, (usize, String)> {
    let values = values.iter().map(|(value, _)| value.as_ref()).collect();
    let fixed = fixed.iter().map(AsRef::as_ref).collect();
    let mut writer = Writer {
        markup: Markup { source: String::with_capacity(16_384), pictures: Vec::new() },
        fixed,
        values,
        roll,
        code: None,
        links: Vec::new(),
    };
    if let Some((picture, alt)) = header {
        writer.markup.source.push_str("#letterhead(");
        writer.markup.picture(picture, alt);
        writer.markup.source.push_str(");\n");
    }
    for (n, event) in events.iter().enumerate() {
        writer.event(event, &events[n + 1..])?;
    }
    Ok(writer.markup)
}

/// Writes the source of one letter.
struct Writer<'w> {
    markup: Markup,
    fixed: Vec<&'w str>,
    values: Vec<&'w str>,
    roll: &'w Roll,
    /// The text of the block of code that is open.
    code: Option<String>,
    /// Where each open link leads, and its text so far.
    links: Vec<(String, String)>,
}

impl Writer<'_> {
    fn event(&mut self, event: &Event<'_>, rest: &[Event<'_>]) -> Result<(), (usize, String)> {
        match event {
            _ if is_signatories(event) => self.roll.write_paper(&mut self.markup),
            Event::Start(tag) => self.start(tag, rest)?,
            Event::End(tag) => self.end(*tag),
            Event::Text(text) => match &self.code {
                Some(code) => self.code = Some(format!("{code}{}", self.plain(text))),
                None => self.text(text),
            },
            Event::Code(text) => {
                let code = self.plain(text);
                self.markup.call("raw", &code);
            }
            Event::SoftBreak => self.show(" "),
            Event::HardBreak => self.markup.source.push_str("#linebreak();"),
            Event::Rule => self.markup.source.push_str("#rule;\n"),
            Event::InlineHtml(tag) => self.tag(tag),
            _ => {}
        }
        Ok(())
    }

    /// An element of HTML that the campaign allows; the check of the Markdown has seen to it that it is closed.
    fn tag(&mut self, tag: &str) {
        let name = |tag: &str| tag.split(|c: char| !c.is_ascii_alphanumeric()).next().map(str::to_ascii_lowercase);
        match tag.strip_prefix("</") {
            Some(_) => self.markup.source.push_str("];"),
            None => {
                let name = tag.strip_prefix('<').and_then(name).unwrap_or_default();
                self.markup.source.push_str(match name.as_str() {
                    "br" => return self.markup.source.push_str("#linebreak();"),
                    "sub" => "#sub[",
                    "sup" => "#super[",
                    "u" => "#underline[",
                    "mark" => "#highlight[",
                    "small" => "#text(size: 0.85em)[",
                    "cite" | "dfn" => "#emph[",
                    _ => "#[",
                });
            }
        }
    }

    fn start(&mut self, tag: &Tag<'_>, rest: &[Event<'_>]) -> Result<(), (usize, String)> {
        match tag {
            Tag::Paragraph if precedes_signatories(rest) => self.markup.source.push_str("#closing["),
            Tag::Paragraph => self.markup.source.push_str("#par["),
            Tag::Heading { level, .. } => {
                let _ = write!(self.markup.source, "#heading(level: {})[", depth(*level));
            }
            Tag::BlockQuote(_) => self.markup.source.push_str("#quote(block: true)[\n"),
            Tag::CodeBlock(_) => self.code = Some(String::new()),
            Tag::List(first) => {
                // A list is loose where its items are paragraphs.
                let tight = !matches!(rest.get(1), Some(Event::Start(Tag::Paragraph)));
                let _ = match first {
                    None => writeln!(self.markup.source, "#list(tight: {tight},"),
                    Some(first) => writeln!(self.markup.source, "#enum(tight: {tight}, start: {first},"),
                };
            }
            Tag::Item => self.markup.source.push('['),
            Tag::Emphasis => self.markup.source.push_str("#emph["),
            Tag::Strong => self.markup.source.push_str("#strong["),
            Tag::Link { dest_url, link_type, .. } => {
                let url = self.url(&target(dest_url, *link_type))?;
                self.markup.source.push_str("#link(");
                quote(&url, &mut self.markup.source);
                self.markup.source.push_str(")[");
                self.links.push((url, String::new()));
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::BlockQuote(_) => {
                self.markup.trim_breaks();
                // A paragraph of which nothing is left, since its values are empty, is left out.
                match self.markup.source.strip_suffix("#par[") {
                    Some(before) => self.markup.source.truncate(before.len()),
                    None => self.markup.source.push_str("]\n"),
                }
            }
            TagEnd::CodeBlock => {
                let code = self.code.take().unwrap_or_default();
                self.markup.source.push_str("#raw(block: true, ");
                quote_lines(code.trim_end_matches('\n'), quote_printed, &mut self.markup.source);
                self.markup.source.push_str(");\n");
            }
            TagEnd::List(_) => self.markup.source.push_str(");\n"),
            TagEnd::Item => self.markup.source.push_str("],\n"),
            TagEnd::Emphasis | TagEnd::Strong => self.markup.source.push_str("];"),
            TagEnd::Link => {
                self.markup.source.push_str("];");
                if let Some((url, shown)) = self.links.pop()
                    && !says(&shown, &url)
                {
                    // What is printed cannot be clicked: it says where it leads.
                    self.markup.source.push_str("#target(");
                    quote(&url, &mut self.markup.source);
                    self.markup.source.push_str(", ");
                    quote_printed(&url, &mut self.markup.source);
                    self.markup.source.push_str(");");
                }
            }
            _ => {}
        }
    }

    /// Prints text, also of the links around it.
    fn show(&mut self, text: &str) {
        for (_, shown) in &mut self.links {
            shown.push_str(text);
        }
        self.markup.show(text);
    }

    fn text(&mut self, text: &str) {
        let text = self.plain(text);
        self.show(&text);
    }

    /// Text with its values.
    fn plain(&self, text: &str) -> String {
        cut(text).fold(String::with_capacity(text.len()), |mut filled, part| {
            match part {
                Cut::Text(text) => filled.push_str(text),
                Cut::Mark(Mark::Varying(number)) => filled.push_str(value(&self.values, number)),
                Cut::Mark(Mark::Fixed(number)) => filled.push_str(value(&self.fixed, number)),
                Cut::Mark(Mark::Signatories) => {}
            }
            filled
        })
    }

    fn url(&self, target: &str) -> Result<String, (usize, String)> {
        let mut url = String::new();
        for part in cut(target) {
            let position = Position::behind(&url);
            match part {
                Cut::Text(text) => url.push_str(&link::written(text)),
                Cut::Mark(Mark::Varying(number)) => {
                    link::encode(value(&self.values, number), position, &mut url).map_err(|what| (number, what))?;
                }
                Cut::Mark(Mark::Fixed(number)) => {
                    link::encode(value(&self.fixed, number), position, &mut url).map_err(|what| (usize::MAX, what))?;
                }
                Cut::Mark(Mark::Signatories) => {}
            }
            if url.len() > LONGEST_URL {
                let number = match part {
                    Cut::Mark(Mark::Varying(number)) => number,
                    _ => usize::MAX,
                };
                return Err((
                    number,
                    format!("a link has more than {LONGEST_URL} bytes, which no PDF may have; shorten it"),
                ));
            }
        }
        Ok(url)
    }
}

/// Whether the paragraph that begins here stands directly above the signatories.
fn precedes_signatories(rest: &[Event<'_>]) -> bool {
    let end = rest.iter().position(|event| matches!(event, Event::End(TagEnd::Paragraph)));
    end.and_then(|end| rest.get(end + 1)).is_some_and(is_signatories)
}

/// Whether the text of a link is its target already, in short or in full.
fn says(shown: &str, url: &str) -> bool {
    let short = ["https://", "http://", "mailto:", "tel:"].iter().find_map(|scheme| url.strip_prefix(scheme));
    shown == url || short.is_some_and(|short| shown.trim_end_matches('/') == short.trim_end_matches('/'))
}

fn depth(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}
