//! The reading of all events, in their order.

use rusqlite::params;

use super::readers::{PAGE, page};
use super::value::{json, time};
use crate::ledger::Event;
use crate::ledger::database::{Connection, Row};
use crate::ledger::pages::Page;
use crate::model::{CampaignId, RecipientId, Round};

/// Reads the next events of a campaign after the one of this key, and moves that on.
pub(super) fn next(connection: &Connection, campaign: &CampaignId, after: &mut i64) -> rusqlite::Result<Page<Event>> {
    let mut statement = connection.prepare_cached(
        "SELECT at, round, recipient, kind, source, detail, id FROM event
        WHERE campaign = (SELECT id FROM campaign WHERE name = ?1) AND id > ?2 ORDER BY id LIMIT ?3",
    )?;
    let mut rows = statement.query(params![campaign.as_str(), *after, PAGE])?;
    let mut items = Vec::new();
    while let Some(ref row) = rows.next()? {
        items.push(event(row)?);
        *after = row.get(6)?;
    }
    Ok(page(items))
}

/// An event, in these columns.
pub(super) fn event(row: &Row<'_>) -> rusqlite::Result<Event> {
    let round = row.get::<_, Option<u32>>(1)?.map(Round);
    let recipient = row.get::<_, Option<String>>(2)?.map(RecipientId::new);
    Ok(Event {
        at: time(row, 0)?,
        delivery: round.zip(recipient),
        kind: row.get(3)?,
        source: row.get(4)?,
        detail: json(row, 5)?,
    })
}
