//! Suggestions that a person throws away, or lets wait again.

use std::future::Future;

use rusqlite::{OptionalExtension, params};
use serde_json::json;

use super::SqliteLedger;
use super::failure::Failure;
use super::take_back::TakeBackMail;
use super::writer::{Command, Happened, Store};
use crate::ledger::database::{Connection, Row};
use crate::ledger::{DismissLedger, Result, Saying, SayingStands, Word};
use crate::model::{RecipientId, Round};

impl DismissLedger for SqliteLedger {
    fn sayings(&self, numbers: &[u64]) -> Result<Vec<Saying>> {
        let numbers = json!(numbers).to_string();
        self.read(move |connection| Ok(sayings(connection, &numbers)?))
    }

    fn dismiss(&self, numbers: Vec<u64>, word: &Word) -> impl Future<Output = Result<Vec<u64>>> + Send {
        self.ask(Dismiss { numbers, word: word.clone() })
    }

    fn doubt(&self, numbers: Vec<u64>, word: &Word) -> impl Future<Output = Result<Vec<u64>>> + Send {
        self.ask(Doubt { numbers, word: word.clone(), mails: Vec::new() })
    }

    fn let_wait(&self, numbers: Vec<u64>, word: &Word) -> impl Future<Output = Result<Vec<u64>>> + Send {
        self.ask(LetWait { numbers, word: word.clone() })
    }
}

fn sayings(connection: &Connection, numbers: &str) -> rusqlite::Result<Vec<Saying>> {
    let mut statement = connection.prepare_cached(
        "SELECT m.mail, m.id, m.standing FROM mention m
        WHERE m.mail IN (SELECT mail FROM mention WHERE id IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))) ORDER BY m.id",
    )?;
    let rows = statement.query_map([numbers], saying)?;
    rows.collect()
}

fn saying(row: &Row<'_>) -> rusqlite::Result<Saying> {
    let number = |column| row.get(column).map(i64::unsigned_abs);
    let standing = match row.get_ref(2)?.as_str()? {
        "waits" => SayingStands::Waits,
        "counts" => SayingStands::Counts,
        _ => SayingStands::TakenBack,
    };
    Ok(Saying { mail: number(0)?, number: number(1)?, standing })
}

struct Dismiss {
    numbers: Vec<u64>,
    word: Word,
}

impl Command for Dismiss {
    type Output = Vec<u64>;

    fn run(&mut self, store: &mut Store) -> std::result::Result<Vec<u64>, Failure> {
        let change =
            "UPDATE mention SET standing = 'taken-back' WHERE id = ?1 AND standing = 'waits' RETURNING delivery";
        each(store, (&self.numbers, change), &self.word, "dismissed")
    }
}

struct LetWait {
    numbers: Vec<u64>,
    word: Word,
}

impl Command for LetWait {
    type Output = Vec<u64>;

    fn run(&mut self, store: &mut Store) -> std::result::Result<Vec<u64>, Failure> {
        let change = "UPDATE mention SET standing = 'waits', counted = NULL, vouched = NULL, before = NULL
            WHERE id = ?1 AND standing = 'taken-back' AND NOT EXISTS (SELECT 1 FROM delivery d JOIN expired x ON x.campaign = d.campaign
                WHERE d.id = mention.delivery) RETURNING delivery";
        each(store, (&self.numbers, change), &self.word, "waits-again")
    }
}

struct Doubt {
    numbers: Vec<u64>,
    word: Word,
    /// The mails that are taken back.
    mails: Vec<TakeBackMail>,
}

impl Command for Doubt {
    type Output = Vec<u64>;
    // Where one of the mails did nothing, what others did must not be taken back either.
    const ALONE: bool = TakeBackMail::ALONE;

    fn run(&mut self, store: &mut Store) -> std::result::Result<Vec<u64>, Failure> {
        let sayings = sayings(&store.connection, &json!(self.numbers).to_string())?;
        let is_meant = |saying: &&Saying| self.numbers.contains(&saying.number);
        let is_counted = |saying: &&Saying| saying.standing == SayingStands::Counts;
        let mut mails: Vec<u64> =
            sayings.iter().filter(is_meant).filter(is_counted).map(|saying| saying.mail).collect();
        mails.sort_unstable();
        mails.dedup();
        let again = sayings.iter().filter(|saying| {
            mails.contains(&saying.mail)
                && (saying.standing == SayingStands::Waits || self.numbers.contains(&saying.number))
        });
        let again: Vec<u64> = again.map(|saying| saying.number).collect();
        let word = &self.word;
        self.mails = mails.into_iter().map(|mail| TakeBackMail { mail, word: word.clone() }).collect();
        for mail in &mut self.mails {
            mail.run(store)?;
        }
        LetWait { numbers: again, word: self.word.clone() }.run(store)
    }

    fn committed(&mut self, store: &mut Store) {
        for mail in &mut self.mails {
            mail.committed(store);
        }
    }
}

/// Changes each of some suggestions, and records it in the history of its delivery. Gives those that were changed.
fn each(
    store: &mut Store,
    (numbers, change): (&[u64], &str),
    word: &Word,
    kind: &str,
) -> std::result::Result<Vec<u64>, Failure> {
    let mut changed = Vec::new();
    for number in numbers {
        let Ok(key) = i64::try_from(*number) else { continue };
        let delivery: Option<i64> =
            store.connection.prepare_cached(change)?.query_row([key], |row| row.get(0)).optional()?;
        let Some(delivery) = delivery else { continue };
        changed.push(*number);
        let of = "SELECT campaign, round, recipient FROM delivery WHERE id = ?1";
        let (campaign, round, recipient): (i64, u32, String) =
            store.connection.query_row(of, params![delivery], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let recipient = RecipientId::new(recipient);
        store.record(&Happened {
            campaign,
            at: word.at,
            delivery: Some((Round(round), &recipient)),
            kind,
            source: &word.by.to_string(),
            detail: &json!({ "suggestion": number }),
        })?;
    }
    Ok(changed)
}
