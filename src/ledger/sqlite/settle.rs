//! How attempts end, by what the server said.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde::Serialize;

use super::attempt::{end_attempt, refused};
use super::copies::write_ends;
use super::failure::Failure;
use super::filing;
use super::session::{Run, UnderWay};
use super::shared::ended_late;
use super::value::{micros, person};
use super::writer::{Command, Happened, Store};
use crate::ledger::postgres::Ahead;
use crate::ledger::sent_log::{Letter, Turn};
use crate::ledger::{CopyEnd, Lease, LedgerError, Settlement};
use crate::model::{DeliveryState, RecipientId, Reply, Round};

/// Records how an attempt ended.
pub(super) struct Settle {
    pub(super) lease: Lease,
    pub(super) settlement: Settlement,
}

impl Command for Settle {
    type Output = ();

    /// A deferred letter is looked for in the ledger at once. Of any other, its worker goes on with the next one.
    fn rides(&self) -> bool {
        self.settlement.state != DeliveryState::Deferred
    }

    fn foresee(&self, store: &Store, ahead: &mut Ahead) -> rusqlite::Result<()> {
        store.foresee_run(&self.lease, ahead).map(drop)
    }

    fn run(&mut self, store: &mut Store) -> std::result::Result<(), Failure> {
        let settlement = &self.settlement;
        store.connection.forget_row(settlement.delivery.0);
        let stands = store.run_of(&self.lease);
        if let Err(Failure::Refused(LedgerError::LeaseLost)) = stands {
            ended_late(store, &self.lease, settlement)?;
        }
        let run = stands?;
        if !DeliveryState::Attempting.may_become(settlement.state) {
            return Err(refused(store, format!("an attempt cannot end as {}", settlement.state)));
        }
        let Some(attempt) = self.find(store, run)?.filter(|found| found.delivery == settlement.delivery.0) else {
            return Err(self.is_not_under_way(store));
        };
        let (ledger_time, counts_from) = store.time_of(&self.lease, settlement.at)?;
        if !end_attempt(store, run, settlement, ledger_time)? {
            return Err(self.is_not_under_way(store));
        }
        self.end_delivery(store)?;
        if !settlement.state.may_have_left() {
            filing::forget(&store.connection, settlement.delivery.0)?;
        }
        if attempt.has_copies || !settlement.copies.is_empty() {
            write_ends(&store.connection, settlement)?;
        }
        let source = if settlement.reply.is_some() { "server" } else { &store.source };
        store.record(&Happened {
            campaign: run.campaign,
            at: settlement.at,
            delivery: Some((attempt.round, &attempt.recipient)),
            kind: settlement.state.as_str(),
            source,
            detail: &Ended::new(settlement, attempt.number),
        })?;
        store.moved(run.campaign, attempt.round, DeliveryState::Attempting, settlement.state);
        if let Some(turn) = Turn::of(settlement.state) {
            let UnderWay { round, address, .. } = &attempt;
            let letter = Letter { campaign: self.lease.campaign.clone(), round: *round, address: address.clone() };
            store.witnesses.note(letter, settlement.at, turn);
        }
        if let Some(log) = store.sessions.get_mut(&self.lease.campaign).and_then(|session| session.log.as_mut()) {
            log.end(attempt.account, counts_from, &attempt.domain, attempt.weight);
        }
        Ok(())
    }
}

impl Settle {
    fn is_not_under_way(&self, store: &Store) -> Failure {
        let (attempt, delivery) = (self.settlement.attempt.0, self.settlement.delivery.0);
        refused(store, format!("attempt {attempt} of delivery {delivery} is not under way"))
    }

    /// The attempt, as its claim left it in memory, or as the ledger has it.
    fn find(&self, store: &mut Store, run: Run) -> rusqlite::Result<Option<UnderWay>> {
        let session = store.sessions.get_mut(&self.lease.campaign);
        if let Some(known) = session.and_then(|session| session.under_way.remove(&self.settlement.attempt.0)) {
            return Ok(Some(known));
        }
        let witnesses = &store.witnesses;
        store
            .connection
            .prepare_cached(
                "SELECT d.round, d.recipient, t.number, t.account, t.domain, t.weight, d.id, d.email_key, d.person
                FROM attempt t CROSS JOIN delivery d ON d.id = t.delivery
                WHERE t.id = ?1 AND t.lease = ?2 AND t.ended_at IS NULL AND d.campaign = ?3 AND d.state = 'attempting'",
            )?
            .query_row([self.settlement.attempt.0, run.lease, run.campaign], |row| {
                Ok(UnderWay {
                    round: Round(row.get(0)?),
                    recipient: RecipientId::new(row.get::<_, String>(1)?),
                    address: witnesses.mark(row.get_ref(7)?.as_str()?, &person(row, 8)?),
                    number: row.get(2)?,
                    account: row.get(3)?,
                    domain: row.get(4)?,
                    weight: row.get(5)?,
                    delivery: row.get(6)?,
                    has_copies: true,
                })
            })
            .optional()
    }

    /// Gives the delivery the state in which its attempt ended. It keeps the last reply that it got.
    fn end_delivery(&self, store: &Store) -> rusqlite::Result<()> {
        let Settlement { delivery, at, state, reply, reason, next_attempt_at, .. } = &self.settlement;
        let accepted_at = (*state == DeliveryState::Accepted).then(|| micros(*at));
        // Without a time, a deferred one is due at once.
        let next = (*state == DeliveryState::Deferred).then(|| micros(next_attempt_at.unwrap_or(*at)));
        // Another letter may have the address of one that failed: under another id, it can be tried again.
        let release = if *state == DeliveryState::Failed { ", holds_address = 0" } else { "" };
        let Some(reply) = reply else {
            return store.connection.change_one(
                &format!(
                    "UPDATE delivery SET state = ?2, reason = ?3, next_attempt_at = ?4, accepted_at = ?5{release}
                    WHERE id = ?1 AND state = 'attempting'"
                ),
                params![delivery.0, state.as_str(), reason, next, accepted_at],
            );
        };
        store.connection.change_one(
            &format!(
                "UPDATE delivery SET state = ?2, reason = ?3, next_attempt_at = ?4, accepted_at = ?5,
                    smtp_code = ?6, smtp_enhanced = ?7, smtp_text = ?8{release}
                WHERE id = ?1 AND state = 'attempting'"
            ),
            params![
                delivery.0,
                state.as_str(),
                reason,
                next,
                accepted_at,
                reply.code,
                reply.enhanced.map(|it| it.to_string()),
                reply.text,
            ],
        )
    }
}

/// What an event says of the end of an attempt.
#[derive(Serialize)]
struct Ended<'a> {
    attempt: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<Said<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_attempt_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    copies: Vec<Copied<'a>>,
}

/// What became of a copy.
#[derive(Serialize)]
struct Copied<'a> {
    address: String,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<Said<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_attempt_at: Option<Timestamp>,
}

/// A server's reply.
#[derive(Serialize)]
struct Said<'a> {
    code: u16,
    enhanced: Option<String>,
    text: &'a str,
}

impl<'a> Said<'a> {
    fn new(reply: &'a Reply) -> Self {
        Self { code: reply.code, enhanced: reply.enhanced.map(|status| status.to_string()), text: &reply.text }
    }
}

impl<'a> Ended<'a> {
    fn new(settlement: &'a Settlement, attempt: i64) -> Self {
        let copied = |end: &'a CopyEnd| Copied {
            address: end.address.to_string(),
            state: end.state.as_str(),
            reply: end.reply.as_ref().map(Said::new),
            next_attempt_at: end.next_attempt_at,
        };
        Self {
            attempt,
            reply: settlement.reply.as_ref().map(Said::new),
            reason: settlement.reason.as_deref(),
            next_attempt_at: settlement.next_attempt_at.filter(|_| settlement.state == DeliveryState::Deferred),
            copies: settlement.copies.iter().map(copied).collect(),
        }
    }
}
