//! Whether SQLite's log of a run that did not end is lost.
//!
//! The ledger's main file says that a run is under way from before its first letter on, and that the run gave its lease
//! back after its last one. In between, what it recorded may stand in the log alone, which stays until whoever writes
//! next has given the lease back. So where a run is under way and there is no log, or an empty one, the log was lost:
//! SQLite would go on without it and say nothing.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::place::{connect, sibling};
use super::value::time;
use crate::ledger::database::Row;
use crate::ledger::{LedgerError, Lost, Missing, Result};

/// Before this version, nobody kept the log for the next run.
const KEPT_SINCE: i64 = 3;

/// Refuses a ledger whose log was lost.
pub(super) fn refuse_lost_log(ledger: &Path) -> Result<()> {
    let log = sibling(ledger, "-wal");
    if log.metadata().is_ok_and(|log| log.len() > 0) {
        return Ok(());
    }
    // What cannot be read is refused by whoever opens it for good, with the reason.
    let Ok(Some((host, since))) = under_way(ledger) else { return Ok(()) };
    // A run that just ended may have taken its log with it.
    let has_ended = log.metadata().is_ok_and(|log| log.len() > 0) || !matches!(under_way(ledger), Ok(Some(_)));
    if has_ended {
        return Ok(());
    }
    let what = Missing::Log { host, since };
    Err(LedgerError::Lost(Lost { ledger: ledger.to_owned(), witness: log, what, elsewhere: None }))
}

/// The run that is under way, by the main file alone.
fn under_way(ledger: &Path) -> rusqlite::Result<Option<(String, jiff::Timestamp)>> {
    let Ok(mut url) = url::Url::from_file_path(ledger) else { return Ok(None) };
    url.set_query(Some("immutable=1"));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let connection = connect(Path::new(url.as_str()), flags)?;
    if connection.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))? < KEPT_SINCE {
        return Ok(None);
    }
    let held = "SELECT host, since FROM lease WHERE host IS NOT NULL ORDER BY number DESC LIMIT 1";
    connection.query_row(held, [], |row| Ok((row.get(0)?, time(&Row::Sqlite(row), 1)?))).optional()
}

/// Puts everything that is committed into the main file, which says from then on that a run is under way.
///
/// A reader who takes long keeps that from being done; the log is no less there for it.
pub(super) fn say_in_main_file(connection: &Connection) {
    let moved = connection.query_row("PRAGMA wal_checkpoint(FULL)", [], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
    });
    match moved {
        Ok((0, all, moved)) if all == moved => {}
        other => tracing::debug!(?other, "the ledger's main file does not say yet that a run is under way"),
    }
}

/// Empties the log, so that the main file is whole by itself, also for who copies it; leaves it where a run is under
/// way, or has died: whoever sends next reads it.
pub(super) fn leave(connection: &Connection) {
    let is_under_way = connection
        .query_row("SELECT EXISTS (SELECT 1 FROM lease WHERE host IS NOT NULL)", [], |row| row.get(0))
        .unwrap_or(true);
    if is_under_way {
        // The last one to close the file would remove it.
        let _ = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
        return;
    }
    // It does not wait for readers, who would hold up whoever writes meanwhile.
    let _ = connection.busy_timeout(std::time::Duration::ZERO);
    let _ = connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
}
