//! Writes the plain text of a shape.
//!
//! The text is as a person would type it: headings are underlined, quotes and lists keep their marks, a link is its
//! text and its target. It is not `format=flowed` (RFC 3676): the programs that most offices read mail with show it as
//! it is, trailing blanks do not always arrive, and lines of 72 columns are read well everywhere.

use std::borrow::Cow;

use pulldown_cmark::{Event, HeadingLevel, Tag, TagEnd};

use super::block::{Block, Inline, UrlPart, push_value};
use super::inline_html;
use super::link::{self, Position};
use super::markdown::{is_signatories, target};
use super::marker::{Cut, Mark, OPEN, cut, value};
use super::passage::{Passage, Quotation};
use super::roll::Roll;

/// What the rest of a signatory's line is indented by, so that it does not look like another signatory.
const HANGING: &str = "    ";

/// Something that blocks stand in.
#[derive(Debug)]
enum Container {
    Quote,
    Item { marker: String, used: bool },
}

impl Container {
    fn rest(&self) -> String {
        match self {
            Self::Quote => "> ".to_owned(),
            Self::Item { marker, .. } => " ".repeat(marker.len()),
        }
    }
}

/// The blocks of a shape; an earlier letter stands behind it as mail programs quote one.
pub(super) fn blocks(own: &Passage<'_>, quoted: Option<&Quotation<'_>>) -> Result<Vec<Block>, String> {
    let mut writer = Writer {
        blocks: Vec::new(),
        open: None,
        containers: Vec::new(),
        lists: Vec::new(),
        shared: 0,
        in_list: false,
        fixed: own.fixed,
        roll: own.roll,
        targets: Vec::new(),
    };
    for event in &own.events {
        writer.event(event)?;
    }
    if let Some(Quotation { attribution, passage, .. }) = quoted {
        writer.begin(true);
        writer.push(Inline::Value(*attribution));
        writer.close();
        writer.containers.push(Container::Quote);
        (writer.fixed, writer.roll) = (passage.fixed, passage.roll);
        for event in &passage.events {
            writer.event(event)?;
        }
    }
    writer.close();
    Ok(writer.blocks)
}

struct Writer<'w> {
    blocks: Vec<Block>,
    open: Option<Block>,
    containers: Vec<Container>,
    /// For each list around, the number of its next item; none where it has dots.
    lists: Vec<Option<u64>>,
    /// How many of the containers the last block stood in are still open.
    shared: usize,
    /// Whether the last block stands in the outermost list that is open.
    in_list: bool,
    fixed: &'w [Cow<'w, str>],
    roll: &'w Roll,
    targets: Vec<Vec<UrlPart>>,
}

impl Writer<'_> {
    fn event(&mut self, event: &Event<'_>) -> Result<(), String> {
        match event {
            _ if is_signatories(event) => self.signatories(),
            Event::Start(tag) => self.start(tag)?,
            Event::End(tag) => self.end(*tag),
            Event::Text(text) | Event::Code(text) => self.text(text),
            Event::SoftBreak => self.push(Inline::Text(" ".to_owned())),
            Event::HardBreak => self.push(Inline::Text("\n".to_owned())),
            Event::InlineHtml(html) => {
                // Of what HTML says in a line, a text has its breaks alone.
                if let Ok(inline_html::Tag::Open(element, _)) = inline_html::read(html)
                    && element.is_break()
                {
                    self.push(Inline::Text("\n".to_owned()));
                }
            }
            Event::Rule => {
                self.begin(true);
                self.push(Inline::Text("* * *".to_owned()));
                self.close();
            }
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self, tag: &Tag<'_>) -> Result<(), String> {
        match tag {
            Tag::Paragraph => self.begin(true),
            Tag::Heading { level, .. } => {
                self.begin(true);
                if let Some(open) = &mut self.open {
                    open.underline = Some(if *level == HeadingLevel::H1 { '=' } else { '-' });
                }
            }
            Tag::CodeBlock(_) => {
                self.begin(true);
                if let Some(open) = &mut self.open {
                    open.verbatim = true;
                }
            }
            Tag::BlockQuote(_) => {
                self.close();
                self.containers.push(Container::Quote);
            }
            Tag::List(first) => {
                self.close();
                self.lists.push(*first);
            }
            Tag::Item => {
                self.close();
                let marker = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_owned(),
                };
                self.containers.push(Container::Item { marker, used: false });
            }
            Tag::Link { dest_url, link_type, .. } => {
                let target = self.target(&target(dest_url, *link_type))?;
                self.targets.push(target);
                self.push(Inline::LinkStart);
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock => self.close(),
            TagEnd::BlockQuote(_) | TagEnd::Item => {
                self.close();
                self.containers.pop();
                self.shared = self.shared.min(self.containers.len());
            }
            TagEnd::List(_) => {
                self.close();
                self.lists.pop();
                self.in_list &= !self.lists.is_empty();
            }
            TagEnd::Link => {
                let target = self.targets.pop().unwrap_or_default();
                self.push(Inline::LinkEnd(target));
            }
            _ => {}
        }
    }

    /// Begins a block; `apart` from the one before it unless both are items of one tight list.
    fn begin(&mut self, apart: bool) {
        self.close();
        self.open_block(apart || !self.in_list);
    }

    fn open_block(&mut self, apart: bool) {
        let gap: String = self.containers[..self.shared].iter().map(Container::rest).collect();
        if let (true, Some(before)) = (apart, self.blocks.last_mut()) {
            before.gap = Some(gap.trim_end().to_owned());
        }
        let rest: String = self.containers.iter().map(Container::rest).collect();
        let mut first = String::new();
        for container in &mut self.containers {
            match container {
                Container::Item { marker, used } if !*used => {
                    *used = true;
                    first.push_str(marker);
                }
                other => first.push_str(&other.rest()),
            }
        }
        self.open = Some(Block { first, rest, ..Block::default() });
        self.shared = self.containers.len();
        self.in_list = !self.lists.is_empty();
    }

    fn close(&mut self) {
        if let Some(mut block) = self.open.take() {
            if let (true, Some(Inline::Text(last))) = (block.verbatim, block.inlines.last_mut()) {
                last.truncate(last.trim_end_matches('\n').len());
            }
            self.blocks.push(block);
        }
    }

    fn push(&mut self, inline: Inline) {
        if self.open.is_none() {
            // The items of a tight list have no paragraphs.
            self.begin(false);
        }
        let Some(open) = &mut self.open else { return };
        match (open.inlines.last_mut(), inline) {
            (Some(Inline::Text(before)), Inline::Text(text)) => before.push_str(&text),
            (_, inline) => open.inlines.push(inline),
        }
    }

    fn text(&mut self, text: &str) {
        for part in cut(text) {
            self.push(match part {
                Cut::Text(text) => Inline::Text(text.to_owned()),
                Cut::Mark(Mark::Varying(number)) => Inline::Value(number),
                Cut::Mark(Mark::Fixed(number)) => {
                    let mut text = String::new();
                    push_value(value(self.fixed, number), &mut text);
                    Inline::Text(text)
                }
                Cut::Mark(Mark::Signatories) => continue,
            });
        }
    }

    fn target(&self, target: &str) -> Result<Vec<UrlPart>, String> {
        let mut parts = Vec::new();
        let mut before = String::new();
        for part in cut(target) {
            let position = Position::behind(&before);
            match part {
                Cut::Text(text) => {
                    before.push_str(text);
                    parts.push(UrlPart::Text(link::written(text)));
                }
                Cut::Mark(Mark::Varying(number)) => {
                    before.push(OPEN);
                    parts.push(UrlPart::Value(number, position));
                }
                Cut::Mark(Mark::Fixed(number)) => {
                    let mut url = String::new();
                    link::encode(value(self.fixed, number), position, &mut url)?;
                    before.push_str(&url);
                    parts.push(UrlPart::Text(url));
                }
                Cut::Mark(Mark::Signatories) => {}
            }
        }
        Ok(parts)
    }

    /// The block of signatories: each on a line of its own, and where one is too long, its rest is indented.
    fn signatories(&mut self) {
        for line in self.roll.lines() {
            self.close();
            self.open_block(line.apart);
            if let Some(open) = &mut self.open {
                open.first.push_str(line.indent);
                open.rest.extend([line.indent, HANGING]);
            }
            let mut text = String::new();
            push_value(&line.text, &mut text);
            self.push(Inline::Text(text));
            self.close();
        }
    }
}
