//! A server that goes away while a ledger on it is used: whoever asks waits for it to come back, for a while.

use std::thread::sleep;
use std::time::Instant;

use rusqlite::ErrorCode;

use super::gone::{Became, PATIENCE, PAUSE};
use super::writer::Store;
use crate::ledger::database::Connection;

impl Store {
    /// Waits until the server is there again, and finds out what became of the transaction in which it went; `None`
    /// where it does not come back in time, or may not be used any more.
    pub(super) fn come_back(&mut self) -> Option<Became> {
        tracing::warn!("{}: the server is gone; waiting for it, for a minute at the most", self.path.display());
        let patience_ends = Instant::now() + PATIENCE;
        loop {
            match self.home.open_again().and_then(|fresh| fresh.map(|fresh| self.go_on_with(fresh)).transpose()) {
                Ok(became) => return became,
                Err(error) if error.sqlite_error_code() != Some(ErrorCode::SystemIoFailure) => {
                    tracing::error!(%error, "the server is there again, and the ledger cannot be used");
                    return None;
                }
                Err(error) if Instant::now() >= patience_ends => {
                    tracing::error!(%error, "the server did not come back");
                    return None;
                }
                Err(_) => sleep(PAUSE),
            }
        }
    }

    /// Goes on with a new connection.
    fn go_on_with(&mut self, fresh: Connection) -> rusqlite::Result<Became> {
        let (Some(old), Some(new)) = (self.connection.server(), fresh.server()) else { return Ok(Became::Nothing) };
        let became = if new.has_committed(old)? { Became::Committed } else { Became::Nothing };
        new.forget_mark(old)?;
        self.connection = fresh;
        Ok(became)
    }
}
