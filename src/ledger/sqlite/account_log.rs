//! What of an account's attempts counts in its rolling windows, as a run that sends keeps it in memory.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::params;

use super::timeline::Timeline;
use super::value::texts;
use crate::ledger::database::{Connection, Params as _};
use crate::ledger::postgres::{About, Ahead};
use crate::model::window::{Full, SlidingLog, Windows};

/// What an account has under way, and what of it ended after a moment of the ledger's time.
pub(super) const STILL_COUNTED: &str =
    "SELECT id, counted_from, domain, weight, lease FROM attempt WHERE account = ?1 AND counted_from IS NULL
    UNION ALL
    SELECT id, counted_from, domain, weight, lease FROM attempt WHERE account = ?1 AND counted_from > ?2
    UNION ALL
    SELECT id, counted_from, domain, 1, lease FROM test_letter WHERE account = ?1 AND counted_from > ?2";

/// The attempts after the last one that was seen.
const LATER: &str = "SELECT id, counted_from, domain, weight, lease, account FROM attempt WHERE id > ?1 ORDER BY id";

/// The same of test letters.
const LATER_TESTS: &str =
    "SELECT id, counted_from, domain, 1, lease, account FROM test_letter WHERE id > ?1 ORDER BY id";

/// Those among some attempts that have ended, and when.
const ENDED: &str = "SELECT id, counted_from FROM attempt WHERE counted_from IS NOT NULL
    AND id IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))";

/// After so many claims, the domains to which nothing was sent lately are forgotten.
const CLAIMS_BETWEEN_SHRINKS: u32 = 1024;

/// What claims are checked against.
#[derive(Debug, Clone)]
pub(super) struct Limit {
    pub(super) account: i64,
    pub(super) windows: Windows,
}

impl Limit {
    /// What ended up to here, in the ledger's time, does not count any more at `since`.
    pub(super) fn horizon(&self, since: i64) -> i64 {
        since.saturating_sub(i64::try_from(self.windows.longest().as_micros()).unwrap_or(i64::MAX))
    }
}

/// The attempts of one account that count, kept up to date with what other runs record.
#[derive(Debug)]
pub(super) struct AccountLog {
    account: i64,
    /// The lease whose attempts are told by [`AccountLog::start`] and [`AccountLog::end`].
    lease: i64,
    time: Timeline,
    log: SlidingLog,
    /// The last attempt that was taken in.
    seen: i64,
    /// The last test letter that was taken in.
    seen_test: i64,
    /// Attempts of other runs that are under way, with their domain and weight.
    others: BTreeMap<i64, (String, u32)>,
    /// The transaction in which `others` were last looked at.
    looked_in: u64,
    claims: u32,
}

impl AccountLog {
    /// Reads what counts at `since`, a moment of the ledger's time, or later. Reading more than counts does no harm, so
    /// that it may lie in the past.
    pub(super) fn load(
        connection: &Connection,
        limit: &Limit,
        lease: i64,
        time: &Timeline,
        since: i64,
    ) -> rusqlite::Result<Self> {
        let mut counted = Self {
            account: limit.account,
            lease,
            time: time.clone(),
            log: SlidingLog::new(limit.windows.clone()),
            seen: connection.query_row("SELECT coalesce(max(id), 0) FROM attempt", [], |row| row.get(0))?,
            seen_test: connection.query_row("SELECT coalesce(max(id), 0) FROM test_letter", [], |row| row.get(0))?,
            others: BTreeMap::new(),
            looked_in: 0,
            claims: 0,
        };
        let mut statement = connection.prepare(STILL_COUNTED)?;
        let mut rows = statement.query(params![limit.account, limit.horizon(since)])?;
        while let Some(ref row) = rows.next()? {
            counted.take_in(row)?;
        }
        Ok(counted)
    }

    /// Takes in an attempt: its key, its end in the ledger's time, its domain, weight and lease.
    fn take_in(&mut self, row: &crate::ledger::database::Row<'_>) -> rusqlite::Result<()> {
        let domain: String = row.get(2)?;
        let weight = row.get(3)?;
        self.log.start(&domain, weight);
        match row.get::<_, Option<i64>>(1)? {
            Some(time) => self.log.end(self.time.at(time), &domain, weight),
            None if row.get::<_, i64>(4)? == self.lease => {}
            None => {
                self.others.insert(row.get(0)?, (domain, weight));
            }
        }
        Ok(())
    }

    /// Takes in what other runs recorded since. `last` is the last attempt that this writer recorded in the
    /// transaction: while that is the last one seen, there is nothing to look for, since nobody else can write
    /// meanwhile.
    fn catch_up(&mut self, connection: &Connection, transaction: u64, last: Option<i64>) -> rusqlite::Result<()> {
        if self.looked_in == transaction && last.is_none_or(|last| last == self.seen) {
            return Ok(());
        }
        if self.looked_in != transaction {
            self.looked_in = transaction;
            let ended = self.ended_among_others(connection)?;
            for (id, at) in ended {
                if let Some((domain, weight)) = self.others.remove(&id) {
                    self.log.end(at, &domain, weight);
                }
            }
            self.catch_up_tests(connection)?;
        }
        let mut statement = connection.prepare_cached(LATER)?;
        let mut rows = statement.query([self.seen])?;
        while let Some(ref row) = rows.next()? {
            self.seen = row.get(0)?;
            if row.get::<_, i64>(5)? == self.account {
                self.take_in(row)?;
            }
        }
        Ok(())
    }

    /// Those of the others' attempts that have ended since they were looked at, and when.
    fn ended_among_others(&self, connection: &Connection) -> rusqlite::Result<Vec<(i64, Timestamp)>> {
        if self.others.is_empty() {
            return Ok(Vec::new());
        }
        let mut statement = connection.prepare_cached(ENDED)?;
        statement.query_map([self.ids_of_others()?], |row| Ok((row.get(0)?, self.time.at(row.get(1)?))))?.collect()
    }

    fn ids_of_others(&self) -> rusqlite::Result<String> {
        texts(&self.others.keys().map(ToString::to_string).collect::<Vec<_>>())
    }

    /// Says what the next claim asks first.
    pub(super) fn foresee(&self, ahead: &mut Ahead) -> rusqlite::Result<()> {
        if !self.others.is_empty() {
            ahead.ask(ENDED, About::All, [self.ids_of_others()?].values()?);
        }
        ahead.ask(LATER_TESTS, About::All, [self.seen_test].values()?);
        ahead.ask(LATER, About::All, [self.seen].values()?);
        Ok(())
    }

    /// Takes in the letters that people sent to themselves meanwhile.
    fn catch_up_tests(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let mut statement = connection.prepare_cached(LATER_TESTS)?;
        let mut rows = statement.query([self.seen_test])?;
        while let Some(ref row) = rows.next()? {
            self.seen_test = row.get(0)?;
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
