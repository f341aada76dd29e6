//! In what form a list was found.

use std::fmt;

/// The form of a list's file, and how far it was guessed: shown to people, so that they can put it right in `[lists]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A text file.
    Csv {
        /// The name of its encoding (WHATWG Encoding Standard).
        encoding: &'static str,
        /// How the encoding is known.
        evidence: Evidence,
        /// What stands between two cells: `,`, `;` or a tab.
        delimiter: char,
        /// How the delimiter is known.
        delimiter_evidence: Evidence,
    },
    /// A spreadsheet.
    Spreadsheet {
        /// `xlsx`, `ods` or `fods`.
        format: &'static str,
        /// The name of the sheet that was read.
        sheet: String,
        /// How many rows were left out because nobody sees them.
        hidden_rows: u64,
    },
}

/// How something about a file is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// `[lists]` says so.
    Configured,
    /// The file says so: by a byte order mark, or by a first line such as `sep=;`.
    Declared,
    /// The file is valid in this form, and next to nothing else looks like it: UTF-8, UTF-16, the delimiter of the
    /// header.
    Recognised,
    /// It is the likeliest of several forms in which the file would be valid.
    Guessed,
}

impl Origin {
    /// The name of the sheet that was read.
    pub(super) fn sheet(&self) -> Option<&str> {
        match self {
            Self::Csv { .. } => None,
            Self::Spreadsheet { sheet, .. } => Some(sheet),
        }
    }

    /// Takes note of rows that were left out.
    pub(super) fn leave_out(&mut self, rows: u64) {
        if let Self::Spreadsheet { hidden_rows, .. } = self {
            *hidden_rows += rows;
        }
    }
}

impl fmt::Display for Origin {
    /// Such as `UTF-8, comma`, or `windows-1252 (guessed), semicolon`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Csv { encoding, evidence, delimiter, .. } => {
                let guessed = match evidence {
                    Evidence::Guessed => " (guessed)",
                    Evidence::Configured | Evidence::Declared | Evidence::Recognised => "",
                };
                let delimiter = match delimiter {
                    ';' => "semicolon",
                    '\t' => "tab",
                    _ => "comma",
                };
                write!(f, "{encoding}{guessed}, {delimiter}")
            }
            Self::Spreadsheet { format, sheet, hidden_rows } => {
                write!(f, "{format}, sheet `{}`", sheet.escape_debug())?;
                match hidden_rows {
                    0 => Ok(()),
                    1 => f.write_str(", 1 hidden row left out"),
                    rows => write!(f, ", {rows} hidden rows left out"),
                }
            }
        }
    }
}
