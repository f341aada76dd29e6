//! A person takes back what they said of a recipient: what mails say counts again, also what came meanwhile.

use jiff::Timestamp;
use rusqlite::params;
use serde::Deserialize;

use super::failure::Failure;
use super::heard::{Found, Heard};
use super::mention::{find, mention};
use super::suppress::suppress_for;
use super::value::{json, micros, time, time_if_any, word};
use super::writer::{Happened, Store};
use crate::ledger::database::Connection;
use crate::ledger::rules::effect::Stands;
use crate::ledger::rules::unsaid::{Begun, Said, heard};
use crate::ledger::{AddressChange, Mention, Witness, Word};
use crate::model::{Answer, RecipientId, Round};

type Read<T> = std::result::Result<T, Failure>;

/// What mails say of a delivery, from the first on, each with its number.
struct OfMails {
    delivery: i64,
    round: Round,
    said: Vec<(i64, Mention, Said)>,
}

/// Has mails' words about the recipient's letters count again that a person's word kept from it. Gives the answer that
/// stands to the letter itself, and to which other letter one does; `address` is what became of the address.
pub(super) fn bring_back(
    store: &mut Store,
    (found, recipient, begun): (&Found, &RecipientId, Begun),
    word: &Word,
    address: &mut AddressChange,
) -> Read<(Answer, Option<(Round, Answer)>)> {
    let (mut own, mut other) = (Answer::None, None);
    let source = word.by.to_string();
    for of in letters(&store.connection, found, recipient)? {
        let is_own = of.delivery == found.delivery;
        let Some((_, first, _)) = of.said.first() else { continue };
        let stands = find(&store.connection, first)?.stands;
        let said: Vec<(&Mention, Said)> = of.said.iter().map(|(_, mention, said)| (mention, *said)).collect();
        let before = if is_own { begun.before } else { Answer::None };
        let left = heard(&stands, Begun { before, ..begun }, &said);
        if left == stands {
            continue;
        }
        let Stands { answer, witness, answered_at, returns_on, .. } = left;
        store
            .connection
            .prepare_cached(
                "UPDATE delivery SET answer = ?2, answer_by = ?3, answered_at = ?4, returns_on = ?5 WHERE id = ?1",
            )?
            .execute(params![
                of.delivery,
                answer.as_str(),
                witness.map(Witness::as_str),
                answered_at.map(micros),
                returns_on.map(|day| day.to_string()),
            ])?;
        let detail = Heard { said: None, before: stands.answer.as_str(), answer: answer.as_str(), note: None };
        let event = Happened {
            campaign: found.campaign,
            at: word.at,
            delivery: Some((of.round, recipient)),
            kind: "answer",
            source: &source,
            detail: &detail,
        };
        store.record(&event)?;
        // What a wish not to be written to suppressed was lifted with the person's word.
        for (mail, mention, _) in of.said.iter().filter(|_| answer == Answer::OptedOut) {
            if let Some(suppression) = &mention.suppress
                && suppress_for(store, suppression, Some(of.delivery), Some(*mail), &event)?
            {
                *address = AddressChange::AsBefore;
            }
        }
        if is_own {
            own = answer;
        } else if answer.stops() {
            other = Some((of.round, answer));
        }
    }
    Ok((own, other))
}

/// What is read of an event.
#[derive(Deserialize)]
struct Told {
    said: Option<String>,
    before: Option<String>,
}

/// When the person began to say something of the letter that was not taken back since, and what stood before that.
pub(super) fn begun(connection: &Connection, found: &Found, recipient: &RecipientId) -> Read<Option<Begun>> {
    let mut statement = connection.prepare_cached(
        "SELECT at, detail FROM event WHERE campaign = ?1 AND recipient = ?2 AND round = ?3 AND kind = 'answer'
            AND source LIKE 'person %' ORDER BY id",
    )?;
    let mut rows = statement.query(params![found.campaign, recipient.as_str(), found.round.0])?;
    let mut begun: Option<Begun> = None;
    while let Some(ref row) = rows.next()? {
        let at: Timestamp = time(row, 0)?;
        let Told { said, before } = json(row, 1)?;
        begun = match said.as_deref() {
            None => begun,
            Some("none") => None,
            Some(_) => begun.or_else(|| Some(Begun { at, before: answer(before.as_deref()) })),
        };
    }
    Ok(begun)
}

fn answer(word: Option<&str>) -> Answer {
    word.and_then(|word| word.parse().ok()).unwrap_or(Answer::None)
}

/// The recipient's letters up to this one, with what mails say of each.
fn letters(connection: &Connection, found: &Found, recipient: &RecipientId) -> Read<Vec<OfMails>> {
    let mut statement = connection.prepare_cached(
        "SELECT m.mail, c.name, d.round, d.recipient, m.says, l.said_at, l.read_at, m.vouched, d.id
        FROM delivery d JOIN mention m ON m.delivery = d.id JOIN campaign c ON c.id = d.campaign JOIN mail l ON l.id = m.mail
        WHERE d.campaign = ?1 AND d.recipient = ?2 AND d.round <= ?3 AND m.standing = 'counts' ORDER BY d.round, m.counted",
    )?;
    let mut rows = statement.query(params![found.campaign, recipient.as_str(), found.round.0])?;
    let mut letters: Vec<OfMails> = Vec::new();
    while let Some(ref row) = rows.next()? {
        let mention = mention(row, 1)?;
        let (delivery, round) = (row.get(8)?, mention.round);
        let said = Said {
            written_at: time_if_any(row, 5)?.unwrap_or_default(),
            read_at: time(row, 6)?,
            vouched: word(row, 7)?,
        };
        let one = (row.get(0)?, mention, said);
        match letters.last_mut() {
            Some(last) if last.delivery == delivery => last.said.push(one),
            _ => letters.push(OfMails { delivery, round, said: vec![one] }),
        }
    }
    Ok(letters)
}
