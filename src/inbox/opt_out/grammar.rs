//! The words of `opt-out.txt`, and how they make a wish.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Input, MatchKind};

use super::super::grams::Grams;
use super::super::words;

macro_rules! classes {
    ($($name:ident = $word:literal,)*) => {
        /// What a phrase says.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u32)]
        pub(super) enum Class {
            $($name,)*
        }

        impl Class {
            fn of(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

classes! {
    Wish = "wish",
    Ends = "ends",
    Remove = "remove",
    Me = "me",
    I = "i",
    List = "list",
    AnyList = "alist",
    Unsubscribe = "unsub",
    Quit = "quit",
    Stop = "stop",
    Write = "write",
    Send = "send",
    WriteNot = "nowrite",
    SendNot = "sendnot",
    Mails = "mails",
    WantNot = "nowant",
    Receive = "receive",
    NoMails = "nomails",
    Not = "not",
    But = "but",
    Told = "told",
    Other = "other",
    Named = "named",
    Both = "both",
    Keep = "keep",
    Near = "near",
    No = "neg",
    More = "more",
    Again = "again",
    Contact = "contact",
    Contacted = "contacted",
    Post = "post",
    These = "these",
    Address = "address",
    Greeting = "greeting",
    Closing = "closing",
}

/// Without one of these nothing is a wish.
pub(super) const MARKS: [Class; 12] = [
    Class::Wish,
    Class::Ends,
    Class::NoMails,
    Class::Unsubscribe,
    Class::Quit,
    Class::WriteNot,
    Class::SendNot,
    Class::WantNot,
    Class::Remove,
    Class::Stop,
    Class::Contact,
    Class::More,
];

/// The phrases, and whole sentences that need no more than a look.
pub(super) struct Grammar {
    automaton: Option<AhoCorasick>,
    /// The language and the class of each pattern; it may have several.
    uses: Vec<Vec<(usize, Class)>>,
    pub(super) languages: usize,
    bare: HashSet<String>,
    polite: Option<AhoCorasick>,
    may_be_polite: Grams,
    /// Those of [`MARKS`]: most texts have none.
    marks: Option<AhoCorasick>,
    may_be_marks: Grams,
    /// Those of [`MARKS`], and courtesies, which may stand within them.
    may_be_either: Grams,
    greetings: Grams,
    closings: Grams,
    kept: Grams,
}

pub(super) static GRAMMAR: LazyLock<Grammar> = LazyLock::new(|| Grammar::read(include_str!("../phrases/opt-out.txt")));

impl Grammar {
    fn read(file: &str) -> Self {
        let mut uses: Vec<Vec<(usize, Class)>> = Vec::new();
        let mut bare: HashSet<String> = HashSet::new();
        let mut polite: Vec<String> = Vec::new();
        let mut patterns: Vec<String> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut languages: Vec<&str> = Vec::new();
        let (mut language, mut class) = (0, "");
        for line in file.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some((name, word)) = line.strip_suffix(':').and_then(|key| key.split_once(' ')) {
                class = word;
                language = languages.iter().position(|known| *known == name).unwrap_or(languages.len());
                if language == languages.len() {
                    languages.push(name);
                }
                continue;
            }
            for phrase in line.split([';', '|']).map(str::trim).filter(|phrase| !phrase.is_empty()) {
                match class {
                    "bare" => {
                        bare.insert(phrase.to_owned());
                    }
                    "polite" => polite.push(format!(" {phrase} ")),
                    class => {
                        let Some(class) = Class::of(class) else { continue };
                        let start = if phrase.starts_with('_') { " " } else { "" };
                        let end = if phrase.ends_with('_') { " " } else { "" };
                        let pattern = format!("{start}{}{end}", phrase.trim_matches('_'));
                        let place = *places.entry(pattern.clone()).or_insert(patterns.len());
                        if place == patterns.len() {
                            patterns.push(pattern);
                            uses.push(Vec::new());
                        }
                        uses[place].push((language, class));
                    }
                }
            }
        }
        let of = |classes: &[Class]| -> Vec<&String> {
            let is_one = |uses: &[(usize, Class)]| uses.iter().any(|(_, class)| classes.contains(class));
            patterns.iter().zip(&uses).filter(|(_, uses)| is_one(uses)).map(|(pattern, _)| pattern).collect()
        };
        Self {
            automaton: AhoCorasick::new(&patterns).ok(),
            marks: AhoCorasick::new(of(&MARKS)).ok(),
            may_be_marks: Grams::of(of(&MARKS).into_iter().map(String::as_str)),
            may_be_either: Grams::of(of(&MARKS).into_iter().chain(&polite).map(String::as_str)),
            greetings: Grams::of(of(&[Class::Greeting]).into_iter().map(String::as_str)),
            closings: Grams::of(of(&[Class::Closing]).into_iter().map(String::as_str)),
            kept: Grams::of(of(&[Class::Keep]).into_iter().map(String::as_str)),
            may_be_polite: Grams::of(polite.iter().map(String::as_str)),
            // "thank you very much" before "thank you".
            polite: AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&polite).ok(),
            languages: languages.len(),
            bare,
            uses,
        }
    }

    /// Tells each phrase of words in the form of [`words::of`]: its language, its class, and what stands behind it.
    pub(super) fn look_up<'w>(&self, words: &'w str, mut tell: impl FnMut(usize, Class, &'w str)) {
        for found in self.automaton.iter().flat_map(|automaton| automaton.find_overlapping_iter(words)) {
            for &(language, class) in &self.uses[found.pattern().as_usize()] {
                tell(language, class, &words[found.end()..]);
            }
        }
    }

    /// Whether words, in the form of [`words::of`], have a courtesy or anything that every wish has: most have neither.
    pub(super) fn may_have_marks(&self, words: &str) -> bool {
        self.may_be_either.are_in(words)
    }

    /// Where words, in the form of [`words::of`], have anything that every wish has: of places that overlap, the first.
    pub(super) fn marks<'w>(&'w self, words: &'w str) -> impl Iterator<Item = Range<usize>> + 'w {
        let marks = self.marks.iter().filter(|_| self.has_marks(words));
        marks.flat_map(move |marks| marks.find_iter(words)).map(|found| found.range())
    }

    /// Whether words, in the form of [`words::of`], have anything that every wish has once the courtesies are taken
    /// out.
    pub(super) fn has_marks_parted_by_courtesies(&self, words: &str) -> bool {
        matches!(self.without_polite(words), Cow::Owned(bare) if self.has_marks(&bare))
    }

    pub(super) fn has_marks(&self, words: &str) -> bool {
        self.may_be_marks.are_in(words)
    }

    /// Whether words, in the form of [`words::of`], say nothing but that somebody wants no more letters, apart from
    /// courtesies.
    pub(super) fn is_bare(&self, words: &str) -> bool {
        self.bare.contains(self.without_polite(words).trim())
    }

    /// Whether words, in the form of [`words::of`], greet the reader of a letter.
    pub(super) fn is_greeting(&self, words: &str) -> bool {
        self.greetings.are_in(words)
    }

    /// Whether words, in the form of [`words::of`], end a letter.
    pub(super) fn is_closing(&self, words: &str) -> bool {
        self.closings.are_in(words)
    }

    /// Whether words, in the form of [`words::of`], ask for letters: whoever wants no more of them says no such thing.
    pub(super) fn asks_for_letters(&self, words: &str) -> bool {
        self.kept.are_in(words)
    }

    /// Whether a text is a courtesy: "Thank you very much."
    pub(super) fn is_courtesy(&self, text: &str) -> bool {
        // A name may stand beside it.
        text.len() < 120 && self.without_polite(&words::of(text)).split_whitespace().count() <= 3
    }

    /// Whether a text is a courtesy and nothing else: "please".
    pub(super) fn is_nothing_but_courtesy(&self, text: &str) -> bool {
        text.len() < 40 && text.contains(char::is_alphabetic) && self.without_polite(&words::of(text)).trim().is_empty()
    }

    /// Where the courtesies stand among words in the form of [`words::of`].
    pub(super) fn courtesies<'w>(&'w self, words: &'w str) -> impl Iterator<Item = Range<usize>> + 'w {
        let mut at = 0;
        let polite = self.polite.as_ref().filter(|_| self.may_be_polite.are_in(words));
        std::iter::from_fn(move || {
            let found = polite?.find(Input::new(words).range(at..))?;
            // The space behind a courtesy may be the one before the next.
            at = found.end() - 1;
            Some(found.range())
        })
    }

    /// Words, in the form of [`words::of`], without the courtesies among them; as they are where there are none.
    pub(super) fn without_polite<'w>(&self, words: &'w str) -> Cow<'w, str> {
        let mut rest = String::new();
        let mut at = 0;
        for found in self.courtesies(words) {
            rest.push_str(&words[at..found.start]);
            at = found.end - 1;
        }
        if at == 0 {
            return Cow::Borrowed(words);
        }
        rest.push_str(&words[at..]);
        Cow::Owned(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_is_one_and_every_phrase_is_in_the_form_in_which_it_is_looked_for() {
        let mut wrong = Vec::new();
        for line in include_str!("../phrases/opt-out.txt").lines() {
            if let Some(key) = line.strip_suffix(':').filter(|_| !line.starts_with('#')) {
                let class = key.split_once(' ').map_or("", |(_, class)| class);
                if Class::of(class).is_none() && !matches!(class, "bare" | "polite") {
                    wrong.push(key.to_owned());
                }
            } else if let Some(phrases) = line.strip_prefix("  ") {
                let phrases = phrases.split([';', '|']).map(str::trim).filter(|phrase| !phrase.is_empty());
                let phrases = phrases.map(|phrase| phrase.trim_matches('_'));
                wrong.extend(
                    phrases.filter(|phrase| !words::of(&format!("x{phrase}x")).contains(phrase)).map(str::to_owned),
                );
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
    }
}
