//! Whether a campaign may be held: the operating system's lock and the row of its lease together say so.

use jiff::Timestamp;
use rusqlite::OptionalExtension;

use super::failure::Failure;
use super::lock::CampaignLock;
use super::shared::refuse_while_sent;
use super::value::{holder, time};
use super::writer::Store;
use crate::ledger::{Holder, LedgerError};
use crate::model::CampaignId;

/// Takes the operating system's lock of a campaign, where neither it nor the row in the ledger stands in the way; on a
/// server, nobody else can write before the transaction ends.
pub(super) fn lock(
    store: &mut Store,
    campaign: &CampaignId,
    key: i64,
    at: Timestamp,
) -> std::result::Result<CampaignLock, Failure> {
    if store.connection.server().is_some() {
        refuse_while_sent(store, (campaign, key), at)?;
        return Ok(CampaignLock::on_server());
    }
    let row: Option<(Option<Holder>, Timestamp)> = store
        .connection
        .query_row("SELECT host, pid, since, person, machine, deadline FROM lease WHERE campaign = ?1", [key], |row| {
            Ok((holder(row, 0, &store.machine)?, time(row, 5)?))
        })
        .optional()?;
    let (holder, deadline) = row.unzip();
    let holder = holder.flatten();
    // Without a row, the other process is about to write it.
    let host = store.machine.name.clone();
    let unknown = || Holder { host, pid: 0, since: at, person: None, is_here: true };
    if let (Some(holder), Some(deadline)) = (&holder, deadline)
        && !holder.is_here
        && deadline > at
    {
        return Err(LedgerError::Held(holder.clone()).into());
    }
    let lock = CampaignLock::take(&store.beside, campaign).map_err(|error| LedgerError::Store {
        path: store.path.clone(),
        what: format!(
            "the lock of the campaign cannot be taken ({error}); the folder must be on a file system with locks"
        ),
    })?;
    lock.ok_or_else(|| LedgerError::Held(holder.unwrap_or_else(unknown)).into())
}
