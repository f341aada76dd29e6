//! The runs of a ledger on a server: each begins, shows that it lives, and ends.

use std::path::Path;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use crate::clock::Clock;
use crate::ledger::database::{Connection, Row};
use crate::ledger::rules::sharing::{Process, TERM, TO_PLAN, is_over};
use crate::ledger::sqlite::failure::Failure;
use crate::ledger::sqlite::host;
use crate::ledger::sqlite::lock::RunLock;
use crate::ledger::sqlite::value::{holder, micros};
use crate::ledger::{Holder, LedgerError, Machine, Running};
use crate::model::{CampaignId, Round};

/// A run that was not closed.
pub(super) struct Open {
    pub(super) number: i64,
    pub(super) campaign: i64,
    pub(super) round: Option<u32>,
    pub(super) holder: Holder,
    pub(super) is_over: bool,
}

const OPEN: &str = "SELECT r.host, r.pid, r.since, r.person, r.machine, r.number, r.campaign, r.round, r.lock, r.deadline, ledger_now()
    FROM run r WHERE r.ended_at IS NULL ORDER BY r.number";

/// All runs that were not closed. `beside` tells where those of this folder have their locks.
pub(super) fn open_runs(connection: &Connection, beside: &Path, here: &Machine) -> rusqlite::Result<Vec<Open>> {
    let mut statement = connection.prepare_cached(OPEN)?;
    let read = |row: &Row<'_>| {
        let lock: String = row.get(8)?;
        let Some(holder) = holder(row, 0, here)? else { return Err(rusqlite::Error::InvalidColumnIndex(0)) };
        let is_gone = holder.is_here && RunLock::is_free(beside, &lock);
        let process = if is_gone { Process::Gone } else { Process::Unknown };
        let is_over = is_over(process, row.get(9)?, row.get(10)?);
        Ok(Open { number: row.get(5)?, campaign: row.get(6)?, round: row.get(7)?, holder, is_over })
    };
    statement.query_map([], read)?.collect()
}

/// Writes down that a run begins; gives its number, and the lock that tells this machine whether it lives.
pub(in crate::ledger::sqlite) fn begin(
    connection: &Connection,
    (beside, here): (&Path, &Machine),
    campaign: i64,
    clock: &Clock,
) -> std::result::Result<(i64, RunLock), Failure> {
    let (name, lock) = RunLock::take(beside).map_err(|error| LedgerError::Store {
        path: beside.to_owned(),
        what: format!("the lock of the run cannot be taken ({error}); its folder must be on a file system with locks"),
    })?;
    let number = connection.query_row(
        "INSERT INTO run (number, campaign, host, pid, machine, person, lock, since, began_at, deadline)
        VALUES ((SELECT coalesce(max(number), 0) + 1 FROM run), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ledger_now(), ledger_now() + ?8)
        RETURNING number",
        params![
            campaign,
            here.name,
            std::process::id(),
            here.id,
            host::person(),
            name,
            micros(clock.now()),
            in_micros(TO_PLAN)
        ],
        |row| row.get(0),
    )?;
    Ok((number, lock))
}

/// Asks whether a run was not closed, and what time it is on the server.
pub(in crate::ledger::sqlite) const STANDS: &str = "SELECT ended_at IS NULL, ledger_now() FROM run WHERE number = ?1";

/// Whether a run was not closed, and what time it is on the server.
pub(in crate::ledger::sqlite) fn stands(connection: &Connection, number: i64) -> rusqlite::Result<Option<i64>> {
    let found: Option<(bool, i64)> =
        connection.prepare_cached(STANDS)?.query_row([number], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    Ok(found.and_then(|(stands, now)| stands.then_some(now)))
}

/// Prolongs a run, outside of any transaction: also while somebody else writes for long.
///
/// # Errors
/// [`LedgerError::LeaseLost`] where it was closed.
pub(in crate::ledger::sqlite) fn sign_of_life(
    connection: &Connection,
    number: i64,
) -> std::result::Result<(), Failure> {
    match prolong(connection, number, TERM)? {
        0 => Err(LedgerError::LeaseLost.into()),
        _ => Ok(()),
    }
}

/// Prolongs a run that makes its plan.
pub(in crate::ledger::sqlite) fn show_life(connection: &Connection, number: i64) -> rusqlite::Result<()> {
    prolong(connection, number, TO_PLAN).map(drop)
}

fn prolong(connection: &Connection, number: i64, by: std::time::Duration) -> rusqlite::Result<usize> {
    connection
        .prepare_cached("UPDATE run SET deadline = ledger_now() + ?2 WHERE number = ?1 AND ended_at IS NULL")?
        .execute(params![number, in_micros(by)])
}

/// A run has ended.
pub(in crate::ledger::sqlite) fn end(connection: &Connection, number: i64) -> rusqlite::Result<()> {
    connection.execute("UPDATE run SET ended_at = ledger_now() WHERE number = ?1 AND ended_at IS NULL", [number])?;
    Ok(())
}

/// The runs that send a campaign at this moment, and how fast each is.
pub(in crate::ledger::sqlite) fn runs(
    connection: &Connection,
    campaign: &CampaignId,
    (beside, here): (&Path, &Machine),
) -> rusqlite::Result<Vec<Running>> {
    let key: Option<i64> = connection
        .query_row("SELECT id FROM campaign WHERE name = ?1", [campaign.as_str()], |row| row.get(0))
        .optional()?;
    let own = open_runs(connection, beside, here)?.into_iter().filter(|run| Some(run.campaign) == key && !run.is_over);
    let mut speed = connection.prepare_cached(
        "SELECT count(*) FILTER (WHERE t.counted_from IS NULL),
            count(*) FILTER (WHERE t.counted_from > ledger_now() - 60000000), count(t.counted_from)
        FROM attempt t WHERE t.lease = ?1",
    )?;
    own.map(|run| {
        let count =
            |row: &Row<'_>, column| row.get::<usize, i64>(column).map(|count| u64::try_from(count).unwrap_or(0));
        speed.query_row([run.number], |row| {
            Ok(Running {
                holder: run.holder,
                round: run.round.map(Round),
                on_the_wire: count(row, 0)?,
                last_minute: count(row, 1)?,
                attempts: count(row, 2)?,
            })
        })
    })
    .collect()
}

/// A span as the ledger keeps it.
fn in_micros(span: std::time::Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

/// Who sends a campaign, where a process is known to be about to write that down.
pub(super) fn unknown(here: &Machine, at: Timestamp) -> Holder {
    Holder { host: here.name.clone(), pid: 0, since: at, person: None, is_here: true }
}
