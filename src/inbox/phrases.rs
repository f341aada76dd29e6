//! The phrases that mail is known by. They stand in text files beside this one, a line or more for each key, with where they come from.
//!
//! The form of a file: `key:` alone in a line begins a list, phrases are set apart by `;`, `_` at an end of a phrase stands for the end of a
//! word, and `#` begins a comment.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::{Reason, words};

/// Phrases under keys, all looked for in one pass.
#[derive(Debug)]
pub(super) struct Phrases<K> {
    automaton: Option<AhoCorasick>,
    /// The key of each pattern.
    keys: Vec<K>,
}

/// A phrase found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found<K> {
    /// What it stands for.
    pub(super) key: K,
    /// Where it begins.
    pub(super) at: usize,
    /// How long it is, in bytes.
    pub(super) length: usize,
}

impl<K: Copy> Phrases<K> {
    /// Reads files, and keeps the lists whose key means something.
    pub(super) fn read(files: &[&str], mut key: impl FnMut(&str) -> Option<K>) -> Self {
        let mut patterns = Vec::new();
        let mut keys = Vec::new();
        for file in files {
            let mut now = None;
            for line in file.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
                if let Some(name) = line.strip_suffix(':') {
                    now = key(name);
                } else if let Some(now) = now {
                    for phrase in line.split(';').map(str::trim).filter(|phrase| !phrase.is_empty()) {
                        patterns.push(unmark(phrase));
                        keys.push(now);
                    }
                }
            }
        }
        Self { automaton: AhoCorasick::new(patterns).ok(), keys }
    }

    /// All phrases in a text that is in the form of [`words::of`].
    pub(super) fn find(&self, words: &str) -> impl Iterator<Item = Found<K>> {
        let found = self.automaton.as_ref().map(|automaton| automaton.find_overlapping_iter(words));
        found.into_iter().flatten().filter_map(|found| {
            let key = *self.keys.get(found.pattern().as_usize())?;
            Some(Found { key, at: found.start(), length: found.len() })
        })
    }

    /// Whether one of the phrases is in a text.
    pub(super) fn are_in(&self, words: &str) -> bool {
        self.automaton.as_ref().is_some_and(|automaton| automaton.is_match(words))
    }
}

/// `_` at an end is the blank that ends a word.
fn unmark(phrase: &str) -> String {
    let start = if phrase.starts_with('_') { " " } else { "" };
    let end = if phrase.ends_with('_') { " " } else { "" };
    format!("{start}{}{end}", phrase.trim_matches('_'))
}

const REASONS: &str = include_str!("phrases/reasons.txt");
const NOT_DELIVERED: &str = include_str!("phrases/not-delivered.txt");

/// A reason that a text gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// It says so.
    Plainly(Reason),
    /// It says so in words that are used for something else too.
    Perhaps(Reason),
}

/// The reason that a text gives; the one that stands first in the file where there are several.
pub(super) fn reason(text: &str) -> Option<Said> {
    // A reason may have several lists, at several places of the order.
    static REASON: LazyLock<(Phrases<usize>, Vec<Said>)> = LazyLock::new(|| {
        let mut order = Vec::new();
        let phrases = Phrases::read(&[REASONS], |key| {
            order.push(said(key)?);
            Some(order.len() - 1)
        });
        (phrases, order)
    });
    let (phrases, order) = &*REASON;
    phrases.find(text).map(|found| found.key).min().and_then(|place| order.get(place)).copied()
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
        Phrases::read(&[include_str!("phrases/report-lines.txt"), NOT_DELIVERED], |name| match name {
            "letter" => Some(Cue::Letter),
            "given-up" => Some(Cue::GivenUp),
            "delayed" => Some(Cue::Delayed),
            "contact" => Some(Cue::Contact),
            _ => Some(Cue::Failed),
        })
    });
    CUES.find(line).map(|found| found.key)
}

/// The beginnings of the names of the months.
pub(super) fn months() -> &'static Phrases<i8> {
    static MONTHS: LazyLock<Phrases<i8>> =
        LazyLock::new(|| Phrases::read(&[include_str!("phrases/months.txt")], |key| key.parse().ok()));
    &MONTHS
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
    report_subjects = "phrases/report-subjects.txt", "phrases/not-delivered.txt";
    /// How the subjects of vacation programs begin.
    auto_reply_subjects = "phrases/auto-reply-subjects.txt";
    /// A letter was received.
    received = "phrases/received.txt";
    /// Words before a reference, in a text in lower case.
    reference = "phrases/reference.txt";
    /// Somebody has another address now, in a text in lower case.
    moved = "phrases/moved.txt";
    /// Words before the day of a return, in a text in lower case.
    back = "phrases/back.txt";
    /// Somebody asks not to be written to.
    opt_out = "phrases/opt-out.txt";
}

/// Whether a text, as it stands, holds one of the phrases.
pub(super) fn says(phrases: &Phrases<()>, text: &str) -> bool {
    phrases.are_in(&words::of(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_is_in_the_form_in_which_it_is_looked_for() {
        let files = [
            REASONS,
            NOT_DELIVERED,
            include_str!("phrases/report-lines.txt"),
            include_str!("phrases/report-subjects.txt"),
            include_str!("phrases/auto-reply-subjects.txt"),
            include_str!("phrases/received.txt"),
            include_str!("phrases/opt-out.txt"),
        ];
        let lines = files.iter().flat_map(|file| file.lines()).filter(|line| line.starts_with("  "));
        let wrong: Vec<&str> = lines
            .flat_map(|line| line.split(';'))
            .map(str::trim)
            .filter(|phrase| !phrase.is_empty())
            .filter(|phrase| phrase.len() < 4 || !words::of(phrase).contains(unmark(phrase).trim()))
            .collect();
        assert_eq!(wrong, Vec::<&str>::new());
    }

    #[test]
    fn every_key_of_the_reasons_is_a_reason() {
        for name in REASONS.lines().filter_map(|line| line.strip_suffix(':')) {
            assert!(said(name).is_some(), "{name}");
        }
    }
}
