//! Whether a signatory may be named, by a column that says so under another name than `publish`: nobody is named who
//! said no, whatever the column is called, and where nobody can know what a cell says, nothing goes out.

use std::collections::HashMap;

use crate::model::{Columns, Fault, Faults, Place, RowsInWords, Signatory, canonical};

use super::known_names::means;
use super::row::Row;
use super::shown;
use super::yes_no::{self, YesNo};

/// The columns that may say whether a signatory may be named, by what they are called.
pub(super) fn called(columns: &Columns) -> impl Iterator<Item = usize> {
    let own = columns.position("publish");
    let names = columns.names().iter().enumerate();
    names.filter(move |(_, name)| own.is_none() && is_called_so(name)).map(|(at, _)| at)
}

/// Whether a name is one of those that lists give such a column, or has a word of theirs in it: `Publish (y/n)`.
fn is_called_so(name: &str) -> bool {
    const STEMS: [&str; 8] =
        ["publish", "consent", "veröffentlich", "zustimmung", "einwilligung", "publier", "publicar", "pubblica"];
    let lower = name.to_lowercase();
    means(name, "publish") || STEMS.iter().any(|stem| lower.contains(stem))
}

/// What is said of a column of yes and no that nothing reads: it may say who may be named.
pub(super) fn unread(
    file: &str,
    header: &Row,
    columns: &Columns,
    rows: &[Row],
    is_used: fn(&str) -> bool,
) -> Vec<Fault> {
    let names = columns.names().iter().enumerate();
    let free = names.filter(|(_, name)| !name.is_empty() && !is_used(name) && !is_called_so(name));
    let of_yes_and_no = free.filter(|(column, _)| {
        let said = Said::of(*column, file, rows);
        said.no > 0 && said.other + said.marks == 0
    });
    let warning = |(column, name): (usize, &String)| {
        let message = format!(
            "`{}` has a no in it and is not read: where it says who may be named, call it `publish`",
            shown(name)
        );
        Fault::warning(header.written.place(file, column, 0), message)
    };
    of_yes_and_no.map(warning).collect()
}

/// Refuses a name of which one row says that it may be printed, and another that it may not.
pub(super) fn contradictions(file: &str, signatories: &[Signatory]) -> Vec<Fault> {
    let mut yes: HashMap<String, u64> = HashMap::new();
    for signatory in signatories.iter().filter(|signatory| signatory.publish) {
        yes.entry(canonical(&signatory.name)).or_insert(signatory.line);
    }
    let no = signatories.iter().filter(|signatory| !signatory.publish);
    let both = no.filter_map(|signatory| Some((signatory, yes.get(&canonical(&signatory.name))?)));
    let fault = |(signatory, line): (&Signatory, &u64)| {
        let message = format!(
            "`{}` may not be named by this row, and is named by line {line}; remove the row that does not hold",
            shown(&signatory.name)
        );
        Fault::error(Place::line(file, signatory.line), message)
    };
    both.map(fault).collect()
}

/// What the cells of a column say.
#[derive(Debug, Default)]
struct Said {
    yes: u64,
    no: u64,
    /// Crosses and ticks.
    marks: u64,
    /// Anything else.
    other: u64,
    empty: RowsInWords,
}

impl Said {
    fn of(column: usize, file: &str, rows: &[Row]) -> Self {
        let mut said = Self::default();
        for row in rows {
            match row.cells.get(column).map(|cell| cell.trim()).unwrap_or_default() {
                "" => said.empty.add(&row.written.place(file, column, 0)),
                cell => match (yes_no::read(cell), yes_no::read_mark(cell)) {
                    (Some(YesNo::Yes), _) => said.yes += 1,
                    (Some(YesNo::No), _) => said.no += 1,
                    (None, Some(_)) => said.marks += 1,
                    (None, None) => said.other += 1,
                },
            }
        }
        said
    }

    /// Whether the column says of some signatory that they may not be named, or that somebody has to look. Texts alone,
    /// such as the years of a column `Published`, say neither.
    fn matters(&self) -> bool {
        self.no > 0 || self.marks > 0 || (self.yes > 0 && (self.other > 0 || self.empty.count() > 0))
    }
}

/// The column that says whether a signatory may be named, where none is called `publish`, and that it was taken for
/// that.
///
/// # Errors
/// Where several columns say so: nobody knows which one counts.
pub(super) fn column(
    file: &str,
    header: &Row,
    columns: &Columns,
    rows: &[Row],
) -> Result<Option<(usize, Fault)>, Faults> {
    let found: Vec<usize> = called(columns).filter(|column| Said::of(*column, file, rows).matters()).collect();
    let name = |column: usize| shown(&columns.names()[column]);
    match found.as_slice() {
        [] => Ok(None),
        [column] => {
            let message = format!(
                "`{}` is read as `publish`: a signatory with a no in it is not named; rename the column `publish` if that \
                 is right, and otherwise to something else",
                name(*column)
            );
            Ok(Some((*column, Fault::warning(header.written.place(file, *column, 0), message))))
        }
        [first, second, ..] => {
            let message = format!(
                "`{}` and `{}` both say whether a signatory may be named; call the one that counts `publish`, and the other \
                 something else",
                name(*first),
                name(*second)
            );
            Err(Fault::error(header.written.place(file, *second, 0), message).into())
        }
    }
}

/// What is said of signatories with nothing in the column, where others have a yes: they are named, and nobody wrote
/// that they may be.
pub(super) fn not_said(file: &str, header: &Row, column: usize, rows: &[Row]) -> Option<Fault> {
    let Said { yes, empty, .. } = Said::of(column, file, rows);
    if yes == 0 || empty.count() == 0 {
        return None;
    }
    let rows = match empty.count() {
        1 => format!("line {} has", empty.first()),
        count => format!("{count} rows ({}) have", empty.first()),
    };
    let message = format!(
        "{rows} nothing in `{}`, where others have a yes: they are named; write `yes` or `no` for each",
        shown(header.cells.get(column).map_or("publish", String::as_str))
    );
    Some(Fault::warning(header.written.place(file, column, 0), message))
}
