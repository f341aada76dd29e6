//! How a list is to be read, where a person says so.

use std::collections::BTreeMap;

/// What `[lists]` says of the form of the files; what it does not say is guessed from each CSV file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListFormat {
    /// In which encoding text files are: labels of the WHATWG Encoding Standard, such as `utf-8` or `windows-1252`,
    /// code pages of MS-DOS such as `cp850`, and `utf-8-twice`.
    pub encoding: EncodingChoice,
    /// `,`, `;` or a tab.
    pub delimiter: Option<char>,
    /// Which sheet of a spreadsheet is read.
    pub sheet: SheetChoice,
    /// What becomes of the rows that nobody sees; `None` where nobody has said.
    pub hidden_rows: Option<HiddenRows>,
    /// What the parts of a merged cell hold.
    pub merged_cells: MergedCells,
}

/// In which encoding the text files are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum EncodingChoice {
    /// It is guessed from each file.
    #[default]
    Guessed,
    /// In this one, all of them.
    Named(String),
    /// In this one each, by what the list is called; the others' are guessed.
    Each(BTreeMap<String, String>),
}

impl EncodingChoice {
    /// The one of a list, where it is said.
    #[must_use]
    pub fn of(&self, list: &str) -> Option<&str> {
        match self {
            Self::Guessed => None,
            Self::Named(label) => Some(label),
            Self::Each(labels) => labels.get(list).map(String::as_str),
        }
    }
}

/// Which sheet of a spreadsheet is the list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SheetChoice {
    /// The first that is shown.
    #[default]
    First,
    /// The one of that name, whatever the list.
    Named(String),
    /// The one of that name for each list, by what the list is called: `recipients`, `signatories`, `suppressions`.
    Each(BTreeMap<String, String>),
}

/// What becomes of rows that a filter, a folded outline or a person hides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HiddenRows {
    /// They are no rows of the list.
    Skip,
    /// They are rows like any others.
    Send,
}

/// What the parts of a merged cell hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MergedCells {
    /// The first one the value, the others nothing.
    #[default]
    Apart,
    /// All of them the value.
    First,
}
