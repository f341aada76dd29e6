//! The letters of a round that hold an address.

use rusqlite::params;

use super::file::version_of;
use super::value::{person, word};
use crate::ledger::Standing;
use crate::ledger::database::{Connection, Row, Statement};
use crate::ledger::rules::mailbox::Occupant;
use crate::model::{DeliveryState, RecipientId};

/// Letters tell whose they are in ledgers from this version on.
const TOLD_SINCE: i64 = 7;

/// Prepares a query that reads the column `person`. In a ledger of an earlier version, which is only read, each letter
/// is its mailbox's.
pub(super) fn prepare<'c>(connection: &'c Connection, sql: &str) -> rusqlite::Result<Statement<'c>> {
    match connection.prepare_cached(sql) {
        Err(_) if version_of(connection)? < TOLD_SINCE => {
            let nobody = sql.replace("d.person", "''").replace("f.person", "''").replace("person", "''");
            connection.prepare_cached(&nobody)
        }
        prepared => prepared,
    }
}

/// A delivery, and those beside it that hold its address.
pub(super) struct Others {
    own: Occupant,
    others: Vec<Occupant>,
}

impl Others {
    /// The recipient of one that keeps the delivery from its address.
    pub(super) fn excluding(&self) -> Option<String> {
        self.others.iter().find(|other| other.excludes(&self.own)).map(|other| other.recipient.to_string())
    }
}

/// Those that hold the address of a delivery besides it.
pub(super) fn others(connection: &Connection, delivery: i64) -> rusqlite::Result<Others> {
    let own = connection
        .prepare_cached("SELECT recipient, person, name FROM delivery WHERE id = ?1")?
        .query_row([delivery], |row| occupant(row, 0))?;
    let mut statement = connection.prepare_cached(
        "SELECT o.recipient, o.person, o.name FROM delivery d JOIN delivery o ON o.campaign = d.campaign
            AND o.round = d.round AND o.email_key = d.email_key AND o.holds_address = 1 AND o.id <> d.id
        WHERE d.id = ?1",
    )?;
    let others = statement.query_map([delivery], |row| occupant(row, 0))?.collect::<rusqlite::Result<_>>()?;
    Ok(Others { own, others })
}

/// Two letters of a round to one address of which each keeps the other from it: the address, where there are two.
///
/// The schema keeps two letters of one mark apart. Marked ones are compared here with all others, but for letters that
/// have both left: nothing can be done about these any more.
pub(super) fn at_odds(connection: &Connection, campaign: i64, round: u32) -> rusqlite::Result<Option<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT recipient, person, name, email_key, state FROM delivery WHERE campaign = ?1 AND round = ?2
            AND holds_address = 1 AND email_key IN (
                SELECT email_key FROM delivery INDEXED BY delivery_to_person
                WHERE campaign = ?1 AND round = ?2 AND person <> '')
        ORDER BY email_key",
    )?;
    let mut rows = statement.query(params![campaign, round])?;
    let (mut address, mut met) = (String::new(), Vec::<(Occupant, DeliveryState)>::new());
    while let Some(ref row) = rows.next()? {
        let next = row.get_ref(3)?.as_str()?;
        if next != address {
            next.clone_into(&mut address);
            met.clear();
        }
        let (next, state): (_, DeliveryState) = (occupant(row, 0)?, word(row, 4)?);
        let is_at_odds =
            |(other, of): &(Occupant, DeliveryState)| (of.is_open() || state.is_open()) && other.excludes(&next);
        if met.iter().any(is_at_odds) {
            return Ok(Some(address));
        }
        met.push((next, state));
    }
    Ok(None)
}

/// The letters of a round that may have left for an address, each with where it stands.
pub(super) fn letters_to(
    connection: &Connection,
    campaign: i64,
    round: u32,
    address: &str,
) -> rusqlite::Result<Vec<(Occupant, Standing)>> {
    let mut statement = prepare(
        connection,
        "SELECT recipient, person, name, state, answer, email_key FROM delivery
        WHERE campaign = ?1 AND round = ?2 AND email_key = ?3 AND holds_address = 1
            AND state NOT IN ('planned', 'deferred')",
    )?;
    let letters = statement.query_map(params![campaign, round, address], |row| {
        let standing = Standing { state: word(row, 3)?, answer: word(row, 4)?, address: row.get(5)? };
        Ok((occupant(row, 0)?, standing))
    })?;
    letters.collect()
}

/// Reads the three columns from this one on.
pub(super) fn occupant(row: &Row<'_>, first: usize) -> rusqlite::Result<Occupant> {
    Ok(Occupant {
        recipient: RecipientId::new(row.get::<_, String>(first)?),
        marked: person(row, first + 1)?,
        name: row.get(first + 2)?,
    })
}
