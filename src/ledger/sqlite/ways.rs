//! What runs have learned of servers.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::failure::Failure;
use super::value::{micros, time_if_any};
use super::writer::{Command, Store};
use crate::ledger::database::Connection;
use crate::ledger::rules::ways::Seen;
use crate::ledger::{Lease, ServerWays};

/// What was seen of a server.
pub(super) fn seen(connection: &Connection, server: &str) -> rusqlite::Result<Seen> {
    let read = |row: &crate::ledger::database::Row<'_>| {
        let (letters, at): (Option<u32>, _) = (row.get(1)?, time_if_any(row, 2)?);
        Ok(Seen { forgot_at: time_if_any(row, 0)?, letters: letters.zip(at) })
    };
    let known = connection
        .prepare_cached("SELECT forgot_at, letters, letters_at FROM server WHERE name = ?1")?
        .query_row([server], read)
        .optional()?;
    Ok(known.unwrap_or_default())
}

/// Remembers what was learned of a server.
pub(super) struct Learn {
    pub(super) lease: Lease,
    pub(super) server: String,
    pub(super) learned: ServerWays,
    pub(super) at: Timestamp,
}

impl Command for Learn {
    type Output = ();

    fn run(&mut self, store: &mut Store) -> std::result::Result<(), Failure> {
        store.run_of(&self.lease)?;
        let Seen { forgot_at, letters } = seen(&store.connection, &self.server)?.and(self.learned, self.at);
        store.connection.execute(
            "INSERT INTO server (name, forgot_at, letters, letters_at) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (name) DO UPDATE SET forgot_at = ?2, letters = ?3, letters_at = ?4",
            params![
                self.server,
                forgot_at.map(micros),
                letters.map(|(letters, _)| letters),
                letters.map(|(_, at)| micros(at))
            ],
        )?;
        Ok(())
    }
}
