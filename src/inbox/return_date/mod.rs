//! The day on which an out-of-office says that its sender is back.
//!
//! Dates are read day first, as Europe writes them, or month first where another is none, with the name of the month in
//! one of Europe's languages, or as in ISO 8601 or Japanese. A date without a year is the nearest such day to the one
//! on which the reply was written. Where two stand close together, they are a span, and the second ends it, in whatever
//! language: it is the last day away, and so is one that is said to be included; somebody is back on the day after.
//! "Until" alone names the day to wait for. A day that has passed holds nobody.

mod dates;
mod month_of_day;
mod tokens;
mod weekday;
mod weeks;
mod written;

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};

use super::phrases::{self, LastDay};
use super::sign::{self, Sign};
use dates::dates;
use tokens::{Kind, Token, tokens};
use written::Written;

/// How far from a word such as "until" a date is looked for, in bytes.
const NEAR: usize = 64;

/// How far from a date words are looked for that say that it is the last day away, in bytes.
const BESIDE: usize = 28;

/// How many words and signs stand between the two days of a span at most.
const BETWEEN: usize = 4;

/// A text of more tokens than these may name a day for anything.
const SHORT: usize = 120;

/// So far ahead is a day that nothing says it of.
const SOON: i32 = 90;

/// How much of a text is looked at.
const MAX_TEXT: usize = 8 * 1024;

/// A day that a text may mean, and whether it is the last day away.
type Meant = (Date, bool);

/// The day of return: the last day of those that a text names as the end of a span, or beside words of coming back; or
/// the only one that it names at all.
pub(super) fn find(text: &str, written: Date) -> Option<Date> {
    let text = &text[..text.floor_char_boundary(MAX_TEXT)];
    // What else the text has days of is none of the sender's absence: a colleague's, a conference, a new address.
    let of_absence: Vec<&str> = sentences(text).filter(|sentence| sign::shows(Sign::Away, sentence)).collect();
    let of_absence = of_absence.join(" \n");
    let found = find_in(&of_absence, written).max(weeks::find(&of_absence, weeks::Said::Absence, written));
    found.or_else(|| find_in(text, written).max(weeks::find(text, weeks::Said::Anything, written)))
}

/// The sentences of a text. A point behind a number ends none: "am 9. November".
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut from = 0;
    let mut ends: Vec<usize> = Vec::new();
    for (at, sign) in text.char_indices().filter(|(_, sign)| matches!(sign, '.' | '!' | '?')) {
        let (before, behind) = (&text[..at], &text[at + sign.len_utf8()..]);
        let follows = behind.trim_start().chars().next();
        // A year ends a sentence as a word does.
        let digits = before.len() - before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let is_of_number = matches!(digits, 1..=3);
        if behind.starts_with(char::is_whitespace) && !is_of_number && follows.is_some_and(char::is_uppercase) {
            ends.push(at + sign.len_utf8());
        }
    }
    ends.push(text.len());
    ends.into_iter().map(move |end| &text[std::mem::replace(&mut from, end)..end])
}

fn find_in(text: &str, written: Date) -> Option<Date> {
    let lower = text.to_lowercase();
    let tokens = tokens(&lower);
    let dates = dates(&lower, &tokens, written);
    if dates.is_empty() {
        return None;
    }
    let mut meant: Vec<Meant> = Vec::new();
    for (place, date) in dates.iter().enumerate() {
        let before = place.checked_sub(1).map(|before| &dates[before]);
        let is_span = ends_span(&tokens, before, date);
        let ends_absence = is_span && !leads_back(&lower, &tokens, before, date);
        let is_last = ends_absence || is_last_day(&lower, &tokens, &dates, place);
        if is_span || is_last || is_beside_words_of_return(&lower, &tokens, &dates, place) {
            meant.extend(resolve(date, written).map(|day| (day, is_last)));
        }
        let next = dates.get(place + 1).map_or(tokens.len(), |next| next.from);
        let end = day_behind(&tokens, date).or_else(|| span_behind(&tokens[..next], date));
        let end = end.and_then(|date| resolve(&date, written));
        meant.extend(end.map(|day| (day, true)));
    }
    if let ([only], true) = (dates.as_slice(), meant.is_empty() && tokens.len() <= SHORT) {
        let soon = written.checked_add(SOON.days()).ok()?;
        meant.extend(resolve(only, written).filter(|date| *date <= soon).map(|day| (day, false)));
    }
    // Of one day that is named twice, the word of coming back counts.
    let (last, is_last) = meant.into_iter().max_by_key(|(day, is_last)| (*day, !is_last))?;
    let latest: Span = 1.year();
    let is_ahead = last >= written && last <= written.checked_add(latest).ok()?;
    let back = if is_last { last.tomorrow().ok()? } else { last };
    is_ahead.then_some(back)
}

/// Whether "until", or a word of coming back, leads to the second of two dates: "from 20 December until 7 January".
fn leads_back(lower: &str, tokens: &[Token<'_>], before: Option<&Written>, date: &Written) -> bool {
    let from = before.map_or(date.from.saturating_sub(BETWEEN + 1), |before| before.to);
    let between = &lower[tokens[from].start..tokens[date.from].start];
    between.contains("until") || phrases::last_day().find(between).iter().any(|found| found.key == LastDay::Back)
}

/// Whether words right beside a date say that it is the last day away, with no other date between.
fn is_last_day(lower: &str, tokens: &[Token<'_>], dates: &[Written], place: usize) -> bool {
    let date = &dates[place];
    let start = tokens[date.from].start;
    let end = tokens.get(date.to).map_or(lower.len(), |token| token.start);
    let last_end = place.checked_sub(1).map_or(0, |last| tokens.get(dates[last].to).map_or(0, |token| token.start));
    let next = dates.get(place + 1).map_or(lower.len(), |next| tokens[next.from].start);
    let before = lower.floor_char_boundary(start.saturating_sub(BESIDE)).max(last_end.min(start));
    let behind = lower.floor_char_boundary((end + BESIDE).min(next).max(end));
    let says = |text: &str, wanted: LastDay| {
        phrases::last_day()
            .find(text)
            .iter()
            .any(|found| found.key == wanted && !text[..found.at].ends_with(char::is_alphanumeric))
    };
    says(&lower[before..start], LastDay::Behind) || says(&lower[end..behind], LastDay::Before)
}

/// Whether a date ends a span: another date, or a day alone, stands right before it.
fn ends_span(tokens: &[Token<'_>], before: Option<&Written>, date: &Written) -> bool {
    let from = before.map_or(0, |before| before.to);
    if before.is_some() && date.from - from <= BETWEEN + 1 && !has_end_of_sentence(&tokens[from..date.from]) {
        return true;
    }
    // "5 to 23 July": the number is no part of another date, and no comma stands between.
    let first = date.from.saturating_sub(BETWEEN + 1).max(from);
    (first..date.from).rev().any(|at| {
        let between = &tokens[at + 1..date.from];
        matches!(tokens[at].kind, Kind::Number(1..=31, 1..=2))
            && !between.is_empty()
            && !between
                .iter()
                .any(|token| matches!(token.kind, Kind::Sign(',' | ':' | ';' | '!' | '?') | Kind::Number(..)))
            && between.iter().any(|token| !matches!(token.kind, Kind::Sign('.')))
    })
}

/// Whether a sentence ends among tokens, and another begins: a point stands behind dates and short words as well.
fn has_end_of_sentence(tokens: &[Token<'_>]) -> bool {
    let end = tokens.iter().position(|token| matches!(token.kind, Kind::Sign('.' | '!' | '?')));
    end.is_some_and(|end| tokens[end..].iter().filter(|token| matches!(token.kind, Kind::Word(_))).count() >= 3)
}

/// The end of a second span of the same month: "dal 2 al 6 novembre e dal 9 al 13".
fn span_behind(tokens: &[Token<'_>], date: &Written) -> Option<Written> {
    let first = (date.to..=date.to + BETWEEN).find(|at| !is_short_word(tokens, *at))?;
    let day = |at: usize| match tokens.get(at)?.kind {
        Kind::Number(day @ 1..=31, 1..=2) => i8::try_from(day).ok(),
        _ => None,
    };
    let (begin, place) = (day(first).filter(|begin| *begin > date.day)?, first + 2);
    let is_joined =
        is_short_word(tokens, first + 1) || matches!(tokens.get(first + 1)?.kind, Kind::Sign('-' | '–' | '—'));
    let end = day(place).filter(|end| is_joined && *end > begin)?;
    let is_time = matches!(tokens.get(place + 1).map(|token| token.kind), Some(Kind::Sign(':' | '/' | '%' | '€')));
    (date.to < first && !is_time).then_some(Written { day: end, ..*date })
}

/// Whether a word stands at a token as they stand between days: "e dal", "and from", "und vom".
fn is_short_word(tokens: &[Token<'_>], at: usize) -> bool {
    matches!(tokens.get(at).map(|token| token.kind), Some(Kind::Word(word)) if word.chars().count() <= 5)
}

/// The second day in "rugpjūčio 2–20 d.", "June 2 to 20", "11月2日から13日まで": of the same month.
fn day_behind(tokens: &[Token<'_>], date: &Written) -> Option<Written> {
    let is_day = |at: usize| matches!(tokens.get(at).map(|it| it.kind), Some(Kind::Sign('日' | '号' | '號' | '일')));
    if is_day(date.to.checked_sub(1)?) {
        let at = (date.to..date.to + BETWEEN)
            .find(|at| matches!(tokens.get(*at).map(|it| it.kind), Some(Kind::Number(..))))?;
        let Kind::Number(day @ 1..=31, 1..=2) = tokens[at].kind else { return None };
        let ends = tokens[date.to..at].iter().any(|token| matches!(token.kind, Kind::Sign('。' | '、' | '，' | ',')));
        let day = i8::try_from(day).ok().filter(|day| *day > date.day && is_day(at + 1) && !ends)?;
        return Some(Written { day, ..*date });
    }
    let month_is_first = matches!(tokens.get(date.from)?.kind, Kind::Word(_));
    let is_dash = matches!(tokens.get(date.to)?.kind, Kind::Sign('-' | '–' | '—'));
    let Kind::Number(day @ 1..=31, 1..=2) = tokens.get(date.to + 1)?.kind else { return None };
    let day = i8::try_from(day).ok()?;
    (month_is_first && is_dash && day > date.day).then_some(Written { day, ..*date })
}

/// Whether words of coming back, or "until", stand before a date with no other between; or behind it, and no date
/// behind them.
fn is_beside_words_of_return(lower: &str, tokens: &[Token<'_>], dates: &[Written], place: usize) -> bool {
    let date = &dates[place];
    let start = tokens[date.from].start;
    let end = tokens.get(date.to).map_or(lower.len(), |token| token.start);
    let last_end = place.checked_sub(1).map_or(0, |last| tokens.get(dates[last].to).map_or(0, |token| token.start));
    let next = dates.get(place + 1).map(|next| tokens[next.from].start);
    let before = &lower[lower.floor_char_boundary(start.saturating_sub(NEAR)).max(last_end.min(start))..start];
    if says_return(before) {
        return true;
    }
    let behind_to = lower.floor_char_boundary((end + NEAR).min(lower.len()));
    next.is_none_or(|next| next > behind_to) && says_return(&lower[start..behind_to])
}

/// Whether a text has words of coming back, or "until".
fn says_return(text: &str) -> bool {
    phrases::back().find(text).iter().any(|found| {
        let end = found.at + found.length;
        let begins = found.key || !text[..found.at].ends_with(char::is_alphanumeric);
        let is_word = found.length > 6 || !text[end..].starts_with(char::is_alphanumeric);
        begins && is_word
    })
}

/// The day that is meant by somebody who wrote on a certain day.
fn resolve(date: &Written, written: Date) -> Option<Date> {
    let of = |year: i16| Date::new(year, date.month, date.day).ok();
    match date.year {
        Some(year) => of(year),
        None => (-1..=1)
            .filter_map(|off| of(written.year() + off))
            .min_by_key(|day| (written.until(*day).map_or(i32::MAX, |span| span.get_days().abs()), *day < written)),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_day_of_return_is_found_in_many_languages() {
        let written = date(2024, 6, 3);
        for (text, expected) in [
            ("I am away until 12 June 2024.", Some(date(2024, 6, 12))),
            ("I will be back on Monday, June 17th.", Some(date(2024, 6, 17))),
            ("Ich bin vom 3.6. bis 14.06.2024 nicht im Büro", Some(date(2024, 6, 15))),
            ("Je serai de retour le lundi 1er juillet", Some(date(2024, 7, 1))),
            ("Estaré fuera hasta el 5 de agosto de 2024", Some(date(2024, 8, 5))),
            ("Sarò assente fino al 20/06", Some(date(2024, 6, 20))),
            ("Jestem na urlopie do 21 czerwca", Some(date(2024, 6, 21))),
            ("Jsem pryč do 8. července", Some(date(2024, 7, 8))),
            ("Palaan 2. heinäkuuta, takaisin 2. heinäkuuta", Some(date(2024, 7, 2))),
            ("Back on 2024-06-10", Some(date(2024, 6, 10))),
            ("Wracam 9 listopada", Some(date(2024, 11, 9))),
            ("Jestem na urlopie do 9 listopada 2024", Some(date(2024, 11, 9))),
            ("Odsutan sam do 9. listopada", Some(date(2024, 10, 9))),
            ("I am away until 20 ta’ Awwissu 2024", Some(date(2024, 8, 20))),
            ("I am away until 3 desember", Some(date(2024, 12, 3))),
            ("I am away until 4 avgust", Some(date(2024, 8, 4))),
            ("I am away until 5 февруари", None),
            ("I am away until 6 листопада", Some(date(2024, 11, 6))),
            ("I was away until 3 January 2020", None),
            ("I am away until Monday.", None),
            ("6月2日から13日まで休暇をいただきます。", Some(date(2024, 6, 14))),
            ("Rientro lunedì 17", Some(date(2024, 6, 17))),
            ("I am on leave and will be back Monday 10th.", Some(date(2024, 6, 10))),
            ("I will be back Monday 11th.", None),
            ("I will be back on Monday 10 am.", None),
            ("Sono in ferie dal 3 al 7 giugno e dal 17 al 21.", Some(date(2024, 6, 22))),
            ("I am away from 3 to 7 June, and again from 24 June until 5 July", Some(date(2024, 7, 5))),
            ("Ich bin in KW 24 nicht im Büro.", Some(date(2024, 6, 17))),
            ("Ich bin in KW 24 und 25 im Urlaub, ab KW 26 bin ich wieder da.", Some(date(2024, 6, 24))),
            ("Jag är ledig vecka 24–26.", Some(date(2024, 7, 1))),
            ("Jeg holder ferie i uge 24 og er tilbage i uge 25.", Some(date(2024, 6, 17))),
            ("Back in week 25.", Some(date(2024, 6, 17))),
            ("The conference is in week 25.", None),
        ] {
            assert_eq!(find(text, written), expected, "{text}");
        }
    }

    #[test]
    fn weeks_go_on_over_new_year_and_a_length_of_time_is_no_week() {
        for (text, written, expected) in [
            ("Jag är ledig vecka 52–1.", date(2026, 12, 14), Some(date(2027, 1, 11))),
            ("Ich bin in KW 52-1 im Urlaub.", date(2026, 12, 14), Some(date(2027, 1, 11))),
            ("Jeg holder ferie i uge 53 til 1.", date(2026, 12, 14), Some(date(2027, 1, 11))),
            (
                "I am out of the office for two weeks. 15 November I will be back.",
                date(2026, 11, 1),
                Some(date(2026, 11, 15)),
            ),
            ("I am out of the office for 2 weeks 3 days.", date(2026, 11, 1), None),
        ] {
            assert_eq!(find(text, written), expected, "{text}");
        }
    }
}
