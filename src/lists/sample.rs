//! The first rows of a list, by which its columns are known.

use super::addresses;
use super::row::Row;

/// The first rows of a list.
pub(super) struct Sample<'a> {
    rows: Vec<&'a Row>,
}

impl<'a> Sample<'a> {
    pub(super) fn new(rows: impl Iterator<Item = &'a Row>) -> Self {
        Self { rows: rows.filter(|row| !row.is_empty()).collect() }
    }

    /// The rows that have anything in them.
    pub(super) fn rows(&self) -> &[&'a Row] {
        &self.rows
    }

    /// The cells of a column that have anything in them.
    pub(super) fn cells(&self, column: usize) -> impl Iterator<Item = &'a str> {
        self.rows
            .iter()
            .filter_map(move |row| row.cells.get(column))
            .map(String::as_str)
            .filter(|cell| !cell.is_empty())
    }

    /// Whether a column has a cell, and all its cells are so.
    pub(super) fn all(&self, column: usize, is_so: impl Fn(&str) -> bool) -> bool {
        let mut cells = self.cells(column).peekable();
        cells.peek().is_some() && cells.all(is_so)
    }

    /// Whether a column holds addresses: more than half of its cells have one.
    pub(super) fn has_addresses(&self, column: usize) -> bool {
        let (mut cells, mut with) = (0, 0);
        for cell in self.cells(column) {
            cells += 1;
            with += usize::from(has_address(cell));
        }
        with * 2 > cells
    }

    /// The first cells of a column that differ, for a message.
    pub(super) fn shown(&self, column: usize, most: usize) -> Vec<&'a str> {
        let mut found: Vec<&str> = Vec::new();
        for cell in self.cells(column) {
            if !found.contains(&cell) {
                found.push(cell);
            }
            if found.len() == most {
                break;
            }
        }
        found
    }
}

/// Whether an address stands in a cell.
pub(super) fn has_address(cell: &str) -> bool {
    cell.contains('@')
        && addresses::pieces(cell).any(|(_, piece)| piece.split_whitespace().any(|word| word.contains('@')))
}
