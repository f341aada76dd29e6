//! Who signs a letter.

use jiff::civil::Date;

use super::{Fields, Language, NamedFile};

/// Who signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum SignatoryKind {
    /// An organisation, by whoever represents it.
    #[default]
    Organisation,
    /// A person, in that person's own name.
    Person,
}

/// One row of the signatories list: an organisation (or person) that signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signatory {
    /// The line of the list on which the row begins.
    pub line: u64,
    /// The name, never empty.
    pub name: String,
    /// The names in other languages, from the columns `name_<lang>`.
    pub names: Vec<(Language, String)>,
    /// Whether an organisation signs, or a person.
    pub kind: SignatoryKind,
    /// What a person is: a profession, an office.
    pub title: Option<String>,
    /// Where a person belongs to: a university, a town.
    pub affiliation: Option<String>,
    /// The acronym.
    pub acronym: Option<String>,
    /// The country, as the list has it.
    pub country: Option<String>,
    /// The web address: `http` or `https`.
    pub url: Option<String>,
    /// A picture file, relative to the workspace.
    pub logo: Option<NamedFile>,
    /// The person who signs for the organisation.
    pub representative: Option<String>,
    /// That person's function.
    pub representative_title: Option<String>,
    /// Whether the signature may appear in the letter.
    pub publish: bool,
    /// When it was signed.
    pub signed_at: Option<Date>,
    /// The place in the list, where the order is not the alphabet's.
    pub order: Option<i64>,
    /// All cells, as they are written. Columns that are not named here are private: they are kept out of every letter.
    pub fields: Fields,
}

impl Signatory {
    /// The name in a language, falling back from `fr-BE` to `fr`, then to the plain name.
    #[must_use]
    pub fn name_in(&self, language: &Language) -> &str {
        language
            .fallbacks()
            .find_map(|tag| self.names.iter().find(|(known, _)| known.as_str() == tag))
            .map_or(&self.name, |(_, name)| name)
    }
}
