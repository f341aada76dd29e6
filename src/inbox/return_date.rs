//! The day on which an out-of-office says that its sender is back.
//!
//! Dates are read day first, as Europe writes them, or with the name of the month in one of its languages, or as in ISO
//! 8601. A date without a year is the next such day after the reply was written. What is no date, or lies in the past
//! or more than a year ahead, is left alone.

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};

use super::phrases;

/// How far from a word such as "until" a date is looked for, in bytes.
const NEAR: usize = 48;

/// The last day of those that a text names after words of coming back.
pub(super) fn find(text: &str, written: Date) -> Option<Date> {
    let lower = text.to_lowercase();
    let mut found: Option<Date> = None;
    for phrase in phrases::back().find(&lower) {
        let (start, end) = if phrase.key {
            (lower.floor_char_boundary(phrase.at.saturating_sub(NEAR)), phrase.at + phrase.length)
        } else {
            (phrase.at, lower.floor_char_boundary((phrase.at + NEAR).min(lower.len())))
        };
        let Some(near) = lower.get(start..end) else { continue };
        let dates = dates_in(near, written);
        found = found.max(dates.into_iter().max());
    }
    found
}

/// The dates in a text in lower case that may be meant by somebody who wrote on a certain day.
fn dates_in(text: &str, written: Date) -> Vec<Date> {
    let tokens: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | '!' | ';'))
        .filter(|token| !token.is_empty())
        .collect();
    let mut dates = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        let whole = numeric(token).or_else(|| numeric(&spaced(&tokens[place..])?));
        let named = month(token).and_then(|month| {
            let before = place.checked_sub(1).and_then(|before| tokens.get(before)).and_then(|token| day(token));
            let skipped = place
                .checked_sub(2)
                .filter(|_| matches!(tokens[place - 1], "de" | "of" | "ta'" | "ta’"))
                .and_then(|before| day(tokens[before]));
            let (day, rest) = match before.or(skipped) {
                Some(day) => (day, place + 1),
                None => (day(tokens.get(place + 1)?)?, place + 2),
            };
            let rest = if tokens.get(rest) == Some(&"de") { rest + 1 } else { rest };
            let month = if is_polish_november(token, &tokens[..place]) { 11 } else { month };
            Some((day, month, tokens.get(rest).and_then(|token| year(token))))
        });
        let date = whole.or(named).and_then(|(day, month, year)| resolve(day, month, year, written));
        dates.extend(date);
    }
    dates
}

fn resolve(day: i8, month: i8, year: Option<i16>, written: Date) -> Option<Date> {
    let date = match year {
        Some(year) => Date::new(year, month, day).ok()?,
        None => {
            let this = Date::new(written.year(), month, day).ok()?;
            if this < written { Date::new(written.year() + 1, month, day).ok()? } else { this }
        }
    };
    let latest: Span = 1.year();
    (date >= written && date <= written.checked_add(latest).ok()?).then_some(date)
}

/// `14. 6. 2024` without its blanks, as Czech and Slovak write it.
fn spaced(tokens: &[&str]) -> Option<String> {
    let number = |token: &str| token.len() <= 3 && token.strip_suffix('.').is_some_and(|day| day.parse::<i8>().is_ok());
    match tokens {
        [day, month, rest @ ..] if number(day) && number(month) => {
            let year = rest.first().filter(|token| year(token).is_some()).copied().unwrap_or_default();
            Some(format!("{day}{month}{year}"))
        }
        _ => None,
    }
}

/// `12.06.2024`, `12/6`, `12.6.`, `2024-06-12`.
fn numeric(token: &str) -> Option<(i8, i8, Option<i16>)> {
    // `2024.06.14-én`: what is behind the last digit is no part of it.
    let end = token.rfind(|c: char| c.is_ascii_digit())? + 1;
    let parts: Vec<&str> = token[..end].split(['.', '/', '-']).collect();
    match parts.as_slice() {
        [year_first, month, day] if year_first.len() == 4 => {
            Some((day.parse().ok()?, month.parse().ok()?, Some(year_first.parse().ok()?)))
        }
        [day, month, last] => Some((day.parse().ok()?, month.parse().ok()?, Some(year(last)?))),
        [day, month] if day.len() <= 2 && month.len() <= 2 => Some((day.parse().ok()?, month.parse().ok()?, None)),
        _ => None,
    }
}

fn year(token: &str) -> Option<i16> {
    let token = token.trim_end_matches(['.', ':']);
    let number: i16 = token.parse().ok()?;
    match token.len() {
        4 => Some(number),
        2 => Some(2000 + number),
        _ => None,
    }
}

/// `5`, `5.`, `5th`, `1er`, `5-ig`.
fn day(token: &str) -> Option<i8> {
    // `fl-14`, as Maltese writes it.
    let token = token.trim_end_matches(['.', ':']).trim_start_matches(|c: char| c.is_alphabetic() || c == '-');
    let digits: String = token.chars().take_while(char::is_ascii_digit).collect();
    let rest = &token[digits.len()..];
    let suffix = matches!(
        rest,
        "" | "st" | "nd" | "rd" | "th" | "er" | "º" | "e" | "-ig" | "-én" | "-án" | "ste" | "η" | "ης" | "de" | "re"
    );
    digits.parse().ok().filter(|day| suffix && (1..=31).contains(day))
}

/// Whether a word is the Polish November: the Croatian October is the same word, and has a point after its day.
fn is_polish_november(token: &str, before: &[&str]) -> bool {
    token.starts_with("listopada") && before.last().is_some_and(|day| day.ends_with(|c: char| c.is_ascii_digit()))
}

/// The month whose name a word begins with.
fn month(token: &str) -> Option<i8> {
    if token.chars().count() < 3 || token.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    phrases::months()
        .find(token)
        .into_iter()
        .filter(|found| found.at == 0)
        .max_by_key(|found| found.length)
        .map(|found| found.key)
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
            ("Ich bin vom 3.6. bis 14.06.2024 nicht im Büro", Some(date(2024, 6, 14))),
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
            ("I am away until 5 февруари", Some(date(2025, 2, 5))),
            ("I am away until 6 листопада", Some(date(2024, 11, 6))),
            ("I was away until 3 January 2020", None),
            ("I am away until Monday.", None),
        ] {
            assert_eq!(find(text, written), expected, "{text}");
        }
    }
}
