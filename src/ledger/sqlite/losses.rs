//! When letters were lost: refused, or reported as failed.

use jiff::Timestamp;

use super::value::{micros, time};
use crate::ledger::Losses;
use crate::ledger::database::Connection;

/// The losses since a time, of all campaigns. Events are read from the last one back: only those of the time asked for.
pub(super) fn losses(connection: &Connection, since: Timestamp) -> rusqlite::Result<Losses> {
    let mut statement = connection.prepare_cached("SELECT at, kind FROM event ORDER BY id DESC")?;
    let mut rows = statement.query([])?;
    let mut losses = Losses::default();
    while let Some(ref row) = rows.next()? {
        if row.get::<_, i64>(0)? < micros(since) {
            break;
        }
        let at = time(row, 0)?;
        match row.get_ref(1)?.as_str()? {
            "failed" => losses.refused.push(at),
            "bounced" => losses.reported.push(at),
            _ => {}
        }
    }
    losses.refused.reverse();
    losses.reported.reverse();
    Ok(losses)
}
