//! Addresses that a letter had before its row was mended: it left for them, and came back.

use rusqlite::{OptionalExtension, params};

use super::file::version_of;
use super::occupants::prepare;
use super::value::{person, word};
use crate::ledger::Standing;
use crate::ledger::database::Connection;
use crate::model::{CampaignId, DeliveryState, Person, Round};

/// They are in ledgers from this version on.
const KNOWN_SINCE: i64 = 5;

/// Whether a ledger, which may be an older one that is only read, can have any.
fn are_known(connection: &Connection) -> rusqlite::Result<bool> {
    Ok(version_of(connection)? >= KNOWN_SINCE)
}

/// Whether a ledger has any: whoever goes through a long list need not ask for each row then.
pub(super) fn are_there(connection: &Connection) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM former_address)";
    Ok(are_known(connection)? && connection.query_row(sql, [], |row| row.get(0))?)
}

/// Keeps the address of a delivery that came back and is to go to another one.
pub(super) fn keep(connection: &Connection, delivery: i64) -> rusqlite::Result<()> {
    connection.execute(
        "INSERT INTO former_address (delivery, email_key, attempts, person)
        SELECT id, email_key, attempts, person FROM delivery WHERE id = ?1 AND state = 'bounced' ON CONFLICT DO NOTHING",
        [delivery],
    )?;
    Ok(())
}

/// Whether a delivery had an address before.
pub(super) fn was(connection: &Connection, delivery: i64, address: &str) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM former_address WHERE delivery = ?1 AND email_key = ?2)")?
        .query_row(params![delivery, address], |row| row.get(0))
}

/// The recipient of the letter of a round that left for an address and came back, and where it stands there: it does
/// not go there again.
pub(super) fn letter_to(
    connection: &Connection,
    campaign: i64,
    round: Round,
    address: &str,
) -> rusqlite::Result<Option<(String, Standing)>> {
    connection
        .prepare_cached(
            "SELECT d.recipient, d.answer FROM former_address f JOIN delivery d ON d.id = f.delivery
            WHERE f.email_key = ?3 AND d.campaign = ?1 AND d.round = ?2",
        )?
        .query_row(params![campaign, round.0, address], |row| {
            let (state, address) = (DeliveryState::Bounced, address.to_owned());
            Ok((row.get(0)?, Standing { state, answer: word(row, 1)?, address }))
        })
        .optional()
}

/// Goes through those of a round, each with how often its letter was attempted by then.
pub(super) fn each(
    connection: &Connection,
    campaign: &CampaignId,
    round: Round,
    mut see: impl FnMut(&str, &Person, u32),
) -> rusqlite::Result<()> {
    if !are_known(connection)? {
        return Ok(());
    }
    let mut statement = prepare(
        connection,
        "SELECT f.email_key, f.attempts, f.person FROM former_address f JOIN delivery d ON d.id = f.delivery
        JOIN campaign c ON c.id = d.campaign WHERE c.name = ?1 AND d.round = ?2",
    )?;
    let mut rows = statement.query(params![campaign.as_str(), round.0])?;
    while let Some(ref row) = rows.next()? {
        see(row.get_ref(0)?.as_str()?, &person(row, 2)?, row.get(1)?);
    }
    Ok(())
}
