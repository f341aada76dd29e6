//! A stored cell as the text that a person sees.

use jiff::SignedDuration;
use jiff::civil::{DateTime, Time, date};

use super::cell::{Cell, Mark, Value};
use super::formats::Formats;

/// What a person sees of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    /// The text.
    pub(super) text: String,
    /// What is stored, where it is not the same.
    pub(super) stored: Option<String>,
}

impl Shown {
    /// The text of a cell, and what there is to say of it beside.
    pub(super) fn marked(self, cell: &Cell<'_>) -> (String, Option<Mark>) {
        if cell.is_unknown() {
            return (String::new(), Some(Mark::Unknown));
        }
        let mark = match cell.value {
            Value::Error(_) => Some(Mark::Error),
            _ => self.stored.map(Mark::Stored),
        };
        (self.text, mark)
    }
}

/// What a person sees of a cell: 12 and not 12.0, a date as 2024-06-12.
pub(super) fn show(cell: &Cell<'_>, formats: &Formats) -> Shown {
    let text = match cell.value {
        Value::Absent => String::new(),
        Value::Text(text) | Value::Error(text) => text.to_owned(),
        Value::Number(number) => show_number(number, formats.code(cell.style), formats.since_1904),
        Value::Bool(value) => value.to_string(),
        Value::Date(text) => show_iso(text),
        Value::Time(text) => show_iso_duration(text),
    };
    Shown { text, stored: None }
}

fn show_number(number: f64, code: &str, since_1904: bool) -> String {
    match Measure::of(code) {
        Measure::Number => plain_number(number),
        Measure::Span => show_seconds(number * 86_400.0),
        Measure::Date if (0.0..1.0).contains(&number) => show_seconds(number * 86_400.0),
        Measure::Date => show_day(number, since_1904).unwrap_or_else(|| plain_number(number)),
    }
}

/// A number with the fifteen digits that spreadsheets keep and show: 0.3 and not 0.30000000000000004.
pub(super) fn plain_number(number: f64) -> String {
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    rounded.to_string()
}

/// What a number format takes a number for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    Number,
    /// A day, with or without a time.
    Date,
    /// Hours that are not those of a day: `[h]:mm`.
    Span,
}

impl Measure {
    /// Reads the first section of a code (ECMA-376 part 1, 18.8.31): a letter outside of quotes decides.
    fn of(code: &str) -> Self {
        if code.eq_ignore_ascii_case("general") {
            return Self::Number;
        }
        let mut characters = code.chars();
        while let Some(c) = characters.next() {
            match c {
                '\\' | '_' | '*' => {
                    characters.next();
                }
                '"' => {
                    characters.by_ref().find(|c| *c == '"');
                }
                '[' => {
                    let inside: String = characters.by_ref().take_while(|c| *c != ']').collect();
                    let is_all = |unit: char| inside.chars().all(|c| c.eq_ignore_ascii_case(&unit));
                    if !inside.is_empty() && ['h', 'm', 's'].into_iter().any(is_all) {
                        return Self::Span;
                    }
                }
                ';' => break,
                'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' | 's' | 'S' => return Self::Date,
                _ => {}
            }
        }
        Self::Number
    }
}

/// A day by its number, with its time of day: 45455.5 is 2024-06-12 12:00. Excel counts a 29 February 1900, which was
/// none.
fn show_day(days: f64, since_1904: bool) -> Option<String> {
    let first = if since_1904 {
        date(1904, 1, 1)
    } else if days < 60.0 {
        date(1899, 12, 31)
    } else {
        date(1899, 12, 30)
    };
    if !(0.0..3_000_000.0).contains(&days) {
        return None;
    }
    let span = SignedDuration::from_secs_f64((days * 86_400.0).round());
    let at = DateTime::from_parts(first, Time::midnight()).checked_add(span).ok()?;
    let (day, time) = (at.date(), at.time());
    Some(match (time.hour(), time.minute(), time.second()) {
        (0, 0, 0) => day.to_string(),
        (hour, minute, 0) => format!("{day} {hour:02}:{minute:02}"),
        (hour, minute, second) => format!("{day} {hour:02}:{minute:02}:{second:02}"),
    })
}

fn show_seconds(seconds: f64) -> String {
    let sign = if seconds < 0.0 { "-" } else { "" };
    let (seconds, minutes) = {
        let whole = seconds.abs().round();
        (whole % 60.0, (whole / 60.0).floor())
    };
    let (minutes, hours) = (minutes % 60.0, (minutes / 60.0).floor());
    if seconds > 0.0 {
        format!("{sign}{hours:02}:{minutes:02}:{seconds:02}")
    } else {
        format!("{sign}{hours:02}:{minutes:02}")
    }
}

/// `2024-06-12T00:00:00` as `2024-06-12`, `2024-06-12T14:30:00` as `2024-06-12 14:30`.
fn show_iso(text: &str) -> String {
    match text.split_once('T') {
        None => text.to_owned(),
        Some((date, time)) => {
            let time = time.split('.').next().unwrap_or(time);
            let with_seconds = time.len() == "14:30:00".len();
            match time.strip_suffix(":00").filter(|_| with_seconds).unwrap_or(time) {
                "00:00" => date.to_owned(),
                time => format!("{date} {time}"),
            }
        }
    }
}

/// `PT14H30M00S` as `14:30` (ISO 8601, as ODF writes a time).
fn show_iso_duration(text: &str) -> String {
    text.parse::<SignedDuration>().map_or_else(|_| text.to_owned(), |time| show_seconds(time.as_secs_f64()))
}
