//! A mail is counted once, with its effects, in one transaction.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use serde_json::json;

use super::failure::Failure;
use super::mailed::is_counted;
use super::suppress::suppress_for;
use super::value::{date_if_any, micros, time_if_any, word, word_if_any};
use super::writer::{Command, Happened, Store};
use crate::ledger::rules::effect::{self, Change, Stands};
use crate::ledger::{Counted, LedgerError, Mailed, Mention, Outcome, Voice};
use crate::model::{DeliveryState, Effect, Statement};

type Read<T> = std::result::Result<T, Failure>;

/// Counts a mail.
pub(super) struct CountMail {
    pub(super) mail: Mailed,
}

/// A delivery that a mail speaks of.
struct Mentioned {
    id: i64,
    campaign: i64,
    stands: Stands,
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
        store
            .connection
            .prepare_cached(
                "INSERT INTO mail (fingerprint, place, read_at, kind, sender, subject, matched, suggestions, reason)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                mail.fingerprint,
                mail.place,
                micros(mail.at),
                mail.kind,
                mail.sender,
                mail.subject,
                i64::try_from(mail.mentions.len()).unwrap_or(i64::MAX),
                json!(mail.suggestions).to_string(),
                mail.reason,
            ])?;
        let mut outcomes = Vec::new();
        for mention in &mail.mentions {
            // As it stands now: what the mail said before may have been about the same letter.
            let delivery = find(&store.connection, mention)?;
            outcomes.push(take_effect(store, mail, mention, &delivery)?);
        }
        Ok(Counted::New(outcomes))
    }
}

fn find(connection: &Connection, mention: &Mention) -> Read<Mentioned> {
    let found = connection
        .prepare_cached(
            "SELECT d.id, d.campaign, d.state, d.answer, d.answer_by, d.state_by IS NOT NULL, d.answered_at, d.returns_on,
                d.note, (SELECT o.answer FROM delivery o WHERE o.campaign = d.campaign AND o.recipient = d.recipient
                    AND o.answer_by = 'person' AND o.round > d.round ORDER BY o.round DESC LIMIT 1)
            FROM campaign c JOIN delivery d ON d.campaign = c.id AND d.recipient = ?2 AND d.round = ?3 WHERE c.name = ?1",
        )?
        .query_row(params![mention.campaign.as_str(), mention.recipient.as_str(), mention.round.0], |row| {
            Ok(Mentioned {
                id: row.get(0)?,
                campaign: row.get(1)?,
                stands: Stands {
                    state: word(row, 2)?,
                    answer: word(row, 3)?,
                    witness: word_if_any(row, 4)?,
                    is_vouched_for: row.get(5)?,
                    answered_at: time_if_any(row, 6)?,
                    returns_on: date_if_any(row, 7)?,
                    note: row.get(8)?,
                    person_said: word_if_any(row, 9)?,
                },
            })
        })
        .optional()?;
    found.ok_or_else(|| LedgerError::NoSuchDelivery(mention.recipient.to_string()).into())
}

fn take_effect(store: &mut Store, mail: &Mailed, mention: &Mention, delivery: &Mentioned) -> Read<Outcome> {
    let Mentioned { id, campaign, stands } = delivery;
    let taken = effect::take_effect(mention, mail.said_at, stands);
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
    let source = Voice::Mail { id: mail.name.clone() }.to_string();
    let detail = Detail::of(mail, mention, stands, taken.outcome);
    let event = Happened {
        campaign: *campaign,
        at: mail.at,
        delivery: Some((mention.round, &mention.recipient)),
        kind: taken.kind,
        source: &source,
        detail: &detail,
    };
    store.record(&event)?;
    if let Some(suppression) = mention.suppress.as_ref().filter(|_| taken.suppresses) {
        suppress_for(store, suppression, taken.is_lifted_by_an_answer.then_some(*id), &event)?;
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
    fn of(mail: &'a Mailed, mention: &'a Mention, stands: &Stands, outcome: Outcome) -> Self {
        let Statement { by, address, action, permanence, status, reason, diagnostic, returns_on, moved_to, written_at } =
            &mention.statement;
        let answer = match mention.effect {
            Effect::Answered(said) => {
                let answer = if outcome == Outcome::Done { said } else { stands.answer };
                Some(Heard { said: said.as_str(), before: stands.answer.as_str(), answer: answer.as_str() })
            }
            Effect::Noted | Effect::Bounced => None,
        };
        Self {
            kind: &mail.kind,
            by,
            effect: mention.effect.as_str(),
            from: mail.sender.as_deref(),
            subject: mail.subject.as_deref(),
            address: address.as_deref(),
            action: *action,
            permanence: *permanence,
            status: status.map(|status| status.to_string()),
            reason: *reason,
            diagnostic: diagnostic.as_deref(),
            returns_on: *returns_on,
            moved_to: moved_to.as_deref(),
            written_at: *written_at,
            answer,
        }
    }
}
