//! Letters are reserved for a run: no other one reads them as its own while that run stands.

use rusqlite::params;

use crate::ledger::database::Connection;
use crate::ledger::sqlite::due::{after, delivery};
use crate::ledger::sqlite::value::{micros, texts};
use crate::ledger::{Beside, Due, Lease, Wanted};

/// The letters of a plan that may be sent; with a condition of its own.
///
/// Nothing is joined: the index has them in the order of the plan then, and the first of them are found without a look
/// at all others.
const OPEN: &str = "FROM delivery d WHERE d.campaign = (SELECT id FROM campaign WHERE name = ?1) AND d.round = ?2
    AND d.state IN ('planned', 'deferred') AND d.generation = (SELECT p.generation FROM plan p
        WHERE p.campaign = (SELECT id FROM campaign WHERE name = ?1) AND p.round = ?2)
    AND (CAST(?3 AS TEXT) IS NULL OR d.recipient IN (SELECT value FROM json_each(?3))
        OR d.email_key IN (SELECT value FROM json_each(?3)))";

/// Whether the run for which a letter is reserved was not closed.
const IS_RESERVED: &str = "EXISTS (SELECT 1 FROM run r WHERE r.number = d.reserved_by AND r.ended_at IS NULL)";

/// Reserves the next letters for a run that stands, and gives them. What somebody else has under his hands at this
/// moment is passed over.
pub(in crate::ledger::sqlite) fn reserve(
    connection: &Connection,
    lease: &Lease,
    wanted: &Wanted,
) -> rusqlite::Result<Vec<Due>> {
    let limit = i64::try_from(wanted.limit).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(&format!(
        "WITH free AS (
            SELECT d.id {OPEN} AND d.place > ?4 AND (d.next_attempt_at IS NULL OR d.next_attempt_at <= ?5)
                AND (d.reserved_by = ?7 OR NOT {IS_RESERVED})
                AND EXISTS (SELECT 1 FROM run r WHERE r.number = ?7 AND r.ended_at IS NULL)
            ORDER BY d.place LIMIT ?6 FOR UPDATE OF d SKIP LOCKED
        ), taken AS (
            UPDATE delivery d SET reserved_by = ?7 FROM free WHERE d.id = free.id
            RETURNING d.id, d.recipient, d.place, d.list_row, d.attempts, d.first_attempt_at, d.last_attempt_at, d.message_id
        )
        SELECT t.id, t.recipient, t.place, r.line, r.cells, r.left_out, t.attempts, t.first_attempt_at, t.last_attempt_at,
            t.message_id
        FROM taken t JOIN list_row r ON r.id = t.list_row ORDER BY t.place"
    ))?;
    let values = params![
        lease.campaign.as_str(),
        wanted.round.0,
        only(wanted)?,
        after(wanted.after),
        micros(wanted.now),
        limit,
        lease.number
    ];
    statement.query_map(values, delivery)?.collect()
}

/// What there is of a round beside what a run has.
pub(in crate::ledger::sqlite) fn beside(
    connection: &Connection,
    lease: &Lease,
    wanted: &Wanted,
) -> rusqlite::Result<Beside> {
    let (campaign, round, only) = (lease.campaign.as_str(), wanted.round.0, only(wanted)?);
    let free = format!(
        "SELECT EXISTS (SELECT 1 {OPEN} AND (d.next_attempt_at IS NULL OR d.next_attempt_at <= ?4) AND NOT {IS_RESERVED})"
    );
    let values = params![campaign, round, only, micros(wanted.now)];
    if connection.prepare_cached(&free)?.query_row(values, |row| row.get(0))? {
        return Ok(Beside::Free);
    }
    let taken = format!(
        "SELECT EXISTS (SELECT 1 {OPEN} AND d.reserved_by <> ?4 AND {IS_RESERVED})
            OR EXISTS (SELECT 1 FROM account a JOIN attempt t ON t.account = a.id AND t.counted_from IS NULL AND t.lease <> ?4
                JOIN delivery d ON d.id = t.delivery JOIN campaign c ON c.id = d.campaign
                WHERE c.name = ?1 AND d.round = ?2)"
    );
    let values = params![campaign, round, only, lease.number];
    let is_taken = connection.prepare_cached(&taken)?.query_row(values, |row| row.get(0))?;
    Ok(if is_taken { Beside::Taken } else { Beside::Nothing })
}

/// Those that `--only` names, as JSON.
fn only(wanted: &Wanted) -> rusqlite::Result<Option<String>> {
    let named: Vec<String> = wanted.only.iter().cloned().collect();
    if named.is_empty() { Ok(None) } else { texts(&named).map(Some) }
}
