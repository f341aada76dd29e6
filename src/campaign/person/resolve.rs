//! A person says what became of a delivery in doubt, or has one that failed tried once more.

use super::find;
use super::recorded::Recorded;
use super::said::Said;
use crate::campaign::contacted::witnessed_existing_ledger;
use crate::campaign::error::Result;
use crate::campaign::folder::Folder;
use crate::ledger::{PersonLedger, Resolution};
use crate::model::{RecipientId, Round};

/// A delivery that is in doubt no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// Whom it is for.
    pub recipient: RecipientId,
    /// Its round.
    pub round: Round,
    /// What became of it.
    pub resolution: Resolution,
}

/// Records what became of the delivery that an id or an address names. `round` says which, where several are in doubt.
///
/// # Errors
/// Where none is named so, or several are; where it is not in doubt; while a run sends; and where the ledger cannot be
/// read or written.
pub async fn resolve(
    folder: &Folder,
    id: &str,
    round: Option<Round>,
    resolution: Resolution,
    said: &Said,
) -> Result<Recorded<Resolved>> {
    let campaign = &folder.settings.id;
    let ledger = witnessed_existing_ledger(folder)?;
    let found = find::delivery(&ledger, campaign, id, round)?;
    ledger.resolve(found.round, &found.recipient, resolution, &said.of(campaign)).await?;
    let resolved = Resolved { recipient: found.recipient, round: found.round, resolution };
    Ok(Recorded::and_logged(resolved, folder, &ledger))
}
