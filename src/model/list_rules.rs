//! What a recipients list is told to mean, where a person says so.

use super::{Language, Place};

/// What `[lists]` says of the columns and rows of the recipients list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListRules {
    /// What known columns are called in the list.
    pub columns: Vec<ColumnRule>,
    /// Columns whose `yes` keeps a row from being written to.
    pub opt_out: Vec<Named>,
    /// Only rows that all of these hold for are of the list.
    pub rows: Vec<RowRule>,
    /// The language of rows whose `lang` is empty, by their `country`.
    pub language_of: Vec<CountryRule>,
    /// What is done where rows with different names have one address.
    pub shared_address: SharedAddress,
}

/// The name of a column, and where `campaign.toml` says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The column, in any spelling.
    pub column: String,
    /// Where it stands.
    pub place: Place,
}

/// What a known column is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnRule {
    /// One of [`KNOWN_COLUMNS`].
    pub known: &'static str,
    /// The columns of the list that it is made of, one at the least.
    pub sources: Vec<Named>,
}

/// Which cells of a column a row must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowRule {
    /// The column.
    pub column: Named,
    /// The cells, one at the least; an empty text stands for an empty cell.
    pub values: Vec<String>,
}

/// The language of the recipients of a country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountryRule {
    /// The country, as the list's cells have it.
    pub country: String,
    /// The language.
    pub language: Language,
    /// Where `campaign.toml` says it.
    pub place: Place,
}

/// What is done where rows with different names have one address: several people who read one mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SharedAddress {
    /// Nothing was said: the first row gets the letter, and each of the others is warned of.
    #[default]
    Unsaid,
    /// The first row gets the letter, for all of them.
    First,
    /// Each of the people gets a letter.
    Each,
}

/// The columns of a recipients list that have a meaning.
pub const KNOWN_COLUMNS: [&str; 14] = [
    "email",
    "id",
    "name",
    "salutation",
    "title",
    "role",
    "organisation",
    "country",
    "lang",
    "cc",
    "bcc",
    "tags",
    "attachments",
    "timezone",
];
