//! Answers: what people and mails say of recipients.

use jiff::Timestamp;
use rusqlite::params;

use super::expired;
use super::failure::Failure;
use super::heard::{Found, Heard};
use super::suppress::{opt_in, opt_out};
use super::unsaid::{begun, bring_back};
use super::value::{micros, word, word_if_any};
use super::writer::{Command, Happened, Store};
use crate::ledger::database::Connection;
use crate::ledger::rules::weigh::{Letter, claim_to, weigh, weigh_note};
use crate::ledger::{AddressChange, Hearing, LedgerError, Mark, Marked, Witness, Word};
use crate::model::{Answer, CampaignId, RecipientId, Round};

/// Records what somebody says of a recipient.
pub(super) struct MarkRecipient {
    pub(super) recipient: RecipientId,
    pub(super) mark: Mark,
    pub(super) word: Word,
}

impl Command for MarkRecipient {
    type Output = Marked;

    fn run(&mut self, store: &mut Store) -> std::result::Result<Marked, Failure> {
        let Mark { answer: said, note, said_at } = &self.mark;
        let Word { campaign, by, at } = &self.word;
        let of_person = by.witness() == Witness::Person;
        expired::refuse(&store.connection, campaign)?;
        let found = find(&store.connection, campaign, &self.recipient, *said, by.witness())?
            .ok_or_else(|| LedgerError::NoSuchDelivery(self.recipient.to_string()))?;
        let hearing = said.map(|said| weigh(found.answer, found.witness, said, by.witness()));
        let answer = said.filter(|_| hearing == Some(Hearing::Counts)).unwrap_or(found.answer);
        let takes_back = found.takes_back(*said, by.witness());
        let undone = takes_back.then(|| begun(&store.connection, &found, &self.recipient)).transpose()?.flatten();
        if hearing == Some(Hearing::Counts) {
            let witness = (answer != Answer::None).then(|| by.witness().as_str());
            write(store, &found, (answer, witness), *said_at)?;
        }
        if note.is_some() {
            store
                .connection
                .prepare_cached("UPDATE delivery SET note = ?2 WHERE id = ?1")?
                .execute(params![found.delivery, weigh_note(found.note.clone(), note.as_deref(), by.witness())])?;
        }
        let source = by.to_string();
        let detail = Heard {
            said: said.map(Answer::as_str),
            before: found.answer.as_str(),
            answer: answer.as_str(),
            note: note.as_deref(),
        };
        let event = Happened {
            campaign: found.campaign,
            at: *at,
            delivery: Some((found.round, &self.recipient)),
            kind: if said.is_some() { "answer" } else { "note" },
            source: &source,
            detail: &detail,
        };
        store.record(&event)?;
        let mut address = match said {
            // Whatever a person said of the letter, this asks for something else: not to be written to.
            Some(Answer::OptedOut) if opt_out(store, found.delivery, &found.email_key, &event)? => {
                AddressChange::Suppressed
            }
            // Another answer is no wish to be written to again: only what is taken back lifts it.
            Some(Answer::None) if hearing == Some(Hearing::Counts) && opt_in(store, found.delivery, &event)? => {
                AddressChange::Lifted
            }
            _ => AddressChange::AsBefore,
        };
        if let Some(said) = said.filter(|_| of_person)
            && self.put_right_elsewhere(store, &found, said, &source)?
        {
            address = AddressChange::Lifted;
        }
        let (answer, again) = match undone {
            Some(begun) => bring_back(store, (&found, &self.recipient, begun), &self.word, &mut address)?,
            None => (answer, None),
        };
        Ok(Marked { round: found.round, before: found.answer, answer, hearing, address, again })
    }
}

/// Writes an answer, and whose word it is.
fn write(
    store: &Store,
    found: &Found,
    (answer, witness): (Answer, Option<&str>),
    said_at: Timestamp,
) -> rusqlite::Result<()> {
    store
        .connection
        .prepare_cached(
            "UPDATE delivery SET answer = ?2, answer_by = ?3,
                answered_at = CASE ?2 WHEN 'none' THEN NULL WHEN answer THEN answered_at ELSE ?4 END WHERE id = ?1",
        )?
        .execute(params![found.delivery, answer.as_str(), witness, micros(said_at)])?;
    Ok(())
}

impl MarkRecipient {
    /// Takes back what stands with the recipient's other letters against a person's word: a day of return, and where
    /// follow-ups are to go on, answers that stop them. Gives whether an address is not suppressed any more.
    fn put_right_elsewhere(
        &self,
        store: &mut Store,
        found: &Found,
        said: Answer,
        source: &str,
    ) -> std::result::Result<bool, Failure> {
        let (campaign, recipient) = (found.campaign, &self.recipient);
        store
            .connection
            .prepare_cached(
                "UPDATE delivery SET returns_on = NULL WHERE campaign = ?1 AND recipient = ?2 AND returns_on IS NOT NULL",
            )?
            .execute(params![campaign, recipient.as_str()])?;
        if said.stops() {
            return Ok(false);
        }
        let mut lifted = false;
        for (delivery, round, before) in stopping(&store.connection, found, recipient)? {
            store
                .connection
                .prepare_cached(
                    "UPDATE delivery SET answer = 'none', answer_by = NULL, answered_at = NULL WHERE id = ?1",
                )?
                .execute([delivery])?;
            let (said, before, answer) = (Some(said.as_str()), before.as_str(), Answer::None.as_str());
            let detail = Heard { said, before, answer, note: None };
            let event = Happened {
                campaign,
                at: self.word.at,
                delivery: Some((round, recipient)),
                kind: "answer",
                source,
                detail: &detail,
            };
            store.record(&event)?;
            if said == Some(Answer::None.as_str()) {
                lifted |= opt_in(store, delivery, &event)?;
            }
        }
        Ok(lifted)
    }
}

/// The recipient's other letters with an answer that stops follow-ups.
fn stopping(
    connection: &Connection,
    but: &Found,
    recipient: &RecipientId,
) -> rusqlite::Result<Vec<(i64, Round, Answer)>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, round, answer FROM delivery WHERE campaign = ?1 AND recipient = ?2 AND id <> ?3
            AND answer IN ('replied', 'declined', 'opted-out') ORDER BY round",
    )?;
    let rows = statement.query_map(params![but.campaign, recipient.as_str(), but.delivery], |row| {
        Ok((row.get(0)?, Round(row.get(1)?), word(row, 2)?))
    })?;
    rows.collect()
}

/// The recipient's letter to which a word is written.
fn find(
    connection: &Connection,
    campaign: &CampaignId,
    recipient: &RecipientId,
    said: Option<Answer>,
    by: Witness,
) -> rusqlite::Result<Option<Found>> {
    let mut statement = connection.prepare_cached(
        "SELECT d.id, d.campaign, d.round, d.answer, d.answer_by, d.note, d.email_key, d.state FROM campaign c
        JOIN delivery d ON d.campaign = c.id AND d.recipient = ?2 WHERE c.name = ?1",
    )?;
    let letters = statement.query_map([campaign.as_str(), recipient.as_str()], |row| {
        let found = Found {
            delivery: row.get(0)?,
            campaign: row.get(1)?,
            round: Round(row.get(2)?),
            answer: word(row, 3)?,
            witness: word_if_any(row, 4)?,
            note: row.get(5)?,
            email_key: row.get(6)?,
        };
        Ok((Letter { round: found.round, state: word(row, 7)?, answer: found.answer }, found))
    })?;
    let letters = letters.collect::<rusqlite::Result<Vec<_>>>()?;
    let best = letters.into_iter().max_by_key(|(letter, _)| claim_to(*letter, said, by));
    Ok(best.map(|(_, found)| found))
}

/// How many answers of each kind came back to a round.
pub(super) fn answers(
    connection: &Connection,
    campaign: &CampaignId,
    round: Round,
) -> rusqlite::Result<Vec<(Answer, u64)>> {
    let mut statement = connection.prepare_cached(
        "SELECT d.answer, count(*) FROM campaign c
        CROSS JOIN delivery d INDEXED BY delivery_answered ON d.campaign = c.id AND d.round = ?2 AND d.answer <> 'none'
        WHERE c.name = ?1 GROUP BY d.answer",
    )?;
    let rows = statement
        .query_map(params![campaign.as_str(), round.0], |row| Ok((word(row, 0)?, super::value::count(row, 1)?)))?;
    let mut found = rows.collect::<rusqlite::Result<Vec<(Answer, u64)>>>()?;
    found.sort_unstable();
    Ok(found)
}
