//! The reading of deliveries that are selected, page by page.

use rusqlite::params;

use super::readers::{PAGE, page};
use super::value::{count, json, reply, time_if_any, word};
use crate::ledger::database::{Connection, Row};
use crate::ledger::pages::Page;
use crate::ledger::{Delivery, DeliveryId, KeptRow, Selection};
use crate::model::{CampaignId, Columns, DeliveryState, MessageId, RecipientId, Round, UNDER_ANOTHER_ID};

/// The columns of a [`Delivery`], in the order in which [`delivery`] reads them, and its place.
pub(super) const DELIVERY: &str = "d.id, d.round, d.recipient, d.email, d.name, d.organisation, d.state, d.reason, d.attempts,
    d.first_attempt_at, d.last_attempt_at, d.accepted_at, d.smtp_code, d.smtp_enhanced, d.smtp_text, d.message_id, d.answer,
    d.answered_at, d.next_attempt_at, d.note, d.place";

/// Which deliveries are selected.
const SELECTED: &str = "d.campaign = (SELECT id FROM campaign WHERE name = ?1) AND d.round <= ?2
    AND (d.round, d.place, d.id) > (?3, ?4, ?5)
    AND (CAST(?6 AS TEXT) IS NULL OR d.state IN (SELECT value FROM json_each(?6)))
    AND (CAST(?7 AS TEXT) IS NULL OR d.recipient = ?7 OR d.email_key = ?7)";

/// And in which order; so many at once.
const IN_ORDER: &str = "ORDER BY d.round, d.place, d.id LIMIT ?8";

/// The deliveries, through the index in which those are that are asked for: with the condition under which they are in
/// it, since SQLite takes such an index for nothing else.
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

/// The query for the deliveries, each with the row that it is about: the one in the list of now, or the one that its
/// letter was sent with.
pub(super) fn query_with_kept_rows(selection: &Selection) -> String {
    let (source, condition) = source(selection);
    format!(
        "SELECT {DELIVERY}, r.cells, d.generation = p.generation, s.header, s.cells
        FROM {source} CROSS JOIN plan p ON p.campaign = d.campaign AND p.round = d.round
        LEFT JOIN list_row r ON r.id = d.list_row LEFT JOIN sent_row s ON s.delivery = d.id
        WHERE {SELECTED} {condition} {IN_ORDER}"
    )
}

/// How many deliveries are skipped since their letter stands under another id.
pub(super) fn under_another_id(connection: &Connection, campaign: &CampaignId, round: Round) -> rusqlite::Result<u64> {
    let query = "SELECT count(*) FROM delivery d INDEXED BY delivery_apart
        WHERE d.campaign = (SELECT id FROM campaign WHERE name = ?1) AND d.round = ?2
            AND d.state <> 'planned' AND d.state <> 'attempting' AND d.state <> 'accepted'
            AND d.state = 'skipped' AND d.reason LIKE '%' || ?3";
    let mut statement = connection.prepare_cached(query)?;
    statement.query_row(params![campaign.as_str(), round.0, UNDER_ANOTHER_ID], |row| count(row, 0))
}

/// Where a page ended: the last delivery in it, by what they are ordered by.
#[derive(Debug, Clone, Copy)]
struct Mark {
    round: i64,
    place: i64,
    id: i64,
}

/// The reading of what is selected, page by page.
pub(super) struct Reading {
    campaign: CampaignId,
    selection: Selection,
    /// The states as a JSON array.
    states: Option<String>,
    last_round: u32,
    after: Mark,
}

impl Reading {
    /// From the beginning.
    pub(super) fn of(campaign: &CampaignId, selection: &Selection) -> Self {
        let (first, last_round) = selection.round.map_or((0, u32::MAX), |round| (round.0, round.0));
        let states: Vec<&str> = selection.states.iter().map(|state| state.as_str()).collect();
        Self {
            campaign: campaign.clone(),
            selection: selection.clone(),
            states: (!states.is_empty()).then(|| serde_json::json!(states).to_string()),
            last_round,
            after: Mark { round: first.into(), place: -1, id: -1 },
        }
    }

    /// The next deliveries.
    pub(super) fn deliveries(&mut self, connection: &Connection) -> rusqlite::Result<Page<Delivery>> {
        let sql = query(&self.selection);
        self.page(connection, &sql, delivery)
    }

    /// The next deliveries, each with its row while that is in the list.
    pub(super) fn rows(&mut self, connection: &Connection) -> rusqlite::Result<Page<(Delivery, Option<Vec<String>>)>> {
        let sql = query_with_rows(&self.selection);
        self.page(connection, &sql, |row| {
            let cells = if row.get(22)? { Some(json(row, 21)?) } else { None };
            Ok((delivery(row)?, cells))
        })
    }

    /// The next deliveries, each with the row that it is about.
    pub(super) fn kept_rows(&mut self, connection: &Connection) -> rusqlite::Result<Page<(Delivery, KeptRow)>> {
        let sql = query_with_kept_rows(&self.selection);
        self.page(connection, &sql, |row| Ok((delivery(row)?, kept_row(row)?)))
    }

    fn page<T>(
        &mut self,
        connection: &Connection,
        sql: &str,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Page<T>> {
        let Mark { round, place, id } = self.after;
        let mut statement = connection.prepare_cached(sql)?;
        let (campaign, recipient) = (self.campaign.as_str(), &self.selection.recipient);
        let selected = params![campaign, self.last_round, round, place, id, self.states, recipient, PAGE];
        let mut rows = statement.query(selected)?;
        let mut items = Vec::new();
        while let Some(ref row) = rows.next()? {
            items.push(read(row)?);
            self.after = Mark { round: row.get(1)?, place: row.get(20)?, id: row.get(0)? };
        }
        Ok(page(items))
    }
}

fn kept_row(row: &Row<'_>) -> rusqlite::Result<KeptRow> {
    if row.get(22)? {
        return Ok(KeptRow::Listed(json(row, 21)?));
    }
    Ok(match row.get_ref(23)? {
        rusqlite::types::ValueRef::Null => KeptRow::Gone,
        _ => KeptRow::AsSent(Columns::new(json::<Vec<String>>(row, 23)?), json(row, 24)?),
    })
}

/// A delivery, in these columns.
pub(super) fn delivery(row: &Row<'_>) -> rusqlite::Result<Delivery> {
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
