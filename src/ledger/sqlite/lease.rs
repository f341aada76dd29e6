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
use super::lock::CampaignLock;
use super::settle::UnderWay;
use super::value::{holder, micros, time};
use super::windows::{AccountLog, Limit};
use super::writer::{Command, Happened, Run, Store};
use crate::clock::later;
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
    /// Since when the lease is held.
    pub(super) since: Timestamp,
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
fn campaign_key(connection: &Connection, campaign: &CampaignId) -> rusqlite::Result<i64> {
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
    pub(super) at: Timestamp,
    pub(super) taken: Option<Session>,
}

impl Command for TakeLease {
    type Output = (Lease, u64);
    const ALONE: bool = true;

    fn run(&mut self, store: &mut Store) -> std::result::Result<Self::Output, Failure> {
        let key = campaign_key(&store.connection, &self.campaign)?;
        let lock = lock(store, &self.campaign, key, self.at)?;
        let number: i64 = store.connection.query_row(
            "INSERT INTO lease (campaign, number, host, pid, since, deadline)
            VALUES (?1, (SELECT coalesce(max(number), 0) + 1 FROM lease), ?2, ?3, ?4, ?5)
            ON CONFLICT (campaign) DO UPDATE SET number = excluded.number, host = excluded.host, pid = excluded.pid,
                since = excluded.since, deadline = excluded.deadline
            RETURNING number",
            params![key, store.host, std::process::id(), micros(self.at), micros(later(self.at, TERM))],
            |row| row.get(0),
        )?;
        let run = Run { campaign: key, lease: number };
        let in_doubt = close_open_attempts(store, run, self.at)?;
        self.taken = Some(Session {
            run,
            seen_in: 0,
            since: self.at,
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

/// Puts in doubt whatever an earlier run left open: it may have been sent.
fn close_open_attempts(store: &mut Store, run: Run, at: Timestamp) -> rusqlite::Result<u64> {
    let open = {
        let mut statement = store.connection.prepare(
            "SELECT t.id, t.delivery, t.number, d.round, d.recipient
            FROM account a CROSS JOIN attempt t ON t.account = a.id AND t.ended_at IS NULL
            CROSS JOIN delivery d ON d.id = t.delivery
            WHERE d.campaign = ?1 AND d.state = 'attempting' ORDER BY t.id",
        )?;
        let rows = statement.query_map([run.campaign], |row| {
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
            "UPDATE attempt SET ended_at = ?2, outcome = 'in-doubt', reason = ?3 WHERE id = ?1",
            params![attempt, micros(at), ENDED_BEFORE_THE_REPLY],
        )?;
        store.connection.execute(
            "UPDATE delivery SET state = 'in-doubt', reason = ?2 WHERE id = ?1",
            params![delivery, ENDED_BEFORE_THE_REPLY],
        )?;
        store.record(&Happened {
            campaign: run.campaign,
            at,
            delivery: Some((round, &recipient)),
            kind: DeliveryState::InDoubt.as_str(),
            source: &store.source,
            detail: &json!({ "attempt": number, "reason": ENDED_BEFORE_THE_REPLY }),
        })?;
        store.moved(run.campaign, round, DeliveryState::Attempting, DeliveryState::InDoubt);
        count += 1;
    }
    Ok(count)
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
