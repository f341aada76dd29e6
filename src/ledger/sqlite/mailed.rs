//! Which mails were counted, and how far mailboxes were read.

use rusqlite::{Connection, params};

use crate::ledger::Uids;

/// Whether a mail was counted.
pub(super) fn is_counted(connection: &Connection, fingerprint: &str) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM mail WHERE fingerprint = ?1)")?
        .query_row([fingerprint], |row| row.get(0))
}

/// Remembers how far a mailbox was read.
pub(super) fn remember(connection: &Connection, uids: &Uids) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO mailbox (name, uid_validity, last_uid) VALUES (?1, ?2, ?3)
            ON CONFLICT (name) DO UPDATE SET uid_validity = excluded.uid_validity, last_uid = excluded.last_uid",
        )?
        .execute(params![uids.mailbox, uids.validity, uids.last])?;
    Ok(())
}
