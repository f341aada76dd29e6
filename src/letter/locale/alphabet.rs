//! The order of a language's alphabet.

use std::cmp::Ordering;

use icu::collator::{Collator, CollatorBorrowed, options::CollatorOptions};

use crate::model::Language;

/// The order of a language's alphabet.
pub(in crate::letter) struct Alphabet(Option<CollatorBorrowed<'static>>);

impl Alphabet {
    pub(in crate::letter) fn of(language: &Language) -> Self {
        Self(Collator::try_new(language.locale().into(), CollatorOptions::default()).ok())
    }

    /// Names by their letters: the quotation mark, `#` or `@` with which one begins counts only between two that are
    /// the same otherwise.
    pub(in crate::letter) fn compare(&self, one: &str, other: &str) -> Ordering {
        let (first, second) = (from_first_letter(one), from_first_letter(other));
        let marks = || (one.len() - first.len()).cmp(&(other.len() - second.len()));
        self.letters(first, second).then_with(marks).then_with(|| self.letters(one, other)).then_with(|| one.cmp(other))
    }

    fn letters(&self, one: &str, other: &str) -> Ordering {
        match &self.0 {
            Some(collator) => collator.compare(one, other),
            None => one.cmp(other),
        }
    }
}

/// A name from its first letter or digit on; the whole where it has none.
pub(in crate::letter) fn from_first_letter(name: &str) -> &str {
    name.find(char::is_alphanumeric).map_or(name, |at| &name[at..])
}
