//! The log as a spreadsheet (Office Open XML): a row for each person, in the columns of the campaign's own list.
//!
//! What stands in a cell is a text, a date or a number, never a formula, whatever a list or a server wrote.

use std::collections::BTreeSet;
use std::io;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, IgnoreError, Workbook, Worksheet, XlsxError};

use super::log_row::why;
use crate::ledger::{CopyRow, Delivery};
use crate::model::{Answer, Columns, Round, canonical};
use crate::plan::Next;

/// A sheet has room for so many rows, its header among them.
pub const SHEET_ROWS: u64 = 1_048_576;
/// A cell has room for so many characters.
const CELL: usize = 32_767;
/// No column is made wider than so many characters.
const WIDEST: usize = 44;

/// A person, and what became of each letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// The cells of the person's row, under the header that all rows have.
    pub cells: Vec<String>,
    /// The letters, first the first, each with what comes after it.
    pub letters: Vec<(Delivery, Option<Next>)>,
}

/// What a sheet shows, cell by cell.
enum Shown {
    Text(String),
    Number(f64),
    Time(Timestamp),
    Nothing,
}

/// The people of a log as a workbook. `zone` is that of whoever looks at it.
///
/// # Errors
/// Where a sheet has no room for them.
pub fn workbook(columns: &Columns, people: &[PersonRow], copies: &[CopyRow], zone: &TimeZone) -> io::Result<Vec<u8>> {
    let rounds: BTreeSet<Round> =
        people.iter().flat_map(|person| person.letters.iter().map(|(delivery, _)| delivery.round)).collect();
    let mut header: Vec<String> = columns.names().to_vec();
    for round in &rounds {
        let of_round = if round.0 == 0 { String::new() } else { format!(" (follow-up {round})") };
        header.extend([format!("state{of_round}"), format!("sent{of_round}")]);
    }
    header.extend(["answer", "answered", "follow-up", "note", "what the server said"].map(str::to_owned));
    let mut book = Workbook::new();
    book.set_properties(
        &DocProperties::new().set_creation_datetime(&latest(people, zone).map_err(|error| told(&error))?),
    );
    let rows = people.iter().map(|person| person_cells(columns.len(), &rounds, person));
    write(book.add_worksheet(), "People", &header, rows, zone).map_err(|error| told(&error))?;
    if !copies.is_empty() {
        let header = ["recipient", "copy", "round", "state", "tried", "attempts", "what was said"].map(str::to_owned);
        write(book.add_worksheet(), "Copies", &header, copies.iter().map(copy_cells), zone)
            .map_err(|error| told(&error))?;
    }
    book.save_to_buffer().map_err(|error| told(&error))
}

fn told(error: &XlsxError) -> io::Error {
    io::Error::other(error.to_string())
}

/// When the last of it happened: the same log gives the same bytes.
fn latest(people: &[PersonRow], zone: &TimeZone) -> Result<ExcelDateTime, XlsxError> {
    let letters = people.iter().flat_map(|person| &person.letters);
    let times = letters.flat_map(|(delivery, _)| [delivery.last_attempt_at, delivery.answered_at]);
    times.flatten().max().map_or_else(|| ExcelDateTime::from_ymd(2000, 1, 1), |at| excel(at, zone))
}

fn excel(at: Timestamp, zone: &TimeZone) -> Result<ExcelDateTime, XlsxError> {
    let there = at.to_zoned(zone.clone());
    let part = |part: i8| u8::try_from(part).unwrap_or_default();
    ExcelDateTime::from_ymd(u16::try_from(there.year()).unwrap_or_default(), part(there.month()), part(there.day()))?
        .and_hms(u16::from(part(there.hour())), part(there.minute()), f64::from(there.second()))
}

fn person_cells(own: usize, rounds: &BTreeSet<Round>, person: &PersonRow) -> Vec<Shown> {
    let mut cells: Vec<Shown> = person.cells.iter().take(own).cloned().map(Shown::Text).collect();
    cells.resize_with(own, || Shown::Nothing);
    for round in rounds {
        let letter = person.letters.iter().map(|(delivery, _)| delivery).find(|delivery| delivery.round == *round);
        let state = letter.map_or(Shown::Nothing, |delivery| Shown::Text(delivery.state.to_string()));
        cells.extend([state, letter.and_then(|delivery| delivery.accepted_at).into()]);
    }
    let deliveries = || person.letters.iter().map(|(delivery, _)| delivery);
    // What says most, and of that the last.
    let answered = deliveries().filter(|delivery| delivery.answer != Answer::None);
    let answered = answered.max_by_key(|delivery| (delivery.answer.stops(), delivery.round));
    let next = person.letters.iter().rev().find_map(|(_, next)| *next);
    let notes = deliveries().filter_map(|delivery| delivery.note.as_deref().or(delivery.reason.as_deref()));
    let said = deliveries().filter_map(|delivery| delivery.reply.as_ref()).next_back().map(ToString::to_string);
    cells.extend([
        answered.map_or(Shown::Nothing, |delivery| Shown::Text(delivery.answer.to_string())),
        answered.and_then(|delivery| delivery.answered_at).into(),
        next.map_or(Shown::Nothing, |next| Shown::Text(next.to_string())),
        Shown::Text(notes.collect::<Vec<_>>().join("; ")),
        Shown::Text(said.unwrap_or_default()),
    ]);
    cells
}

fn copy_cells(copy: &CopyRow) -> Vec<Shown> {
    let reply = copy.reply.as_ref().map(ToString::to_string).unwrap_or_default();
    vec![
        Shown::Text(copy.recipient.to_string()),
        Shown::Text(copy.address.clone()),
        Shown::Number(f64::from(copy.round.0)),
        Shown::Text(copy.state.to_string()),
        Shown::Time(copy.last_attempt_at),
        Shown::Number(f64::from(copy.attempts)),
        Shown::Text(why(copy.reason.as_deref().unwrap_or_default(), &reply)),
    ]
}

impl From<Option<Timestamp>> for Shown {
    fn from(at: Option<Timestamp>) -> Self {
        at.map_or(Self::Nothing, Self::Time)
    }
}

/// Writes a sheet: its header stays in sight, each column has a filter and is about as wide as what stands in it.
fn write(
    sheet: &mut Worksheet,
    name: &str,
    header: &[String],
    rows: impl Iterator<Item = Vec<Shown>>,
    zone: &TimeZone,
) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold().set_align(FormatAlign::Top);
    let date = Format::new().set_num_format("yyyy-mm-dd hh:mm").set_align(FormatAlign::Left);
    sheet.set_name(name)?.set_freeze_panes(1, 0)?;
    let mut widths: Vec<usize> = header.iter().map(|name| name.chars().count() + 3).collect();
    for (name, column) in header.iter().zip(0_u16..) {
        sheet.write_string_with_format(0, column, fitting(name), &bold)?;
    }
    let mut last = 0;
    for (cells, row) in rows.zip(1_u32..) {
        last = row;
        for ((cell, column), width) in cells.iter().zip(0_u16..).zip(&mut widths) {
            let wide = match cell {
                Shown::Text(text) if text.is_empty() => 0,
                Shown::Text(text) => {
                    sheet.write_string(row, column, fitting(text))?;
                    text.chars().count()
                }
                Shown::Number(number) => {
                    sheet.write_number(row, column, *number)?;
                    4
                }
                Shown::Time(at) => {
                    sheet.write_datetime_with_format(row, column, excel(*at, zone)?, &date)?;
                    16
                }
                Shown::Nothing => 0,
            };
            *width = (*width).max(wide + 1).min(WIDEST);
        }
    }
    let last_column = u16::try_from(header.len().saturating_sub(1)).unwrap_or(u16::MAX);
    sheet.autofilter(0, 0, last, last_column)?;
    if last > 0 {
        // What looks like a number in a list is a telephone number or a code, and stays as it is written.
        sheet.ignore_error_range(1, 0, last, last_column, IgnoreError::NumberStoredAsText)?;
    }
    for (width, column) in widths.iter().zip(0_u16..) {
        sheet.set_column_width(column, f64::from(u32::try_from(*width).unwrap_or_default()))?;
    }
    Ok(())
}

/// A text as a cell takes it; the end of one that is too long gives way to a sign of it.
fn fitting(text: &str) -> String {
    if text.chars().map(char::len_utf16).sum::<usize>() <= CELL {
        return text.to_owned();
    }
    let mut left = CELL - 1;
    let fits = |c: &char| {
        let room = left.checked_sub(c.len_utf16());
        left = room.unwrap_or(0);
        room.is_some()
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

/// The header under which rows of several lists stand: the columns of the first, and after them what the others have
/// besides.
#[must_use]
pub fn common_header<'c>(lists: impl IntoIterator<Item = &'c Columns>) -> Columns {
    let mut names: Vec<&String> = Vec::new();
    for name in lists.into_iter().flat_map(Columns::names) {
        if !names.iter().any(|known| canonical(known) == canonical(name)) {
            names.push(name);
        }
    }
    Columns::new(names.into_iter().cloned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_a_cell_has_no_room_for_ends_with_a_sign_of_it() {
        assert_eq!(fitting(&"a".repeat(CELL)).len(), CELL);
        let cut = fitting(&"😀".repeat(CELL));
        assert_eq!(cut.chars().map(char::len_utf16).sum::<usize>(), CELL);
        assert!(cut.ends_with('…'));
    }

    #[test]
    fn lists_with_other_columns_have_one_header() {
        let lists = [Columns::new(["email", "First Name"]), Columns::new(["E-Mail", "first_name", "party"])];
        assert_eq!(common_header(&lists).names(), ["email", "First Name", "party"]);
    }
}
