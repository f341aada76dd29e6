//! A statement that may be run more than once.

use std::sync::Arc;

use rusqlite::types::Value;

use super::params::Params;
use super::row::{Mapped, Row, Rows};
use crate::ledger::postgres::{Session, Words};

/// A statement.
pub(in crate::ledger) enum Statement<'c> {
    Sqlite(rusqlite::CachedStatement<'c>),
    Once(rusqlite::Statement<'c>),
    Postgres(&'c Session, Arc<Words>),
}

impl Statement<'_> {
    /// Runs it; gives how many rows it changed.
    pub(in crate::ledger) fn execute(&mut self, params: impl Params) -> rusqlite::Result<usize> {
        match self {
            Self::Sqlite(statement) => statement.execute(params),
            Self::Once(statement) => statement.execute(params),
            Self::Postgres(session, words) => Ok(session.change(words, params.values()?)?),
        }
    }

    /// Adds a row to a table whose key is `id`; gives the key that it got.
    pub(in crate::ledger) fn insert(&mut self, params: impl Params) -> rusqlite::Result<i64> {
        match self {
            Self::Sqlite(statement) => statement.insert(params),
            Self::Once(statement) => statement.insert(params),
            Self::Postgres(session, words) => first(session.add(words, params.values()?)?, |row| row.get(0)),
        }
    }

    /// Reads the first row that it finds.
    ///
    /// # Errors
    /// [`rusqlite::Error::QueryReturnedNoRows`] where there is none.
    pub(in crate::ledger) fn query_row<T>(
        &mut self,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        match self {
            Self::Sqlite(statement) => statement.query_row(params, |row| read(&Row::Sqlite(row))),
            Self::Once(statement) => statement.query_row(params, |row| read(&Row::Sqlite(row))),
            Self::Postgres(session, words) => first(session.find(words, params.values()?)?, read),
        }
    }

    /// The rows that it finds.
    pub(in crate::ledger) fn query(&mut self, params: impl Params) -> rusqlite::Result<Rows<'_>> {
        Ok(match self {
            Self::Sqlite(statement) => Rows::Sqlite(statement.query(params)?),
            Self::Once(statement) => Rows::Sqlite(statement.query(params)?),
            Self::Postgres(session, words) => {
                let rows = session.find(words, params.values()?)?;
                Rows::Postgres { rows: rows.into_iter(), now: Vec::new() }
            }
        })
    }

    /// What is read from each row that it finds.
    pub(in crate::ledger) fn query_map<T, F>(&mut self, params: impl Params, read: F) -> rusqlite::Result<Mapped<'_, F>>
    where
        F: FnMut(&Row<'_>) -> rusqlite::Result<T>,
    {
        Ok(Mapped { rows: self.query(params)?, read })
    }

    /// What its columns are called.
    pub(in crate::ledger) fn column_names(&self) -> rusqlite::Result<Vec<String>> {
        match self {
            Self::Sqlite(statement) => Ok(statement.column_names().map(str::to_owned).collect()),
            Self::Once(statement) => Ok(statement.column_names().map(str::to_owned).collect()),
            Self::Postgres(session, words) => Ok(session.column_names(words)?),
        }
    }

    /// How many values it takes.
    pub(in crate::ledger) fn parameter_count(&self) -> usize {
        match self {
            Self::Sqlite(statement) => statement.parameter_count(),
            Self::Once(statement) => statement.parameter_count(),
            Self::Postgres(_, words) => words.takes(),
        }
    }
}

fn first<T>(rows: Vec<Vec<Value>>, read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
    let row = rows.into_iter().next().ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    read(&Row::Postgres(&row))
}
