//! Many rows of a list, told by their number and the first of them.

use super::Place;

/// How many rows are named.
const NAMED: usize = 5;

/// Rows of a list.
#[derive(Debug, Clone, Default)]
pub struct RowsInWords {
    count: u64,
    first: Vec<u64>,
}

impl RowsInWords {
    /// None so far.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in the row of a place: as a spreadsheet program shows it, where that is another than its line.
    pub fn add(&mut self, place: &Place) {
        self.count += 1;
        if self.first.len() < NAMED {
            self.first.extend(place.cell.as_ref().map(|cell| cell.row).or(place.line));
        }
    }

    /// Takes in the row of a place that is told only where it is kept.
    pub fn add_from(&mut self, place: impl FnOnce() -> Place) {
        if self.first.len() < NAMED {
            self.add(&place());
        } else {
            self.count += 1;
        }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Such as `2, 5, 9, 14, 15 …`.
    #[must_use]
    pub fn first(&self) -> String {
        let first: Vec<String> = self.first.iter().map(ToString::to_string).collect();
        let more = if self.count > first.len() as u64 { " …" } else { "" };
        first.join(", ") + more
    }

    /// Such as ` in 12 rows (2, 5, 9, 14, 15 …)`, behind a word; nothing for a single row, which its place names.
    #[must_use]
    pub fn behind(&self, word: &str) -> String {
        if self.count < 2 { String::new() } else { format!("{word} {} rows ({})", self.count, self.first()) }
    }
}
