//! The lease of a campaign: one run sends it at a time.
//!
//! Two things make a lease. The operating system's lock tells whether the holder lives, at once and for certain, where
//! all runs are on one machine. The row in the ledger has the number that every later command is checked against, and a
//! deadline, which decides where the ledger is on a network file system and the lock does not reach the other machine.
//! It also keeps on which machine the last run was: one on another begins by a person's word (`whereabouts`).

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::params;

use super::campaign::campaign_key;
use super::dead::close_what_the_dead_left_open;
use super::expired;
use super::failure::Failure;
use super::hold::lock;
use super::host;
use super::left_open::close_open_attempts;
use super::lock::Alive;
use super::session::{Run, Session, Whose};
use super::shared;
use super::timeline::Timeline;
use super::value::micros;
use super::writer::{Command, Store};
use crate::clock::{Clock, later};
use crate::ledger::database::Connection;
use crate::ledger::postgres::Ahead;
use crate::ledger::rules::TERM;
use crate::ledger::{Holder, Lease, LedgerError};
use crate::model::CampaignId;

/// Takes a lease.
pub(super) struct TakeLease {
    pub(super) campaign: CampaignId,
    pub(super) clock: Clock,
    pub(super) taken: Option<Session>,
}

impl Command for TakeLease {
    type Output = (Lease, u64);
    const ALONE: bool = true;

    fn run(&mut self, store: &mut Store) -> std::result::Result<Self::Output, Failure> {
        let at = self.clock.now();
        // The lock of a first try that was rolled back goes with it.
        self.taken = None;
        expired::refuse(&store.connection, &self.campaign)?;
        let key = campaign_key(&store.connection, &self.campaign)?;
        if store.connection.server().is_some() {
            return self.begin_beside_others(store, key, at);
        }
        let lock = lock(store, &self.campaign, key, at)?;
        store.refuse_elsewhere(key)?;
        store.witnesses.sends(&self.campaign);
        // Without it, a reply that was read might find no room.
        let reserved = store.witnesses.reserve().take_up(&store.beside, &self.campaign);
        reserved.map_err(|_| LedgerError::Full { path: store.path.clone() })?;
        let time = Timeline::begin(&store.connection, &self.clock)?;
        let number: i64 = store.connection.query_row(
            "INSERT INTO lease (campaign, number, host, pid, since, deadline, machine, machine_name, person)
            VALUES (?1, (SELECT coalesce(max(number), 0) + 1 FROM lease), ?2, ?3, ?4, ?5, ?6, ?2, ?7)
            ON CONFLICT (campaign) DO UPDATE SET number = excluded.number, host = excluded.host, pid = excluded.pid,
                since = excluded.since, deadline = excluded.deadline, machine = excluded.machine,
                machine_name = excluded.machine_name, person = excluded.person, ended_at = NULL
            RETURNING number",
            params![
                key,
                store.machine.name,
                std::process::id(),
                micros(at),
                micros(later(at, TERM)),
                store.machine.id,
                host::person()
            ],
            |row| row.get(0),
        )?;
        let run = Run { campaign: key, lease: number };
        let whose = Whose { campaign: key, run: None };
        let in_doubt = close_open_attempts(store, whose, at, time.of(at))?;
        mend_times_to_come(&store.connection, key, at)?;
        Ok((self.take(run, time, Alive::Alone(lock)), in_doubt))
    }

    fn committed(&mut self, store: &mut Store) {
        if let Some(session) = self.taken.take() {
            store.sessions.insert(self.campaign.clone(), session);
        }
    }
}

impl TakeLease {
    /// One more run, beside those that stand; those that are over are closed.
    fn begin_beside_others(
        &mut self,
        store: &mut Store,
        key: i64,
        at: Timestamp,
    ) -> std::result::Result<(Lease, u64), Failure> {
        if store.sessions.contains_key(&self.campaign) {
            let (host, pid) = (store.machine.name.clone(), std::process::id());
            return Err(LedgerError::Held(Holder { host, pid, since: at, person: None, is_here: true }).into());
        }
        store.witnesses.sends(&self.campaign);
        let reserved = store.witnesses.reserve().take_up(&store.beside, &self.campaign);
        reserved.map_err(|_| LedgerError::Full { path: store.path.clone() })?;
        let time = Timeline::begin(&store.connection, &self.clock)?;
        let now = time.counted(at, store.connection.query_row("SELECT ledger_now()", [], |row| row.get(0))?);
        let in_doubt = shared::close_those_that_are_over(store, Some(key), (at, now))?
            + shared::close_what_was_left(store, key, (at, now))?;
        let (lease, lock) = shared::begin(&store.connection, (&store.beside, &store.machine), key, &self.clock)?;
        mend_times_to_come(&store.connection, key, at)?;
        Ok((self.take(Run { campaign: key, lease }, time, Alive::Beside(lock)), in_doubt))
    }

    fn take(&mut self, run: Run, time: Timeline, alive: Alive) -> Lease {
        let since = time.not_after(self.clock.now());
        self.taken = Some(Session {
            run,
            seen_in: 0,
            server_time: 0,
            time,
            since,
            round: None,
            limit: None,
            log: None,
            under_way: HashMap::new(),
            alive,
        });
        Lease { campaign: self.campaign.clone(), number: run.lease }
    }
}

pub(super) const MEND_TIMES: &str = "UPDATE delivery INDEXED BY delivery_deferred
    SET next_attempt_at = ?2 + iif(first_attempt_at IS NULL, 0, max(0, next_attempt_at - last_attempt_at)),
        first_attempt_at = min(first_attempt_at, ?2), last_attempt_at = min(last_attempt_at, ?2)
    WHERE campaign = ?1 AND state = 'deferred'
        AND (last_attempt_at > ?2 OR (first_attempt_at IS NULL AND next_attempt_at > ?2))";

/// What is still to be sent and bears times to come was written by a clock that was ahead: it is taken for now, and
/// what is deferred waits from now on for as long as it was to wait then; what a person had tried again (without a
/// first attempt) does not wait.
fn mend_times_to_come(connection: &Connection, campaign: i64, now: Timestamp) -> rusqlite::Result<()> {
    connection.execute(MEND_TIMES, params![campaign, micros(now)])?;
    Ok(())
}

/// Prolongs a lease.
pub(super) struct Renew {
    pub(super) lease: Lease,
    pub(super) at: Timestamp,
}

impl Command for Renew {
    type Output = ();

    fn foresee(&self, store: &Store, ahead: &mut Ahead) -> rusqlite::Result<()> {
        store.foresee_run(&self.lease, ahead).map(drop)
    }

    fn run(&mut self, store: &mut Store) -> std::result::Result<(), Failure> {
        let run = store.run_of(&self.lease)?;
        store.files.stand(store.transaction)?;
        if let Some(file) = store.connection.file() {
            file.prepare_cached("UPDATE lease SET deadline = ?2 WHERE campaign = ?1")?
                .execute(params![run.campaign, micros(later(self.at, TERM))])?;
        }
        let Some(session) = store.sessions.get(&self.lease.campaign) else { return Ok(()) };
        let (time, limit) = (session.time.clone(), session.limit.as_ref().map(|limit| limit.account));
        time.is_seen(&store.connection)?;
        if limit.is_some() || store.connection.server().is_some() {
            let account = limit.unwrap_or_default();
            close_what_the_dead_left_open(store, account, self.at, &time)?;
        }
        Ok(())
    }
}

/// Gives a lease back.
pub(super) struct Release {
    pub(super) lease: Lease,
    pub(super) at: Timestamp,
}

impl Command for Release {
    type Output = ();
    const ALONE: bool = true;

    fn run(&mut self, store: &mut Store) -> std::result::Result<(), Failure> {
        let run = store.run_of(&self.lease)?;
        if store.connection.server().is_some() {
            shared::end(&store.connection, run.lease)?;
            return Ok(());
        }
        store.connection.execute(
            "UPDATE lease SET host = NULL, pid = NULL, deadline = ?2, ended_at = ?2 WHERE campaign = ?1",
            params![run.campaign, micros(self.at)],
        )?;
        Ok(())
    }

    fn committed(&mut self, store: &mut Store) {
        if let Some(session) = store.sessions.remove(&self.lease.campaign) {
            session.alive.ends();
        }
        store.witnesses.reserve().put_back();
    }
}
