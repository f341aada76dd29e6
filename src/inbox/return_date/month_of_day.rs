//! A day that is said to be one of this month or of the next: "until the 14th of this month".

use std::sync::LazyLock;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::dates::Written;
use super::tokens::{Kind, Token};

/// How far behind a day its month is looked for, in bytes: a point or an ending stands between.
const ENDING: usize = 24;

/// Words of a month, each with how many months it is from now, and whether it stands behind its day.
static WORDS: LazyLock<Vec<(&str, i32, bool)>> = LazyLock::new(|| {
    let mut words = Vec::new();
    let mut now = (0, false);
    for line in include_str!("../phrases/month-of-day.txt").lines().map(str::trim).filter(|line| !line.starts_with('#'))
    {
        match line.strip_suffix(':') {
            Some(key) => now = (i32::from(key.starts_with("next")), key.ends_with("behind")),
            None => words.extend(line.split("; ").filter(|word| !word.is_empty()).map(|word| (word, now.0, now.1))),
        }
    }
    // "del mes que viene" before "del mes".
    words.sort_by_key(|(word, ..)| std::cmp::Reverse(word.len()));
    words
});

/// The day at a token of a text in lower case, where words of a month stand beside it; `written` is when it was written.
pub(super) fn day(lower: &str, tokens: &[Token<'_>], at: usize, written: Date) -> Option<Written> {
    let Kind::Number(day @ 1..=31, length @ 1..=2) = tokens.get(at)?.kind else { return None };
    let start = tokens[at].start;
    if lower[..start].ends_with(['.', '/', '-', ':']) {
        return None;
    }
    let before = lower[..start].trim_end_matches(|c: char| !c.is_alphanumeric() && c != '.');
    let found = behind(&lower[start + length..]).or_else(|| {
        WORDS.iter().find(|(word, _, is_behind)| !is_behind && ends_with(before, word)).map(|word| word.1)
    })?;
    let month = written.first_of_month().checked_add(found.months()).ok()?;
    let (year, month) = (month.year(), month.month());
    Some(Written { day: i8::try_from(day).ok()?, month, year: Some(year), from: at, to: at + 1 })
}

/// The months from now of which a text speaks that stands behind a day: its ending and a sign may stand before.
fn behind(text: &str) -> Option<i32> {
    let text = &text[..text.floor_char_boundary(ENDING + 40)];
    let begins = |rest: &str| {
        WORDS.iter().find(|(word, _, is_behind)| *is_behind && starts_with(rest, word)).map(|(_, months, _)| *months)
    };
    // Behind the figure: `.`, `th`, `-ти`, `:e`, `a`, `-én`; then a blank.
    let ending = text.find(|c: char| c.is_whitespace()).filter(|end| *end <= ENDING)?;
    if text[..ending].chars().filter(|c| c.is_alphabetic()).count() > 4
        || text[..ending].contains(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    let rest = text[ending..].trim_start();
    // "14 числа этого месяца", "14 d. šio mėnesio".
    let next =
        rest.split_once(char::is_whitespace).map(|(first, next)| (first.trim_end_matches('.'), next.trim_start()));
    let is_word_for_day = |word: &str| matches!(word, "числа" | "число" | "d" | "de" | "of" | "day" | "dia" | "dnia");
    begins(rest).or_else(|| next.filter(|(first, _)| is_word_for_day(first)).and_then(|(_, next)| begins(next)))
}

fn starts_with(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| word.ends_with('.') || !rest.starts_with(char::is_alphanumeric))
}

fn ends_with(text: &str, word: &str) -> bool {
    text.strip_suffix(word).is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
}
