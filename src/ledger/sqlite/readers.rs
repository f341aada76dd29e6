//! The connections on which a ledger is read: beside any writer, and each by one reader at a time.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::failure::Failure;
use super::file;
use crate::ledger::pages::Page;
use crate::ledger::{Pages, Result};

/// So many connections are kept open between reads.
const IDLE: usize = 4;

/// How many things a page holds: some hundred kilobytes of deliveries.
pub(super) const PAGE: u32 = 1_000;

/// A page of what was found; the last one is not full.
pub(super) fn page<T>(items: Vec<T>) -> Page<T> {
    Page { is_last: items.len() < PAGE as usize, items }
}

/// Connections for reading.
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    /// Those of a ledger, of which the first may stand already.
    pub(super) fn new(path: &Path, first: Option<Connection>) -> Self {
        Self { path: path.to_owned(), idle: Mutex::new(first.into_iter().collect()) }
    }

    /// Reads on a connection that nobody else uses meanwhile.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Connection) -> std::result::Result<T, Failure>) -> Result<T> {
        let connection = self.borrow()?;
        read(&connection).map_err(|failure| failure.into_error(&self.path))
    }

    /// Reads page by page, all in one look: what is committed meanwhile is not seen.
    pub(super) fn pages<'a, T: 'a>(
        &'a self,
        mut turn: impl FnMut(&Connection) -> std::result::Result<Page<T>, Failure> + 'a,
    ) -> Pages<'a, T> {
        let mut look: Option<Borrowed<'a>> = None;
        Pages::turned_by(move || {
            let failed = |failure: Failure| failure.into_error(&self.path);
            let connection = match &mut look {
                Some(connection) => connection,
                none => {
                    let connection = none.insert(self.borrow()?);
                    connection.execute_batch("BEGIN").map_err(|error| failed(error.into()))?;
                    connection
                }
            };
            let page = turn(connection).map_err(failed)?;
            if page.is_last {
                look = None;
            }
            Ok(page)
        })
    }

    fn borrow(&self) -> Result<Borrowed<'_>> {
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => file::reader(&self.path)?,
        };
        Ok(Borrowed { readers: self, connection: Some(connection) })
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that goes back when it is dropped.
struct Borrowed<'a> {
    readers: &'a Readers,
    /// `None` on its way back.
    connection: Option<Connection>,
}

impl Deref for Borrowed<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        let Some(connection) = &self.connection else { unreachable!("it goes back once") };
        connection
    }
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        // A look ends here; a connection on which it cannot be ended is of no use any more.
        let is_free = connection.is_autocommit() || connection.execute_batch("ROLLBACK").is_ok();
        let mut idle = self.readers.idle();
        if is_free && idle.len() < IDLE {
            idle.push(connection);
        }
    }
}
