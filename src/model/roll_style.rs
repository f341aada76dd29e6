//! How the block of signatories is to be printed.

use super::{Language, Place, SignatoryKind};

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
    /// Whether logos stand below it, where signatories have one.
    pub logos: Logos,
}

/// What stands above the block of signatories.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Heading {
    /// Nothing.
    #[default]
    None,
    /// A word in the letter's language; the place is where it is asked for.
    Words {
        /// The campaign's own words. For a language that is not here, the program has a word.
        own: Vec<(Language, String)>,
        /// Where it is asked for.
        place: Place,
    },
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

/// Whether logos are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Logos {
    /// Those that signatories have.
    #[default]
    Shown,
    /// None.
    Hidden,
}

impl RollColumns {
    /// The number of columns for so many signatories of a kind: twelve can be taken in at a glance, a hundred fill
    /// pages. A person with a title and an affiliation needs the room of two organisations.
    #[must_use]
    pub fn of(self, signatories: usize, kind: SignatoryKind) -> u8 {
        match (self, signatories) {
            (Self::Fixed(columns), _) => columns,
            (Self::Auto, ..=12) => 1,
            (Self::Auto, 13..=40) => 2,
            (Self::Auto, _) if kind == SignatoryKind::Person => 2,
            (Self::Auto, _) => 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_signatories_stand_in_several_columns() {
        for (signatories, organisations, persons) in [(1, 1, 1), (12, 1, 1), (13, 2, 2), (40, 2, 2), (41, 3, 2)] {
            assert_eq!(RollColumns::Auto.of(signatories, SignatoryKind::Organisation), organisations, "{signatories}");
            assert_eq!(RollColumns::Auto.of(signatories, SignatoryKind::Person), persons, "{signatories}");
        }
        assert_eq!(RollColumns::Fixed(1).of(200, SignatoryKind::Person), 1);
    }
}
