//! Bold and italics beside Chinese, Japanese and Korean.
//!
//! Stars make a word bold where they stand at its side (`CommonMark`, 6.2), and between a letter and a punctuation mark
//! the side is told by the blank on the other one. These languages write no blanks, so the stars of `**「川」**は`
//! would stay as they are. There an empty comment, which no reader sees, is put in for the blank, on the side of the
//! letter: as if the stars stood between two marks, they can begin and end then.

use std::borrow::Cow;
use std::ops::Range;

use icu::properties::CodePointMapData;
use icu::properties::props::{EastAsianWidth, GeneralCategory, GeneralCategoryGroup};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::marker::{CLOSE, OPEN};

/// What stands for a blank.
const COMMENT: &str = "<!-- -->";

/// A text in Markdown, with what it needs for its stars to be read.
pub(super) struct Mended<'m> {
    pub(super) text: Cow<'m, str>,
    /// Where in the text a comment was put in, in its order.
    comments: Vec<usize>,
}

impl<'m> Mended<'m> {
    /// `parse` reads Markdown as the letter is read.
    pub(super) fn of(markdown: &'m str, parse: impl Fn(&'m str) -> Parser<'m>) -> Self {
        let whole = Self { text: Cow::Borrowed(markdown), comments: Vec::new() };
        if !markdown.contains('*') || !markdown.contains(is_written_without_blanks) {
            return whole;
        }
        let places: Vec<usize> =
            runs(markdown, parse(markdown)).into_iter().filter_map(|run| blank(markdown, run)).collect();
        let (mut text, mut done, mut comments) = (String::with_capacity(markdown.len() + 64), 0, Vec::new());
        for place in places {
            text.push_str(&markdown[done..place]);
            comments.push(text.len());
            text.push_str(COMMENT);
            done = place;
        }
        if comments.is_empty() {
            return whole;
        }
        text.push_str(&markdown[done..]);
        Self { text: Cow::Owned(text), comments }
    }

    /// Where a place of this text is in the one that was mended.
    pub(super) fn original(&self, offset: usize) -> usize {
        let before = self.comments.partition_point(|comment| comment + COMMENT.len() <= offset);
        offset - before * COMMENT.len()
    }
}

/// The stars that may be signs, neighbours together: those of emphasis, and those in the text of a line.
fn runs(markdown: &str, parser: Parser<'_>) -> Vec<Range<usize>> {
    let mut stars: Vec<usize> = Vec::new();
    let mut is_code = false;
    for (event, range) in parser.into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => is_code = true,
            Event::End(TagEnd::CodeBlock) => is_code = false,
            Event::Start(Tag::Emphasis) => stars.extend([range.start, range.end - 1]),
            Event::Start(Tag::Strong) => {
                stars.extend([range.start, range.start + 1, range.end - 2, range.end - 1]);
            }
            Event::Text(_) if !is_code => stars.extend(range),
            _ => {}
        }
    }
    stars.retain(|at| markdown.as_bytes().get(*at) == Some(&b'*') && !is_escaped(markdown, *at));
    stars.sort_unstable();
    stars.dedup();
    stars.chunk_by(|one, next| one + 1 == *next).map(|run| run[0]..run[run.len() - 1] + 1).collect()
}

fn is_escaped(markdown: &str, at: usize) -> bool {
    markdown.as_bytes()[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// Where a blank is missing beside stars: on the side of a letter, whose other side is a punctuation mark.
fn blank(markdown: &str, run: Range<usize>) -> Option<usize> {
    let before = markdown[..run.start].chars().next_back()?;
    let after = markdown[run.end..].chars().next()?;
    if !is_written_without_blanks(before) && !is_written_without_blanks(after) {
        return None;
    }
    match (Side::of(before), Side::of(after)) {
        (Side::Letter, Side::Mark) => Some(run.start),
        (Side::Mark, Side::Letter) => Some(run.end),
        _ => None,
    }
}

/// What stands beside stars.
enum Side {
    Blank,
    Mark,
    Letter,
}

impl Side {
    fn of(c: char) -> Self {
        let category = CodePointMapData::<GeneralCategory>::new().get(c);
        if c.is_whitespace() {
            Self::Blank
        } else if GeneralCategoryGroup::Punctuation.union(GeneralCategoryGroup::Symbol).contains(category) {
            Self::Mark
        } else {
            Self::Letter
        }
    }
}

/// Whether it is of a script that has no blanks between words, or is a value, of which that is not known yet.
fn is_written_without_blanks(c: char) -> bool {
    let width = CodePointMapData::<EastAsianWidth>::new().get(c);
    matches!(width, EastAsianWidth::Wide | EastAsianWidth::Fullwidth | EastAsianWidth::Halfwidth)
        || matches!(c, OPEN | CLOSE)
}
