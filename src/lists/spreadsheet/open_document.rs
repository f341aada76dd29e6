//! The cells of an `OpenDocument` spreadsheet, packed (`.ods`) or flat (`.fods`), of every version (ODF 1.3 part 3, 9).

use std::io::BufRead;

use quick_xml::events::{BytesStart, Event};

use super::archive::Archive;
use super::cell::{Cell, Formula, Value};
use super::formats::Formats;
use super::grid::{Grid, Visibility};
use super::limits::{MOST_MERGED, SheetError, shortened};
use super::merged::{Area, Merged};
use super::open_styles::{HiddenStyles, Styled};
use super::paragraph::read_paragraph;
use super::sheets::{Book, SheetName};
use super::shown;
use super::xml::{Xml, attribute};
use crate::lists::errors;

/// The sheets of a spreadsheet, and the cells of one.
#[derive(Default)]
pub(super) struct Tables {
    /// All sheets, and whether they have anything in them.
    pub(super) sheets: Vec<(SheetName, bool)>,
    pub(super) grid: Grid,
    pub(super) merged: Merged,
}

impl Tables {
    /// The spreadsheet, of which the sheet with a number was read.
    pub(super) fn into_book(self, chosen: usize) -> Book {
        let mut book = Book { sheet: String::new(), grid: self.grid, merged: self.merged, others: Vec::new() };
        book.grid.sort();
        for (at, (sheet, filled)) in self.sheets.into_iter().enumerate() {
            if at == chosen {
                book.sheet = sheet.name;
            } else if filled {
                book.others.push(sheet);
            }
        }
        book
    }
}

/// Whether a packed spreadsheet has a password (ODF 1.3 part 2, 4.4).
pub(super) fn is_encrypted(archive: &mut Archive) -> Result<bool, SheetError> {
    const MANIFEST: &str = "META-INF/manifest.xml";
    if !archive.has(MANIFEST) {
        return Ok(false);
    }
    let mut xml = archive.xml(MANIFEST)?;
    loop {
        match xml.next()? {
            Event::Start(element) if element.local_name().as_ref() == "encryption-data" => return Ok(true),
            Event::Eof => return Ok(false),
            _ => {}
        }
    }
}

/// Reads the sheets of a document; the cells of the one with a number, as far as one is given.
pub(super) fn read<R: BufRead>(xml: Xml<R>, wanted: Option<usize>) -> Result<Tables, SheetError> {
    let mut reader = Reader {
        xml,
        hidden: HiddenStyles::default(),
        tables: Tables::default(),
        wanted,
        line: 0,
        styles_cells: false,
        text: String::new(),
    };
    reader.read()?;
    Ok(reader.tables)
}

struct Reader<R> {
    xml: Xml<R>,
    hidden: HiddenStyles,
    tables: Tables,
    wanted: Option<usize>,
    /// The number of the row after the one that was read last.
    line: u64,
    /// Whether a column or row of the table gives its cells a style.
    styles_cells: bool,
    /// The text of the cell that is being read.
    text: String,
}

/// What the tag of a cell says.
#[derive(Default)]
struct Head {
    /// How many cells are like this one.
    times: usize,
    /// How many rows and columns it is merged over.
    rows: u64,
    columns: usize,
    kind: String,
    /// The value of a number, a date, a time or a boolean; the text, where it stands here.
    value: Option<String>,
    string: Option<String>,
    is_error: bool,
    has_formula: bool,
    /// Whether it has a style of its own, and so may have a number format.
    has_style: bool,
}

impl<R: BufRead> Reader<R> {
    fn read(&mut self) -> Result<(), SheetError> {
        loop {
            match self.xml.next()? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "style" | "table-properties" | "table-row-properties" => self.hidden.see(&element)?,
                    // Tables of these are none of the sheets.
                    "tracked-changes" | "dde-links" | "master-styles" | "settings" | "scripts" => self.xml.skip()?,
                    "table" => {
                        let name = attribute(&element, "name")?.unwrap_or_default();
                        let hidden = self.hidden.hides(Styled::Table, &element)?;
                        let is_wanted = self.wanted == Some(self.tables.sheets.len());
                        let filled = if is_wanted { self.read_table()? } else { self.pass_over_table()? };
                        self.tables.sheets.push((SheetName { name, hidden }, filled));
                    }
                    _ => {}
                },
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    /// Passes over the table that has just begun; whether it has anything in it.
    fn pass_over_table(&mut self) -> Result<bool, SheetError> {
        let (mut depth, mut filled) = (1_u32, false);
        while depth > 0 {
            match self.xml.next()? {
                Event::Start(element) => {
                    depth += 1;
                    filled |= match element.local_name().as_ref() {
                        "table-cell" => cell_head(&element)?.is_filled(),
                        "p" => true,
                        "shapes" | "forms" | "annotation" => {
                            self.xml.skip()?;
                            depth -= 1;
                            false
                        }
                        _ => false,
                    };
                }
                Event::End(_) => depth -= 1,
                _ => {}
            }
        }
        Ok(filled)
    }

    /// Reads the rows of the table that has just begun; whether it has anything in it.
    fn read_table(&mut self) -> Result<bool, SheetError> {
        self.line = 1;
        self.styles_cells = false;
        // The groups of rows around the next row, and whether each is folded.
        let mut folded = Vec::new();
        loop {
            match self.xml.next()? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "table-column" => {
                        self.styles_cells |= attribute(&element, "default-cell-style-name")?.is_some();
                        self.xml.skip()?;
                    }
                    "table-columns"
                    | "table-header-columns"
                    | "table-column-group"
                    | "table-header-rows"
                    | "table-rows" => {
                        folded.push(false);
                    }
                    "table-row-group" => folded.push(attribute(&element, "display")?.as_deref() == Some("false")),
                    "table-row" => {
                        self.styles_cells |= attribute(&element, "default-cell-style-name")?.is_some();
                        let is_hidden = folded.contains(&true)
                            || attribute(&element, "visibility")?.is_some_and(|value| value != "visible")
                            || self.hidden.hides(Styled::Row, &element)?;
                        let times = repeated(&element, "number-rows-repeated")?;
                        let visibility = if is_hidden { Visibility::Hidden } else { Visibility::Visible };
                        self.tables.grid.begin_row(self.line, times, visibility);
                        self.read_row()?;
                        self.tables.grid.end_row()?;
                        self.line = self.line.saturating_add(times);
                    }
                    _ => self.xml.skip()?,
                },
                Event::End(_) if folded.pop().is_none() => return Ok(!self.tables.grid.rows().is_empty()),
                Event::Eof => return Err(SheetError::damaged(&"its content ends too early")),
                _ => {}
            }
        }
    }

    /// Reads the cells of the row that has just begun.
    fn read_row(&mut self) -> Result<(), SheetError> {
        let mut column = 0_usize;
        loop {
            match self.xml.next()? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "table-cell" | "covered-table-cell" => {
                        let head = cell_head(&element)?;
                        self.read_cell(column, &head)?;
                        column = column.saturating_add(head.times);
                    }
                    _ => self.xml.skip()?,
                },
                Event::End(_) => return Ok(()),
                Event::Eof => return Err(SheetError::damaged(&"its content ends too early")),
                _ => {}
            }
        }
    }

    fn read_cell(&mut self, column: usize, head: &Head) -> Result<(), SheetError> {
        self.text.clear();
        let mut paragraphs = 0;
        loop {
            match self.xml.next()? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "p" => {
                        if paragraphs > 0 {
                            self.text.push('\n');
                        }
                        paragraphs += 1;
                        read_paragraph(&mut self.xml, &mut self.text)?;
                    }
                    // Comments and pictures.
                    _ => self.xml.skip()?,
                },
                Event::End(_) => break,
                Event::Eof => return Err(SheetError::damaged(&"its content ends too early")),
                _ => {}
            }
        }
        if head.rows > 1 || head.columns > 1 {
            let bottom = self.line.saturating_add(head.rows.saturating_sub(1));
            let right = column.saturating_add(head.columns.saturating_sub(1));
            self.tables.merged.extend([Area { top: self.line, bottom, left: column, right }]);
            if self.tables.merged.len() > MOST_MERGED {
                return Err(SheetError::ManyCells);
            }
        }
        // Some programs write a zero without its text. A cell without a style has no format that could hide it.
        let is_shown = !self.text.is_empty() || head.has_style || self.styles_cells || !head.is_number();
        let cell = head.cell((paragraphs > 0 && is_shown).then_some(self.text.as_str()));
        let (text, mark) = shown::show(&cell, &Formats::default()).marked(&cell);
        self.tables.grid.put(column, head.times, &text, mark)
    }
}

impl Head {
    /// Whether a cell with such a tag has anything in it, whatever its text.
    fn is_filled(&self) -> bool {
        self.has_formula || self.value.is_some() || self.string.as_ref().is_some_and(|text| !text.is_empty())
    }

    fn is_number(&self) -> bool {
        matches!(self.kind.as_str(), "float" | "percentage" | "currency")
    }

    /// The cell, with the text that stands in it.
    fn cell<'a>(&'a self, text: Option<&'a str>) -> Cell<'a> {
        let formula = if self.has_formula { Formula::Yes } else { Formula::No };
        Cell { value: self.value(text), formula, style: 0, text }
    }

    fn value<'a>(&'a self, text: Option<&'a str>) -> Value<'a> {
        let stored = self.value.as_deref().map(str::trim).filter(|value| !value.is_empty());
        if self.is_error {
            return Value::Error(text.filter(|text| !text.is_empty()).unwrap_or("#N/A"));
        }
        // Some programs write an error as a number.
        if let Some(error) = text.map(str::trim).filter(|text| errors::is_error(text)) {
            return Value::Error(error);
        }
        match (self.kind.as_str(), stored) {
            ("float" | "percentage" | "currency", Some(value)) => match value.parse::<f64>() {
                Ok(number) if number.is_finite() => Value::Number(number),
                _ => Value::Text(value),
            },
            ("boolean", Some(value)) => Value::Bool(value == "true"),
            ("date", Some(value)) => Value::Date(value),
            ("time", Some(value)) => Value::Time(value),
            ("float" | "percentage" | "currency" | "boolean" | "date" | "time", None) if self.has_formula => {
                Value::Absent
            }
            _ => text.or(self.string.as_deref()).map_or(Value::Absent, Value::Text),
        }
    }
}

fn cell_head(element: &BytesStart<'_>) -> Result<Head, SheetError> {
    let mut head = Head { times: 1, rows: 1, columns: 1, ..Head::default() };
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| SheetError::damaged(&error))?;
        let value = quick_xml::escape::unescape(&attribute.value).map_err(|error| SheetError::damaged(&error))?;
        match attribute.key.local_name().as_ref() {
            // LibreOffice says so beside the type that the standard has.
            "value-type" if value == "error" => head.is_error = true,
            "value-type" if head.kind.is_empty() => head.kind = value.into_owned(),
            "value" | "date-value" | "time-value" | "boolean-value" => head.value = Some(value.into_owned()),
            "string-value" => head.string = Some(value.into_owned()),
            "formula" => head.has_formula = true,
            "style-name" => head.has_style = true,
            "number-columns-repeated" => head.times = usize::try_from(number(&value)?).unwrap_or(usize::MAX),
            "number-columns-spanned" => head.columns = usize::try_from(number(&value)?).unwrap_or(usize::MAX),
            "number-rows-spanned" => head.rows = number(&value)?,
            _ => {}
        }
    }
    Ok(head)
}

/// How often a row is repeated: once where nothing is said.
fn repeated(element: &BytesStart<'_>, name: &str) -> Result<u64, SheetError> {
    attribute(element, name)?.map_or(Ok(1), |count| number(&count))
}

fn number(count: &str) -> Result<u64, SheetError> {
    let wrong = || SheetError::Damaged(format!("`{}` is no number of cells", shortened(count)));
    count.trim().parse().map_err(|_| wrong())
}
