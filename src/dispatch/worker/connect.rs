//! The connection of a worker: for how many letters it lasts, what its server takes, and what is learned of it.

use std::time::{Duration, Instant};

use super::Worker;
use crate::dispatch::desk::{Desk, Made};
use crate::ledger::RunLedger;
use crate::transport::{Connection, OpenError, Untaken};

/// A connection that was idle for longer is opened anew: what stands between may have forgotten it without a word.
const LONGEST_IDLE: Duration = Duration::from_mins(1);

impl<L: RunLedger + Send + Sync> Worker<L> {
    /// The connection that stands, or a new one.
    pub(super) async fn connect<'d>(&self, desk: &'d mut Desk<'_>) -> Result<&'d mut Connection, OpenError> {
        let fit = desk.connection.take_if(|connection| {
            connection.is_usable()
                && connection.begun() < self.ways.letters_per_connection()
                && desk.idle_since.elapsed() < LONGEST_IDLE
        });
        if let Some(connection) = fit {
            return Ok(desk.connection.insert(connection));
        }
        if let Some(worn) = desk.connection.take() {
            worn.close().await;
        }
        let opened = Connection::open(&self.server).await;
        match &opened {
            Ok(connection) => {
                tracing::debug!(connection = self.number, offers = ?connection.capabilities(), "connected");
            }
            Err(error) => tracing::debug!(connection = self.number, %error, "not connected"),
        }
        desk.idle_since = Instant::now();
        desk.is_cut_off = opened.is_err();
        Ok(desk.connection.insert(opened?))
    }

    /// Whether a letter can be offered together with the message of the one before it, over the connection that stands.
    pub(super) fn may_look_ahead(&self, next: &Made, desk: &Desk<'_>) -> bool {
        let lasts = |connection: &Connection| connection.begun() < self.ways.letters_per_connection();
        // The ledger may leave a copy out at its claim, which would come too late for one that is offered already.
        next.job.copy.is_none()
            && !self.drain.is_told()
            && self.ways.takes_ahead()
            && desk.connection.as_ref().is_some_and(|connection| {
                connection.looks_ahead() && lasts(connection) && self.refused_for_size(next, connection).is_none()
            })
    }

    /// What the server takes, where that is less than a letter or the largest of the run.
    pub(super) fn refused_for_size(&self, made: &Made, connection: &Connection) -> Option<u64> {
        let offered = connection.capabilities();
        let largest = self.largest.max(made.composed.bytes.len() as u64);
        (!offered.takes(largest)).then(|| offered.size.unwrap_or_default())
    }

    /// Learns from a letter that the server did not begin to take. It is no trouble, and nobody is in doubt.
    pub(super) fn learn<'a>(&'a self, why: &Untaken, desk: &mut Desk<'a>) {
        let taken = desk.connection.as_ref().map_or(0, Connection::begun);
        tracing::debug!(connection = self.number, taken, ?why, "the next letter goes over another connection");
        if let Some(learned) = self.ways.learn(why, taken) {
            let (server, at) = (self.server.name(), self.clock.now());
            desk.settling.push_back(Box::pin(self.ledger.learn(&self.lease, server, learned, at)));
        }
    }
}
