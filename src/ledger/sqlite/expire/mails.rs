//! Mails about the letters of a campaign, and of its people. Whoever wished not to be written to is not, whatever
//! becomes of the mail that says so.

use std::collections::HashSet;

use rusqlite::params;

use super::super::erase::effect_alone;
use super::super::expired::ERASED;
use crate::ledger::database::Connection;
use crate::model::EmailAddress;

/// The mails that speak of letters of a campaign, and of those of no other that is kept.
const MAILS: &str = "(SELECT m.mail FROM mention m JOIN delivery d ON d.id = m.delivery WHERE d.campaign = ?1
    AND NOT EXISTS (SELECT 1 FROM mention o JOIN delivery p ON p.id = o.delivery
        WHERE o.mail = m.mail AND p.campaign NOT IN (SELECT campaign FROM expired)))";

/// Suppressions stand by themselves from now on: nothing that is recorded of another letter lifts one.
pub(super) fn let_wishes_stand(connection: &Connection, campaign: i64) -> rusqlite::Result<()> {
    connection.execute(
        &format!(
            "UPDATE suppression SET delivery = NULL, mail = NULL, source = iif(source LIKE 'mail %', 'erased campaign', source)
            WHERE delivery IN (SELECT id FROM delivery WHERE campaign = ?1) OR mail IN {MAILS}
                OR key IN (SELECT email_key FROM delivery WHERE campaign = ?1 AND answer = 'opted-out')"
        ),
        [campaign],
    )?;
    Ok(())
}

/// Erases what the mails say; gives how many there were.
pub(super) fn erase(connection: &Connection, campaign: i64) -> rusqlite::Result<u64> {
    erase_mentions(connection, campaign)?;
    let mut erased = connection.execute(&blank(&format!("id IN {MAILS}")), params![campaign, ERASED])?;
    // Before what mails said was kept for each letter, nobody knows whose they are: not those of a campaign that began
    // later.
    let of_old = "(matched > 0 OR suggestions <> '[]') AND NOT EXISTS (SELECT 1 FROM mention m WHERE m.mail = mail.id)
        AND read_at < coalesce((SELECT min(e.at) FROM event e WHERE e.campaign NOT IN (SELECT campaign FROM expired)), ?1)
        AND coalesce(reason, '') <> ?2";
    erased += connection.execute(&blank(of_old), params![i64::MAX, ERASED])?;
    let people = people(connection, campaign)?;
    for (id, sender) in strangers(connection)? {
        if is_of(&people, sender.as_deref()) {
            erased += connection.execute(&blank("id = ?1"), params![id, ERASED])?;
        }
    }
    erase_withheld(connection, &people)?;
    Ok(erased as u64)
}

fn blank(condition: &str) -> String {
    format!(
        "UPDATE mail SET sender = NULL, subject = NULL, first_line = NULL, name = fingerprint, place = 'erased', suggestions = '[]',
            reason = ?2 WHERE {condition}"
    )
}

/// What mails say of the letters: what it does stays, and nothing of it can be taken back or confirmed any more.
fn erase_mentions(connection: &Connection, campaign: i64) -> rusqlite::Result<()> {
    let said = {
        let mut statement = connection
            .prepare("SELECT m.id, m.says FROM mention m JOIN delivery d ON d.id = m.delivery WHERE d.campaign = ?1")?;
        let rows = statement.query_map([campaign], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
        rows.collect::<rusqlite::Result<Vec<_>>>()?
    };
    for (id, says) in said {
        connection
            .prepare_cached(
                "UPDATE mention SET says = ?2, why = NULL, before = NULL, counted = NULL, standing = 'taken-back' WHERE id = ?1",
            )?
            .execute(params![id, effect_alone(&says, "erased")])?;
    }
    Ok(())
}

/// The addresses of the campaign's people who have no letter of another that is kept.
fn people(connection: &Connection, campaign: i64) -> rusqlite::Result<HashSet<String>> {
    let mut statement = connection.prepare(
        "SELECT email_key FROM delivery WHERE campaign = ?1
        UNION SELECT y.address_key FROM copy y JOIN delivery d ON d.id = y.delivery WHERE d.campaign = ?1
        UNION SELECT f.email_key FROM former_address f JOIN delivery d ON d.id = f.delivery WHERE d.campaign = ?1
        EXCEPT SELECT email_key FROM delivery WHERE campaign NOT IN (SELECT campaign FROM expired)",
    )?;
    statement.query_map([campaign], |row| row.get(0))?.collect()
}

/// The mails that are about no letter, with who wrote them.
fn strangers(connection: &Connection) -> rusqlite::Result<Vec<(i64, Option<String>)>> {
    let mut statement = connection.prepare(
        "SELECT id, sender FROM mail WHERE sender IS NOT NULL AND NOT EXISTS (SELECT 1 FROM mention m WHERE m.mail = mail.id)",
    )?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn is_of(people: &HashSet<String>, sender: Option<&str>) -> bool {
    sender.and_then(|sender| EmailAddress::parse(sender).ok()).is_some_and(|sender| people.contains(&sender.key()))
}

/// Mails that a server has and does not give: who they say they are from.
fn erase_withheld(connection: &Connection, people: &HashSet<String>) -> rusqlite::Result<()> {
    let withheld = {
        let mut statement = connection.prepare("SELECT mailbox, uid, sender FROM withheld WHERE sender IS NOT NULL")?;
        let rows = statement.query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, Option<String>>(2)?))
        })?;
        rows.collect::<rusqlite::Result<Vec<_>>>()?
    };
    for (mailbox, uid, sender) in withheld {
        if is_of(people, sender.as_deref()) {
            let blank = "UPDATE withheld SET sender = NULL, subject = NULL WHERE mailbox = ?1 AND uid = ?2";
            connection.execute(blank, params![mailbox, uid])?;
        }
    }
    Ok(())
}
