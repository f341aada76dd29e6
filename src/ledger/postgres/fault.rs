//! What a server, or the way to it, says against a request.

use std::fmt;

use rusqlite::{ErrorCode, ffi};
use tokio_postgres::error::{DbError, SqlState};

/// The extended code by which an error says that a server is gone. SQLite has none like it.
pub(in crate::ledger) const GONE: i32 = ffi::SQLITE_IOERR | 200 << 8;

/// Why a pooler is refused.
pub(super) const POOLER: &str = "a pooler such as pgbouncer stands between: it may give a run's session to others while letters are on the wire; name the PostgreSQL \
     server itself in `[ledger]`";

/// Why a request was not carried out.
#[derive(Debug, Clone)]
pub(in crate::ledger) struct Fault {
    kind: Kind,
    said: String,
}

/// What kind of fault it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The connection is gone, or the server goes down.
    Gone,
    /// What is to be written breaks a rule of the schema.
    Constraint,
    /// The server's disk is full.
    Full,
    /// Somebody else is in the way for too long.
    Busy,
    /// This user may not.
    NotAllowed,
    /// What was to be changed is not there, or more than that: so many rows were changed.
    Changed(usize),
    /// Anything else.
    Other,
}

impl Fault {
    /// The connection is gone, for this reason.
    pub(super) fn gone(said: impl Into<String>) -> Self {
        Self { kind: Kind::Gone, said: said.into() }
    }

    /// What may not be used, for this reason.
    pub(super) fn unfit(said: impl Into<String>) -> Self {
        Self { kind: Kind::Other, said: said.into() }
    }

    /// A statement changed so many rows, which are not as many as it must.
    pub(super) fn changed(rows: usize) -> Self {
        Self { kind: Kind::Changed(rows), said: format!("{rows} rows were changed") }
    }

    /// Whether the connection is of no use any more.
    pub(super) fn is_gone(&self) -> bool {
        self.kind == Kind::Gone
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said)
    }
}

impl From<tokio_postgres::Error> for Fault {
    fn from(error: tokio_postgres::Error) -> Self {
        if let Some(said) = error.as_db_error() {
            if *said.code() == SqlState::PROTOCOL_VIOLATION && said.message().contains("startup parameter") {
                // PostgreSQL itself takes what a session begins with.
                return Self::unfit(POOLER);
            }
            return Self { kind: kind(said.code()), said: in_words(said) };
        }
        let mut said = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(deeper) = cause {
            // The library's own sentences are short: what is behind them says more.
            said = format!("{said}: {deeper}");
            cause = deeper.source();
        }
        Self {
            kind: if error.is_closed()
                || said.contains("I/O")
                || said.contains("io error")
                || said.contains("communicating")
            {
                Kind::Gone
            } else {
                Kind::Other
            },
            said,
        }
    }
}

/// What the server says, with what it adds and the code.
fn in_words(said: &DbError) -> String {
    let detail = said.detail().map(|detail| format!(" ({detail})")).unwrap_or_default();
    format!("{}{detail} [{}]", said.message(), said.code().code())
}

/// By the class of the code (PostgreSQL's documentation, appendix A).
fn kind(code: &SqlState) -> Kind {
    let text = code.code();
    match text.get(..2).unwrap_or_default() {
        "23" => Kind::Constraint,
        // Connection exceptions; an administrator or a crash ends the session.
        "08" => Kind::Gone,
        "57" if ["57P01", "57P02", "57P03", "57P05"].contains(&text) => Kind::Gone,
        // It stood still in a transaction for too long.
        "25" if text == "25P03" => Kind::Gone,
        "53" if text == "53100" => Kind::Full,
        "40" | "55" => Kind::Busy,
        "28" => Kind::NotAllowed,
        "42" if text == "42501" => Kind::NotAllowed,
        _ => Kind::Other,
    }
}

impl From<Fault> for rusqlite::Error {
    /// In the codes of SQLite, in which everything above says what a database has against it.
    fn from(fault: Fault) -> Self {
        let (code, extended) = match fault.kind {
            Kind::Gone => (ErrorCode::SystemIoFailure, GONE),
            Kind::Constraint => (ErrorCode::ConstraintViolation, ffi::SQLITE_CONSTRAINT),
            Kind::Full => (ErrorCode::DiskFull, ffi::SQLITE_FULL),
            Kind::Busy => (ErrorCode::DatabaseBusy, ffi::SQLITE_BUSY),
            Kind::NotAllowed => (ErrorCode::AuthorizationForStatementDenied, ffi::SQLITE_AUTH),
            Kind::Changed(rows) => return Self::StatementChangedRows(rows),
            Kind::Other => (ErrorCode::Unknown, ffi::SQLITE_ERROR),
        };
        Self::SqliteFailure(ffi::Error { code, extended_code: extended }, Some(fault.said))
    }
}
