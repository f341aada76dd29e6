//! A copy is claimed for a transaction of its own: the last look at it, and the durable intent to send it.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde_json::json as object;

use super::{EVENT, tell};
use crate::ledger::database::Connection;
use crate::ledger::rules::copies::{CopyFacts, copy_is_due, copy_obstacle};
use crate::ledger::sent_log::{Letter, Turn};
use crate::ledger::sqlite::account_log::account_key;
use crate::ledger::sqlite::claim::{NO_ACCOUNT, room};
use crate::ledger::sqlite::failure::Failure;
use crate::ledger::sqlite::halt::halt;
use crate::ledger::sqlite::session::Run;
use crate::ledger::sqlite::suppress::suppressed;
use crate::ledger::sqlite::value::{json, micros, time_if_any, word};
use crate::ledger::sqlite::writer::{Command, Happened, Store};
use crate::ledger::{AttemptId, ClaimCopy, Claimed, Lease, LedgerError};
use crate::model::{DeliveryState, MessageId, RecipientId, Round};

/// Claims a copy.
pub(in crate::ledger::sqlite) struct ClaimTheCopy {
    pub(in crate::ledger::sqlite) lease: Lease,
    pub(in crate::ledger::sqlite) claim: ClaimCopy,
}

/// A copy as a claim finds it.
struct Found {
    state: DeliveryState,
    next_attempt_at: Option<Timestamp>,
    address: String,
    address_key: String,
    delivery: i64,
    round: Round,
    recipient: RecipientId,
    letter: DeliveryState,
    left_out: Vec<String>,
}

impl Command for ClaimTheCopy {
    type Output = Claimed;

    fn run(&mut self, store: &mut Store) -> std::result::Result<Claimed, Failure> {
        let run = store.run_of(&self.lease)?;
        store.files.stand(store.transaction)?;
        let ClaimCopy { copy, at, domain } = &self.claim;
        let found = find(&store.connection, run, copy.0)?
            .ok_or_else(|| LedgerError::NoSuchDelivery(format!("the copy {}", copy.0)))?;
        if store.round(run.campaign, found.round)?.is_halted
            && let Some(halt) = halt(&store.connection, &self.lease.campaign)?
        {
            return Err(LedgerError::Halted(halt).into());
        }
        if !copy_is_due(found.state, found.next_attempt_at, found.letter, *at) {
            return Ok(Claimed::No(found.state));
        }
        let facts = CopyFacts {
            suppression: suppressed(&store.connection, &found.address_key)?,
            own: letter_to(&store.connection, run, &found)?,
            left_out: found.left_out.clone(),
        };
        if let Some(reason) = copy_obstacle(&found.address_key, facts) {
            self.skip(store, run, &found, &reason)?;
            return Ok(Claimed::No(DeliveryState::Skipped));
        }
        if let Err(full) = room(store, &self.lease, *at, domain, 1)? {
            return Ok(Claimed::Full(full));
        }
        Ok(Claimed::Yes(AttemptId(self.start(store, run, &found)?)))
    }
}

impl ClaimTheCopy {
    /// Makes the intent: from the commit on, the copy may leave.
    fn start(&self, store: &mut Store, run: Run, found: &Found) -> std::result::Result<i64, Failure> {
        let ClaimCopy { copy, at, domain } = &self.claim;
        let limit = store.sessions.get(&self.lease.campaign).and_then(|session| session.limit.as_ref());
        let account = match limit {
            Some(limit) => limit.account,
            None => account_key(&store.connection, NO_ACCOUNT)?,
        };
        // What its letter was made of, it is made of.
        let (number, attempt): (i64, i64) = store.connection.query_row(
            "INSERT INTO attempt (delivery, number, lease, snapshot, account, domain, weight, started_at)
            SELECT ?1, max(number) + 1, ?2, max(snapshot) FILTER (WHERE outcome = 'accepted'), ?3, ?4, 1, ?5
            FROM attempt WHERE delivery = ?1 RETURNING number, id",
            params![found.delivery, run.lease, account, domain, micros(*at)],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let attempts: u32 = store.connection.query_row(
            "UPDATE copy SET state = 'attempting', attempts = attempts + 1, last_attempt_at = ?2, next_attempt_at = NULL,
                attempt = ?3, reason = NULL
            WHERE id = ?1 RETURNING attempts",
            params![copy.0, micros(*at), attempt],
            |row| row.get(0),
        )?;
        let address = store.witnesses.mark_copy(&found.address_key);
        let letter = Letter { campaign: self.lease.campaign.clone(), round: found.round, address };
        let message_id = MessageId::from_text("copy@invalid");
        store.witnesses.note(letter, *at, Turn::Leaves { attempt: attempts, message_id });
        let detail =
            object!({ "address": found.address, "state": DeliveryState::Attempting.as_str(), "attempt": number });
        self.record(store, run, found, &detail)?;
        store.last_attempt = Some(attempt);
        let session = store.sessions.get_mut(&self.lease.campaign);
        if let Some(log) = session.and_then(|session| session.log.as_mut()) {
            log.start(attempt, domain, 1);
        }
        Ok(attempt)
    }

    fn skip(&self, store: &Store, run: Run, found: &Found, reason: &str) -> rusqlite::Result<()> {
        store.connection.execute(
            "UPDATE copy SET state = 'skipped', reason = ?2, next_attempt_at = NULL WHERE id = ?1",
            params![self.claim.copy.0, reason],
        )?;
        tell(&store.connection, found.delivery)?;
        let detail = object!({ "address": found.address, "state": DeliveryState::Skipped.as_str(), "reason": reason });
        self.record(store, run, found, &detail)
    }

    fn record(&self, store: &Store, run: Run, found: &Found, detail: &serde_json::Value) -> rusqlite::Result<()> {
        store.record(&Happened {
            campaign: run.campaign,
            at: self.claim.at,
            delivery: Some((found.round, &found.recipient)),
            kind: EVENT,
            source: &store.source,
            detail,
        })
    }
}

fn find(connection: &Connection, run: Run, copy: i64) -> rusqlite::Result<Option<Found>> {
    connection
        .prepare_cached(
            "SELECT c.state, c.next_attempt_at, c.address, c.address_key, d.id, d.round, d.recipient, d.state, r.left_out
            FROM copy c CROSS JOIN delivery d ON d.id = c.delivery LEFT JOIN list_row r ON r.id = d.list_row
            WHERE c.id = ?1 AND d.campaign = ?2",
        )?
        .query_row([copy, run.campaign], |row| {
            Ok(Found {
                state: word(row, 0)?,
                next_attempt_at: time_if_any(row, 1)?,
                address: row.get(2)?,
                address_key: row.get(3)?,
                delivery: row.get(4)?,
                round: Round(row.get(5)?),
                recipient: RecipientId::new(row.get::<_, String>(6)?),
                letter: word(row, 7)?,
                // What is no longer in the list leaves nobody out.
                left_out: if row.get_ref(8)?.as_str_or_null()?.is_some() { json(row, 8)? } else { Vec::new() },
            })
        })
        .optional()
}

/// The recipient of the letter of the round that is for the address of a copy, where there is one.
fn letter_to(connection: &Connection, run: Run, found: &Found) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached(
            "SELECT recipient FROM delivery WHERE campaign = ?1 AND round = ?2 AND email_key = ?3 AND holds_address = 1",
        )?
        .query_row(params![run.campaign, found.round.0, found.address_key], |row| row.get(0))
        .optional()
}
