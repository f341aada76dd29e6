//! Dates, numbers and names of countries as a language has them, for pages that stand beside a letter.

use std::sync::OnceLock;

use jiff::civil::Date;

use super::locale::{DateStyle, format_date, is_right_to_left, plural_of};
use super::roll::Countries;
use crate::model::Language;

/// The forms of a language.
pub struct Forms {
    language: Language,
    /// Made when the first country is asked for.
    countries: OnceLock<Countries>,
}

impl Forms {
    /// Those of a language.
    #[must_use]
    pub fn of(language: &Language) -> Self {
        Self { language: language.clone(), countries: OnceLock::new() }
    }

    /// The language.
    #[must_use]
    pub fn language(&self) -> &Language {
        &self.language
    }

    /// A date in words; in figures (`2027-03-22`) where the language has no names of months here.
    #[must_use]
    pub fn date(&self, date: Date) -> String {
        format_date(date, DateStyle::Long, &self.language).unwrap_or_else(|_| date.to_string())
    }

    /// A date as short as it stays clear.
    #[must_use]
    pub fn short_date(&self, date: Date) -> String {
        format_date(date, DateStyle::Medium, &self.language).unwrap_or_else(|_| date.to_string())
    }

    /// A whole number as the language groups it.
    #[must_use]
    pub fn number(&self, number: u64) -> String {
        let plain = number.to_string();
        plural_of(&plain, &self.language).map_or(plain, |(_, written)| written)
    }

    /// The name of a country that is written as its code (ISO 3166-1, alpha-2), or by its name in English or in the
    /// language; anything else stays.
    #[must_use]
    pub fn country(&self, written: &str) -> String {
        self.countries.get_or_init(|| Countries::of(&self.language)).name(written)
    }

    /// Whether the language is written from right to left.
    #[must_use]
    pub fn is_right_to_left(&self) -> bool {
        is_right_to_left(&self.language)
    }
}
