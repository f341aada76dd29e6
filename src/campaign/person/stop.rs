//! A person stops the campaign: nothing of it is sent any more, until that is taken back.

use super::recorded::Recorded;
use super::said::Said;
use crate::campaign::contacted::witnessed_ledger;
use crate::campaign::error::{Error, Result};
use crate::campaign::folder::Folder;
use crate::ledger::{Halt, Holder, PersonLedger, ReadLedger};

/// That a campaign is stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    /// How it was stopped before, where it was.
    pub before: Option<Halt>,
    /// Who is sending it: that run ends once what is on the wire is recorded.
    pub sending: Option<Holder>,
}

/// Stops the campaign; where it is stopped already, this word replaces that one.
///
/// # Errors
/// Where the ledger cannot be read or written.
pub async fn stop(folder: &Folder, reason: Option<String>, said: &Said) -> Result<Recorded<Stopped>> {
    let campaign = &folder.settings.id;
    let ledger = witnessed_ledger(folder)?;
    let before = ledger.stop(reason, &said.of(campaign)).await?;
    let sending = ledger.holder(campaign)?;
    Ok(Recorded::and_logged(Stopped { before, sending }, folder, &ledger))
}

/// Lets the campaign go on; gives how it was stopped.
///
/// # Errors
/// [`Error::NotStopped`] where it is not stopped, and where the ledger cannot be read or written.
pub async fn resume(folder: &Folder, said: &Said) -> Result<Recorded<Halt>> {
    let campaign = &folder.settings.id;
    let stands = folder.known_ledger()?.map(|ledger| ledger.halt(campaign)).transpose()?.flatten();
    let halt = stands.ok_or(Error::NotStopped)?;
    let ledger = witnessed_ledger(folder)?;
    let lifted = ledger.resume(&said.of(campaign)).await?;
    Ok(Recorded::and_logged(lifted.unwrap_or(halt), folder, &ledger))
}
