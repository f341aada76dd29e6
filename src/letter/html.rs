//! Writes the HTML of a shape.

use std::borrow::Cow;

use pulldown_cmark::{Event, HeadingLevel, Tag, TagEnd};

use super::content::Content;
use super::inline_html;
use super::link::{self, Position};
use super::locale::is_right_to_left;
use super::markdown::{is_signatories, target};
use super::marker::{Cut, Mark, OPEN, cut, value};
use super::passage::{Passage, Quotation};
use super::roll::Roll;
use super::slot::Slot;
use crate::page::{escape, escape_attribute, escape_lines};

/// Writes a letter.
pub(super) fn write(passage: &Passage<'_>) -> Result<Content, String> {
    let mut content = Content::default();
    add(passage, &mut content)?;
    Ok(content)
}

/// Adds an earlier letter, in its own language (WCAG 2.2, 3.1.2).
pub(super) fn quote(quoted: &Quotation<'_>, content: &mut Content) -> Result<(), String> {
    let attribution = Slot::Value(quoted.attribution).marker();
    // The letter around it may run the other way.
    let (direction, side) = if is_right_to_left(quoted.language) { ("rtl", "right") } else { ("ltr", "left") };
    content.html.extend(["<p>", &attribution, "</p>\n<blockquote lang=\"", quoted.language.as_str()]);
    content.html.extend(["\" dir=\"", direction, "\" style=\"text-align: ", side, "\">\n"]);
    add(&quoted.passage, content)?;
    content.html.push_str("</blockquote>\n");
    Ok(())
}

fn add(passage: &Passage<'_>, content: &mut Content) -> Result<(), String> {
    let mut writer = Writer { content, fixed: passage.fixed, roll: passage.roll };
    passage.events.iter().try_for_each(|event| writer.event(event))
}

struct Writer<'w> {
    content: &'w mut Content,
    fixed: &'w [Cow<'w, str>],
    roll: &'w Roll,
}

impl Writer<'_> {
    fn event(&mut self, event: &Event<'_>) -> Result<(), String> {
        match event {
            _ if is_signatories(event) => self.roll.write_html(self.content),
            Event::Start(tag) => self.start(tag)?,
            Event::End(tag) => self.end(*tag),
            Event::Text(text) => self.text(text),
            Event::Code(text) => {
                self.content.html.push_str("<code>");
                self.text(text);
                self.content.html.push_str("</code>");
            }
            Event::SoftBreak => self.content.html.push('\n'),
            Event::HardBreak => self.content.html.push_str("<br>\n"),
            Event::Rule => self.content.line("<hr>"),
            Event::InlineHtml(html) => self.inline_html(html),
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self, tag: &Tag<'_>) -> Result<(), String> {
        match tag {
            Tag::Paragraph => self.content.html.push_str("<p>"),
            Tag::Heading { level, .. } => self.content.html.extend(["<", heading(*level), ">"]),
            Tag::BlockQuote(_) => self.content.line("<blockquote>"),
            Tag::CodeBlock(_) => self.content.html.push_str("<pre><code>"),
            Tag::List(None) => self.content.line("<ul>"),
            Tag::List(Some(1)) => self.content.line("<ol>"),
            Tag::List(Some(first)) => self.content.line(&format!("<ol start=\"{first}\">")),
            Tag::Item => self.content.html.push_str("<li>"),
            Tag::Emphasis => self.content.html.push_str("<em>"),
            Tag::Strong => self.content.html.push_str("<strong>"),
            Tag::Link { dest_url, title, link_type, .. } => {
                self.content.html.push_str("<a href=\"");
                self.url(&target(dest_url, *link_type))?;
                if !title.is_empty() {
                    self.content.html.push_str("\" title=\"");
                    self.attribute(title);
                }
                self.content.html.push_str("\">");
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.content.html.push_str("</p>\n"),
            TagEnd::Heading(level) => self.content.html.extend(["</", heading(level), ">\n"]),
            TagEnd::BlockQuote(_) => self.content.line("</blockquote>"),
            TagEnd::CodeBlock => self.content.html.push_str("</code></pre>\n"),
            TagEnd::List(true) => self.content.line("</ol>"),
            TagEnd::List(false) => self.content.line("</ul>"),
            TagEnd::Item => self.content.html.push_str("</li>\n"),
            TagEnd::Emphasis => self.content.html.push_str("</em>"),
            TagEnd::Strong => self.content.html.push_str("</strong>"),
            TagEnd::Link => self.content.html.push_str("</a>"),
            _ => {}
        }
    }

    /// A tag of the template that was checked, written anew.
    fn inline_html(&mut self, html: &str) {
        match inline_html::read(html) {
            Ok(inline_html::Tag::Open(element, attributes)) => {
                self.content.html.extend(["<", element.as_str()]);
                for (name, value) in attributes {
                    self.content.html.extend([" ", name, "=\""]);
                    self.attribute(&value);
                    self.content.html.push('"');
                }
                self.content.html.push('>');
            }
            Ok(inline_html::Tag::Close(element)) => self.content.html.extend(["</", element.as_str(), ">"]),
            Err(_) => {}
        }
    }

    fn text(&mut self, text: &str) {
        for part in cut(text) {
            match part {
                Cut::Text(text) => escape(text, &mut self.content.html),
                Cut::Mark(Mark::Varying(number)) => self.content.html.push_str(&Slot::Value(number).marker()),
                Cut::Mark(Mark::Fixed(number)) => self.content.constant(value(self.fixed, number), escape_lines),
                Cut::Mark(Mark::Signatories) => {}
            }
        }
    }

    /// The title of a link: text too, where a line break stays one.
    fn attribute(&mut self, text: &str) {
        for part in cut(text) {
            match part {
                Cut::Text(text) => escape(text, &mut self.content.html),
                Cut::Mark(Mark::Varying(number)) => self.content.html.push_str(&Slot::Attribute(number).marker()),
                Cut::Mark(Mark::Fixed(number)) => self.content.constant(value(self.fixed, number), escape_attribute),
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
                    escape(&link::written(text), &mut self.content.html);
                }
                Cut::Mark(Mark::Varying(number)) => {
                    before.push(OPEN);
                    self.content.html.push_str(&Slot::Url(number, position).marker());
                }
                Cut::Mark(Mark::Fixed(number)) => {
                    let mut url = String::new();
                    link::encode(value(self.fixed, number), position, &mut url)?;
                    escape(&url, &mut self.content.html);
                    before.push_str(&url);
                }
                Cut::Mark(Mark::Signatories) => {}
            }
        }
        Ok(())
    }
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
