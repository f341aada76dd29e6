//! How attempts end: by what the server said, or by what a person says later.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde_json::{Value, json};

use super::failure::Failure;
use super::lease::lock;
use super::value::{micros, word};
use super::writer::{Command, Happened, Run, Store};
use crate::ledger::{Lease, LedgerError, Resolution, Settlement};
use crate::model::{CampaignId, DeliveryState, RecipientId, Reply, Round};

/// Records how an attempt ended.
pub(super) struct Settle {
    pub(super) lease: Lease,
    pub(super) settlement: Settlement,
}

/// An attempt that is under way.
struct Open {
    round: Round,
    recipient: RecipientId,
    number: i64,
    account: i64,
    domain: String,
    weight: u32,
}

impl Command for Settle {
    type Output = ();

    fn run(&mut self, store: &mut Store) -> std::result::Result<(), Failure> {
        let run = store.run_of(&self.lease)?;
        let settlement = &self.settlement;
        if !DeliveryState::Attempting.may_become(settlement.state) {
            return Err(refused(store, format!("an attempt cannot end as {}", settlement.state)));
        }
        let Some(open) = self.find(store, run)? else {
            let what =
                format!("attempt {} of delivery {} is not under way", settlement.attempt.0, settlement.delivery.0);
            return Err(refused(store, what));
        };
        self.write(store)?;
        let source = if settlement.reply.is_some() { "server" } else { &store.source };
        store.record(&Happened {
            campaign: run.campaign,
            at: settlement.at,
            delivery: Some((open.round, &open.recipient)),
            kind: settlement.state.as_str(),
            source,
            detail: details(settlement, open.number),
        })?;
        store.moved(run.campaign, open.round, DeliveryState::Attempting, settlement.state);
        if let Some(log) = store.sessions.get_mut(&self.lease.campaign).and_then(|session| session.log.as_mut()) {
            log.end(open.account, settlement.at, &open.domain, open.weight);
        }
        Ok(())
    }
}

fn refused(store: &Store, what: String) -> Failure {
    Failure::Refused(LedgerError::Store { path: store.path.clone(), what })
}

impl Settle {
    fn find(&self, store: &Store, run: Run) -> rusqlite::Result<Option<Open>> {
        store
            .connection
            .prepare_cached(
                "SELECT d.round, d.recipient, t.number, t.account, t.domain, t.weight
                FROM attempt t CROSS JOIN delivery d ON d.id = t.delivery
                WHERE t.id = ?1 AND t.delivery = ?2 AND t.lease = ?3 AND t.ended_at IS NULL
                    AND d.campaign = ?4 AND d.state = 'attempting'",
            )?
            .query_row([self.settlement.attempt.0, self.settlement.delivery.0, run.lease, run.campaign], |row| {
                Ok(Open {
                    round: Round(row.get(0)?),
                    recipient: RecipientId::new(row.get::<_, String>(1)?),
                    number: row.get(2)?,
                    account: row.get(3)?,
                    domain: row.get(4)?,
                    weight: row.get(5)?,
                })
            })
            .optional()
    }

    fn write(&self, store: &Store) -> rusqlite::Result<()> {
        let Settlement { delivery, attempt, at, state, reply, reason, next_attempt_at, .. } = &self.settlement;
        let (code, text) = (reply.as_ref().map(|it| it.code), reply.as_ref().map(|it| &it.text));
        let enhanced = reply.as_ref().and_then(|it| it.enhanced).map(|it| it.to_string());
        store
            .connection
            .prepare_cached(
                "UPDATE attempt SET ended_at = ?2, outcome = ?3, smtp_code = ?4, smtp_enhanced = ?5, smtp_text = ?6, reason = ?7
                WHERE id = ?1",
            )?
            .execute(params![attempt.0, micros(*at), state.as_str(), code, enhanced, text, reason])?;
        let accepted_at = (*state == DeliveryState::Accepted).then(|| micros(*at));
        // Without a time, a deferred one is due at once.
        let next = (*state == DeliveryState::Deferred).then(|| micros(next_attempt_at.unwrap_or(*at)));
        // A delivery keeps the last reply that it got.
        store
            .connection
            .prepare_cached(
                "UPDATE delivery SET state = ?2, reason = ?3, next_attempt_at = ?4, accepted_at = ?5,
                    smtp_enhanced = iif(?6 IS NULL, smtp_enhanced, ?7), smtp_text = iif(?6 IS NULL, smtp_text, ?8),
                    smtp_code = coalesce(?6, smtp_code)
                WHERE id = ?1",
            )?
            .execute(params![delivery.0, state.as_str(), reason, next, accepted_at, code, enhanced, text])?;
        Ok(())
    }
}

fn reply_details(reply: &Reply) -> Value {
    let enhanced = reply.enhanced.map(|status| status.to_string());
    json!({ "code": reply.code, "enhanced": enhanced, "text": reply.text })
}

fn details(settlement: &Settlement, number: i64) -> Value {
    let mut details = json!({ "attempt": number });
    if let Some(reply) = &settlement.reply {
        details["reply"] = reply_details(reply);
    }
    if let Some(reason) = &settlement.reason {
        details["reason"] = reason.as_str().into();
    }
    if let (DeliveryState::Deferred, Some(next)) = (settlement.state, settlement.next_attempt_at) {
        details["next_attempt_at"] = next.to_string().into();
    }
    if !settlement.refused_copies.is_empty() {
        let copies = settlement.refused_copies.iter();
        details["refused_copies"] = copies
            .map(|(address, reply)| json!({ "address": address.to_string(), "reply": reply_details(reply) }))
            .collect();
    }
    details
}

/// Records what a person says of a delivery in doubt.
pub(super) struct Resolve {
    pub(super) campaign: CampaignId,
    pub(super) round: Round,
    pub(super) recipient: RecipientId,
    pub(super) resolution: Resolution,
    pub(super) person: String,
    pub(super) at: Timestamp,
}

impl Command for Resolve {
    type Output = ();
    const ALONE: bool = true;

    fn run(&mut self, store: &mut Store) -> std::result::Result<(), Failure> {
        let found: Option<(i64, i64, DeliveryState, Option<i64>)> = store
            .connection
            .query_row(
                "SELECT d.id, d.campaign, d.state, d.last_attempt_at FROM campaign c
                JOIN delivery d ON d.campaign = c.id AND d.recipient = ?2 AND d.round = ?3 WHERE c.name = ?1",
                params![self.campaign.as_str(), self.recipient.as_str(), self.round.0],
                |row| Ok((row.get(0)?, row.get(1)?, word(row, 2)?, row.get(3)?)),
            )
            .optional()?;
        let Some((delivery, campaign, state, last_attempt_at)) = found else {
            return Err(LedgerError::NoSuchDelivery(self.recipient.to_string()).into());
        };
        // Held until the end of this function, while no other process can write: whoever takes it next sees what is committed.
        let _lock = lock(store, &self.campaign, campaign, self.at)?;
        let again = state == DeliveryState::Failed && self.resolution == Resolution::NotSent;
        if state != DeliveryState::InDoubt && !again {
            return Err(LedgerError::NotInDoubt { recipient: self.recipient.to_string(), state }.into());
        }
        let now = micros(self.at);
        let (next, word, reason, accepted_at, next_attempt_at) = match self.resolution {
            Resolution::Accepted => {
                let accepted_at = last_attempt_at.unwrap_or(now);
                let reason = "a person said that it arrived";
                (DeliveryState::Accepted, "accepted", reason, Some(accepted_at), None)
            }
            Resolution::NotSent => {
                let reason = if again { "a person had it tried again" } else { "a person said that it never left" };
                (DeliveryState::Deferred, "not-sent", reason, None, Some(now))
            }
        };
        store.connection.execute(
            // What is sent by a person's word has its whole time before it is given up.
            "UPDATE delivery SET state = ?2, reason = ?3, accepted_at = ?4, next_attempt_at = ?5,
                first_attempt_at = iif(?5 IS NULL, first_attempt_at, NULL) WHERE id = ?1",
            params![delivery, next.as_str(), reason, accepted_at, next_attempt_at],
        )?;
        store.record(&Happened {
            campaign,
            at: self.at,
            delivery: Some((self.round, &self.recipient)),
            kind: "resolved",
            source: &format!("person {}", self.person),
            detail: json!({ "resolution": word, "state": next.as_str() }),
        })?;
        store.moved(campaign, self.round, state, next);
        Ok(())
    }
}
