//! What is wrong with an input, and where.

use std::fmt;
use std::sync::Arc;

/// A place in an input file; lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Place {
    /// The file as the campaign names it, relative to the workspace.
    pub file: String,
    /// The line, where one is known. For a spreadsheet, the row.
    pub line: Option<u64>,
    /// The column, where one is known. For a spreadsheet, the number of the cell in its row.
    pub column: Option<u64>,
    /// The cell as a spreadsheet program shows it, where that says more.
    pub cell: Option<Box<Cell>>,
}

/// A cell of a list as a spreadsheet program shows it. Rows and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// The sheet; nothing for a text file, which has none.
    pub sheet: Option<Arc<str>>,
    /// The row: not its line in a text file where a cell above it has line breaks.
    pub row: u64,
    /// The column, where one is known.
    pub column: Option<u64>,
}

impl Cell {
    /// The name of the cell within its sheet, such as `C14`; that of the row, such as `14`, where no column is known.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}{}", self.letters(), self.row)
    }

    /// The column as letters: `A` to `Z`, then `AA`.
    fn letters(&self) -> String {
        let mut letters = Vec::new();
        let mut left = self.column.unwrap_or_default();
        while let Some(digit) = left.checked_sub(1) {
            letters.push(char::from(b'A' + u8::try_from(digit % 26).unwrap_or_default()));
            left = digit / 26;
        }
        letters.iter().rev().collect()
    }
}

impl fmt::Display for Cell {
    /// Such as `Ministers!C14`, or `row 14, column C` where there is no sheet.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.sheet, self.column) {
            (Some(sheet), _) if sheet.chars().all(|c| c.is_alphanumeric() || c == '_') => {
                write!(f, "{sheet}!{}", self.name())
            }
            (Some(sheet), _) => write!(f, "'{}'!{}", sheet.replace('\'', "''"), self.name()),
            (None, Some(_)) => write!(f, "row {}, column {}", self.row, self.letters()),
            (None, None) => write!(f, "row {}", self.row),
        }
    }
}

impl Place {
    /// A whole file.
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), line: None, column: None, cell: None }
    }

    /// A line of a file.
    pub fn line(file: impl Into<String>, line: u64) -> Self {
        Self { line: Some(line), ..Self::file(file) }
    }

    /// A line and column of a file.
    pub fn at(file: impl Into<String>, line: u64, column: u64) -> Self {
        Self { column: Some(column), ..Self::line(file, line) }
    }

    /// The same place, with the cell that a spreadsheet program shows there.
    #[must_use]
    pub fn with_cell(self, cell: Cell) -> Self {
        Self { cell: Some(Box::new(cell)), ..self }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
        }
        if let Some(cell) = &self.cell {
            write!(f, " ({cell})")?;
        }
        Ok(())
    }
}

/// Whether a fault stops the sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is sent while it stands.
    Error,
    /// It is worth a look, and stops nothing.
    Warning,
}

/// One thing that is wrong with an input: where, what, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Whether it stops the sending.
    pub severity: Severity,
    /// Where it is.
    pub place: Place,
    /// The value in backticks, what is wrong with it, and what to do; lowercase, no full stop.
    pub message: String,
}

impl Fault {
    /// A fault that stops the sending.
    pub fn error(place: Place, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, place, message: message.into() }
    }

    /// A fault that stops nothing.
    pub fn warning(place: Place, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, place, message: message.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// Everything that is wrong with an input, in the order of its places.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// None so far.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Adds all of another list.
    pub fn extend(&mut self, faults: impl IntoIterator<Item = Fault>) {
        self.0.extend(faults);
    }

    /// Takes what was read, or adds what is wrong with it.
    pub fn keep<T>(&mut self, read: Result<T, Self>) -> Option<T> {
        read.map_err(|faults| self.extend(faults)).ok()
    }

    /// Whether there is none, not even a warning.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them stops the sending.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.errors().next().is_some()
    }

    /// Those that stop the sending.
    pub fn errors(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter().filter(|fault| fault.severity == Severity::Error)
    }

    /// Those that stop nothing.
    pub fn warnings(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter().filter(|fault| fault.severity == Severity::Warning)
    }

    /// All of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Fault> {
        self.0.iter()
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Self(vec![fault])
    }
}

impl<'a> IntoIterator for &'a Faults {
    type Item = &'a Fault;
    type IntoIter = std::slice::Iter<'a, Fault>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Faults {
    type Item = Fault;
    type IntoIter = std::vec::IntoIter<Fault>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, fault) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_reads_as_its_place_and_its_message() {
        let fault = Fault::error(Place::at("lists/recipients.csv", 14, 3), "`ana@` is not an email address");
        assert_eq!(fault.to_string(), "lists/recipients.csv:14:3: `ana@` is not an email address");
        assert_eq!(Place::line("a.csv", 2).to_string(), "a.csv:2");
    }

    #[test]
    fn a_cell_has_the_name_that_a_spreadsheet_program_gives_it() {
        let place = |sheet: Option<&str>, row, column| {
            Place::at("a", 7, 3).with_cell(Cell { sheet: sheet.map(Into::into), row, column }).to_string()
        };
        assert_eq!(place(Some("Ministers"), 14, Some(3)), "a:7:3 (Ministers!C14)");
        assert_eq!(place(Some("MEPs' offices"), 14, Some(28)), "a:7:3 ('MEPs'' offices'!AB14)");
        assert_eq!(place(None, 3, Some(26)), "a:7:3 (row 3, column Z)");
        assert_eq!(place(None, 3, None), "a:7:3 (row 3)");
    }

    #[test]
    fn what_was_read_is_kept_and_what_is_wrong_with_it_added() {
        let mut faults = Faults::new();
        assert_eq!(faults.keep(Ok(7)), Some(7));
        assert!(faults.is_empty());
        assert_eq!(faults.keep::<u8>(Err(Fault::error(Place::file("a"), "wrong").into())), None);
        assert_eq!(faults.to_string(), "a: wrong");
    }

    #[test]
    fn a_warning_stops_nothing() {
        let mut faults = Faults::from(Fault::warning(Place::file("a"), "odd"));
        assert!(!faults.has_errors());
        faults.push(Fault::error(Place::file("a"), "wrong"));
        assert!(faults.has_errors());
    }
}
