//! Reading a ledger, on connections of its own: it never waits for the writer, and sees what was committed when it began.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::failure::Failure;
use super::value::{count, holder, json, micros, reply, time_if_any, word};
use super::{SqliteLedger, events, lock, snapshot};
use crate::ledger::{
    Delivery, DeliveryId, Due, Event, FrozenFile, Holder, ReadLedger, Result, Selection, Standing, Tally,
};
use crate::model::{CampaignId, Columns, DeliveryState, MessageId, RecipientId, Round, Suppression, Target, TokenKey};

type Read<T> = std::result::Result<T, Failure>;

impl ReadLedger for SqliteLedger {
    fn token_key(&self) -> Result<TokenKey> {
        self.read(|connection| {
            let key = "SELECT value FROM meta WHERE key = 'token-key'";
            Ok(TokenKey::new(connection.query_row(key, [], |row| row.get(0))?))
        })
    }

    fn columns(&self, campaign: &CampaignId, round: Round) -> Result<Option<Columns>> {
        self.read(|connection| {
            let header = connection
                .prepare_cached(
                    "SELECT p.header FROM campaign c JOIN plan p ON p.campaign = c.id
                    WHERE c.name = ?1 AND p.round = ?2 AND p.header IS NOT NULL",
                )?
                .query_row(params![campaign.as_str(), round.0], |row| json::<Vec<String>>(row, 0))
                .optional()?;
            Ok(header.map(Columns::new))
        })
    }

    fn deliveries(
        &self,
        campaign: &CampaignId,
        selection: &Selection,
        each: &mut dyn FnMut(Delivery) -> Result<()>,
    ) -> Result<()> {
        self.read(|connection| deliveries(connection, campaign, selection, each))
    }

    fn rows(
        &self,
        campaign: &CampaignId,
        selection: &Selection,
        each: &mut dyn FnMut(Delivery, Option<Vec<String>>) -> Result<()>,
    ) -> Result<()> {
        self.read(|connection| rows(connection, campaign, selection, each))
    }

    fn standing(
        &self,
        campaign: &CampaignId,
        round: Round,
        recipient: &RecipientId,
        address: &str,
    ) -> Result<Option<Standing>> {
        let by_id = "SELECT d.state, d.answer, d.email_key FROM campaign c
            JOIN delivery d ON d.campaign = c.id AND d.recipient = ?3 AND d.round = ?2 WHERE c.name = ?1";
        let by_address = "SELECT d.state, d.answer, d.email_key FROM campaign c
            JOIN delivery d ON d.campaign = c.id AND d.round = ?2 AND d.email_key = ?3
                AND d.holds_address = 1 AND d.state NOT IN ('planned', 'deferred') WHERE c.name = ?1";
        self.read(|connection| {
            let look = |sql: &str, key: &str| {
                let mut statement = connection.prepare_cached(sql)?;
                let read = |row: &rusqlite::Row<'_>| {
                    Ok(Standing { state: word(row, 0)?, answer: word(row, 1)?, address: row.get(2)? })
                };
                statement.query_row(params![campaign.as_str(), round.0, key], read).optional()
            };
            let own: Option<Standing> = look(by_id, recipient.as_str())?;
            match &own {
                Some(Standing { state, address: old, .. })
                    if state.is_settled() && (*state != DeliveryState::Failed || old == address) =>
                {
                    Ok(own)
                }
                _ => Ok(look(by_address, address)?.or(own)),
            }
        })
    }

    fn tally(&self, campaign: &CampaignId, round: Round) -> Result<Tally> {
        self.read(|connection| {
            let mut tally = Tally::default();
            let mut statement = connection.prepare_cached(
                "SELECT t.state, t.count FROM campaign c JOIN tally t ON t.campaign = c.id AND t.round = ?2 WHERE c.name = ?1",
            )?;
            let mut rows = statement.query(params![campaign.as_str(), round.0])?;
            while let Some(row) = rows.next()? {
                tally.add(word(row, 0)?, count(row, 1)?);
            }
            Ok(tally)
        })
    }

    fn rounds(&self, campaign: &CampaignId) -> Result<Vec<Round>> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT DISTINCT t.round FROM campaign c JOIN tally t ON t.campaign = c.id AND t.count > 0
                WHERE c.name = ?1 ORDER BY t.round",
            )?;
            let rows = statement.query_map([campaign.as_str()], |row| row.get(0).map(Round))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    fn due(
        &self,
        campaign: &CampaignId,
        round: Round,
        after: Option<u64>,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Due>> {
        // A place that no plan can have is past them all.
        let after = after.map_or(-1, |place| i64::try_from(place).unwrap_or(i64::MAX));
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT d.id, d.recipient, d.place, r.line, r.cells, r.left_out, d.attempts, d.first_attempt_at,
                    d.last_attempt_at
                FROM campaign c CROSS JOIN plan p ON p.campaign = c.id AND p.round = ?2
                CROSS JOIN delivery d INDEXED BY delivery_open ON d.campaign = c.id AND d.round = ?2 AND d.place > ?3
                    AND d.state IN ('planned', 'deferred') AND (d.next_attempt_at IS NULL OR d.next_attempt_at <= ?4)
                    AND d.generation = p.generation
                CROSS JOIN list_row r ON r.id = d.list_row
                WHERE c.name = ?1 ORDER BY d.place LIMIT ?5",
            )?;
            let rows = statement.query_map(params![campaign.as_str(), round.0, after, micros(now), limit], due)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    fn next_attempt_at(&self, campaign: &CampaignId, round: Round) -> Result<Option<Timestamp>> {
        self.read(|connection| {
            Ok(connection
                .prepare_cached(
                    "SELECT d.next_attempt_at FROM campaign c CROSS JOIN plan p ON p.campaign = c.id AND p.round = ?2
                    CROSS JOIN delivery d INDEXED BY delivery_deferred ON d.campaign = c.id AND d.round = ?2
                        AND d.state = 'deferred' AND d.generation = p.generation
                    WHERE c.name = ?1 ORDER BY d.next_attempt_at LIMIT 1",
                )?
                .query_row(params![campaign.as_str(), round.0], |row| time_if_any(row, 0))
                .optional()?
                .flatten())
        })
    }

    fn events(&self, campaign: &CampaignId, each: &mut dyn FnMut(Event) -> Result<()>) -> Result<()> {
        self.read(|connection| events::events(connection, campaign, each))
    }

    fn frozen(&self, campaign: &CampaignId, round: Round) -> Result<Vec<FrozenFile>> {
        self.read(|connection| Ok(snapshot::frozen(connection, campaign, round)?))
    }

    fn suppressions(&self) -> Result<Vec<Suppression>> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached("SELECT key, reason FROM suppression ORDER BY key")?;
            let rows = statement.query_map([], |row| {
                let key: String = row.get(0)?;
                let target = match key.strip_prefix('@') {
                    Some(domain) => Target::Domain(domain.to_owned()),
                    None => Target::Address(key),
                };
                let reason = row.get(1)?;
                Ok(Suppression { target, reason })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// As the ledger has it; nobody, where it names a process of this machine that does not hold the lock any more.
    fn holder(&self, campaign: &CampaignId) -> Result<Option<Holder>> {
        let named = self.read(|connection| {
            Ok(connection
                .prepare_cached(
                    "SELECT l.host, l.pid, l.since FROM campaign c JOIN lease l ON l.campaign = c.id WHERE c.name = ?1",
                )?
                .query_row([campaign.as_str()], |row| holder(row, 0))
                .optional()?
                .flatten())
        })?;
        let gone = |holder: &Holder| {
            holder.host == self.inner.host && lock::is_held(&self.inner.path, campaign) == Some(false)
        };
        Ok(named.filter(|holder| !gone(holder)))
    }
}

/// The columns of a [`Delivery`], in the order in which [`delivery`] reads them.
const DELIVERY: &str = "d.id, d.round, d.recipient, d.email, d.name, d.organisation, d.state, d.reason, d.attempts,
    d.first_attempt_at, d.last_attempt_at, d.accepted_at, d.smtp_code, d.smtp_enhanced, d.smtp_text, d.message_id, d.answer,
    d.answered_at, d.next_attempt_at, d.note";

/// Which deliveries are selected, and in which order.
const SELECTED: &str = "d.campaign = (SELECT id FROM campaign WHERE name = ?1) AND d.round BETWEEN ?2 AND ?3
    AND (?4 IS NULL OR d.state IN (SELECT value FROM json_each(?4)))
    AND (?5 IS NULL OR d.recipient = ?5 OR d.email_key = ?5)
    ORDER BY d.round, d.place, d.id";

fn deliveries(
    connection: &Connection,
    campaign: &CampaignId,
    selection: &Selection,
    each: &mut dyn FnMut(Delivery) -> Result<()>,
) -> Read<()> {
    let sql = format!("SELECT {DELIVERY} FROM delivery d WHERE {SELECTED}");
    select(connection, &sql, campaign, selection, |row| each(delivery(row)?).map_err(Failure::Refused))
}

fn rows(
    connection: &Connection,
    campaign: &CampaignId,
    selection: &Selection,
    each: &mut dyn FnMut(Delivery, Option<Vec<String>>) -> Result<()>,
) -> Read<()> {
    let sql = format!(
        "SELECT {DELIVERY}, r.cells, d.generation = p.generation
        FROM delivery d CROSS JOIN plan p ON p.campaign = d.campaign AND p.round = d.round
        LEFT JOIN list_row r ON r.id = d.list_row WHERE {SELECTED}"
    );
    select(connection, &sql, campaign, selection, |row| {
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

fn due(row: &Row<'_>) -> rusqlite::Result<Due> {
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
    })
}
