//! A delivery that was held back: letters to others have shown whether its recipient is meant, or have not.

use rusqlite::{OptionalExtension, params};
use serde_json::json;

use super::failure::Failure;
use super::value::{micros, word};
use super::writer::{Command, Happened, Store};
use crate::ledger::rules::held;
use crate::ledger::{AttemptId, Lease, LedgerError, Ruling};
use crate::model::{DeliveryState, RecipientId, Round};

/// Says what becomes of a delivery.
pub(super) struct Rule {
    pub(super) lease: Lease,
    pub(super) ruling: Ruling,
}

impl Command for Rule {
    type Output = DeliveryState;

    fn run(&mut self, store: &mut Store) -> std::result::Result<DeliveryState, Failure> {
        let run = store.run_of(&self.lease)?;
        let Ruling { delivery, attempt, at, state: ruled, reason } = &self.ruling;
        let found: Option<(DeliveryState, Round, RecipientId, Option<i64>)> = store
            .connection
            .prepare_cached(
                "SELECT d.state, d.round, d.recipient,
                    (SELECT t.id FROM attempt t WHERE t.delivery = d.id AND t.number = d.attempts)
                FROM delivery d WHERE d.id = ?1 AND d.campaign = ?2",
            )?
            .query_row(params![delivery.0, run.campaign], |row| {
                Ok((word(row, 0)?, Round(row.get(1)?), RecipientId::new(row.get::<_, String>(2)?), row.get(3)?))
            })
            .optional()?;
        let Some((state, round, recipient, last)) = found else {
            return Err(LedgerError::NoSuchDelivery(delivery.0.to_string()).into());
        };
        let Some(next) = held::rule(state, last.map(AttemptId), *attempt, *ruled) else { return Ok(state) };
        // Another letter may have the address of one that failed, as after any failure. What is not failed is due.
        let failed = next == DeliveryState::Failed;
        store
            .connection
            .prepare_cached(
                "UPDATE delivery SET state = ?2, reason = ?3, next_attempt_at = ?4,
                    holds_address = iif(CAST(?4 AS INTEGER) IS NULL, 0, holds_address) WHERE id = ?1",
            )?
            .execute(params![delivery.0, next.as_str(), reason, (!failed).then(|| micros(*at))])?;
        store.record(&Happened {
            campaign: run.campaign,
            at: *at,
            delivery: Some((round, &recipient)),
            kind: next.as_str(),
            source: &store.source,
            detail: &json!({ "attempt": attempt.0, "reason": reason, "ruled": true }),
        })?;
        if next != state {
            store.moved(run.campaign, round, state, next);
        }
        Ok(next)
    }
}
