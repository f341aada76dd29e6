//! A stored cell as the text that a person sees.

use crate::lists::mark::Mark;
use jiff::SignedDuration;

use super::cell::{Cell, Value};
use super::formats::Formats;
use super::number_format::{plain, tidy};

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

/// What a person sees of a cell: by the format that its workbook gives it, or by the text that the program which wrote
/// it kept. A date is 2024-06-12 whatever it looks like.
pub(super) fn show(cell: &Cell<'_>, formats: &Formats) -> Shown {
    let text = match cell.value {
        Value::Absent => String::new(),
        Value::Error(text) => text.to_owned(),
        Value::Text(text) => match formats.of(cell.style) {
            Some(format) => format.show_text(text),
            None => text.to_owned(),
        },
        Value::Number(number) => return show_number(number, cell, formats),
        Value::Bool(value) => value.to_string(),
        Value::Date(date) => show_date(date, cell.text),
        Value::Time(time) => cell.text.map(tidy).filter(|text| !text.is_empty()).unwrap_or_else(|| show_span(time)),
    };
    Shown { text, stored: None }
}

fn show_number(number: f64, cell: &Cell<'_>, formats: &Formats) -> Shown {
    let text = match (cell.text, formats.of(cell.style)) {
        (Some(text), _) => tidy(text),
        (None, Some(format)) if format.is_of_calendar(number) => {
            return Shown { text: format.show(number, formats.epoch), stored: None };
        }
        (None, Some(format)) => format.show(number, formats.epoch),
        (None, None) => return Shown { text: plain(number), stored: None },
    };
    let stored = plain(number);
    let hides = significant(&stored) != significant(&text);
    Shown { text, stored: hides.then_some(stored) }
}

/// The digits that count: `1,234.50 €` has those of 1234.5, and `1,235 €` has not.
fn significant(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.trim_matches('0').to_owned()
}

/// A date of an `.ods` sheet, with the text that a person saw of it: where that shows no day, as `June 2024`, it is
/// that text; where it shows no time, there is none.
fn show_date(date: &str, seen: Option<&str>) -> String {
    let whole = show_iso(date);
    let (day, time) = whole.split_once(' ').unwrap_or((&whole, ""));
    let seen = seen.map(tidy).filter(|seen| !seen.is_empty());
    let number_of_day = day.rsplit('-').next().and_then(|number| number.parse::<u32>().ok());
    let Some((seen, number_of_day)) = seen.zip(number_of_day) else { return whole };
    let numbers: Vec<&str> = seen.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty()).collect();
    // Figures of other scripts are not looked into.
    let is_readable = seen.chars().all(|c| !c.is_numeric() || c.is_ascii_digit());
    let shows_day = numbers.iter().any(|number| number.parse() == Ok(number_of_day));
    let shows_time = seen.contains(':') || numbers.len() > 3;
    match (is_readable, shows_day) {
        (true, false) => seen,
        (true, true) if !shows_time && !time.is_empty() => day.to_owned(),
        _ => whole,
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
fn show_span(text: &str) -> String {
    text.parse::<SignedDuration>().map_or_else(|_| text.to_owned(), |time| show_seconds(time.as_secs_f64()))
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
