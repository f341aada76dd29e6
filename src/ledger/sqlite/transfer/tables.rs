//! The tables of a ledger, each of which is copied or left for a reason. One that is not known here keeps a ledger from
//! being moved: nothing may be forgotten in silence.

use std::path::Path;

use crate::ledger::LedgerError;
use crate::ledger::database::Connection;
use crate::ledger::sqlite::failure::Failure;

/// What is copied row by row, whoever is referred to first.
pub(super) const COPIED: [&str; 31] = [
    "meta",
    "campaign",
    "expired",
    "halt",
    "account",
    "plan",
    "list_row",
    "sent_row",
    "delivery",
    "tally",
    "content",
    "snapshot",
    "snapshot_file",
    "attempt",
    "event",
    "suppression",
    "mail",
    "mailbox",
    "witness",
    "hand_over",
    "taken_over",
    "copy",
    "kept_letter",
    "server",
    "mention",
    "withheld",
    "mail_known",
    "former_address",
    "forgotten",
    "test_letter",
    "unfiled",
];

/// What is not: the runs are written in each ledger's own way, and the rest is about the file, the server, or nothing
/// that lasts.
pub(super) const LEFT: [&str; 6] = ["lease", "run", "boot", "commit_mark", "ledger_version", "erasure"];

/// Columns that only a server's ledger has: reservations, which end with the runs.
pub(super) const OF_RUNS: [(&str, &str); 2] = [("delivery", "reserved_by"), ("plan", "staged_by")];

/// The tables that a ledger has.
pub(super) fn tables(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = connection.words(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'",
        "SELECT CAST(relname AS text) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')",
    );
    connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}

/// Refuses to move a ledger with a table that nothing is said of here.
pub(super) fn refuse_unknown(connection: &Connection, ledger: &Path) -> std::result::Result<(), Failure> {
    let is_known = |table: &String| COPIED.contains(&table.as_str()) || LEFT.contains(&table.as_str());
    match tables(connection)?.into_iter().find(|table| !is_known(table)) {
        None => Ok(()),
        Some(table) => {
            let what = format!("the table `{table}` is not one that this program knows how to copy; nothing was moved");
            Err(LedgerError::Store { path: ledger.to_owned(), what }.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::sqlite::Home;

    #[test]
    fn every_table_of_a_ledger_is_copied_or_left_for_a_reason() {
        let folder = tempfile::tempdir().unwrap();
        let (connection, home) = Home::File(folder.path().join("ledger.db")).open().unwrap();
        refuse_unknown(&connection, &home.name()).unwrap();
        let found = tables(&connection).unwrap();
        assert!(COPIED.iter().all(|table| found.iter().any(|known| known == table)), "{found:?}");
        connection.execute("CREATE TABLE news (id INTEGER PRIMARY KEY) STRICT", []).unwrap();
        assert!(refuse_unknown(&connection, &home.name()).is_err(), "a table that nobody thought of is noticed");
    }
}
