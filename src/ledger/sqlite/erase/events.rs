//! Events: that something happened stays, to whom and what was said goes.

use std::collections::BTreeMap;

use rusqlite::params;
use serde_json::json;

use super::super::campaign::campaign_key;
use super::super::failure::Failure;
use super::super::value::micros;
use super::mails::without;
use super::{Asked, Letter, Person};
use crate::ledger::Erased;
use crate::ledger::database::Connection;

/// Takes a person out of the events: all of what theirs tell, and their address out of others'.
pub(super) fn forget(
    connection: &Connection,
    person: &Person,
    letters: &[Letter],
    erased: &mut Erased,
) -> rusqlite::Result<()> {
    let theirs: BTreeMap<(i64, u32, &str), &str> =
        letters.iter().map(|one| ((one.campaign, one.round.0, one.recipient.as_str()), one.id.as_str())).collect();
    // The one door through which an event may be changed.
    connection.execute("INSERT INTO erasure (id, at, source) VALUES (1, 0, 'forget')", [])?;
    let mut statement = connection.prepare("SELECT id, campaign, round, recipient, source, detail FROM event")?;
    let mut rows = statement.query([])?;
    while let Some(ref row) = rows.next()? {
        let (round, recipient): (Option<u32>, Option<String>) = (row.get(2)?, row.get(3)?);
        let (source, detail): (String, String) = (row.get(4)?, row.get(5)?);
        let campaign: i64 = row.get(1)?;
        let own = round.zip(recipient.as_deref()).and_then(|(round, who)| theirs.get(&(campaign, round, who)));
        let own = own.map(|id| (*id).to_owned());
        let names_them = person.is_in(&source) || person.is_in(&detail);
        if own.is_none() && !names_them && !recipient.as_ref().is_some_and(|who| person.is_in(who)) {
            continue;
        }
        let is_mail = source.starts_with("mail ") && (own.is_some() || person.is_in(&source));
        let recipient = match own {
            Some(_) => own.clone(),
            None => recipient.map(|who| if person.is_in(&who) { "forgotten".to_owned() } else { who }),
        };
        // Of no letter at all: that an address was suppressed, and why, tells of them alone.
        let is_theirs = own.is_some() || recipient.is_none();
        let detail = if is_theirs { "{}".to_owned() } else { without(&detail, person) };
        connection.execute(
            "UPDATE event SET recipient = ?2, source = ?3, detail = ?4 WHERE id = ?1",
            params![row.get::<_, i64>(0)?, recipient, if is_mail { "mail forgotten" } else { &source }, detail],
        )?;
        erased.events += 1;
    }
    connection.execute("DELETE FROM erasure", [])?;
    Ok(())
}

/// Writes down that somebody was forgotten, by whose word and when, and nothing of whom.
pub(super) fn record(connection: &Connection, asked: &Asked<'_>, erased: Erased) -> Result<(), Failure> {
    let campaign = campaign_key(connection, asked.campaign)?;
    let detail = json!({ "letters": erased.letters, "mails": erased.mails, "events": erased.events });
    connection.execute(
        "INSERT INTO event (campaign, at, kind, source, detail) VALUES (?1, ?2, 'forgotten', ?3, ?4)",
        params![campaign, micros(asked.at), asked.source, detail.to_string()],
    )?;
    Ok(())
}
