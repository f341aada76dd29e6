//! Campaigns in which nothing has happened for long, and what is known of each.

use jiff::Timestamp;
use rusqlite::params;

use super::super::value::{count, micros, time};
use crate::ledger::database::Connection;
use crate::ledger::{Overdue, StillOpen};
use crate::model::CampaignId;

/// The campaigns whose last event is older than this, but for those that were erased.
pub(super) fn overdue(connection: &Connection, before: Timestamp) -> rusqlite::Result<Vec<(i64, Overdue)>> {
    let found = {
        let mut statement = connection.prepare(
            "SELECT c.id, c.name, max(e.at) FROM campaign c JOIN event e ON e.campaign = c.id
            WHERE c.id NOT IN (SELECT campaign FROM expired) GROUP BY c.id, c.name HAVING max(e.at) < ?1 ORDER BY c.id",
        )?;
        let rows = statement
            .query_map([micros(before)], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, time(row, 2)?)))?;
        rows.collect::<rusqlite::Result<Vec<_>>>()?
    };
    let mut overdue = Vec::new();
    for (key, name, last_event) in found {
        // A name that this program cannot have written is not touched.
        let Ok(campaign) = CampaignId::parse(&name) else { continue };
        overdue.push((key, look(connection, key, campaign, last_event)?));
    }
    Ok(overdue)
}

fn look(connection: &Connection, key: i64, campaign: CampaignId, last_event: Timestamp) -> rusqlite::Result<Overdue> {
    let number = |sql: &str| connection.prepare_cached(sql)?.query_row(params![key], |row| count(row, 0));
    let letters = |state: &str| {
        let sql = "SELECT count(*) FROM delivery WHERE campaign = ?1 AND state = ?2";
        connection.prepare_cached(sql)?.query_row(params![key, state], |row| count(row, 0))
    };
    let copies = |state: &str| {
        let sql =
            "SELECT count(*) FROM copy y JOIN delivery d ON d.id = y.delivery WHERE d.campaign = ?1 AND y.state = ?2";
        connection.prepare_cached(sql)?.query_row(params![key, state], |row| count(row, 0))
    };
    let waiting = number(
        "SELECT count(DISTINCT m.mail) FROM mention m JOIN delivery d ON d.id = m.delivery
        WHERE d.campaign = ?1 AND m.standing = 'waits'",
    )?;
    let open = [
        StillOpen::OnTheWire(letters("attempting")? + copies("attempting")?),
        StillOpen::InDoubt(letters("in-doubt")? + copies("in-doubt")?),
        StillOpen::Waits(waiting),
    ];
    let is_open = |open: &StillOpen| match open {
        StillOpen::OnTheWire(count) | StillOpen::InDoubt(count) | StillOpen::Waits(count) => *count > 0,
    };
    Ok(Overdue {
        campaign,
        last_event,
        letters: number("SELECT count(*) FROM delivery WHERE campaign = ?1")?,
        unsent: letters("planned")? + letters("deferred")? + copies("deferred")?,
        mails: number(
            "SELECT count(DISTINCT m.mail) FROM mention m JOIN delivery d ON d.id = m.delivery WHERE d.campaign = ?1",
        )?,
        open: open.into_iter().filter(is_open).collect(),
    })
}
