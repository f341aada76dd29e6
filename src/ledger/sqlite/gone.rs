//! A server that is gone, and what became of what it was told last.

use std::time::Duration;

use rusqlite::{Error, ErrorCode};

use crate::ledger::database::Connection;

/// How long a server is waited for. A restart takes seconds.
pub(super) const PATIENCE: Duration = Duration::from_mins(1);

/// The pause between two tries to reach it.
pub(super) const PAUSE: Duration = Duration::from_millis(500);

/// Whether the server is gone, or the connection to it.
pub(super) fn is_gone(connection: &Connection, error: &Error) -> bool {
    connection.server().is_some() && error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure)
}

/// What became of a transaction whose end nobody heard of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Became {
    /// It was committed.
    Committed,
    /// It did not come about.
    Nothing,
}
