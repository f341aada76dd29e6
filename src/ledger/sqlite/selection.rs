//! The reading of deliveries that are selected, one by one.

use rusqlite::{Connection, Row, params};

use super::failure::Failure;
use super::value::{json, reply, time_if_any, word};
use crate::ledger::{Delivery, DeliveryId, Result, Selection};
use crate::model::{CampaignId, DeliveryState, MessageId, RecipientId, Round};

type Read<T> = std::result::Result<T, Failure>;

/// The columns of a [`Delivery`], in the order in which [`delivery`] reads them.
const DELIVERY: &str = "d.id, d.round, d.recipient, d.email, d.name, d.organisation, d.state, d.reason, d.attempts,
    d.first_attempt_at, d.last_attempt_at, d.accepted_at, d.smtp_code, d.smtp_enhanced, d.smtp_text, d.message_id, d.answer,
    d.answered_at, d.next_attempt_at, d.note";

/// Which deliveries are selected.
const SELECTED: &str = "d.campaign = (SELECT id FROM campaign WHERE name = ?1) AND d.round BETWEEN ?2 AND ?3
    AND (?4 IS NULL OR d.state IN (SELECT value FROM json_each(?4)))
    AND (?5 IS NULL OR d.recipient = ?5 OR d.email_key = ?5)";

/// And in which order.
const IN_ORDER: &str = "ORDER BY d.round, d.place, d.id";

/// The deliveries, through the index in which those are that are asked for: with the condition under which they are in it, since
/// SQLite takes such an index for nothing else.
fn source(selection: &Selection) -> (&'static str, &'static str) {
    let apart = |state: &DeliveryState| {
        !matches!(state, DeliveryState::Planned | DeliveryState::Attempting | DeliveryState::Accepted)
    };
    if !selection.states.is_empty() && selection.states.iter().all(apart) {
        let condition = "AND d.state <> 'planned' AND d.state <> 'attempting' AND d.state <> 'accepted'";
        ("delivery d INDEXED BY delivery_apart", condition)
    } else {
        ("delivery d INDEXED BY delivery_in_order", "")
    }
}

/// The query for the deliveries.
pub(super) fn query(selection: &Selection) -> String {
    let (source, condition) = source(selection);
    format!("SELECT {DELIVERY} FROM {source} WHERE {SELECTED} {condition} {IN_ORDER}")
}

/// The query for the deliveries, each with its row in the list, and whether that is in the list of now.
pub(super) fn query_with_rows(selection: &Selection) -> String {
    let (source, condition) = source(selection);
    format!(
        "SELECT {DELIVERY}, r.cells, d.generation = p.generation
        FROM {source} CROSS JOIN plan p ON p.campaign = d.campaign AND p.round = d.round
        LEFT JOIN list_row r ON r.id = d.list_row WHERE {SELECTED} {condition} {IN_ORDER}"
    )
}

pub(super) fn deliveries(
    connection: &Connection,
    campaign: &CampaignId,
    selection: &Selection,
    each: &mut dyn FnMut(Delivery) -> Result<()>,
) -> Read<()> {
    select(connection, &query(selection), campaign, selection, |row| each(delivery(row)?).map_err(Failure::Refused))
}

pub(super) fn rows(
    connection: &Connection,
    campaign: &CampaignId,
    selection: &Selection,
    each: &mut dyn FnMut(Delivery, Option<Vec<String>>) -> Result<()>,
) -> Read<()> {
    select(connection, &query_with_rows(selection), campaign, selection, |row| {
        let cells = if row.get(21)? { Some(json(row, 20)?) } else { None };
        each(delivery(row)?, cells).map_err(Failure::Refused)
    })
}

/// Reads the selected rows of a query one by one.
fn select(
    connection: &Connection,
    sql: &str,
    campaign: &CampaignId,
    selection: &Selection,
    mut each: impl FnMut(&Row<'_>) -> Read<()>,
) -> Read<()> {
    let (first, last) = selection.round.map_or((0, u32::MAX), |round| (round.0, round.0));
    let states: Vec<&str> = selection.states.iter().map(|state| state.as_str()).collect();
    let states = (!states.is_empty()).then(|| serde_json::json!(states).to_string());
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![campaign.as_str(), first, last, states, selection.recipient])?;
    while let Some(row) = rows.next()? {
        each(row)?;
    }
    Ok(())
}

fn delivery(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    Ok(Delivery {
        id: DeliveryId(row.get(0)?),
        round: Round(row.get(1)?),
        recipient: RecipientId::new(row.get::<_, String>(2)?),
        email: row.get(3)?,
        name: row.get(4)?,
        organisation: row.get(5)?,
        state: word(row, 6)?,
        reason: row.get(7)?,
        attempts: row.get(8)?,
        first_attempt_at: time_if_any(row, 9)?,
        last_attempt_at: time_if_any(row, 10)?,
        accepted_at: time_if_any(row, 11)?,
        reply: reply(row, 12)?,
        message_id: row.get::<_, Option<String>>(15)?.map(MessageId::from_text),
        answer: word(row, 16)?,
        answered_at: time_if_any(row, 17)?,
        next_attempt_at: time_if_any(row, 18)?,
        note: row.get(19)?,
    })
}
