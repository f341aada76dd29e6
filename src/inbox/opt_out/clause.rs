//! What the words of a clause make together: a wish, or none.

use std::borrow::Cow;

use super::super::words;
use super::grammar::{Class, GRAMMAR};

/// How many words a clause has at most that says with one word what longer ones say with several.
const FEW: usize = 5;

/// How many words further on the word for whoever writes ends than the one that asks to take them off, or the other
/// way round.
const NEAR: usize = 3;

/// So many of these words of a clause are looked at, in all languages.
const PLACES: usize = 64;

/// Whether the words of a sentence, in whatever order, may make a wish. Most cannot, and need no closer look.
pub(super) fn may_hold_a_wish(sentence: &str) -> bool {
    let said = words::of(sentence);
    if !GRAMMAR.has_marks(&said) && !GRAMMAR.has_marks_parted_by_courtesies(&said) {
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

    /// Whether it speaks of something else than a wish: "I have already signed".
    pub(super) fn speaks_of_else(&self) -> bool {
        self.languages.iter().any(|classes| classes.have(Class::But))
    }

    /// Whether it tells what others were asked for: "we asked the ministry that …".
    pub(super) fn tells(&self) -> bool {
        self.languages.iter().any(|classes| classes.have(Class::Told))
    }

    /// Reads a clause that is in the form of [`words::of`].
    fn of(words: &str) -> Self {
        let mut languages = vec![Classes::default(); GRAMMAR.languages];
        let length = words.split_whitespace().count();
        let mut places: Vec<(usize, Class, usize)> = Vec::new();
        GRAMMAR.look_up(words, |language, class, rest| {
            if class != Class::Ends || rest.split_whitespace().nth(2).is_none() {
                languages[language].add(class);
            }
            if matches!(class, Class::Remove | Class::Me | Class::AnyList) && places.len() < PLACES {
                places.push((language, class, rest.split_whitespace().count()));
            }
        });
        for (language, classes) in languages.iter_mut().enumerate() {
            if classes.have(Class::Remove) && classes.have(Class::Me) && is_asked_for_writer(&places, language) {
                classes.add(Class::Near);
            }
        }
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
            Address, AnyList, Both, But, Contact, Contacted, Ends, I, List, Mails, Me, Named, Near, NoMails, Not,
            Other, Post, Quit, Receive, Remove, Send, SendNot, Stop, These, Unsubscribe, WantNot, Wish, Write,
            WriteNot,
        };
        // An address that is named is the writer's.
        let has = |class| classes.have(class) || (matches!(class, Me | Near) && self.names_address);
        // Whoever asks it for a colleague alone does not ask it for themselves.
        let is_of_other = (has(Other) || (has(Named) && !has(Me))) && !has(Both);
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
        let taken_off = has(Remove) && (has(List) || (has(AnyList) && has(Near)) || is_my_address);
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
            || (!has(Not) && !is_of_other && (has(Wish) || has(Ends) || taken_off || unsubscribed || left || ended))
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

/// Whether what asks to take off stands beside the word for whoever writes, or the list between the two of them. Of
/// each phrase there is how many words are left behind it.
fn is_asked_for_writer(places: &[(usize, Class, usize)], language: usize) -> bool {
    let of = |wanted: Class| {
        places.iter().filter(move |(of, class, _)| *of == language && *class == wanted).map(|(_, _, left)| *left)
    };
    of(Class::Remove).any(|remove| {
        of(Class::Me).any(|me| {
            let is_between = |list: usize| me > list && list >= remove;
            remove.abs_diff(me) <= NEAR || of(Class::AnyList).any(is_between)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::grammar::MARKS;
    use super::*;

    #[test]
    fn without_a_mark_no_classes_make_a_wish() {
        let marks = MARKS.iter().fold(0, |marks, class| marks | 1_u64 << *class as u32);
        assert!(Classes(u64::MAX).may_make_a_wish());
        assert!(!Classes(!marks).may_make_a_wish());
    }
}
