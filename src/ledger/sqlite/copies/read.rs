//! Which copies are to be sent, and when; and how many stand where.

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, params};

use crate::ledger::database::{Connection, Row};
use crate::ledger::sqlite::value::{count, micros, time, time_if_any, word};
use crate::ledger::{AsSent, CopiesOf, CopyId, DeliveryId, DueCopy, KeptLetter, Tally};
use crate::model::{CampaignId, EmailAddress, MessageId, RecipientId, Round, Token};

/// The deferred copies of a round, of letters that were accepted.
const DEFERRED: &str = "FROM campaign k CROSS JOIN copy c INDEXED BY copy_deferred ON c.state = 'deferred'
    CROSS JOIN delivery d ON d.id = c.delivery AND d.campaign = k.id AND d.round = ?2 AND d.state IN ('accepted', 'bounced')
    WHERE k.name = ?1";

fn is_among(of: &CopiesOf, recipient: &str, address: &str) -> bool {
    of.only.is_empty() || of.only.contains(recipient) || of.only.contains(address)
}

fn address(row: &Row<'_>, column: usize) -> rusqlite::Result<EmailAddress> {
    let text: String = row.get(column)?;
    EmailAddress::parse(&text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.to_string().into()))
}

/// The next copies that may be sent at `now`.
pub(in crate::ledger::sqlite) fn due_copies(
    connection: &Connection,
    of: &CopiesOf,
    now: Timestamp,
    limit: usize,
) -> rusqlite::Result<Vec<DueCopy>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT c.id, c.delivery, d.recipient, d.email_key, c.address, c.attempts, c.first_attempt_at, c.last_attempt_at
        {DEFERRED} AND c.next_attempt_at <= ?3 ORDER BY c.next_attempt_at, c.id"
    ))?;
    let mut rows = statement.query(params![of.campaign.as_str(), of.round.0, micros(now)])?;
    let mut due = Vec::new();
    while due.len() < limit
        && let Some(ref row) = rows.next()?
    {
        let copy = DueCopy {
            id: CopyId(row.get(0)?),
            delivery: DeliveryId(row.get(1)?),
            recipient: RecipientId::new(row.get::<_, String>(2)?),
            letter_to: row.get(3)?,
            address: address(row, 4)?,
            attempts: row.get(5)?,
            first_attempt_at: time(row, 6)?,
            last_attempt_at: time(row, 7)?,
        };
        if is_among(of, copy.recipient.as_str(), &copy.letter_to) {
            due.push(copy);
        }
    }
    Ok(due)
}

/// When the next copy is to be sent that may not be sent at `now`.
pub(in crate::ledger::sqlite) fn next_copy_at(
    connection: &Connection,
    of: &CopiesOf,
    now: Timestamp,
) -> rusqlite::Result<Option<Timestamp>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT c.next_attempt_at, d.recipient, d.email_key {DEFERRED} AND c.next_attempt_at > ?3 ORDER BY c.next_attempt_at"
    ))?;
    let mut rows = statement.query(params![of.campaign.as_str(), of.round.0, micros(now)])?;
    while let Some(ref row) = rows.next()? {
        if is_among(of, row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str()?) {
            return time_if_any(row, 0);
        }
    }
    Ok(None)
}

/// A letter of which a copy is to be sent, as it left.
pub(in crate::ledger::sqlite) fn as_sent(
    connection: &Connection,
    delivery: DeliveryId,
) -> rusqlite::Result<Option<AsSent>> {
    connection
        .prepare_cached(
            "SELECT k.sender, k.message, d.token, d.message_id, d.subject
            FROM kept_letter k CROSS JOIN delivery d ON d.id = k.delivery WHERE k.delivery = ?1",
        )?
        .query_row([delivery.0], |row| {
            Ok(AsSent {
                letter: KeptLetter { sender: address(row, 0)?, message: row.get(1)? },
                token: Token::from_text(row.get::<_, String>(2)?),
                message_id: MessageId::from_text(row.get::<_, String>(3)?),
                subject: row.get(4)?,
            })
        })
        .optional()
}

/// How many copies of a round stand where.
pub(in crate::ledger::sqlite) fn tally(
    connection: &Connection,
    campaign: &CampaignId,
    round: Round,
) -> rusqlite::Result<Tally> {
    let mut tally = Tally::default();
    // A ledger of an older version is read as it is, and knows of none.
    if !connection.has_table("copy")? {
        return Ok(tally);
    }
    let mut statement = connection.prepare_cached(
        "SELECT c.state, count(*) FROM campaign k CROSS JOIN copy c CROSS JOIN delivery d ON d.id = c.delivery
        WHERE k.name = ?1 AND d.campaign = k.id AND d.round = ?2 GROUP BY c.state",
    )?;
    let mut rows = statement.query(params![campaign.as_str(), round.0])?;
    while let Some(ref row) = rows.next()? {
        tally.add(word(row, 0)?, count(row, 1)?);
    }
    Ok(tally)
}

/// Who may have a copy of a letter of a round, by address, with the address of the letter's recipient.
pub(in crate::ledger::sqlite) fn copied(
    connection: &Connection,
    campaign: &CampaignId,
    round: Round,
) -> rusqlite::Result<Vec<(String, String)>> {
    if !connection.has_table("copy")? {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare_cached(
        "SELECT c.address_key, min(d.email) FROM campaign k CROSS JOIN copy c CROSS JOIN delivery d ON d.id = c.delivery
        WHERE k.name = ?1 AND d.campaign = k.id AND d.round = ?2 AND c.state IN ('attempting', 'accepted', 'in-doubt')
        GROUP BY c.address_key",
    )?;
    let rows = statement.query_map(params![campaign.as_str(), round.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}
