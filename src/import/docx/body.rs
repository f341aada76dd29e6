//! The text of a Word document, paragraph by paragraph.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use quick_xml::events::BytesStart;

use super::found::{Found, NoteName};
use super::numbering::{Counters, Mark, Numbering};
use super::parts::{Relations, Style, Styles, is_on};
use crate::import::ImportError;
use crate::import::block::{Block, Form, Kind, Marker, Span};
use crate::import::package::{Token, attribute, walk};

/// What is no text, or not any more: it is passed over with all that is in it.
const SKIPPED: [&str; 14] = [
    "del",
    "moveFrom",
    "rPrChange",
    "pPrChange",
    "sectPrChange",
    "tblPrChange",
    "trPrChange",
    "tcPrChange",
    "sectPr",
    "drawing",
    "pict",
    "object",
    "Fallback",
    "rt",
];

/// A paragraph that is open.
#[derive(Debug, Default)]
struct Paragraph {
    spans: Vec<Span>,
    style: Style,
    list: Option<String>,
    level: usize,
    outline: Option<u8>,
    /// Its end was deleted: it goes on with the next.
    goes_on: bool,
}

/// What the characters are that come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Words {
    /// The space between elements.
    Between,
    /// Text.
    Shown,
    /// The instruction of a field.
    OfField,
}

/// A field that is open (ECMA-376, part 1, 17.16.18).
#[derive(Debug, Default)]
struct Field {
    instruction: String,
    /// Its result has begun.
    shows: bool,
}

/// What a text names and other parts of the document explain.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named<'d> {
    pub(super) styles: &'d Styles,
    pub(super) numbering: &'d Numbering,
    pub(super) relations: &'d Relations,
}

/// Reads the text.
pub(super) struct Body<'d> {
    named: Named<'d>,
    found: &'d mut Found,
    /// The element of which notes are made, where notes are read.
    note: &'d str,
    open_note: Option<String>,
    blocks: Vec<(Option<String>, Block)>,
    paragraph: Option<Paragraph>,
    /// What a paragraph without an end left for the next.
    left: Vec<Span>,
    form: Form,
    is_hidden: bool,
    words: Words,
    in_run: bool,
    in_paragraph_settings: bool,
    links: Vec<Option<String>>,
    fields: Vec<Field>,
    counters: Counters,
    /// How many elements are open within one that is skipped.
    skipped: usize,
}

impl<'d> Body<'d> {
    /// The blocks of the text.
    pub(super) fn read(xml: &str, named: Named<'d>, found: &'d mut Found) -> Result<Vec<Block>, ImportError> {
        let blocks = Self::walk(xml, "", named, found)?;
        Ok(blocks.into_iter().map(|(_, block)| block).collect())
    }

    /// The blocks of the notes, each with the kind and id of its note.
    pub(super) fn notes(
        xml: &str,
        note: &'d str,
        named: Named<'d>,
        found: &'d mut Found,
    ) -> Result<Vec<(NoteName, Block)>, ImportError> {
        let blocks = Self::walk(xml, note, named, found)?;
        let of_notes = blocks.into_iter().filter_map(|(id, block)| Some(((note.to_owned(), id?), block)));
        Ok(of_notes.filter(|(_, block)| !block.is_empty()).collect())
    }

    fn walk(
        xml: &str,
        note: &'d str,
        named: Named<'d>,
        found: &'d mut Found,
    ) -> Result<Vec<(Option<String>, Block)>, ImportError> {
        let mut body = Self {
            named,
            found,
            note,
            open_note: None,
            blocks: Vec::new(),
            paragraph: None,
            left: Vec::new(),
            form: Form::default(),
            is_hidden: false,
            words: Words::Between,
            in_run: false,
            in_paragraph_settings: false,
            links: Vec::new(),
            fields: Vec::new(),
            counters: Counters::default(),
            skipped: 0,
        };
        walk(xml, |token| {
            match token {
                Token::Start(element) => body.start(element),
                Token::End(name) => body.end(name),
                Token::Text(text) => body.text(text),
            }
            Ok(())
        })?;
        Ok(body.blocks)
    }

    fn start(&mut self, element: &BytesStart<'_>) {
        let name = element.local_name();
        let name = name.as_ref();
        if self.skipped > 0 {
            self.skipped += 1;
            self.found.text_boxes += usize::from(name == "txbxContent");
            return;
        }
        if self.in_paragraph_settings && matches!(name, "del" | "ins") {
            // The mark at the paragraph's end was deleted, or added.
            let paragraph = self.paragraph.get_or_insert_default();
            paragraph.goes_on |= name == "del";
            self.found.changes += 1;
            return;
        }
        if SKIPPED.contains(&name) {
            self.found.changes += usize::from(matches!(name, "del" | "moveFrom"));
            self.found.pictures += usize::from(matches!(name, "drawing" | "pict" | "object"));
            self.found.readings += usize::from(name == "rt");
            self.skipped = 1;
            return;
        }
        let value = || attribute(element, "val");
        match name {
            "p" => self.paragraph = Some(Paragraph { spans: std::mem::take(&mut self.left), ..Paragraph::default() }),
            "pPr" => self.in_paragraph_settings = true,
            "r" => (self.in_run, self.form, self.is_hidden) = (true, Form::default(), false),
            "t" => self.words = Words::Shown,
            "instrText" => self.words = Words::OfField,
            "ins" => self.found.changes += 1,
            "tbl" => self.found.tables += 1,
            "commentReference" => self.found.comments += 1,
            "altChunk" | "subDoc" => self.found.chunks += 1,
            "hyperlink" => {
                let id = attribute(element, "id");
                self.links.push(id.and_then(|id| self.named.relations.target(&id).map(str::to_owned)));
            }
            "fldSimple" => {
                let link = self.field(&attribute(element, "instr").unwrap_or_default());
                self.links.push(link);
            }
            "fldChar" => self.field_mark(&attribute(element, "fldCharType").unwrap_or_default()),
            "footnoteReference" | "endnoteReference" => self.reference(name, attribute(element, "id")),
            "footnote" | "endnote" if name == self.note => self.open_note = attribute(element, "id"),
            _ if self.in_paragraph_settings => self.paragraph_setting(name, value()),
            _ if self.in_run => self.run_content(name, value().as_deref()),
            _ => {}
        }
    }

    fn paragraph_setting(&mut self, name: &str, value: Option<String>) {
        let styles = self.named.styles;
        let paragraph = self.paragraph.get_or_insert_default();
        match (name, value) {
            ("pStyle", Some(id)) => paragraph.style = styles.find(&id),
            ("numId", id) => paragraph.list = id,
            ("ilvl", Some(level)) => paragraph.level = level.parse().unwrap_or_default(),
            ("outlineLvl", Some(level)) => {
                paragraph.outline = level.parse::<u8>().ok().filter(|level| *level < 9).map(|level| level + 1);
            }
            _ => {}
        }
    }

    /// What stands in a run: its settings, and what is not text but reads as some.
    fn run_content(&mut self, name: &str, value: Option<&str>) {
        match name {
            "b" => self.form.bold = is_on(value),
            "i" => self.form.italic = is_on(value),
            "vanish" | "webHidden" if is_on(value) => self.is_hidden = true,
            "rStyle" => {
                let style = self.named.styles.find(value.unwrap_or_default());
                self.form.bold |= style.bold.unwrap_or_default();
                self.form.italic |= style.italic.unwrap_or_default();
            }
            "u" if is_on(value) && self.links.iter().all(Option::is_none) => self.found.settings += 1,
            "strike" | "dstrike" if is_on(value) => self.found.settings += 1,
            "vertAlign" if value != Some("baseline") && self.note.is_empty() => self.found.settings += 1,
            "tab" => self.push(" "),
            "br" | "cr" => self.push("\n"),
            "noBreakHyphen" => self.push("\u{2011}"),
            "softHyphen" => self.push("\u{ad}"),
            "sym" => self.found.symbols += 1,
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        match name {
            "p" => self.end_paragraph(),
            "pPr" => self.in_paragraph_settings = false,
            "r" => self.in_run = false,
            "t" | "instrText" => self.words = Words::Between,
            "hyperlink" | "fldSimple" => {
                self.links.pop();
            }
            "footnote" | "endnote" if name == self.note => self.open_note = None,
            _ => {}
        }
    }

    fn end_paragraph(&mut self) {
        let Some(paragraph) = self.paragraph.take() else { return };
        if paragraph.goes_on {
            self.left = paragraph.spans;
            return;
        }
        let heading = paragraph.outline.or(paragraph.style.heading);
        let list = paragraph.list.or(paragraph.style.list).filter(|id| id != "0");
        let is_item = !paragraph.style.is_title && heading.is_none();
        let mark = list.as_ref().filter(|_| is_item);
        let mark = mark.and_then(|list| self.counters.next(self.named.numbering, list, paragraph.level));
        let marker = mark.as_ref().map(|mark| mark.marker);
        let counts = |list: &String| self.counters.next(self.named.numbering, list, paragraph.level);
        let is_numbered = |mark: &Mark| mark.marker != Marker::Bullet;
        if heading.is_some() && list.as_ref().and_then(counts).as_ref().is_some_and(is_numbered) {
            self.found.numbered_headings += 1;
        }
        let kind = match (paragraph.style.is_title, heading, marker, list) {
            (true, ..) => Kind::Title,
            (_, Some(level), ..) => Kind::Heading(level),
            (_, _, Some(marker), Some(list)) => {
                let mut hasher = DefaultHasher::new();
                list.hash(&mut hasher);
                Kind::Item { level: paragraph.level, marker, list: hasher.finish() }
            }
            _ => Kind::Paragraph,
        };
        // A whole heading is bold as it is.
        let mut spans = paragraph.spans;
        if matches!(kind, Kind::Title | Kind::Heading(_)) {
            for span in &mut spans {
                span.form = Form::default();
            }
        }
        if let Some(mark) = mark.filter(|mark| mark.marker == Marker::Written && !mark.written.trim().is_empty()) {
            self.found.signs += usize::from(mark.is_another);
            spans.insert(0, Span { text: format!("{} ", mark.written.trim()), ..Span::default() });
        }
        self.blocks.push((self.open_note.clone(), Block { kind, spans }));
    }

    fn text(&mut self, text: &str) {
        if self.skipped > 0 {
            return;
        }
        match self.words {
            Words::Between => {}
            // In the text of a run a line break is a space.
            Words::Shown => self.push(&text.replace(['\n', '\r', '\t'], " ")),
            Words::OfField => {
                if let Some(field) = self.fields.last_mut().filter(|field| !field.shows) {
                    field.instruction.push_str(text);
                }
            }
        }
    }

    fn push(&mut self, text: &str) {
        if self.in_paragraph_settings || self.fields.iter().any(|field| !field.shows) {
            return;
        }
        if self.is_hidden {
            self.found.hidden += usize::from(text.chars().any(char::is_alphanumeric));
            return;
        }
        let of_field = self.fields.iter().rev().find_map(|field| hyperlink(&field.instruction));
        let link = self.links.iter().rev().flatten().next().cloned().or(of_field);
        let Some(paragraph) = &mut self.paragraph else { return };
        paragraph.spans.push(Span { text: text.to_owned(), form: self.form, link });
    }

    fn field_mark(&mut self, kind: &str) {
        match kind {
            "begin" => self.fields.push(Field::default()),
            "separate" => {
                if let Some(field) = self.fields.last_mut() {
                    field.shows = true;
                    let instruction = field.instruction.clone();
                    self.field(&instruction);
                }
            }
            "end" => {
                self.fields.pop();
            }
            _ => {}
        }
    }

    /// Takes note of a field, and says where it leads if it is a link.
    fn field(&mut self, instruction: &str) -> Option<String> {
        self.found.fields += usize::from(instruction.trim_start().starts_with("MERGEFIELD"));
        hyperlink(instruction)
    }

    fn reference(&mut self, name: &str, id: Option<String>) {
        let kind = name.trim_end_matches("Reference");
        self.found.notes.push((kind.to_owned(), id.unwrap_or_default()));
        let mark = format!("[{}]", self.found.notes.len());
        self.form = Form::default();
        self.push(&mark);
    }
}

/// Where a field leads: `HYPERLINK "https://example.org"`.
fn hyperlink(instruction: &str) -> Option<String> {
    let target = instruction.trim_start().strip_prefix("HYPERLINK")?.trim_start();
    target.strip_prefix('"')?.split('"').next().map(str::to_owned)
}
