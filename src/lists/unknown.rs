//! Cells whose value nobody can know: a formula that was never worked out, or could not be.

use crate::model::Fault;

use super::dialect::Span;
use super::errors;
use super::mark::Mark;
use super::row::{Row, Written};
use super::shown;

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
    let mut found: Vec<(usize, String)> = never.chain(could_not).chain(exported(row)).collect();
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(at, message)| (at, Fault::error(row.written.place(file, at, 0), message))).collect()
}

/// The formulas that a text file has in place of their values: LibreOffice exports them so where it is told to.
fn exported(row: &Row) -> impl Iterator<Item = (usize, String)> {
    let (text, spans): (&str, &[Span]) = match &row.written {
        Written::Text { text, spans, .. } if text.contains('=') => (text, spans),
        _ => ("", &[]),
    };
    let cells = spans.iter().map(|span| &text[span.start..span.end]).enumerate();
    cells.filter(|(_, written)| is_formula(written.trim_start())).map(|(at, written)| {
        (at, format!("`{}` is a formula and not its value; export the list with the values", shown(written)))
    })
}

/// Whether a text is a formula: `=TRIM(A2)`, `=$A2&" "&B2`. `="01234"` is a text.
fn is_formula(text: &str) -> bool {
    let Some(formula) = text.strip_prefix('=') else { return false };
    let word = formula.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '$' | '.' | '_'));
    let (word, rest) = formula.split_at(word.unwrap_or(formula.len()));
    let begins_with_letter = word.trim_start_matches('$').starts_with(|c: char| c.is_ascii_uppercase());
    let is_cell = word.ends_with(|c: char| c.is_ascii_digit()) && word.trim_start_matches('$').len() <= 11;
    begins_with_letter && (rest.starts_with(['(', '!']) || is_cell && !rest.starts_with(|c: char| c.is_alphanumeric()))
}
