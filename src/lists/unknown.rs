//! Cells whose value nobody can know: a formula that was never worked out, or could not be.

use crate::model::Fault;

use super::errors;
use super::row::Row;
use super::shown;
use super::spreadsheet::Mark;

/// What is wrong with such cells of a row, each with the number of its cell, from 0.
pub(super) fn unknown_cells(file: &str, row: &Row) -> Vec<(usize, Fault)> {
    let never = row.written.marks().iter().filter(|(_, mark)| *mark == Mark::Unknown).map(|(at, _)| {
        let message = "the formula has no value; open the file in a spreadsheet program and save it, or write the value into the cell";
        (*at, message.to_owned())
    });
    let marked = |at: usize| row.written.marks().iter().any(|(cell, mark)| (*cell, mark) == (at, &Mark::Error));
    let could_not = row.cells.iter().enumerate().filter(|(at, cell)| errors::is_error(cell) || marked(*at));
    let could_not = could_not.map(|(at, cell)| {
        let message = format!("`{}` is what a formula could not work out; write the value into the cell", shown(cell));
        (at, message)
    });
    let mut found: Vec<(usize, String)> = never.chain(could_not).collect();
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(at, message)| (at, Fault::error(row.written.place(file, at, 0), message))).collect()
}
