//! The campaigns of a ledger, by name.

use rusqlite::OptionalExtension;

use crate::ledger::database::Connection;
use crate::model::CampaignId;

/// The key of a campaign; `None` where the ledger knows none of that name.
pub(super) fn known_campaign(connection: &Connection, campaign: &CampaignId) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT id FROM campaign WHERE name = ?1")?
        .query_row([campaign.as_str()], |row| row.get(0))
        .optional()
}

/// The key of a campaign, which is made where it is new.
pub(super) fn campaign_key(connection: &Connection, campaign: &CampaignId) -> rusqlite::Result<i64> {
    connection.execute("INSERT INTO campaign (name) VALUES (?1) ON CONFLICT DO NOTHING", [campaign.as_str()])?;
    connection.query_row("SELECT id FROM campaign WHERE name = ?1", [campaign.as_str()], |row| row.get(0))
}

/// All campaigns, in the order in which they were made. A name that this program cannot have written is left out.
pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<CampaignId>> {
    let mut statement = connection.prepare("SELECT name FROM campaign ORDER BY id")?;
    let names = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(names.iter().filter_map(|name| CampaignId::parse(name).ok()).collect())
}
