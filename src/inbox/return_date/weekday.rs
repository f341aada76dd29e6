//! A day that is named by its weekday and its number alone: "back Monday 9th", "rientro lunedì 16". The weekday tells
//! the month, and a number that does not fall on it is none.

use std::sync::LazyLock;

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};

use super::tokens::{Kind, Token};
use super::written::Written;

/// So far ahead such a day may be, in days.
const AHEAD: i32 = 60;

/// Behind a number, these make it a time of day.
const OF_CLOCK: [&str; 16] =
    ["uhr", "am", "pm", "a", "p", "h", "heures", "heure", "ore", "horas", "uur", "kl", "hod", "óra", "godz", "o"];

/// How the names begin, each with its day; `_` ends one that is a whole word.
static NAMES: LazyLock<Vec<(&str, Weekday)>> = LazyLock::new(|| {
    let lines = include_str!("../phrases/weekdays.txt").lines().filter_map(|line| line.split_once(": "));
    let day = |(number, names): (&str, &'static str)| {
        let day = number.parse().ok().and_then(|number| Weekday::from_monday_one_offset(number).ok())?;
        Some(names.split('|').map(move |name| (name, day)))
    };
    lines.filter_map(day).flatten().collect()
});

/// The day at a token of a text in lower case that was written on a certain day.
pub(super) fn day(tokens: &[Token<'_>], at: usize, written: Date) -> Option<Written> {
    let Kind::Word(name) = tokens.get(at)?.kind else { return None };
    let is_it = |start: &str| start.strip_suffix('_').map_or_else(|| name.starts_with(start), |whole| name == whole);
    let weekday = NAMES.iter().find(|(start, _)| is_it(start)).map(|(_, day)| *day)?;
    // "Monday, the 9th", "Segunda-feira, dia 9": no more than a few short words and signs between.
    let number = (at + 1..=at + 5).find(|place| match tokens.get(*place).map(|token| token.kind) {
        Some(Kind::Number(..)) | None => true,
        Some(Kind::Word(word)) => word.chars().count() > 5,
        Some(Kind::Sign(sign)) => !matches!(sign, ',' | '-' | '.'),
    })?;
    let Kind::Number(day @ 1..=31, 1..=2) = tokens.get(number)?.kind else { return None };
    let is_clock = |token: &Token<'_>| match token.kind {
        Kind::Sign(':') => true,
        Kind::Word(word) => OF_CLOCK.contains(&word),
        _ => false,
    };
    if tokens.get(number + 1).is_some_and(is_clock) {
        return None;
    }
    let day = i8::try_from(day).ok()?;
    let found = (0..=AHEAD)
        .filter_map(|days| written.checked_add(days.days()).ok())
        .find(|date| date.day() == day && date.weekday() == weekday)?;
    Some(Written { day, month: found.month(), year: Some(found.year()), from: at, to: number + 1 })
}
