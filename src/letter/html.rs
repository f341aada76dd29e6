//! Writes the HTML of a shape, and fills the values in.

use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};

use super::draft::{CLOSE, Cut, Mark, OPEN, cut};
use super::escape::{escape, escape_attribute, escape_lines};
use super::link::{self, Position};
use super::markdown::is_signatories;
use super::program::SignatoryField;
use super::roll::Roll;

/// What stands in the place of a marker in HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Value(usize),
    Attribute(usize),
    Url(usize, Position),
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
            (b'x', 0) => Self::Title,
            (b'x', 1) => Self::Preheader,
            _ => return None,
        })
    }
}

/// The content of a shape as HTML with markers; block tags end their lines.
pub(super) fn write(events: &[Event<'_>], fixed: &[impl AsRef<str>], roll: &Roll) -> Result<String, String> {
    let mut writer = Writer {
        html: String::new(),
        fixed,
        roll,
    };
    for event in events {
        writer.event(event)?;
    }
    Ok(writer.html)
}

struct Writer<'w, F> {
    html: String,
    fixed: &'w [F],
    roll: &'w Roll,
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
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self, tag: &Tag<'_>) -> Result<(), String> {
        match tag {
            Tag::Paragraph => self.html.push_str("<p>"),
            Tag::Heading { level, .. } => self.html.push_str(&format!("<{level}>")),
            Tag::BlockQuote(_) => self.line("<blockquote>"),
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => self.html.push_str("<pre><code>"),
            Tag::List(None) => self.line("<ul>"),
            Tag::List(Some(1)) => self.line("<ol>"),
            Tag::List(Some(first)) => self.line(&format!("<ol start=\"{first}\">")),
            Tag::Item => self.html.push_str("<li>"),
            Tag::Emphasis => self.html.push_str("<em>"),
            Tag::Strong => self.html.push_str("<strong>"),
            Tag::Link { dest_url, title, .. } => {
                self.html.push_str("<a href=\"");
                self.url(dest_url)?;
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
            TagEnd::Heading(level) => self.html.push_str(&format!("</{level}>\n")),
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

    /// A tag on a line of its own.
    fn line(&mut self, tag: &str) {
        if !self.html.is_empty() && !self.html.ends_with('\n') {
            self.html.push('\n');
        }
        self.html.push_str(tag);
        self.html.push('\n');
    }

    fn text(&mut self, text: &str) {
        for part in cut(text) {
            match part {
                Cut::Text(text) => escape(text, &mut self.html),
                Cut::Mark(Mark::Varying(number)) => self.html.push_str(&Slot::Value(number).marker()),
                Cut::Mark(Mark::Fixed(number)) => escape_lines(value(self.fixed, number), &mut self.html),
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
                Cut::Mark(Mark::Fixed(number)) => escape_attribute(value(self.fixed, number), &mut self.html),
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

    fn signatories(&mut self) {
        if self.roll.rows.is_empty() {
            return;
        }
        self.line("<ul class=\"signatories\">");
        for row in &self.roll.rows {
            let (name, url) = (row.field(SignatoryField::Name), row.field(SignatoryField::Url));
            let mut target = String::new();
            // A signatory whose web address is none is shown all the same, without a link.
            let linked = link::encode(url, Position::Whole, &mut target).is_ok();
            self.html.push_str("<li>");
            if linked {
                self.html.push_str("<a href=\"");
                escape(&target, &mut self.html);
                self.html.push_str("\">");
            }
            escape_lines(name, &mut self.html);
            if linked {
                self.html.push_str("</a>");
            }
            let acronym = row.field(SignatoryField::Acronym);
            if !acronym.is_empty() {
                self.html.push_str(" (");
                escape_lines(acronym, &mut self.html);
                self.html.push(')');
            }
            self.html.push_str("</li>\n");
        }
        self.line("</ul>");
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
            url.push_str(&format!("%{byte:02X}"));
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
    /// Cuts lines at their markers.
    pub(super) fn read(html: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = html;
        while let Some(start) = rest.find(OPEN) {
            let after = &rest[start + OPEN.len_utf8()..];
            let end = after.find(CLOSE).unwrap_or(after.len());
            parts.push((rest[..start].to_owned(), Slot::read(&after[..end])));
            rest = after.get(end + CLOSE.len_utf8()..).unwrap_or_default();
        }
        parts.push((rest.to_owned(), None));
        Self { parts }
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
                None => {}
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
