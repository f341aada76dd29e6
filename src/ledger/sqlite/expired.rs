//! Campaigns whose people's data was erased: nothing is sent or recorded in them any more, or the same list would be
//! sent again by a ledger that does not know who has the letter.

use std::collections::HashSet;

use rusqlite::OptionalExtension;

use super::failure::Failure;
use super::file::version_of;
use super::value::time;
use crate::ledger::database::Connection;
use crate::ledger::{Expired, LedgerError};
use crate::model::CampaignId;

/// They are in ledgers from this version on.
const KNOWN_SINCE: i64 = 10;

/// The reason of a mail of which nothing is kept any more but that it was read.
pub(super) const ERASED: &str = "erased";

/// Whether a ledger, which may be an older one that is only read, can have any.
pub(super) fn are_known(connection: &Connection) -> rusqlite::Result<bool> {
    Ok(version_of(connection)? >= KNOWN_SINCE)
}

/// That a campaign was erased, where it was. The ledger may be an older one that is only read.
pub(super) fn expired(connection: &Connection, campaign: &CampaignId) -> rusqlite::Result<Option<Expired>> {
    if !are_known(connection)? {
        return Ok(None);
    }
    connection
        .prepare_cached(
            "SELECT x.at, x.last_event FROM campaign c JOIN expired x ON x.campaign = c.id WHERE c.name = ?1",
        )?
        .query_row([campaign.as_str()], |row| {
            Ok(Expired { campaign: campaign.clone(), at: time(row, 0)?, last_event: time(row, 1)? })
        })
        .optional()
}

/// Refuses whatever would go on with a campaign that was erased.
pub(super) fn refuse(connection: &Connection, campaign: &CampaignId) -> Result<(), Failure> {
    match expired(connection, campaign)? {
        Some(expired) => Err(LedgerError::Expired(expired).into()),
        None => Ok(()),
    }
}

/// The campaigns that were erased.
pub(super) fn all(connection: &Connection) -> rusqlite::Result<HashSet<CampaignId>> {
    if !are_known(connection)? {
        return Ok(HashSet::new());
    }
    let mut statement =
        connection.prepare_cached("SELECT c.name FROM expired x JOIN campaign c ON c.id = x.campaign")?;
    let names = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(names.iter().filter_map(|name| CampaignId::parse(name).ok()).collect())
}
