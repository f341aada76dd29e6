//! The end of an attempt, whether it was at a letter or at a copy.

use rusqlite::params;

use super::failure::Failure;
use super::session::Run;
use super::value::micros;
use super::writer::Store;
use crate::ledger::{LedgerError, Settlement};

const END: &str =
    "UPDATE attempt SET ended_at = ?2, outcome = ?3, smtp_code = ?4, smtp_enhanced = ?5, smtp_text = ?6, reason = ?7,
        counted_from = ?9
    WHERE id = ?1 AND lease = ?8 AND ended_at IS NULL";

/// Writes down how the attempt ended, at `ledger_time` in the ledger's own time; gives whether it was under way, where
/// that is known at once.
pub(super) fn end_attempt(
    store: &Store,
    run: Run,
    settlement: &Settlement,
    ledger_time: i64,
) -> rusqlite::Result<bool> {
    let Settlement { attempt, at, state, reply, reason, .. } = settlement;
    let ended = store.connection.change_one(
        END,
        params![
            attempt.0,
            micros(*at),
            state.as_str(),
            reply.as_ref().map(|it| it.code),
            reply.as_ref().and_then(|it| it.enhanced).map(|it| it.to_string()),
            reply.as_ref().map(|it| &it.text),
            reason,
            run.lease,
            ledger_time,
        ],
    );
    match ended {
        Err(rusqlite::Error::StatementChangedRows(0)) => Ok(false),
        ended => ended.map(|()| true),
    }
}

/// What is asked cannot be.
pub(super) fn refused(store: &Store, what: String) -> Failure {
    Failure::Refused(LedgerError::Store { path: store.path.clone(), what })
}
