//! Weeks by their numbers (ISO 8601): "in KW 47 nicht im Büro", "ledig vecka 47–48", "tilbage i uge 48".

use jiff::civil::{Date, ISOWeekDate, Weekday};

use super::super::phrases::{self, LastDay};
use super::tokens::{Kind, Token, tokens};

/// What weeks are called before their numbers.
const WEEK: [&str; 34] = [
    "kw",
    "kalenderwoche",
    "kalenderwochen",
    "woche",
    "wochen",
    "week",
    "weeks",
    "weken",
    "vecka",
    "veckan",
    "veckor",
    "veckorna",
    "uge",
    "uger",
    "ugerne",
    "uke",
    "uker",
    "viikko",
    "viikolla",
    "viikon",
    "viikot",
    "nädal",
    "nädalal",
    "semaine",
    "semaines",
    "semana",
    "semanas",
    "settimana",
    "tydzień",
    "tygodniu",
    "týden",
    "týdnu",
    "týždeň",
    "týždni",
];

/// What stands between the first and the last of several weeks.
const BETWEEN: [&str; 14] = ["und", "and", "to", "bis", "och", "till", "og", "til", "et", "à", "y", "e", "en", "tot"];

/// Before a week in which somebody is back.
const FROM: [&str; 12] =
    ["ab", "from", "starting", "från", "fra", "vanaf", "partir", "desde", "dal", "dalla", "od", "alates"];

/// From a week as late as this, several may go on over New Year, up to one as early as that: "vecka 52–1".
const LATE: i16 = 48;
const EARLY: i16 = 8;

/// How far from a week words of coming back are looked for, in bytes.
const NEAR: usize = 32;

/// What is said of the weeks of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// Somebody is away, or back: it is all about that.
    Absence,
    /// Anything: only those count in which somebody is back.
    Anything,
}

/// The day of return, as a text that was written on a certain day has it in weeks: the Monday of the week in which
/// somebody is back, or the one after the last week away.
pub(super) fn find(text: &str, said: Said, written: Date) -> Option<Date> {
    let lower = text.to_lowercase();
    let tokens = tokens(&lower);
    let mut found: Option<Date> = None;
    for at in 0..tokens.len() {
        let Some((week, to)) = weeks(&tokens, at) else { continue };
        let is_back = is_back(&lower, &tokens, at, to);
        if !is_back && said == Said::Anything {
            continue;
        }
        let Some(monday) = monday(week, written) else { continue };
        let day = if is_back { Some(monday) } else { monday.checked_add(jiff::Span::new().weeks(1)).ok() };
        found = found.max(day);
    }
    found
}

/// The last week that stands at a token, and the token behind it.
fn weeks(tokens: &[Token<'_>], at: usize) -> Option<(i16, usize)> {
    let Kind::Word(word) = tokens.get(at)?.kind else { return None };
    let is_point = |at: usize| matches!(tokens.get(at).map(|token| token.kind), Some(Kind::Sign('.')));
    let is_short = word == "v" && is_point(at + 1);
    // Behind a number they are a length of time: "away for 2 weeks 3 days".
    let is_counted = at > 0 && matches!(tokens[at - 1].kind, Kind::Number(..));
    if !is_short && (!WEEK.contains(&word) || is_counted) {
        return None;
    }
    // A point behind a whole word ends its sentence.
    let is_abbreviated = is_short || word == "kw";
    let number = if is_abbreviated && is_point(at + 1) { at + 2 } else { at + 1 };
    let of = |at: usize| match tokens.get(at)?.kind {
        Kind::Number(week @ 1..=53, 1..=2) => Some(week),
        _ => None,
    };
    let first = of(number)?;
    let joins = match tokens.get(number + 1).map(|token| token.kind) {
        Some(Kind::Sign('-' | '–' | '—' | '/' | '+' | '&')) => true,
        Some(Kind::Word(word)) => BETWEEN.contains(&word),
        _ => false,
    };
    let goes_on = |last: &i16| *last > first || (first >= LATE && *last <= EARLY);
    match of(number + 2).filter(|last| joins && goes_on(last)) {
        Some(last) => Some((last, number + 3)),
        None => Some((first, number + 1)),
    }
}

/// Whether somebody is back in the week between two tokens: words right before it say so, or right behind it.
fn is_back(lower: &str, tokens: &[Token<'_>], at: usize, to: usize) -> bool {
    let start = tokens[at].start;
    let before = &lower[lower.floor_char_boundary(start.saturating_sub(NEAR))..start];
    let before = before.rsplit([',', '.', ';', '!']).next().unwrap_or(before);
    let end = tokens.get(to).map_or(lower.len(), |token| token.start);
    let behind = &lower[end..lower.floor_char_boundary(end + NEAR)];
    let behind = behind.split([',', '.', ';', '!']).next().unwrap_or(behind);
    let is_from = before.split_whitespace().rev().take(3).any(|word| FROM.contains(&word));
    let says = |text: &str| phrases::last_day().find(text).iter().any(|found| found.key == LastDay::Back);
    is_from || says(before) || says(behind)
}

/// The Monday of a week: the next one whose week is not over.
fn monday(week: i16, written: Date) -> Option<Date> {
    let of = |year: i16| ISOWeekDate::new(year, i8::try_from(week).ok()?, Weekday::Monday).ok().map(Date::from);
    let year = written.iso_week_date().year();
    let is_ahead = |monday: &Date| monday.checked_add(jiff::Span::new().days(7)).is_ok_and(|end| end > written);
    // A week that has passed half a year ago or less is told of afterwards.
    let this = of(year)?;
    if is_ahead(&this) {
        return Some(this);
    }
    let next = of(year + 1)?;
    let months_ago = this.checked_add(jiff::Span::new().months(6)).ok()?;
    (months_ago < written).then_some(next)
}
