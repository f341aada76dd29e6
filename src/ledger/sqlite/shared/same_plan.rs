//! Runs that share a round send the same: the same list under the same header, with the same files. A run that would
//! send anything else is refused while others send it.

use rusqlite::{OptionalExtension, params};

use super::close::close_those_that_are_over;
use super::run::{Open, open_runs, show_life};
use crate::ledger::sqlite::failure::Failure;
use crate::ledger::sqlite::session::Run;
use crate::ledger::sqlite::writer::Store;
use crate::ledger::{Holder, LedgerError};
use crate::model::Round;

/// The other runs that send a round, or are about to.
fn others(store: &Store, run: Run, round: Round) -> rusqlite::Result<Vec<Open>> {
    let mut open = open_runs(&store.connection, &store.beside, &store.machine)?;
    open.retain(|other| {
        (other.campaign, other.round) == (run.campaign, Some(round.0)) && other.number != run.lease && !other.is_over
    });
    Ok(open)
}

/// Refuses a run to make its plan while another one makes its own: it tries again. What a run that was closed left
/// behind is in nobody's way.
pub(in crate::ledger::sqlite) fn may_begin_plan(
    store: &mut Store,
    run: Run,
    round: Round,
) -> std::result::Result<(), Failure> {
    if store.connection.server().is_none() {
        return Ok(());
    }
    show_life(&store.connection, run.lease)?;
    let own = store.sessions.values().find(|session| session.run.lease == run.lease).ok_or(LedgerError::LeaseLost)?;
    let now = own.time.now();
    let counted_from = own.time.counted(now, own.server_time);
    close_those_that_are_over(store, None, (now, counted_from))?;
    let planner: Option<i64> = store
        .connection
        .prepare_cached(
            "SELECT p.staged_by FROM plan p JOIN run r ON r.number = p.staged_by AND r.ended_at IS NULL
            WHERE p.campaign = ?1 AND p.round = ?2 AND p.staged_header IS NOT NULL AND p.staged_by <> ?3",
        )?
        .query_row(params![run.campaign, round.0, run.lease], |row| row.get(0))
        .optional()?;
    let open = open_runs(&store.connection, &store.beside, &store.machine)?;
    match open.into_iter().find(|other| Some(other.number) == planner) {
        Some(planner) => Err(LedgerError::Held(planner.holder).into()),
        None => Ok(()),
    }
}

/// Notes that the plan which is being made is this run's, and which round the run sends.
pub(in crate::ledger::sqlite) fn keep_for(store: &Store, run: Run, round: Round) -> rusqlite::Result<()> {
    if store.connection.server().is_none() {
        return Ok(());
    }
    let values = params![run.campaign, round.0, run.lease];
    store.connection.execute("UPDATE plan SET staged_by = ?3 WHERE campaign = ?1 AND round = ?2", values)?;
    store.connection.execute("UPDATE run SET round = ?2 WHERE number = ?1", params![run.lease, round.0])?;
    Ok(())
}

/// A plan that is made, and where its rows are.
#[derive(Debug, Clone, Copy)]
pub(in crate::ledger::sqlite) struct Staged {
    /// How many plans were made before it.
    pub(in crate::ledger::sqlite) generation: i64,
    /// The keys of its first and last row.
    pub(in crate::ledger::sqlite) first: i64,
    pub(in crate::ledger::sqlite) last: i64,
    pub(in crate::ledger::sqlite) rows: i64,
}

/// Refuses a plan that is another one than what others send.
pub(in crate::ledger::sqlite) fn refuse_another_plan(
    store: &Store,
    run: Run,
    round: Round,
    staged: &Staged,
) -> std::result::Result<(), Failure> {
    if store.connection.server().is_none() || staged.generation == 0 {
        return Ok(());
    }
    let Some(other) = others(store, run, round)?.into_iter().next() else { return Ok(()) };
    let is_same: bool = store.connection.query_row(
        "SELECT p.header IS NOT DISTINCT FROM p.staged_header
            AND (SELECT count(*) FROM delivery d WHERE d.campaign = ?1 AND d.round = ?2 AND d.generation = p.generation) = ?5
            AND (SELECT count(*) FROM list_row s JOIN delivery d ON d.id = s.delivery AND d.generation = p.generation
                JOIN list_row o ON o.id = d.list_row
                WHERE s.id BETWEEN ?3 AND ?4 AND d.place = s.id - ?3 AND o.recipient = s.recipient AND o.email = s.email
                    AND o.cells = s.cells AND o.person = s.person) = ?5
        FROM plan p WHERE p.campaign = ?1 AND p.round = ?2",
        params![run.campaign, round.0, staged.first, staged.last, staged.rows],
        |row| row.get(0),
    )?;
    if is_same { Ok(()) } else { Err(sends_another(other.holder, "list")) }
}

/// Refuses to send a round with other files than others do.
pub(in crate::ledger::sqlite) fn refuse_other_files(
    store: &Store,
    run: Run,
    round: Round,
) -> std::result::Result<(), Failure> {
    if store.connection.server().is_none() {
        return Ok(());
    }
    match others(store, run, round)?.into_iter().next() {
        Some(other) => Err(sends_another(other.holder, "letter or other files")),
        None => Ok(()),
    }
}

fn sends_another(holder: Holder, what: &'static str) -> Failure {
    LedgerError::SendsAnother { holder, what }.into()
}
