//! Names that differ by a slip of the pen: one letter too many, too few, in the wrong place, or mistaken for another.
//!
//! Comparing every name with every other takes minutes for a long list. Two words at such a distance are equal when a
//! letter is taken out of each, or of one: names are sorted by what is left of them, and only neighbours are compared.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use super::fold::Folded;

/// A name with fewer letters than this may well be another's.
const SHORTEST_NAME: usize = 10;

/// A name with more letters than this is a text, and a word with more is none: for each letter, the whole name is read
/// once.
const LONGEST_NAME: usize = 200;
const LONGEST_WORD: usize = 40;

/// The shortest word in which a letter can be too many, too few or in the wrong place.
const SHORTEST_WORD: usize = 4;

/// The shortest word in which a letter can be mistaken for another.
const SHORTEST_MISTAKEN: usize = 6;

/// Letters that are written for one another: they sound alike, or are spelled so in another language.
const MISTAKEN: [&str; 9] = ["aeiouy", "ck", "cs", "sz", "vw", "fv", "dt", "bp", "mn"];

/// Rows with a name that is another's but for a slip, each with that other, which stands before it.
pub(super) fn pairs(rows: &[usize], folded: &[Folded]) -> Vec<(usize, usize)> {
    let mut keys: Vec<(u64, usize, usize)> = Vec::new();
    for row in rows {
        let name = &folded[*row];
        let letters: usize = name.words.iter().map(|word| word.chars().count()).sum();
        if !(SHORTEST_NAME..=LONGEST_NAME).contains(&letters) {
            continue;
        }
        for (at, word) in name.words.iter().enumerate().filter(|(_, word)| may_slip(word)) {
            keys.extend(variants(word).map(|left| (key(name, at, &left), *row, at)));
        }
    }
    keys.sort_unstable();
    keys.dedup();
    let mut pairs = Vec::new();
    for alike in keys.chunk_by(|one, other| one.0 == other.0) {
        for (n, (_, row, at)) in alike.iter().enumerate() {
            let word = |row: usize| folded[row].words[*at].as_str();
            let before = alike[..n].iter().map(|(_, before, _)| *before);
            pairs.extend(before.filter(|before| is_slip(word(*before), word(*row))).map(|before| (*row, before)));
        }
    }
    pairs.sort_unstable();
    pairs.dedup_by_key(|(row, _)| *row);
    pairs
}

/// Numbers tell names apart, and in scripts of syllables and words one character is much.
fn may_slip(word: &str) -> bool {
    (SHORTEST_WORD..=LONGEST_WORD).contains(&word.chars().count())
        && word.chars().all(|c| c.is_alphabetic() && c < '\u{2e80}')
}

/// A word, and what is left of it without each of its letters.
fn variants(word: &str) -> impl Iterator<Item = String> {
    let without = |(at, c): (usize, char)| format!("{}{}", &word[..at], &word[at + c.len_utf8()..]);
    std::iter::once(word.to_owned()).chain(word.char_indices().map(without))
}

/// What two names have in common that differ in one word alone, and of this only by what was taken out.
fn key(name: &Folded, at: usize, left: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&name.words[..at], left, &name.words[at + 1..], &name.affiliation).hash(&mut hasher);
    hasher.finish()
}

/// Whether a word is another but for a slip. Nobody errs in the first letter.
fn is_slip(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let same = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    if same == 0 || one == other {
        return false;
    }
    let (one, other) = (&one[same..], &other[same..]);
    match one.len().cmp(&other.len()) {
        std::cmp::Ordering::Less => *one == other[1..],
        std::cmp::Ordering::Greater => one[1..] == *other,
        std::cmp::Ordering::Equal if one[1..] == other[1..] => {
            same + one.len() >= SHORTEST_MISTAKEN
                && MISTAKEN.iter().any(|letters| letters.contains(one[0]) && letters.contains(other[0]))
        }
        std::cmp::Ordering::Equal => {
            one.len() > 1 && one[0] == other[1] && one[1] == other[0] && one[2..] == other[2..]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_from_another_word() {
        for (one, other) in [
            ("medecins", "medicins"),
            ("organisation", "organization"),
            ("afrika", "africa"),
            ("centre", "center"),
            ("civi", "civic"),
            ("friend", "friends"),
            ("netherlands", "nethelands"),
        ] {
            assert!(is_slip(one, other) && is_slip(other, one), "{one} {other}");
        }
        for (one, other) in [
            ("france", "greece"),
            ("ireland", "iceland"),
            ("irland", "island"),
            ("gambia", "zambia"),
            ("niger", "nigeria"),
            ("austria", "australia"),
            ("slovakia", "slovenia"),
            ("iran", "iraq"),
            ("women", "woman"),
            ("peace", "place"),
            ("green", "greek"),
            ("youth", "south"),
            ("delta", "delta"),
        ] {
            assert!(!is_slip(one, other) && !is_slip(other, one), "{one} {other}");
        }
    }
}
