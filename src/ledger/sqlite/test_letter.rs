//! Letters that people send to themselves: each counts in the windows of the account, from its intent on, and what
//! became of it stands among the events.

use rusqlite::params;
use serde_json::json;

use super::SqliteLedger;
use super::account_log::account_key;
use super::claim::{NO_ACCOUNT, room};
use super::failure::Failure;
use super::writer::{Command, Happened, Store};
use crate::ledger::{Lease, LedgerError, Result, TestBegun, TestEnd, TestId, TestLetter};

/// The kind of the events.
const EVENT: &str = "test";

impl SqliteLedger {
    /// Records that a test letter is about to leave, where the windows have room for it. They were set for this lease.
    ///
    /// # Errors
    /// Where the lease is gone, or the ledger cannot be written.
    pub async fn begin_test(&self, lease: &Lease, letter: TestLetter) -> Result<TestBegun> {
        self.ask(Begin { lease: lease.clone(), letter }).await
    }

    /// Records how that ended.
    ///
    /// # Errors
    /// As [`begin_test`](Self::begin_test).
    pub async fn end_test(&self, lease: &Lease, id: TestId, end: TestEnd) -> Result<()> {
        self.ask(End { lease: lease.clone(), id, outcome: end }).await
    }
}

struct Begin {
    lease: Lease,
    letter: TestLetter,
}

impl Command for Begin {
    type Output = TestBegun;

    fn run(&mut self, store: &mut Store) -> std::result::Result<TestBegun, Failure> {
        let run = store.run_of(&self.lease)?;
        store.files.stand(store.transaction)?;
        let TestLetter { round, of, address, domain, message_id, at, ends_by } = &self.letter;
        if let Err(full) = room(store, &self.lease, *at, domain, 1)? {
            return Ok(TestBegun::Full(full));
        }
        let limit = store.sessions.get(&self.lease.campaign).and_then(|session| session.limit.as_ref());
        let account = match limit {
            Some(limit) => limit.account,
            None => account_key(&store.connection, NO_ACCOUNT)?,
        };
        let (counted_from, _) = store.time_of(&self.lease, *ends_by)?;
        let id = store
            .connection
            .prepare_cached(
                "INSERT INTO test_letter (campaign, account, domain, lease, counted_from) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .insert(params![run.campaign, account, domain, run.lease, counted_from])?;
        store.record(&Happened {
            campaign: run.campaign,
            at: *at,
            delivery: None,
            kind: EVENT,
            source: &store.source,
            detail: &json!({
                "test": id, "state": "attempting", "address": address, "as": of, "round": round.0,
                "message_id": message_id,
            }),
        })?;
        // What is kept in memory of the windows does not have it.
        if let Some(session) = store.sessions.get_mut(&self.lease.campaign) {
            session.log = None;
        }
        Ok(TestBegun::Yes(TestId(id)))
    }
}

struct End {
    lease: Lease,
    id: TestId,
    outcome: TestEnd,
}

impl Command for End {
    type Output = ();

    fn run(&mut self, store: &mut Store) -> std::result::Result<(), Failure> {
        let run = store.run_of(&self.lease)?;
        let TestEnd { at, state, reply, reason } = &self.outcome;
        let (ended, _) = store.time_of(&self.lease, *at)?;
        let changed = store.connection.execute(
            "UPDATE test_letter SET counted_from = min(counted_from, ?2) WHERE id = ?1",
            params![self.id.0, ended],
        )?;
        if changed == 0 {
            return Err(LedgerError::NoSuchDelivery(format!("the test letter {}", self.id.0)).into());
        }
        store.record(&Happened {
            campaign: run.campaign,
            at: *at,
            delivery: None,
            kind: EVENT,
            source: if reply.is_some() { "server" } else { &store.source },
            detail: &json!({
                "test": self.id.0,
                "state": state.as_str(),
                "reply": reply.as_ref().map(ToString::to_string),
                "reason": reason,
            }),
        })?;
        Ok(())
    }
}
