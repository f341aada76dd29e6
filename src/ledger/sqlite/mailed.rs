//! Which mails were counted.

use crate::ledger::database::Connection;

/// Whether a mail was counted.
pub(super) fn is_counted(connection: &Connection, fingerprint: &str) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM mail WHERE fingerprint = ?1)")?
        .query_row([fingerprint], |row| row.get(0))
}
