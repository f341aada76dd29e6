//! The suppressions list.

use crate::model::{EmailAddress, Fault, Faults, ListFormat, Place, Suppression, Target};
use crate::workspace::Workspace;

use super::addresses;
use super::cells::Cells;
use super::known_names::means;
use super::lookalike;
use super::needs::{Hidden, Needs, Rows};
use super::origin::Origin;
use super::shown;
use super::table::Table;

const NEEDS: Needs = Needs {
    column: "email",
    list: "suppressions",
    section: "[lists]",
    rows: Rows::Any,
    hidden: Hidden::Counts,
    uses: |_| true,
};

/// Who must not be written to, in the order of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppressions {
    /// Every row.
    pub suppressions: Vec<Suppression>,
    /// The form in which the file was found.
    pub origin: Origin,
    /// What is worth a look and stops nothing.
    pub warnings: Vec<Fault>,
}

/// Reads the suppressions list at a path of the workspace. It may be empty.
///
/// # Errors
/// Everything that is wrong with it: with the file, the header, and every row. A row that cannot be understood is an
/// error like any other: passed over, it would let a letter go to somebody who must not get it.
pub fn read_suppressions(workspace: &Workspace, path: &str, format: &ListFormat) -> Result<Suppressions, Faults> {
    let mut table = Table::open(workspace, path, format, NEEDS)?;
    let columns = email_columns(&mut table)?;
    let reason = table.columns().position("reason");
    let mut suppressions = Vec::new();
    let mut warnings = unread(&mut table, &columns);
    let mut faults = Faults::new();
    while let Some(row) = table.next_whole(&mut faults) {
        let mut cells = Cells::new(path, &row.cells, &row.written, row.faults);
        if columns.iter().all(|email| addresses::pieces(cells.cell(Some(*email))).next().is_none()) {
            cells.refuse(
                columns.first().copied(),
                0,
                "the cell `email` is empty; write an address or `@domain` into it, or remove the row",
            );
        }
        for email in columns.iter().map(|email| Some(*email)) {
            let mut wrong = 0;
            for (offset, text) in addresses::pieces(cells.cell(email)) {
                match read_target(text) {
                    Ok((target, address)) => {
                        if let Some(message) = lookalike::warning(&address) {
                            warnings.push(Fault::warning(cells.place(email, offset), message));
                        }
                        suppressions.push(Suppression { target, reason: cells.filled(reason).map(str::to_owned) });
                    }
                    Err(_) if wrong >= addresses::MOST_WRONG => wrong += 1,
                    Err(why) => {
                        wrong += 1;
                        let message = format!("`{}` is neither an email address nor `@domain`; {why}", shown(text));
                        cells.refuse(email, offset, message);
                    }
                }
            }
            if let Some(message) = addresses::more_wrong(wrong) {
                cells.refuse(email, 0, message);
            }
        }
        faults.extend(cells.into_faults());
    }
    if faults.has_errors() {
        return Err(faults);
    }
    warnings.append(&mut table.take_warnings());
    if table.is_of_an_empty_file() {
        let message =
            "the file is empty, without a header: nobody is kept from being written to by it; is it the right one?";
        warnings.push(Fault::warning(Place::file(path), message));
    }
    Ok(Suppressions { suppressions, origin: table.origin().clone(), warnings })
}

/// The columns of the addresses: `email`, or all that are called like one and hold addresses. Nobody who stands in one
/// of them is to be written to.
fn email_columns(table: &mut Table) -> Result<Vec<usize>, Faults> {
    if let Some(email) = table.columns().position("email") {
        return Ok(vec![email]);
    }
    let names = table.columns().names().to_vec();
    let sample = table.sample();
    let called = names.iter().enumerate().filter(|(_, name)| means(name, "email"));
    let found: Vec<usize> = called.map(|(at, _)| at).filter(|at| sample.has_addresses(*at)).collect();
    if found.is_empty() {
        table.require()?;
    }
    Ok(found)
}

/// Columns that hold addresses and are not read.
fn unread(table: &mut Table, read: &[usize]) -> Vec<Fault> {
    let (file, header, names) = (table.file().to_owned(), table.header().clone(), table.columns().names().to_vec());
    let sample = table.sample();
    let unread = (0..names.len()).filter(|at| !read.contains(at) && sample.has_addresses(*at));
    let warning = |at: usize| {
        let message = format!(
            "column `{}` holds addresses, and is not read: nobody is suppressed by it; write them under `email` if they \
             are meant",
            shown(&names[at])
        );
        Fault::warning(header.written.place(&file, at, 0), message)
    };
    unread.map(warning).collect()
}

/// Reads what a suppression covers: an address, or `@domain`. Gives an address with it, which shows the domain as
/// people read it.
///
/// # Errors
/// Says what is wrong with it.
pub fn read_target(text: &str) -> Result<(Target, EmailAddress), String> {
    if text.starts_with('@') {
        // The rules for a domain are those of an address at it.
        let address = addresses::read(&format!("all{text}"))?;
        Ok((Target::Domain(address.domain().to_owned()), address))
    } else if let Some(domain) = text.strip_prefix(['*', '%']).filter(|domain| domain.starts_with('@')) {
        Err(format!("for everybody at a domain write `{}`", shown(domain)))
    } else {
        let address = addresses::read(text)?;
        Ok((Target::Address(address.key()), address))
    }
}
