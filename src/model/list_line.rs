//! The line of a list on which a row begins.

use std::fmt;

/// The line of a list on which a row begins, and the number of the row as a spreadsheet program counts: they differ
/// where a cell above has line breaks. Both count from 1, the header's row too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListLine {
    line: u32,
    row: u32,
}

impl ListLine {
    /// A row that begins on a line.
    #[must_use]
    pub fn new(line: u64, row: u64) -> Self {
        let narrow = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        Self { line: narrow(line), row: narrow(row) }
    }

    /// The line.
    #[must_use]
    pub fn line(self) -> u64 {
        self.line.into()
    }

    /// The number of the row.
    #[must_use]
    pub fn row(self) -> u64 {
        self.row.into()
    }

    /// Both in one number, which orders as lines do.
    #[must_use]
    pub fn to_bits(self) -> u64 {
        u64::from(self.line) << 32 | u64::from(self.row)
    }

    /// The line of [`to_bits`](Self::to_bits).
    #[must_use]
    pub fn from_bits(bits: u64) -> Self {
        Self::new(bits >> 32, bits & u64::from(u32::MAX))
    }
}

impl From<u64> for ListLine {
    /// A row whose number is its line.
    fn from(line: u64) -> Self {
        Self::new(line, line)
    }
}

impl fmt::Display for ListLine {
    /// Such as `line 7`, or `line 7 (row 3)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if self.row == self.line { Ok(()) } else { write!(f, " (row {})", self.row) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_its_row_where_that_is_another() {
        assert_eq!(ListLine::from(7).to_string(), "line 7");
        assert_eq!(ListLine::new(7, 3).to_string(), "line 7 (row 3)");
    }

    #[test]
    fn bits_keep_line_and_row_and_their_order() {
        let lines = [ListLine::new(1, 1), ListLine::new(7, 3), ListLine::new(9, 4), ListLine::new(u64::MAX, 5)];
        for (at, line) in lines.iter().enumerate() {
            assert_eq!(ListLine::from_bits(line.to_bits()), *line);
            assert!(lines[..at].iter().all(|before| before.to_bits() < line.to_bits()));
        }
    }
}
