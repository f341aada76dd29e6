//! The rows of a spreadsheet: of one sheet, every cell as a person sees it, with what is to be said of it.
//!
//! A file is read in one way: its parts (`archive`), their XML (`xml`), the cells as they are stored (`xlsx`,
//! `open_document` make `cell`s), what a person sees of each (`shown`, by its `number_format`), and the rows, packed
//! (`grid`) and unpacked one by one (`rows`). Nothing is decided here about what a list may hold: formulas without a
//! value, errors, hidden rows and merged cells come out with the rows.

mod archive;
mod cell;
mod formats;
mod grid;
mod limits;
mod merged;
mod number_format;
mod open_document;
mod open_styles;
mod paragraph;
mod rows;
mod sheets;
mod shown;
mod strings;
mod workbook;
mod xlsx;
mod xml;

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use crate::model::{Fault, Faults, MergedCells, Place};

use super::origin::Origin;
use super::other_kinds;
use archive::Archive;
use limits::{LARGEST_CONTENT, SheetError};
use sheets::{Book, choose};
use workbook::Workbook;
use xml::Xml;

pub(super) use rows::SheetRows;
pub(super) use sheets::Wanted;

/// A format of spreadsheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Office Open XML (ECMA-376).
    Xlsx,
    /// `OpenDocument` 1.0 to 1.3, a zip file.
    Ods,
    /// `OpenDocument` in one XML file.
    Fods,
}

/// The cells of a sheet.
pub(super) struct Sheet {
    pub(super) rows: SheetRows,
    pub(super) origin: Origin,
    /// The other sheets that have something in them, by their names.
    pub(super) others: Vec<String>,
}

impl Kind {
    /// The format of a file by its name; `None` for a text file. What is in the file must agree.
    pub(super) fn of(name: &str, mut file: &File) -> Result<Option<Self>, Fault> {
        let mut start = [0; 4];
        // A file with fewer bytes is no spreadsheet; what else is wrong with it shows when it is read.
        let read = file.read(&mut start).unwrap_or_default();
        let (zip, compound) = (start == *b"PK\x03\x04", start == [0xD0, 0xCF, 0x11, 0xE0]);
        let refused = |why: &str| Err(Fault::error(Place::file(name), format!("`{name}` {why}")));
        if let Some(why) = other_kinds::named(name, file) {
            return refused(&why);
        }
        let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase());
        match extension.as_deref() {
            Some("xlsx") if zip => Ok(Some(Self::Xlsx)),
            Some("ods") if zip => Ok(Some(Self::Ods)),
            Some("fods") if !zip && !compound && read > 0 => Ok(Some(Self::Fods)),
            Some("xlsx" | "ods" | "fods") if read == 0 => refused("is empty; write the list into it"),
            Some("xlsx" | "ods" | "fods") => {
                refused("is not a spreadsheet, whatever its name; save it anew, or name it .csv")
            }
            _ if zip => refused("is not a text file; name a spreadsheet .xlsx or .ods"),
            _ => Ok(None),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Ods => "ods",
            Self::Fods => "fods",
        }
    }
}

/// Reads a sheet of a spreadsheet.
pub(super) fn read(
    name: &str,
    kind: Kind,
    file: File,
    wanted: Wanted<'_>,
    merged_cells: MergedCells,
) -> Result<Sheet, Faults> {
    let read = match kind {
        Kind::Xlsx => read_xlsx(file, wanted),
        Kind::Ods => read_ods(file, wanted),
        Kind::Fods => read_fods(file, wanted),
    };
    let book = read.map_err(|error| {
        let message = format!("`{name}` cannot be used: {error}");
        Faults::from(Fault::error(Place::file(name), message))
    })?;
    Ok(Sheet {
        rows: SheetRows::new(book.sheet.as_str().into(), book.grid, book.merged, merged_cells),
        origin: Origin::Spreadsheet { format: kind.name(), sheet: book.sheet, hidden_rows: 0 },
        others: book.others.into_iter().map(|sheet| sheet.name).collect(),
    })
}

fn read_xlsx(mut file: File, wanted: Wanted<'_>) -> Result<Book, SheetError> {
    file.seek(SeekFrom::Start(0))?;
    let mut archive = Archive::open(file)?;
    archive.measure(LARGEST_CONTENT)?;
    let book = Workbook::read(&mut archive)?;
    let chosen = choose(book.sheets.iter().map(|(sheet, _)| sheet), wanted)?;
    let (sheet, part) = &book.sheets[chosen];
    let (grid, merged) = xlsx::read(&mut archive, &book, part)?;
    let mut others = Vec::new();
    for (at, (other, part)) in book.sheets.iter().enumerate() {
        if at != chosen && xlsx::has_cells(&mut archive, part)? {
            others.push(other.clone());
        }
    }
    Ok(Book { sheet: sheet.name.clone(), grid, merged, others })
}

fn read_ods(mut file: File, wanted: Wanted<'_>) -> Result<Book, SheetError> {
    const CONTENT: &str = "content.xml";
    file.seek(SeekFrom::Start(0))?;
    let mut archive = Archive::open(file)?;
    if open_document::is_encrypted(&mut archive)? {
        return Err(SheetError::Protected);
    }
    archive.measure(LARGEST_CONTENT)?;
    let sheets = open_document::read(archive.xml(CONTENT)?, None)?.sheets;
    let chosen = choose(sheets.iter().map(|(sheet, _)| sheet), wanted)?;
    Ok(open_document::read(archive.xml(CONTENT)?, Some(chosen))?.into_book(chosen))
}

fn read_fods(mut file: File, wanted: Wanted<'_>) -> Result<Book, SheetError> {
    if file.metadata()?.len() > LARGEST_CONTENT {
        return Err(SheetError::LargeContent(LARGEST_CONTENT));
    }
    file.seek(SeekFrom::Start(0))?;
    let sheets = open_document::read(Xml::new(BufReader::new(&file)), None)?.sheets;
    let chosen = choose(sheets.iter().map(|(sheet, _)| sheet), wanted)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(open_document::read(Xml::new(BufReader::new(&file)), Some(chosen))?.into_book(chosen))
}

/// Measures what the parts of a file unfold to, so many bytes being allowed.
#[cfg(test)]
pub(super) fn measure(file: File, most: u64) -> Result<(), String> {
    let measured = Archive::open(file).and_then(|mut archive| archive.measure(most));
    measured.map_err(|error| error.to_string())
}
