//! A ledger that does not know what its witnesses know is refused.

use std::path::Path;

use super::super::failure::Failure;
use super::super::file::version_of;
use super::super::machine_memory::MachineMemory;
use super::super::sent_file::{Reading, read};
use super::beside;
use super::loss::{count, lost, unreadable};
use super::owner::{Owner, Trouble};
use crate::ledger::database::Connection;
use crate::ledger::{LedgerError, Missing};

type Result<T> = std::result::Result<T, Failure>;

/// Before this version, no ledger had witnesses.
pub(super) const WITNESSED_SINCE: i64 = 3;

/// Refuses to make a ledger where a witness tells of one.
pub(in crate::ledger::sqlite) fn refuse_missing_ledger(
    ledger: &Path,
    memory: Option<&MachineMemory>,
) -> std::result::Result<(), LedgerError> {
    let remembered = memory.and_then(|memory| memory.id_at(ledger).map(|id| memory.log(&id)));
    for witness in [Some(beside(ledger)), remembered].into_iter().flatten() {
        let found = read(&witness, 0).map_err(|error| unreadable(&witness, &error))?;
        if let Some(Reading { told, .. }) = found
            && let Some((count, last)) = count(told.letters.values())
        {
            return Err(lost(ledger, &witness, Missing::Ledger { count, last }));
        }
    }
    Ok(())
}

/// Compares a ledger that is open for reading with its witnesses, and changes nothing.
pub(in crate::ledger::sqlite) fn compare(
    connection: &Connection,
    ledger: &Path,
    memory: Option<&MachineMemory>,
) -> Result<()> {
    if version_of(connection)? < WITNESSED_SINCE {
        return Ok(());
    }
    let owner = Owner::of(connection, ledger)?;
    let path = beside(ledger);
    owner.look(&path).map_err(|trouble| trouble.into_failure(&path))?;
    let Some(memory) = memory else { return Ok(()) };
    match owner.look(&memory.log(&owner.id)) {
        // Without a memory, which must not keep anybody from sending, it goes on.
        Ok(_) | Err(Trouble::File(_)) => owner.compare_events(memory),
        Err(Trouble::Ledger(failure)) => Err(owner.seen_elsewhere(failure, memory)),
    }
}
