//! The ledger's own time, in which rolling windows are counted.
//!
//! Every run has a clock of its own, which goes on steadily while it runs; between two runs the wall clock may have
//! been set. As long as the machine was not started anew, the time since its start tells how long ago something was,
//! whatever the wall clock says. Over a new start nothing but the wall clock can tell; where it says that time went
//! backwards, none has passed. So the ledger's time never runs backwards, and what is counted in it is at the most
//! counted for too long: once, by the time that the machine was off. A wall clock that was set forward while the
//! machine was off is believed, since nobody can know better.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::value::micros;
use crate::clock::Clock;
use crate::ledger::database::Connection;
use crate::ledger::postgres::Session;

/// So much may two programs that write at once lie apart in what they say of now, in microseconds.
const APART: i64 = 60_000_000;

/// How a run's clock and the ledger's own time lie to each other: by the same distance for as long as the run lasts.
#[derive(Debug, Clone)]
pub(super) struct Timeline {
    clock: Clock,
    /// What is added to the run's time, in microseconds: at the least, where it is not known to the microsecond.
    ahead: i64,
    /// By how much it may be more.
    spread: i64,
    /// By how much the ledger's time is ahead of its server's, which was set back; `None` where no server has it.
    ahead_of_server: Option<i64>,
}

impl Timeline {
    /// Finds the ledger's time for a run with this clock, and records that it was seen.
    pub(super) fn begin(connection: &Connection, clock: &Clock) -> rusqlite::Result<Self> {
        if let Some(server) = connection.server().filter(|_| clock.is_the_machines()) {
            return Self::on_server(connection, server, clock);
        }
        let (now, anchor) = (micros(clock.now()), clock.anchor());
        let known: Option<(i64, i64)> = connection
            .query_row("SELECT started_at, seen_at FROM boot WHERE id = ?1", [&anchor.boot], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let ahead = known
            .map(|(started_at, seen_at)| (started_at.saturating_sub(micros(anchor.started)), seen_at))
            // A copy of a machine bears the name of the original's start, and its time since then may be another.
            .filter(|(ahead, seen_at)| now.saturating_add(*ahead) >= seen_at.saturating_sub(APART))
            .map(|(ahead, _)| ahead);
        let ahead = match ahead {
            Some(ahead) => ahead,
            None => gone_on(connection, micros(clock.wall()))?.map_or(0, |time| time.saturating_sub(now)),
        };
        let timeline = Self { clock: clock.clone(), ahead, spread: 0, ahead_of_server: None };
        timeline.is_seen(connection)?;
        Ok(timeline)
    }

    /// The ledger's time where several machines write to it: the server's. It never runs backwards either.
    fn on_server(connection: &Connection, server: &Session, clock: &Clock) -> rusqlite::Result<Self> {
        let asked_at = micros(clock.now());
        let told = server.now()?;
        let answered_at = micros(clock.now());
        let seen = "SELECT coalesce(max(seen_at), 0) FROM boot";
        let time = told.max(connection.query_row(seen, [], |row| row.get(0))?);
        // It was told some time between question and answer.
        let ahead = time.saturating_sub(answered_at);
        let timeline = Self {
            clock: clock.clone(),
            ahead,
            spread: answered_at.saturating_sub(asked_at),
            ahead_of_server: Some(time.saturating_sub(told)),
        };
        timeline.is_seen(connection)?;
        Ok(timeline)
    }

    /// Records what time it is: from here on the time is counted should the machine be started anew.
    pub(super) fn is_seen(&self, connection: &Connection) -> rusqlite::Result<()> {
        let anchor = self.clock.anchor();
        let started_at = micros(anchor.started).saturating_add(self.ahead);
        connection
            .prepare_cached(
                "INSERT INTO boot (id, started_at, seen_at, wall_at) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (id) DO UPDATE SET started_at = excluded.started_at, seen_at = excluded.seen_at, wall_at = excluded.wall_at",
            )?
            .execute(params![anchor.boot, started_at, self.of(self.clock.now()), micros(self.clock.wall())])?;
        Ok(())
    }

    /// The time now, by the run's clock.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// From when on something counts that ended at a moment of the run's, and is written down at another of the
    /// server's: never from before it, whatever was done to the machine meanwhile.
    pub(super) fn counted(&self, at: Timestamp, server_time: i64) -> i64 {
        self.ahead_of_server.map_or(self.of(at), |ahead| self.of(at).max(server_time.saturating_add(ahead)))
    }

    /// Now, as the run has it, where it is this moment on the server.
    pub(super) fn now_on_server(&self, at: Timestamp, server_time: i64) -> Timestamp {
        self.ahead_of_server.map_or(at, |ahead| self.at(server_time.saturating_add(ahead)))
    }

    /// A moment of the run's in the ledger's time; not before it.
    pub(super) fn of(&self, at: Timestamp) -> i64 {
        self.not_after(at).saturating_add(self.spread)
    }

    /// A moment of the run's in the ledger's time; not after it.
    pub(super) fn not_after(&self, at: Timestamp) -> i64 {
        micros(at).saturating_add(self.ahead)
    }

    /// A moment of the ledger's time as the run has it; not before it.
    pub(super) fn at(&self, time: i64) -> Timestamp {
        Timestamp::from_microsecond(time.saturating_sub(self.ahead)).unwrap_or(Timestamp::MAX)
    }
}

/// The ledger's time after the machine was started anew, by what the wall clock said when it was seen last and says
/// now.
fn gone_on(connection: &Connection, wall: i64) -> rusqlite::Result<Option<i64>> {
    let last = connection
        .query_row("SELECT seen_at, wall_at FROM boot ORDER BY seen_at DESC LIMIT 1", [], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
        })
        .optional()?;
    Ok(last.map(|(seen_at, wall_at)| seen_at.saturating_add(wall.saturating_sub(wall_at).max(0))))
}
