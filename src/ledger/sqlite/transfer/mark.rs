//! What a ledger says of its being moved: the old one where it is now, the new one that it is not finished.

use rusqlite::{OptionalExtension, params};

use crate::ledger::LedgerError;
use crate::ledger::database::Connection;
use crate::ledger::sqlite::failure::Failure;

/// In an old ledger: the name of the one that took its place.
const MOVED: &str = "moved-to";
/// In a new one: that it must not be used before the old one is closed.
const UNFINISHED: &str = "unfinished-copy";

fn value(connection: &Connection, key: &str) -> rusqlite::Result<Option<Vec<u8>>> {
    connection.prepare_cached("SELECT value FROM meta WHERE key = ?1")?.query_row([key], |row| row.get(0)).optional()
}

fn set(connection: &Connection, key: &str, value: &[u8]) -> rusqlite::Result<()> {
    connection.execute(
        "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        params![key, value],
    )?;
    Ok(())
}

/// Where the ledger is now, where it was moved.
pub(in crate::ledger::sqlite) fn where_it_is(connection: &Connection) -> rusqlite::Result<Option<String>> {
    Ok(value(connection, MOVED)?.map(|name| String::from_utf8_lossy(&name).into_owned()))
}

/// Refuses a ledger that was moved, and one that is not finished.
pub(in crate::ledger::sqlite) fn refuse_moved(connection: &Connection) -> std::result::Result<(), Failure> {
    if let Some(there) = where_it_is(connection)? {
        return Err(LedgerError::Moved(there).into());
    }
    match value(connection, UNFINISHED)? {
        Some(_) => Err(LedgerError::Unfinished.into()),
        None => Ok(()),
    }
}

/// The ledger is closed, and says where it is now.
pub(super) fn close(connection: &Connection, there: &str) -> rusqlite::Result<()> {
    set(connection, MOVED, there.as_bytes())
}

/// The copy must not be used yet.
pub(super) fn mark(connection: &Connection) -> rusqlite::Result<()> {
    set(connection, UNFINISHED, b"1")
}

/// From here on the copy is the ledger.
pub(super) fn finish(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM meta WHERE key = ?1", [UNFINISHED])?;
    Ok(())
}

/// What is at the place that a ledger is to be moved to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    /// A ledger in which nothing stands.
    Empty,
    /// A copy of this ledger that broke off.
    Unfinished,
    /// Another ledger.
    Occupied,
}

/// Looks there.
pub(super) fn stands(source: &Connection, target: &Connection) -> rusqlite::Result<Stands> {
    let is_same = value(source, "id")? == value(target, "id")?;
    if is_same && value(target, UNFINISHED)?.is_some() {
        return Ok(Stands::Unfinished);
    }
    let any = "SELECT EXISTS (SELECT 1 FROM campaign) OR EXISTS (SELECT 1 FROM suppression) OR EXISTS (SELECT 1 FROM forgotten)
        OR EXISTS (SELECT 1 FROM meta WHERE key = 'moved-to')";
    let is_occupied: bool = target.query_row(any, [], |row| row.get(0))?;
    Ok(if is_occupied || is_same { Stands::Occupied } else { Stands::Empty })
}
