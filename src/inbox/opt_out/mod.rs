//! Whether somebody asks not to be written to.
//!
//! A wish is heard in what its author says of themselves: a bare word, or a clause that asks to be taken off a list, to
//! be sent nothing more, or to be left alone. What stands in the same clause and turns it round, or speaks of something
//! else, takes it back; so does a link, which is the author's own offer to their readers.

mod clause;
mod elsewhere;
mod grammar;

use std::ops::Range;

use super::{Wish, words};
use clause::{Clause, may_hold_a_wish};
use grammar::GRAMMAR;

/// How much of an answer is looked at: a wish stands at its beginning, or in a short one.
const MAX_TEXT: usize = 4 * 1024;

/// How many words a text has at most that is nothing but a wish.
const SHORT: usize = 40;

/// How many words a line has at most that ends a letter: "Yours sincerely, Ana Roe".
const CLOSING: usize = 7;

/// How long a line is at most, in bytes, that says nothing but a wish.
const LONGEST_BARE: usize = 120;

/// What an answer with this subject and these words of its author's own asks for: no more letters, to whoever wrote it.
pub(super) fn wish(subject: &str, own: &str) -> Option<Wish> {
    let content = Content::of(&own[..own.floor_char_boundary(MAX_TEXT)]);
    // "Remove my colleague from your list, but do write to me."
    wish_in(subject, &content).filter(|_| !GRAMMAR.asks_for_letters(&content.words))
}

fn wish_in(subject: &str, content: &Content<'_>) -> Option<Wish> {
    // A mail program's button writes a new mail; "Re: Unsubscribe" is what the letter was about.
    if is_bare(subject.trim(), &words::of(subject)) || content.says_it_alone() {
        return Some(if content.is_short() { Wish::Plain } else { Wish::Perhaps });
    }
    let marked = content.marked_lines()?;
    let (text, starts) = content.paragraphs();
    let is_marked = |from: usize, to: usize| {
        let first = starts.partition_point(|start| *start <= from).saturating_sub(1);
        let last = starts.partition_point(|start| *start < to);
        marked[first..last].contains(&true)
    };
    let read = |from: usize, to: usize| {
        sentences(&text[from..to]).map(move |Sentence { from: at, text }| {
            let start = from + at;
            (text, is_marked(start, start + text.len()) && is_wish(text))
        })
    };
    // No sentence goes on behind a blank line: most paragraphs need not be divided into sentences.
    let mut end = 0;
    let mut paragraphs = text.split_inclusive('\n').map(|paragraph| {
        end += paragraph.len();
        (end - paragraph.len(), end)
    });
    if !paragraphs.any(|(from, to)| is_marked(from, to) && read(from, to).any(|(_, is_wish)| is_wish)) {
        return None;
    }
    let sentences: Vec<(&str, bool)> = read(0, text.len()).collect();
    if !(0..sentences.len()).any(|at| sentences[at].1 && !is_of_one_address(&sentences, at)) {
        return None;
    }
    let is_courtesy = |other: &str| !is_link(other) && GRAMMAR.is_courtesy(other);
    // "No more emails please, I have already signed": it may be meant of this letter.
    let says_else = |sentence: &str| clauses(sentence).iter().any(|clause| Clause::read(clause).speaks_of_else());
    let is_plain = content.is_short()
        && sentences.iter().all(|&(text, is_wish)| if is_wish { !says_else(text) } else { is_courtesy(text) });
    Some(if is_plain { Wish::Plain } else { Wish::Perhaps })
}

/// What somebody wrote between their greeting and the words that end a letter, line by line.
pub(super) fn lines_between_greeting_and_end(own: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    for line in own[..own.floor_char_boundary(MAX_TEXT)].lines().map(str::trim).filter(|line| !line.is_empty()) {
        let is_short = words_of(line, CLOSING) <= CLOSING;
        match lines.is_empty() {
            true if is_short && GRAMMAR.is_greeting(&words::of(line)) => {}
            false if is_short && GRAMMAR.is_closing(&words::of(line)) => break,
            _ => lines.push(line),
        }
    }
    lines
}

/// How many words a line has; one more than `most` where there are more.
fn words_of(line: &str, most: usize) -> usize {
    line.split_whitespace().take(most + 1).count()
}

/// Whether a line, with its words in the form of [`words::of`], says nothing but that somebody wants no more letters.
fn is_bare(line: &str, words: &str) -> bool {
    line.len() < LONGEST_BARE && GRAMMAR.is_bare(words)
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
    if is_link(sentence) || !may_hold_a_wish(sentence) {
        return false;
    }
    let clauses = clauses(sentence);
    let read: Vec<Clause> = clauses.iter().map(|clause| Clause::read(clause)).collect();
    let mut pairs = read.iter().zip(clauses.windows(2));
    !read.iter().any(Clause::tells)
        && (read.iter().any(Clause::is_wish)
            || pairs.any(|(clause, pair)| {
                clause.opens_another() && Clause::read(&format!("{} {}", pair[0], pair[1])).is_wish()
            }))
}

/// A letter between its greeting and its end.
struct Content<'t> {
    /// Its lines without the blanks around them, blank ones as empty lines; and where the words of each begin and end.
    lines: Vec<(&'t str, Range<usize>)>,
    /// The words of all lines, in the form of [`words::of`].
    words: String,
    /// How many words it has; some more than [`SHORT`] where there are more.
    length: usize,
}

impl<'t> Content<'t> {
    fn of(own: &'t str) -> Self {
        let mut content = Self { lines: Vec::new(), words: String::with_capacity(own.len() + 2), length: 0 };
        content.words.push(' ');
        for line in own.lines().map(str::trim) {
            if line.is_empty() {
                if !content.lines.is_empty() {
                    content.lines.push((line, content.words.len()..content.words.len()));
                }
                continue;
            }
            let from = content.words.len();
            words::append(line, &mut content.words);
            let words = &content.words[from - 1..];
            let length = words_of(line, if content.is_short() { SHORT } else { CLOSING });
            if length <= CLOSING && content.lines.is_empty() && GRAMMAR.is_greeting(words) {
                content.words.truncate(from);
                continue;
            }
            if length <= CLOSING && !content.lines.is_empty() && GRAMMAR.is_closing(words) {
                content.words.truncate(from);
                break;
            }
            content.length += length;
            content.lines.push((line, from..content.words.len()));
        }
        content
    }

    fn is_short(&self) -> bool {
        self.length <= SHORT
    }

    /// Whether its first line says nothing but that somebody wants no more letters; or any, where it is short.
    fn says_it_alone(&self) -> bool {
        let looked_at = if self.is_short() { self.lines.len() } else { 1 };
        self.lines.iter().take(looked_at).any(|(line, words)| is_bare(line, &self.words[words.start - 1..words.end]))
    }

    /// Which lines may have a part of a wish; `None` where none has.
    fn marked_lines(&self) -> Option<Vec<bool>> {
        if !GRAMMAR.may_have_marks(&self.words) {
            return None;
        }
        let mut marked = vec![false; self.lines.len()];
        let mut mark = |found: Range<usize>| {
            let first = self.lines.partition_point(|(_, words)| words.end <= found.start);
            let behind = self.lines.partition_point(|(_, words)| words.start < found.end);
            marked[first..behind.max(first)].fill(true);
        };
        let is_any = GRAMMAR.marks(&self.words).map(&mut mark).count() > 0;
        // What belongs together may have a courtesy within it.
        let is_parted = GRAMMAR.has_marks_parted_by_courtesies(&self.words);
        if is_parted {
            GRAMMAR.courtesies(&self.words).for_each(mark);
        }
        (is_any || is_parted).then_some(marked)
    }

    /// Its text, where a blank line ends a sentence; and where each line begins in it.
    fn paragraphs(&self) -> (String, Vec<usize>) {
        let mut text = String::new();
        let mut starts = Vec::with_capacity(self.lines.len());
        for (line, _) in &self.lines {
            starts.push(text.len());
            text.push_str(line);
            text.push(if line.is_empty() { '\n' } else { ' ' });
        }
        (text, starts)
    }
}

/// A sentence, and where in its text it begins.
#[derive(Debug, PartialEq, Eq)]
struct Sentence<'t> {
    from: usize,
    text: &'t str,
}

/// The sentences of a text. A point within a word, as in an address, ends none.
fn sentences(text: &str) -> impl Iterator<Item = Sentence<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = text[from..].trim_start();
        if rest.is_empty() {
            return None;
        }
        from = text.len() - rest.len();
        let end = rest.char_indices().find(|&(at, c)| {
            let after = &rest[at + c.len_utf8()..];
            c == '\n'
                || matches!(c, '。' | '！' | '？' | '；' | '؟' | '؛')
                || (matches!(c, '.' | '!' | '?' | ';') && after.chars().next().is_none_or(char::is_whitespace))
        });
        let end = end.map_or(rest.len(), |(at, c)| at + c.len_utf8());
        let sentence = Sentence { from, text: &rest[..end] };
        from += end;
        Some(sentence)
    })
}

/// The clauses of a sentence. A courtesy between commas parts none: "Remove, please, my address from your list".
fn clauses(sentence: &str) -> Vec<String> {
    let mut clauses: Vec<String> = Vec::new();
    let mut goes_on = false;
    for piece in sentence.split([',', '，', '،', ':', '：', '–', '—', '(', ')', '"', '“', '”', '„', '«', '»', '/'])
    {
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
    fn a_sentence_knows_where_it_stands() {
        let text = " Né à Gand.  Write to a.b@c.example!\nStop";
        let found: Vec<Sentence<'_>> = sentences(text).collect();
        assert_eq!(
            found.iter().map(|one| one.text).collect::<Vec<_>>(),
            ["Né à Gand.", "Write to a.b@c.example!", "Stop"]
        );
        assert!(found.iter().all(|one| text[one.from..].starts_with(one.text)), "{found:?}");
        assert_eq!(sentences(" \n ").next(), None);
    }

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
