//! Who somebody at a mailbox is that several people share.

use std::fmt;

use icu::normalizer::DecomposingNormalizerBorrowed;

/// One of the people at a mailbox, by the words of the name; or nobody in particular, where the mailbox is one
/// recipient's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Person(String);

impl Person {
    /// Whom a name means: its words in small letters, without accents, in the order of the alphabet.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let plain: String = DecomposingNormalizerBorrowed::new_nfkd()
            .normalize(name)
            .chars()
            .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
            .collect();
        let plain = plain.to_lowercase();
        let mut words: Vec<&str> =
            plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        words.sort_unstable();
        Self(words.join(" "))
    }

    /// Whom a text means that [`as_str`](Person::as_str) gave.
    #[must_use]
    pub fn from_text(text: String) -> Self {
        Self(text)
    }

    /// The words of the name; nothing, for nobody in particular.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is nobody in particular.
    #[must_use]
    pub fn is_nobody(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether two names at one mailbox may be one person's: all words of the shorter one stand in the other, where an
    /// initial stands for a word. So `Lind, Bo`, `B. Lind` and `Mr Bo Lind MP` may be one. Nobody in particular may be
    /// anybody.
    #[must_use]
    pub fn may_be(&self, other: &Self) -> bool {
        if self.is_nobody() || other.is_nobody() {
            return true;
        }
        let words = |person: &Self| person.0.split(' ').count();
        let (short, long) = if words(self) <= words(other) { (self, other) } else { (other, self) };
        let is_initial_of = |word: &str, of: &str| {
            word.chars().nth(1).is_none() && word.chars().next().is_some_and(|c| of.starts_with(c))
        };
        let may_be = |word: &str, of: &str| word == of || is_initial_of(word, of) || is_initial_of(of, word);
        short.0.split(' ').all(|word| long.0.split(' ').any(|of| may_be(word, of)))
    }
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_may_be_one_persons_are_told_from_those_of_two() {
        let may_be = |one: &str, two: &str| {
            let (one, two) = (Person::named(one), Person::named(two));
            assert_eq!(one.may_be(&two), two.may_be(&one));
            one.may_be(&two)
        };
        for (one, two) in [
            ("Bo Lind", "LIND, Bo"),
            ("Bo Lind", "Mr Bo Lind MP"),
            ("B. Lind", "Bo Lind"),
            ("José Pérez", "Jose Perez"),
            ("Bo Lind", ""),
            ("Lind", "Bo Lind"),
        ] {
            assert!(may_be(one, two), "{one} and {two}");
        }
        for (one, two) in [("Bo Lind", "Ana Roe"), ("Bo Lind", "Ana Lind"), ("Bo Lind MP", "Ana Roe MP")] {
            assert!(!may_be(one, two), "{one} and {two}");
        }
        assert_eq!(Person::named("LIND, Bo"), Person::named("bo lind"));
        assert!(Person::named(" - ").is_nobody());
    }
}
