//! Which columns of a signatories list are the known ones, where they have names of another language; and which nothing
//! knows.

use std::sync::Arc;

use crate::model::{Columns, Fault};

use super::consent;
use super::known_names::means;
use super::row::Row;
use super::sample::has_address;
use super::shown;

/// The known columns that may have another name, and what such a name means. `name` is an organisation's: a column of
/// persons' names may be that of those who sign for it.
const KNOWN: [(&str, &[&str]); 9] = [
    ("name", &["organisation"]),
    ("acronym", &["acronym"]),
    ("country", &["country"]),
    ("url", &["url"]),
    ("logo", &["logo"]),
    ("representative", &["representative"]),
    ("representative_title", &["representative_title"]),
    ("signed_at", &["signed_at"]),
    ("order", &["order"]),
];

/// The longest acronym by which a column is known as one.
const LONGEST_ACRONYM: usize = 30;

/// A known column, and the column of the list that is it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ReadAs {
    pub(super) known: &'static str,
    pub(super) at: usize,
}

/// The columns that are known by a name of another language and by what they hold. Where several may be one, nobody
/// knows which.
pub(super) fn read_as(columns: &Columns, rows: &[Row], is_used: fn(&str) -> bool) -> Vec<ReadAs> {
    let mut found: Vec<ReadAs> = Vec::new();
    for (known, meanings) in KNOWN {
        if columns.position(known).is_some() {
            continue;
        }
        for meaning in meanings {
            let names = columns.names().iter().enumerate();
            let free = names.filter(|(at, name)| !is_used(name) && found.iter().all(|one| one.at != *at));
            let mut meant = free.filter(|(at, name)| means(name, meaning) && agrees(known, *at, rows));
            if let (Some((at, _)), None) = (meant.next(), meant.next()) {
                found.push(ReadAs { known, at });
                break;
            }
        }
    }
    found
}

/// Whether the cells of a column are what they should be.
fn agrees(known: &str, at: usize, rows: &[Row]) -> bool {
    let mut cells =
        rows.iter().filter_map(|row| row.cells.get(at)).map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    match known {
        "acronym" => cells.all(|cell| cell.chars().count() <= LONGEST_ACRONYM && !has_address(cell)),
        "country" => cells.all(|cell| !cell.contains(|c: char| c == '@' || c.is_ascii_digit())),
        "url" => cells.all(|cell| cell.contains('.') && !cell.contains('@') && !cell.contains(char::is_whitespace)),
        "order" => cells.all(|cell| cell.parse::<i64>().is_ok()),
        "signed_at" => cells.all(|cell| cell.starts_with(|c: char| c.is_ascii_digit())),
        _ => cells.all(|cell| !has_address(cell)),
    }
}

/// The header with the known columns behind the others, each as a copy of the one that is it: both names can be used.
pub(super) fn with_known(columns: &Columns, read_as: &[ReadAs]) -> Arc<Columns> {
    let own = columns.names().iter().cloned();
    Arc::new(Columns::new(own.chain(read_as.iter().map(|one| one.known.to_owned()))))
}

/// What is said of columns that are read under another name: all of them in one line.
pub(super) fn told(file: &str, header: &Row, columns: &Columns, read_as: &[ReadAs]) -> Option<Fault> {
    let first = read_as.first()?;
    let name = |at: usize| shown(&columns.names()[at]);
    let words: Vec<String> = read_as.iter().map(|one| format!("`{}` is `{}`", name(one.at), one.known)).collect();
    let message = format!("by their names, {}; rename what is not", words.join(", "));
    Some(Fault::warning(header.written.place(file, first.at, 0), message))
}

/// The columns that nothing knows.
pub(super) fn unknown<'c>(columns: &'c Columns, read_as: &[ReadAs], is_used: fn(&str) -> bool) -> Vec<&'c str> {
    let names = columns.names().iter().enumerate();
    let consents: Vec<usize> = consent::called(columns).collect();
    let free = names.filter(|(at, name)| {
        !name.is_empty() && !is_used(name) && read_as.iter().all(|one| one.at != *at) && !consents.contains(at)
    });
    free.map(|(_, name)| name.as_str()).collect()
}
