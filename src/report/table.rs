//! Columns for people.

use std::io::{self, Write};

use comfy_table::{ColumnConstraint, Width};

use crate::model::printable;

/// So many rows decide how wide the columns are. A longer table is written as it comes, a page at a time.
const PAGE: usize = 1_000;

/// The blanks behind a column.
const GAP: u16 = 2;

/// Rows under a header, in columns as wide as they need to be. What others wrote is made harmless for a terminal.
#[derive(Debug)]
pub struct Table<W: Write> {
    out: W,
    page: comfy_table::Table,
    rows: usize,
    /// How wide the columns of the pages before were.
    widths: Vec<u16>,
}

impl<W: Write> Table<W> {
    /// A table with these headings.
    #[must_use]
    pub fn new(out: W, headings: &[&str]) -> Self {
        let mut page = page();
        page.set_header(headings);
        Self { out, page, rows: 0, widths: Vec::new() }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn add<S: AsRef<str>>(&mut self, cells: &[S]) -> io::Result<()> {
        self.page.add_row(cells.iter().map(|cell| printable(cell.as_ref()).into_owned()));
        self.rows += 1;
        if self.rows == PAGE { self.write_page() } else { Ok(()) }
    }

    /// Writes what was added, without blanks at the ends of lines.
    fn write_page(&mut self) -> io::Result<()> {
        let widths = self.widths.iter().map(|width| ColumnConstraint::LowerBoundary(Width::Fixed(*width)));
        self.page.set_constraints(widths);
        for column in self.page.column_iter_mut() {
            column.set_padding((0, GAP));
        }
        for line in self.page.lines() {
            writeln!(self.out, "{}", line.trim_end())?;
        }
        let needed = self.page.column_max_content_widths().into_iter().map(|width| width.saturating_add(GAP));
        let before = self.widths.iter().copied().chain(std::iter::repeat(0));
        self.widths = needed.zip(before).map(|(needed, before)| needed.max(before)).collect();
        self.page = page();
        self.rows = 0;
        Ok(())
    }

    /// Writes the rest, and gives back where it went.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        if self.rows > 0 || self.widths.is_empty() {
            self.write_page()?;
        }
        Ok(self.out)
    }
}

fn page() -> comfy_table::Table {
    let mut page = comfy_table::Table::new();
    page.load_style(comfy_table::presets::NOTHING);
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_table_keeps_its_columns_and_shows_every_row() {
        let mut table = Table::new(Vec::new(), &["who", "what"]);
        for n in 0..PAGE * 2 + 5 {
            let who = if n == 7 { "somebody else".to_owned() } else { format!("row {n}") };
            table.add(&[who, "sent".to_owned()]).unwrap();
        }
        let text = String::from_utf8(table.finish().unwrap()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), PAGE * 2 + 6);
        assert_eq!(lines[0], "who            what");
        assert_eq!(lines[8], "somebody else  sent");
        for (n, line) in lines.iter().enumerate().skip(9) {
            assert_eq!(*line, format!("{:<15}sent", format!("row {}", n - 1)));
        }
    }

    #[test]
    fn a_table_without_rows_has_its_header() {
        let table = Table::new(Vec::new(), &["who", "what"]);
        assert_eq!(table.finish().unwrap(), b"who  what\n");
    }
}
