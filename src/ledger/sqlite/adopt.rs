//! What witnesses know is taken into the ledger.

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;

use super::campaign::campaign_key;
use super::failure::Failure;
use super::forgotten;
use super::hold::lock;
use super::left_open::close_open_attempts;
use super::plan::recount;
use super::timeline::Timeline;
use super::value::{micros, word};
use super::writer::{Command, Happened, Store};
use crate::clock::Clock;
use crate::ledger::sent_log::{Letter, Turn};
use crate::ledger::{Adopted, Departure, Word};
use crate::model::{CampaignId, DeliveryState, MessageId, Round, Token, TokenKey};

/// Why a letter stands where it does that the ledger knows from a witness alone.
const TOLD: &str = "told by a witness, after the ledger was lost";

/// Takes letters for sent.
pub(super) struct Adopt {
    pub(super) letters: Vec<Adopted>,
    /// Whether copies were sent by themselves of which the ledger does not know.
    pub(super) has_copies: bool,
    pub(super) clock: Clock,
    pub(super) word: Word,
}

impl Command for Adopt {
    type Output = ();
    const ALONE: bool = true;

    fn run(&mut self, store: &mut Store) -> Result<(), Failure> {
        self.bury_the_dead(store)?;
        let key = "SELECT value FROM meta WHERE key = 'token-key'";
        let key = TokenKey::new(store.connection.query_row(key, [], |row| row.get(0))?);
        let mut rounds: Vec<(i64, Round)> = Vec::new();
        for letter in &self.letters {
            if forgotten::has(&store.connection, &letter.email.key())? {
                continue;
            }
            let campaign = campaign_key(&store.connection, &letter.campaign)?;
            self.take_in(store, campaign, letter, &key)?;
            if !rounds.contains(&(campaign, letter.round)) {
                rounds.push((campaign, letter.round));
            }
        }
        if self.has_copies {
            // Which ones, nobody knows: each may have been sent.
            store.connection.execute(
                "UPDATE copy SET state = 'in-doubt', reason = ?1, next_attempt_at = NULL WHERE state = 'deferred'",
                [TOLD],
            )?;
        }
        for (campaign, round) in rounds {
            recount(&store.connection, campaign, round)?;
        }
        Ok(())
    }

    fn committed(&mut self, store: &mut Store) {
        store.witnesses.agree();
    }
}

impl Adopt {
    /// Ends the leases of runs that died, of which the log may be lost, and puts in doubt what they had under way.
    fn bury_the_dead(&self, store: &mut Store) -> Result<(), Failure> {
        let held = {
            let mut statement = store.connection.prepare(
                "SELECT c.id, c.name FROM lease l JOIN campaign c ON c.id = l.campaign WHERE l.host IS NOT NULL",
            )?;
            let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
            rows.collect::<rusqlite::Result<Vec<_>>>()?
        };
        let time = Timeline::begin(&store.connection, &self.clock)?;
        for (key, name) in held {
            let Ok(campaign) = CampaignId::parse(&name) else { continue };
            // Held until the end of this turn: nobody else can write before this is committed.
            let _lock = lock(store, &campaign, key, self.word.at)?;
            store.connection.execute(
                "UPDATE lease SET number = (SELECT max(number) + 1 FROM lease), host = NULL, pid = NULL, deadline = ?2
                WHERE campaign = ?1",
                params![key, micros(self.word.at)],
            )?;
            close_open_attempts(store, key, self.word.at, &time)?;
        }
        Ok(())
    }

    fn take_in(&self, store: &mut Store, campaign: i64, letter: &Adopted, key: &TokenKey) -> Result<(), Failure> {
        let Departure { attempt, at, accepted, message_id } = &letter.departure;
        let delivery = match find(&store.connection, campaign, letter)? {
            Some((_, state)) if state.may_have_left() => return Ok(()),
            Some((delivery, _)) => delivery,
            None => make(&store.connection, campaign, letter)?,
        };
        let state = if *accepted { DeliveryState::Accepted } else { DeliveryState::InDoubt };
        let token = Token::of(key, &letter.campaign, letter.round, &letter.recipient);
        store.connection.execute(
            "UPDATE delivery SET state = ?2, reason = ?3, attempts = max(attempts, ?4), first_attempt_at = coalesce(first_attempt_at, ?5),
                last_attempt_at = ?5, accepted_at = ?6, next_attempt_at = NULL, message_id = coalesce(?7, message_id),
                token = ?8, holds_address = 1, email = ?9, email_key = ?10 WHERE id = ?1",
            params![
                delivery,
                state.as_str(),
                TOLD,
                attempt,
                micros(*at),
                accepted.then(|| micros(*at)),
                message_id.as_ref().map(MessageId::as_str),
                token.as_str(),
                letter.email.to_string(),
                letter.email.key(),
            ],
        )?;
        store.record(&Happened {
            campaign,
            at: self.word.at,
            delivery: Some((letter.round, &letter.recipient)),
            kind: "adopted",
            source: &self.word.by.to_string(),
            detail: &json!({ "state": state.as_str(), "attempt": attempt, "reason": TOLD }),
        })?;
        tell_the_witnesses(store, letter);
        Ok(())
    }
}

/// What one witness knows, all know from here on.
fn tell_the_witnesses(store: &mut Store, letter: &Adopted) {
    let Departure { attempt, at, accepted, message_id } = &letter.departure;
    let address = store.witnesses.mark(&letter.email.key());
    let told = Letter { campaign: letter.campaign.clone(), round: letter.round, address };
    let message_id = message_id.clone().unwrap_or_else(|| MessageId::from_text("unknown@invalid"));
    store.witnesses.note(told.clone(), *at, Turn::Leaves { attempt: *attempt, message_id });
    if *accepted {
        store.witnesses.note(told, *at, Turn::Accepted);
    }
}

/// The delivery of a letter: by its recipient, or by its address where that has one.
fn find(connection: &Connection, campaign: i64, letter: &Adopted) -> rusqlite::Result<Option<(i64, DeliveryState)>> {
    connection
        .query_row(
            "SELECT id, state FROM delivery WHERE campaign = ?1 AND round = ?2 AND (recipient = ?3 OR email_key = ?4 AND holds_address = 1)
            ORDER BY email_key = ?4 AND holds_address = 1 DESC LIMIT 1",
            params![campaign, letter.round.0, letter.recipient.as_str(), letter.email.key()],
            |row| Ok((row.get(0)?, word(row, 1)?)),
        )
        .optional()
}

/// Makes a delivery that no plan has yet.
fn make(connection: &Connection, campaign: i64, letter: &Adopted) -> rusqlite::Result<i64> {
    let round = params![campaign, letter.round.0];
    // As if a list without columns had been planned: the next plan looks for deliveries then.
    let plan = "INSERT INTO plan (campaign, round, generation, header) VALUES (?1, ?2, 1, '[]') ON CONFLICT DO NOTHING";
    connection.execute(plan, round)?;
    connection.execute(
        "INSERT INTO delivery (campaign, round, recipient, generation, place, list_row, holds_address, state, email, email_key, name,
            organisation)
        VALUES (?1, ?2, ?3, 0, (SELECT coalesce(max(place), -1) + 1 FROM delivery WHERE campaign = ?1 AND round = ?2), 0, 0,
            'skipped', ?4, ?5, ?6, ?7)",
        params![
            campaign,
            letter.round.0,
            letter.recipient.as_str(),
            letter.email.to_string(),
            letter.email.key(),
            letter.name,
            letter.organisation,
        ],
    )?;
    Ok(connection.last_insert_rowid())
}
