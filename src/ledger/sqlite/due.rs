//! What is to be sent next, and when.

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::value::{count, json, micros, time, time_if_any};
use crate::ledger::database::{Connection, Row};
use crate::ledger::{DeliveryId, Due};
use crate::model::{CampaignId, MessageId, RecipientId, Round};

/// The deferred deliveries of a plan, the next one first.
const DEFERRED: &str = "FROM campaign c CROSS JOIN plan p ON p.campaign = c.id AND p.round = ?2
    CROSS JOIN delivery d INDEXED BY delivery_deferred ON d.campaign = c.id AND d.round = ?2
        AND d.state = 'deferred' AND d.generation = p.generation
    WHERE c.name = ?1 ORDER BY d.next_attempt_at";

/// The next deliveries that may be sent at `now`, by place, after `after`, `limit` at the most.
pub(super) fn due(
    connection: &Connection,
    campaign: &CampaignId,
    round: Round,
    after: Option<u64>,
    now: Timestamp,
    limit: usize,
) -> rusqlite::Result<Vec<Due>> {
    let after = self::after(after);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(
        "SELECT d.id, d.recipient, d.place, r.line, r.cells, r.left_out, d.attempts, d.first_attempt_at,
            d.last_attempt_at, d.message_id
        FROM campaign c CROSS JOIN plan p ON p.campaign = c.id AND p.round = ?2
        CROSS JOIN delivery d INDEXED BY delivery_open ON d.campaign = c.id AND d.round = ?2 AND d.place > ?3
            AND d.state IN ('planned', 'deferred') AND (d.next_attempt_at IS NULL OR d.next_attempt_at <= ?4)
            AND d.generation = p.generation
        CROSS JOIN list_row r ON r.id = d.list_row
        WHERE c.name = ?1 ORDER BY d.place LIMIT ?5",
    )?;
    statement.query_map(params![campaign.as_str(), round.0, after, micros(now), limit], delivery)?.collect()
}

/// The place after which letters are read; one that no plan can have is past them all.
pub(super) fn after(place: Option<u64>) -> i64 {
    place.map_or(-1, |place| i64::try_from(place).unwrap_or(i64::MAX))
}

/// A letter that is to be sent.
pub(super) fn delivery(row: &Row<'_>) -> rusqlite::Result<Due> {
    Ok(Due {
        id: DeliveryId(row.get(0)?),
        recipient: RecipientId::new(row.get::<_, String>(1)?),
        place: count(row, 2)?,
        line: count(row, 3)?,
        cells: json(row, 4)?,
        left_out: json(row, 5)?,
        attempts: row.get(6)?,
        first_attempt_at: time_if_any(row, 7)?,
        last_attempt_at: time_if_any(row, 8)?,
        message_id: row.get::<_, Option<String>>(9)?.map(MessageId::from_text),
    })
}

/// When the next deferred delivery is to be tried again.
pub(super) fn next_attempt_at(
    connection: &Connection,
    campaign: &CampaignId,
    round: Round,
) -> rusqlite::Result<Option<Timestamp>> {
    connection
        .prepare_cached(&format!("SELECT d.next_attempt_at {DEFERRED} LIMIT 1"))?
        .query_row(params![campaign.as_str(), round.0], |row| time(row, 0))
        .optional()
}

/// The same, of those alone whose id or address is among some.
pub(super) fn next_attempt_among(
    connection: &Connection,
    campaign: &CampaignId,
    round: Round,
    only: &HashSet<String>,
) -> rusqlite::Result<Option<Timestamp>> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT d.next_attempt_at, d.recipient, d.email_key {DEFERRED}"))?;
    let mut rows = statement.query(params![campaign.as_str(), round.0])?;
    while let Some(ref row) = rows.next()? {
        if only.contains(row.get_ref(1)?.as_str()?) || only.contains(row.get_ref(2)?.as_str()?) {
            return time(row, 0).map(Some);
        }
    }
    Ok(None)
}
