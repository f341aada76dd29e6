//! The lease of a campaign: one run sends it at a time.
//!
//! Two things make a lease. The operating system's lock tells whether the holder lives, at once and for certain, where all runs are on
//! one machine. The row in the ledger has the number that every later command is checked against, and a deadline, which decides
//! where the ledger is on a network file system and the lock does not reach the other machine.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;

use super::failure::Failure;
use super::lock::{CampaignLock, is_held};
use super::settle::UnderWay;
use super::timeline::Timeline;
use super::value::{holder, micros, time};
use super::windows::{AccountLog, Limit};
use super::writer::{Command, Happened, Run, Store};
use crate::clock::{Clock, later};
use crate::ledger::{Holder, Lease, LedgerError};
use crate::model::{CampaignId, DeliveryState, RecipientId, Round};

/// How long a lease stands after it was taken or renewed.
const TERM: Duration = Duration::from_secs(30);

/// Why what a run left open is in doubt.
const ENDED_BEFORE_THE_REPLY: &str = "the program ended before the server's reply was recorded";

/// A lease that was taken through this writer.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) run: Run,
    /// The transaction in which the ledger was last asked whether the lease stands.
    pub(super) seen_in: u64,
    /// How the run's clock and the ledger's own time lie to each other.
    pub(super) time: Timeline,
    /// Since when the lease is held, in the ledger's time.
    pub(super) since: i64,
    /// What claims are checked against, once it is set.
    pub(super) limit: Option<Limit>,
    /// What counts in the windows of `limit`; `None` where it has to be read from the ledger (again).
    pub(super) log: Option<AccountLog>,
    /// The attempts that this run has under way, by their keys: what is told when they end need not be looked up then.
    pub(super) under_way: HashMap<i64, UnderWay>,
    _lock: CampaignLock,
}

impl Session {
    /// Forgets what was noted in a transaction that did not come about: it is read from the ledger again.
    pub(super) fn forget(&mut self) {
        self.log = None;
        self.under_way.clear();
    }
}

/// The key of a campaign, which is made where it is new.
pub(super) fn campaign_key(connection: &Connection, campaign: &CampaignId) -> rusqlite::Result<i64> {
    connection.execute("INSERT INTO campaign (name) VALUES (?1) ON CONFLICT DO NOTHING", [campaign.as_str()])?;
    connection.query_row("SELECT id FROM campaign WHERE name = ?1", [campaign.as_str()], |row| row.get(0))
}

/// Takes the operating system's lock of a campaign, where neither it nor the row in the ledger stands in the way.
pub(super) fn lock(
    store: &Store,
    campaign: &CampaignId,
    key: i64,
    at: Timestamp,
) -> std::result::Result<CampaignLock, Failure> {
    let row: Option<(Option<Holder>, Timestamp)> = store
        .connection
        .query_row("SELECT host, pid, since, deadline FROM lease WHERE campaign = ?1", [key], |row| {
            Ok((holder(row, 0)?, time(row, 3)?))
        })
        .optional()?;
    let (holder, deadline) = row.unzip();
    let holder = holder.flatten();
    if let (Some(holder), Some(deadline)) = (&holder, deadline)
        && holder.host != store.host
        && deadline > at
    {
        return Err(LedgerError::Held(holder.clone()).into());
    }
    let lock = CampaignLock::take(&store.path, campaign).map_err(|error| LedgerError::Store {
        path: store.path.clone(),
        what: format!(
            "the lock of the campaign cannot be taken ({error}); the folder must be on a file system with locks"
        ),
    })?;
    lock.ok_or_else(|| {
        // Without a row, the other process is about to write it.
        let unknown = || Holder { host: store.host.clone(), pid: 0, since: at };
        LedgerError::Held(holder.unwrap_or_else(unknown)).into()
    })
}

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
        let key = campaign_key(&store.connection, &self.campaign)?;
        let lock = lock(store, &self.campaign, key, at)?;
        let time = Timeline::begin(&store.connection, &self.clock)?;
        let number: i64 = store.connection.query_row(
            "INSERT INTO lease (campaign, number, host, pid, since, deadline)
            VALUES (?1, (SELECT coalesce(max(number), 0) + 1 FROM lease), ?2, ?3, ?4, ?5)
            ON CONFLICT (campaign) DO UPDATE SET number = excluded.number, host = excluded.host, pid = excluded.pid,
                since = excluded.since, deadline = excluded.deadline
            RETURNING number",
            params![key, store.host, std::process::id(), micros(at), micros(later(at, TERM))],
            |row| row.get(0),
        )?;
        let run = Run { campaign: key, lease: number };
        let in_doubt = close_open_attempts(store, run.campaign, at, &time)?;
        mend_times_to_come(&store.connection, run.campaign, at)?;
        let since = time.of(at);
        self.taken = Some(Session {
            run,
            seen_in: 0,
            time,
            since,
            limit: None,
            log: None,
            under_way: HashMap::new(),
            _lock: lock,
        });
        let lease = Lease { campaign: self.campaign.clone(), number };
        Ok((lease, in_doubt))
    }

    fn committed(&mut self, store: &mut Store) {
        if let Some(session) = self.taken.take() {
            store.sessions.insert(self.campaign.clone(), session);
        }
    }
}

/// What a campaign has under way: found at the front of the index, before all that was ever sent.
pub(super) const OPEN_ATTEMPTS: &str = "SELECT t.id, t.delivery, t.number, d.round, d.recipient
    FROM account a CROSS JOIN attempt t ON t.account = a.id AND t.counted_from IS NULL
    CROSS JOIN delivery d ON d.id = t.delivery
    WHERE d.campaign = ?1 AND d.state = 'attempting' ORDER BY t.id";

/// Puts in doubt whatever an earlier run left open: it may have been sent.
fn close_open_attempts(store: &mut Store, campaign: i64, at: Timestamp, time: &Timeline) -> rusqlite::Result<u64> {
    let open = {
        let mut statement = store.connection.prepare(OPEN_ATTEMPTS)?;
        let rows = statement.query_map([campaign], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, i64>(1)?,
                row.get::<_, i64>(2)?,
                Round(row.get(3)?),
                RecipientId::new(row.get::<_, String>(4)?),
            ))
        })?;
        rows.collect::<rusqlite::Result<Vec<_>>>()?
    };
    let mut count = 0;
    for (attempt, delivery, number, round, recipient) in open {
        store.connection.execute(
            "UPDATE attempt SET ended_at = ?2, counted_from = ?3, outcome = 'in-doubt', reason = ?4 WHERE id = ?1",
            params![attempt, micros(at), time.of(at), ENDED_BEFORE_THE_REPLY],
        )?;
        store.connection.execute(
            "UPDATE delivery SET state = 'in-doubt', reason = ?2 WHERE id = ?1",
            params![delivery, ENDED_BEFORE_THE_REPLY],
        )?;
        store.record(&Happened {
            campaign,
            at,
            delivery: Some((round, &recipient)),
            kind: DeliveryState::InDoubt.as_str(),
            source: &store.source,
            detail: &json!({ "attempt": number, "reason": ENDED_BEFORE_THE_REPLY }),
        })?;
        store.moved(campaign, round, DeliveryState::Attempting, DeliveryState::InDoubt);
        count += 1;
    }
    Ok(count)
}

/// Puts in doubt what runs of other campaigns left open with this account when they died: until somebody does, it fills its windows.
///
/// A run whose lease is held, or may be, is left alone; one that lost it here without noticing is refused at its next step.
pub(super) fn close_what_the_dead_left_open(
    store: &mut Store,
    account: i64,
    at: Timestamp,
    time: &Timeline,
) -> std::result::Result<(), Failure> {
    let open = {
        let mut statement = store.connection.prepare_cached(
            "SELECT DISTINCT c.id, c.name FROM attempt t CROSS JOIN delivery d ON d.id = t.delivery
            CROSS JOIN campaign c ON c.id = d.campaign WHERE t.account = ?1 AND t.counted_from IS NULL",
        )?;
        let rows = statement.query_map([account], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
        rows.collect::<rusqlite::Result<Vec<_>>>()?
    };
    for (key, name) in open {
        let Ok(campaign) = CampaignId::parse(&name) else { continue };
        if store.sessions.contains_key(&campaign) || is_held(&store.path, &campaign) != Some(false) {
            continue;
        }
        // Held until the end of this turn, as in `resolve`: nobody else can write before this is committed.
        let Ok(_lock) = lock(store, &campaign, key, at) else { continue };
        store.connection.execute(
            "UPDATE lease SET number = (SELECT max(number) + 1 FROM lease), host = NULL, pid = NULL, deadline = ?2
            WHERE campaign = ?1",
            params![key, micros(at)],
        )?;
        close_open_attempts(store, key, at, time)?;
    }
    Ok(())
}

pub(super) const MEND_TIMES: &str = "UPDATE delivery INDEXED BY delivery_deferred
    SET next_attempt_at = ?2 + iif(first_attempt_at IS NULL, 0, max(0, next_attempt_at - last_attempt_at)),
        first_attempt_at = min(first_attempt_at, ?2), last_attempt_at = min(last_attempt_at, ?2)
    WHERE campaign = ?1 AND state = 'deferred'
        AND (last_attempt_at > ?2 OR (first_attempt_at IS NULL AND next_attempt_at > ?2))";

/// What is still to be sent and bears times to come was written by a clock that was ahead: it is taken for now, and what is deferred
/// waits from now on for as long as it was to wait then; what a person had tried again (without a first attempt) does not wait.
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

    fn run(&mut self, store: &mut Store) -> std::result::Result<(), Failure> {
        let run = store.run_of(&self.lease)?;
        store.files.stand(store.transaction)?;
        store
            .connection
            .prepare_cached("UPDATE lease SET deadline = ?2 WHERE campaign = ?1")?
            .execute(params![run.campaign, micros(later(self.at, TERM))])?;
        let Some(session) = store.sessions.get(&self.lease.campaign) else { return Ok(()) };
        let (time, limit) = (session.time.clone(), session.limit.as_ref().map(|limit| limit.account));
        time.is_seen(&store.connection)?;
        if let Some(account) = limit {
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
        store.connection.execute(
            "UPDATE lease SET host = NULL, pid = NULL, deadline = ?2 WHERE campaign = ?1",
            params![run.campaign, micros(self.at)],
        )?;
        Ok(())
    }

    fn committed(&mut self, store: &mut Store) {
        store.sessions.remove(&self.lease.campaign);
    }
}
