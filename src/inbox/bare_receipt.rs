//! Whether a text says that a letter was received and is passed on or looked at, and nothing else.
//!
//! Nobody can list what people answer: so the words of receipts are listed, and one word that is none of them makes an
//! answer of it. A name or two may stand among them, and the letter's subject behind a word for "concerning".

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// How many words such a text has at most.
const SHORT: usize = 80;

/// How many words a line of a signature has at most.
const A_LINE: usize = 7;

/// How many words of the letter's subject are passed over.
const SUBJECT: usize = 8;

/// Words that end the letter's subject, in whatever language: what follows is said of it, or of something else.
const ENDS_SUBJECT: [&str; 69] = [
    "and", "but", "we", "i", "which", "who", "und", "aber", "wir", "ich", "et", "mais", "nous", "je", "qui", "y",
    "pero", "que", "e", "ed", "ma", "noi", "che", "mas", "nós", "en", "maar", "wij", "ik", "och", "men", "vi", "jag",
    "som", "og", "jeg", "ja", "mutta", "joka", "me", "kuid", "és", "hogy", "oraz", "ale", "który", "która", "a",
    "který", "ktorý", "ki", "ali", "koji", "și", "dar", "care", "и", "но", "мы", "ми", "і", "та", "και", "αλλά", "ir",
    "bet", "un", "agus", "ve",
];

/// How many words are looked at before all are.
const FIRST: usize = 6;

/// How many names of people and offices stand in such a text at most.
const NAMES: usize = 3;

/// The words of a language.
#[derive(Default)]
struct Language {
    whole: HashSet<&'static str>,
    /// What words begin with.
    stems: Vec<&'static str>,
    /// Those of both that say what was done with the letter.
    done: HashSet<&'static str>,
    done_stems: Vec<&'static str>,
    /// Those for a letter.
    letters: HashSet<&'static str>,
    /// The letter's subject follows them.
    about: HashSet<&'static str>,
    is_unspaced: bool,
    /// Where its words are not parted: those of [`Self::whole`], so that none hides a longer one.
    longest_first: Vec<&'static str>,
    /// Every noun has a capital: a word with one is no name.
    has_capitals: bool,
}

/// The words of all languages.
struct Languages {
    all: Vec<Language>,
    /// In which languages each word is one, a bit for each of them.
    whole: HashMap<&'static str, u64>,
    stems: HashMap<&'static str, u64>,
    /// In which languages the letter's subject follows it.
    about: HashMap<&'static str, u64>,
}

static LANGUAGES: LazyLock<Languages> = LazyLock::new(|| {
    let mut languages: Vec<Language> = Vec::new();
    for line in include_str!("phrases/receipt-words.txt").lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_suffix(':') {
            let is_unspaced = name.starts_with("unspaced ");
            languages.push(Language { is_unspaced, has_capitals: name == "de", ..Language::default() });
        } else if let Some(language) = languages.last_mut() {
            line.split_whitespace().for_each(|word| language.take(word));
        }
    }
    for language in languages.iter_mut().filter(|language| language.is_unspaced) {
        language.longest_first.extend(&language.whole);
        language.longest_first.sort_unstable_by_key(|word| std::cmp::Reverse(word.len()));
    }
    Languages::of(languages)
});

impl Languages {
    fn of(all: Vec<Language>) -> Self {
        let mut languages = Self { all, whole: HashMap::new(), stems: HashMap::new(), about: HashMap::new() };
        for (at, language) in languages.all.iter().enumerate() {
            let bit = 1 << at;
            language.whole.iter().for_each(|word| *languages.whole.entry(word).or_default() |= bit);
            language.stems.iter().for_each(|stem| *languages.stems.entry(stem).or_default() |= bit);
            language.about.iter().for_each(|word| *languages.about.entry(word).or_default() |= bit);
        }
        languages
    }

    /// The languages in which these words, the first of a text, may all stand in a receipt: in most texts none.
    fn may_say(&self, first: &[Word]) -> impl Iterator<Item = &Language> {
        let of = |words: &HashMap<&str, u64>, word: &str| words.get(word).copied().unwrap_or_default();
        let (mut may, mut about) = (u64::MAX, 0);
        for word in first.iter().filter(|word| word.sort == Sort::Plain) {
            let lower = word.lower.as_str();
            let stems = lower.char_indices().map(|(at, c)| of(&self.stems, &lower[..at + c.len_utf8()]));
            about |= of(&self.about, lower);
            may &= about | stems.fold(of(&self.whole, lower), |languages, more| languages | more);
            if may == 0 {
                break;
            }
        }
        self.all.iter().enumerate().filter(move |(at, _)| may >> at & 1 == 1).map(|(_, language)| language)
    }
}

impl Language {
    fn take(&mut self, marked: &'static str) {
        let word = marked.trim_start_matches(['!', '>', '@']);
        let is_done = marked.starts_with('!');
        if let Some(stem) = word.strip_suffix('*') {
            self.stems.push(stem);
            self.done_stems.extend(is_done.then_some(stem));
            return;
        }
        self.whole.insert(word);
        self.done.extend(is_done.then_some(word));
        self.about.extend(marked.starts_with('>').then_some(word));
        self.letters.extend(marked.starts_with('@').then_some(word));
    }

    fn knows(&self, word: &str) -> bool {
        self.whole.contains(word) || self.stems.iter().any(|stem| word.starts_with(stem))
    }

    fn says_what_was_done(&self, word: &str) -> bool {
        self.done.contains(word) || self.done_stems.iter().any(|stem| word.starts_with(stem))
    }

    /// Whether a text has no other words, one of those that say what was done, and one for what it was done to: "Thank
    /// you, we will answer" is what somebody says.
    fn is_all_of(&self, words: &[Word]) -> bool {
        self.said(words).is_some_and(|(is_done, is_of_letter)| is_done && is_of_letter)
    }

    /// Whether words say what was done, and what it was done to; `None` where there are others.
    fn said(&self, words: &[Word]) -> Option<(bool, bool)> {
        let names = if self.has_capitals { 1 } else { NAMES };
        let (mut is_done, mut is_of_letter, mut unknown, mut about) = (false, false, 0, 0);
        for word in words {
            let lower = word.lower.as_str();
            if about > 0 && (word.begins || ENDS_SUBJECT.contains(&lower)) {
                about = 0;
            }
            if self.about.contains(lower) {
                about = SUBJECT;
            } else if word.sort == Sort::PassedOver || self.knows(lower) {
                is_done |= self.says_what_was_done(lower);
                is_of_letter |= self.letters.contains(lower);
            } else if about > 0 {
                about -= 1;
            } else if word.sort == Sort::Name {
                unknown += 1;
            } else {
                return None;
            }
            if word.ends {
                about = 0;
            }
        }
        (unknown <= names).then_some((is_done, is_of_letter))
    }

    fn is_all_of_unspaced(&self, text: &str) -> bool {
        if text.is_ascii() {
            return false;
        }
        let mut rest = text.trim_start_matches(is_no_letter);
        let (mut is_done, mut is_of_letter) = (false, false);
        while !rest.is_empty() {
            let Some(word) = self.longest_first.iter().find(|word| rest.starts_with(**word)) else { return false };
            is_done |= self.done.contains(word);
            is_of_letter |= self.letters.contains(word);
            rest = rest[word.len()..].trim_start_matches(is_no_letter);
        }
        is_done && is_of_letter
    }
}

/// A word of a text, or a part of one.
struct Word {
    lower: String,
    /// It is the first of its sentence.
    begins: bool,
    /// Nothing is said behind it of what is said before it.
    ends: bool,
    sort: Sort,
}

/// What a word may be besides what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// It says nothing: see [`is_passed_over`].
    PassedOver,
    /// It may be somebody's name.
    Name,
    Plain,
}

/// The words of a text, in its sentences.
fn words(text: &str) -> impl Iterator<Item = Word> + '_ {
    let sentences = text.split(['.', '!', '?', ';', '\n', '؟', '؛']);
    let places = sentences.flat_map(|sentence| sentence.split_whitespace().enumerate());
    places.flat_map(|(place, word)| {
        let parts: Vec<&str> = word.split(['\'', '’', '/']).collect();
        let last = parts.len() - 1;
        parts.into_iter().enumerate().map(move |(part, text)| {
            let text = text.trim_matches(|c: char| !c.is_alphanumeric());
            let lower = text.to_lowercase();
            Word {
                begins: place == 0 && part == 0,
                ends: part == last && word.ends_with([',', ':', '،']),
                sort: match text {
                    text if is_passed_over(text) => Sort::PassedOver,
                    text if place > 0 && text.starts_with(char::is_uppercase) => Sort::Name,
                    _ => Sort::Plain,
                },
                lower,
            }
        })
    })
}

fn is_no_letter(c: char) -> bool {
    !c.is_alphabetic()
}

/// Whether a word says nothing: a number, a single letter, an address.
fn is_passed_over(word: &str) -> bool {
    word.chars().count() <= 1 || word.contains(|c: char| c.is_ascii_digit() || c == '@') || word.starts_with("www.")
}

/// Whether the lines of a text, between its greeting and its end, say that a letter was received and nothing else.
pub(super) fn says_nothing_else(lines: &[&str]) -> bool {
    let ends = |line: &str| line.ends_with(['.', '!', '?', '。', '！', '؟', ':', ',']);
    let is_longer = |line: &str, most: usize| line.split_whitespace().nth(most).is_some();
    // A signature without a word that ends the letter before it.
    let last = lines.iter().rposition(|line| ends(line) || is_longer(line, A_LINE));
    let text = lines[..last.map_or(lines.len(), |last| last + 1)].join(" ");
    if is_longer(&text, SHORT) {
        return false;
    }
    let text = without_quotations(&text);
    // Most texts have others among their first words, in whatever language.
    let first: Vec<Word> = words(&text).take(FIRST).collect();
    let may_say = |language: &&Language| !language.is_unspaced && language.said(&first).is_some();
    let spaced: Vec<&Language> = LANGUAGES.may_say(&first).filter(may_say).collect();
    let is_all = || {
        let words: Vec<Word> = words(&text).collect();
        spaced.iter().any(|language| language.is_all_of(&words))
    };
    let mut unspaced = LANGUAGES.all.iter().filter(|language| language.is_unspaced);
    unspaced.any(|language| language.is_all_of_unspaced(&text)) || (!spaced.is_empty() && is_all())
}

/// The letter's subject may stand in quotation marks.
fn without_quotations(text: &str) -> Cow<'_, str> {
    const MARKS: [char; 6] = ['"', '“', '”', '„', '«', '»'];
    if !text.contains(MARKS) {
        return Cow::Borrowed(text);
    }
    let mut own = String::with_capacity(text.len());
    let mut is_quoted = false;
    for c in text.chars() {
        match c {
            c if MARKS.contains(&c) => is_quoted = !is_quoted,
            c if !is_quoted => own.push(c),
            _ => {}
        }
    }
    // A mark without its other half encloses nothing.
    if is_quoted { Cow::Borrowed(text) } else { Cow::Owned(own) }
}
