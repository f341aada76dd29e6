//! The dates in a text, as its tokens show them.

use jiff::civil::Date;

use super::super::phrases;
use super::month_of_day;
use super::tokens::{Kind, Token};
use super::weekday;
use super::written::Written;

/// All dates in a text in lower case, in their order; `today` is when it was written.
pub(super) fn dates(lower: &str, tokens: &[Token<'_>], today: Date) -> Vec<Written> {
    let month_first = is_month_first(tokens);
    let mut found: Vec<Written> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        // "14 dezer" begins as the German December does.
        let date = east_asian(tokens, at)
            .or_else(|| month_of_day::day(lower, tokens, at, today))
            .or_else(|| numeric(tokens, at, month_first))
            .or_else(|| day_and_month(tokens, at))
            .or_else(|| month_and_day(tokens, at))
            .or_else(|| undated(tokens, at, today, month_first));
        match date {
            Some(date) => {
                at = date.to;
                found.push(date);
            }
            None => at += 1,
        }
    }
    found
}

/// A weekday with a number, where no month or year makes that a whole date.
fn undated(tokens: &[Token<'_>], at: usize, today: Date, month_first: bool) -> Option<Written> {
    let found = weekday::day(tokens, at, today)?;
    let number = found.to - 1;
    let has_month = |token: &Token<'_>| matches!(token.kind, Kind::Word(word) if month(word).is_some());
    let is_whole = tokens[at + 1..number].iter().any(has_month)
        || numeric(tokens, number, month_first).is_some()
        || day_and_month(tokens, number).is_some();
    (!is_whole).then_some(found)
}

fn kind<'t>(tokens: &[Token<'t>], at: usize) -> Option<Kind<'t>> {
    tokens.get(at).map(|token| token.kind)
}

fn sign(tokens: &[Token<'_>], at: usize, signs: &[char]) -> Option<char> {
    match kind(tokens, at) {
        Some(Kind::Sign(sign)) if signs.contains(&sign) => Some(sign),
        _ => None,
    }
}

/// A day or a month in figures.
fn small(tokens: &[Token<'_>], at: usize, most: i16) -> Option<i8> {
    match kind(tokens, at) {
        Some(Kind::Number(value, 1..=2)) if (1..=most).contains(&value) => i8::try_from(value).ok(),
        _ => None,
    }
}

/// A year of four figures, or of two behind day and month.
fn year(tokens: &[Token<'_>], at: usize) -> Option<i16> {
    match kind(tokens, at) {
        Some(Kind::Number(value, 4)) if (2000..2100).contains(&value) => Some(value),
        _ => None,
    }
}

/// `2027年8月23日`, `8月2日`.
fn east_asian(tokens: &[Token<'_>], at: usize) -> Option<Written> {
    let (year, from) = match year(tokens, at) {
        Some(year) => (Some(year), sign(tokens, at + 1, &['年']).map(|_| at + 2)?),
        None => (None, at),
    };
    let month = small(tokens, from, 12)?;
    sign(tokens, from + 1, &['月'])?;
    let day = small(tokens, from + 2, 31)?;
    sign(tokens, from + 3, &['日'])?;
    Some(Written { day, month, year, from: at, to: from + 4 })
}

/// `2027-06-12`, `12.06.2027`, `12/6`, `12. 6. 2027`, `2027. 06. 12.`.
fn numeric(tokens: &[Token<'_>], at: usize, month_first: bool) -> Option<Written> {
    let separator = sign(tokens, at + 1, &['.', '/', '-'])?;
    // Only a point has a blank behind it.
    let joined = |place: usize| {
        sign(tokens, place, &[separator]).is_some()
            && tokens[place].glued
            && tokens.get(place + 1).is_some_and(|next| next.glued || separator == '.')
    };
    if !joined(at + 1) {
        return None;
    }
    if let Some(year) = year(tokens, at) {
        let month = small(tokens, at + 2, 12)?;
        let day = joined(at + 3).then(|| small(tokens, at + 4, 31)).flatten()?;
        return Some(Written { day, month, year: Some(year), from: at, to: at + 5 });
    }
    let (one, other) = (small(tokens, at, 31)?, small(tokens, at + 2, 31)?);
    let (day, month) = if month_first { (other, one) } else { (one, other) };
    if month > 12 {
        return None;
    }
    if joined(at + 3) {
        let short = match kind(tokens, at + 4) {
            Some(Kind::Number(value, 2)) if tokens[at + 4].glued && value >= 20 => Some(2000 + value),
            _ => None,
        };
        if let Some(year) = year(tokens, at + 4).or(short) {
            return Some(Written { day, month, year: Some(year), from: at, to: at + 5 });
        }
        // `5.0.3` is a version, `10.2.` a day.
        if tokens.get(at + 4).is_some_and(|next| next.glued && matches!(next.kind, Kind::Number(..))) {
            return None;
        }
    }
    let to = if sign(tokens, at + 3, &['.']).is_some() { at + 4 } else { at + 3 };
    (separator != '-').then_some(Written { day, month, year: None, from: at, to })
}

/// Whether a number that can be no month stands where the month would.
fn is_month_first(tokens: &[Token<'_>]) -> bool {
    (0..tokens.len()).any(|at| {
        small(tokens, at, 12).is_some()
            && sign(tokens, at + 1, &['/', '.']).is_some()
            && tokens.get(at + 2).is_some_and(|next| next.glued)
            && small(tokens, at + 2, 31).is_some_and(|second| second > 12)
            && !tokens
                .get(at)
                .is_some_and(|first| first.glued && at > 0 && sign(tokens, at - 1, &['.', '/', ':']).is_some())
            && tokens.get(at + 3).is_none_or(|next| !matches!(next.kind, Kind::Word(_)) || !next.glued)
    })
}

/// `14 June 2027`, `14th of June`, `1er juillet`, `14 de junho de 2027`, `20 ta' Awwissu`, `2027. gada 14. jūnijs`.
fn day_and_month(tokens: &[Token<'_>], at: usize) -> Option<Written> {
    let day = small(tokens, at, 31)?;
    let mut next = at + 1;
    let with_point = sign(tokens, next, &['.']).is_some();
    for _ in 0..4 {
        match kind(tokens, next)? {
            Kind::Sign('.' | 'º' | '\'' | '’' | ',') | Kind::Word("of" | "de" | "ta" | "di" | "d" | "the" | "lá") =>
            {
                next += 1;
            }
            // `14th`, `1er`, `23ste`.
            Kind::Word(word) if tokens[next].glued && word.chars().count() <= 3 && next == at + 1 => next += 1,
            _ => break,
        }
    }
    let Kind::Word(name) = kind(tokens, next)? else { return None };
    let mut month = month(name)?;
    if name.starts_with("listopada") && !with_point {
        // The Croatian October is the same word as the Polish November, and has a point after its day.
        month = 11;
    }
    let mut to = next + 1;
    let mut ahead = to;
    while ahead < to + 3
        && matches!(kind(tokens, ahead), Some(Kind::Sign('.' | ',' | '\'' | '’') | Kind::Word("de" | "del" | "of")))
    {
        ahead += 1;
    }
    let mut found = year(tokens, ahead);
    if found.is_some() {
        to = ahead + 1;
    } else {
        // `2027. gada 14. jūnijs`
        found = (1..=3)
            .filter_map(|back| at.checked_sub(back))
            .take_while(|place| !is_day(tokens, *place))
            .find_map(|place| year(tokens, place));
    }
    Some(Written { day, month, year: found, from: at, to })
}

fn is_day(tokens: &[Token<'_>], at: usize) -> bool {
    small(tokens, at, 31).is_some()
}

/// `June 14th, 2027`, `2027. június 14-ig`, `rugpjūčio 23 d.`.
fn month_and_day(tokens: &[Token<'_>], at: usize) -> Option<Written> {
    let Kind::Word(name) = kind(tokens, at)? else { return None };
    let month = month(name)?;
    let day_at = if sign(tokens, at + 1, &['.']).is_some() { at + 2 } else { at + 1 };
    let day = small(tokens, day_at, 31)?;
    let mut to = day_at + 1;
    let mut ahead = to;
    while ahead < to + 3
        && (sign(tokens, ahead, &[',', '.']).is_some()
            || matches!(kind(tokens, ahead), Some(Kind::Word(word)) if tokens[ahead].glued && word.len() <= 3))
    {
        ahead += 1;
    }
    let behind = year(tokens, ahead);
    if behind.is_some() {
        to = ahead + 1;
    }
    let before = || (1..=2).filter_map(|back| at.checked_sub(back)).find_map(|place| year(tokens, place));
    Some(Written { day, month, year: behind.or_else(before), from: at, to })
}

/// The month whose name a word begins with.
fn month(word: &str) -> Option<i8> {
    if word.chars().count() < 3 {
        return None;
    }
    phrases::months()
        .find(word)
        .into_iter()
        .filter(|found| found.at == 0)
        .max_by_key(|found| found.length)
        .map(|found| found.key)
}
