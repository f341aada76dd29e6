//! What was erased goes from the server's files too: they are written anew. Its own log and backups are its
//! administrator's.

use std::sync::Arc;

use rusqlite::types::Value;

use super::fault::Fault;
use super::session::Session;

/// Writes the tables of the ledger anew, without what was erased. Whoever reads one of them waits meanwhile.
pub(in crate::ledger) fn compact(session: &Session) -> Result<(), Fault> {
    let tables: Arc<str> = "SELECT CAST(relname AS text) FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' ORDER BY relname"
        .into();
    for row in session.query(&tables, Vec::new())? {
        if let [Value::Text(table)] = &row[..] {
            // One by one, and in no transaction.
            session.batch(&format!("VACUUM (FULL) \"{table}\""))?;
        }
    }
    Ok(())
}
