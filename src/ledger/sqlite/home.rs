//! Where a ledger is kept: in a file, or on a server.

use std::path::{Path, PathBuf};

use super::failure::translate;
use super::file;
use crate::ledger::database::Connection;
use crate::ledger::postgres::{Address, Session};
use crate::ledger::{LedgerError, Result};

/// Where a ledger is kept.
#[derive(Debug, Clone)]
pub enum Home {
    /// In this file.
    File(PathBuf),
    /// On a server.
    Server {
        /// The server, and the ledger there.
        address: Box<Address>,
        /// What this machine keeps for it (the log of sent letters, room for the last words) lies in files whose names
        /// begin like this one. There is no such file itself.
        beside: PathBuf,
    },
}

impl Home {
    /// What the ledger is called in messages.
    #[must_use]
    pub fn name(&self) -> PathBuf {
        match self {
            Self::File(path) => path.clone(),
            Self::Server { address, .. } => PathBuf::from(address.to_string()),
        }
    }

    /// What lies beside the ledger on this machine has names that begin like this one.
    #[must_use]
    pub fn beside(&self) -> &Path {
        match self {
            Self::File(path) | Self::Server { beside: path, .. } => path,
        }
    }

    /// Opens the ledger for writing, and makes it where there is none; gives it without symbolic links.
    pub(super) fn open(&self) -> Result<(Connection, Self)> {
        match self {
            Self::File(path) => {
                let (connection, path) = file::open(path)?;
                Ok((Connection::Sqlite(connection), Self::File(path)))
            }
            Self::Server { address, beside } => {
                file::make_folder(beside).map_err(|error| LedgerError::Store {
                    path: beside.clone(),
                    what: format!("its folder cannot be made: {error}; check the permissions of the folder above it"),
                })?;
                let session = Session::open(address).map_err(|error| translate(&error, &self.name()))?;
                Ok((Connection::Postgres(session), self.clone()))
            }
        }
    }

    /// Opens the ledger for reading; `None` where there is none.
    pub(super) fn open_for_reading(&self) -> Result<Option<(Connection, Self)>> {
        match self {
            Self::File(path) => {
                let found = file::open_for_reading(path)?;
                Ok(found.map(|(connection, path)| (Connection::Sqlite(connection), Self::File(path))))
            }
            Self::Server { address, .. } => {
                let session = Session::open_existing(address).map_err(|error| translate(&error, &self.name()))?;
                Ok(session.map(|session| (Connection::Postgres(session), self.clone())))
            }
        }
    }

    /// One more connection to write to a ledger that was open before its server went away.
    pub(super) fn open_again(&self) -> rusqlite::Result<Option<Connection>> {
        match self {
            Self::File(_) => Ok(None),
            Self::Server { address, .. } => Session::open(address).map(|session| Some(Connection::Postgres(session))),
        }
    }

    /// One more connection to read from a ledger that is open.
    pub(super) fn reader(&self) -> Result<Connection> {
        match self {
            Self::File(path) => file::reader(path).map(Connection::Sqlite),
            Self::Server { address, .. } => {
                let session = Session::open_reader(address).map_err(|error| translate(&error, &self.name()))?;
                Ok(Connection::Postgres(session))
            }
        }
    }
}
