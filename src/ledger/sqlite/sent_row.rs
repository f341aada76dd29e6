//! What letters were made of: the files, and the row of the list as it was then. A follow-up quotes what was sent,
//! whatever became of the list.

use rusqlite::{OptionalExtension, params};
use serde_json::json;

use super::value::{count, json, time};
use crate::ledger::database::Connection;
use crate::model::{DeliveryState, MadeOf, SnapshotId};

/// Keeps the rows that letters were sent with where a plan that is being made has other ones, or none. `first` is the
/// key of its first row.
pub(super) fn keep(connection: &Connection, plan: i64, first: i64) -> rusqlite::Result<()> {
    let left = DeliveryState::ALL.into_iter().filter(|state| state.may_have_left());
    let left: Vec<&str> = left.map(DeliveryState::as_str).collect();
    connection.execute(
        "INSERT INTO sent_row (delivery, header, line, cells)
        SELECT d.id, p.header, r.line, r.cells
        FROM plan p CROSS JOIN delivery d ON d.campaign = p.campaign AND d.round = p.round AND d.generation = p.generation
            CROSS JOIN list_row r ON r.id = d.list_row
            LEFT JOIN list_row s ON s.id = ?2 + d.place AND s.delivery = d.id
        WHERE p.id = ?1 AND d.state IN (SELECT value FROM json_each(?3))
            AND (s.cells IS NULL OR s.cells <> r.cells OR p.header <> p.staged_header)
        ON CONFLICT DO NOTHING",
        params![plan, first, json!(left).to_string()],
    )?;
    Ok(())
}

/// Forgets the row that a letter was made of, since it is to be made anew.
pub(super) fn forget(connection: &Connection, delivery: i64) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM sent_row WHERE delivery = ?1", [delivery])?;
    Ok(())
}

/// What the last attempt at a letter was made of.
pub(super) fn made_of(connection: &Connection, delivery: i64) -> rusqlite::Result<Option<MadeOf>> {
    connection
        .prepare_cached(
            "SELECT a.snapshot, a.started_at, coalesce(s.header, p.header), coalesce(s.line, r.line), coalesce(s.cells, r.cells)
            FROM delivery d JOIN plan p ON p.campaign = d.campaign AND p.round = d.round
                JOIN attempt a ON a.delivery = d.id AND a.number = d.attempts
                LEFT JOIN sent_row s ON s.delivery = d.id LEFT JOIN list_row r ON r.id = d.list_row
            WHERE d.id = ?1 AND a.snapshot IS NOT NULL AND coalesce(s.cells, r.cells) IS NOT NULL",
        )?
        .query_row([delivery], |row| {
            Ok(MadeOf {
                snapshot: Some(SnapshotId(row.get(0)?)),
                at: time(row, 1)?,
                header: json(row, 2)?,
                line: count(row, 3)?,
                cells: json(row, 4)?,
            })
        })
        .optional()
}
