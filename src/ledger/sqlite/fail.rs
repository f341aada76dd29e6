//! A delivery that was held back fails: letters to others have shown that its recipient is meant.

use rusqlite::{OptionalExtension, params};
use serde_json::json;

use super::failure::Failure;
use super::value::word;
use super::writer::{Command, Happened, Store};
use crate::ledger::rules::held;
use crate::ledger::{AttemptId, Failing, Lease, LedgerError};
use crate::model::{DeliveryState, RecipientId, Round};

/// Calls a delivery failed.
pub(super) struct Fail {
    pub(super) lease: Lease,
    pub(super) failing: Failing,
}

impl Command for Fail {
    type Output = DeliveryState;

    fn run(&mut self, store: &mut Store) -> std::result::Result<DeliveryState, Failure> {
        let run = store.run_of(&self.lease)?;
        let Failing { delivery, attempt, at, reason } = &self.failing;
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
        let next = held::fail(state, last.map(AttemptId), *attempt);
        if next == state {
            return Ok(state);
        }
        // Another letter may have the address now, as after any failure.
        store
            .connection
            .prepare_cached(
                "UPDATE delivery SET state = ?2, reason = ?3, next_attempt_at = NULL, holds_address = 0 WHERE id = ?1",
            )?
            .execute(params![delivery.0, next.as_str(), reason])?;
        store.record(&Happened {
            campaign: run.campaign,
            at: *at,
            delivery: Some((round, &recipient)),
            kind: next.as_str(),
            source: &store.source,
            detail: &json!({ "attempt": attempt.0, "reason": reason }),
        })?;
        store.moved(run.campaign, round, state, next);
        Ok(next)
    }
}
