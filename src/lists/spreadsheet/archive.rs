//! Bounds on a spreadsheet before it is read: what it unfolds to is measured first, so that a small file cannot fill
//! the memory, and one that is cut off cannot be waited for without end.

use std::fs::File;
use std::io::{self, BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::sheet_limits::{LARGEST_FILE, MOST_CELLS, MOST_PARTS, MOST_ROWS, SheetError, WIDEST_ROW};

/// Measures what a zip file unfolds to, `most` bytes being allowed, and checks its parts' checksums on the way.
pub(super) fn measure(file: &File, most: u64) -> Result<(), SheetError> {
    if file.metadata()?.len() > LARGEST_FILE {
        return Err(SheetError::LargeFile);
    }
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| SheetError::damaged(&error))?;
    if archive.len() > MOST_PARTS {
        return Err(SheetError::ManyParts);
    }
    let mut left = most;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|error| SheetError::damaged(&error))?;
        // What the directory of the archive says of the size is no more than a claim: the bytes are counted.
        let read = io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(|error| SheetError::damaged(&error))?;
        left = left.checked_sub(read).ok_or(SheetError::LargeContent(most))?;
    }
    Ok(())
}

/// Measures how many cells an `.ods` spreadsheet unfolds to, its repeated rows and cells counted (ODF 1.3, part 3,
/// 19.675 and 19.678), and checks that every element of it is closed.
pub(super) fn measure_open_document(file: &File) -> Result<(), SheetError> {
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| SheetError::damaged(&error))?;
    if let Ok(manifest) = archive.by_name("META-INF/manifest.xml") {
        let mut text = Vec::new();
        manifest.take(1024 * 1024).read_to_end(&mut text)?;
        if text.windows(15).any(|part| part == b"encryption-data") {
            return Err(SheetError::Protected);
        }
    }
    let content = archive.by_name("content.xml").map_err(|error| SheetError::damaged(&error))?;
    let mut reader = Reader::from_reader(BufReader::new(content));
    let mut buffer = Vec::new();
    let mut depth = 0_u64;
    let mut extent = Extent::default();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|error| SheetError::damaged(&error))? {
            Event::Start(element) => {
                depth += 1;
                extent.begin(&element)?;
            }
            Event::Empty(element) => {
                extent.begin(&element)?;
                extent.end(element.name().as_ref())?;
            }
            Event::End(element) => {
                depth = depth.saturating_sub(1);
                extent.end(element.name().as_ref())?;
            }
            Event::Eof if depth == 0 => return Ok(()),
            Event::Eof => return Err(SheetError::damaged(&"its content ends too early")),
            _ => {}
        }
    }
}

/// How far the tables of an `.ods` spreadsheet reach; the empty rows and cells after the last filled one do not count.
#[derive(Debug, Default)]
struct Extent {
    /// Filled cells of the row, and the empty ones before them.
    row: u64,
    empty_cells: u64,
    row_repeated: u64,
    /// Rows of the table up to the last that has a filled cell.
    rows: u64,
    empty_rows: u64,
    width: u64,
    /// Cells of all rows, not repeated.
    cells: u64,
    /// Cells of the tables before this one.
    before: u64,
}

impl Extent {
    fn begin(&mut self, element: &BytesStart<'_>) -> Result<(), SheetError> {
        match element.name().as_ref() {
            "table:table" => {
                self.before = self.total();
                (self.rows, self.empty_rows, self.width) = (0, 0, 0);
            }
            "table:table-row" => {
                self.row_repeated = repeated(element, "table:number-rows-repeated")?;
                (self.row, self.empty_cells) = (0, 0);
            }
            "table:table-cell" | "table:covered-table-cell" => {
                let count = repeated(element, "table:number-columns-repeated")?;
                let filled = element.attributes().flatten().any(|attribute| {
                    let key = attribute.key.as_ref();
                    key.starts_with("office:") || key == "table:formula"
                });
                if filled {
                    self.row = self.row.saturating_add(self.empty_cells).saturating_add(count);
                    self.empty_cells = 0;
                } else {
                    self.empty_cells = self.empty_cells.saturating_add(count);
                }
            }
            _ => {}
        }
        if self.row > WIDEST_ROW as u64 {
            return Err(SheetError::WideRow);
        }
        Ok(())
    }

    fn end(&mut self, element: &str) -> Result<(), SheetError> {
        if element != "table:table-row" {
            return Ok(());
        }
        if self.row == 0 {
            self.empty_rows = self.empty_rows.saturating_add(self.row_repeated);
            return Ok(());
        }
        self.rows = self.rows.saturating_add(self.empty_rows).saturating_add(self.row_repeated);
        self.empty_rows = 0;
        self.width = self.width.max(self.row);
        self.cells += self.row;
        if self.rows > MOST_ROWS || self.total().saturating_add(self.cells) > MOST_CELLS {
            return Err(SheetError::ManyCells);
        }
        Ok(())
    }

    fn total(&self) -> u64 {
        self.before.saturating_add(self.rows.saturating_mul(self.width))
    }
}

/// How often a row or cell is repeated: once where nothing is said.
fn repeated(element: &BytesStart<'_>, name: &str) -> Result<u64, SheetError> {
    let attribute = element.try_get_attribute(name).map_err(|error| SheetError::damaged(&error))?;
    match attribute {
        None => Ok(1),
        Some(attribute) => {
            let count: &str = attribute.value.as_ref();
            count.parse().map_err(|_| SheetError::Damaged(format!("`{}` is no number of cells", super::shown(count))))
        }
    }
}
