//! Which group a signatory belongs to.

use std::collections::HashMap;

use icu::normalizer::ComposingNormalizerBorrowed;

use super::country::Countries;
use crate::model::{Language, RollStyle, Signatory, canonical};

/// By what signatories are grouped.
pub(super) struct Grouping {
    /// The columns that may have the heading: those for the letter's language first.
    columns: Vec<String>,
    /// Where the groups are countries.
    countries: Option<Countries>,
    /// How each heading is written, by its small letters: as it was met first.
    spellings: HashMap<String, String>,
}

impl Grouping {
    pub(super) fn of(style: &RollStyle, language: &Language) -> Self {
        let column = style.group_by.as_ref().map(|(column, _)| column.as_str());
        let columns = column.into_iter().flat_map(|column| {
            let translated = language.fallbacks().map(move |tag| format!("{column}_{tag}"));
            translated.chain([column.to_owned()])
        });
        let countries = column.filter(|column| canonical(column) == "country").map(|_| Countries::of(language));
        Self { columns: columns.collect(), countries, spellings: HashMap::new() }
    }

    /// The heading of a signatory's group.
    pub(super) fn heading(&mut self, signatory: &Signatory) -> Option<String> {
        let written = self.columns.iter().find_map(|column| signatory.fields.filled(column))?;
        let written = written.split_whitespace().collect::<Vec<_>>().join(" ");
        let heading = self.countries.as_ref().map(|countries| countries.name(&written)).unwrap_or(written);
        // Two systems write one letter with an accent in two ways, as one character or as two (UAX 15).
        let key = ComposingNormalizerBorrowed::new_nfc().normalize(&heading.to_lowercase()).into_owned();
        Some(self.spellings.entry(key).or_insert(heading).clone())
    }
}
