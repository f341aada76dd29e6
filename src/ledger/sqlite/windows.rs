//! The rolling windows of an account, counted from the attempts in the ledger: also those of earlier runs, and of runs that send
//! another campaign with the same account at the same time.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::failure::Failure;
use super::value::{micros, time, time_if_any};
use super::writer::{Command, Store};
use crate::clock::earlier;
use crate::ledger::Lease;
use crate::model::window::{Full, SlidingLog, Windows};

/// After so many claims, the domains to which nothing was sent lately are forgotten.
const CLAIMS_BETWEEN_SHRINKS: u32 = 1024;

/// What claims are checked against.
#[derive(Debug, Clone)]
pub(super) struct Limit {
    pub(super) account: i64,
    pub(super) windows: Windows,
}

/// The attempts of one account that count, kept up to date with what other runs record.
#[derive(Debug)]
pub(super) struct AccountLog {
    account: i64,
    /// The lease whose attempts are told by [`AccountLog::start`] and [`AccountLog::end`].
    lease: i64,
    log: SlidingLog,
    /// The last attempt that was taken in.
    seen: i64,
    /// Attempts of other runs that are under way, with their domain and weight.
    others: BTreeMap<i64, (String, u32)>,
    /// The transaction in which `others` were last looked at.
    looked_in: u64,
    claims: u32,
}

impl AccountLog {
    /// Reads what counts at `since` or later. Reading more than counts does no harm, so that `since` may lie in the past.
    pub(super) fn load(connection: &Connection, limit: &Limit, lease: i64, since: Timestamp) -> rusqlite::Result<Self> {
        let mut counted = Self {
            account: limit.account,
            lease,
            log: SlidingLog::new(limit.windows.clone()),
            seen: connection.query_row("SELECT coalesce(max(id), 0) FROM attempt", [], |row| row.get(0))?,
            others: BTreeMap::new(),
            looked_in: 0,
            claims: 0,
        };
        let horizon = earlier(since, limit.windows.longest());
        let mut statement = connection.prepare(
            "SELECT id, ended_at, domain, weight, lease FROM attempt WHERE account = ?1 AND ended_at IS NULL
            UNION ALL
            SELECT id, ended_at, domain, weight, lease FROM attempt WHERE account = ?1 AND ended_at > ?2",
        )?;
        let mut rows = statement.query(params![limit.account, micros(horizon)])?;
        while let Some(row) = rows.next()? {
            counted.take_in(row)?;
        }
        Ok(counted)
    }

    /// Takes in an attempt: its key, end, domain, weight and lease.
    fn take_in(&mut self, row: &rusqlite::Row<'_>) -> rusqlite::Result<()> {
        let domain: String = row.get(2)?;
        let weight = row.get(3)?;
        self.log.start(&domain, weight);
        match time_if_any(row, 1)? {
            Some(at) => self.log.end(at, &domain, weight),
            None if row.get::<_, i64>(4)? == self.lease => {}
            None => {
                self.others.insert(row.get(0)?, (domain, weight));
            }
        }
        Ok(())
    }

    /// Takes in what other runs recorded since. `last` is the last attempt that this writer recorded in the transaction: while that
    /// is the last one seen, there is nothing to look for, since nobody else can write meanwhile.
    fn catch_up(&mut self, connection: &Connection, transaction: u64, last: Option<i64>) -> rusqlite::Result<()> {
        if self.looked_in == transaction && last.is_none_or(|last| last == self.seen) {
            return Ok(());
        }
        if self.looked_in != transaction {
            self.looked_in = transaction;
            let mut statement =
                connection.prepare_cached("SELECT ended_at FROM attempt WHERE id = ?1 AND ended_at IS NOT NULL")?;
            let mut ended = Vec::new();
            for id in self.others.keys() {
                if let Some(at) = statement.query_row([id], |row| time(row, 0)).optional()? {
                    ended.push((*id, at));
                }
            }
            for (id, at) in ended {
                if let Some((domain, weight)) = self.others.remove(&id) {
                    self.log.end(at, &domain, weight);
                }
            }
        }
        let mut statement = connection.prepare_cached(
            "SELECT id, ended_at, domain, weight, lease, account FROM attempt WHERE id > ?1 ORDER BY id",
        )?;
        let mut rows = statement.query([self.seen])?;
        while let Some(row) = rows.next()? {
            self.seen = row.get(0)?;
            if row.get::<_, i64>(5)? == self.account {
                self.take_in(row)?;
            }
        }
        Ok(())
    }

    /// Whether a letter may be started at `at`.
    pub(super) fn room(
        &mut self,
        connection: &Connection,
        transaction: u64,
        last: Option<i64>,
        at: Timestamp,
        domain: &str,
        weight: u32,
    ) -> rusqlite::Result<Result<(), Full>> {
        self.catch_up(connection, transaction, last)?;
        self.claims += 1;
        if self.claims >= CLAIMS_BETWEEN_SHRINKS {
            self.claims = 0;
            self.log.shrink(at);
        }
        Ok(self.log.room(at, domain, weight))
    }

    /// Counts an attempt of this run, right after [`AccountLog::room`] in the same transaction.
    pub(super) fn start(&mut self, attempt: i64, domain: &str, weight: u32) {
        self.seen = attempt;
        self.log.start(domain, weight);
    }

    /// Counts the end of an attempt, where it is one of this account.
    pub(super) fn end(&mut self, account: i64, at: Timestamp, domain: &str, weight: u32) {
        if account == self.account {
            self.log.end(at, domain, weight);
        }
    }
}

/// The key of an account, which is made where it is new.
pub(super) fn account_key(connection: &Connection, account: &str) -> rusqlite::Result<i64> {
    connection.execute("INSERT INTO account (name) VALUES (?1) ON CONFLICT DO NOTHING", [account])?;
    connection.query_row("SELECT id FROM account WHERE name = ?1", [account], |row| row.get(0))
}

/// Sets the windows.
pub(super) struct SetLimit {
    pub(super) lease: Lease,
    pub(super) account: String,
    pub(super) windows: Windows,
    pub(super) ready: Option<(Limit, AccountLog)>,
}

impl Command for SetLimit {
    type Output = ();
    const ALONE: bool = true;

    fn run(&mut self, store: &mut Store) -> std::result::Result<(), Failure> {
        let run = store.run_of(&self.lease)?;
        let limit = Limit { account: account_key(&store.connection, &self.account)?, windows: self.windows.clone() };
        let since = store.sessions.get(&self.lease.campaign).map_or(Timestamp::UNIX_EPOCH, |session| session.since);
        let log = AccountLog::load(&store.connection, &limit, run.lease, since)?;
        self.ready = Some((limit, log));
        Ok(())
    }

    fn committed(&mut self, store: &mut Store) {
        if let (Some(session), Some((limit, log))) = (store.sessions.get_mut(&self.lease.campaign), self.ready.take()) {
            session.limit = Some(limit);
            session.log = Some(log);
        }
    }
}
