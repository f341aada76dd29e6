//! A plan on its way into the ledger: its rows gather in `list_row`, and deliveries are made of them in one transaction.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;

use super::bulk::{self, Bulk};
use super::failure::Failure;
use super::sent_row;
use super::session::Run;
use super::value::{count, micros, texts, whole, word};
use super::writer::{Command, Happened, Store};
use crate::ledger::{Lease, LedgerError, PlannedRow, Tally};
use crate::model::{Columns, DeliveryState, RecipientId, Round};

/// How many rows of a plan's lists the keys of `list_row` have room for, in bits.
const NUMBERS: u32 = 40;

/// Why a delivery that was open is not sent any more.
const GONE: &str = "no longer in the recipients list";

/// The rows of a plan as deliveries.
const ROWS: &str = "INSERT INTO delivery AS d (id, campaign, round, recipient, generation, place, list_row, holds_address, state,
        reason, email, email_key, name, organisation)
    SELECT delivery, ?1, ?2, recipient, ?5, id - ?3, id, ?5 = 1 AND skip IS NULL, iif(skip IS NULL, 'planned', 'skipped'),
        skip, email, email_key, name, organisation
    FROM list_row s WHERE id BETWEEN ?3 AND ?4";

/// Of these, those whose delivery is not in the plan yet.
const NOT_YET_THERE: &str =
    "(delivery IS NULL OR EXISTS (SELECT 1 FROM delivery WHERE id = s.delivery AND generation < ?5))";

/// What becomes of a delivery whose row is as it was.
const WHERE_THE_SAME: &str =
    "ON CONFLICT (id) DO UPDATE SET generation = excluded.generation, list_row = excluded.list_row
    WHERE d.generation < excluded.generation AND place = excluded.place AND email = excluded.email
        AND name = excluded.name AND organisation = excluded.organisation
        AND CASE state
            WHEN 'planned' THEN excluded.state = 'planned' AND holds_address
            WHEN 'deferred' THEN excluded.state = 'planned' AND holds_address
            WHEN 'skipped' THEN excluded.state = 'skipped' AND reason IS excluded.reason
            ELSE 1 END";

/// What becomes of a delivery whose row is another one.
const WHERE_ANOTHER: &str = "ON CONFLICT (id) DO UPDATE SET
        generation = excluded.generation,
        place = excluded.place,
        list_row = excluded.list_row,
        holds_address = iif(state IN ('planned', 'deferred'),
            holds_address AND excluded.state = 'planned' AND email_key = excluded.email_key, holds_address),
        state = CASE
            WHEN state IN ('planned', 'skipped') THEN excluded.state
            WHEN state = 'deferred' AND excluded.state = 'skipped' THEN 'skipped'
            ELSE state END,
        next_attempt_at = iif(state = 'deferred' AND excluded.state = 'planned', next_attempt_at, NULL),
        reason = iif(state IN ('planned', 'skipped') OR state = 'deferred' AND excluded.state = 'skipped',
            excluded.reason, reason),
        email = iif(state IN ('planned', 'skipped', 'deferred'), excluded.email, email),
        email_key = iif(state IN ('planned', 'skipped', 'deferred'), excluded.email_key, email_key),
        name = iif(state IN ('planned', 'skipped', 'deferred'), excluded.name, name),
        organisation = iif(state IN ('planned', 'skipped', 'deferred'), excluded.organisation, organisation)
    WHERE d.generation < excluded.generation";

/// The plan that is being made.
struct Draft {
    plan: i64,
    /// The key of its first row in `list_row`.
    first: i64,
    rows: i64,
    generation: i64,
}

impl Draft {
    fn last(&self) -> i64 {
        self.first + self.rows - 1
    }

    /// The key of the first row of any list of the plan.
    fn oldest(&self) -> i64 {
        self.plan << NUMBERS
    }
}

fn draft(store: &Store, run: Run, round: Round) -> std::result::Result<Draft, Failure> {
    store
        .connection
        .prepare_cached(
            "SELECT id, staged_from, staged_rows, generation FROM plan
            WHERE campaign = ?1 AND round = ?2 AND staged_header IS NOT NULL",
        )?
        .query_row(params![run.campaign, round.0], |row| {
            let plan: i64 = row.get(0)?;
            Ok(Draft {
                plan,
                first: (plan << NUMBERS) + row.get::<_, i64>(1)?,
                rows: row.get(2)?,
                generation: row.get(3)?,
            })
        })
        .optional()?
        .ok_or_else(|| {
            Failure::Refused(LedgerError::Store {
                path: store.path.clone(),
                what: format!("no plan of round {round} was begun"),
            })
        })
}

/// Begins a plan; what an earlier one left behind without being finished is removed.
pub(super) struct BeginPlan {
    pub(super) lease: Lease,
    pub(super) round: Round,
    pub(super) header: Columns,
}

impl Command for BeginPlan {
    type Output = ();

    fn run(&mut self, store: &mut Store) -> std::result::Result<(), Failure> {
        let run = store.run_of(&self.lease)?;
        let header = texts(self.header.names())?;
        store.connection.execute(
            "INSERT INTO plan (campaign, round, staged_header) VALUES (?1, ?2, ?3)
            ON CONFLICT (campaign, round) DO UPDATE SET staged_header = excluded.staged_header, staged_rows = 0",
            params![run.campaign, self.round.0, header],
        )?;
        let Draft { plan, first, .. } = draft(store, run, self.round)?;
        let last = ((plan + 1) << NUMBERS) - 1;
        store.connection.execute("DELETE FROM list_row WHERE id BETWEEN ?1 AND ?2", [first, last])?;
        Ok(())
    }
}

/// Adds rows to the plan that is being made.
pub(super) struct AddRows {
    pub(super) lease: Lease,
    pub(super) round: Round,
    pub(super) rows: Vec<PlannedRow>,
}

impl Command for AddRows {
    type Output = ();

    fn run(&mut self, store: &mut Store) -> std::result::Result<(), Failure> {
        let run = store.run_of(&self.lease)?;
        let draft = draft(store, run, self.round)?;
        // A list that is as it was planned before is found in its order; the index by recipient is read all over.
        let mut at_place = store.connection.prepare_cached(
            "SELECT id FROM delivery INDEXED BY delivery_in_order
            WHERE campaign = ?1 AND round = ?2 AND place = ?4 AND recipient = ?3",
        )?;
        let mut anywhere = store
            .connection
            .prepare_cached("SELECT id FROM delivery WHERE campaign = ?1 AND round = ?2 AND recipient = ?3")?;
        let mut insert = store.connection.prepare_cached(
            "INSERT INTO list_row (id, delivery, recipient, email, email_key, name, organisation, skip, line, cells, left_out)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?;
        for (key, row) in (draft.first + draft.rows..).zip(&self.rows) {
            let recipient = row.recipient.as_str();
            let mut delivery: Option<i64> = None;
            if draft.generation > 0 {
                let (campaign, round, place) = (run.campaign, self.round.0, key - draft.first);
                delivery =
                    at_place.query_row(params![campaign, round, recipient, place], |row| row.get(0)).optional()?;
                if delivery.is_none() {
                    delivery = anywhere.query_row(params![campaign, round, recipient], |row| row.get(0)).optional()?;
                }
            }
            insert.execute(params![
                key,
                delivery,
                recipient,
                row.email.to_string(),
                row.email.key(),
                row.name,
                row.organisation,
                row.skip,
                whole(row.line)?,
                texts(&row.cells)?,
                texts(&row.left_out)?,
            ])?;
        }
        store
            .connection
            .prepare_cached("UPDATE plan SET staged_rows = staged_rows + ?2 WHERE id = ?1")?
            .execute([draft.plan, whole(self.rows.len() as u64)?])?;
        Ok(())
    }
}

/// Makes the plan the current one.
pub(super) struct FinishPlan {
    pub(super) lease: Lease,
    pub(super) round: Round,
    pub(super) at: Timestamp,
}

impl Command for FinishPlan {
    type Output = Tally;
    const ALONE: bool = true;

    fn run(&mut self, store: &mut Store) -> std::result::Result<Tally, Failure> {
        let run = store.run_of(&self.lease)?;
        let draft = draft(store, run, self.round)?;
        if draft.generation > 0 {
            sent_row::keep(&store.connection, draft.plan, draft.first)?;
            self.record_changes(store, run, &draft)?;
            self.reopen_mended(store, run, &draft)?;
        }
        let made = self.make_deliveries(store, run, &draft);
        made.map_err(|error| self.explain(&store.connection, run, &draft, error))?;
        self.remove_old_rows(&store.connection, run, &draft)?;
        store.connection.execute(
            "UPDATE plan SET header = staged_header, staged_header = NULL, staged_from = staged_from + staged_rows,
                staged_rows = 0, generation = generation + 1, finished_at = ?2 WHERE id = ?1",
            [draft.plan, micros(self.at)],
        )?;
        let tally = recount(&store.connection, run, self.round)?;
        let mut detail = json!({ "round": self.round.0, "rows": draft.rows });
        for state in DeliveryState::ALL.into_iter().filter(|state| tally.of(*state) > 0) {
            detail[state.as_str()] = tally.of(state).into();
        }
        store.record(&Happened {
            campaign: run.campaign,
            at: self.at,
            delivery: None,
            kind: "planned",
            source: &store.source,
            detail: &detail,
        })?;
        Ok(tally)
    }
}

impl FinishPlan {
    /// Writes down which deliveries the plan skips that were to be sent, and which it sends that were skipped.
    fn record_changes(&self, store: &Store, run: Run, draft: &Draft) -> rusqlite::Result<()> {
        store.connection.execute(
            "INSERT INTO event (campaign, at, round, recipient, kind, source, detail)
            SELECT ?1, ?5, ?2, d.recipient, iif(s.skip IS NULL, 'planned', 'skipped'), ?6,
                iif(s.skip IS NULL, json_object(), json_object('reason', s.skip))
            FROM list_row s CROSS JOIN delivery d ON d.id = s.delivery
            WHERE s.id BETWEEN ?3 AND ?4
                AND iif(s.skip IS NULL, d.state = 'skipped', d.state IN ('planned', 'deferred'))
            ORDER BY s.id",
            params![run.campaign, self.round.0, draft.first, draft.last(), micros(self.at), store.source],
        )?;
        Ok(())
    }

    fn make_deliveries(&self, store: &Store, run: Run, draft: &Draft) -> rusqlite::Result<()> {
        let connection = &store.connection;
        let is_large = bulk::is_worth_it(connection, draft.first, draft.last())?;
        let bulk = is_large.then(|| Bulk::begin(connection)).transpose()?;
        self.merge(connection, run, draft)?;
        if draft.generation > 0 {
            self.remove_gone(store, run, draft)?;
            // Only now: before, an address may still have been that of a letter which is not sent any more.
            connection.execute(
                "UPDATE delivery INDEXED BY delivery_open SET holds_address = 1
                WHERE campaign = ?1 AND round = ?2 AND state IN ('planned', 'deferred') AND holds_address = 0",
                params![run.campaign, self.round.0],
            )?;
        }
        bulk.map_or(Ok(()), |bulk| bulk.end(connection))
    }

    /// Opens failed deliveries again whose row has another address now: a person mended it. They have their whole time before they
    /// are given up.
    fn reopen_mended(&self, store: &Store, run: Run, draft: &Draft) -> rusqlite::Result<()> {
        let mut find = store.connection.prepare(
            "SELECT d.id, d.recipient, d.email FROM list_row s CROSS JOIN delivery d ON d.id = s.delivery
            WHERE EXISTS (SELECT 1 FROM tally WHERE campaign = ?1 AND round = ?2 AND state = 'failed' AND count > 0)
                AND s.id BETWEEN ?3 AND ?4 AND s.skip IS NULL AND d.state = 'failed' AND d.email_key <> s.email_key",
        )?;
        let mended = find.query_map(params![run.campaign, self.round.0, draft.first, draft.last()], |row| {
            Ok((row.get(0)?, RecipientId::new(row.get::<_, String>(1)?), row.get(2)?))
        })?;
        let mended: Vec<(i64, RecipientId, String)> = mended.collect::<rusqlite::Result<_>>()?;
        for (delivery, recipient, old) in mended {
            store.connection.execute(
                "UPDATE delivery SET state = 'deferred', reason = 'its address was mended', next_attempt_at = ?2,
                    first_attempt_at = NULL WHERE id = ?1",
                params![delivery, micros(self.at)],
            )?;
            store.record(&Happened {
                campaign: run.campaign,
                at: self.at,
                delivery: Some((self.round, &recipient)),
                kind: "planned",
                source: &store.source,
                detail: &json!({ "reason": "its address was mended", "was": old }),
            })?;
        }
        Ok(())
    }

    /// Makes deliveries of the rows, and gives the rows' content to those that are there.
    ///
    /// The row of the list is always that of now, since it stands under the header of now. To whom a letter was sent, or could not be,
    /// stays as it was.
    fn merge(&self, connection: &Connection, run: Run, draft: &Draft) -> rusqlite::Result<()> {
        let rows = params![run.campaign, self.round.0, draft.first, draft.last(), draft.generation + 1];
        // Most rows of a list that is planned again say what they said before: no index has to be touched for them.
        let same = match draft.generation {
            0 => 0,
            _ => connection.execute(&format!("{ROWS} AND delivery IS NOT NULL ORDER BY id {WHERE_THE_SAME}"), rows)?,
        };
        let rest = connection.execute(&format!("{ROWS} AND {NOT_YET_THERE} ORDER BY id {WHERE_ANOTHER}"), rows)?;
        let merged = same + rest;
        if i64::try_from(merged) == Ok(draft.rows) {
            Ok(())
        } else {
            Err(rusqlite::Error::StatementChangedRows(merged))
        }
    }

    /// Says which recipient or address it is that keeps the rows from becoming deliveries; other errors stay as they are.
    fn explain(&self, connection: &Connection, run: Run, draft: &Draft, error: rusqlite::Error) -> rusqlite::Error {
        let is_constraint = error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation);
        if !is_constraint && !matches!(error, rusqlite::Error::StatementChangedRows(_)) {
            return error;
        }
        let rows = [draft.first, draft.last()];
        let recipient =
            "SELECT recipient FROM list_row WHERE id BETWEEN ?1 AND ?2 GROUP BY recipient HAVING count(*) > 1";
        let address = "SELECT email FROM list_row WHERE id BETWEEN ?1 AND ?2 AND skip IS NULL
            GROUP BY email_key HAVING count(*) > 1";
        let held = "SELECT s.email FROM list_row s JOIN delivery d ON d.campaign = ?3 AND d.round = ?4
                AND d.email_key = s.email_key AND d.holds_address = 1 AND d.list_row <> s.id
            WHERE s.id BETWEEN ?1 AND ?2 AND s.skip IS NULL";
        let first = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
            connection.query_row(sql, values, |row| row.get::<_, String>(0)).optional().ok().flatten()
        };
        let [from, to] = rows;
        let what = if let Some(recipient) = first(recipient, params![from, to]) {
            format!("the recipient `{recipient}` is in the plan twice")
        } else if let Some(address) = first(address, params![from, to]) {
            format!("two letters of the plan go to `{address}`")
        } else if let Some(address) = first(held, params![from, to, run.campaign, self.round.0]) {
            format!("another letter of the round goes to `{address}`")
        } else {
            return error;
        };
        rusqlite::Error::ToSqlConversionFailure(what.into())
    }

    /// Removes deliveries that are not in the plan where nothing was attempted and nobody wrote anything down, and skips those that
    /// were to be tried again.
    fn remove_gone(&self, store: &Store, run: Run, draft: &Draft) -> rusqlite::Result<()> {
        let connection = &store.connection;
        if deliveries(connection, run, self.round)? == draft.rows {
            return Ok(());
        }
        let round = params![run.campaign, self.round.0, draft.generation];
        connection.execute(
            "DELETE FROM delivery WHERE campaign = ?1 AND round = ?2 AND generation <= ?3
                AND attempts = 0 AND state IN ('planned', 'skipped') AND answer = 'none' AND note IS NULL",
            round,
        )?;
        connection.execute(
            "INSERT INTO event (campaign, at, round, recipient, kind, source, detail)
            SELECT campaign, ?4, round, recipient, 'skipped', ?5, json_object('reason', ?6) FROM delivery
            WHERE campaign = ?1 AND round = ?2 AND generation <= ?3 AND state IN ('planned', 'deferred') ORDER BY place",
            params![run.campaign, self.round.0, draft.generation, micros(self.at), store.source, GONE],
        )?;
        connection.execute(
            "UPDATE delivery SET state = 'skipped', reason = ?4, next_attempt_at = NULL, holds_address = 0
            WHERE campaign = ?1 AND round = ?2 AND generation <= ?3 AND state IN ('planned', 'deferred')",
            params![run.campaign, self.round.0, draft.generation, GONE],
        )?;
        Ok(())
    }

    /// Removes the rows of earlier lists that no delivery has.
    fn remove_old_rows(&self, connection: &Connection, run: Run, draft: &Draft) -> rusqlite::Result<()> {
        let old = [draft.oldest(), draft.first - 1];
        if deliveries(connection, run, self.round)? == draft.rows {
            connection.execute("DELETE FROM list_row WHERE id BETWEEN ?1 AND ?2", old)?;
        } else {
            connection.execute(
                "DELETE FROM list_row WHERE id BETWEEN ?1 AND ?2 AND id NOT IN (
                    SELECT list_row FROM delivery WHERE campaign = ?3 AND round = ?4 AND generation <= ?5)",
                params![old[0], old[1], run.campaign, self.round.0, draft.generation],
            )?;
        }
        Ok(())
    }
}

/// How many deliveries a round has, also those that are not in its plan.
fn deliveries(connection: &Connection, run: Run, round: Round) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("SELECT count(*) FROM delivery WHERE campaign = ?1 AND round = ?2")?
        .query_row(params![run.campaign, round.0], |row| row.get(0))
}

/// Counts the deliveries of a round, and writes the tally down.
fn recount(connection: &Connection, run: Run, round: Round) -> rusqlite::Result<Tally> {
    let mut tally = Tally::default();
    let mut statement =
        connection.prepare("SELECT state, count(*) FROM delivery WHERE campaign = ?1 AND round = ?2 GROUP BY state")?;
    let mut rows = statement.query(params![run.campaign, round.0])?;
    while let Some(row) = rows.next()? {
        tally.add(word(row, 0)?, count(row, 1)?);
    }
    let mut write = connection.prepare_cached(
        "INSERT INTO tally (campaign, round, state, count) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT DO UPDATE SET count = excluded.count",
    )?;
    for state in DeliveryState::ALL {
        write.execute(params![run.campaign, round.0, state.as_str(), whole(tally.of(state))?])?;
    }
    Ok(tally)
}
