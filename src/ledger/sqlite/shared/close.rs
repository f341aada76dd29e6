//! A run that is over is closed by another one: what it had on the wire is in doubt, and what was reserved for it is
//! free, since no other run holds it for one that was closed.

use jiff::Timestamp;

use super::run::{end, open_runs, unknown};
use crate::ledger::LedgerError;
use crate::ledger::database::Connection;
use crate::ledger::sqlite::failure::Failure;
use crate::ledger::sqlite::left_open::close_open_attempts;
use crate::ledger::sqlite::lock::RunLock;
use crate::ledger::sqlite::session::Whose;
use crate::ledger::sqlite::writer::Store;
use crate::model::CampaignId;

/// Closes the runs that are over, of all campaigns. `counted_from` is now, in the ledger's time. Gives how many letters
/// of one campaign became in doubt.
pub(in crate::ledger::sqlite) fn close_those_that_are_over(
    store: &mut Store,
    campaign: Option<i64>,
    (at, counted_from): (Timestamp, i64),
) -> rusqlite::Result<u64> {
    let mut in_doubt = 0;
    for run in open_runs(&store.connection, &store.beside, &store.machine)? {
        let is_own = store.sessions.values().any(|session| session.run.lease == run.number);
        if is_own || !run.is_over {
            continue;
        }
        let whose = Whose { campaign: run.campaign, run: Some(run.number) };
        let closed = close_open_attempts(store, whose, at, counted_from)?;
        end(&store.connection, run.number)?;
        if campaign == Some(run.campaign) {
            in_doubt += closed;
        }
    }
    RunLock::remove_free(&store.beside);
    Ok(in_doubt)
}

/// Puts in doubt what runs left open that ended and could not say what became of their letters; gives how many letters
/// of a campaign that are.
pub(in crate::ledger::sqlite) fn close_what_was_left(
    store: &mut Store,
    campaign: i64,
    (at, counted_from): (Timestamp, i64),
) -> rusqlite::Result<u64> {
    let mut in_doubt = 0;
    for (of, run) in left_open_at_the_end(&store.connection)? {
        let closed = close_open_attempts(store, Whose { campaign: of, run: Some(run) }, at, counted_from)?;
        if of == campaign {
            in_doubt += closed;
        }
    }
    Ok(in_doubt)
}

/// The runs that ended and could not say what became of their letters, and their campaigns.
fn left_open_at_the_end(connection: &Connection) -> rusqlite::Result<Vec<(i64, i64)>> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT d.campaign, t.lease FROM account a JOIN attempt t ON t.account = a.id AND t.counted_from IS NULL
        JOIN run r ON r.number = t.lease AND r.ended_at IS NOT NULL JOIN delivery d ON d.id = t.delivery",
    )?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// Refuses what must not be done while a run sends a campaign; closes those that are over first.
pub(in crate::ledger::sqlite) fn refuse_while_sent(
    store: &mut Store,
    (campaign, key): (&CampaignId, i64),
    at: Timestamp,
) -> std::result::Result<(), Failure> {
    let now = store.connection.query_row("SELECT ledger_now()", [], |row| row.get(0))?;
    close_those_that_are_over(store, None, (at, now))?;
    if store.sessions.contains_key(campaign) {
        return Err(LedgerError::Held(unknown(&store.machine, at)).into());
    }
    let open = open_runs(&store.connection, &store.beside, &store.machine)?;
    match open.into_iter().find(|run| run.campaign == key) {
        Some(run) => Err(LedgerError::Held(run.holder).into()),
        None => Ok(()),
    }
}
