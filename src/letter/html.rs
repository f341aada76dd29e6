//! Writes the HTML of a shape, and fills the values in.

use std::sync::Arc;

use pulldown_cmark::{Event, HeadingLevel, Tag, TagEnd};

use super::draft::{CLOSE, Cut, Mark, OPEN, cut};
use super::escape::{escape, escape_attribute, escape_lines};
use super::inline_html;
use super::link::{self, Position};
use super::locale::is_right_to_left;
use super::markdown::{is_signatories, target};
use super::roll::Roll;
use super::shape::{Passage, Quotation};
use crate::picture::Picture;

/// What stands in the place of a marker in HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Value(usize),
    Attribute(usize),
    Url(usize, Position),
    /// HTML of a value that is the same for all: it is put in when the page is made, and not read as HTML before.
    Constant(usize),
    Title,
    Preheader,
}

impl Slot {
    pub(super) fn marker(self) -> String {
        let (letter, number) = match self {
            Self::Value(number) => ('t', number),
            Self::Attribute(number) => ('a', number),
            Self::Url(number, Position::Whole) => ('w', number),
            Self::Url(number, Position::Address) => ('m', number),
            Self::Url(number, Position::Part) => ('u', number),
            Self::Constant(number) => ('c', number),
            Self::Title => ('x', 0),
            Self::Preheader => ('x', 1),
        };
        format!("{OPEN}{letter}{number}{CLOSE}")
    }

    fn read(inside: &str) -> Option<Self> {
        let number = inside.get(1..)?.parse().ok()?;
        Some(match (inside.as_bytes().first()?, number) {
            (b't', _) => Self::Value(number),
            (b'a', _) => Self::Attribute(number),
            (b'w', _) => Self::Url(number, Position::Whole),
            (b'm', _) => Self::Url(number, Position::Address),
            (b'u', _) => Self::Url(number, Position::Part),
            (b'c', _) => Self::Constant(number),
            (b'x', 0) => Self::Title,
            (b'x', 1) => Self::Preheader,
            _ => return None,
        })
    }
}

/// The content of a shape as HTML with markers.
#[derive(Debug, Default)]
pub(super) struct Content {
    /// Block tags end their lines.
    pub(super) html: String,
    /// What stands in the slots for constants.
    pub(super) constants: Vec<String>,
    /// What the HTML names by content ids.
    pub(super) pictures: Vec<Arc<Picture>>,
}

/// Writes the content of a shape.
pub(super) fn write(passage: &Passage<'_>) -> Result<Content, String> {
    let mut content = Content::default();
    content.add(passage)?;
    Ok(content)
}

impl Content {
    fn add(&mut self, passage: &Passage<'_>) -> Result<(), String> {
        let Self { html, constants, pictures } = std::mem::take(self);
        let mut writer = Writer { html, constants, pictures, fixed: passage.fixed, roll: passage.roll };
        for event in &passage.events {
            writer.event(event)?;
        }
        *self = Self { html: writer.html, constants: writer.constants, pictures: writer.pictures };
        Ok(())
    }

    /// Adds an earlier letter, in its own language (WCAG 2.2, 3.1.2).
    pub(super) fn quote(&mut self, quoted: &Quotation<'_>) -> Result<(), String> {
        let attribution = Slot::Value(quoted.attribution).marker();
        // The letter around it may run the other way.
        let (direction, side) = if is_right_to_left(quoted.language) { ("rtl", "right") } else { ("ltr", "left") };
        self.html.extend(["<p>", &attribution, "</p>\n<blockquote lang=\"", quoted.language.as_str()]);
        self.html.extend(["\" dir=\"", direction, "\" style=\"text-align: ", side, "\">\n"]);
        self.add(&quoted.passage)?;
        self.html.push_str("</blockquote>\n");
        Ok(())
    }
}

pub(super) struct Writer<'w, F> {
    pub(super) html: String,
    constants: Vec<String>,
    pub(super) pictures: Vec<Arc<Picture>>,
    fixed: &'w [F],
    pub(super) roll: &'w Roll,
}

impl<F: AsRef<str>> Writer<'_, F> {
    fn event(&mut self, event: &Event<'_>) -> Result<(), String> {
        match event {
            _ if is_signatories(event) => self.signatories(),
            Event::Start(tag) => self.start(tag)?,
            Event::End(tag) => self.end(*tag),
            Event::Text(text) => self.text(text),
            Event::Code(text) => {
                self.html.push_str("<code>");
                self.text(text);
                self.html.push_str("</code>");
            }
            Event::SoftBreak => self.html.push('\n'),
            Event::HardBreak => self.html.push_str("<br>\n"),
            Event::Rule => self.line("<hr>"),
            Event::InlineHtml(html) => self.inline_html(html),
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self, tag: &Tag<'_>) -> Result<(), String> {
        match tag {
            Tag::Paragraph => self.html.push_str("<p>"),
            Tag::Heading { level, .. } => self.html.extend(["<", heading(*level), ">"]),
            Tag::BlockQuote(_) => self.line("<blockquote>"),
            Tag::CodeBlock(_) => self.html.push_str("<pre><code>"),
            Tag::List(None) => self.line("<ul>"),
            Tag::List(Some(1)) => self.line("<ol>"),
            Tag::List(Some(first)) => self.line(&format!("<ol start=\"{first}\">")),
            Tag::Item => self.html.push_str("<li>"),
            Tag::Emphasis => self.html.push_str("<em>"),
            Tag::Strong => self.html.push_str("<strong>"),
            Tag::Link { dest_url, title, link_type, .. } => {
                self.html.push_str("<a href=\"");
                self.url(&target(dest_url, *link_type))?;
                if !title.is_empty() {
                    self.html.push_str("\" title=\"");
                    self.attribute(title);
                }
                self.html.push_str("\">");
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.html.push_str("</p>\n"),
            TagEnd::Heading(level) => self.html.extend(["</", heading(level), ">\n"]),
            TagEnd::BlockQuote(_) => self.line("</blockquote>"),
            TagEnd::CodeBlock => self.html.push_str("</code></pre>\n"),
            TagEnd::List(true) => self.line("</ol>"),
            TagEnd::List(false) => self.line("</ul>"),
            TagEnd::Item => self.html.push_str("</li>\n"),
            TagEnd::Emphasis => self.html.push_str("</em>"),
            TagEnd::Strong => self.html.push_str("</strong>"),
            TagEnd::Link => self.html.push_str("</a>"),
            _ => {}
        }
    }

    /// A tag of the template that was checked, written anew.
    fn inline_html(&mut self, html: &str) {
        match inline_html::read(html) {
            Ok(inline_html::Tag::Open(element, attributes)) => {
                self.html.extend(["<", element.as_str()]);
                for (name, value) in attributes {
                    self.html.extend([" ", name, "=\""]);
                    self.attribute(&value);
                    self.html.push('"');
                }
                self.html.push('>');
            }
            Ok(inline_html::Tag::Close(element)) => self.html.extend(["</", element.as_str(), ">"]),
            Err(_) => {}
        }
    }

    /// A tag on a line of its own.
    pub(super) fn line(&mut self, tag: &str) {
        if !self.html.is_empty() && !self.html.ends_with('\n') {
            self.html.push('\n');
        }
        self.html.push_str(tag);
        self.html.push('\n');
    }

    /// A value that is the same for all letters.
    pub(super) fn constant(&mut self, value: &str, escape: fn(&str, &mut String)) {
        let slot = self.slot(value, escape);
        self.html.push_str(&slot);
    }

    /// The marker of a value that is the same for all letters.
    pub(super) fn slot(&mut self, value: &str, escape: fn(&str, &mut String)) -> String {
        let mut html = String::with_capacity(value.len());
        escape(value, &mut html);
        self.constants.push(html);
        Slot::Constant(self.constants.len() - 1).marker()
    }

    fn text(&mut self, text: &str) {
        for part in cut(text) {
            match part {
                Cut::Text(text) => escape(text, &mut self.html),
                Cut::Mark(Mark::Varying(number)) => self.html.push_str(&Slot::Value(number).marker()),
                Cut::Mark(Mark::Fixed(number)) => self.constant(value(self.fixed, number), escape_lines),
                Cut::Mark(Mark::Signatories) => {}
            }
        }
    }

    /// The title of a link: text too, where a line break stays one.
    fn attribute(&mut self, text: &str) {
        for part in cut(text) {
            match part {
                Cut::Text(text) => escape(text, &mut self.html),
                Cut::Mark(Mark::Varying(number)) => self.html.push_str(&Slot::Attribute(number).marker()),
                Cut::Mark(Mark::Fixed(number)) => self.constant(value(self.fixed, number), escape_attribute),
                Cut::Mark(Mark::Signatories) => {}
            }
        }
    }

    fn url(&mut self, target: &str) -> Result<(), String> {
        let mut before = String::new();
        for part in cut(target) {
            let position = Position::behind(&before);
            match part {
                Cut::Text(text) => {
                    before.push_str(text);
                    escape(&written(text), &mut self.html);
                }
                Cut::Mark(Mark::Varying(number)) => {
                    before.push(OPEN);
                    self.html.push_str(&Slot::Url(number, position).marker());
                }
                Cut::Mark(Mark::Fixed(number)) => {
                    let mut url = String::new();
                    link::encode(value(self.fixed, number), position, &mut url)?;
                    escape(&url, &mut self.html);
                    before.push_str(&url);
                }
                Cut::Mark(Mark::Signatories) => {}
            }
        }
        Ok(())
    }
}

/// A picture that the message embeds. `alt` is the text for those who do not see it, as it stands in HTML.
pub(super) fn picture(picture: &Picture, alt: &str, html: &mut String) {
    let (cid, width, height) = (picture.cid(), picture.width().to_string(), picture.height().to_string());
    // Outlook takes the size from the attributes alone; the style keeps a wide picture on a small screen.
    html.extend(["<img src=\"", &cid, "\" alt=\"", alt, "\" width=\"", &width, "\" height=\"", &height]);
    html.push_str("\" style=\"max-width: 100%; height: auto\">");
}

fn heading(level: HeadingLevel) -> &'static str {
    match level {
        HeadingLevel::H1 => "h1",
        HeadingLevel::H2 => "h2",
        HeadingLevel::H3 => "h3",
        HeadingLevel::H4 => "h4",
        HeadingLevel::H5 => "h5",
        HeadingLevel::H6 => "h6",
    }
}

pub(super) fn value<F: AsRef<str>>(values: &[F], number: usize) -> &str {
    values.get(number).map_or("", AsRef::as_ref)
}

/// A target as the template has it, with what cannot stand in a URL percent-encoded.
pub(super) fn written(target: &str) -> String {
    let mut url = String::with_capacity(target.len());
    for byte in target.bytes() {
        if byte.is_ascii_graphic() && !br#""<>\^`{|}"#.contains(&byte) {
            url.push(char::from(byte));
        } else {
            link::percent(byte, &mut url);
        }
    }
    url
}

/// Lines of HTML that are filled for each letter: text, and a slot behind each but the last.
#[derive(Debug, Default)]
pub(super) struct Lines {
    parts: Vec<(String, Option<Slot>)>,
}

impl Lines {
    /// Cuts lines at their markers and puts the constants in; lines that need nothing more are text.
    pub(super) fn read(html: &str, constants: &[String]) -> Result<String, Self> {
        let (mut parts, mut text) = (Vec::new(), String::with_capacity(html.len()));
        let mut rest = html;
        while let Some(start) = rest.find(OPEN) {
            text.push_str(&rest[..start]);
            let after = &rest[start + OPEN.len_utf8()..];
            let end = after.find(CLOSE).unwrap_or(after.len());
            match Slot::read(&after[..end]) {
                Some(Slot::Constant(number)) => text.push_str(value(constants, number)),
                slot => parts.push((std::mem::take(&mut text), slot)),
            }
            rest = after.get(end + CLOSE.len_utf8()..).unwrap_or_default();
        }
        text.push_str(rest);
        if parts.is_empty() {
            return Ok(text);
        }
        parts.push((text, None));
        Err(Self { parts })
    }

    /// Fills the lines; an error is of the value with that number.
    pub(super) fn fill<V: AsRef<str>>(
        &self,
        values: &[(V, impl Sized)],
        title: &str,
        preheader: &str,
        html: &mut String,
    ) -> Result<(), (usize, String)> {
        for (text, slot) in &self.parts {
            html.push_str(text);
            let value = |number: &usize| values.get(*number).map_or("", |(value, _)| value.as_ref());
            match slot {
                None | Some(Slot::Constant(_)) => {}
                Some(Slot::Value(number)) => escape_lines(value(number), html),
                Some(Slot::Attribute(number)) => escape_attribute(value(number), html),
                Some(Slot::Title) => escape(title, html),
                Some(Slot::Preheader) => escape(preheader, html),
                Some(Slot::Url(number, position)) => {
                    let mut url = String::new();
                    link::encode(value(number), *position, &mut url).map_err(|what| (*number, what))?;
                    escape(&url, html);
                }
            }
        }
        Ok(())
    }
}
