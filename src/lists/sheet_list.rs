//! A sheet of a spreadsheet as a list: which sheet it is, and which of its rows count.

use std::fs::File;

use crate::model::nearest::quoted;
use crate::model::{Fault, Faults, HiddenRows, ListFormat, Place, SheetChoice};

use super::needs::{Hidden, Needs};
use super::origin::Origin;
use super::spreadsheet::{self, Kind, SheetRows, Wanted};

/// How many hidden rows a message names.
const MOST_NAMED: usize = 10;

/// A sheet that was opened as a list.
pub(super) struct SheetList {
    pub(super) rows: SheetRows,
    pub(super) origin: Origin,
    pub(super) warnings: Vec<Fault>,
}

/// Opens the sheet of a spreadsheet that is a list.
pub(super) fn open(
    file: &str,
    kind: Kind,
    opened: File,
    format: &ListFormat,
    needs: Needs,
) -> Result<SheetList, Faults> {
    let wanted = wanted(&format.sheet, needs);
    let sheet = spreadsheet::read(file, kind, opened, wanted, format.merged_cells)?;
    let others: Vec<&str> = sheet.others.iter().map(String::as_str).collect();
    let mut warnings = Vec::new();
    if wanted == Wanted::First && !others.is_empty() {
        let read = sheet.origin.sheet().unwrap_or_default().escape_debug();
        let others = quoted(&others);
        if sheet.rows.is_empty() {
            let message = format!(
                "its sheet `{read}` is empty, and there is something in {others}; set `sheet` under `[lists]` to the one that has the list"
            );
            return Err(Fault::error(Place::file(file), message).into());
        }
        let message = format!(
            "the sheet `{read}` is read, and {others} is not; set `sheet` under `[lists]` to the one that has the list"
        );
        warnings.push(Fault::warning(Place::file(file), message));
    }
    Ok(SheetList { rows: sheet.rows, origin: sheet.origin, warnings })
}

/// Which sheet of a spreadsheet a list is.
fn wanted(choice: &SheetChoice, needs: Needs) -> Wanted<'_> {
    match choice {
        SheetChoice::First => Wanted::First,
        SheetChoice::Named(name) if needs.list == "recipients" => Wanted::Named(name),
        // Where a file has one sheet only, there is nothing to choose: the name is that of a sheet of another list.
        SheetChoice::Named(name) => Wanted::NamedOrOnly(name),
        SheetChoice::Each(names) => names.get(needs.list).map_or(Wanted::First, |name| Wanted::Named(name)),
    }
}

/// Does with the rows below a header that nobody sees what the person says; gives the number of those left out.
///
/// # Errors
/// Where there are such rows and nobody has said.
pub(super) fn settle_hidden(
    file: &str,
    rows: &mut SheetRows,
    header: u64,
    said: Option<HiddenRows>,
    needs: Needs,
) -> Result<u64, Fault> {
    if needs.hidden == Hidden::Counts || said == Some(HiddenRows::Send) {
        return Ok(0);
    }
    let hidden = rows.hidden_below(header);
    let Some(first) = hidden.first() else { return Ok(0) };
    if said == Some(HiddenRows::Skip) {
        rows.leave_out_hidden();
        return Ok(hidden.len() as u64);
    }
    let (count, which) = match hidden.len() {
        1 => ("a row is".to_owned(), format!("line {first}")),
        count => (format!("{count} rows are"), format!("lines {}", ranges(&hidden))),
    };
    let message = format!(
        "{count} hidden by a filter or a person ({which}); set `hidden_rows` under `[lists]` to \"skip\" or \"send\", or show the rows"
    );
    Err(Fault::error(rows.place(file, *first), message))
}

/// Numbers in their order, those that follow one another as one: `4-6, 9`.
fn ranges(numbers: &[u64]) -> String {
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for &number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => ranges.push((number, number)),
        }
    }
    let more = ranges.len() > MOST_NAMED;
    let range = |(first, last): &(u64, u64)| if first == last { first.to_string() } else { format!("{first}-{last}") };
    let named = ranges.iter().take(MOST_NAMED).map(range);
    let mut named: Vec<String> = named.collect();
    if more {
        named.push("…".to_owned());
    }
    named.join(", ")
}
