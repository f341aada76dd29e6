//! What is said of a list whose header lacks the column that it needs: where its values are, as far as that shows.

use crate::model::{Fault, canonical};

use super::known_names::means;
use super::needs::Needs;
use super::row::Row;
use super::sample::{Sample, has_address};
use super::shown;

/// How alike two names must be (Damerau and Levenshtein, normalised) for one to be offered in place of the other.
const ALIKE: f64 = 0.6;

/// What some programs put between columns, and this one does not take.
const BAR: char = '|';

/// The fault of a list without the column that it needs.
pub(super) fn fault(file: &str, header: &Row, sample: &Sample<'_>, needs: Needs) -> Fault {
    let wanted = needs.column;
    let at = |column: usize, message: String| Fault::error(header.written.place(file, column, 0), message);
    if let Some((row, name)) = header_further_down(sample, needs) {
        return at(
            0,
            format!(
                "the header has no column `{wanted}`; line {} looks like the header (`{}`): remove what stands above it",
                row.line,
                shown(name)
            ),
        );
    }
    if let Some((column, name)) = header.cells.iter().enumerate().find(|(_, name)| is_several(name, needs)) {
        let message = format!(
            "the columns in `{}` are set apart by `{BAR}`; a list has `,`, `;` or tabs between them: save it again with one of these",
            shown(name)
        );
        return at(column, message);
    }
    if wanted == "email"
        && let Some(fault) = of_addresses(&at, header, sample, needs)
    {
        return fault;
    }
    let alike = |name: &str| {
        let name = canonical(name);
        if name.contains(wanted) { 1.0 } else { strsim::normalized_damerau_levenshtein(&name, wanted) }
    };
    let nearest = header
        .cells
        .iter()
        .enumerate()
        .map(|(at, name)| (alike(name), at))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(&one.1)));
    match nearest {
        Some((_, column)) => at(
            column,
            format!("the header has no column `{wanted}`; rename `{}` if it is meant", shown(&header.cells[column])),
        ),
        None => at(
            0,
            format!(
                "the header `{}` has no column `{wanted}`; add it, or set the `delimiter` under `[lists]`",
                shown(&header.cells.join(" | "))
            ),
        ),
    }
}

/// Whether a cell of the header is several, of which one is named like the column.
fn is_several(name: &str, needs: Needs) -> bool {
    name.contains(BAR) && name.split(BAR).any(|part| is_wanted(part.trim_matches(['"', ' ']), needs))
}

/// Whether a cell is named like the column.
fn is_wanted(cell: &str, needs: Needs) -> bool {
    let cell = cell.trim();
    canonical(cell) == canonical(needs.column) || (needs.column == "email" && means(cell, "email"))
}

/// A row that looks like the header, under a title or a cover: a cell is named like the column, and what stands under
/// it is of its kind.
fn header_further_down<'a>(sample: &Sample<'a>, needs: Needs) -> Option<(&'a Row, &'a str)> {
    let rows = sample.rows();
    rows.iter().enumerate().find_map(|(n, row)| {
        let column = row.cells.iter().position(|cell| is_wanted(cell, needs))?;
        let below = || rows[n + 1..].iter().filter_map(|row| row.cells.get(column)).any(|cell| has_address(cell));
        (needs.column != "email" || below()).then(|| (*row, row.cells[column].as_str()))
    })
}

/// The columns that hold addresses, and how they are said to be the ones.
fn of_addresses(
    at: &impl Fn(usize, String) -> Fault,
    header: &Row,
    sample: &Sample<'_>,
    needs: Needs,
) -> Option<Fault> {
    if let Some(column) = header.cells.iter().position(|cell| has_address(cell)) {
        let message = format!(
            "the header has no column `email`; it has the address `{}` and is no header: write one above it",
            shown(&header.cells[column])
        );
        return Some(at(column, message));
    }
    let width = sample.rows().iter().map(|row| row.cells.len()).max().unwrap_or_default();
    let mut columns: Vec<usize> = (0..width).filter(|column| sample.has_addresses(*column)).collect();
    // Those that have their name from it come first, then those with the most addresses.
    columns.sort_by_key(|column| {
        let name = header.cells.get(*column).map_or("", String::as_str);
        (!means(name, "email"), usize::MAX - sample.cells(*column).count(), *column)
    });
    let first = *columns.first()?;
    let named = |column: &usize| header.cells.get(*column).filter(|name| !name.is_empty()).map(|name| shown(name));
    let Some(name) = named(&first) else {
        let message = "the header has no column `email`; this column holds addresses and has no name: call it `email`";
        return Some(at(first, message.to_owned()));
    };
    let names: Vec<String> = columns.iter().filter_map(named).collect();
    let others = match &names[1..] {
        [] => format!("the addresses stand in `{name}`"),
        others => {
            let others: Vec<String> = others.iter().map(|name| format!("`{name}`")).collect();
            format!("addresses stand in `{name}`, and in {}", others.join(", "))
        }
    };
    let way = if needs.list == "recipients" {
        let line = match names.as_slice() {
            [only] => quoted(only),
            _ => format!("[{}]", names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")),
        };
        let which = if names.len() > 1 { " (the first of them that has one counts)" } else { "" };
        format!("write `columns = {{ email = {line} }}` under [lists]{which}, or rename a column `email`")
    } else {
        "rename it `email`".to_owned()
    };
    Some(at(first, format!("the header has no column `email`; {others}: {way}")))
}

/// A text as TOML writes it.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
