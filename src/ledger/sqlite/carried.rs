//! Copies on their way in their letter's transaction.

use rusqlite::params;

use super::value::micros;
use crate::ledger::Claim;
use crate::ledger::database::Connection;
use crate::ledger::rules::ENDED_BEFORE_THE_REPLY;

/// Writes down whose copies leave with a letter: whoever kills the run does not make the program forget them.
pub(super) fn leave(connection: &Connection, claim: &Claim) -> rusqlite::Result<()> {
    if claim.copies.is_empty() {
        return Ok(());
    }
    forget(connection, claim.delivery.0)?;
    for address in &claim.copies {
        connection.change_any(
            "INSERT INTO copy (delivery, address, address_key, state, attempts, first_attempt_at, last_attempt_at)
            VALUES (?1, ?2, ?3, 'attempting', 1, ?4, ?4) ON CONFLICT DO NOTHING",
            params![claim.delivery.0, address.to_string(), address.key(), micros(claim.at)],
        )?;
    }
    Ok(())
}

/// The copies of a letter that an earlier run left open are in doubt with it.
pub(super) fn letter_was_left_open(connection: &Connection, delivery: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE copy SET state = 'in-doubt', reason = ?2 WHERE delivery = ?1 AND state = 'attempting'")?
        .execute(params![delivery, ENDED_BEFORE_THE_REPLY])?;
    Ok(())
}

/// Forgets the copies of a letter that is to be sent again, with all of them.
pub(super) fn forget(connection: &Connection, delivery: i64) -> rusqlite::Result<()> {
    connection.change_any("DELETE FROM copy WHERE delivery = ?1", [delivery])?;
    connection.change_any("DELETE FROM kept_letter WHERE delivery = ?1", [delivery])
}
