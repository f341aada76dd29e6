//! The rows of a spreadsheet: the first sheet that is shown, every cell as a person reads it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use calamine::{Data, DataRef, ExcelDateTime, Ods, Reader, Sheet as SheetName, SheetType, SheetVisible, Xlsx};

use crate::model::{Fault, Faults, Place};

use super::archive;
use super::origin::Origin;
use super::row::Row;
use super::sheet_limits::{LARGEST_CONTENT, MOST_CELLS, SheetError, WIDEST_ROW};

/// The most text that a sheet may have, in bytes of UTF-8.
const MOST_TEXT: usize = 512 * 1024 * 1024;

/// A format of spreadsheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Office Open XML (ECMA-376).
    Xlsx,
    /// ODF 1.3.
    Ods,
}

/// The cells of a sheet.
pub(super) struct Sheet {
    pub(super) rows: Vec<Row>,
    pub(super) origin: Origin,
}

impl Kind {
    /// The format of a file by its name; `None` for a text file. What is in the file must agree.
    pub(super) fn of(name: &str, mut file: &File) -> Result<Option<Self>, Fault> {
        let mut start = [0; 4];
        // A file with fewer bytes is no spreadsheet; what else is wrong with it shows when it is read.
        let read = file.read(&mut start).unwrap_or_default();
        let (zip, compound) = (start == *b"PK\x03\x04", start == [0xD0, 0xCF, 0x11, 0xE0]);
        let refused = |why: &str| Err(Fault::error(Place::file(name), format!("`{name}` {why}")));
        let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase());
        match extension.as_deref() {
            Some("xlsx") if zip => Ok(Some(Self::Xlsx)),
            Some("ods") if zip => Ok(Some(Self::Ods)),
            Some("xlsx") if compound => refused("is an old Excel file or has a password; save it as .xlsx without one"),
            Some("xlsx" | "ods") if read == 0 => refused("is empty; write the list into it"),
            Some("xlsx" | "ods") => refused("is not a spreadsheet, whatever its name; save it anew, or name it .csv"),
            _ if compound => refused("is an old Excel file; save it as .xlsx, .ods or .csv"),
            _ if zip => refused("is not a text file; name a spreadsheet .xlsx or .ods"),
            _ => Ok(None),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Ods => "ods",
        }
    }
}

/// Reads a spreadsheet.
pub(super) fn read(name: &str, kind: Kind, file: File) -> Result<Sheet, Faults> {
    let failed = |error: &SheetError| {
        let message = format!("`{name}` cannot be used: {error}");
        Faults::from(Fault::error(Place::file(name), message))
    };
    archive::measure(&file, LARGEST_CONTENT).map_err(|error| failed(&error))?;
    let (sheet, grid) = match kind {
        Kind::Xlsx => read_xlsx(file),
        Kind::Ods => read_ods(file),
    }
    .map_err(|error| failed(&error))?;
    let mut faults = Faults::new();
    for (row, cell, error) in grid.errors {
        let message = format!("`{error}` is what a formula could not work out; write the value into the cell");
        faults.push(Fault::error(Place::at(name, row, cell), message));
    }
    if faults.has_errors() {
        return Err(faults);
    }
    Ok(Sheet {
        rows: grid.rows.into_iter().map(|(line, cells)| Row::from_sheet(line, cells)).collect(),
        origin: Origin::Spreadsheet { format: kind.name(), sheet },
    })
}

fn read_xlsx(mut file: File) -> Result<(String, Grid), SheetError> {
    file.seek(SeekFrom::Start(0))?;
    let mut book: Xlsx<_> = Xlsx::new(BufReader::new(file)).map_err(|error| match error {
        calamine::XlsxError::Password => SheetError::Protected,
        error => SheetError::damaged(&error),
    })?;
    let sheet = first_sheet(book.sheets_metadata())?;
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(|error| SheetError::damaged(&error))?;
    let mut grid = Grid::default();
    // Cell by cell: a table made of them would have a place for every cell between the first and the last.
    while let Some(cell) = cells.next_cell().map_err(|error| SheetError::damaged(&error))? {
        let (row, column) = cell.get_position();
        match cell.get_value() {
            DataRef::SharedString(text) => grid.put(row, column, (*text).to_owned())?,
            DataRef::Error(error) => grid.error(row, column, error.to_string()),
            value => grid.put(row, column, read_value(&value.clone().into()))?,
        }
    }
    Ok((sheet, grid))
}

fn read_ods(mut file: File) -> Result<(String, Grid), SheetError> {
    file.seek(SeekFrom::Start(0))?;
    archive::measure_open_document(&file)?;
    file.seek(SeekFrom::Start(0))?;
    let mut book: Ods<_> = Ods::new(BufReader::new(file)).map_err(|error| SheetError::damaged(&error))?;
    let sheet = first_sheet(book.sheets_metadata())?;
    let range = book.worksheet_range(&sheet).map_err(|error| SheetError::damaged(&error))?;
    drop(book);
    let (top, left) = range.start().unwrap_or_default();
    let mut grid = Grid::default();
    for (row, column, value) in range.used_cells() {
        let row = top.saturating_add(u32::try_from(row).unwrap_or(u32::MAX));
        let column = left.saturating_add(u32::try_from(column).unwrap_or(u32::MAX));
        match value {
            Data::Error(error) => grid.error(row, column, error.to_string()),
            value => grid.put(row, column, read_value(value))?,
        }
    }
    Ok((sheet, grid))
}

/// The first sheet that a person sees.
fn first_sheet(sheets: &[SheetName]) -> Result<String, SheetError> {
    sheets
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .min_by_key(|sheet| sheet.visible != SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .ok_or(SheetError::NoSheet)
}

/// The cells of a sheet by their rows; rows and cells count from 1.
#[derive(Debug, Default)]
struct Grid {
    rows: BTreeMap<u64, Vec<String>>,
    errors: Vec<(u64, u64, String)>,
    cells: u64,
    text: usize,
}

impl Grid {
    fn put(&mut self, row: u32, column: u32, text: String) -> Result<(), SheetError> {
        if text.is_empty() {
            return Ok(());
        }
        let column = column as usize;
        if column >= WIDEST_ROW {
            return Err(SheetError::WideRow);
        }
        let cells = self.rows.entry(u64::from(row) + 1).or_default();
        if cells.len() <= column {
            self.cells += (column + 1 - cells.len()) as u64;
            cells.resize(column + 1, String::new());
        }
        self.text += text.len();
        cells[column] = text;
        if self.cells > MOST_CELLS || self.text > MOST_TEXT {
            return Err(SheetError::ManyCells);
        }
        Ok(())
    }

    fn error(&mut self, row: u32, column: u32, error: String) {
        self.errors.push((u64::from(row) + 1, u64::from(column) + 1, error));
    }
}

/// A value as a person reads it: 12 and not 12.0, a date as 2024-06-12.
fn read_value(value: &Data) -> String {
    match value {
        Data::Int(number) => number.to_string(),
        Data::Float(number) => read_number(*number),
        Data::String(text) => text.clone(),
        Data::Bool(value) => value.to_string(),
        Data::DateTime(at) => read_time(at),
        Data::DateTimeIso(text) => read_iso(text),
        Data::DurationIso(text) => read_iso_duration(text),
        _ => String::new(),
    }
}

/// A number with the fifteen digits that spreadsheets keep and show: 0.3 and not 0.30000000000000004.
fn read_number(number: f64) -> String {
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    rounded.to_string()
}

fn read_time(at: &ExcelDateTime) -> String {
    let days = at.as_f64();
    if at.is_duration() || (0.0..1.0).contains(&days) {
        return read_seconds(days * 86_400.0);
    }
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second) {
        (0, 0, 0) => date,
        (_, _, 0) => format!("{date} {hour:02}:{minute:02}"),
        _ => format!("{date} {hour:02}:{minute:02}:{second:02}"),
    }
}

fn read_seconds(seconds: f64) -> String {
    let sign = if seconds < 0.0 { "-" } else { "" };
    let (seconds, minutes) = {
        let whole = seconds.abs().round();
        (whole % 60.0, (whole / 60.0).floor())
    };
    let (minutes, hours) = (minutes % 60.0, (minutes / 60.0).floor());
    if seconds > 0.0 {
        format!("{sign}{hours:02}:{minutes:02}:{seconds:02}")
    } else {
        format!("{sign}{hours:02}:{minutes:02}")
    }
}

/// `2024-06-12T00:00:00` as `2024-06-12`, `2024-06-12T14:30:00` as `2024-06-12 14:30`.
fn read_iso(text: &str) -> String {
    match text.split_once('T') {
        None => text.to_owned(),
        Some((date, time)) => {
            let time = time.split('.').next().unwrap_or(time);
            let with_seconds = time.len() == "14:30:00".len();
            match time.strip_suffix(":00").filter(|_| with_seconds).unwrap_or(time) {
                "00:00" => date.to_owned(),
                time => format!("{date} {time}"),
            }
        }
    }
}

/// `PT14H30M00S` as `14:30` (ISO 8601, as ODF writes a time).
fn read_iso_duration(text: &str) -> String {
    text.parse::<jiff::SignedDuration>().map_or_else(|_| text.to_owned(), |time| read_seconds(time.as_secs_f64()))
}
