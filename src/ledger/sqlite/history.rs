//! What went to recipients before: in the earlier rounds, and in the campaign that this one continues.

use rusqlite::{OptionalExtension, params};

use super::campaign::known_campaign;
use super::file::version_of;
use super::occupants::{occupant, prepare};
use super::sent_row;
use super::value::{date_if_any, time_if_any, word};
use crate::ledger::database::{Connection, Row};
use crate::ledger::rules::mailbox::{Occupant, letter_of};
use crate::ledger::rules::standing::is_of_person;
use crate::model::{Addressee, History, MessageId, Past, Round, Thread};

/// The letter of a round that may have left for an address, under whatever id.
const BY_ADDRESS: &str = "SELECT round, state, answer, accepted_at, message_id, subject, returns_on, id, recipient, person, name
    FROM delivery WHERE campaign = ?1 AND round = ?2 AND email_key = ?3 AND holds_address = 1 AND state NOT IN ('planned', 'deferred')";

/// The delivery to a recipient's id.
const BY_RECIPIENT: &str =
    "SELECT round, state, answer, accepted_at, message_id, subject, returns_on, id, email_key, name
    FROM delivery WHERE campaign = ?1 AND round = ?2 AND recipient = ?3";

/// Ledgers from this version on know what became of copies.
const COPIES_SINCE: i64 = 3;

/// A delivery, and what is known of it.
type Found = (i64, Past);

/// The delivery of an earlier round to a recipient: to this address, or to one that the same person had before.
pub(super) fn past(
    connection: &Connection,
    campaign: i64,
    round: Round,
    to: &Addressee,
) -> rusqlite::Result<Option<Past>> {
    Ok(find(connection, campaign, round, to)?.map(|(_, past)| past))
}

fn find(connection: &Connection, campaign: i64, round: Round, to: &Addressee) -> rusqlite::Result<Option<Found>> {
    let by_address = by_address(connection, campaign, round, to)?;
    if by_address.is_some() {
        return Ok(by_address);
    }
    let by_recipient = connection
        .prepare_cached(BY_RECIPIENT)?
        .query_row(params![campaign, round.0, to.id.as_str()], |row| {
            let (address, name) = (row.get_ref(8)?.as_str()?, row.get_ref(9)?.as_str()?);
            is_of_person(to, address, name).then(|| read(row)).transpose()
        })
        .optional()?;
    Ok(by_recipient.flatten())
}

/// The letter that may have left for the address of a recipient: of several, the recipient's own.
fn by_address(connection: &Connection, campaign: i64, round: Round, to: &Addressee) -> rusqlite::Result<Option<Found>> {
    let mut statement = prepare(connection, BY_ADDRESS)?;
    let found =
        statement.query_map(params![campaign, round.0, to.address], |row| Ok((read(row)?, occupant(row, 8)?)))?;
    let (mut letters, occupants): (Vec<Found>, Vec<Occupant>) =
        found.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().unzip();
    Ok(letter_of(to, &occupants).map(|at| letters.swap_remove(at)))
}

/// What went to each of some recipients before.
pub(super) fn histories(
    connection: &Connection,
    thread: &Thread,
    recipients: &[Addressee],
) -> rusqlite::Result<Vec<History>> {
    // One look at the ledger for all of them.
    let _look = connection.look()?;
    let campaign = known_campaign(connection, &thread.campaign)?;
    let continued = thread.continues.as_ref().map(|name| known_campaign(connection, name)).transpose()?.flatten();
    let last = continued.map(|campaign| last_round(connection, campaign)).transpose()?.flatten();
    let history = |to: &Addressee| {
        let mut history = History::default();
        if let (Some(campaign), Some(last)) = (continued, last) {
            for round in 0..=last {
                let letter = by_address(connection, campaign, Round(round), to)?;
                history.continued.extend(letter.map(|(_, past)| past));
            }
        }
        for round in 0..thread.before.0 {
            let found = campaign.map(|campaign| find(connection, campaign, Round(round), to)).transpose()?.flatten();
            let Some((delivery, mut past)) = found else { continue };
            past.failed_copies = failed_copies(connection, delivery)?;
            if thread.quotes && round == 0 {
                past.made_of = sent_row::made_of(connection, delivery)?.map(Box::new);
            }
            history.rounds.push(past);
        }
        Ok(history)
    };
    recipients.iter().map(history).collect()
}

/// The addresses that copies of a letter could not be sent to.
fn failed_copies(connection: &Connection, delivery: i64) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT address_key FROM copy WHERE delivery = ?1 AND state = 'failed' ORDER BY address_key";
    let mut statement = match connection.prepare_cached(sql) {
        // An older ledger, which is only read.
        Err(_) if version_of(connection)? < COPIES_SINCE => return Ok(Vec::new()),
        prepared => prepared?,
    };
    statement.query_map([delivery], |row| row.get(0))?.collect()
}

fn last_round(connection: &Connection, campaign: i64) -> rusqlite::Result<Option<u32>> {
    connection
        .prepare_cached("SELECT max(round) FROM plan WHERE campaign = ?1")?
        .query_row([campaign], |row| row.get(0))
}

fn read(row: &Row<'_>) -> rusqlite::Result<Found> {
    let past = Past {
        round: Round(row.get(0)?),
        state: word(row, 1)?,
        answer: word(row, 2)?,
        accepted_at: time_if_any(row, 3)?,
        failed_copies: Vec::new(),
        message_id: row.get::<_, Option<String>>(4)?.map(MessageId::from_text),
        subject: row.get(5)?,
        returns_on: date_if_any(row, 6)?,
        made_of: None,
    };
    Ok((row.get(7)?, past))
}
