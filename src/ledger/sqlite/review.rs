//! The reading of what people look at, page by page.

use rusqlite::params;

use super::SqliteLedger;
use super::readers::{PAGE, page};
use super::selection::Reading;
use super::value::{reply, time, time_if_any, word};
use crate::ledger::database::{Connection, Row};
use crate::ledger::pages::Page;
use crate::ledger::{CopyRow, Delivery, KeptRow, Pages, ReviewLedger, Selection};
use crate::model::{CampaignId, RecipientId, Round};

impl ReviewLedger for SqliteLedger {
    fn kept_rows(&self, campaign: &CampaignId, selection: &Selection) -> Pages<'_, (Delivery, KeptRow)> {
        let mut reading = Reading::of(campaign, selection);
        self.inner.readers.pages(move |connection| Ok(reading.kept_rows(connection)?))
    }

    fn copy_rows(&self, campaign: &CampaignId, round: Option<Round>) -> Pages<'_, CopyRow> {
        let campaign = campaign.clone();
        let (first, last) = round.map_or((0, u32::MAX), |round| (round.0, round.0));
        let mut after = (i64::from(first), -1, -1);
        self.inner.readers.pages(move |connection| Ok(copies(connection, &campaign, last, &mut after)?))
    }
}

/// The next copies, after the one with this round, place and key.
fn copies(
    connection: &Connection,
    campaign: &CampaignId,
    last: u32,
    after: &mut (i64, i64, i64),
) -> rusqlite::Result<Page<CopyRow>> {
    // A ledger of an older version is read as it is, and knows of none.
    if !connection.has_table("copy")? {
        return Ok(page(Vec::new()));
    }
    let mut statement = connection.prepare_cached(
        "SELECT d.round, d.place, c.id, d.recipient, c.address, c.state, c.attempts, c.first_attempt_at, c.last_attempt_at,
            c.next_attempt_at, c.smtp_code, c.smtp_enhanced, c.smtp_text, c.reason
        FROM delivery d INDEXED BY delivery_in_order CROSS JOIN copy c ON c.delivery = d.id
        WHERE d.campaign = (SELECT id FROM campaign WHERE name = ?1) AND d.round <= ?2
            AND (d.round, d.place) >= (?3, ?4) AND (d.round, d.place, c.id) > (?3, ?4, ?5)
        ORDER BY d.round, d.place, c.id LIMIT ?6",
    )?;
    let (round, place, id) = *after;
    let mut rows = statement.query(params![campaign.as_str(), last, round, place, id, PAGE])?;
    let mut items = Vec::new();
    while let Some(ref row) = rows.next()? {
        items.push(copy(row)?);
        *after = (row.get(0)?, row.get(1)?, row.get(2)?);
    }
    Ok(page(items))
}

fn copy(row: &Row<'_>) -> rusqlite::Result<CopyRow> {
    Ok(CopyRow {
        round: Round(row.get(0)?),
        recipient: RecipientId::new(row.get::<_, String>(3)?),
        address: row.get(4)?,
        state: word(row, 5)?,
        attempts: row.get(6)?,
        first_attempt_at: time(row, 7)?,
        last_attempt_at: time(row, 8)?,
        next_attempt_at: time_if_any(row, 9)?,
        reply: reply(row, 10)?,
        reason: row.get(13)?,
    })
}
