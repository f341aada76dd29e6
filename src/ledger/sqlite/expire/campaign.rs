//! A campaign without its people: what is done to its tables, in which order.

use jiff::Timestamp;
use rusqlite::params;
use serde_json::json;

use super::super::failure::Failure;
use super::super::plan::recount;
use super::super::value::{count, micros};
use super::{mails, rows};
use crate::ledger::Erased;
use crate::ledger::database::Connection;
use crate::model::{CampaignId, Round};

/// Which campaign is erased, and by whose word.
pub(super) struct Asked<'a> {
    /// Its key and its name.
    pub(super) campaign: (i64, &'a CampaignId),
    pub(super) at: Timestamp,
    pub(super) source: &'a str,
    /// What ended before this, in the ledger's own time, counts in no window any more.
    pub(super) horizon: i64,
}

/// Takes all people out of a campaign, and marks it.
pub(super) fn erase(connection: &Connection, asked: &Asked<'_>) -> Result<Erased, Failure> {
    let (campaign, name) = asked.campaign;
    let number = |sql: &str| connection.query_row(sql, [campaign], |row| count(row, 0));
    let mut erased = Erased {
        letters: number("SELECT count(*) FROM delivery WHERE campaign = ?1")?,
        unsent: number("SELECT count(*) FROM delivery WHERE campaign = ?1 AND state IN ('planned', 'deferred')")?,
        copies: number("SELECT count(*) FROM copy y JOIN delivery d ON d.id = y.delivery WHERE d.campaign = ?1")?,
        lost_copies: number(
            "SELECT count(*) FROM copy y JOIN delivery d ON d.id = y.delivery WHERE d.campaign = ?1 AND y.state = 'deferred'",
        )?,
        ..Erased::default()
    };
    connection.execute(
        "INSERT INTO expired (campaign, at, last_event)
        VALUES (?1, ?2, coalesce((SELECT max(at) FROM event WHERE campaign = ?1), ?2))",
        params![campaign, micros(asked.at)],
    )?;
    mails::let_wishes_stand(connection, campaign)?;
    erased.mails = mails::erase(connection, campaign)?;
    erased.events = erase_events(connection, campaign)?;
    rows::erase_files(connection, campaign)?;
    rows::erase_lists(connection, campaign)?;
    rows::erase_copies(connection, campaign)?;
    rows::erase_letters(connection, campaign)?;
    rows::erase_attempts(connection, campaign, asked.horizon)?;
    rows::erase_what_was_said(connection, campaign, name)?;
    for round in rounds(connection, campaign)? {
        recount(connection, campaign, round)?;
    }
    let detail = json!({ "letters": erased.letters, "mails": erased.mails, "events": erased.events });
    connection.execute(
        "INSERT INTO event (campaign, at, kind, source, detail) VALUES (?1, ?2, 'expired', ?3, ?4)",
        params![campaign, micros(asked.at), asked.source, detail.to_string()],
    )?;
    Ok(erased)
}

/// Events: that something happened stays, to whom and what was said goes. The letters have their names still.
fn erase_events(connection: &Connection, campaign: i64) -> rusqlite::Result<u64> {
    // The one door through which an event may be changed.
    connection.execute("INSERT INTO erasure (id, at, source) VALUES (1, 0, 'expire')", [])?;
    let erased = connection.execute(
        "UPDATE event SET detail = '{}', source = iif(source LIKE 'mail %', 'mail erased', source),
            recipient = iif(recipient IS NULL, NULL, 'expired-' || coalesce(
                (SELECT min(d.id) FROM delivery d WHERE d.campaign = event.campaign AND d.recipient = event.recipient), 0))
        WHERE campaign = ?1",
        [campaign],
    )?;
    connection.execute("DELETE FROM erasure", [])?;
    Ok(erased as u64)
}

fn rounds(connection: &Connection, campaign: i64) -> rusqlite::Result<Vec<Round>> {
    let mut statement = connection.prepare("SELECT round FROM plan WHERE campaign = ?1 AND generation > 0")?;
    statement.query_map([campaign], |row| Ok(Round(row.get(0)?)))?.collect()
}
