//! Where the deliveries to recipients stand, for planning.

use rusqlite::{OptionalExtension, params};

use super::campaign::known_campaign;
use super::former;
use super::value::{whole, word};
use crate::ledger::Standing;
use crate::ledger::database::{Connection, Row};
use crate::ledger::rules::standing::counts;
use crate::model::{CampaignId, RecipientId, Round};

/// The delivery at a place of the plan, where it is to this recipient. In a list that is as it was planned, one after
/// another is found so; the index by recipient is read all over.
const AT_PLACE: &str = "SELECT state, answer, email_key, holds_address FROM delivery INDEXED BY delivery_in_order
    WHERE campaign = ?1 AND round = ?2 AND place = ?4 AND recipient = ?3";

const BY_RECIPIENT: &str = "SELECT state, answer, email_key, holds_address FROM delivery
    WHERE campaign = ?1 AND recipient = ?3 AND round = ?2";

/// The letter that may have left for an address.
const BY_ADDRESS: &str = "SELECT state, answer, email_key, holds_address FROM delivery
    WHERE campaign = ?1 AND round = ?2 AND email_key = ?3 AND holds_address = 1 AND state NOT IN ('planned', 'deferred')";

/// A delivery, and whether no other letter of the round may have its address.
struct Found {
    standing: Standing,
    holds_address: bool,
}

impl Found {
    /// Whether it is the one that counts, whatever was sent to the address under other ids.
    fn counts(&self, address: &str) -> bool {
        // Where nobody else may have the address, there is nobody to look for.
        counts(&self.standing, address) || (self.holds_address && self.standing.address == address)
    }
}

/// Where deliveries stand, by recipient and address of each; `first_place` is the first one's place in the list, where
/// it is known.
pub(super) fn standings(
    connection: &Connection,
    campaign: &CampaignId,
    round: Round,
    first_place: Option<u64>,
    recipients: &[(RecipientId, String)],
) -> rusqlite::Result<Vec<Option<Standing>>> {
    // One look at the ledger for all of them.
    let _look = connection.look()?;
    let Some(key) = known_campaign(connection, campaign)? else {
        return Ok(recipients.iter().map(|_| None).collect());
    };
    let has_formers = former::are_there(connection)?;
    let mut at_place = connection.prepare_cached(AT_PLACE)?;
    let mut by_recipient = connection.prepare_cached(BY_RECIPIENT)?;
    let mut by_address = connection.prepare_cached(BY_ADDRESS)?;
    let mut standings = Vec::with_capacity(recipients.len());
    for (n, (recipient, address)) in (0..).zip(recipients) {
        let recipient = recipient.as_str();
        let mut own = match first_place {
            Some(first) => at_place.query_row(params![key, round.0, recipient, whole(first + n)?], found).optional()?,
            None => None,
        };
        if own.is_none() {
            own = by_recipient.query_row(params![key, round.0, recipient], found).optional()?;
        }
        if !own.as_ref().is_some_and(|own| own.counts(address)) {
            let other = by_address.query_row(params![key, round.0, address], found).optional()?;
            let other = match other {
                None if has_formers => {
                    former::letter_to(connection, key, round, address)?.map(|(_, standing)| standing)
                }
                other => other.map(|other| other.standing),
            };
            if let Some(other) = other {
                standings.push(Some(other));
                continue;
            }
        }
        standings.push(own.map(|own| own.standing));
    }
    Ok(standings)
}

fn found(row: &Row<'_>) -> rusqlite::Result<Found> {
    let standing = Standing { state: word(row, 0)?, answer: word(row, 1)?, address: row.get(2)? };
    Ok(Found { standing, holds_address: row.get(3)? })
}
