//! Mails that are about no letter: after a while nothing of them is kept but that they were read.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::super::erase::compact;
use super::super::expired::ERASED;
use super::super::failure::Failure;
use super::super::value::micros;
use super::super::writer::{Command, Store};
use crate::ledger::Strangers;
use crate::ledger::database::Connection;

/// Stands in `meta` while something was erased and the file was not made anew since.
const NOT_COMPACT: &str = "not-compact";

/// Erases what mails say that were read before and are about no letter.
pub(super) struct EraseStrangers {
    pub(super) before: Timestamp,
}

impl Command for EraseStrangers {
    type Output = Strangers;
    const ALONE: bool = true;

    fn run(&mut self, store: &mut Store) -> Result<Strangers, Failure> {
        let connection = &store.connection;
        let erased = connection.execute(
            "UPDATE mail SET sender = NULL, subject = NULL, first_line = NULL, name = fingerprint, reason = ?2
            WHERE read_at < ?1 AND matched = 0 AND suggestions = '[]' AND coalesce(reason, '') <> ?2
                AND NOT EXISTS (SELECT 1 FROM mention m WHERE m.mail = mail.id)",
            params![micros(self.before), ERASED],
        )?;
        if erased > 0 && connection.file().is_some() {
            let mark = "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
            connection.execute(mark, params![NOT_COMPACT, b"1"])?;
        }
        let is_due = is_not_compact(connection)?;
        let waiting = waiting(connection, self.before)?;
        Ok(Strangers { erased: erased as u64, waiting, in_file: is_due && is_sent(connection)? })
    }

    fn committed(&mut self, store: &mut Store) {
        let connection = &store.connection;
        let done = || -> rusqlite::Result<()> {
            // A run would wait for it, and reads what it recorded in the log that this empties.
            if !is_not_compact(connection)? || is_sent(connection)? {
                return Ok(());
            }
            compact(connection)?;
            connection.execute("DELETE FROM meta WHERE key = ?1", [NOT_COMPACT]).map(drop)
        };
        if let Err(error) = done() {
            tracing::warn!(%error, "the ledger's file may still hold what was erased; the next `undersigned sync` looks again");
        }
    }
}

fn is_not_compact(connection: &Connection) -> rusqlite::Result<bool> {
    let due = connection
        .query_row("SELECT 1 FROM meta WHERE key = ?1", [NOT_COMPACT], |row| row.get::<_, i64>(0))
        .optional()?;
    Ok(due.is_some())
}

/// Whether a run sends any of the campaigns, or died.
fn is_sent(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT EXISTS (SELECT 1 FROM lease WHERE host IS NOT NULL)", [], |row| row.get(0))
}

/// The mails that were read before and wait for a person.
fn waiting(connection: &Connection, before: Timestamp) -> rusqlite::Result<Vec<u64>> {
    let mut statement = connection.prepare(
        "SELECT id FROM mail WHERE read_at < ?1 AND (
            EXISTS (SELECT 1 FROM mention m WHERE m.mail = mail.id AND m.standing = 'waits')
            OR (matched = 0 AND suggestions <> '[]' AND NOT EXISTS (SELECT 1 FROM mention m WHERE m.mail = mail.id)))
        ORDER BY id",
    )?;
    statement.query_map([micros(before)], |row| row.get::<_, i64>(0).map(i64::unsigned_abs))?.collect()
}
