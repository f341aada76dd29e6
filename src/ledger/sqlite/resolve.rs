//! What a person says of a delivery in doubt, or of one that failed.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;

use super::failure::Failure;
use super::hold::lock;
use super::sent_row;
use super::value::{micros, time_if_any, word};
use super::writer::{Command, Happened, Store};
use crate::ledger::rules::resolve::{Resolved, resolve};
use crate::ledger::sent_log::{Letter, Turn};
use crate::ledger::{LedgerError, Resolution, Word};
use crate::model::{DeliveryState, RecipientId, Round};

/// Records what a person says of a delivery in doubt.
pub(super) struct Resolve {
    pub(super) round: Round,
    pub(super) recipient: RecipientId,
    pub(super) resolution: Resolution,
    pub(super) word: Word,
}

/// A delivery, its campaign, its state, when it was last attempted, and why it is in that state.
type Found = (i64, i64, DeliveryState, Option<Timestamp>, Option<String>, String);

impl Command for Resolve {
    type Output = ();
    const ALONE: bool = true;

    fn run(&mut self, store: &mut Store) -> std::result::Result<(), Failure> {
        let found: Option<Found> = store
            .connection
            .query_row(
                "SELECT d.id, d.campaign, d.state, d.last_attempt_at, d.reason, d.email_key FROM campaign c
                JOIN delivery d ON d.campaign = c.id AND d.recipient = ?2 AND d.round = ?3 WHERE c.name = ?1",
                params![self.word.campaign.as_str(), self.recipient.as_str(), self.round.0],
                |row| Ok((row.get(0)?, row.get(1)?, word(row, 2)?, time_if_any(row, 3)?, row.get(4)?, row.get(5)?)),
            )
            .optional()?;
        let Some((delivery, campaign, state, last_attempt_at, reason, address)) = found else {
            return Err(LedgerError::NoSuchDelivery(self.recipient.to_string()).into());
        };
        // Held until the end of this function, while no other process can write: whoever takes it next sees what is
        // committed.
        let _lock = lock(store, &self.word.campaign, campaign, self.word.at)?;
        let resolved = resolve((state, reason.as_deref()), last_attempt_at, self.resolution, self.word.at)
            .ok_or_else(|| LedgerError::NotInDoubt { recipient: self.recipient.to_string(), state })?;
        if resolved == (Resolved::Due { again: true })
            && let Some(other) = holder_of_address(&store.connection, delivery)?
        {
            return Err(LedgerError::AddressTaken { recipient: self.recipient.to_string(), other }.into());
        }
        let next = resolved.state();
        let (said, accepted_at, next_attempt_at) = match resolved {
            Resolved::Accepted { at } => ("accepted", Some(micros(at)), None),
            Resolved::Due { .. } => ("not-sent", None, Some(micros(self.word.at))),
        };
        store.connection.execute(
            // What is sent by a person's word has its whole time before it is given up.
            "UPDATE delivery SET state = ?2, reason = ?3, accepted_at = ?4, next_attempt_at = ?5, holds_address = 1,
                first_attempt_at = iif(?5 IS NULL, first_attempt_at, NULL) WHERE id = ?1",
            params![delivery, next.as_str(), resolved.reason(), accepted_at, next_attempt_at],
        )?;
        if next_attempt_at.is_some() {
            // What it was made of will be the row of the next attempt.
            sent_row::forget(&store.connection, delivery)?;
        }
        store.record(&Happened {
            campaign,
            at: self.word.at,
            delivery: Some((self.round, &self.recipient)),
            kind: "resolved",
            source: &self.word.by.to_string(),
            detail: &json!({ "resolution": said, "state": next.as_str() }),
        })?;
        store.moved(campaign, self.round, state, next);
        if let Some(turn) = Turn::of(next) {
            let address = store.witnesses.mark(&address);
            let letter = Letter { campaign: self.word.campaign.clone(), round: self.round, address };
            store.witnesses.note(letter, self.word.at, turn);
        }
        Ok(())
    }
}

/// The recipient of the other letter of the round that holds a delivery's address.
fn holder_of_address(connection: &Connection, delivery: i64) -> rusqlite::Result<Option<String>> {
    connection
        .query_row(
            "SELECT o.recipient FROM delivery d JOIN delivery o ON o.campaign = d.campaign AND o.round = d.round
                AND o.email_key = d.email_key AND o.holds_address = 1 AND o.id <> d.id WHERE d.id = ?1",
            [delivery],
            |row| row.get(0),
        )
        .optional()
}
