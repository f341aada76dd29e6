//! What witnesses know is taken into the ledger.

use rusqlite::params;
use serde_json::json;

use super::campaign::campaign_key;
use super::expired;
use super::failure::Failure;
use super::forgotten;
use super::hold::lock;
use super::left_open::close_open_attempts;
use super::occupants::{letters_to, occupant};
use super::plan::recount;
use super::session::Whose;
use super::timeline::Timeline;
use super::value::{micros, word};
use super::writer::{Command, Happened, Store};
use crate::clock::Clock;
use crate::ledger::database::Connection;
use crate::ledger::sent_log::{Letter, Turn};
use crate::ledger::{Adopted, Departure, KnownBy, Occupant, Word};
use crate::model::{CampaignId, DeliveryState, MessageId, Person, Round, Token, TokenKey};

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
            expired::refuse(&store.connection, &letter.campaign)?;
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
                [KnownBy::Witness.reason()],
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
            if store.connection.server().is_some() {
                // Whoever is over was closed with that.
                continue;
            }
            store.connection.execute(
                "UPDATE lease SET number = (SELECT max(number) + 1 FROM lease), host = NULL, pid = NULL, deadline = ?2
                WHERE campaign = ?1",
                params![key, micros(self.word.at)],
            )?;
            close_open_attempts(store, Whose { campaign: key, run: None }, self.word.at, time.of(self.word.at))?;
        }
        Ok(())
    }

    fn take_in(&self, store: &mut Store, campaign: i64, letter: &Adopted, key: &TokenKey) -> Result<(), Failure> {
        let Departure { attempt, at, accepted, message_id } = &letter.departure;
        let delivery = match find(&store.connection, campaign, letter)? {
            Some((_, state, _)) if state.may_have_left() => return Ok(()),
            Some((delivery, ..)) => delivery,
            None => make(&store.connection, campaign, letter)?,
        };
        let person = whose(&store.connection, campaign, letter)?;
        let state = if *accepted { DeliveryState::Accepted } else { DeliveryState::InDoubt };
        let token = Token::of(key, &letter.campaign, letter.round, &letter.recipient);
        store.connection.execute(
            "UPDATE delivery SET state = ?2, reason = ?3, attempts = max(attempts, ?4), first_attempt_at = coalesce(first_attempt_at, ?5),
                last_attempt_at = ?5, accepted_at = ?6, next_attempt_at = NULL, message_id = coalesce(?7, message_id),
                token = ?8, holds_address = 1, email = ?9, email_key = ?10, person = ?11, subject = coalesce(?12, subject)
            WHERE id = ?1",
            params![
                delivery,
                state.as_str(),
                letter.known_by.reason(),
                attempt,
                micros(*at),
                accepted.then(|| micros(*at)),
                message_id.as_ref().map(MessageId::as_str),
                token.as_str(),
                letter.email.to_string(),
                letter.email.key(),
                person.as_str(),
                letter.subject,
            ],
        )?;
        store.record(&Happened {
            campaign,
            at: self.word.at,
            delivery: Some((letter.round, &letter.recipient)),
            kind: "adopted",
            source: &self.word.by.to_string(),
            detail: &json!({ "state": state.as_str(), "attempt": attempt, "reason": letter.known_by.reason() }),
        })?;
        tell_the_witnesses(store, letter, &person);
        Ok(())
    }
}

/// What one witness knows, all know from here on.
fn tell_the_witnesses(store: &mut Store, letter: &Adopted, person: &Person) {
    let Departure { attempt, at, accepted, message_id } = &letter.departure;
    let address = store.witnesses.mark(&letter.email.key(), person);
    let told = Letter { campaign: letter.campaign.clone(), round: letter.round, address };
    let message_id = message_id.clone().unwrap_or_else(|| MessageId::from_text("unknown@invalid"));
    store.witnesses.note(told.clone(), *at, Turn::Leaves { attempt: *attempt, message_id });
    if *accepted {
        store.witnesses.note(told, *at, Turn::Accepted);
    }
}

/// The delivery of a letter: the one that has its address, unless that is somebody else's there, or by its recipient.
fn find(
    connection: &Connection,
    campaign: i64,
    letter: &Adopted,
) -> rusqlite::Result<Option<(i64, DeliveryState, Occupant)>> {
    let mut statement = connection.prepare(
        "SELECT id, state, recipient, person, name, email_key = ?4 AND holds_address = 1 FROM delivery
        WHERE campaign = ?1 AND round = ?2 AND (recipient = ?3 OR email_key = ?4 AND holds_address = 1)
        ORDER BY recipient = ?3 DESC",
    )?;
    let address = params![campaign, letter.round.0, letter.recipient.as_str(), letter.email.key()];
    let found = statement
        .query_map(address, |row| Ok(((row.get(0)?, word(row, 1)?, occupant(row, 2)?), row.get::<_, bool>(5)?)))?;
    let found = found.collect::<rusqlite::Result<Vec<_>>>()?;
    let own = Person::named(&letter.name);
    // A letter that is its mailbox's is whoever's is to have the address; of two that left, each is somebody's.
    let is_its = |(_, state, other): &(i64, DeliveryState, Occupant)| {
        let is_the_mailboxs = letter.person.is_nobody() || other.marked.is_nobody();
        other.person().may_be(&own)
            || (is_the_mailboxs && other.recipient == letter.recipient)
            || (letter.person.is_nobody() && !state.may_have_left())
    };
    let is_it =
        |((delivery, holds), by): (&((i64, DeliveryState, Occupant), bool), bool)| *holds == by && is_its(delivery);
    let at = [true, false].into_iter().find_map(|by| found.iter().position(|found| is_it((found, by))));
    Ok(at.and_then(|at| found.into_iter().nth(at)).map(|(found, _)| found))
}

/// Whose a letter is at its address: as a witness says, or where somebody else's is there already, the recipient's.
fn whose(connection: &Connection, campaign: i64, letter: &Adopted) -> rusqlite::Result<Person> {
    let letters = letters_to(connection, campaign, letter.round.0, &letter.email.key())?;
    let is_there = |(other, _): &(Occupant, _)| other.marked == letter.person && other.recipient != letter.recipient;
    Ok(if letters.iter().any(is_there) { Person::named(&letter.name) } else { letter.person.clone() })
}

/// Makes a delivery that no plan has yet. Where its id is somebody else's at the mailbox, the person stands behind it.
fn make(connection: &Connection, campaign: i64, letter: &Adopted) -> rusqlite::Result<i64> {
    let round = params![campaign, letter.round.0];
    // As if a list without columns had been planned: the next plan looks for deliveries then.
    // A run that was refused may have begun a plan, which has no header then.
    let plan = "INSERT INTO plan (campaign, round, generation, header) VALUES (?1, ?2, 1, '[]')
        ON CONFLICT (campaign, round) DO UPDATE SET header = coalesce(plan.header, '[]'), generation = max(plan.generation, 1)";
    connection.execute(plan, round)?;
    let taken = "SELECT EXISTS (SELECT 1 FROM delivery WHERE campaign = ?1 AND round = ?2 AND recipient = ?3)";
    let taken =
        connection.query_row(taken, params![campaign, letter.round.0, letter.recipient.as_str()], |row| row.get(0))?;
    let id = if taken { format!("{} ({})", letter.recipient, letter.person) } else { letter.recipient.to_string() };
    let mut insert = connection.prepare(
        "INSERT INTO delivery (campaign, round, recipient, generation, place, list_row, holds_address, state, email, email_key, name,
            organisation)
        VALUES (?1, ?2, ?3, 0, (SELECT coalesce(max(place), -1) + 1 FROM delivery WHERE campaign = ?1 AND round = ?2), 0, 0,
            'skipped', ?4, ?5, ?6, ?7)",
    )?;
    insert.insert(params![
        campaign,
        letter.round.0,
        id,
        letter.email.to_string(),
        letter.email.key(),
        letter.name,
        letter.organisation,
    ])
}
