//! A plan that was made becomes the current one: deliveries are made of its rows in one transaction.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde_json::json;

use super::bulk::{self, Bulk};
use super::draft::{Draft, draft};
use super::failure::Failure;
use super::former;
use super::occupants::at_odds;
use super::sent_row;
use super::session::Run;
use super::shared::{Staged, refuse_another_plan, show_life};
use super::value::{count, micros, whole, word};
use super::writer::{Command, Happened, Store};
use crate::ledger::database::Connection;
use crate::ledger::{Lease, Tally};
use crate::model::{DeliveryState, RecipientId, Round};

/// Why a delivery that was open is not sent any more.
const GONE: &str = "no longer in the recipients list";

/// The rows of a plan as deliveries, each with the key that it has or gets.
const ROWS: &str = "INSERT INTO delivery AS d (id, campaign, round, recipient, generation, place, list_row, holds_address, state,
        reason, email, email_key, person, name, organisation)
    SELECT NEW_KEY, ?1, ?2, recipient, CAST(?5 AS INTEGER), id - ?3, id, iif(CAST(?5 AS INTEGER) = 1 AND skip IS NULL, 1, 0), iif(skip IS NULL, 'planned', 'skipped'),
        skip, email, email_key, person, name, organisation
    FROM list_row s WHERE id BETWEEN ?3 AND ?4";

/// Of these, those whose delivery is not in the plan yet.
const NOT_YET_THERE: &str =
    "(delivery IS NULL OR EXISTS (SELECT 1 FROM delivery WHERE id = s.delivery AND generation < ?5))";

/// What becomes of a delivery whose row is as it was.
const WHERE_THE_SAME: &str =
    "ON CONFLICT (id) DO UPDATE SET generation = excluded.generation, list_row = excluded.list_row
    WHERE d.generation < excluded.generation AND d.place = excluded.place AND d.email = excluded.email
        AND d.name = excluded.name AND d.organisation = excluded.organisation AND d.person = excluded.person
        AND CASE d.state
            WHEN 'planned' THEN excluded.state = 'planned' AND d.holds_address = 1
            WHEN 'deferred' THEN excluded.state = 'planned' AND d.holds_address = 1
            WHEN 'skipped' THEN excluded.state = 'skipped' AND d.reason IS NOT DISTINCT FROM excluded.reason
            ELSE TRUE END";

/// What becomes of a delivery whose row is another one.
const WHERE_ANOTHER: &str = "ON CONFLICT (id) DO UPDATE SET
        generation = excluded.generation,
        place = excluded.place,
        list_row = excluded.list_row,
        holds_address = iif(d.state IN ('planned', 'deferred'),
            iif(d.holds_address = 1 AND excluded.state = 'planned' AND d.email_key = excluded.email_key
                AND d.person = excluded.person, 1, 0),
            d.holds_address),
        state = CASE
            WHEN d.state IN ('planned', 'skipped') THEN excluded.state
            WHEN d.state = 'deferred' AND excluded.state = 'skipped' THEN 'skipped'
            ELSE d.state END,
        next_attempt_at = iif(d.state = 'deferred' AND excluded.state = 'planned', d.next_attempt_at, NULL),
        reason = iif(d.state IN ('planned', 'skipped') OR d.state = 'deferred' AND excluded.state = 'skipped',
            excluded.reason, d.reason),
        email = iif(d.state IN ('planned', 'skipped', 'deferred'), excluded.email, d.email),
        email_key = iif(d.state IN ('planned', 'skipped', 'deferred'), excluded.email_key, d.email_key),
        person = iif(d.state IN ('planned', 'skipped', 'deferred'), excluded.person, d.person),
        name = iif(d.state IN ('planned', 'skipped', 'deferred'), excluded.name, d.name),
        organisation = iif(d.state IN ('planned', 'skipped', 'deferred'), excluded.organisation, d.organisation)
    WHERE d.generation < excluded.generation";

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
        let Draft { generation, first, rows, .. } = draft;
        let staged = Staged { generation, first, last: draft.last(), rows };
        refuse_another_plan(store, run, self.round, &staged)?;
        if draft.generation > 0 {
            sent_row::keep(&store.connection, draft.plan, draft.first)?;
            self.record_changes(store, run, &draft)?;
            self.reopen_mended(store, run, &draft)?;
        }
        let made = store.connection.try_out(|| self.make_deliveries(store, run, &draft));
        made.map_err(|error| self.explain(&store.connection, run, &draft, error))?;
        self.remove_old_rows(&store.connection, run, &draft)?;
        store.connection.execute(
            "UPDATE plan SET header = staged_header, staged_header = NULL, staged_from = staged_from + staged_rows,
                staged_rows = 0, generation = generation + 1, finished_at = ?2 WHERE id = ?1",
            [draft.plan, micros(self.at)],
        )?;
        let tally = recount(&store.connection, run.campaign, self.round)?;
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
        if store.connection.server().is_some() {
            show_life(&store.connection, run.lease)?;
        }
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
                WHERE campaign = ?1 AND round = ?2 AND state IN ('planned', 'deferred') AND holds_address = 0
                    AND NOT EXISTS (SELECT 1 FROM former_address f JOIN delivery o ON o.id = f.delivery
                        WHERE f.email_key = delivery.email_key AND o.campaign = ?1 AND o.round = ?2)",
                params![run.campaign, self.round.0],
            )?;
        }
        bulk.map_or(Ok(()), |bulk| bulk.end(connection))?;
        match at_odds(connection, run.campaign, self.round.0)? {
            Some(address) => Err(another_goes_to(&address)),
            None => Ok(()),
        }
    }

    /// Opens deliveries again that failed or came back and whose row has another address now: a person mended it. They
    /// have their whole time before they are given up. An address from which a letter came back never gets it again.
    fn reopen_mended(&self, store: &Store, run: Run, draft: &Draft) -> rusqlite::Result<()> {
        let mut find = store.connection.prepare(
            "SELECT d.id, d.recipient, d.email FROM list_row s CROSS JOIN delivery d ON d.id = s.delivery
            WHERE EXISTS (SELECT 1 FROM tally
                    WHERE campaign = ?1 AND round = ?2 AND state IN ('failed', 'bounced') AND count > 0)
                AND s.id BETWEEN ?3 AND ?4 AND s.skip IS NULL AND d.state IN ('failed', 'bounced')
                AND d.email_key <> s.email_key",
        )?;
        let mended = find.query_map(params![run.campaign, self.round.0, draft.first, draft.last()], |row| {
            Ok((row.get(0)?, RecipientId::new(row.get::<_, String>(1)?), row.get(2)?))
        })?;
        let mended: Vec<(i64, RecipientId, String)> = mended.collect::<rusqlite::Result<_>>()?;
        for (delivery, recipient, old) in mended {
            former::keep(&store.connection, delivery)?;
            sent_row::forget(&store.connection, delivery)?;
            store.connection.execute(
                "UPDATE delivery SET state = 'deferred', reason = 'its address was mended', next_attempt_at = ?2,
                    first_attempt_at = NULL, accepted_at = NULL, state_by = NULL WHERE id = ?1",
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
    /// The row of the list is always that of now, since it stands under the header of now. To whom a letter was sent,
    /// or could not be, stays as it was.
    fn merge(&self, connection: &Connection, run: Run, draft: &Draft) -> rusqlite::Result<()> {
        let rows = params![run.campaign, self.round.0, draft.first, draft.last(), draft.generation + 1];
        // Most rows of a list that is planned again say what they said before: no index has to be touched for them.
        let all =
            ROWS.replace("NEW_KEY", connection.words("delivery", "coalesce(delivery, nextval('delivery_id_seq'))"));
        let same = match draft.generation {
            0 => 0,
            _ => connection.execute(&format!("{all} AND delivery IS NOT NULL ORDER BY id {WHERE_THE_SAME}"), rows)?,
        };
        let rest = connection.execute(&format!("{all} AND {NOT_YET_THERE} ORDER BY id {WHERE_ANOTHER}"), rows)?;
        let merged = same + rest;
        if i64::try_from(merged) == Ok(draft.rows) {
            Ok(())
        } else {
            Err(rusqlite::Error::StatementChangedRows(merged))
        }
    }

    /// Says which recipient or address it is that keeps the rows from becoming deliveries; other errors stay as they
    /// are.
    fn explain(&self, connection: &Connection, run: Run, draft: &Draft, error: rusqlite::Error) -> rusqlite::Error {
        let is_constraint = error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation);
        if !is_constraint && !matches!(error, rusqlite::Error::StatementChangedRows(_)) {
            return error;
        }
        let rows = [draft.first, draft.last()];
        let recipient =
            "SELECT recipient FROM list_row WHERE id BETWEEN ?1 AND ?2 GROUP BY recipient HAVING count(*) > 1";
        let address = "SELECT min(email) FROM list_row WHERE id BETWEEN ?1 AND ?2 AND skip IS NULL
            GROUP BY email_key, person HAVING count(*) > 1";
        let held = "SELECT s.email FROM list_row s JOIN delivery d ON d.campaign = ?3 AND d.round = ?4
                AND d.email_key = s.email_key AND d.person = s.person AND d.holds_address = 1 AND d.list_row <> s.id
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
            return another_goes_to(&address);
        } else {
            return error;
        };
        rusqlite::Error::ToSqlConversionFailure(what.into())
    }

    /// Removes deliveries that are not in the plan where nothing was attempted and nobody wrote anything down, and
    /// skips those that were to be tried again.
    fn remove_gone(&self, store: &Store, run: Run, draft: &Draft) -> rusqlite::Result<()> {
        let connection = &store.connection;
        if deliveries(connection, run, self.round)? == draft.rows {
            return Ok(());
        }
        let round = params![run.campaign, self.round.0, draft.generation];
        connection.execute(
            "DELETE FROM delivery WHERE campaign = ?1 AND round = ?2 AND generation <= ?3
                AND attempts = 0 AND state IN ('planned', 'skipped') AND answer = 'none' AND note IS NULL
                AND NOT EXISTS (SELECT 1 FROM mention m WHERE m.delivery = delivery.id)",
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

/// Why a plan cannot be the current one: an address has a letter already.
fn another_goes_to(address: &str) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(format!("another letter of the round goes to `{address}`").into())
}

/// How many deliveries a round has, also those that are not in its plan.
fn deliveries(connection: &Connection, run: Run, round: Round) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("SELECT count(*) FROM delivery WHERE campaign = ?1 AND round = ?2")?
        .query_row(params![run.campaign, round.0], |row| row.get(0))
}

/// Counts the deliveries of a round, and writes the tally down.
pub(super) fn recount(connection: &Connection, campaign: i64, round: Round) -> rusqlite::Result<Tally> {
    let mut tally = Tally::default();
    let mut statement =
        connection.prepare("SELECT state, count(*) FROM delivery WHERE campaign = ?1 AND round = ?2 GROUP BY state")?;
    let mut rows = statement.query(params![campaign, round.0])?;
    while let Some(ref row) = rows.next()? {
        tally.add(word(row, 0)?, count(row, 1)?);
    }
    let mut write = connection.prepare_cached(
        "INSERT INTO tally (campaign, round, state, count) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (campaign, round, state) DO UPDATE SET count = excluded.count",
    )?;
    for state in DeliveryState::ALL {
        write.execute(params![campaign, round.0, state.as_str(), whole(tally.of(state))?])?;
    }
    Ok(tally)
}
