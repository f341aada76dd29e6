//! The connections on which a ledger is read: beside any writer, and each by one reader at a time.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::Instant;

use super::failure::Failure;
use super::gone::{PATIENCE, PAUSE, is_gone};
use super::home::Home;
use crate::ledger::database::Connection;
use crate::ledger::pages::Page;
use crate::ledger::postgres::Session;
use crate::ledger::{LedgerError, Pages, Result};

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
    home: Home,
    /// What the ledger is called.
    name: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    /// Those of a ledger, of which the first may stand already.
    pub(super) fn new(home: Home, first: Option<Connection>) -> Self {
        Self { name: home.name(), home, idle: Mutex::new(first.into_iter().collect()) }
    }

    /// Reads on a connection that nobody else uses meanwhile.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Connection) -> std::result::Result<T, Failure>) -> Result<T> {
        let connection = self.borrow()?;
        read(&connection).map_err(|failure| failure.into_error(&self.name))
    }

    /// Reads page by page, all in one look: what is committed meanwhile is not seen.
    pub(super) fn pages<'a, T: 'a>(
        &'a self,
        mut turn: impl FnMut(&Connection) -> std::result::Result<Page<T>, Failure> + 'a,
    ) -> Pages<'a, T> {
        let mut look: Option<Borrowed<'a>> = None;
        Pages::turned_by(move || {
            let failed = |failure: Failure| failure.into_error(&self.name);
            let connection = match &mut look {
                Some(connection) => connection,
                none => {
                    let connection = none.insert(self.borrow()?);
                    connection.begin_to_look().map_err(|error| failed(error.into()))?;
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

    /// The same once more, where a server went away meanwhile and came back.
    pub(super) fn read_patiently<T>(&self, read: impl Fn(&Connection) -> std::result::Result<T, Failure>) -> Result<T> {
        let patience_ends = Instant::now() + PATIENCE;
        while Instant::now() < patience_ends {
            let connection = self.borrow()?;
            match read(&connection) {
                Err(Failure::Sql(error)) if is_gone(&connection, &error) => {}
                done => return done.map_err(|failure| failure.into_error(&self.name)),
            }
        }
        self.read(read)
    }

    fn borrow(&self) -> Result<Borrowed<'_>> {
        while let Some(connection) = { self.idle().pop() } {
            if connection.server().is_none_or(Session::is_open) {
                return Ok(Borrowed { readers: self, connection: Some(connection) });
            }
        }
        let patience_ends = Instant::now() + PATIENCE;
        loop {
            match self.home.reader() {
                Ok(connection) => return Ok(Borrowed { readers: self, connection: Some(connection) }),
                // Only of a server that was there before: this is one more connection.
                Err(LedgerError::Gone { .. }) if Instant::now() < patience_ends => sleep(PAUSE),
                Err(error) => return Err(error),
            }
        }
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
        let is_free = connection.roll_back().is_ok() && connection.server().is_none_or(Session::is_open);
        let mut idle = self.readers.idle();
        if is_free && idle.len() < IDLE {
            idle.push(connection);
        }
    }
}
