//! Where in a text the compiler is.

use std::sync::Arc;

use super::source::{At, Origin};
use super::tags::{Tag, TagKind};

/// A piece of a file that is a template.
pub(super) struct Text<'t> {
    pub(super) origin: &'t Arc<Origin>,
    pub(super) written: &'t str,
    /// Where the piece begins in the file.
    pub(super) start: usize,
    /// Whether each byte of the piece is one of the file.
    pub(super) verbatim: bool,
}

impl Text<'_> {
    pub(super) fn at(&self, offset: usize) -> At {
        At { origin: Arc::clone(self.origin), offset: self.start + if self.verbatim { offset } else { 0 } }
    }
}

/// Where in a text the compiler is: it goes through the parsed elements and the tags side by side.
pub(super) struct Cursor<'t> {
    pub(super) text: &'t Text<'t>,
    tags: Vec<Tag>,
    next: usize,
    behind: usize,
}

impl<'t> Cursor<'t> {
    /// At the beginning of a text that has these tags.
    pub(super) fn new(text: &'t Text<'t>, tags: Vec<Tag>) -> Self {
        Self { text, tags, next: 0, behind: 0 }
    }

    /// Goes behind the next tag.
    pub(super) fn take(&mut self) -> Tag {
        let end = self.text.written.len();
        let past = Tag { kind: TagKind::Comment, span: end..end, name: String::new() };
        let tag = self.tags.get(self.next).cloned().unwrap_or(past);
        self.next += 1;
        self.behind = tag.span.end;
        tag
    }

    /// Goes behind the raw text that comes next, and says where it begins.
    pub(super) fn pass(&mut self, raw: &str) -> At {
        let end = self.tags.get(self.next).map_or(self.text.written.len(), |tag| tag.span.start);
        let between = self.text.written.get(self.behind..end).unwrap_or_default();
        let begins = self.behind + between.find(raw).unwrap_or(0);
        self.behind = (begins + raw.len()).min(self.text.written.len());
        self.text.at(begins)
    }

    /// Where an argument stands in its tag.
    pub(super) fn within(&self, tag: &Tag, argument: &str) -> At {
        let whole = self.text.written.get(tag.span.clone()).unwrap_or_default();
        let name = |c: char| c.is_alphanumeric() || "_-.@/".contains(c);
        let stands_alone = |at: &usize| {
            let (before, after) = (&whole[..*at], &whole[at + argument.len()..]);
            !before.ends_with(name) && !after.starts_with(name)
        };
        let found = whole.match_indices(argument).map(|(at, _)| at).find(stands_alone);
        self.text.at(tag.span.start + found.unwrap_or(0))
    }

    /// The blanks before a tag that stands alone on its line.
    pub(super) fn indent(&self, tag: &Tag) -> Option<&str> {
        let (before, after) = (&self.text.written[..tag.span.start], &self.text.written[tag.span.end..]);
        let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
        let rest = after.split('\n').next().unwrap_or_default();
        let blank = |text: &str| text.chars().all(|c| c == ' ' || c == '\t');
        (blank(line) && blank(rest)).then_some(line)
    }
}
