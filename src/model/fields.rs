//! A row of a list: its cells, under the names of its header.

use std::sync::Arc;

use super::{Cell, ListLine, Place};

/// The form in which header names are compared: without regard to case, spaces, `-` and `_`.
#[must_use]
pub fn canonical(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect()
}

/// The header of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Columns {
    written: Vec<String>,
    canonical: Vec<String>,
}

impl Columns {
    /// A header from its names as they are written.
    pub fn new<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        let written: Vec<String> = names.into_iter().map(Into::into).collect();
        let canonical = written.iter().map(|name| canonical(name)).collect();
        Self { written, canonical }
    }

    /// The names as they are written, in the list's order.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.written
    }

    /// The position of a column, whatever the spelling of its name.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        let at = |name: &str| self.canonical.iter().position(|known| known == name);
        // Names that stand in the program are in that form already.
        if name.bytes().all(|byte| byte.is_ascii_lowercase()) { at(name) } else { at(&canonical(name)) }
    }

    /// Whether several columns have a name, whatever its spelling: nobody knows which is meant.
    #[must_use]
    pub fn is_doubled(&self, name: &str) -> bool {
        let name = canonical(name);
        self.canonical.iter().filter(|known| **known == name).nth(1).is_some()
    }

    /// How many columns there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.written.len()
    }

    /// Whether there is no column.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.written.is_empty()
    }
}

/// The cells of one row, trimmed, one for each column (an absent cell is empty).
#[derive(Debug, Clone, Default)]
pub struct Fields {
    columns: Arc<Columns>,
    cells: Vec<String>,
    places: Vec<(u64, u64)>,
    shown: Option<Cell>,
}

/// Rows are compared by what they hold: where it was written does not matter.
impl PartialEq for Fields {
    fn eq(&self, other: &Self) -> bool {
        (&self.columns, &self.cells) == (&other.columns, &other.cells)
    }
}

impl Eq for Fields {}

impl Fields {
    /// A row under a header; missing cells are filled up with empty ones, cells beyond the header are dropped.
    #[must_use]
    pub fn new(columns: Arc<Columns>, mut cells: Vec<String>) -> Self {
        cells.resize(columns.len(), String::new());
        Self { columns, cells, places: Vec::new(), shown: None }
    }

    /// The same cells with the line and column at which each begins in its file, as far as they are known.
    #[must_use]
    pub fn with_places(self, places: Vec<(u64, u64)>) -> Self {
        Self { places, ..self }
    }

    /// The same cells with their row as a spreadsheet program shows it, where that says more than its line.
    #[must_use]
    pub fn shown_as(self, row: Option<Cell>) -> Self {
        Self { shown: row, ..self }
    }

    /// The place of a cell, by its number in the header; its row's line alone where no more is known.
    #[must_use]
    pub fn place(&self, file: &str, line: u64, cell: Option<usize>) -> Place {
        let place = match cell.and_then(|cell| self.places.get(cell)) {
            Some((line, column)) => Place::at(file, *line, *column),
            None => Place::line(file, line),
        };
        let column = cell.map(|cell| cell as u64 + 1);
        match &self.shown {
            Some(row) => place.with_cell(Cell { column, ..row.clone() }),
            None => place,
        }
    }

    /// The line of the row with its number, where it begins on `line`.
    #[must_use]
    pub fn list_line(&self, line: u64) -> ListLine {
        ListLine::new(line, self.shown.as_ref().map_or(line, |shown| shown.row))
    }

    /// The header.
    #[must_use]
    pub fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    /// The cells in the header's order.
    #[must_use]
    pub fn cells(&self) -> &[String] {
        &self.cells
    }

    /// The cells in the header's order, to be kept.
    #[must_use]
    pub fn into_cells(self) -> Vec<String> {
        self.cells
    }

    /// The cell under a name, whatever its spelling; `None` where there is no such column.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.columns.position(name).map(|at| self.cells[at].as_str())
    }

    /// The cell under a name, where there is one and it is not empty.
    #[must_use]
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|cell| !cell.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_found_whatever_its_spelling() {
        let columns = Arc::new(Columns::new(["E-Mail", "Job Title"]));
        let row = Fields::new(columns, vec!["ana@example.org".into()]);
        assert_eq!(row.get("email"), Some("ana@example.org"));
        assert_eq!(row.get("job_title"), Some(""));
        assert_eq!(row.filled("job_title"), None);
        assert_eq!(row.get("country"), None);
    }
}
