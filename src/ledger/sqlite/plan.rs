//! A plan on its way into the ledger: its rows gather in a table of their own, and become deliveries in one transaction.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;

use super::failure::Failure;
use super::file::{CACHE, CACHE_WHILE_MERGING};
use super::value::{count, micros, texts, whole, word};
use super::writer::{Command, Happened, Run, Store};
use crate::ledger::{Lease, LedgerError, PlannedRow, Tally};
use crate::model::{Columns, DeliveryState, Round};

/// How many places of a plan the keys of `staged` have room for, in bits.
const PLACES: u32 = 40;

/// Why a delivery that was open is not sent any more.
const GONE: &str = "no longer in the recipients list";

/// The keys of a plan's rows in `staged`, first and last.
fn keys(plan: i64) -> (i64, i64) {
    (plan << PLACES, (plan << PLACES) + (1 << PLACES) - 1)
}

/// The plan that is being made.
struct Draft {
    plan: i64,
    rows: i64,
    generation: i64,
}

fn draft(store: &Store, run: Run, round: Round) -> std::result::Result<Draft, Failure> {
    store
        .connection
        .prepare_cached(
            "SELECT id, staged_rows, generation FROM plan WHERE campaign = ?1 AND round = ?2 AND staged_header IS NOT NULL",
        )?
        .query_row(params![run.campaign, round.0], |row| {
            Ok(Draft {
                plan: row.get(0)?,
                rows: row.get(1)?,
                generation: row.get(2)?,
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
        let plan = store.connection.query_row(
            "INSERT INTO plan (campaign, round, staged_header) VALUES (?1, ?2, ?3)
            ON CONFLICT (campaign, round) DO UPDATE SET staged_header = excluded.staged_header, staged_rows = 0
            RETURNING id",
            params![run.campaign, self.round.0, header],
            |row| row.get(0),
        )?;
        let keys = keys(plan);
        store.connection.execute("DELETE FROM staged WHERE id BETWEEN ?1 AND ?2", keys)?;
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
        let mut key = keys(draft.plan).0 + draft.rows;
        let mut insert = store.connection.prepare_cached(
            "INSERT INTO staged (id, recipient, email, email_key, name, organisation, skip, line, cells, left_out)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?;
        for row in &self.rows {
            insert.execute(params![
                key,
                row.recipient.as_str(),
                row.email.to_string(),
                row.email.key(),
                row.name,
                row.organisation,
                row.skip,
                whole(row.line)?,
                texts(&row.cells)?,
                texts(&row.left_out)?,
            ])?;
            key += 1;
        }
        store
            .connection
            .prepare_cached("UPDATE plan SET staged_rows = ?2 WHERE id = ?1")?
            .execute([draft.plan, key - keys(draft.plan).0])?;
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
        store.connection.pragma_update(None, "cache_size", CACHE_WHILE_MERGING)?;
        if draft.generation > 0 {
            self.record_changes(store, run, &draft)?;
        }
        self.merge(&store.connection, run, &draft)?;
        self.remove_gone(store, run, &draft)?;
        let (first, last) = keys(draft.plan);
        store.connection.execute("DELETE FROM staged WHERE id BETWEEN ?1 AND ?2", [first, last])?;
        store.connection.execute(
            "UPDATE plan SET header = staged_header, staged_header = NULL, staged_rows = 0, generation = generation + 1,
                finished_at = ?2 WHERE id = ?1",
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
            detail,
        })?;
        Ok(tally)
    }

    fn committed(&mut self, store: &mut Store) {
        // Where this fails, the writer goes on with more memory than it needs.
        let _ = store.connection.pragma_update(None, "cache_size", CACHE);
        let _ = store.connection.release_memory();
    }
}

impl FinishPlan {
    /// Writes down which deliveries the plan skips that were to be sent, and which it sends that were skipped.
    fn record_changes(&self, store: &Store, run: Run, draft: &Draft) -> rusqlite::Result<()> {
        let (first, last) = keys(draft.plan);
        store.connection.execute(
            "INSERT INTO event (campaign, at, round, recipient, kind, source, detail)
            SELECT d.campaign, ?5, d.round, d.recipient, iif(s.skip IS NULL, 'planned', 'skipped'), ?6,
                iif(s.skip IS NULL, json_object(), json_object('reason', s.skip))
            FROM staged s CROSS JOIN delivery d ON d.campaign = ?1 AND d.recipient = s.recipient AND d.round = ?2
            WHERE s.id BETWEEN ?3 AND ?4
                AND iif(s.skip IS NULL, d.state = 'skipped', d.state IN ('planned', 'deferred'))
            ORDER BY s.id",
            params![run.campaign, self.round.0, first, last, micros(self.at), store.source],
        )?;
        Ok(())
    }

    /// Makes deliveries of the rows, and gives the rows' content to those that are there.
    ///
    /// The row's cells are always the list's of now, since they stand under its header of now. To whom a letter was sent, or could
    /// not be, stays as it was.
    fn merge(&self, connection: &Connection, run: Run, draft: &Draft) -> rusqlite::Result<()> {
        let (first, last) = keys(draft.plan);
        let merged = connection.execute(
            "INSERT INTO delivery AS d (campaign, round, recipient, generation, place, state, reason, email, email_key, name,
                organisation, line, cells, left_out)
            SELECT ?1, ?2, recipient, ?5, id - ?3, iif(skip IS NULL, 'planned', 'skipped'), skip, email, email_key, name,
                organisation, line, cells, left_out
            FROM staged WHERE id BETWEEN ?3 AND ?4 ORDER BY id
            ON CONFLICT (campaign, recipient, round) DO UPDATE SET
                generation = excluded.generation,
                place = excluded.place,
                line = excluded.line,
                cells = excluded.cells,
                left_out = excluded.left_out,
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
            WHERE d.generation < excluded.generation",
            params![run.campaign, self.round.0, first, last, draft.generation + 1],
        )?;
        if i64::try_from(merged) == Ok(draft.rows) {
            return Ok(());
        }
        let twice: Option<String> = connection
            .query_row(
                "SELECT recipient FROM staged WHERE id BETWEEN ?1 AND ?2 GROUP BY recipient HAVING count(*) > 1",
                [first, last],
                |row| row.get(0),
            )
            .optional()?;
        let what = format!("the recipient `{}` is in the plan twice", twice.unwrap_or_default());
        Err(rusqlite::Error::ToSqlConversionFailure(what.into()))
    }

    /// Removes deliveries that are not in the plan where nothing was attempted and nobody wrote anything down, and skips those that
    /// were to be tried again.
    fn remove_gone(&self, store: &Store, run: Run, draft: &Draft) -> rusqlite::Result<()> {
        let connection = &store.connection;
        let deliveries: i64 = connection.query_row(
            "SELECT count(*) FROM delivery WHERE campaign = ?1 AND round = ?2",
            params![run.campaign, self.round.0],
            |row| row.get(0),
        )?;
        if deliveries == draft.rows {
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
            "UPDATE delivery SET state = 'skipped', reason = ?4, next_attempt_at = NULL
            WHERE campaign = ?1 AND round = ?2 AND generation <= ?3 AND state IN ('planned', 'deferred')",
            params![run.campaign, self.round.0, draft.generation, GONE],
        )?;
        Ok(())
    }
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
