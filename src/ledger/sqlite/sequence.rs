//! The orders in which deliveries are looked through, and what stands beyond one of them: a page begins where another
//! ended, and nobody has to count what goes before.

use rusqlite::OptionalExtension;
use rusqlite::types::Value;

use crate::ledger::database::Connection;
use crate::ledger::{DeliveryId, Order};

/// Columns by which deliveries are put in order; together they tell each delivery from any other.
pub(super) struct Sequence {
    /// What comes last first, and those without it in the end: a column, where the order has one.
    newest: Option<&'static str>,
    /// What goes up.
    rising: &'static [&'static str],
}

/// As they stand in the list.
const PLACE: [&str; 3] = ["d.round", "d.place", "d.id"];

impl Sequence {
    /// An order. Among those who have answered, the index has a list order of its own: the keys of those with one
    /// answer go up as the list does.
    pub(super) fn of(order: Order, is_answered: bool) -> Self {
        let rising: &[&str] = match order {
            Order::List if is_answered => &["d.round", "d.answer", "d.id"],
            Order::Name => &["d.name COLLATE NOCASE", "d.round", "d.place", "d.id"],
            Order::Organisation => &["d.organisation COLLATE NOCASE", "d.round", "d.place", "d.id"],
            Order::List | Order::Attempted | Order::Answered => &PLACE,
        };
        let newest = match order {
            Order::Attempted => Some("d.last_attempt_at"),
            Order::Answered => Some("d.answered_at"),
            Order::List | Order::Name | Order::Organisation => None,
        };
        Self { newest, rising }
    }

    /// What `ORDER BY` takes.
    pub(super) fn order(&self, is_backwards: bool) -> String {
        let (down, up) = if is_backwards { ("ASC NULLS FIRST", "DESC") } else { ("DESC NULLS LAST", "ASC") };
        let newest = self.newest.iter().map(|column| format!("{column} {down}"));
        newest.chain(self.rising.iter().map(|column| format!("{column} {up}"))).collect::<Vec<_>>().join(", ")
    }

    /// What a delivery has in the columns of the order; nothing, where there is no such delivery.
    pub(super) fn mark(&self, connection: &Connection, of: DeliveryId) -> rusqlite::Result<Option<Vec<Value>>> {
        let columns: Vec<&str> = self.newest.iter().chain(self.rising).copied().collect();
        let sql = format!("SELECT {} FROM delivery d WHERE d.id = ?1", columns.join(", "));
        let mark = connection.prepare_cached(&sql)?.query_row([of.0], |row| {
            (0..columns.len()).map(|at| row.get::<_, Value>(at)).collect::<rusqlite::Result<Vec<Value>>>()
        });
        mark.optional()
    }

    /// The condition of those up to a mark, and of itself, in an order that goes up alone.
    pub(super) fn until(&self, places: &[String], is_backwards: bool) -> String {
        let sign = if is_backwards { ">=" } else { "<=" };
        format!("({}) {sign} ({})", self.rising.join(", "), places.join(", "))
    }

    /// The condition of those beyond a mark, whose values stand in these places of the query.
    pub(super) fn beyond(&self, places: &[String], is_backwards: bool) -> String {
        let sign = if is_backwards { '<' } else { '>' };
        let (newest, rising) = places.split_at(usize::from(self.newest.is_some()));
        let further = format!("({}) {sign} ({})", self.rising.join(", "), rising.join(", "));
        let Some((column, place)) = self.newest.zip(newest.first()) else { return further };
        let beyond = if is_backwards {
            format!("{column} > {place} OR ({place} IS NULL AND {column} IS NOT NULL)")
        } else {
            format!("{column} < {place} OR ({place} IS NOT NULL AND {column} IS NULL)")
        };
        format!("({beyond} OR ({column} IS NOT DISTINCT FROM {place} AND {further}))")
    }
}
