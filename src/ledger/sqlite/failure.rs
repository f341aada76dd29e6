//! What SQLite says, in the words of [`LedgerError`].

use std::path::Path;

use rusqlite::ffi;
use rusqlite::{Error, ErrorCode};

use crate::ledger::LedgerError;
use crate::ledger::postgres::{self, Fault};

/// Why a command was not carried out.
#[derive(Debug)]
pub(super) enum Failure {
    /// It may not be: it was seen before anything was written, so what else is in the transaction goes on.
    Refused(LedgerError),
    /// SQLite could not: the transaction is rolled back.
    Sql(Error),
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        Self::Refused(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Sql(error)
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Sql(fault.into())
    }
}

impl Failure {
    /// The error for whoever asked.
    pub(super) fn into_error(self, path: &Path) -> LedgerError {
        match self {
            Self::Refused(error) => error,
            Self::Sql(error) => translate(&error, path),
        }
    }
}

/// Says what an error of SQLite means, and what to do.
pub(super) fn translate(error: &Error, path: &Path) -> LedgerError {
    let path = path.to_owned();
    let Error::SqliteFailure(code, text) = error else {
        return match error {
            Error::FromSqlConversionFailure(..) | Error::InvalidColumnType(..) | Error::IntegralValueOutOfRange(..) => {
                LedgerError::Unusable {
                    path,
                    what: format!(
                        "the ledger holds what this program cannot have written ({error}); restore it from a copy"
                    ),
                }
            }
            _ => LedgerError::Store { path, what: error.to_string() },
        };
    };
    let said = text.clone().unwrap_or_else(|| code.to_string());
    match code.code {
        ErrorCode::DiskFull => LedgerError::Full { path },
        // "Typically out of disk space", as SQLite's list of result codes has it: the shared memory could not grow.
        // No file has this code.
        ErrorCode::SystemIoFailure if code.extended_code == postgres::GONE => LedgerError::Gone { path, what: said },
        ErrorCode::SystemIoFailure if code.extended_code == ffi::SQLITE_IOERR_SHMSIZE => LedgerError::Full { path },
        ErrorCode::NotADatabase => LedgerError::Unusable {
            path,
            what: "not a SQLite database; move the file away, or name another one in `[ledger]`".to_owned(),
        },
        ErrorCode::DatabaseCorrupt => LedgerError::Unusable {
            path,
            what: format!(
                "the ledger is damaged ({said}); keep the file, and send nothing before it is repaired (`sqlite3 FILE .recover`): an older copy \
                does not know what was sent since"
            ),
        },
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => LedgerError::Store {
            path,
            what: "another process keeps the ledger locked; try again when it is done".to_owned(),
        },
        ErrorCode::ReadOnly => LedgerError::Store {
            path,
            what: "the ledger may not be written; check the permissions of the file and of its folder".to_owned(),
        },
        ErrorCode::CannotOpen | ErrorCode::PermissionDenied => LedgerError::Store {
            path,
            what: format!(
                "the ledger cannot be opened ({said}); check the permissions of the file and of its folder, and that the system lets this \
                process open files enough (`ulimit -n`)"
            ),
        },
        _ => LedgerError::Store { path, what: said },
    }
}

/// Whether the disk is full.
pub(super) fn is_full(error: &Error) -> bool {
    matches!(translate(error, Path::new("")), LedgerError::Full { .. })
}

/// Whether a command may succeed by itself though the transaction it was in did not: the fault lies in one command, not
/// in the disk.
pub(super) fn lies_in_a_command(error: &Error) -> bool {
    match error {
        Error::SqliteFailure(code, _) => {
            matches!(code.code, ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch | ErrorCode::TooBig)
        }
        _ => true,
    }
}
