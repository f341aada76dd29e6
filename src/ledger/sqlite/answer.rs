//! Answers: what people and mails say of recipients.

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use super::failure::Failure;
use super::suppress::{opt_in, opt_out};
use super::value::{micros, word, word_if_any};
use super::writer::{Command, Happened, Store};
use crate::ledger::answer::{weigh, weigh_note};
use crate::ledger::{AddressChange, Hearing, LedgerError, Mark, Marked, Witness};
use crate::model::{Answer, CampaignId, RecipientId, Round};

/// Records what somebody says of a recipient.
pub(super) struct MarkRecipient {
    pub(super) campaign: CampaignId,
    pub(super) recipient: RecipientId,
    pub(super) mark: Mark,
}

/// The delivery to which it is written.
struct Found {
    delivery: i64,
    campaign: i64,
    round: Round,
    answer: Answer,
    witness: Option<Witness>,
    note: Option<String>,
    email_key: String,
}

/// What an event says of an answer.
#[derive(Serialize)]
struct Word<'a> {
    /// What was said.
    said: Option<&'a str>,
    /// What stood before.
    before: &'a str,
    /// What stands now.
    answer: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
}

impl Command for MarkRecipient {
    type Output = Marked;

    fn run(&mut self, store: &mut Store) -> std::result::Result<Marked, Failure> {
        let found = find(&store.connection, &self.campaign, &self.recipient)?
            .ok_or_else(|| LedgerError::NoSuchDelivery(self.recipient.to_string()))?;
        let Mark { answer: said, note, by, at, said_at } = &self.mark;
        let hearing = said.map(|said| weigh(found.answer, found.witness, said, by.witness()));
        let answer = said.filter(|_| hearing == Some(Hearing::Counts)).unwrap_or(found.answer);
        if hearing == Some(Hearing::Counts) {
            let witness = (answer != Answer::None).then(|| by.witness().as_str());
            store
                .connection
                .prepare_cached(
                    "UPDATE delivery SET answer = ?2, answer_by = ?3,
                        answered_at = CASE ?2 WHEN 'none' THEN NULL WHEN answer THEN answered_at ELSE ?4 END WHERE id = ?1",
                )?
                .execute(params![found.delivery, answer.as_str(), witness, micros(*said_at)])?;
        }
        if note.is_some() {
            store
                .connection
                .prepare_cached("UPDATE delivery SET note = ?2 WHERE id = ?1")?
                .execute(params![found.delivery, weigh_note(found.note, note.as_deref(), by.witness())])?;
        }
        let source = by.to_string();
        let detail = Word {
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
        let address = match said {
            // Whatever a person said of the letter, this asks for something else: not to be written to.
            Some(Answer::OptedOut) if opt_out(store, found.delivery, &found.email_key, &event)? => {
                AddressChange::Suppressed
            }
            Some(other) if *other != Answer::OptedOut && hearing == Some(Hearing::Counts) => {
                if opt_in(store, found.delivery, &event)? { AddressChange::Lifted } else { AddressChange::AsBefore }
            }
            _ => AddressChange::AsBefore,
        };
        Ok(Marked { round: found.round, before: found.answer, answer, hearing, address })
    }
}

/// The latest delivery that may have left, or the latest of all where none has.
fn find(connection: &Connection, campaign: &CampaignId, recipient: &RecipientId) -> rusqlite::Result<Option<Found>> {
    connection
        .prepare_cached(
            "SELECT d.id, d.campaign, d.round, d.answer, d.answer_by, d.note, d.email_key FROM campaign c
            JOIN delivery d ON d.campaign = c.id AND d.recipient = ?2 WHERE c.name = ?1
            ORDER BY d.state IN ('attempting', 'accepted', 'in-doubt', 'bounced') DESC, d.round DESC LIMIT 1",
        )?
        .query_row([campaign.as_str(), recipient.as_str()], |row| {
            Ok(Found {
                delivery: row.get(0)?,
                campaign: row.get(1)?,
                round: Round(row.get(2)?),
                answer: word(row, 3)?,
                witness: word_if_any(row, 4)?,
                note: row.get(5)?,
                email_key: row.get(6)?,
            })
        })
        .optional()
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
