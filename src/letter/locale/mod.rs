//! Dates, lists, plurals and alphabets as a language has them (CLDR, by ICU).

mod alphabet;
mod date;
mod list;
mod patterns;
mod plural;
#[cfg(test)]
mod tests;
mod usage;

use std::fmt;

use icu::locale::{Direction, Locale, LocaleDirectionality, locale};

use crate::model::Language;

pub(super) use alphabet::{Alphabet, from_first_letter};
pub(super) use date::{format_date, has_months};
pub(super) use list::{format_list, has_word};
pub(super) use plural::{plural_forms, plural_of};

/// How long a date is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum DateStyle {
    Short,
    Medium,
    Long,
    Full,
}

impl DateStyle {
    pub(super) const WORDS: [&str; 4] = ["short", "medium", "long", "full"];

    pub(super) fn from_word(word: &str) -> Option<Self> {
        let all = [Self::Short, Self::Medium, Self::Long, Self::Full];
        let at = Self::WORDS.iter().position(|known| *known == word)?;
        all.get(at).copied()
    }
}

/// The word before the last item of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Join {
    And,
    Or,
}

impl fmt::Display for Join {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::And => "and",
            Self::Or => "or",
        })
    }
}

/// The locale whose forms a letter in a language uses.
///
/// English of no country is that of the world (`en-001`: "12 June 2024", "a, b and c") and not that of the United
/// States, which CLDR takes for plain `en`.
pub(super) fn working_locale(language: &Language) -> Locale {
    let locale = language.locale();
    if locale == locale!("en") { locale!("en-001") } else { locale }
}

/// The language for one recipient: the letter's, as it is written where the recipient is.
pub(super) fn language_for<'l>(letter: &'l Language, recipient: Option<&'l Language>) -> &'l Language {
    recipient.filter(|wanted| wanted.is_written_as(letter)).unwrap_or(letter)
}

pub(super) fn is_right_to_left(language: &Language) -> bool {
    LocaleDirectionality::new_extended().get(&language.locale().id) == Some(Direction::RightToLeft)
}
