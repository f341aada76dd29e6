//! What a person says of a delivery in doubt, or of one that failed.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde_json::json;

use super::copies::{letter_was_resolved, resolve_copies};
use super::expired;
use super::failure::Failure;
use super::filing;
use super::forgotten;
use super::hold::lock;
use super::occupants::others;
use super::sent_row;
use super::value::{micros, person, time_if_any, word};
use super::writer::{Command, Happened, Store};
use crate::ledger::database::Connection;
use crate::ledger::rules::resolve::{Resolved, resolve};
use crate::ledger::sent_log::{Letter, Turn};
use crate::ledger::{LedgerError, Resolution, Word};
use crate::model::{DeliveryState, Person, RecipientId, Round};

/// Records what a person says of a delivery in doubt.
pub(super) struct Resolve {
    pub(super) round: Round,
    pub(super) recipient: RecipientId,
    pub(super) resolution: Resolution,
    pub(super) word: Word,
}

/// The delivery that is spoken of.
struct Found {
    delivery: i64,
    campaign: i64,
    state: DeliveryState,
    last_attempt_at: Option<Timestamp>,
    /// Why it is in that state.
    reason: Option<String>,
    address: String,
    /// Whose letter it is there, where several people get one each.
    person: Person,
}

impl Command for Resolve {
    type Output = ();
    const ALONE: bool = true;

    fn run(&mut self, store: &mut Store) -> std::result::Result<(), Failure> {
        let Found { delivery, campaign, state, last_attempt_at, reason, address, person } =
            self.find(&store.connection)?;
        expired::refuse(&store.connection, &self.word.campaign)?;
        // Held until the end of this function, while no other process can write: whoever takes it next sees what is
        // committed.
        let _lock = lock(store, &self.word.campaign, campaign, self.word.at)?;
        let Some(resolved) = resolve((state, reason.as_deref()), last_attempt_at, self.resolution, self.word.at) else {
            return self.resolve_copies(store, campaign, (delivery, state));
        };
        if next_is_open(resolved) && address.starts_with(forgotten::SIGN) {
            // Nobody knows any more whom it was for.
            return Err(LedgerError::NoSuchDelivery(self.recipient.to_string()).into());
        }
        if resolved == (Resolved::Due { again: true })
            && let Some(other) = others(&store.connection, delivery)?.excluding()
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
                first_attempt_at = iif(CAST(?5 AS INTEGER) IS NULL, first_attempt_at, NULL) WHERE id = ?1",
            params![delivery, next.as_str(), resolved.reason(), accepted_at, next_attempt_at],
        )?;
        letter_was_resolved(&store.connection, delivery, next)?;
        if next_attempt_at.is_some() {
            // What it was made of will be the row of the next attempt.
            sent_row::forget(&store.connection, delivery)?;
            filing::forget(&store.connection, delivery)?;
        }
        self.record(store, campaign, &json!({ "resolution": said, "state": next.as_str() }))?;
        store.moved(campaign, self.round, state, next);
        if let Some(turn) = Turn::of(next) {
            let address = store.witnesses.mark(&address, &person);
            let letter = Letter { campaign: self.word.campaign.clone(), round: self.round, address };
            store.witnesses.note(letter, self.word.at, turn);
        }
        Ok(())
    }
}

impl Resolve {
    fn find(&self, connection: &Connection) -> std::result::Result<Found, Failure> {
        let found = connection
            .query_row(
                "SELECT d.id, d.campaign, d.state, d.last_attempt_at, d.reason, d.email_key, d.person FROM campaign c
                JOIN delivery d ON d.campaign = c.id AND d.recipient = ?2 AND d.round = ?3 WHERE c.name = ?1",
                params![self.word.campaign.as_str(), self.recipient.as_str(), self.round.0],
                |row| {
                    Ok(Found {
                        delivery: row.get(0)?,
                        campaign: row.get(1)?,
                        state: word(row, 2)?,
                        last_attempt_at: time_if_any(row, 3)?,
                        reason: row.get(4)?,
                        address: row.get(5)?,
                        person: person(row, 6)?,
                    })
                },
            )
            .optional()?;
        found.ok_or_else(|| LedgerError::NoSuchDelivery(self.recipient.to_string()).into())
    }

    /// Where the letter itself was accepted, the word is of its copies in doubt.
    fn resolve_copies(
        &self,
        store: &Store,
        campaign: i64,
        letter: (i64, DeliveryState),
    ) -> std::result::Result<(), Failure> {
        let copies = resolve_copies(&store.connection, letter, self.resolution, self.word.at)?;
        if copies == 0 {
            return Err(LedgerError::NotInDoubt { recipient: self.recipient.to_string(), state: letter.1 }.into());
        }
        let said = match self.resolution {
            Resolution::Accepted => "accepted",
            Resolution::NotSent => "not-sent",
        };
        self.record(store, campaign, &json!({ "resolution": said, "copies": copies }))?;
        Ok(())
    }

    /// Writes the word down.
    fn record(&self, store: &Store, campaign: i64, detail: &serde_json::Value) -> rusqlite::Result<()> {
        store.record(&Happened {
            campaign,
            at: self.word.at,
            delivery: Some((self.round, &self.recipient)),
            kind: "resolved",
            source: &self.word.by.to_string(),
            detail,
        })
    }
}

/// Whether a letter is to be sent again.
fn next_is_open(resolved: Resolved) -> bool {
    resolved.state().is_open()
}
