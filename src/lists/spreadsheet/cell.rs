//! A cell as its file stores it: what every reader of spreadsheets makes, and what `shown` makes a text of.

/// A cell that is being read. Nothing is decided yet: a reader says what stands in the file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cell<'a> {
    /// What is stored as its value.
    pub(super) value: Value<'a>,
    /// Whether a formula made it.
    pub(super) formula: Formula,
    /// Where [`super::formats::Formats`] has its number format (`.xlsx`); 0 where nothing is said.
    pub(super) style: usize,
    /// The text that the program showed for it: `text:p` of `.ods`.
    pub(super) text: Option<&'a str>,
}

/// The value of a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'a> {
    /// None is stored. A text without characters is a value.
    Absent,
    Text(&'a str),
    Number(f64),
    Bool(bool),
    /// A day, or a day with a time, as ISO 8601 writes it.
    Date(&'a str),
    /// A span of time, as ISO 8601 writes it: `PT14H30M00S`.
    Time(&'a str),
    /// What a formula could not work out, as the program names it: `#N/A`.
    Error(&'a str),
}

/// Whether a cell's value was worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Formula {
    /// It was typed.
    No,
    /// It was worked out by the program that wrote the file, as far as there is one.
    Yes,
    /// The book says that its formulas are to be worked out by whoever opens it: a zero is none (`fullCalcOnLoad`).
    Stale,
}

impl Cell<'_> {
    /// Whether nobody knows its value. A text without characters is known, and empty.
    pub(super) fn is_unknown(&self) -> bool {
        match (self.formula, self.value) {
            (Formula::No, _) => false,
            (_, Value::Absent) => true,
            (Formula::Stale, Value::Number(number)) => number == 0.0,
            _ => false,
        }
    }
}
