//! The reading of all events, in their order.

use rusqlite::{Connection, Row};

use super::failure::Failure;
use super::value::{json, time};
use crate::ledger::Event;
use crate::model::{CampaignId, RecipientId, Round};

/// Reads the events of a campaign in their order.
pub(super) fn events(
    connection: &Connection,
    campaign: &CampaignId,
    each: &mut dyn FnMut(Event) -> crate::ledger::Result<()>,
) -> std::result::Result<(), Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT at, round, recipient, kind, source, detail FROM event
        WHERE campaign = (SELECT id FROM campaign WHERE name = ?1) ORDER BY id",
    )?;
    let mut rows = statement.query([campaign.as_str()])?;
    while let Some(row) = rows.next()? {
        each(event(row)?)?;
    }
    Ok(())
}

fn event(row: &Row<'_>) -> rusqlite::Result<Event> {
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
