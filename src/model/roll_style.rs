//! How the block of signatories is to be printed.

use super::{Language, Place};

/// What a campaign says of its block of signatories: `[signatories]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RollStyle {
    /// What stands above it.
    pub heading: Heading,
    /// The column by which signatories are grouped, and where it is named.
    pub group_by: Option<(String, Place)>,
    /// What counts in the order of the alphabet.
    pub sorting: Sorting,
    /// In how many columns it stands, on a page and on paper.
    pub columns: RollColumns,
}

/// What stands above the block of signatories.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Heading {
    /// Nothing.
    #[default]
    None,
    /// The word for it in the letter's language.
    BuiltIn,
    /// The campaign's own words, by language.
    Own(Vec<(Language, String)>),
}

/// What counts in the order of the alphabet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sorting {
    /// The whole name.
    #[default]
    WholeName,
    /// The name behind a leading article of the letter's language: "The Quiet Shore" stands under Q.
    BehindArticle,
}

/// In how many columns the block of signatories stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RollColumns {
    /// As many as suit the number of signatories.
    #[default]
    Auto,
    /// So many: 1, 2 or 3.
    Fixed(u8),
}

impl RollColumns {
    /// The number of columns for so many signatories: one list of twelve can be taken in at a glance, one of a hundred fills pages.
    #[must_use]
    pub fn of(self, signatories: usize) -> u8 {
        match (self, signatories) {
            (Self::Fixed(columns), _) => columns,
            (Self::Auto, ..=12) => 1,
            (Self::Auto, 13..=40) => 2,
            (Self::Auto, _) => 3,
        }
    }
}
