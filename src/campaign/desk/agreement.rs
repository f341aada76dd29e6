//! Who agreed to a letter, and to which version of it.

use crate::campaign::error::Result;
use crate::campaign::folder::Folder;
use crate::campaign::load::Campaign;
use crate::clock::Clock;
use crate::ledger::{Approval, ApprovalLedger};
use crate::model::{Faults, Round};

/// Who agreed, and to what.
#[derive(Debug)]
pub struct Agreement {
    /// The campaign's name.
    pub name: String,
    /// The version of the letter as it is now, or what is wrong with it.
    pub version: std::result::Result<String, Faults>,
    /// Who agreed, by name.
    pub approvals: Vec<Approval>,
}

/// Reads who agreed.
///
/// # Errors
/// Where the ledger cannot be read.
pub fn agreement(folder: &Folder, clock: &Clock) -> Result<Agreement> {
    let ledger = folder.known_ledger()?;
    let approvals = ledger.map(|ledger| ledger.approvals(&folder.settings.id)).transpose()?.unwrap_or_default();
    let version = Campaign::read(folder.clone(), Round(0), clock).map(|campaign| campaign.version());
    Ok(Agreement { name: folder.settings.name.clone(), version, approvals })
}
