//! Whether somebody asks not to be written to.
//!
//! A wish is heard in what its author says of themselves: a bare word, or a clause that asks to be taken off a list, to
//! be sent nothing more, or to be left alone. What stands in the same clause and turns it round, or speaks of something
//! else, takes it back; so does a link, which is the author's own offer to their readers.

mod elsewhere;
mod grammar;

use std::cell::OnceCell;

use super::{Wish, words};
use grammar::{Clause, GRAMMAR};

/// How much of an answer is looked at: a wish stands at its beginning, or in a short one.
const MAX_TEXT: usize = 4 * 1024;

/// How many words a text has at most that is nothing but a wish.
const SHORT: usize = 40;

/// How many words a line has at most that ends a letter: "Yours sincerely, Ana Roe".
const CLOSING: usize = 7;

/// How long a line is at most, in bytes, that says nothing but a wish.
const LONGEST_BARE: usize = 120;

/// What an answer with this subject and these words of its author's own asks for.
pub(super) fn wish(subject: &str, own: &str) -> Option<Wish> {
    let own = &own[..own.floor_char_boundary(MAX_TEXT)];
    let content = content(own);
    let length: usize = content.iter().map(|line| line.length).sum();
    // A mail program's button writes a new mail; "Re: Unsubscribe" is what the letter was about.
    if Line::of(subject).is_bare() {
        return Some(if length <= SHORT { Wish::Plain } else { Wish::Perhaps });
    }
    if content.first().is_some_and(Line::is_bare) || (length <= SHORT && content.iter().any(Line::is_bare)) {
        return Some(if length <= SHORT { Wish::Plain } else { Wish::Perhaps });
    }
    if !GRAMMAR.has_marks(&all_words(&content)) {
        return None;
    }
    let text = paragraphs(&content);
    let sentences: Vec<(&str, bool)> = sentences(&text).map(|sentence| (sentence, is_wish(sentence))).collect();
    if !(0..sentences.len()).any(|at| sentences[at].1 && !is_of_one_address(&sentences, at)) {
        return None;
    }
    let is_courtesy = |other: &str| !is_link(other) && GRAMMAR.is_courtesy(other);
    let is_plain = length <= SHORT && sentences.iter().all(|&(sentence, is_wish)| is_wish || is_courtesy(sentence));
    Some(if is_plain { Wish::Plain } else { Wish::Perhaps })
}

/// Whether the wish in one of these sentences is meant of one address, and it or one beside it names another.
fn is_of_one_address(sentences: &[(&str, bool)], at: usize) -> bool {
    let (sentence, _) = sentences[at];
    let clauses = clauses(sentence);
    let beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten().filter_map(|beside| sentences.get(beside));
    let others = clauses.iter().filter(|clause| !Clause::read(clause).is_wish()).map(String::as_str);
    let others: Vec<&str> = beside.filter(|(_, is_wish)| !is_wish).map(|&(text, _)| text).chain(others).collect();
    elsewhere::is_meant(sentence, &others)
}

fn is_link(sentence: &str) -> bool {
    sentence.contains("://") || sentence.contains("www.")
}

/// Whether a sentence asks for no more letters: in one of its clauses, or in two that belong together.
fn is_wish(sentence: &str) -> bool {
    if is_link(sentence) || !grammar::may_hold_a_wish(sentence) {
        return false;
    }
    let clauses = clauses(sentence);
    let read: Vec<Clause> = clauses.iter().map(|clause| Clause::read(clause)).collect();
    read.iter().any(Clause::is_wish)
        || read
            .iter()
            .zip(clauses.windows(2))
            .any(|(clause, pair)| clause.opens_another() && Clause::read(&format!("{} {}", pair[0], pair[1])).is_wish())
}

/// A line, without the blanks around it.
struct Line<'t> {
    text: &'t str,
    /// How many words it has; one more than [`SHORT`] where there are more.
    length: usize,
    words: OnceCell<String>,
}

impl<'t> Line<'t> {
    fn of(text: &'t str) -> Self {
        let text = text.trim();
        Self { text, length: text.split_whitespace().take(SHORT + 1).count(), words: OnceCell::new() }
    }

    /// Its words in the form of [`words::of`].
    fn words(&self) -> &str {
        self.words.get_or_init(|| words::of(self.text))
    }

    /// Whether it says nothing but that somebody wants no more letters.
    fn is_bare(&self) -> bool {
        self.text.len() < LONGEST_BARE && GRAMMAR.is_bare(self.words())
    }
}

/// The lines of a letter between its greeting and its end, blank ones among them as empty lines.
fn content(own: &str) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    for line in own.lines().map(Line::of) {
        if line.text.is_empty() {
            if !lines.is_empty() {
                lines.push(line);
            }
            continue;
        }
        let is_short = line.length <= CLOSING;
        if is_short && lines.is_empty() && GRAMMAR.is_greeting(line.words()) {
            continue;
        }
        if is_short && !lines.is_empty() && GRAMMAR.is_closing(line.words()) {
            break;
        }
        lines.push(line);
    }
    lines
}

/// The words of all lines, in the form of [`words::of`].
fn all_words(lines: &[Line<'_>]) -> String {
    let mut all = String::from(" ");
    for line in lines {
        all.push_str(line.words().trim_start());
    }
    all
}

/// The text of lines, where a blank line ends a sentence.
fn paragraphs(lines: &[Line<'_>]) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(line.text);
        text.push(if line.text.is_empty() { '\n' } else { ' ' });
    }
    text
}

/// The sentences of a text. A point within a word, as in an address, ends none.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        if rest.is_empty() {
            return None;
        }
        let end = rest.char_indices().find(|&(at, c)| {
            let after = &rest[at + c.len_utf8()..];
            c == '\n'
                || (matches!(c, '.' | '!' | '?' | ';' | '。' | '！')
                    && after.chars().next().is_none_or(char::is_whitespace))
        });
        let end = end.map_or(rest.len(), |(at, c)| at + c.len_utf8());
        let (sentence, after) = rest.split_at(end);
        rest = after;
        Some(sentence)
    })
}

/// The clauses of a sentence. A courtesy between commas parts none: "Remove, please, my address from your list".
fn clauses(sentence: &str) -> Vec<String> {
    let mut clauses: Vec<String> = Vec::new();
    let mut goes_on = false;
    for piece in sentence.split([',', ':', '–', '—', '(', ')', '"', '“', '”', '„', '«', '»', '/']) {
        if !clauses.is_empty() && GRAMMAR.is_nothing_but_courtesy(piece) {
            goes_on = true;
        } else if let Some(clause) = clauses.last_mut().filter(|_| goes_on) {
            clause.push_str(piece);
            goes_on = false;
        } else {
            clauses.push(piece.to_owned());
        }
    }
    clauses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_alone_is_plain_and_one_among_other_things_may_be_none() {
        assert_eq!(wish("", "Unsubscribe\n\nAna Roe\nMinistry of Water"), Some(Wish::Plain));
        assert_eq!(wish("unsubscribe", ""), Some(Wish::Plain));
        assert_eq!(wish("", "Please take us off your list.\n\nKind regards\nAna"), Some(Wish::Plain));
        let among = "We have read your letter with care and disagree. Please take us off your list.";
        assert_eq!(wish("", among), Some(Wish::Perhaps));
        assert_eq!(wish("", "Remove, please, my address from your list."), Some(Wish::Plain));
        assert_eq!(wish("Re: Unsubscribe", "We agree."), None);
        assert_eq!(wish("", "Thank you.\n\nAna Roe\nSubscribe | Unsubscribe"), None);
    }
}
