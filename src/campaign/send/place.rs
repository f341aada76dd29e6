//! Where the campaign is sent from: not from a folder that was handed over, and from another machine than last time by
//! a person's word.

use crate::campaign::error::Result;
use crate::campaign::folder::{Folder, Ledger};
use crate::campaign::person::Said;
use crate::ledger::{LedgerError, PlaceLedger};

pub use crate::ledger::Elsewhere;

/// What a person has to be asked before a run of the campaign begins here; nothing, where the last run was here.
///
/// # Errors
/// [`LedgerError::HandedOver`] where the ledger was handed over from here, and
/// where it cannot be read.
pub fn elsewhere(folder: &Folder) -> Result<Option<Elsewhere>> {
    folder.refuse_handed_over()?;
    let Some(ledger) = folder.known_ledger()? else { return Ok(None) };
    Ok(ledger.elsewhere(&folder.settings.id)?)
}

/// Refuses a run on another machine than the last one, where nobody says that it may be here.
pub(super) fn refuse_elsewhere(ledger: &Ledger, folder: &Folder, takes_over: Option<&Said>) -> Result<()> {
    folder.refuse_handed_over()?;
    match ledger.elsewhere(&folder.settings.id)? {
        Some(elsewhere) if takes_over.is_none() => Err(LedgerError::Elsewhere(elsewhere).into()),
        _ => Ok(()),
    }
}

/// Records that the campaign is sent from here, where the last run was elsewhere and a person says so.
pub(super) async fn take_over(ledger: &Ledger, folder: &Folder, said: Option<&Said>) -> Result<()> {
    let campaign = &folder.settings.id;
    if let Some(said) = said
        && ledger.elsewhere(campaign)?.is_some()
    {
        ledger.take_over(&said.of(campaign)).await?;
    }
    Ok(())
}
