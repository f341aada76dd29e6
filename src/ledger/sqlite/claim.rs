//! A claim: the last look at a delivery before its letter leaves, and the durable intent to send it.

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use super::account_log::{AccountLog, account_key};
use super::failure::Failure;
use super::halt::halt;
use super::history::past;
use super::session::{Run, UnderWay};
use super::suppress::suppressed;
use super::value::{micros, time_if_any, word};
use super::writer::{Command, Happened, RoundFacts, Store};
use crate::ledger::{AttemptId, Claim, Claimed, Lease, LedgerError};
use crate::model::window::Full;
use crate::model::{Addressee, Answer, DeliveryState, RecipientId, Round};

/// The account of attempts that are made before windows were set.
const NO_ACCOUNT: &str = "";

/// Claims a delivery.
pub(super) struct ClaimDelivery {
    pub(super) lease: Lease,
    pub(super) claim: Claim,
}

/// What an event says of a claim.
#[derive(Serialize)]
struct Attempt {
    attempt: i64,
}

/// What an event says of a letter that is not sent after all.
#[derive(Serialize)]
struct Skip<'a> {
    reason: &'a str,
}

/// A delivery as a claim finds it.
struct Found {
    round: Round,
    recipient: RecipientId,
    name: String,
    state: DeliveryState,
    answer: Answer,
    attempts: i64,
    /// Whether it may be sent now, provided that it is in the plan.
    due: bool,
    generation: i64,
    email_key: String,
    /// Whether no other letter of the round may have its address.
    holds_address: bool,
}

impl Command for ClaimDelivery {
    type Output = Claimed;

    fn run(&mut self, store: &mut Store) -> std::result::Result<Claimed, Failure> {
        let run = store.run_of(&self.lease)?;
        store.files.stand(store.transaction)?;
        let found = find(&store.connection, run, &self.claim)?
            .ok_or_else(|| LedgerError::NoSuchDelivery(self.claim.delivery.0.to_string()))?;
        let RoundFacts { generation, snapshot, is_halted } = store.round(run.campaign, found.round)?;
        if is_halted && let Some(halt) = halt(&store.connection, &self.lease.campaign)? {
            return Err(LedgerError::Halted(halt).into());
        }
        if !found.due || found.generation != generation {
            return Ok(Claimed::No(found.state));
        }
        if let Some(reason) = obstacle(store, run, &found)? {
            self.skip(store, run, &found, &reason)?;
            return Ok(Claimed::No(DeliveryState::Skipped));
        }
        if let Err(full) = self.room(store)? {
            return Ok(Claimed::Full(full));
        }
        self.start(store, run, found, snapshot).map(Claimed::Yes)
    }
}

impl ClaimDelivery {
    /// Whether the rolling windows have room for the letter.
    fn room(&self, store: &mut Store) -> std::result::Result<Result<(), Full>, Failure> {
        let Some(session) = store.sessions.get_mut(&self.lease.campaign) else {
            return Err(LedgerError::LeaseLost.into());
        };
        let Some(limit) = &session.limit else {
            return Ok(Ok(()));
        };
        if limit.windows.is_empty() {
            return Ok(Ok(()));
        }
        let log = match &mut session.log {
            Some(log) => log,
            empty => empty.insert(AccountLog::load(
                &store.connection,
                limit,
                session.run.lease,
                &session.time,
                session.since,
            )?),
        };
        let Claim { at, domain, weight, .. } = &self.claim;
        Ok(log.room(&store.connection, store.transaction, store.last_attempt, *at, domain, *weight)?)
    }

    fn start(
        &self,
        store: &mut Store,
        run: Run,
        found: Found,
        snapshot: Option<i64>,
    ) -> std::result::Result<AttemptId, Failure> {
        let claim = &self.claim;
        let limit = store.sessions.get(&self.lease.campaign).and_then(|session| session.limit.as_ref());
        let account = match limit {
            Some(limit) => limit.account,
            None => account_key(&store.connection, NO_ACCOUNT)?,
        };
        let number = found.attempts + 1;
        store
            .connection
            .prepare_cached(
                "INSERT INTO attempt (delivery, number, lease, snapshot, account, domain, weight, started_at)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                claim.delivery.0,
                number,
                run.lease,
                snapshot,
                account,
                claim.domain,
                claim.weight,
                micros(claim.at),
            ])?;
        let attempt = store.connection.last_insert_rowid();
        store
            .connection
            .prepare_cached(
                "UPDATE delivery SET state = 'attempting', attempts = ?2, first_attempt_at = coalesce(first_attempt_at, ?3),
                    last_attempt_at = ?3, next_attempt_at = NULL, reason = NULL, message_id = ?4, token = ?5,
                    subject = ?6
                WHERE id = ?1",
            )?
            .execute(params![
                claim.delivery.0,
                number,
                micros(claim.at),
                claim.message_id.as_str(),
                claim.token,
                claim.subject,
            ])?;
        store.record(&Happened {
            campaign: run.campaign,
            at: claim.at,
            delivery: Some((found.round, &found.recipient)),
            kind: DeliveryState::Attempting.as_str(),
            source: &store.source,
            detail: &Attempt { attempt: number },
        })?;
        store.moved(run.campaign, found.round, found.state, DeliveryState::Attempting);
        store.last_attempt = Some(attempt);
        if let Some(session) = store.sessions.get_mut(&self.lease.campaign) {
            if let Some(log) = &mut session.log {
                log.start(attempt, &claim.domain, claim.weight);
            }
            let Found { round, recipient, .. } = found;
            let Claim { delivery, domain, weight, .. } = claim;
            session.under_way.insert(
                attempt,
                UnderWay {
                    delivery: delivery.0,
                    round,
                    recipient,
                    number,
                    account,
                    domain: domain.clone(),
                    weight: *weight,
                },
            );
        }
        Ok(AttemptId(attempt))
    }

    fn skip(&self, store: &mut Store, run: Run, found: &Found, reason: &str) -> std::result::Result<(), Failure> {
        store.connection.execute(
            "UPDATE delivery SET state = 'skipped', reason = ?2, next_attempt_at = NULL, holds_address = 0 WHERE id = ?1",
            params![self.claim.delivery.0, reason],
        )?;
        store.record(&Happened {
            campaign: run.campaign,
            at: self.claim.at,
            delivery: Some((found.round, &found.recipient)),
            kind: DeliveryState::Skipped.as_str(),
            source: &store.source,
            detail: &Skip { reason },
        })?;
        store.moved(run.campaign, found.round, found.state, DeliveryState::Skipped);
        Ok(())
    }
}

fn find(connection: &Connection, run: Run, claim: &Claim) -> rusqlite::Result<Option<Found>> {
    let mut statement = connection.prepare_cached(
        "SELECT round, recipient, state, answer, attempts, next_attempt_at, generation, email_key, holds_address, name
        FROM delivery WHERE id = ?1 AND campaign = ?2",
    )?;
    let read = |row: &rusqlite::Row<'_>| {
        let state: DeliveryState = word(row, 2)?;
        let waits = time_if_any(row, 5)?.is_some_and(|next| next > claim.at);
        Ok(Found {
            round: Round(row.get(0)?),
            recipient: RecipientId::new(row.get::<_, String>(1)?),
            state,
            answer: word(row, 3)?,
            attempts: row.get(4)?,
            due: state.is_open() && !waits,
            generation: row.get(6)?,
            email_key: row.get(7)?,
            holds_address: row.get(8)?,
            name: row.get(9)?,
        })
    };
    statement.query_row([claim.delivery.0, run.campaign], read).optional()
}

/// Why the letter must not be sent any more.
fn obstacle(store: &mut Store, run: Run, found: &Found) -> rusqlite::Result<Option<String>> {
    if found.answer.stops() {
        return Ok(Some(format!("answered: {}", found.answer)));
    }
    if store.suppresses()?
        && let Some(reason) = suppressed(&store.connection, &found.email_key)?
    {
        return Ok(Some(reason));
    }
    let connection = &store.connection;
    if !found.holds_address {
        return other_letter(connection, run, found).map(Some);
    }
    in_earlier_rounds(connection, run, found)
}

/// Why a follow-up must not be sent any more: somebody has answered, or an earlier letter did not arrive.
fn in_earlier_rounds(connection: &Connection, run: Run, found: &Found) -> rusqlite::Result<Option<String>> {
    let Found { recipient, name, email_key, .. } = found;
    let to = Addressee { id: recipient.clone(), address: email_key.clone(), name: name.clone() };
    for round in (0..found.round.0).rev() {
        let before = past(connection, run.campaign, Round(round), &to)?;
        let is_last = round + 1 == found.round.0;
        match before.map(|before| (before.state, before.answer)) {
            Some((_, answer)) if answer.stops() => return Ok(Some(format!("answered: {answer}"))),
            Some((DeliveryState::Accepted, _)) => {}
            Some((state, _)) if is_last || state == DeliveryState::Bounced => {
                return Ok(Some(format!("{state} in round {round}")));
            }
            None if is_last => return Ok(Some(format!("no letter in round {round}"))),
            _ => {}
        }
    }
    Ok(None)
}

/// Why a letter whose address another one holds must not be sent.
fn other_letter(connection: &Connection, run: Run, found: &Found) -> rusqlite::Result<String> {
    let other: Option<String> = connection
        .query_row(
            "SELECT recipient FROM delivery WHERE campaign = ?1 AND round = ?2 AND email_key = ?3 AND holds_address = 1",
            params![run.campaign, found.round.0, found.email_key],
            |row| row.get(0),
        )
        .optional()?;
    Ok(match other {
        Some(other) => format!("the address was written to as `{other}`"),
        None => "the address is not this letter's".to_owned(),
    })
}
