//! The cells of an `.xlsx` worksheet (ECMA-376 part 1, 18.3).

use std::io::BufRead;

use quick_xml::events::{BytesStart, Event};

use super::archive::Archive;
use super::cell::{Cell, Formula, Value};
use super::grid::{Grid, Visibility};
use super::limits::{MOST_COLUMNS, MOST_MERGED, SheetError, shortened};
use super::merged::{Area, Merged};
use super::shown;
use super::strings::{read_rich_text, unescape};
use super::workbook::Workbook;
use super::xml::{Xml, attribute, flag, is_true};

/// Reads the cells of a worksheet.
pub(super) fn read(archive: &mut Archive, book: &Workbook, part: &str) -> Result<(Grid, Merged), SheetError> {
    let mut reader = Worksheet {
        xml: archive.xml(part)?,
        book,
        grid: Grid::default(),
        merged: Merged::default(),
        rows_hidden: false,
        line: 0,
        content: Content::default(),
    };
    reader.read()?;
    reader.grid.sort();
    Ok((reader.grid, reader.merged))
}

/// Whether a cell of a worksheet has anything in it.
pub(super) fn has_cells(archive: &mut Archive, part: &str) -> Result<bool, SheetError> {
    let mut xml = archive.xml(part)?;
    loop {
        match xml.next()? {
            Event::Start(element) if matches!(element.local_name().as_ref(), "v" | "is" | "f") => return Ok(true),
            Event::End(element) if element.local_name().as_ref() == "sheetData" => return Ok(false),
            Event::Eof => return Ok(false),
            _ => {}
        }
    }
}

struct Worksheet<'a, R> {
    xml: Xml<R>,
    book: &'a Workbook,
    grid: Grid,
    merged: Merged,
    /// Whether rows that do not say so are hidden.
    rows_hidden: bool,
    /// The number of the row that was begun last.
    line: u64,
    content: Content,
}

/// What stands in the cell that is being read. The text is kept from cell to cell: there may be millions.
#[derive(Debug, Default)]
struct Content {
    text: String,
    source: Source,
    has_formula: bool,
}

/// Where the text of a cell stands.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// There is none.
    #[default]
    None,
    /// In `v`.
    Value,
    /// In `is`, with its runs.
    Inline,
}

/// What the tag of a cell says.
struct Head {
    column: usize,
    style: usize,
    kind: Kind,
}

/// What a cell says its value is (ECMA-376 part 1, 18.18.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    /// The number of a shared text.
    Shared,
    Text,
    Bool,
    Error,
    Date,
}

impl Kind {
    fn of(name: &str) -> Self {
        match name {
            "s" => Self::Shared,
            "str" | "inlineStr" => Self::Text,
            "b" => Self::Bool,
            "e" => Self::Error,
            "d" => Self::Date,
            _ => Self::Number,
        }
    }
}

impl<R: BufRead> Worksheet<'_, R> {
    fn read(&mut self) -> Result<(), SheetError> {
        loop {
            match self.xml.next()? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "sheetFormatPr" => self.rows_hidden = flag(&element, "zeroHeight")?,
                    "row" => {
                        let (line, visibility) = row_head(&element, self.line, self.rows_hidden)?;
                        self.line = line;
                        self.grid.begin_row(line, 1, visibility);
                        self.read_row()?;
                        self.grid.end_row()?;
                    }
                    "mergeCell" => {
                        let area = attribute(&element, "ref")?.as_deref().and_then(area);
                        self.merged.extend(area);
                        if self.merged.len() > MOST_MERGED {
                            return Err(SheetError::ManyCells);
                        }
                    }
                    _ => {}
                },
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    /// Reads the cells of the row that has just begun.
    fn read_row(&mut self) -> Result<(), SheetError> {
        let mut next = 0;
        loop {
            match self.xml.next()? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "c" => {
                        let head = cell_head(&element, next)?;
                        next = head.column + 1;
                        self.read_cell(&head)?;
                    }
                    _ => self.xml.skip()?,
                },
                Event::End(_) => return Ok(()),
                Event::Eof => return Err(SheetError::damaged(&"its content ends too early")),
                _ => {}
            }
        }
    }

    fn read_cell(&mut self, head: &Head) -> Result<(), SheetError> {
        self.content.text.clear();
        (self.content.source, self.content.has_formula) = (Source::None, false);
        loop {
            match self.xml.next()? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "v" if self.content.source == Source::None => {
                        self.content.source = Source::Value;
                        self.xml.text(&mut self.content.text)?;
                    }
                    "is" => {
                        self.content.source = Source::Inline;
                        self.content.text.clear();
                        read_rich_text(&mut self.xml, &mut self.content.text)?;
                    }
                    "f" => {
                        self.content.has_formula = true;
                        self.xml.skip()?;
                    }
                    _ => self.xml.skip()?,
                },
                Event::End(_) => break,
                Event::Eof => return Err(SheetError::damaged(&"its content ends too early")),
                _ => {}
            }
        }
        let text = self.content.text.as_str();
        let unescaped;
        let value = match (self.content.source, head.kind) {
            (Source::None, _) => Value::Absent,
            (Source::Inline, _) => Value::Text(text),
            (Source::Value, Kind::Text) => {
                unescaped = unescape(text);
                Value::Text(&unescaped)
            }
            // A text without characters is a text. Any other value is none without them.
            (Source::Value, _) if text.trim().is_empty() => Value::Absent,
            (Source::Value, Kind::Shared) => Value::Text(self.shared(text)?),
            (Source::Value, Kind::Bool) => match text.trim() {
                "1" | "true" | "TRUE" => Value::Bool(true),
                "0" | "false" | "FALSE" => Value::Bool(false),
                other => Value::Text(other),
            },
            (Source::Value, Kind::Error) => Value::Error(text.trim()),
            (Source::Value, Kind::Date) => Value::Date(text.trim()),
            (Source::Value, Kind::Number) => number(text).map_or(Value::Text(text), Value::Number),
        };
        let formula = match (self.content.has_formula, self.book.stale) {
            (false, _) => Formula::No,
            (true, false) => Formula::Yes,
            (true, true) => Formula::Stale,
        };
        let cell = Cell { value, formula, style: head.style, text: None };
        let (text, mark) = shown::show(&cell, &self.book.formats).marked(&cell);
        self.grid.put(head.column, 1, &text, mark)
    }

    fn shared(&self, number: &str) -> Result<&str, SheetError> {
        let text = number.trim().parse().ok().and_then(|number| self.book.strings.get(number));
        text.ok_or_else(|| SheetError::Damaged(format!("there is no text {}", shortened(number))))
    }
}

/// The number that a text is; `nan` is a name.
fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// The number of a row, and whether it is seen.
fn row_head(element: &BytesStart<'_>, before: u64, usually_hidden: bool) -> Result<(u64, Visibility), SheetError> {
    let (mut line, mut hidden, mut height) = (before + 1, None, None);
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| SheetError::damaged(&error))?;
        let value: &str = attribute.value.as_ref();
        match attribute.key.local_name().as_ref() {
            "r" => line = value.trim().parse().map_err(|_| SheetError::damaged(&"a row has no number"))?,
            "hidden" => hidden = Some(is_true(value)),
            "ht" => height = value.trim().parse::<f64>().ok(),
            _ => {}
        }
    }
    // A row without height is seen by nobody, whatever hid it.
    let is_hidden = hidden.unwrap_or(usually_hidden) || height == Some(0.0);
    Ok((line, if is_hidden { Visibility::Hidden } else { Visibility::Visible }))
}

/// Where a cell stands and how it is to be read; `next` is the column after the cell before.
fn cell_head(element: &BytesStart<'_>, next: usize) -> Result<Head, SheetError> {
    let mut head = Head { column: next, style: 0, kind: Kind::Number };
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| SheetError::damaged(&error))?;
        let value: &str = attribute.value.as_ref();
        match attribute.key.local_name().as_ref() {
            "r" => {
                head.column = position(value).map(|(_, column)| column).ok_or_else(|| no_position(value))?;
            }
            "s" => head.style = value.trim().parse().unwrap_or_default(),
            "t" => head.kind = Kind::of(value.trim()),
            _ => {}
        }
    }
    Ok(head)
}

fn no_position(text: &str) -> SheetError {
    SheetError::Damaged(format!("`{}` is no cell", shortened(text)))
}

/// Row, from 1, and column, from 0, of a cell such as `$B$12`.
fn position(text: &str) -> Option<(u64, usize)> {
    let text = text.trim().trim_start_matches('$');
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = text.split_at_checked(letters)?;
    let digits = digits.trim_start_matches('$');
    let mut column = 0_usize;
    for letter in letters.bytes() {
        column = column * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1;
        if column > MOST_COLUMNS {
            return None;
        }
    }
    Some((digits.parse().ok().filter(|row| *row > 0)?, column.checked_sub(1)?))
}

/// The cells of `B2:B3`.
fn area(text: &str) -> Option<Area> {
    let (first, last) = text.split_once(':').unwrap_or((text, text));
    let ((top, left), (bottom, right)) = (position(first)?, position(last)?);
    Some(Area { top, bottom, left, right })
}
