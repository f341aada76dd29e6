//! A ledger moves: all of it is copied into another one that is empty, with its keys and ids, and the old one is closed
//! and says where the ledger is now.
//!
//! There is never a moment at which both may be used. The copy is written and flushed under a mark that keeps everybody
//! from opening it; then the old one is closed; then the mark goes. Where that breaks off, the same command goes on.

mod mark;
mod rows;
mod tables;

use jiff::Timestamp;

use self::mark::{Stands, close, finish, stands};
pub(super) use self::mark::{refuse_moved, where_it_is};
use super::hold::lock;
use super::timeline::Timeline;
use super::whereabouts::campaigns;
use super::writer::{Command, Store};
use super::{SqliteLedger, failure::Failure, home::Home};
use crate::clock::Clock;
use crate::ledger::database::Connection;
use crate::ledger::{LedgerError, Moved, Result};

impl SqliteLedger {
    /// Copies all of the ledger into an empty one, and closes this one. Nothing may be sent meanwhile.
    ///
    /// # Errors
    /// [`LedgerError::Held`] where a run sends a campaign, [`LedgerError::Occupied`] where there is another ledger at
    /// the other place already, and where either cannot be read or written: then this one is the ledger still.
    pub async fn move_to(&self, to: &Home, clock: &Clock) -> Result<Moved> {
        let copied = self.ask(Transfer { to: to.clone(), clock: clock.clone() }).await?;
        // From here on this one is closed.
        let (target, home) = to.open()?;
        finish(&target).map_err(|error| Failure::from(error).into_error(&home.name()))?;
        Ok(copied)
    }
}

struct Transfer {
    to: Home,
    clock: Clock,
}

impl Command for Transfer {
    type Output = Moved;
    const ALONE: bool = true;
    // It looks itself: where it was moved already, it goes on.
    const WHERE_HANDED_OVER: bool = true;

    fn run(&mut self, store: &mut Store) -> std::result::Result<Moved, Failure> {
        let name = match &self.to {
            Home::File(path) => format!("sqlite:{}", path.display()),
            Home::Server { address, .. } => address.to_string(),
        };
        match where_it_is(&store.connection)? {
            Some(there) if there != name => return Err(LedgerError::Moved(there).into()),
            // It was closed before the mark could be taken away.
            Some(_) => return Ok(Moved { letters: 0, events: 0 }),
            None => store.refuse_handed_over()?,
        }
        for (key, campaign) in campaigns(&store.connection)? {
            lock(store, &campaign, key, self.clock.now())?;
        }
        let (target, home) = self.to.open()?;
        let at = |failure: Failure| Failure::Refused(failure.into_error(&home.name()));
        self.copy(store, &target).map_err(at)?;
        close(&store.connection, &name)?;
        let count = |sql: &str| -> rusqlite::Result<u64> {
            store.connection.query_row(sql, [], |row| super::value::count(row, 0))
        };
        Ok(Moved { letters: count("SELECT count(*) FROM delivery")?, events: count("SELECT count(*) FROM event")? })
    }
}

impl Transfer {
    /// Writes the copy; it is durable then, and marked as one that must not be used yet.
    fn copy(&self, store: &Store, target: &Connection) -> std::result::Result<(), Failure> {
        target.begin(None)?;
        let written = self.write(store, target);
        match written {
            Ok(()) => Ok(target.commit()?),
            Err(failure) => {
                let _ = target.roll_back();
                Err(failure)
            }
        }
    }

    fn write(&self, store: &Store, target: &Connection) -> std::result::Result<(), Failure> {
        let source = &store.connection;
        match stands(source, target)? {
            Stands::Empty => {}
            Stands::Unfinished => rows::clear(target)?,
            Stands::Occupied => return Err(LedgerError::Occupied(self.to.name()).into()),
        }
        tables::refuse_unknown(source, &store.path)?;
        // What counts in a window is as old there as it is here.
        let now: Timestamp = self.clock.now();
        let here = Timeline::begin(source, &self.clock)?.of(now);
        let there = Timeline::begin(target, &self.clock)?.of(now);
        rows::copy_all(source, target, there - here)?;
        mark::mark(target)?;
        Ok(())
    }
}
