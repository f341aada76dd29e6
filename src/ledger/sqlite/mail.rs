//! Mail that came in: counted once, with its effects, in one transaction.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::future::Future;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::json;

use super::SqliteLedger;
use super::campaign::campaign_key;
use super::failure::Failure;
use super::readers::PAGE;
use super::suppress::suppress_for;
use super::value::{json, micros, time, time_if_any, word, word_if_any};
use super::writer::{Command, Happened, Store};
use crate::ledger::answer::weigh;
use crate::ledger::mail::went_to;
use crate::ledger::pages::Page;
use crate::ledger::{
    Counted, Hearing, LedgerError, MailLedger, Mailed, Mention, Outcome, Pages, Result, Uids, Voice, Witness,
};
use crate::model::{Answer, CampaignId, Columns, DeliveryState, Effect, RecipientId, Round, SentLetter};

type Read<T> = std::result::Result<T, Failure>;

impl MailLedger for SqliteLedger {
    fn letters(&self) -> Pages<'_, SentLetter> {
        let (mut headers, mut after) = (HashMap::new(), 0);
        self.inner.readers.pages(move |connection| letters(connection, &mut headers, &mut after))
    }

    fn has_counted(&self, fingerprint: &str) -> Result<bool> {
        self.read(|connection| Ok(is_counted(connection, fingerprint)?))
    }

    fn uids(&self, mailbox: &str) -> Result<Option<Uids>> {
        self.read(|connection| {
            let found = connection
                .prepare_cached("SELECT uid_validity, last_uid FROM mailbox WHERE name = ?1")?
                .query_row([mailbox], |row| {
                    Ok(Uids { mailbox: mailbox.to_owned(), validity: row.get(0)?, last: row.get(1)? })
                })
                .optional()?;
            Ok(found)
        })
    }

    fn unmatched(&self) -> Pages<'_, Mailed> {
        let mut after = 0;
        self.inner.readers.pages(move |connection| Ok(all_unmatched(connection, &mut after)?))
    }

    fn count(&self, mail: Mailed) -> impl Future<Output = Result<Counted>> + Send {
        self.ask(CountMail { mail })
    }

    fn inbox_read_at(&self, campaign: &CampaignId) -> Result<Option<Timestamp>> {
        self.read(|connection| {
            let at = connection
                .prepare_cached("SELECT inbox_read_at FROM campaign WHERE name = ?1")?
                .query_row([campaign.as_str()], |row| time_if_any(row, 0))
                .optional()?;
            Ok(at.flatten())
        })
    }

    fn inbox_was_read(&self, campaign: &CampaignId, at: Timestamp) -> impl Future<Output = Result<()>> + Send {
        self.ask(InboxWasRead { campaign: campaign.clone(), at })
    }

    fn remember(&self, uids: Uids) -> impl Future<Output = Result<()>> + Send {
        self.ask(Remember { uids })
    }
}

/// The next letters after the one of this key, which is moved on; `headers` are those of the plans that were met.
fn letters(connection: &Connection, headers: &mut HashMap<i64, Columns>, after: &mut i64) -> Read<Page<SentLetter>> {
    let mut statement = connection.prepare_cached(
        "SELECT c.name, d.round, d.recipient, d.message_id, d.token, d.email_key, r.cells, p.id, p.header,
            coalesce(d.accepted_at, d.last_attempt_at, 0), r.left_out, coalesce(d.subject, ''), d.state, d.id
        FROM delivery d CROSS JOIN campaign c ON c.id = d.campaign
        CROSS JOIN plan p ON p.campaign = d.campaign AND p.round = d.round
        LEFT JOIN list_row r ON r.id = d.list_row AND d.generation = p.generation
        WHERE d.id > ?1 AND d.message_id IS NOT NULL AND d.token IS NOT NULL ORDER BY d.id LIMIT ?2",
    )?;
    let mut rows = statement.query([*after, PAGE as i64])?;
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        let header = match headers.entry(row.get(7)?) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(entry) => {
                let header: Option<Vec<String>> = row.get::<_, Option<String>>(8)?.map(|_| json(row, 8)).transpose()?;
                entry.insert(Columns::new(header.unwrap_or_default()))
            }
        };
        items.push(letter(row, header)?);
        *after = row.get(13)?;
    }
    Ok(Page { is_last: items.len() < PAGE, items })
}

fn letter(row: &Row<'_>, header: &Columns) -> Read<SentLetter> {
    let campaign: String = row.get(0)?;
    let list = |column| -> rusqlite::Result<Vec<String>> {
        Ok(row.get::<_, Option<String>>(column)?.map(|_| json(row, column)).transpose()?.unwrap_or_default())
    };
    // One that is no longer in the list has cells under another header, which is gone.
    let (addresses, blind) = went_to(row.get(5)?, header, &list(6)?, &list(10)?);
    Ok(SentLetter {
        campaign: CampaignId::parse(&campaign).map_err(LedgerError::Stopped)?,
        round: Round(row.get(1)?),
        recipient: RecipientId::new(row.get::<_, String>(2)?),
        message_id: row.get(3)?,
        token: row.get(4)?,
        addresses,
        blind,
        subject: row.get(11)?,
        may_have_left: word::<DeliveryState>(row, 12)?.may_have_left(),
        sent_at: time(row, 9)?,
    })
}

/// The next mails about no delivery after the one of this key, which is moved on.
fn all_unmatched(connection: &Connection, after: &mut i64) -> rusqlite::Result<Page<Mailed>> {
    let mut statement = connection.prepare_cached(
        "SELECT fingerprint, place, read_at, kind, sender, subject, suggestions, reason, id FROM mail
        WHERE matched = 0 AND id > ?1 ORDER BY id LIMIT ?2",
    )?;
    let mut rows = statement.query([*after, PAGE as i64])?;
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        items.push(unmatched(row)?);
        *after = row.get(8)?;
    }
    Ok(Page { is_last: items.len() < PAGE, items })
}

fn unmatched(row: &Row<'_>) -> rusqlite::Result<Mailed> {
    let fingerprint: String = row.get(0)?;
    let at = time(row, 2)?;
    Ok(Mailed {
        name: fingerprint.clone(),
        fingerprint,
        place: row.get(1)?,
        at,
        said_at: at,
        kind: row.get(3)?,
        sender: row.get(4)?,
        subject: row.get(5)?,
        mentions: Vec::new(),
        suggestions: json(row, 6)?,
        reason: row.get(7)?,
        uids: None,
    })
}

fn is_counted(connection: &Connection, fingerprint: &str) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM mail WHERE fingerprint = ?1)")?
        .query_row([fingerprint], |row| row.get(0))
}

fn remember(connection: &Connection, uids: &Uids) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO mailbox (name, uid_validity, last_uid) VALUES (?1, ?2, ?3)
            ON CONFLICT (name) DO UPDATE SET uid_validity = excluded.uid_validity, last_uid = excluded.last_uid",
        )?
        .execute(params![uids.mailbox, uids.validity, uids.last])?;
    Ok(())
}

struct Remember {
    uids: Uids,
}

impl Command for Remember {
    type Output = ();

    fn run(&mut self, store: &mut Store) -> Read<()> {
        Ok(remember(&store.connection, &self.uids)?)
    }
}

struct InboxWasRead {
    campaign: CampaignId,
    at: Timestamp,
}

impl Command for InboxWasRead {
    type Output = ();

    fn run(&mut self, store: &mut Store) -> Read<()> {
        let campaign = campaign_key(&store.connection, &self.campaign)?;
        let write = "UPDATE campaign SET inbox_read_at = ?2 WHERE id = ?1";
        store.connection.execute(write, params![campaign, micros(self.at)])?;
        Ok(())
    }
}

struct CountMail {
    mail: Mailed,
}

/// A delivery that a mail speaks of.
struct Mentioned {
    id: i64,
    campaign: i64,
    state: DeliveryState,
    /// Whether a person said that it did not bounce.
    is_vouched_for: bool,
    answer: Answer,
    witness: Option<Witness>,
    /// What a person said of a later letter to this recipient: they knew what came of this one. What comes of the later one is new.
    person_said: Option<Answer>,
}

impl Command for CountMail {
    type Output = Counted;

    fn run(&mut self, store: &mut Store) -> Read<Counted> {
        let mail = &self.mail;
        if is_counted(&store.connection, &mail.fingerprint)? {
            if let Some(uids) = &mail.uids {
                remember(&store.connection, uids)?;
            }
            return Ok(Counted::Before);
        }
        for mention in &mail.mentions {
            let found = find(&store.connection, mention)?;
            if mention.effect == Effect::Bounced && found.state == DeliveryState::Attempting {
                return Ok(Counted::TooEarly);
            }
        }
        if let Some(uids) = &mail.uids {
            remember(&store.connection, uids)?;
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

fn source(mail: &Mailed) -> String {
    Voice::Mail { id: mail.name.clone() }.to_string()
}

fn hear(delivery: &Mentioned, said: Answer) -> Hearing {
    weigh(delivery.answer, delivery.witness, said, Witness::Mail)
}

fn find(connection: &Connection, mention: &Mention) -> Read<Mentioned> {
    let found = connection
        .prepare_cached(
            "SELECT d.id, d.campaign, d.state, d.answer, d.answer_by, d.state_by IS NOT NULL,
                (SELECT o.answer FROM delivery o WHERE o.campaign = d.campaign AND o.recipient = d.recipient
                    AND o.answer_by = 'person' AND o.round > d.round ORDER BY o.round DESC LIMIT 1)
            FROM campaign c JOIN delivery d ON d.campaign = c.id AND d.recipient = ?2 AND d.round = ?3 WHERE c.name = ?1",
        )?
        .query_row(params![mention.campaign.as_str(), mention.recipient.as_str(), mention.round.0], |row| {
            Ok(Mentioned {
                id: row.get(0)?,
                campaign: row.get(1)?,
                state: word(row, 2)?,
                answer: word(row, 3)?,
                witness: word_if_any(row, 4)?,
                is_vouched_for: row.get(5)?,
                person_said: word_if_any(row, 6)?,
            })
        })
        .optional()?;
    found.ok_or_else(|| LedgerError::NoSuchDelivery(mention.recipient.to_string()).into())
}

fn take_effect(store: &mut Store, mail: &Mailed, mention: &Mention, delivery: &Mentioned) -> Read<Outcome> {
    let outcome = match mention.effect {
        Effect::Bounced if delivery.state.may_become(DeliveryState::Bounced) && !delivery.is_vouched_for => {
            store
                .connection
                .prepare_cached("UPDATE delivery SET state = 'bounced', reason = ?2 WHERE id = ?1")?
                .execute(params![delivery.id, mention.reason])?;
            store.moved(delivery.campaign, mention.round, delivery.state, DeliveryState::Bounced);
            Outcome::Done
        }
        Effect::Noted | Effect::Bounced => Outcome::Noted,
        Effect::Answered(answer) => match (delivery.person_said, hear(delivery, answer)) {
            (Some(said), _) => Outcome::PersonSaid(said),
            (None, Hearing::PersonSaidOtherwise) => Outcome::PersonSaid(delivery.answer),
            (None, Hearing::MoreWasSaid) => Outcome::Noted,
            (None, Hearing::Known) => {
                // Whichever of them is read first, the answer counts from the first that was written.
                store
                    .connection
                    .prepare_cached(
                        "UPDATE delivery SET answered_at = min(answered_at, ?2) WHERE id = ?1 AND answer_by = 'mail'",
                    )?
                    .execute(params![delivery.id, micros(mail.said_at)])?;
                Outcome::Noted
            }
            (None, Hearing::Counts) => {
                store
                    .connection
                    .prepare_cached(
                        "UPDATE delivery SET answer = ?2, answered_at = ?3, answer_by = 'mail' WHERE id = ?1",
                    )?
                    .execute(params![delivery.id, answer.as_str(), micros(mail.said_at)])?;
                Outcome::Done
            }
        },
    };
    if let Some(note) = &mention.note {
        store
            .connection
            .prepare_cached("UPDATE delivery SET note = coalesce(note, ?2) WHERE id = ?1")?
            .execute(params![delivery.id, note])?;
    }
    let mut detail = mention.detail.clone();
    let kind = match mention.effect {
        Effect::Bounced if outcome == Outcome::Done => "bounced",
        Effect::Noted | Effect::Bounced => "mail",
        Effect::Answered(said) => {
            let answer = if outcome == Outcome::Done { said } else { delivery.answer };
            let words = [("said", said), ("before", delivery.answer), ("answer", answer)];
            detail.extend(words.map(|(name, word)| (name.to_owned(), json!(word.as_str()))));
            "answer"
        }
    };
    let source = source(mail);
    let event = Happened {
        campaign: delivery.campaign,
        at: mail.at,
        delivery: Some((mention.round, &mention.recipient)),
        kind,
        source: &source,
        detail: &detail,
    };
    store.record(&event)?;
    let is_denied = mention.effect == Effect::Bounced && delivery.is_vouched_for;
    if let Some(suppression) = mention.suppress.as_ref().filter(|_| !is_denied) {
        // A person who says that the recipient answered something else takes back an opting out, and not a failure.
        let lifted_by = matches!(mention.effect, Effect::Answered(_)).then_some(delivery.id);
        suppress_for(store, suppression, lifted_by, &event)?;
    }
    Ok(outcome)
}
