//! The recipients before the first letter leaves: as the list has them, with what the plan makes of each.

use crate::campaign::error::Result;
use crate::campaign::folder::Folder;
use crate::campaign::load::Campaign;
use crate::campaign::recipients::Pass;
use crate::clock::Clock;
use crate::ledger::CellText;
use crate::model::{Fields, Round};
use crate::plan::{Decision, Planner, Row, SkipReason};

/// Whom somebody looks for in a list.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Each of these words stands in the id, the address, the name or the organisation, in whatever case.
    pub words: Vec<String>,
    /// What may stand in these columns.
    pub cells: Vec<(String, Vec<CellText>)>,
    /// How many to pass over.
    pub skip: u64,
    /// How many to give.
    pub take: u32,
}

/// Some rows of a list.
#[derive(Debug, Default)]
pub struct Expected {
    /// Those that were wanted.
    pub rows: Vec<ExpectedRow>,
    /// Whether others follow.
    pub has_more: bool,
    /// How many there are in all, where all of the list are wanted.
    pub total: Option<u64>,
}

/// A list that was read once, with the letters and all that belongs to them, and is sound.
#[derive(Debug, Clone)]
pub struct KnownList {
    planner: Planner,
    rows: u64,
}

/// A row of a list to which nothing was sent yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedRow {
    /// Who it is: the name, or what stands for it.
    pub name: String,
    /// Their organisation.
    pub organisation: String,
    /// The number of their letter among those that would be sent; nothing, where they get none.
    pub letter: Option<u64>,
    /// Why they get none, in English.
    pub why: Option<String>,
}

/// Reads the list, and what is sent to it.
///
/// # Errors
/// All faults of the campaign's files.
pub fn know_list(folder: &Folder, clock: &Clock) -> Result<KnownList> {
    let Campaign { planner, rows, .. } = Campaign::read(folder.clone(), Round(0), clock)?;
    Ok(KnownList { planner, rows })
}

/// Looks through a list that is known, as far as somebody is wanted.
///
/// # Errors
/// Where the list or the ledger cannot be read.
pub fn expected(folder: &Folder, list: KnownList, wanted: &Wanted) -> Result<Expected> {
    let ledger = folder.known_ledger()?;
    let KnownList { mut planner, rows } = list;
    let wants_all = wanted.words.is_empty() && wanted.cells.is_empty();
    let mut expected = Expected { total: wants_all.then_some(rows), ..Expected::default() };
    let (mut letters, mut found) = (0, 0);
    for batch in Pass::anew(folder, &mut planner, Round(0), ledger.as_ref())? {
        for row in batch? {
            let (address, id, fields, why) = match &row {
                Row::Entry(entry) => {
                    let why = match &entry.decision {
                        Decision::Skip(reason) => Some(reason.to_string()),
                        Decision::Send | Decision::Settled(_) => None,
                    };
                    (entry.recipient.to.to_string(), entry.id.as_str(), &entry.recipient.fields, why)
                }
                Row::Unaddressed { id, row } => {
                    (String::new(), id.as_str(), &row.fields, Some(SkipReason::NoAddress.to_string()))
                }
            };
            letters += u64::from(why.is_none());
            if !is_wanted(wanted, (&address, id), fields) {
                continue;
            }
            found += 1;
            if expected.rows.len() == wanted.take as usize {
                // Nobody waits for the rest of the list.
                return Ok(Expected { has_more: true, ..expected });
            }
            if found > wanted.skip {
                let text = |column| fields.get(column).unwrap_or_default().trim().to_owned();
                let name = [text("name"), address, id.to_owned()].into_iter().find(|name| !name.is_empty());
                let letter = why.is_none().then_some(letters);
                let (name, organisation) = (name.unwrap_or_default(), text("organisation"));
                expected.rows.push(ExpectedRow { name, organisation, letter, why });
            }
        }
    }
    Ok(expected)
}

fn is_wanted(wanted: &Wanted, (address, id): (&str, &str), fields: &Fields) -> bool {
    let of = |column: &str| fields.get(column).unwrap_or_default();
    let all = [id, address, of("name"), of("organisation")].join("\n").to_lowercase();
    let has_cell = |(column, texts): &(String, Vec<CellText>)| texts.iter().any(|text| text.is_in(of(column)));
    wanted.words.iter().all(|word| all.contains(&word.to_lowercase())) && wanted.cells.iter().all(has_cell)
}
