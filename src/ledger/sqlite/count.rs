//! A mail is counted once, with its effects, in one transaction.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::params;
use serde::Serialize;

use super::failure::Failure;
use super::forgotten;
use super::mailed::is_counted;
use super::mention::{Mentioned, counts, find, keep, next_number};
use super::suppress::suppress_for;
use super::value::micros;
use super::writer::{Command, Happened, Store};
use crate::ledger::database::Connection;
use crate::ledger::rules::belief;
use crate::ledger::rules::effect::{self, Change, Stands};
use crate::ledger::{Counted, Mailed, Mention, Outcome, Recorded, Voice, Witness};
use crate::model::{DeliveryState, Effect, EmailAddress, Statement};

type Read<T> = std::result::Result<T, Failure>;

/// Counts a mail.
pub(super) struct CountMail {
    pub(super) mail: Mailed,
}

/// A mail whose words take effect, and who vouches for them.
pub(super) struct Teller<'a> {
    /// Its number.
    pub(super) mail: i64,
    /// Its Message-ID, or what stands for one.
    pub(super) name: &'a str,
    pub(super) kind: &'a str,
    pub(super) sender: Option<&'a str>,
    pub(super) subject: Option<&'a str>,
    pub(super) said_at: Timestamp,
    /// Now.
    pub(super) at: Timestamp,
    /// The person who confirms it.
    pub(super) person: Option<&'a str>,
}

impl Command for CountMail {
    type Output = Counted;

    fn run(&mut self, store: &mut Store) -> Read<Counted> {
        let mail = &self.mail;
        if is_counted(&store.connection, &mail.fingerprint)? {
            return Ok(Counted::Before);
        }
        for mention in &mail.mentions {
            let found = find(&store.connection, mention)?;
            if effect::is_too_early(mention.effect, found.stands.state) {
                return Ok(Counted::TooEarly);
            }
        }
        let number = insert(store, unnamed(&store.connection, mail)?.as_ref())?;
        let mut recorded = Recorded { mail: number.unsigned_abs(), outcomes: Vec::new(), suggestions: Vec::new() };
        let teller = Teller {
            mail: number,
            name: &mail.name,
            kind: &mail.kind,
            sender: mail.sender.as_deref(),
            subject: mail.subject.as_deref(),
            said_at: mail.said_at,
            at: mail.at,
            person: None,
        };
        for (mention, hold) in mail.mentions.iter().zip(belief::holds(&mail.mentions)) {
            // As it stands now: what the mail said before may have been about the same letter.
            let delivery = find(&store.connection, mention)?;
            let kept = keep(&store.connection, number, delivery.id, mention, (None, hold))?;
            recorded.outcomes.push(match hold {
                Some(hold) => Outcome::Waits(kept.unsigned_abs(), hold),
                None => take_effect(store, &teller, (kept, mention), &delivery)?,
            });
        }
        for suggested in &mail.suggestions {
            let delivery = find(&store.connection, &suggested.mention)?;
            let why = (Some(suggested.why.as_str()), None);
            let kept = keep(&store.connection, number, delivery.id, &suggested.mention, why)?;
            recorded.suggestions.push(kept.unsigned_abs());
        }
        Ok(Counted::New(recorded))
    }
}

/// What is written down of a mail: nothing of who wrote it, where they were forgotten.
fn unnamed<'m>(connection: &Connection, mail: &'m Mailed) -> rusqlite::Result<Cow<'m, Mailed>> {
    let sender = mail.sender.as_deref().and_then(|sender| EmailAddress::parse(sender).ok());
    let is_forgotten = sender.map(|sender| forgotten::has(connection, &sender.key())).transpose()?;
    if is_forgotten != Some(true) {
        return Ok(Cow::Borrowed(mail));
    }
    Ok(Cow::Owned(Mailed {
        name: mail.fingerprint.clone(),
        sender: None,
        subject: None,
        first_line: None,
        ..mail.clone()
    }))
}

/// Writes a mail down; gives its number.
fn insert(store: &Store, mail: &Mailed) -> rusqlite::Result<i64> {
    store
        .connection
        .prepare_cached(
            "INSERT INTO mail (id, fingerprint, place, read_at, kind, sender, subject, matched, suggestions, reason, first_line,
                name, said_at)
            VALUES (?12, ?1, ?2, ?3, ?4, ?5, ?6, ?7, '[]', ?8, ?9, ?10, ?11)",
        )?
        .insert(params![
            mail.fingerprint,
            mail.place,
            micros(mail.at),
            mail.kind,
            mail.sender,
            mail.subject,
            i64::try_from(mail.mentions.len()).unwrap_or(i64::MAX),
            mail.reason,
            mail.first_line,
            mail.name,
            micros(mail.said_at),
            next_number(&store.connection)?,
        ])
}

/// Has what a mail says of a delivery, under a number, take effect.
pub(super) fn take_effect(
    store: &mut Store,
    teller: &Teller<'_>,
    (number, mention): (i64, &Mention),
    delivery: &Mentioned,
) -> Read<Outcome> {
    let Mentioned { id, campaign, stands } = delivery;
    let by = if teller.person.is_some() { Witness::Person } else { Witness::Mail };
    counts(&store.connection, number, by, stands)?;
    let taken = effect::take_effect(mention, teller.said_at, stands, by);
    if let Some(change) = taken.change {
        write(store, mention, delivery, change)?;
    }
    if (taken.returns_on, &taken.note) != (stands.returns_on, &stands.note) {
        let day = taken.returns_on.map(|day| day.to_string());
        store
            .connection
            .prepare_cached("UPDATE delivery SET returns_on = ?2, note = ?3 WHERE id = ?1")?
            .execute(params![id, day, taken.note])?;
    }
    let source = Voice::Mail { id: teller.name.to_owned() }.to_string();
    let detail = Detail::of(teller, mention, stands, taken.outcome);
    let event = Happened {
        campaign: *campaign,
        at: teller.at,
        delivery: Some((mention.round, &mention.recipient)),
        kind: taken.kind,
        source: &source,
        detail: &detail,
    };
    store.record(&event)?;
    if let Some(suppression) = mention.suppress.as_ref().filter(|_| taken.suppresses) {
        let lifted_by = taken.is_lifted_by_an_answer.then_some(*id);
        suppress_for(store, suppression, lifted_by, Some(teller.mail), &event)?;
    }
    Ok(taken.outcome)
}

/// Writes what changes of a delivery.
fn write(store: &mut Store, mention: &Mention, delivery: &Mentioned, change: Change) -> rusqlite::Result<()> {
    let id = delivery.id;
    match change {
        Change::Bounced => {
            store
                .connection
                .prepare_cached("UPDATE delivery SET state = 'bounced', reason = ?2 WHERE id = ?1")?
                .execute(params![id, mention.reason])?;
            store.moved(delivery.campaign, mention.round, delivery.stands.state, DeliveryState::Bounced);
        }
        Change::Answered(answer, since) => {
            store
                .connection
                .prepare_cached("UPDATE delivery SET answer = ?2, answered_at = ?3, answer_by = 'mail' WHERE id = ?1")?
                .execute(params![id, answer.as_str(), micros(since)])?;
        }
        Change::AnsweredSooner(since) => {
            store
                .connection
                .prepare_cached("UPDATE delivery SET answered_at = ?2 WHERE id = ?1")?
                .execute(params![id, micros(since)])?;
        }
    }
    Ok(())
}

/// What an event tells of a mail: what it is, what it states, and what it changed.
#[derive(Serialize)]
struct Detail<'a> {
    mail: i64,
    kind: &'a str,
    by: &'a str,
    effect: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    passed_on_to: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permanence: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    diagnostic: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    returns_on: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    moved_to: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    written_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed_by: Option<&'a str>,
    #[serde(flatten)]
    answer: Option<Heard>,
}

/// What was said, what stood before, and what stands now.
#[derive(Serialize)]
struct Heard {
    said: &'static str,
    before: &'static str,
    answer: &'static str,
}

impl<'a> Detail<'a> {
    fn of(teller: &Teller<'a>, mention: &'a Mention, stands: &Stands, outcome: Outcome) -> Self {
        let Statement { by, address, passed_on_to, returns_on, moved_to, written_at, .. } = &mention.statement;
        let Statement { action, permanence, status, reason, diagnostic, .. } = &mention.statement;
        let answer = match mention.effect {
            Effect::Answered(said) => {
                let answer = if outcome == Outcome::Done { said } else { stands.answer };
                Some(Heard { said: said.as_str(), before: stands.answer.as_str(), answer: answer.as_str() })
            }
            Effect::Noted | Effect::Bounced => None,
        };
        Self {
            mail: teller.mail,
            kind: teller.kind,
            by,
            effect: mention.effect.as_str(),
            from: teller.sender,
            subject: teller.subject,
            address: address.as_deref(),
            passed_on_to: passed_on_to.as_deref(),
            action: action.as_deref(),
            permanence: permanence.as_deref(),
            status: status.map(|status| status.to_string()),
            reason: reason.as_deref(),
            diagnostic: diagnostic.as_deref(),
            returns_on: *returns_on,
            moved_to: moved_to.as_deref(),
            written_at: *written_at,
            confirmed_by: teller.person,
            answer,
        }
    }
}
