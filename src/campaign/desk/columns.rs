//! The columns of the lists that were sent to.

use crate::campaign::error::Result;
use crate::campaign::folder::Folder;
use crate::ledger::ReadLedger;
use crate::model::Columns;

/// The columns of the lists that were sent to, as they are called there, each once.
///
/// # Errors
/// Where the ledger cannot be read.
pub fn columns(folder: &Folder) -> Result<Vec<String>> {
    let (id, mut names) = (&folder.settings.id, Vec::new());
    let Some(ledger) = folder.known_ledger()? else { return Ok(names) };
    for round in ledger.rounds(id)? {
        for name in ledger.columns(id, round)?.iter().flat_map(Columns::names) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
    }
    Ok(names)
}
