//! The rolling windows of an account, counted from the attempts in the ledger: also those of earlier runs, and of runs
//! that send another campaign with the same account at the same time.

use rusqlite::{OptionalExtension, params};

use super::account_log::{AccountLog, Limit, STILL_COUNTED, account_key};
use super::dead::close_what_the_dead_left_open;
use super::failure::Failure;
use super::timeline::Timeline;
use super::value::{reply, word};
use super::writer::{Command, Store};
use crate::ledger::database::Connection;
use crate::ledger::{AttemptEnd, Lease, LedgerError, Sent, SentAttempt};
use crate::model::window::Windows;

/// What an account sent before a run.
fn sent(connection: &Connection, limit: &Limit, time: &Timeline, since: i64) -> rusqlite::Result<Sent> {
    let mut statement = connection.prepare(STILL_COUNTED)?;
    let read = |row: &crate::ledger::database::Row<'_>| {
        let ended_at = row.get::<_, Option<i64>>(1)?.map(|ended| time.at(ended));
        Ok(SentAttempt { ended_at, domain: row.get(2)?, weight: row.get(3)? })
    };
    let attempts = statement.query_map(params![limit.account, limit.horizon(since)], read)?;
    let last = connection
        .query_row(
            "SELECT outcome, smtp_code, smtp_enhanced, smtp_text FROM attempt
            WHERE account = ?1 AND counted_from IS NOT NULL ORDER BY counted_from DESC LIMIT 1",
            [limit.account],
            |row| Ok(AttemptEnd { state: word(row, 0)?, reply: reply(row, 1)? }),
        )
        .optional()?;
    Ok(Sent { attempts: attempts.collect::<rusqlite::Result<_>>()?, last })
}

/// Gives an account that is an address its name of now: earlier versions wrote the server's name behind it, and the
/// windows began anew where that changed.
fn take_former_name(connection: &Connection, account: &str) -> rusqlite::Result<()> {
    if account.contains('@') {
        connection.execute(
            "UPDATE account SET name = ?1 WHERE NOT EXISTS (SELECT 1 FROM account WHERE name = ?1) AND id = (
                SELECT max(id) FROM account WHERE lower(substr(name, 1, length(?1) + 1)) = ?1 || '@')",
            [account],
        )?;
    }
    Ok(())
}

/// Sets the windows.
pub(super) struct SetLimit {
    pub(super) lease: Lease,
    pub(super) account: String,
    pub(super) windows: Windows,
    pub(super) ready: Option<(Limit, AccountLog)>,
}

impl Command for SetLimit {
    type Output = Sent;
    const ALONE: bool = true;

    fn run(&mut self, store: &mut Store) -> std::result::Result<Sent, Failure> {
        let run = store.run_of(&self.lease)?;
        let session = store.sessions.get(&self.lease.campaign).ok_or(LedgerError::LeaseLost)?;
        let (time, since) = (session.time.clone(), session.since);
        take_former_name(&store.connection, &self.account)?;
        let limit = Limit { account: account_key(&store.connection, &self.account)?, windows: self.windows.clone() };
        close_what_the_dead_left_open(store, limit.account, time.now(), &time)?;
        let sent = sent(&store.connection, &limit, &time, since)?;
        let log = AccountLog::load(&store.connection, &limit, run.lease, &time, since)?;
        self.ready = Some((limit, log));
        Ok(sent)
    }

    fn committed(&mut self, store: &mut Store) {
        if let (Some(session), Some((limit, log))) = (store.sessions.get_mut(&self.lease.campaign), self.ready.take()) {
            session.limit = Some(limit);
            session.log = Some(log);
        }
    }
}
