//! Copies: what became of each in its letter's transaction, and those that have one of their own.

mod claim;
mod read;
mod settle;

use jiff::Timestamp;
use rusqlite::params;
use serde_json::json;

pub(super) use self::claim::ClaimTheCopy;
pub(super) use self::read::{as_sent, copied, due_copies, next_copy_at, tally};
pub(super) use self::settle::SettleCopy;
use super::carried::forget;
use super::session::Whose;
use super::value::{micros, reply, word};
use super::writer::{Happened, Store};
use crate::ledger::database::Connection;
use crate::ledger::rules::ENDED_BEFORE_THE_REPLY;
use crate::ledger::rules::copies::{needs_letter, resolve_copy};
use crate::ledger::{Resolution, Settlement, in_words};
use crate::model::{DeliveryState, RecipientId, Round};

/// Writes down what became of the copies of a letter in its transaction, in place of what an earlier one came to.
pub(super) fn write_ends(connection: &Connection, settlement: &Settlement) -> rusqlite::Result<()> {
    let Settlement { delivery, at, copies, kept, .. } = settlement;
    forget(connection, delivery.0)?;
    for end in copies {
        let next = end.next_attempt_at.filter(|_| end.state == DeliveryState::Deferred);
        let said = end.reply.as_ref();
        connection.change_any(
            "INSERT INTO copy (delivery, address, address_key, state, attempts, first_attempt_at, last_attempt_at,
                next_attempt_at, smtp_code, smtp_enhanced, smtp_text)
            VALUES (?1, ?2, ?3, ?4, 1, ?5, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
            params![
                delivery.0,
                end.address.to_string(),
                end.address.key(),
                end.state.as_str(),
                micros(*at),
                next.map(micros),
                said.map(|it| it.code),
                said.and_then(|it| it.enhanced).map(|it| it.to_string()),
                said.map(|it| &it.text),
            ],
        )?;
    }
    if let Some(kept) = kept {
        let keep = "INSERT INTO kept_letter (delivery, sender, message) VALUES (?1, ?2, ?3)";
        connection.change_one(keep, params![delivery.0, kept.sender.to_string(), kept.message])?;
    }
    Ok(())
}

/// After a copy went from one state to another: the log says where they all stand, and the letter is kept no longer
/// than it is needed.
fn tell(connection: &Connection, delivery: i64) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "SELECT address, state, smtp_code, smtp_enhanced, smtp_text, reason FROM copy WHERE delivery = ?1 ORDER BY id",
    )?;
    let read = |row: &crate::ledger::database::Row<'_>| {
        let (said, reason) = (reply(row, 2)?.map(|it| it.to_string()), row.get::<_, Option<String>>(5)?);
        let state: DeliveryState = word(row, 1)?;
        let said = if state == DeliveryState::Skipped { reason } else { said.or(reason) };
        Ok((row.get::<_, String>(0)?, state, said))
    };
    let copies = statement.query_map([delivery], read)?.collect::<rusqlite::Result<Vec<_>>>()?;
    let said = in_words(copies.iter().map(|(address, state, said)| (address.as_str(), *state, said.clone())));
    connection
        .prepare_cached("UPDATE delivery SET reason = ?2 WHERE id = ?1 AND state = 'accepted'")?
        .execute(params![delivery, said])?;
    if !copies.iter().any(|(_, state, _)| needs_letter(*state)) {
        connection.prepare_cached("DELETE FROM kept_letter WHERE delivery = ?1")?.execute([delivery])?;
    }
    Ok(())
}

/// What a person's word of a letter means for its copies: those in doubt were in its transaction.
pub(super) fn letter_was_resolved(connection: &Connection, delivery: i64, to: DeliveryState) -> rusqlite::Result<()> {
    if to != DeliveryState::Accepted {
        return forget(connection, delivery);
    }
    connection.execute("UPDATE copy SET state = 'accepted' WHERE delivery = ?1 AND state = 'in-doubt'", [delivery])?;
    Ok(())
}

/// What a person's word makes of the copies in doubt of a letter that was accepted; gives how many there were.
pub(super) fn resolve_copies(
    connection: &Connection,
    (delivery, letter): (i64, DeliveryState),
    resolution: Resolution,
    at: Timestamp,
) -> rusqlite::Result<usize> {
    let Some(next) = resolve_copy(letter, DeliveryState::InDoubt, resolution) else { return Ok(0) };
    let again = (next == DeliveryState::Deferred).then(|| micros(at));
    let count = connection.execute(
        "UPDATE copy SET state = ?2, next_attempt_at = ?3, first_attempt_at = coalesce(?3, first_attempt_at), reason = NULL
        WHERE delivery = ?1 AND state = 'in-doubt'",
        params![delivery, next.as_str(), again],
    )?;
    if count > 0 {
        tell(connection, delivery)?;
    }
    Ok(count)
}

/// Puts in doubt the copies that an earlier run left open.
pub(super) fn close_open_copies(
    store: &mut Store,
    Whose { campaign, run }: Whose,
    at: Timestamp,
    counted_from: i64,
) -> rusqlite::Result<()> {
    let open = {
        let mut statement = store.connection.prepare(
            "SELECT t.id, t.number, c.id, c.address, d.id, d.round, d.recipient
            FROM account a CROSS JOIN attempt t ON t.account = a.id AND t.counted_from IS NULL
            CROSS JOIN copy c ON c.attempt = t.id AND c.state = 'attempting' CROSS JOIN delivery d ON d.id = c.delivery
            WHERE d.campaign = ?1 AND (CAST(?2 AS INTEGER) IS NULL OR t.lease = ?2) ORDER BY t.id",
        )?;
        let rows = statement.query_map(params![campaign, run], |row| {
            let copy = (row.get::<_, i64>(2)?, row.get::<_, String>(3)?);
            let to = (Round(row.get(5)?), RecipientId::new(row.get::<_, String>(6)?));
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, copy, row.get::<_, i64>(4)?, to))
        })?;
        rows.collect::<rusqlite::Result<Vec<_>>>()?
    };
    for (attempt, number, (copy, address), delivery, (round, recipient)) in open {
        store.connection.execute(
            "UPDATE attempt SET ended_at = ?2, counted_from = ?3, outcome = 'in-doubt', reason = ?4 WHERE id = ?1",
            params![attempt, micros(at), counted_from, ENDED_BEFORE_THE_REPLY],
        )?;
        store.connection.execute(
            "UPDATE copy SET state = 'in-doubt', reason = ?2, smtp_code = NULL, smtp_enhanced = NULL, smtp_text = NULL
            WHERE id = ?1",
            params![copy, ENDED_BEFORE_THE_REPLY],
        )?;
        tell(&store.connection, delivery)?;
        store.record(&Happened {
            campaign,
            at,
            delivery: Some((round, &recipient)),
            kind: EVENT,
            source: &store.source,
            detail: &json!({
                "address": address, "state": DeliveryState::InDoubt.as_str(), "attempt": number, "reason": ENDED_BEFORE_THE_REPLY
            }),
        })?;
    }
    Ok(())
}

/// What happened to a copy by itself.
const EVENT: &str = "copy";
