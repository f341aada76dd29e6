//! The ledger's last event, by which this machine knows it again.

use crate::ledger::database::Connection;
use data_encoding::HEXLOWER;
use rusqlite::OptionalExtension;
use sha2::{Digest, Sha256};

/// The ledger's last event: its number, and a digest of what nobody ever changes of it.
pub(super) fn last_event(connection: &Connection) -> rusqlite::Result<Option<(i64, String)>> {
    let last: Option<i64> = connection.query_row("SELECT max(id) FROM event", [], |row| row.get(0))?;
    Ok(last.map(|number| event(connection, number)).transpose()?.flatten())
}

pub(super) fn event(connection: &Connection, number: i64) -> rusqlite::Result<Option<(i64, String)>> {
    connection
        .query_row("SELECT campaign, at, kind FROM event WHERE id = ?1", [number], |row| {
            let (campaign, at, kind): (i64, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let digest = Sha256::digest(format!("{number} {campaign} {at} {kind}"));
            Ok((number, HEXLOWER.encode(&digest[..8])))
        })
        .optional()
}
