//! The cells of one row while they are read: faults are gathered with their places.

use jiff::civil::Date;
use url::Url;

use crate::attachment::judge_name;
use crate::model::day::day_first_advice;
use crate::model::{EmailAddress, Fault, Faults, Language, Place};

use super::addresses::{self, MOST_ADDRESSES};
use super::row::Written;
use super::shown;
use super::yes_no::{self, YesNo};

/// The cells of a row and what is wrong with them.
pub(super) struct Cells<'a> {
    file: &'a str,
    values: &'a [String],
    written: &'a Written,
    faults: Faults,
}

impl<'a> Cells<'a> {
    /// The cells of a row, and the faults that are known of it.
    pub(super) fn new(file: &'a str, cells: &'a [String], written: &'a Written, faults: Faults) -> Self {
        Self { file, values: cells, written, faults }
    }

    /// Everything that was found to be wrong, in the order of its places.
    pub(super) fn into_faults(self) -> Faults {
        let mut sorted: Vec<Fault> = self.faults.into_iter().collect();
        sorted.sort_by(|one, other| one.place.cmp(&other.place));
        let mut faults = Faults::new();
        faults.extend(sorted);
        faults
    }

    /// The cell of a column; nothing where there is no such column.
    pub(super) fn cell(&self, column: Option<usize>) -> &'a str {
        column.and_then(|at| self.values.get(at)).map_or("", String::as_str)
    }

    /// The cell of a column, where it is not empty.
    pub(super) fn filled(&self, column: Option<usize>) -> Option<&'a str> {
        Some(self.cell(column)).filter(|cell| !cell.is_empty())
    }

    /// The place of a byte of a cell.
    pub(super) fn place(&self, column: Option<usize>, offset: usize) -> Place {
        self.written.place(self.file, column.unwrap_or_default(), offset)
    }

    /// Adds a fault at a byte of a cell.
    pub(super) fn refuse(&mut self, column: Option<usize>, offset: usize, message: impl Into<String>) {
        let place = self.place(column, offset);
        self.faults.push(Fault::error(place, message));
    }

    /// Refuses control characters in a cell that goes into a header or a path: there, a line break could begin a new
    /// header.
    pub(super) fn refuse_control(&mut self, column: Option<usize>, name: &str, allowed: &[char]) {
        let cell = self.cell(column);
        let bad = |c: &(usize, char)| c.1.is_control() && !allowed.contains(&c.1);
        if let Some((offset, c)) = cell.char_indices().find(bad) {
            let message = format!(
                "`{}` has the control character `{}`, which cannot stand in `{name}`; write it anew on one line",
                shown(cell),
                c.escape_default()
            );
            self.refuse(column, offset, message);
        }
    }

    /// Refuses a cell that looks empty and is not: zero-width spaces and the like, as they come with a text copied from
    /// a web page.
    pub(super) fn refuse_invisible(&mut self, column: Option<usize>, name: &str) {
        let Some(cell) = self.filled(column) else { return };
        if cell.chars().all(|c| c.is_whitespace() || c == BRAILLE_BLANK || addresses::is_invisible(c)) {
            let message = format!("`{}` in `{name}` shows nothing; write it anew, or empty the cell", shown(cell));
            self.refuse(column, 0, message);
        }
    }

    /// Refuses names of files that do not go along with letters.
    pub(super) fn refuse_unfit_files(&mut self, column: Option<usize>) {
        for (offset, path) in addresses::pieces(self.cell(column)) {
            if let Err(error) = judge_name(path) {
                self.refuse(column, offset, format!("attachment: {error}"));
            }
        }
    }

    /// Refuses a cell that is too long for what it is.
    pub(super) fn refuse_long(&mut self, column: Option<usize>, name: &str, most: usize) {
        let cell = self.cell(column);
        if cell.chars().nth(most).is_some() {
            let message = format!("`{}` in `{name}` has more than {most} characters; shorten it", shown(cell));
            self.refuse(column, 0, message);
        }
    }

    /// Reads the addresses of a cell onto those of the row; one that is there already is left out.
    pub(super) fn addresses(&mut self, column: Option<usize>, list: &mut Vec<EmailAddress>) {
        let mut wrong = 0;
        for (offset, text) in addresses::pieces(self.cell(column)) {
            match addresses::read(text) {
                Err(_) if wrong >= addresses::MOST_WRONG => wrong += 1,
                Err(why) => {
                    wrong += 1;
                    let message = format!("`{}` is not an email address; {why}", shown(text));
                    self.refuse(column, offset, message);
                }
                Ok(address) if list.iter().any(|known| addresses::same(known, &address)) => {}
                Ok(address) if list.len() == MOST_ADDRESSES => {
                    let message = format!(
                        "`{}` is one of more than {MOST_ADDRESSES} addresses in a row, which servers need not take; make rows of them",
                        address.masked()
                    );
                    return self.refuse(column, offset, message);
                }
                Ok(address) => list.push(address),
            }
        }
        if let Some(message) = addresses::more_wrong(wrong) {
            self.refuse(column, 0, message);
        }
    }

    /// Reads a language tag.
    pub(super) fn language(&mut self, column: Option<usize>) -> Option<Language> {
        let text = self.filled(column)?;
        match text.parse::<Language>() {
            Ok(language) => Some(language),
            Err(error) => {
                let message = format!("`{}` is not a language tag; {}", shown(text), error.advice());
                self.refuse(column, 0, message);
                None
            }
        }
    }

    /// Checks the name of a time zone.
    pub(super) fn timezone(&mut self, column: Option<usize>) {
        if let Some(text) = self.filled(column)
            && jiff::tz::db().get(text).is_err()
        {
            let message = format!(
                "`{}` is not a time zone; write one such as `Europe/Brussels` (the names of the IANA database)",
                shown(text)
            );
            self.refuse(column, 0, message);
        }
    }

    /// Reads a yes or no; an empty cell is a yes.
    pub(super) fn yes_or_no(&mut self, column: Option<usize>) -> bool {
        let Some(text) = self.filled(column) else {
            return true;
        };
        let found = yes_no::read(text);
        if found.is_none() {
            self.refuse(column, 0, format!("`{}` is neither yes nor no; write `yes` or `no`", shown(text)));
        }
        found == Some(YesNo::Yes)
    }

    /// Reads a day. Of a point in time, the day is kept as it is written.
    pub(super) fn date(&mut self, column: Option<usize>) -> Option<Date> {
        let text = self.filled(column)?;
        let day = match text.char_indices().nth(10) {
            Some((end, ' ' | 'T' | 't')) if is_time(&text[end + 1..]) => &text[..end],
            _ => text,
        };
        let plain = day.len() == 10 && day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let date = day.parse().ok().filter(|_| plain);
        if date.is_none() {
            let message = format!("`{}` is not a date; {}", shown(text), day_first_advice(day));
            self.refuse(column, 0, message);
        }
        date
    }

    /// Reads a whole number.
    pub(super) fn integer(&mut self, column: Option<usize>) -> Option<i64> {
        let text = self.filled(column)?;
        let number = text.parse().ok();
        if number.is_none() {
            let message = format!("`{}` is not a whole number; write one such as `1`, or nothing", shown(text));
            self.refuse(column, 0, message);
        }
        number
    }

    /// Checks a web address; gives it as it is written.
    pub(super) fn web_address(&mut self, column: Option<usize>) -> Option<String> {
        let text = self.filled(column)?;
        let why = match Url::parse(text) {
            // The parser passes over these; whoever reads the letter would see another address than the one that is
            // opened.
            _ if text.chars().any(|c| c.is_control() || c.is_whitespace()) => "it has a blank or a line break in it",
            Ok(url) if !url.username().is_empty() || url.password().is_some() => {
                "it has a user name before its `@`; remove it"
            }
            Ok(url) if matches!(url.scheme(), "http" | "https") && has_slashes(text) => return Some(text.to_owned()),
            _ => "write one that begins with `https://` or `http://`",
        };
        self.refuse(column, 0, format!("`{}` is not a web address; {why}", shown(text)));
        None
    }
}

/// A character of Braille without a dot: it shows nothing, and Unicode calls it a symbol.
const BRAILLE_BLANK: char = '\u{2800}';

/// Whether a text can be the time of a day, with or without an offset.
fn is_time(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | '+' | '-' | 'Z' | 'z' | ' ');
    text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(plain)
}

fn has_slashes(text: &str) -> bool {
    text.split_once(':').is_some_and(|(_, rest)| rest.starts_with("//"))
}
