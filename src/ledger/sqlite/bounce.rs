//! Letters that had bounced, and had not: a person says so.

use rusqlite::params;
use serde_json::json;

use super::expired;
use super::failure::Failure;
use super::suppress::readmit;
use super::value::time_if_any;
use super::writer::{Command, Happened, Store};
use crate::ledger::rules::effect::before_it_bounced;
use crate::ledger::{AddressChange, Unbounced, Word};
use crate::model::{DeliveryState, RecipientId, Round};

/// Makes what bounced what it was before.
pub(super) struct Unbounce {
    pub(super) recipient: RecipientId,
    pub(super) word: Word,
}

/// A letter that bounced.
struct Found {
    delivery: i64,
    campaign: i64,
    round: Round,
    /// What it was before.
    before: DeliveryState,
    email_key: String,
}

impl Command for Unbounce {
    type Output = Unbounced;

    fn run(&mut self, store: &mut Store) -> Result<Unbounced, Failure> {
        let mut unbounced = Unbounced { rounds: Vec::new(), address: AddressChange::AsBefore };
        let source = self.word.by.to_string();
        expired::refuse(&store.connection, &self.word.campaign)?;
        for Found { delivery, campaign, round, before, email_key } in self.find(store)? {
            store.connection.execute(
                "UPDATE delivery SET state = ?2, reason = 'a person said that it did not bounce', state_by = 'person' WHERE id = ?1",
                params![delivery, before.as_str()],
            )?;
            store.moved(campaign, round, DeliveryState::Bounced, before);
            let event = Happened {
                campaign,
                at: self.word.at,
                delivery: Some((round, &self.recipient)),
                kind: "resolved",
                source: &source,
                detail: &json!({ "state": before.as_str(), "before": "bounced" }),
            };
            store.record(&event)?;
            if readmit(store, &email_key, &event)? {
                unbounced.address = AddressChange::Lifted;
            }
            unbounced.rounds.push(round);
        }
        Ok(unbounced)
    }
}

impl Unbounce {
    fn find(&self, store: &Store) -> rusqlite::Result<Vec<Found>> {
        let mut statement = store.connection.prepare_cached(
            "SELECT d.id, d.campaign, d.round, d.accepted_at, d.email_key
            FROM campaign c JOIN delivery d ON d.campaign = c.id AND d.recipient = ?2
            WHERE c.name = ?1 AND d.state = 'bounced' ORDER BY d.round",
        )?;
        let rows = statement.query_map(params![self.word.campaign.as_str(), self.recipient.as_str()], |row| {
            Ok(Found {
                delivery: row.get(0)?,
                campaign: row.get(1)?,
                round: Round(row.get(2)?),
                before: before_it_bounced(time_if_any(row, 3)?),
                email_key: row.get(4)?,
            })
        })?;
        rows.collect()
    }
}
