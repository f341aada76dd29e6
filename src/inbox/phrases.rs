//! The phrases that mail is known by. They stand in text files beside this one, a line or more for each key, with where
//! they come from.
//!
//! The form of a file: `key:` alone in a line begins a list, phrases are set apart by `;`, `_` at an end of a phrase
//! stands for the end of a word, and `#` begins a comment. `a|b` is either of the two, `a .. b` is `a` with `b` behind
//! it, a few words away at most, and `a + b` the same with no more than a short word between. `$name = a|b` gives such
//! a choice a name, which stands for it below as `$name`.

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::grams::Grams;
use super::{Reason, words};

/// How many bytes the parts of a phrase may stand apart that are joined by `..`: some six words.
const FAR: usize = 40;

/// The same, for those that are joined by `+`: one short word.
const NEAR: usize = 8;

/// Phrases under keys, all looked for in one pass.
#[derive(Debug)]
pub(super) struct Phrases<K> {
    automaton: Option<AhoCorasick>,
    /// The patterns with which a phrase ends: nearly every text has none.
    ends: Grams,
    /// What each pattern of the automaton is a part of.
    uses: Vec<Vec<Use<K>>>,
    /// How many parts all phrases of several parts have.
    slots: usize,
    /// The phrases as they stand in their files, for the test that leaves some out.
    #[cfg(test)]
    names: Vec<String>,
}

/// A pattern as a part of a phrase.
#[derive(Debug, Clone, Copy)]
enum Use<K> {
    /// It is all of it.
    Whole(K, usize),
    /// It is its first part, whose place is kept in this slot.
    First(usize),
    /// It comes behind the part of the slot before this one, no more than so many bytes away.
    Next(usize, usize),
    /// It is the last part, behind the part of this slot, no more than so many bytes away.
    Last(usize, usize, K, usize),
}

/// A phrase found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found<K> {
    /// What it stands for.
    pub(super) key: K,
    /// Where it begins; of a phrase of several parts, the last of them.
    pub(super) at: usize,
    /// How long that is, in bytes.
    pub(super) length: usize,
    /// Which phrase of its files it is.
    pub(super) phrase: usize,
}

impl<K: Copy> Phrases<K> {
    /// Reads files, and keeps the lists whose key means something.
    pub(super) fn read(files: &[&str], mut key: impl FnMut(&str) -> Option<K>) -> Self {
        let mut read = Self {
            automaton: None,
            ends: Grams::of([].into_iter()),
            uses: Vec::new(),
            slots: 0,
            #[cfg(test)]
            names: Vec::new(),
        };
        let mut count = 0;
        let mut patterns: HashMap<String, usize> = HashMap::new();
        for file in files {
            let mut now = None;
            let mut choices: Vec<(&str, &str)> = Vec::new();
            for line in file.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
                if let Some((name, choice)) = line.strip_prefix('$').and_then(|line| line.split_once(" = ")) {
                    choices.push((name, choice));
                } else if let Some(name) = line.strip_suffix(':') {
                    now = key(name);
                } else if let Some(now) = now {
                    for phrase in line.split(';').map(str::trim).filter(|phrase| !phrase.is_empty()) {
                        read.add((phrase, count), now, &choices, &mut patterns);
                        count += 1;
                        #[cfg(test)]
                        read.names.push(phrase.to_owned());
                    }
                }
            }
        }
        let mut ordered = vec![String::new(); patterns.len()];
        for (pattern, place) in patterns {
            ordered[place] = pattern;
        }
        let is_end = |uses: &[Use<K>]| uses.iter().any(|one| matches!(one, Use::Whole(..) | Use::Last(..)));
        let ends = ordered.iter().zip(&read.uses).filter(|(_, uses)| is_end(uses));
        read.ends = Grams::of(ends.map(|(pattern, _)| pattern.as_str()));
        read.automaton = AhoCorasick::new(ordered).ok();
        read
    }

    fn add(
        &mut self,
        (phrase, number): (&str, usize),
        key: K,
        choices: &[(&str, &str)],
        patterns: &mut HashMap<String, usize>,
    ) {
        let mut parts: Vec<(usize, Vec<&str>)> = vec![(0, Vec::new())];
        for word in phrase.split(' ') {
            match word {
                ".." => parts.push((FAR, Vec::new())),
                "+" => parts.push((NEAR, Vec::new())),
                word => parts.last_mut().into_iter().for_each(|(_, words)| words.push(word)),
            }
        }
        let last = parts.len() - 1;
        for (place, (gap, words)) in parts.into_iter().enumerate() {
            let slot = self.slots + place;
            let part = match place {
                0 if last == 0 => Use::Whole(key, number),
                0 => Use::First(slot),
                place if place == last => Use::Last(slot - 1, gap, key, number),
                _ => Use::Next(slot, gap),
            };
            for pattern in words.join(" ").split('|').flat_map(|word| meant(word, choices).split('|')) {
                let known = patterns.len();
                let at = *patterns.entry(unmark(pattern)).or_insert(known);
                if at == known {
                    self.uses.push(Vec::new());
                }
                self.uses[at].push(part);
            }
        }
        self.slots += last;
    }

    /// All phrases in a text that is in the form of [`words::of`].
    pub(super) fn find(&self, words: &str) -> Vec<Found<K>> {
        let mut phrases = Vec::new();
        // Where the last match of each part ends; nothing while no phrase has begun.
        let mut ends: Vec<Option<usize>> = Vec::new();
        let Some(automaton) = self.automaton.as_ref().filter(|_| self.ends.are_in(words)) else { return phrases };
        for part in automaton.find_overlapping_iter(words) {
            let is_behind = |end: Option<&Option<usize>>, gap| {
                end.copied().flatten().is_some_and(|end| end <= part.start() && part.start() - end <= gap)
            };
            for one in &self.uses[part.pattern().as_usize()] {
                let found = |key, phrase| Found { key, at: part.start(), length: part.len(), phrase };
                match *one {
                    Use::Whole(key, phrase) => phrases.push(found(key, phrase)),
                    Use::First(slot) => {
                        ends.resize(self.slots, None);
                        ends[slot] = Some(part.end());
                    }
                    Use::Next(slot, gap) if is_behind(ends.get(slot - 1), gap) => ends[slot] = Some(part.end()),
                    Use::Last(slot, gap, key, phrase) if is_behind(ends.get(slot), gap) => {
                        phrases.push(found(key, phrase));
                    }
                    Use::Next(..) | Use::Last(..) => {}
                }
            }
        }
        #[cfg(test)]
        super::unseen::retain_known(&mut phrases, &self.names);
        phrases
    }

    /// Whether one of the phrases is in a text.
    pub(super) fn are_in(&self, words: &str) -> bool {
        if self.slots > 0 || cfg!(test) {
            return !self.find(words).is_empty();
        }
        self.ends.are_in(words)
    }
}

/// What a word of a phrase stands for: itself, or the choice that it names.
fn meant<'w>(word: &'w str, choices: &[(&str, &'w str)]) -> &'w str {
    let named = word.strip_prefix('$').and_then(|name| choices.iter().find(|(known, _)| *known == name));
    named.map_or(word, |&(_, choice)| choice)
}

/// `_` at an end is the blank that ends a word.
fn unmark(phrase: &str) -> String {
    let start = if phrase.starts_with('_') { " " } else { "" };
    let end = if phrase.ends_with('_') { " " } else { "" };
    format!("{start}{}{end}", phrase.trim_matches('_'))
}

const REASONS: &str = include_str!("phrases/reasons.txt");
const REASONS_ABROAD: &str = include_str!("phrases/reasons-abroad.txt");
const REPORT_LINES: &str = include_str!("phrases/report-lines.txt");
const STILL_TRIED: &str = include_str!("phrases/still-tried.txt");
const NOT_DELIVERED: &str = include_str!("phrases/not-delivered.txt");

/// A reason that a text gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// It says so.
    Plainly(Reason),
    /// It says so in words that are used for something else too.
    Perhaps(Reason),
}

/// The reason that a text gives; the one that stands first in its file where there are several, and other languages
/// before English, whose short words are in theirs.
pub(super) fn reason(text: &str) -> Option<Said> {
    // A reason may have several lists, at several places of the order.
    static REASON: LazyLock<(Phrases<usize>, Vec<Said>)> = LazyLock::new(|| {
        let mut order = Vec::new();
        let phrases = Phrases::read(&[REASONS_ABROAD, REASONS], |key| {
            order.push(said(key)?);
            Some(order.len() - 1)
        });
        (phrases, order)
    });
    let (phrases, order) = &*REASON;
    phrases.find(text).iter().map(|found| found.key).min().and_then(|place| order.get(place)).copied()
}

/// What a key stands for: a reason's word, and `?` behind it where its phrases are not sure.
fn said(key: &str) -> Option<Said> {
    let named = |word: &str| Reason::ALL.iter().copied().find(|reason| reason.as_str() == word);
    match key.strip_suffix('?') {
        Some(word) => named(word).map(Said::Perhaps),
        None => named(key).map(Said::Plainly),
    }
}

/// What a line of a report says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cue {
    /// The letter follows.
    Letter,
    /// The sending system has given up.
    GivenUp,
    /// Delivery is delayed.
    Delayed,
    /// Delivery failed.
    Failed,
    /// Somebody to turn to is named.
    Contact,
}

/// What a line of a report says, all of it.
pub(super) fn cues(line: &str) -> impl Iterator<Item = Cue> {
    static CUES: LazyLock<Phrases<Cue>> = LazyLock::new(|| {
        // The key of a list in other languages names them behind what it says.
        Phrases::read(&[REPORT_LINES, STILL_TRIED, NOT_DELIVERED], |name| match name.split(' ').next()? {
            "letter" => Some(Cue::Letter),
            "given-up" => Some(Cue::GivenUp),
            "delayed" => Some(Cue::Delayed),
            "contact" => Some(Cue::Contact),
            _ => Some(Cue::Failed),
        })
    });
    CUES.find(line).into_iter().map(|found| found.key)
}

/// The beginnings of the names of the months.
pub(super) fn months() -> &'static Phrases<i8> {
    static MONTHS: LazyLock<Phrases<i8>> =
        LazyLock::new(|| Phrases::read(&[include_str!("phrases/months.txt")], |key| key.parse().ok()));
    &MONTHS
}

/// What is said of a letter that came in; whether it is a courtesy only.
pub(super) fn received() -> &'static Phrases<bool> {
    static RECEIVED: LazyLock<Phrases<bool>> =
        LazyLock::new(|| Phrases::read(&[include_str!("phrases/received.txt")], |key| Some(key == "thanks")));
    &RECEIVED
}

/// Words of coming back beside a day, in a text in lower case; whether they stand behind it.
pub(super) fn back() -> &'static Phrases<bool> {
    static BACK: LazyLock<Phrases<bool>> =
        LazyLock::new(|| Phrases::read(&[include_str!("phrases/back.txt")], |key| Some(key.starts_with("behind "))));
    &BACK
}

/// Where somebody stands on a letter: no vacation program says so.
pub(super) fn position() -> &'static Phrases<()> {
    static POSITION: LazyLock<Phrases<()>> =
        LazyLock::new(|| Phrases::read(&[include_str!("phrases/position.txt")], |_| Some(())));
    &POSITION
}

/// Where the last day away stands, by the words beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LastDay {
    /// Before them: "20 January inclusive".
    Before,
    /// Behind them: "through 20 January".
    Behind,
    /// They are words of coming back: it is the day that stands behind them no longer.
    Back,
}

/// Words beside the last day away, in a text in lower case.
pub(super) fn last_day() -> &'static Phrases<LastDay> {
    static LAST: LazyLock<Phrases<LastDay>> = LazyLock::new(|| {
        Phrases::read(&[include_str!("phrases/last-day.txt")], |key| match key {
            "before" => Some(LastDay::Behind),
            "behind" => Some(LastDay::Before),
            _ => Some(LastDay::Back),
        })
    });
    &LAST
}

/// What the subjects of vacation programs say; whether it is said anywhere in them, and not at their beginning.
pub(super) fn auto_reply_subjects() -> &'static Phrases<bool> {
    static SUBJECTS: LazyLock<Phrases<bool>> = LazyLock::new(|| {
        Phrases::read(&[include_str!("phrases/auto-reply-subjects.txt")], |key| Some(key == "anywhere"))
    });
    &SUBJECTS
}

macro_rules! one_list {
    ($($(#[$doc:meta])* $name:ident = $($file:literal),+;)*) => {
        $($(#[$doc])*
        pub(super) fn $name() -> &'static Phrases<()> {
            static PHRASES: LazyLock<Phrases<()>> =
                LazyLock::new(|| Phrases::read(&[$(include_str!($file)),+], |_| Some(())));
            &PHRASES
        })*
    };
}

one_list! {
    /// The subjects of reports.
    report_subjects = "phrases/report-subjects.txt", "phrases/still-tried.txt", "phrases/not-delivered.txt";
    /// A letter is late and still tried, in other languages than English.
    still_tried = "phrases/still-tried.txt";
    /// Words before a reference, in a text in lower case.
    reference = "phrases/reference.txt";
    /// A letter is being dealt with.
    in_hand = "phrases/in-hand.txt";
    /// A mail was refused or filtered out, as its recipient's filter or gateway says it.
    refused = "phrases/refused.txt";
    /// A letter was read, or deleted without that.
    displayed = "phrases/displayed.txt";
    /// Somebody has another address now, in a text in lower case.
    moved = "phrases/moved.txt";
}

/// Whether a text, as it stands, holds one of the phrases.
pub(super) fn says(phrases: &Phrases<()>, text: &str) -> bool {
    phrases.are_in(&words::of(text))
}

#[cfg(test)]
mod tests;
