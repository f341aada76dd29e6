//! What a document has that its text cannot keep.

use crate::import::lost::told;

/// The kind and id of a note.
pub(super) type NoteName = (String, String);

/// What was met in a document and is not in its text.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The notes that the text names, by kind and id, in its order.
    pub(super) notes: Vec<NoteName>,
    pub(super) pictures: usize,
    pub(super) text_boxes: usize,
    pub(super) tables: usize,
    pub(super) comments: usize,
    pub(super) changes: usize,
    pub(super) hidden: usize,
    pub(super) symbols: usize,
    pub(super) fields: usize,
    pub(super) settings: usize,
    pub(super) readings: usize,
    pub(super) chunks: usize,
    pub(super) signs: usize,
    pub(super) numbered_headings: usize,
}

impl Found {
    /// What the reader should know, one sentence each.
    pub(super) fn lost(&self) -> Vec<String> {
        told([
            (self.pictures, PICTURES[0], PICTURES[1]),
            (self.chunks, CHUNKS[0], CHUNKS[1]),
            (self.text_boxes, "text box", "text boxes"),
            (self.tables, "table: its cells are paragraphs now", "tables: their cells are paragraphs now"),
            (self.comments, "comment", "comments"),
            (self.changes, "tracked change: it is taken as accepted", "tracked changes: they are taken as accepted"),
            (self.hidden, "piece of hidden text", "pieces of hidden text"),
            (self.symbols, "symbol that only one font has", "symbols that only one font has"),
            (
                self.readings,
                "reading above words (ruby): the words are there",
                "readings above words (ruby): the words are there",
            ),
            (
                self.signs,
                "item of a list that counts in other signs: it has a number now",
                "items of lists that count in other signs: they have numbers now",
            ),
            (
                self.numbered_headings,
                "number before a heading: write it there, if the letter speaks of it",
                "numbers before headings: write them there, if the letter speaks of them",
            ),
            (self.fields, FIELDS[0], FIELDS[1]),
            (self.settings, SETTINGS[0], SETTINGS[1]),
        ])
    }

    /// Whether some of the text is in another file.
    pub(super) fn is_elsewhere(&self) -> bool {
        self.chunks > 0
    }
}

const PICTURES: [&str; 2] = [
    "picture: attach it, or name it as `header` in campaign.toml",
    "pictures: attach them, or name one as `header` in campaign.toml",
];
const CHUNKS: [&str; 2] = [
    "part of the text, which is in another file within it (altChunk): open it in Word, save it anew, and take that",
    "parts of the text, which are in other files within it (altChunk): open it in Word, save it anew, and take that",
];
const FIELDS: [&str; 2] = [
    "mail-merge field: its words are there; write `{{recipient.column}}` instead",
    "mail-merge fields: their words are there; write `{{recipient.column}}` instead",
];
const SETTINGS: [&str; 2] = [
    "passage that is underlined, struck through, raised or lowered: it is plain now",
    "passages that are underlined, struck through, raised or lowered: they are plain now",
];
