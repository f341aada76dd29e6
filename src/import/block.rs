//! What a text is made of, whichever format it comes from.

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) kind: Kind,
    pub(super) spans: Vec<Span>,
}

/// What a part of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Paragraph,
    /// The title of the whole.
    Title,
    /// From 1 to 6.
    Heading(u8),
    /// An item of a list; `list` tells one list from another.
    Item {
        level: usize,
        marker: Marker,
        list: u64,
    },
}

/// What stands before an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    Bullet,
    Number(u32),
    /// Nothing of Markdown's: what the text has before it, such as `d)`, is its first word.
    Written,
}

/// Text in one form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Span {
    /// Where it has `\n`, a line is broken.
    pub(super) text: String,
    pub(super) form: Form,
    /// Where it leads, as it is written.
    pub(super) link: Option<String>,
}

/// How a text is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Form {
    pub(super) bold: bool,
    pub(super) italic: bool,
}

/// A line of the text's first so many may be its title or its salutation.
const BEGINNING: usize = 12;

/// A subject is no longer, in characters.
const LONGEST_SUBJECT: usize = 200;

impl Block {
    pub(super) fn paragraph(text: impl Into<String>) -> Self {
        Self { kind: Kind::Paragraph, spans: vec![Span { text: text.into(), ..Span::default() }] }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.spans.iter().all(|span| span.text.trim().is_empty())
    }

    /// Its words on one line.
    pub(super) fn line(&self) -> String {
        let text: String = self.spans.iter().map(|span| span.text.as_str()).collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Takes the subject: the title, or a first heading, or a line in capitals near the beginning, or the first line. What
/// stands first in the text is taken out of it, since the subject is shown above a letter; elsewhere it stays. `None`
/// where there is no text.
pub(super) fn take_subject(blocks: &mut Vec<Block>) -> Option<String> {
    let beginning = || blocks.iter().take(BEGINNING);
    let title = beginning().position(|block| block.kind == Kind::Title);
    let heading = || beginning().position(|block| matches!(block.kind, Kind::Heading(_)));
    let capitals = || beginning().position(|block| begins_in_capitals(&block.line()));
    let named = title.or_else(heading).or_else(capitals);
    let at = named.unwrap_or(0);
    let line = blocks.get(at)?.line();
    // A line that goes on is none that stands above a text.
    let stands_alone = named.is_some() || !line.ends_with([',', ':', ';', '.']);
    if at == 0 && stands_alone && line.chars().count() <= LONGEST_SUBJECT {
        blocks.remove(0);
    }
    Some(shortened(&line))
}

/// A line as a subject, cut between words where it is too long.
pub(super) fn shortened(line: &str) -> String {
    let end = line.char_indices().nth(LONGEST_SUBJECT).map_or(line.len(), |(at, _)| at);
    let cut = &line[..end];
    let whole = if end < line.len() { cut.rsplit_once(' ').map_or(cut, |(before, _)| before) } else { cut };
    whole.to_owned()
}

/// Whether a line begins with three words in capitals, as titles do in plain text.
fn begins_in_capitals(line: &str) -> bool {
    let words: Vec<&str> = line.split(' ').take(3).collect();
    let in_capitals = |word: &&str| word.chars().any(char::is_uppercase) && !word.chars().any(char::is_lowercase);
    words.len() == 3 && words.iter().all(in_capitals)
}

/// The line near the beginning that greets the reader: short, and ending with a comma.
pub(super) fn salutation(blocks: &[Block]) -> Option<String> {
    let lines = blocks.iter().take(BEGINNING).filter(|block| block.kind == Kind::Paragraph).map(Block::line);
    let greets = |line: &String| line.ends_with([',', '،', '，']) && line.chars().count() <= 100;
    lines.into_iter().find(greets)
}
