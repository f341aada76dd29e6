//! Whether one of very many phrases is in a text, found out by four bytes of each that few others have.
//!
//! An automaton of thousands of phrases does not fit into the caches next to the processor, and nearly every text has
//! none of them: four bytes of a text that no phrase is known by are looked at once, in a table that does fit.

use std::collections::HashMap;

/// How many bytes a phrase is known by: a gram.
const LENGTH: usize = 4;

/// How many bits the table of grams has for each phrase, at the least: one in so many of a text's is looked up in vain.
const BITS: usize = 64;

/// The letters of most languages in Latin letters, the rarest first: what stands in few texts is looked up seldom. Any
/// other sign is rarer still.
const BY_FREQUENCY: &[u8] = b"jqxzkvbywgpfmucdlhrsnioate ";

/// Four bytes, the first of them the lowest.
type Gram = u32;

/// Phrases, each by its gram.
#[derive(Debug)]
pub(super) struct Grams {
    /// Which hashes some gram has: a power of two of bits.
    may_be: Vec<u64>,
    /// The phrases, in the order of the hashes of their grams.
    known: Vec<Known>,
    /// Where among them each bucket of hashes begins, and behind the last one their number: a power of two, and one.
    buckets: Vec<usize>,
    /// Phrases that are shorter than a gram.
    short: Vec<Box<str>>,
}

/// A phrase, and the gram that it is known by.
#[derive(Debug)]
struct Known {
    gram: Gram,
    /// Where in the phrase it stands.
    at: usize,
    phrase: Box<str>,
}

impl Grams {
    pub(super) fn of<'p>(phrases: impl Iterator<Item = &'p str> + Clone) -> Self {
        let mut counts: HashMap<Gram, usize> = HashMap::new();
        for (_, gram) in phrases.clone().flat_map(grams) {
            *counts.entry(gram).or_default() += 1;
        }
        let (mut known, mut short) = (Vec::new(), Vec::new());
        for phrase in phrases {
            // One that few texts have, and as few other phrases as may be.
            match grams(phrase).min_by_key(|(_, gram)| (frequency(*gram), counts[gram])) {
                Some((at, gram)) => known.push(Known { gram, at, phrase: phrase.into() }),
                None => short.push(phrase.into()),
            }
        }
        known.sort_by_key(|known| hash(known.gram));
        let count = known.len().max(1);
        let mut may_be = vec![0; (count * BITS).div_ceil(64).next_power_of_two()];
        for known in &known {
            let (word, bit) = place(known.gram, may_be.len());
            may_be[word] |= bit;
        }
        let size = (2 * count).next_power_of_two();
        let begins = |at: usize| known.partition_point(|known| bucket(known.gram, size) < at);
        let buckets = (0..=size).map(begins).collect();
        Self { may_be, known, buckets, short }
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
        let bucket = bucket(gram, self.buckets.len() - 1);
        self.known[self.buckets[bucket]..self.buckets[bucket + 1]].iter().any(|known| {
            let start = at.checked_sub(known.at).filter(|_| known.gram == gram);
            start.is_some_and(|start| text.as_bytes()[start..].starts_with(known.phrase.as_bytes()))
        })
    }
}

/// All grams of a text, and where they stand.
fn grams(text: &str) -> impl Iterator<Item = (usize, Gram)> + '_ {
    text.as_bytes().windows(LENGTH).map(|gram| Gram::from_le_bytes([gram[0], gram[1], gram[2], gram[3]])).enumerate()
}

/// How frequent the signs of a gram are, as a number to compare.
fn frequency(gram: Gram) -> usize {
    let of = |byte: u8| BY_FREQUENCY.iter().position(|known| *known == byte).map_or(0, |place| place + 1);
    gram.to_le_bytes().map(of).iter().sum()
}

/// Multiplicative hashing: the highest bits of the product are those that all of a gram decides.
fn hash(gram: Gram) -> u32 {
    gram.wrapping_mul(0x9e37_79b1)
}

/// In which bucket of so many, a power of two that is more than one, a gram is.
fn bucket(gram: Gram, buckets: usize) -> usize {
    (hash(gram) >> (u32::BITS - buckets.trailing_zeros())) as usize
}

/// The bit of a gram in a table of so many words, a power of two.
fn place(gram: Gram, words: usize) -> (usize, u64) {
    let bit = hash(gram) >> (u32::BITS - u64::BITS.trailing_zeros() - words.trailing_zeros());
    ((bit / u64::BITS) as usize, 1 << (bit % u64::BITS))
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
