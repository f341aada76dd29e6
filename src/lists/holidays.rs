//! The list of holidays.

use crate::model::calendar::Holiday;
use crate::model::{Faults, ListFormat};
use crate::workspace::Workspace;

use super::cells::Cells;
use super::needs::{Hidden, Needs, Rows};
use super::table::Table;

const NEEDS: Needs = Needs {
    column: "date",
    list: "holidays",
    section: "[calendar]",
    rows: Rows::Any,
    hidden: Hidden::AsSaid,
    uses: |_| true,
};

/// Reads the list of holidays at a path of the workspace: `date`, and `country` where one is not a holiday everywhere.
/// It may be empty.
///
/// # Errors
/// Everything that is wrong with it: with the file, the header, and every row.
pub fn read_holidays(workspace: &Workspace, path: &str, format: &ListFormat) -> Result<Vec<Holiday>, Faults> {
    let mut table = Table::open(workspace, path, format, NEEDS)?;
    table.require()?;
    let date = table.columns().position("date");
    let country = table.columns().position("country");
    let mut holidays = Vec::new();
    let mut faults = Faults::new();
    while let Some(row) = table.next_whole(&mut faults) {
        let mut cells = Cells::new(path, &row.cells, &row.written, row.faults);
        if cells.filled(date).is_none() {
            cells.refuse(date, 0, "the cell `date` is empty; write a date such as 2024-12-25, or remove the row");
        }
        let found = cells.date(date);
        holidays.extend(found.map(|date| Holiday { date, country: cells.filled(country).map(str::to_owned) }));
        faults.extend(cells.into_faults());
    }
    if faults.has_errors() { Err(faults) } else { Ok(holidays) }
}
