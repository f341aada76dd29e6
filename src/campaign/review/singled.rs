//! Whether a column by which people are told apart names them: what everybody may read has no names.

use crate::model::{Person, canonical};

/// Known columns whose values are no people, whatever a row is called by.
const OF_NOBODY: [&str; 6] = ["country", "organisation", "lang", "tags", "role", "timezone"];

/// Words within a name that have no capital.
const PARTICLES: [&str; 18] = [
    "de", "del", "della", "di", "da", "dos", "du", "la", "le", "van", "von", "der", "den", "ter", "zu", "af", "av",
    "bin",
];

/// Counts the values of a column that name whom their row is about.
#[derive(Debug, Default)]
pub(super) struct Singled {
    filled: u64,
    named: u64,
}

impl Singled {
    /// Takes in what a row has in the column, and the name of its recipient.
    pub(super) fn see(&mut self, value: &str, name: &str) {
        let (value, name) = (Person::named(value), Person::named(name));
        if value.is_nobody() {
            return;
        }
        self.filled += 1;
        // "Roe" for "Ana Roe" is her as well, and an initial stands for many.
        let is_word = value.as_str().split(' ').any(|word| word.chars().count() > 2);
        self.named += u64::from(is_word && !name.is_nobody() && name.may_be(&value));
    }

    /// Whether the column names the recipients.
    pub(super) fn names_recipients(&self, column: &str) -> bool {
        may_name(column) && self.named > 0 && self.named * 2 >= self.filled
    }
}

/// Whether a column's values may be people at all.
fn may_name(column: &str) -> bool {
    !OF_NOBODY.contains(&canonical(column).as_str())
}

/// Whether values of a column, each of which stands for one recipient, read as names of people. They need not be the
/// recipients: a secretary, a deputy, somebody whom the letter was given to.
pub(super) fn read_as_people<'v>(column: &str, values: impl Iterator<Item = &'v str>) -> bool {
    let (mut all, mut people) = (0_u64, 0_u64);
    for value in values {
        all += 1;
        people += u64::from(reads_as_person(value));
    }
    may_name(column) && all > 1 && people * 3 >= all * 2
}

/// Whether a value has the form of a name: two to five words, each with a capital or a particle of names.
fn reads_as_person(value: &str) -> bool {
    let words: Vec<&str> =
        value.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()).collect();
    let is_of_name = |word: &&str| {
        let letters = |c: char| c.is_alphabetic() || matches!(c, '.' | '-' | '\'' | '’');
        let mut chars = word.chars();
        let has_capital = chars.next().is_some_and(char::is_uppercase);
        word.chars().all(letters) && (has_capital || PARTICLES.contains(word))
    };
    let acronyms = words.iter().any(|word| word.len() > 1 && word.chars().all(char::is_uppercase));
    (2..=5).contains(&words.len()) && !acronyms && words.iter().all(is_of_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_name_their_rows_are_found_whatever_the_column_is_called() {
        let singled = |rows: &[(&str, &str)]| {
            let mut singled = Singled::default();
            for (value, name) in rows {
                singled.see(value, name);
            }
            singled.names_recipients("Contact")
        };
        assert!(singled(&[("Roe, Ana", "Ana Roe"), ("Mr Bo Lind", "Bo Lind")]));
        assert!(singled(&[("Roe", "Ana Roe"), ("Lind", "Bo Lind"), ("", "Cy")]));
        assert!(!singled(&[("Greens", "Ana Roe"), ("Left", "Bo Lind")]));
        assert!(!singled(&[("Upper", ""), ("Lower", "")]));
    }

    #[test]
    fn names_of_people_are_told_from_names_of_things() {
        let people = |values: &[&str]| read_as_people("Assistant", values.iter().copied());
        assert!(people(&["Ana Roe", "Bo van der Lind", "Dr. Cy O’Hara"]));
        assert!(!people(&["upper house", "lower house"]));
        assert!(!people(&["Ministry of Water", "Ministry of Trade"]));
        assert!(!people(&["Region 1", "Region 2"]));
        assert!(!read_as_people("organisation", ["Delta Watch", "River Trust"].into_iter()));
    }
}
