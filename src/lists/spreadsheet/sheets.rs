//! The sheets of a spreadsheet, and which of them is the list.

use super::grid::Grid;
use super::limits::SheetError;
use super::merged::Merged;

/// A sheet by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SheetName {
    pub(super) name: String,
    /// Whether it is hidden.
    pub(super) hidden: bool,
}

/// A spreadsheet of which one sheet was read.
pub(super) struct Book {
    /// The name of that sheet.
    pub(super) sheet: String,
    pub(super) grid: Grid,
    pub(super) merged: Merged,
    /// The other sheets that have something in them.
    pub(super) others: Vec<SheetName>,
}

/// Which sheet of a spreadsheet is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lists) enum Wanted<'a> {
    /// The first that is shown.
    First,
    /// The one of that name.
    Named(&'a str),
    /// The one of that name; where there is but one sheet, that.
    NamedOrOnly(&'a str),
}

/// The number of the sheet that is wanted.
///
/// # Errors
/// Where there is none of that name.
pub(super) fn choose<'a>(
    sheets: impl Iterator<Item = &'a SheetName> + Clone,
    wanted: Wanted<'_>,
) -> Result<usize, SheetError> {
    let shown = sheets.clone().enumerate().min_by_key(|(_, sheet)| sheet.hidden);
    let (first, _) = shown.ok_or(SheetError::NoSheet)?;
    match wanted {
        Wanted::First => Ok(first),
        Wanted::NamedOrOnly(_) if sheets.clone().count() == 1 => Ok(first),
        Wanted::Named(name) | Wanted::NamedOrOnly(name) => {
            let found = sheets.clone().position(|sheet| is_called(&sheet.name, name));
            found.ok_or_else(|| SheetError::UnknownSheet {
                wanted: name.to_owned(),
                known: sheets.map(|sheet| sheet.name.clone()).collect(),
            })
        }
    }
}

/// Whether a sheet has a name: programs compare them without regard to case.
fn is_called(sheet: &str, name: &str) -> bool {
    sheet.trim().to_lowercase() == name.trim().to_lowercase()
}
