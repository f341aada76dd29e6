//! Reads the Markdown of a shape, and refuses what a letter may not have.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use super::draft::Draft;
use super::emphasis::Mended;
use super::inline_html::{self, is_comment, refusal};
use super::link;
use super::marker::{Cut, Mark, OPEN, cut};
use crate::model::{Fault, InlineElement};

/// How deep quotes, lists and emphasis may stand in each other: in a line of 72 columns there is hardly room for more.
const DEEPEST: usize = 20;
/// How many mistakes are told at once.
const FAULTS_TOLD: usize = 100;

/// `CommonMark`, without any extension: quotes and dashes are not changed.
fn parser(markdown: &str) -> Parser<'_> {
    // Tables are read so that they can be refused; as plain Markdown they would become one mangled paragraph.
    Parser::new_ext(markdown, Options::ENABLE_TABLES)
}

/// What a shape is made of: blocks and inlines, and the block of signatories as a text of its own, in no paragraph.
pub(super) fn events(markdown: &str) -> Vec<Event<'_>> {
    match Mended::of(markdown, parser).text {
        Cow::Borrowed(text) => kept(parser(text)),
        Cow::Owned(text) => kept(parser(&text)).into_iter().map(Event::into_static).collect(),
    }
}

fn kept(parser: Parser<'_>) -> Vec<Event<'_>> {
    let mut events: Vec<Event<'_>> = Vec::new();
    for event in parser {
        match (&event, events.last()) {
            (Event::Html(_) | Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock), _) => {}
            (Event::InlineHtml(html), _) if is_comment(html) => {}
            (Event::End(TagEnd::Paragraph), Some(last)) if is_signatories(last) => {
                let block = events.pop();
                events.pop();
                events.extend(block);
            }
            _ => events.push(event),
        }
    }
    events
}

/// Whether this is the marker of the block of signatories.
pub(super) fn is_signatories(event: &Event<'_>) -> bool {
    matches!(event, Event::Text(text) if has_signatories(text))
}

fn has_signatories(text: &str) -> bool {
    text.contains(OPEN) && cut(text).any(|part| matches!(part, Cut::Mark(Mark::Signatories)))
}

/// Everything in the Markdown that a letter may not have.
pub(super) fn check(draft: &Draft<'_>, allowed: &[InlineElement]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mended = Mended::of(&draft.markdown, parser);
    let mut fault = |offset: usize, message: String| {
        let told = faults.len() >= FAULTS_TOLD;
        faults.extend(draft.at(mended.original(offset)).filter(|_| !told).map(|at| at.fault(message)));
    };
    let events: Vec<_> = parser(&mended.text).into_offset_iter().collect();
    if let Some(offset) = too_deep(&events) {
        fault(offset, format!("this is nested in {DEEPEST} quotes, lists or emphases, which is the most; nest fewer"));
        return faults;
    }
    inline_html::check(&events, allowed, &mut fault);
    for (n, (event, range)) in events.iter().enumerate() {
        let source = mended.text.get(range.clone()).unwrap_or_default();
        match event {
            Event::Start(Tag::HtmlBlock) if !is_comment(source) => {
                fault(range.start, refusal(source.lines().next().unwrap_or_default()));
            }
            Event::Start(Tag::Table(_)) => fault(
                range.start,
                "a letter may not have tables, which its plain text cannot show; write a list, or attach a file".to_owned(),
            ),
            Event::Start(Tag::Image { .. }) => fault(
                range.start,
                "a letter may not have images, which would be fetched when it is read; attach the file, or write a link".to_owned(),
            ),
            Event::Start(Tag::Link { dest_url, link_type, .. }) => {
                if let Err(message) = check_link(&target(dest_url, *link_type)) {
                    fault(range.start, message);
                }
            }
            Event::Code(text) | Event::Text(text) if has_signatories(text) => {
                let alone = matches!(event, Event::Text(_)) && cut(text.trim()).count() == 1;
                let before = n.checked_sub(1).and_then(|before| events.get(before)).map(|(event, _)| event);
                let after = events.get(n + 1).map(|(event, _)| event);
                let begins = matches!(before, Some(Event::Start(Tag::Paragraph | Tag::Item)));
                let ends = matches!(
                    after,
                    Some(Event::End(TagEnd::Paragraph | TagEnd::Item) | Event::Start(Tag::List(_)))
                );
                if !(alone && begins && ends) {
                    fault(
                        range.start,
                        "`{{> signatories}}` prints a block; write it on a line of its own".to_owned(),
                    );
                }
            }
            _ => {}
        }
    }
    faults
}

/// Where something stands too deep for those who read the HTML: they go down a step for each element.
fn too_deep(events: &[(Event<'_>, Range<usize>)]) -> Option<usize> {
    let mut depth = 0_usize;
    let (_, range) = events.iter().find(|(event, _)| {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        // The innermost of them is the paragraph.
        depth > DEEPEST + 1
    })?;
    Some(range.start)
}

/// Where a link leads: `<ana@example.org>` is short for a `mailto:`.
pub(super) fn target(written: &str, link_type: LinkType) -> Cow<'_, str> {
    match link_type {
        LinkType::Email => Cow::Owned(format!("mailto:{written}")),
        _ => Cow::Borrowed(written),
    }
}

/// Whether the target of a link may stand in a letter, as far as the template tells.
fn check_link(target: &str) -> Result<(), String> {
    let mut parts = cut(target);
    match (parts.next(), parts.next()) {
        (Some(Cut::Mark(_)), _) => Ok(()),
        // The value goes on where the template ends: it may be the host.
        (Some(Cut::Text(text)), Some(Cut::Mark(_))) if link::check(&format!("{text}x")).is_ok() => Ok(()),
        (Some(Cut::Text(text)), _) => link::check(text),
        (None, _) => Err("this link leads nowhere; write its target between the brackets".to_owned()),
    }
}
