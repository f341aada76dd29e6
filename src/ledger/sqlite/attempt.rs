//! The end of an attempt, whether it was at a letter or at a copy.

use rusqlite::params;

use super::failure::Failure;
use super::session::Run;
use super::value::micros;
use super::writer::Store;
use crate::ledger::{LedgerError, Settlement};

/// Writes down how the attempt ended, at `ledger_time` in the ledger's own time; gives 0 where it is not under way.
pub(super) fn end_attempt(
    store: &Store,
    run: Run,
    settlement: &Settlement,
    ledger_time: i64,
) -> rusqlite::Result<usize> {
    let Settlement { attempt, at, state, reply, reason, .. } = settlement;
    store
        .connection
        .prepare_cached(
            "UPDATE attempt SET ended_at = ?2, outcome = ?3, smtp_code = ?4, smtp_enhanced = ?5, smtp_text = ?6, reason = ?7,
                counted_from = ?9
            WHERE id = ?1 AND lease = ?8 AND ended_at IS NULL",
        )?
        .execute(params![
            attempt.0,
            micros(*at),
            state.as_str(),
            reply.as_ref().map(|it| it.code),
            reply.as_ref().and_then(|it| it.enhanced).map(|it| it.to_string()),
            reply.as_ref().map(|it| &it.text),
            reason,
            run.lease,
            ledger_time,
        ])
}

/// What is asked cannot be.
pub(super) fn refused(store: &Store, what: String) -> Failure {
    Failure::Refused(LedgerError::Store { path: store.path.clone(), what })
}
