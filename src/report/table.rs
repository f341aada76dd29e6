//! Columns for people.

use std::io::{self, Write};

use super::cell::printable;

/// Rows under a header, in columns as wide as they need to be. What others wrote is made harmless for a terminal.
#[derive(Debug)]
pub struct Table(comfy_table::Table);

impl Table {
    /// A table with these headings.
    #[must_use]
    pub fn new(headings: &[&str]) -> Self {
        let mut table = comfy_table::Table::new();
        table.load_style(comfy_table::presets::NOTHING).set_header(headings);
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        Self(table)
    }

    /// Adds a row.
    pub fn add<S: AsRef<str>>(&mut self, cells: &[S]) {
        self.0.add_row(cells.iter().map(|cell| printable(cell.as_ref()).into_owned()));
    }

    /// Writes it, without blanks at the ends of lines.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        for line in self.0.lines() {
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }
}
