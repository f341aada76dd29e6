//! The words of `opt-out.txt`, and how they make a wish.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Input, MatchKind};

use super::super::words;

/// How many words a clause has at most that says with one word what longer ones say with several.
const FEW: usize = 5;

macro_rules! classes {
    ($($name:ident = $word:literal,)*) => {
        /// What a phrase says.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u32)]
        enum Class {
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
const MARKS: [Class; 12] = [
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
    languages: usize,
    bare: HashSet<String>,
    polite: Option<AhoCorasick>,
    /// Those of [`MARKS`], and the courtesies, which may stand within one. Most sentences have neither, and the fewer
    /// phrases are looked for, the sooner it is done.
    marks: Option<AhoCorasick>,
    greetings: Option<AhoCorasick>,
    closings: Option<AhoCorasick>,
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
            marks: AhoCorasick::new(of(&MARKS).into_iter().chain(&polite)).ok(),
            greetings: AhoCorasick::new(of(&[Class::Greeting])).ok(),
            closings: AhoCorasick::new(of(&[Class::Closing])).ok(),
            // "thank you very much" before "thank you".
            polite: AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&polite).ok(),
            languages: languages.len(),
            bare,
            uses,
        }
    }

    /// Tells each phrase of words in the form of [`words::of`]: its language, its class, and what stands behind it.
    fn look_up<'w>(&self, words: &'w str, mut tell: impl FnMut(usize, Class, &'w str)) {
        for found in self.automaton.iter().flat_map(|automaton| automaton.find_overlapping_iter(words)) {
            for &(language, class) in &self.uses[found.pattern().as_usize()] {
                tell(language, class, &words[found.end()..]);
            }
        }
    }

    /// Whether words, in the form of [`words::of`], have anything that every wish has, or a courtesy, which may stand
    /// within it.
    pub(super) fn has_marks(&self, words: &str) -> bool {
        self.marks.as_ref().is_some_and(|marks| marks.is_match(words))
    }

    /// Whether words, in the form of [`words::of`], say nothing but that somebody wants no more letters, apart from
    /// courtesies.
    pub(super) fn is_bare(&self, words: &str) -> bool {
        self.bare.contains(self.without_polite(words).trim())
    }

    /// Whether words, in the form of [`words::of`], greet the reader of a letter.
    pub(super) fn is_greeting(&self, words: &str) -> bool {
        self.greetings.as_ref().is_some_and(|greetings| greetings.is_match(words))
    }

    /// Whether words, in the form of [`words::of`], end a letter.
    pub(super) fn is_closing(&self, words: &str) -> bool {
        self.closings.as_ref().is_some_and(|closings| closings.is_match(words))
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

    /// Words, in the form of [`words::of`], without the courtesies among them; as they are where there are none.
    fn without_polite<'w>(&self, words: &'w str) -> Cow<'w, str> {
        let mut rest = String::new();
        let mut at = 0;
        // The space behind a courtesy may be the one before the next.
        while let Some(found) = self.polite.as_ref().and_then(|polite| polite.find(Input::new(words).range(at..))) {
            rest.push_str(&words[at..found.start()]);
            at = found.end() - 1;
        }
        if at == 0 {
            return Cow::Borrowed(words);
        }
        rest.push_str(&words[at..]);
        Cow::Owned(rest)
    }
}

/// Whether the words of a sentence, in whatever order, may make a wish. Most cannot, and need no closer look.
pub(super) fn may_hold_a_wish(sentence: &str) -> bool {
    let said = words::of(sentence);
    if !GRAMMAR.has_marks(&said) {
        return false;
    }
    let mut languages = vec![Classes::default(); GRAMMAR.languages];
    GRAMMAR.look_up(&said, |language, class, _| languages[language].add(class));
    if let Cow::Owned(bare) = GRAMMAR.without_polite(&said) {
        GRAMMAR.look_up(&bare, |language, class, _| languages[language].add(class));
    }
    languages.iter().any(|classes| classes.may_make_a_wish())
}

/// Some classes, each a bit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Classes(u64);

impl Classes {
    fn have(self, class: Class) -> bool {
        self.0 >> class as u32 & 1 == 1
    }

    fn add(&mut self, class: Class) {
        self.0 |= 1 << class as u32;
    }

    fn have_one_of(self, classes: &[Class]) -> bool {
        classes.iter().any(|class| self.have(*class))
    }

    /// What every wish has, whatever takes it back: one of [`MARKS`], and what belongs to it.
    fn may_make_a_wish(self) -> bool {
        use Class::{
            Address, AnyList, Contact, Contacted, Ends, List, More, No, NoMails, Post, Quit, Receive, Remove, Send,
            SendNot, Stop, These, Unsubscribe, WantNot, Wish, Write, WriteNot,
        };
        self.have_one_of(&[Wish, Ends, NoMails, Unsubscribe, Quit, WriteNot, SendNot])
            || (self.have(WantNot) && self.have_one_of(&[Receive, Contacted, Contact, Send]))
            || (self.have(Remove) && self.have_one_of(&[List, AnyList, Address]))
            || (self.have(Stop) && self.have_one_of(&[Write, Send, Post]))
            || (self.have(No) && (self.have(Contact) || (self.have(More) && self.have_one_of(&[Post, These]))))
    }
}

/// A clause, by what its words say in each language.
pub(super) struct Clause {
    languages: Vec<Classes>,
    length: usize,
    names_address: bool,
    /// Whether a courtesy stands in it: it asks for something, and tells of nothing.
    is_polite: bool,
}

impl Clause {
    /// Reads a clause, as it stands in a text.
    pub(super) fn read(text: &str) -> Self {
        let said = words::of(text);
        let bare = GRAMMAR.without_polite(&said);
        let is_polite = bare.len() < said.len();
        let mut clause = Self { is_polite, ..Self::of(&said) };
        // A courtesy that parts what belongs together parts nothing: "lad venligst være med at skrive".
        if is_polite && !clause.is_wish() && !clause.is_taken_back() {
            clause = Self { is_polite, ..Self::of(&bare) };
        }
        clause
    }

    /// Whether what it is about stands in the next one: "bitte sehen Sie davon ab, uns zu schreiben".
    pub(super) fn opens_another(&self) -> bool {
        let opens = |classes: &Classes| classes.have(Class::Stop) || classes.have(Class::WantNot);
        self.languages.iter().any(|classes| opens(classes) && !classes.have(Class::Not))
    }

    /// Reads a clause that is in the form of [`words::of`].
    fn of(words: &str) -> Self {
        let mut languages = vec![Classes::default(); GRAMMAR.languages];
        let length = words.split_whitespace().count();
        GRAMMAR.look_up(words, |language, class, rest| {
            if class != Class::Ends || rest.split_whitespace().count() <= 2 {
                languages[language].add(class);
            }
        });
        Self { languages, length, names_address: words.contains(" @ "), is_polite: false }
    }

    /// Whether its words turn a wish round, or speak of something else.
    fn is_taken_back(&self) -> bool {
        self.languages.iter().any(|classes| classes.have(Class::Not) || classes.have(Class::But))
    }

    /// Whether it asks for no more letters.
    pub(super) fn is_wish(&self) -> bool {
        self.languages.iter().any(|classes| *classes != Classes::default() && self.is_wish_in(*classes))
    }

    fn is_wish_in(&self, classes: Classes) -> bool {
        use Class::{
            Address, AnyList, But, Contact, Contacted, Ends, I, List, Mails, Me, NoMails, Not, Post, Quit, Receive,
            Remove, Send, SendNot, Stop, These, Unsubscribe, WantNot, Wish, Write, WriteNot,
        };
        // An address that is named is the writer's.
        let has = |class| classes.have(class) || (class == Me && self.names_address);
        if has(But) {
            return false;
        }
        let few = self.length <= FEW;
        // Whoever asks not to be sent something may mean plastic waste: it has to be mail.
        let asks_not = !has(Stop)
            && ((has(WriteNot) && (has(Me) || has(Mails) || few))
                || (has(SendNot) && (has(Mails) || (few && has(Me)))));
        let wants_not = has(WantNot)
            && ((has(Receive) && (has(Mails) || has(List)))
                || has(Contacted)
                || (has(Me) && (has(Contact) || (has(Send) && has(Post)))));
        let no_more = has(NoMails) && (has(Receive) || has(WantNot) || self.length <= FEW + 3);
        let is_my_address = has(Address) && self.length <= FEW + 4;
        let taken_off = has(Remove) && (has(List) || (has(AnyList) && has(Me)) || is_my_address);
        let unsubscribed = has(Unsubscribe) && (has(Me) || has(I) || has(List) || has(Mails));
        let left = has(Quit) && (has(List) || has(Mails) || has(AnyList) || (few && has(Me)));
        let ended = has(Stop)
            && ((has(Write) && (has(Me) || has(Mails)))
                || (has(Send) && (has(Mails) || (has(These) && has(Me))))
                || (has(Post) && (has(Me) || few)));
        asks_not
            || wants_not
            || no_more
            || self.forbids_more(classes)
            || (!has(Not) && (has(Wish) || has(Ends) || taken_off || unsubscribed || left || ended))
    }

    /// Whether it says "not", "more" and "write to me", in whatever order a language has them.
    fn forbids_more(&self, classes: Classes) -> bool {
        use Class::{Again, Contact, I, Me, More, No, Not, Post, Receive, Send, These};
        let has = |class| classes.have(class);
        let me = has(Me) || self.names_address;
        // Whoever did not write to us is told so without "more"; and what we do no more is no wish.
        let no_contact = has(Contact) && me && !has(I) && (has(More) || has(Again) || self.is_polite);
        let mails = has(Post) || (has(These) && me);
        let no_mails = mails && has(More) && (has(Receive) || (has(Send) && me && !has(I)));
        has(No) && !has(Not) && (no_contact || no_mails)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_mark_no_classes_make_a_wish() {
        let marks = MARKS.iter().fold(0, |marks, class| marks | 1_u64 << *class as u32);
        assert!(Classes(u64::MAX).may_make_a_wish());
        assert!(!Classes(!marks).may_make_a_wish());
    }

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
