//! The files of a ledger, their names and who may read them, and connections to them.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::patience::wait;

/// How much of the file a connection keeps in memory, in KiB; negative as SQLite has it.
///
/// Little is enough: a plan is written and read from its beginning to its end, and letters are sent in its order. At
/// each commit SQLite may go through all of it.
const CACHE: i64 = -2 * 1024;

/// A connection to a ledger's file, however it is to be used.
pub(super) fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let mut connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_handler(Some(wait))?;
    connection.set_prepared_statement_cache_capacity(64);
    // The query planner's stability guarantee: without it, SQLite compiles a cached statement anew for each set of
    // values.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "cache_size", CACHE)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What a strange file's views and triggers could call.
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}

/// The file with `suffix` behind its name: SQLite's companions, and the locks.
pub(super) fn sibling(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Options that make a file which only its owner can read.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
