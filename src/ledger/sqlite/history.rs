//! What went to recipients before: in the earlier rounds, and in the campaign that this one continues.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::campaign::known_campaign;
use super::sent_row;
use super::value::{time_if_any, word};
use crate::model::{Addressee, History, MessageId, Past, Round, Thread};

/// The letter of a round that may have left for an address, under whatever id.
const BY_ADDRESS: &str = "SELECT round, state, answer, accepted_at, message_id, subject, returns_on, id FROM delivery
    WHERE campaign = ?1 AND round = ?2 AND email_key = ?3 AND holds_address = 1 AND state NOT IN ('planned', 'deferred')";

/// The delivery to a recipient: to this address, or to one that the same person had before.
const BY_RECIPIENT: &str = "SELECT round, state, answer, accepted_at, message_id, subject, returns_on, id FROM delivery
    WHERE campaign = ?1 AND recipient = ?4 AND round = ?2 AND (email_key = ?3 OR (name = ?5 AND name <> ''))";

/// A delivery, and what is known of it.
type Found = (i64, Past);

/// The delivery of an earlier round to a recipient. An id alone is no proof: a list that got new ids gives one to somebody else.
pub(super) fn past(
    connection: &Connection,
    campaign: i64,
    round: Round,
    to: &Addressee,
) -> rusqlite::Result<Option<Past>> {
    Ok(find(connection, campaign, round, to)?.map(|(_, past)| past))
}

fn find(connection: &Connection, campaign: i64, round: Round, to: &Addressee) -> rusqlite::Result<Option<Found>> {
    let by_address =
        connection.prepare_cached(BY_ADDRESS)?.query_row(params![campaign, round.0, to.address], read).optional()?;
    if by_address.is_some() {
        return Ok(by_address);
    }
    connection
        .prepare_cached(BY_RECIPIENT)?
        .query_row(params![campaign, round.0, to.address, to.id.as_str(), to.name], read)
        .optional()
}

/// What went to each of some recipients before.
pub(super) fn histories(
    connection: &Connection,
    thread: &Thread,
    recipients: &[Addressee],
) -> rusqlite::Result<Vec<History>> {
    // One look at the ledger for all of them.
    let _look = connection.unchecked_transaction()?;
    let campaign = known_campaign(connection, &thread.campaign)?;
    let continued = thread.continues.as_ref().map(|name| known_campaign(connection, name)).transpose()?.flatten();
    let last = continued.map(|campaign| last_round(connection, campaign)).transpose()?.flatten();
    let history = |to: &Addressee| {
        let mut history = History::default();
        if let (Some(campaign), Some(last)) = (continued, last) {
            for round in 0..=last {
                let letter = connection
                    .prepare_cached(BY_ADDRESS)?
                    .query_row(params![campaign, round, to.address], read)
                    .optional()?;
                history.continued.extend(letter.map(|(_, past)| past));
            }
        }
        for round in 0..thread.before.0 {
            let found = campaign.map(|campaign| find(connection, campaign, Round(round), to)).transpose()?.flatten();
            let Some((delivery, mut past)) = found else { continue };
            if thread.quotes && round == 0 {
                past.made_of = sent_row::made_of(connection, delivery)?.map(Box::new);
            }
            history.rounds.push(past);
        }
        Ok(history)
    };
    recipients.iter().map(history).collect()
}

fn last_round(connection: &Connection, campaign: i64) -> rusqlite::Result<Option<u32>> {
    connection
        .prepare_cached("SELECT max(round) FROM plan WHERE campaign = ?1")?
        .query_row([campaign], |row| row.get(0))
}

fn read(row: &Row<'_>) -> rusqlite::Result<Found> {
    let returns_on: Option<String> = row.get(6)?;
    let past = Past {
        round: Round(row.get(0)?),
        state: word(row, 1)?,
        answer: word(row, 2)?,
        accepted_at: time_if_any(row, 3)?,
        message_id: row.get::<_, Option<String>>(4)?.map(MessageId::from_text),
        subject: row.get(5)?,
        // What is no date is none: it would only be waited for.
        returns_on: returns_on.and_then(|date| date.parse().ok()),
        made_of: None,
    };
    Ok((row.get(7)?, past))
}
