//! A claim: the last look at a delivery before its letter leaves, and the durable intent to send it.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde::Serialize;

use super::account_log::{AccountLog, account_key};
use super::carried;
use super::facts::RoundFacts;
use super::failure::Failure;
use super::filing;
use super::former;
use super::halt::halt;
use super::history::past;
use super::occupants::others;
use super::session::{Run, UnderWay};
use super::suppress::suppressed;
use super::value::{micros, person, time_if_any, word};
use super::writer::{Command, Happened, Store};
use crate::ledger::database::{Connection, Params as _};
use crate::ledger::postgres::{About, Ahead};
use crate::ledger::rules::obstacle::{Address, Facts, is_due, obstacle};
use crate::ledger::rules::sharing::{Reserved, may_send};
use crate::ledger::sent_log::{Letter, Turn};
use crate::ledger::{AttemptId, Claim, Claimed, Lease, LedgerError};
use crate::model::window::Full;
use crate::model::{Addressee, Answer, DeliveryState, Person, RecipientId, Round, Suppression};

/// The account of attempts that are made before windows were set.
pub(super) const NO_ACCOUNT: &str = "";

/// Claims a delivery.
pub(super) struct ClaimDelivery {
    pub(super) lease: Lease,
    pub(super) claim: Claim,
}

/// The delivery, where a server has the ledger.
const FIND: &str =
    "SELECT round, recipient, state, answer, attempts, next_attempt_at, generation, email_key, holds_address, name, person,
        (SELECT r.number FROM run r WHERE r.number = reserved_by AND r.ended_at IS NULL)
    FROM delivery WHERE id = ?1 AND campaign = ?2";

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
    /// Whose letter it is there, where several people get one each.
    person: Person,
    /// Whether no other letter of the round may have its address.
    holds_address: bool,
    /// The run that it is reserved for.
    reserved: Reserved,
}

impl Command for ClaimDelivery {
    type Output = Claimed;

    fn foresee(&self, store: &Store, ahead: &mut Ahead) -> rusqlite::Result<()> {
        if let Some(run) = store.foresee_claim(&self.lease, ahead)? {
            ahead.ask(FIND, About::Row, [self.claim.delivery.0, run.campaign].values()?);
            ahead.attempt();
        }
        Ok(())
    }

    fn run(&mut self, store: &mut Store) -> std::result::Result<Claimed, Failure> {
        let run = store.run_of(&self.lease)?;
        store.files.stand(store.transaction)?;
        if store.witnesses.reserve().is_used() {
            return Err(LedgerError::Full { path: store.path.clone() }.into());
        }
        let found = find(&store.connection, run, &self.claim)?;
        store.connection.forget_row(self.claim.delivery.0);
        let Some(found) = found else {
            if store.connection.server().is_some() {
                // Another run has planned since it was read, and does not have it.
                return Ok(Claimed::No(DeliveryState::Skipped));
            }
            return Err(LedgerError::NoSuchDelivery(self.claim.delivery.0.to_string()).into());
        };
        let RoundFacts { generation, snapshot, is_halted } = store.round(run.campaign, found.round)?;
        if is_halted && let Some(halt) = halt(&store.connection, &self.lease.campaign)? {
            return Err(LedgerError::Halted(halt).into());
        }
        if !found.due || found.generation != generation || !may_send(found.reserved, run.lease) {
            return Ok(Claimed::No(found.state));
        }
        if let Some(reason) = obstacle(
            found.round,
            found.answer,
            &mut Known { store, run, delivery: self.claim.delivery.0, found: &found },
        )? {
            self.skip(store, run, &found, &reason)?;
            return Ok(Claimed::No(DeliveryState::Skipped));
        }
        let Claim { at, domain, weight, .. } = &self.claim;
        if let Err(full) = room(store, &self.lease, *at, domain, *weight)? {
            return Ok(Claimed::Full(full));
        }
        self.start(store, run, found, snapshot).map(Claimed::Yes)
    }
}

impl ClaimDelivery {
    /// Makes the intent: from the commit on, the letter may leave.
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
        let attempt = self.write(&store.connection, number, run, snapshot, account)?;
        filing::keep(&store.connection, claim)?;
        carried::leave(&store.connection, claim)?;
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
        let address = store.witnesses.mark(&found.email_key, &found.person);
        let letter = Letter { campaign: self.lease.campaign.clone(), round: found.round, address: address.clone() };
        let attempts = u32::try_from(number).unwrap_or(u32::MAX);
        let turn = Turn::Leaves { attempt: attempts, message_id: claim.message_id.clone() };
        store.witnesses.note(letter, claim.at, turn);
        if let Some(session) = store.sessions.get_mut(&self.lease.campaign) {
            session.round = Some(found.round);
            if let Some(log) = &mut session.log {
                log.start(attempt, &claim.domain, claim.weight);
            }
            let Found { round, recipient, .. } = found;
            let Claim { delivery, domain, weight, .. } = claim;
            let (delivery, domain, weight) = (delivery.0, domain.clone(), *weight);
            let has_copies = !claim.copies.is_empty();
            let under_way =
                UnderWay { delivery, round, recipient, address, number, account, domain, weight, has_copies };
            session.under_way.insert(attempt, under_way);
        }
        Ok(AttemptId(attempt))
    }

    /// Writes the attempt of this number down, and what it makes of the delivery; gives its key.
    fn write(
        &self,
        connection: &Connection,
        number: i64,
        run: Run,
        snapshot: Option<i64>,
        account: i64,
    ) -> rusqlite::Result<i64> {
        let Claim { delivery, at, domain, weight, message_id, token, subject, .. } = &self.claim;
        let at = micros(*at);
        let attempt = connection.add_attempt(
            "INSERT INTO attempt (delivery, number, lease, snapshot, account, domain, weight, started_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![delivery.0, number, run.lease, snapshot, account, domain, weight, at],
        )?;
        connection.change_one(
            "UPDATE delivery SET state = 'attempting', attempts = ?2, first_attempt_at = coalesce(first_attempt_at, ?3),
                last_attempt_at = ?3, next_attempt_at = NULL, reason = NULL, message_id = ?4, token = ?5,
                subject = ?6
            WHERE id = ?1",
            params![delivery.0, number, at, message_id.as_str(), token, subject],
        )?;
        Ok(attempt)
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

/// Whether the rolling windows have room for what counts for so many, to a domain.
pub(super) fn room(
    store: &mut Store,
    lease: &Lease,
    at: Timestamp,
    domain: &str,
    weight: u32,
) -> std::result::Result<Result<(), Full>, Failure> {
    let Some(session) = store.sessions.get_mut(&lease.campaign) else {
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
        empty => {
            empty.insert(AccountLog::load(&store.connection, limit, session.run.lease, &session.time, session.since)?)
        }
    };
    let at = session.time.now_on_server(at, session.server_time);
    Ok(log.room(&store.connection, store.transaction, store.last_attempt, at, domain, weight)?)
}

fn find(connection: &Connection, run: Run, claim: &Claim) -> rusqlite::Result<Option<Found>> {
    let mut statement = connection.prepare_cached(connection.words(
        "SELECT round, recipient, state, answer, attempts, next_attempt_at, generation, email_key, holds_address, name, person,
            NULL
        FROM delivery WHERE id = ?1 AND campaign = ?2",
        FIND,
    ))?;
    let read = |row: &crate::ledger::database::Row<'_>| {
        let state: DeliveryState = word(row, 2)?;
        Ok(Found {
            round: Round(row.get(0)?),
            recipient: RecipientId::new(row.get::<_, String>(1)?),
            state,
            answer: word(row, 3)?,
            attempts: row.get(4)?,
            due: is_due(state, time_if_any(row, 5)?, claim.at),
            generation: row.get(6)?,
            email_key: row.get(7)?,
            holds_address: row.get(8)?,
            name: row.get(9)?,
            person: person(row, 10)?,
            reserved: row.get::<_, Option<i64>>(11)?.map_or(Reserved::No, Reserved::For),
        })
    };
    statement.query_row([claim.delivery.0, run.campaign], read).optional()
}

/// What the ledger knows of a letter that is to be claimed.
struct Known<'a> {
    store: &'a mut Store,
    run: Run,
    delivery: i64,
    found: &'a Found,
}

impl Facts for Known<'_> {
    type Error = rusqlite::Error;

    fn suppressed(&mut self) -> rusqlite::Result<Option<Suppression>> {
        if self.store.suppresses()? { suppressed(&self.store.connection, &self.found.email_key) } else { Ok(None) }
    }

    fn address(&mut self) -> rusqlite::Result<Address> {
        // Where the address is this letter's alone, the schema keeps others from it.
        if self.found.holds_address && self.found.person.is_nobody() {
            return Ok(Address::Own);
        }
        let others = others(&self.store.connection, self.delivery)?;
        Ok(match others.excluding() {
            Some(other) => Address::WrittenToAs(other),
            None if self.found.holds_address => Address::Own,
            None => {
                let Found { round, email_key, .. } = self.found;
                let former = former::letter_to(&self.store.connection, self.run.campaign, *round, email_key)?;
                former.map_or(Address::NotIts, |(recipient, _)| Address::WrittenToAs(recipient))
            }
        })
    }

    fn earlier(&mut self, round: Round) -> rusqlite::Result<Option<(DeliveryState, Answer)>> {
        let Found { recipient, name, email_key, .. } = self.found;
        let to = Addressee { id: recipient.clone(), address: email_key.clone(), name: name.clone() };
        let past = past(&self.store.connection, self.run.campaign, round, &to)?;
        Ok(past.map(|past| (past.state, past.answer)))
    }
}
