//! Whether one of very many phrases is in a text, found out by four bytes of each that few others have.
//!
//! An automaton of thousands of phrases does not fit into the caches next to the processor, and nearly every text has
//! none of them: four bytes of a text that no phrase is known by are looked at once, in a table that does fit.

use std::collections::HashMap;

/// How many bytes a phrase is known by: a gram.
const LENGTH: usize = 4;

/// How many bits the table of grams has for each phrase, at the least: one in so many of a text's is looked up in vain.
const BITS: usize = 64;

/// Four bytes, the first of them the lowest.
type Gram = u32;

/// Phrases, each by its gram.
#[derive(Debug)]
pub(super) struct Grams {
    /// Which hashes some gram has: a power of two.
    may_be: Vec<u64>,
    /// The phrases that a gram stands for, and where in them it stands.
    known: HashMap<Gram, Vec<(usize, Box<str>)>>,
    /// Phrases that are shorter than a gram.
    short: Vec<Box<str>>,
}

impl Grams {
    pub(super) fn of<'p>(phrases: impl Iterator<Item = &'p str> + Clone) -> Self {
        let mut counts: HashMap<Gram, usize> = HashMap::new();
        for (_, gram) in phrases.clone().flat_map(grams) {
            *counts.entry(gram).or_default() += 1;
        }
        let words = (phrases.clone().count() * BITS).div_ceil(64).next_power_of_two();
        let mut made = Self { may_be: vec![0; words], known: HashMap::new(), short: Vec::new() };
        for phrase in phrases {
            // One that as few others have, and without a blank: these are the same in all texts.
            let has_blank = |gram: Gram| gram.to_le_bytes().contains(&b' ');
            let best = grams(phrase).min_by_key(|(_, gram)| (has_blank(*gram), counts[gram]));
            let Some((at, gram)) = best else {
                made.short.push(phrase.into());
                continue;
            };
            let (word, bit) = place(gram, words);
            made.may_be[word] |= bit;
            made.known.entry(gram).or_default().push((at, phrase.into()));
        }
        made
    }

    /// Whether one of the phrases is in a text.
    pub(super) fn are_in(&self, text: &str) -> bool {
        let words = self.may_be.len();
        let may_be = |(_, gram): &(usize, Gram)| {
            let (word, bit) = place(*gram, words);
            self.may_be[word] & bit != 0
        };
        grams(text).filter(may_be).any(|(at, gram)| self.stands(text, at, gram))
            || self.short.iter().any(|phrase| text.contains(&**phrase))
    }

    /// Whether a phrase stands where its gram is.
    fn stands(&self, text: &str, at: usize, gram: Gram) -> bool {
        self.known.get(&gram).is_some_and(|phrases| {
            phrases.iter().any(|(before, phrase)| {
                let start = at.checked_sub(*before);
                start.is_some_and(|start| text.as_bytes()[start..].starts_with(phrase.as_bytes()))
            })
        })
    }
}

/// All grams of a text, and where they stand.
fn grams(text: &str) -> impl Iterator<Item = (usize, Gram)> + '_ {
    let with_next = |last: &mut Gram, byte: &u8| {
        *last = *last >> 8 | Gram::from(*byte) << 24;
        Some(*last)
    };
    text.as_bytes().iter().scan(0, with_next).skip(LENGTH - 1).enumerate()
}

/// The bit of a gram in a table of so many words, a power of two (multiplicative hashing).
fn place(gram: Gram, words: usize) -> (usize, u64) {
    let hash = gram.wrapping_mul(0x9e37_79b1);
    ((hash >> 6) as usize & (words - 1), 1 << (hash >> 26))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_found_wherever_it_stands_and_nothing_else_is() {
        let phrases = ["unsubscribe", " stop ", "ne m'écrivez plus", "no", "más"];
        let grams = Grams::of(phrases.into_iter());
        for text in ["unsubscribe", "x unsubscribe", " please stop ", "… ne m'écrivez plus", "a no b", "nada más"] {
            assert!(grams.are_in(text), "{text}");
        }
        for text in ["", "n", "unsubscrib", "stop", "ne m'écrivez pas", "a river and its delta"] {
            assert!(!grams.are_in(text), "{text}");
        }
        assert!(!Grams::of([].into_iter()).are_in("text"));
    }
}
