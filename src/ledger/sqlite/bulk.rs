//! Many new deliveries at once: the indexes whose order is not the plan's are made anew behind them.
//!
//! Adding a delivery to such an index touches a page at random, and a million of them would touch each page of the
//! index many times over. Made in one go, the index is sorted first and then written from its beginning to its end.

use crate::ledger::database::Connection;

/// The indexes in another order than the plan's.
const INDEXES: [&str; 2] = ["delivery_of_recipient", "delivery_to_address"];

/// Up to so many new deliveries are not many.
const FEW: i64 = 20_000;

/// Up to so many times as many deliveries may stand in the indexes already as are new.
const OTHERS: i64 = 4;

/// Whether the rows of a plan with these keys, first and last, bring so many new deliveries that it pays.
pub(super) fn is_worth_it(connection: &Connection, first: i64, last: i64) -> rusqlite::Result<bool> {
    // A server keeps its indexes in order while many rows come.
    if connection.file().is_none() || last - first < FEW {
        return Ok(false);
    }
    let new: i64 = connection.query_row(
        "SELECT count(*) FROM list_row WHERE id BETWEEN ?1 AND ?2 AND delivery IS NULL",
        [first, last],
        |row| row.get(0),
    )?;
    // Nearly the number of all deliveries, and never less.
    let all: i64 = connection.query_row("SELECT coalesce(max(id), 0) FROM delivery", [], |row| row.get(0))?;
    Ok(new > FEW && new.saturating_mul(OTHERS) > all)
}

/// The indexes while they are not there: within one transaction, so that nobody ever sees the ledger without them.
pub(super) struct Bulk {
    definitions: Vec<String>,
}

impl Bulk {
    /// Takes the indexes away.
    pub(super) fn begin(connection: &Connection) -> rusqlite::Result<Self> {
        let mut definitions = Vec::new();
        for index in INDEXES {
            definitions.push(connection.query_row(
                "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?1",
                [index],
                |row| row.get(0),
            )?);
            connection.execute(&format!("DROP INDEX {index}"), [])?;
        }
        Ok(Self { definitions })
    }

    /// Makes them anew, as they were.
    ///
    /// Fails where two deliveries are to one recipient, or hold one address.
    pub(super) fn end(self, connection: &Connection) -> rusqlite::Result<()> {
        self.definitions.iter().try_for_each(|definition| connection.execute(definition, []).map(drop))
    }
}
