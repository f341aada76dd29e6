//! A connection to the database of a ledger.

use rusqlite::types::Value;

use super::params::Params;
use super::row::Row;
use super::statement::Statement;
use crate::ledger::postgres::{Ahead, Changes, Session};

/// A connection, which one thread uses at a time.
pub(in crate::ledger) enum Connection {
    Sqlite(rusqlite::Connection),
    Postgres(Session),
}

impl Connection {
    /// SQLite's own connection, where it is one: for what a file has and a server does not.
    pub(in crate::ledger) fn file(&self) -> Option<&rusqlite::Connection> {
        match self {
            Self::Sqlite(connection) => Some(connection),
            Self::Postgres(_) => None,
        }
    }

    /// The session on a server, where it is one.
    pub(in crate::ledger) fn server(&self) -> Option<&Session> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(session) => Some(session),
        }
    }

    /// One of two texts: what is said to SQLite, or to PostgreSQL.
    pub(in crate::ledger) fn words<'t>(&self, sqlite: &'t str, postgres: &'t str) -> &'t str {
        match self {
            Self::Sqlite(_) => sqlite,
            Self::Postgres(_) => postgres,
        }
    }

    /// A statement that is kept for the next time.
    pub(in crate::ledger) fn prepare_cached(&self, sql: &str) -> rusqlite::Result<Statement<'_>> {
        match self {
            Self::Sqlite(connection) => connection.prepare_cached(sql).map(Statement::Sqlite),
            Self::Postgres(session) => Ok(Statement::Postgres(session, session.words(sql))),
        }
    }

    /// A statement that is asked once.
    pub(in crate::ledger) fn prepare(&self, sql: &str) -> rusqlite::Result<Statement<'_>> {
        match self {
            Self::Sqlite(connection) => connection.prepare(sql).map(Statement::Once),
            Self::Postgres(_) => self.prepare_cached(sql),
        }
    }

    /// Runs a statement; gives how many rows it changed.
    pub(in crate::ledger) fn execute(&self, sql: &str, params: impl Params) -> rusqlite::Result<usize> {
        match self {
            Self::Sqlite(connection) => connection.execute(sql, params),
            Self::Postgres(_) => self.prepare(sql)?.execute(params),
        }
    }

    /// Reads the first row that a statement finds.
    ///
    /// # Errors
    /// [`rusqlite::Error::QueryReturnedNoRows`] where there is none.
    pub(in crate::ledger) fn query_row<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        match self {
            Self::Sqlite(connection) => connection.query_row(sql, params, |row| read(&Row::Sqlite(row))),
            Self::Postgres(_) => self.prepare(sql)?.query_row(params, read),
        }
    }

    /// Reads everything that a statement finds, within the transaction that is open. `name` is what nothing else that
    /// is read in it is called.
    pub(in crate::ledger) fn each(
        &self,
        name: &str,
        sql: &str,
        mut take: impl FnMut(Vec<Value>) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        match self {
            Self::Sqlite(connection) => {
                let mut statement = connection.prepare(sql)?;
                let width = statement.column_count();
                let mut rows = statement.query([])?;
                while let Some(row) = rows.next()? {
                    take((0..width).map(|column| row.get(column)).collect::<rusqlite::Result<_>>()?)?;
                }
                Ok(())
            }
            Self::Postgres(session) => session.each(name, sql, take),
        }
    }

    /// Has a statement change one row. Where a server has the ledger and the transaction lets writes wait, that is
    /// carried out together with others: before anything else is asked or written, and before the transaction ends.
    ///
    /// # Errors
    /// [`rusqlite::Error::StatementChangedRows`] where it is not one row: then, or when it is carried out.
    pub(in crate::ledger) fn change_one(&self, sql: &str, params: impl Params) -> rusqlite::Result<()> {
        match self {
            Self::Sqlite(connection) => match connection.prepare_cached(sql)?.execute(params)? {
                1 => Ok(()),
                changed => Err(rusqlite::Error::StatementChangedRows(changed)),
            },
            Self::Postgres(session) => Ok(session.change_later(&session.words(sql), Changes::One, params.values()?)?),
        }
    }

    /// The same, however many rows it changes.
    pub(in crate::ledger) fn change_any(&self, sql: &str, params: impl Params) -> rusqlite::Result<()> {
        match self {
            Self::Sqlite(connection) => connection.prepare_cached(sql)?.execute(params).map(drop),
            Self::Postgres(session) => Ok(session.change_later(&session.words(sql), Changes::Any, params.values()?)?),
        }
    }

    /// Adds an attempt, as [`change_one`](Self::change_one) does; gives its key.
    pub(in crate::ledger) fn add_attempt(&self, sql: &str, params: impl Params) -> rusqlite::Result<i64> {
        match self {
            Self::Sqlite(connection) => connection.prepare_cached(sql)?.insert(params),
            Self::Postgres(session) => {
                let key = session.add_attempt_later(sql, params.values()?)?;
                key.ok_or(rusqlite::Error::QueryReturnedNoRows)
            }
        }
    }

    /// Carries out what waits.
    pub(in crate::ledger) fn write_what_waits(&self) -> rusqlite::Result<()> {
        self.server().map_or(Ok(()), |session| Ok(session.write_what_waits()?))
    }

    /// Whether a write of the last transaction has waited, so that whoever asked for it did not hear at once how it
    /// went.
    pub(in crate::ledger) fn has_waited(&self) -> bool {
        self.server().is_some_and(Session::has_waited)
    }

    /// A row is going to be changed: what was answered ahead about it does not hold.
    pub(in crate::ledger) fn forget_row(&self, key: i64) {
        if let Some(session) = self.server() {
            session.forget_row(key);
        }
    }

    /// Begins a transaction in which nobody else writes to the ledger. Where it is told what is going to be asked,
    /// writes may wait for one another in it.
    pub(in crate::ledger) fn begin(&self, ahead: Option<Ahead>) -> rusqlite::Result<()> {
        match self {
            Self::Sqlite(connection) => connection.prepare_cached("BEGIN IMMEDIATE")?.execute([]).map(drop),
            Self::Postgres(session) => Ok(session.begin(ahead)?),
        }
    }

    /// Ends the transaction; what it wrote is durable then.
    pub(in crate::ledger) fn commit(&self) -> rusqlite::Result<()> {
        match self {
            Self::Sqlite(connection) => connection.prepare_cached("COMMIT")?.execute([]).map(drop),
            Self::Postgres(session) => Ok(session.commit()?),
        }
    }

    /// Takes back what the transaction wrote, where one is open.
    pub(in crate::ledger) fn roll_back(&self) -> rusqlite::Result<()> {
        match self {
            // Some failures roll back by themselves.
            Self::Sqlite(connection) if connection.is_autocommit() => Ok(()),
            Self::Sqlite(connection) => connection.execute_batch("ROLLBACK"),
            Self::Postgres(session) => Ok(session.roll_back()?),
        }
    }

    /// Looks at the ledger as it is now until the look is dropped, whatever is written meanwhile; goes on with the look
    /// or the transaction that is open.
    pub(in crate::ledger) fn look(&self) -> rusqlite::Result<Look<'_>> {
        Ok(Look { connection: self, begins: self.begin_to_look()? })
    }

    /// The same, until [`roll_back`](Self::roll_back); gives whether that is needed.
    pub(in crate::ledger) fn begin_to_look(&self) -> rusqlite::Result<bool> {
        match self {
            Self::Sqlite(connection) => {
                let begins = connection.is_autocommit();
                if begins {
                    connection.execute_batch("BEGIN")?;
                }
                Ok(begins)
            }
            Self::Postgres(session) => Ok(session.look()?),
        }
    }

    /// Does something that may fail within a transaction, which goes on all the same.
    pub(in crate::ledger) fn try_out<T>(&self, what: impl FnOnce() -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        let Self::Postgres(session) = self else { return what() };
        session.mark()?;
        what().or_else(|error| {
            session.back_to_mark()?;
            Err(error)
        })
    }

    /// Whether the ledger has a table: one of an older version that is only read may not.
    pub(in crate::ledger) fn has_table(&self, name: &str) -> rusqlite::Result<bool> {
        match self {
            Self::Sqlite(_) => {
                let is_told = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1)";
                self.prepare_cached(is_told)?.query_row([name], |row| row.get(0))
            }
            // A server is brought to the newest version before anybody reads from it.
            Self::Postgres(_) => Ok(true),
        }
    }
}

/// A look at the ledger that ends when it is dropped.
pub(in crate::ledger) struct Look<'c> {
    connection: &'c Connection,
    begins: bool,
}

impl Drop for Look<'_> {
    fn drop(&mut self) {
        if self.begins
            && let Err(error) = self.connection.roll_back()
        {
            tracing::warn!(%error, "a look at the ledger did not end");
        }
    }
}
