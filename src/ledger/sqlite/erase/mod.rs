//! A person is forgotten: their data goes from every table of every campaign. What stays are keyed hashes, by which
//! nobody writes to them again, and numbers, which stay true.

mod events;
mod files;
mod known;
mod mails;
mod rows;

pub(super) use files::ENCLOSED;
pub(super) use mails::effect_alone;

use std::path::Path;

use jiff::Timestamp;
use rusqlite::params;

use super::failure::Failure;
use super::hold::lock;
use super::plan::recount;
use super::value::micros;
use super::writer::{Command, Store};
use super::{SqliteLedger, file, forgotten};
use crate::ledger::database::Connection;
use crate::ledger::postgres;
use crate::ledger::{Erased, Result, Word};
use crate::model::{AddressHash, CampaignId, EmailAddress, RecipientId, Round, is_whole_address};

type Read<T> = std::result::Result<T, Failure>;

/// Whoever is forgotten.
#[derive(Debug, Clone)]
struct Person {
    /// Their address, as [`EmailAddress::key`] gives it.
    key: String,
    /// The forms in which it is met in a text, in lower case.
    forms: Vec<String>,
}

impl Person {
    fn at(address: &EmailAddress) -> Self {
        let key = address.key();
        let mut forms =
            vec![key.to_lowercase(), address.to_string().to_lowercase(), address.shown_key().to_lowercase()];
        forms.sort();
        forms.dedup();
        Self { key, forms }
    }

    /// Whether a text names them.
    fn is_in(&self, text: &str) -> bool {
        if !text.contains('@') {
            return false;
        }
        let text = text.to_lowercase();
        self.forms.iter().any(|form| {
            text.match_indices(form.as_str()).any(|(at, _)| is_whole_address(text.as_bytes(), at..at + form.len()))
        })
    }

    fn is_in_any<'t>(&self, texts: impl IntoIterator<Item = &'t Option<String>>) -> bool {
        texts.into_iter().flatten().any(|text| self.is_in(text))
    }
}

/// A letter of theirs.
#[derive(Debug, Clone)]
struct Letter {
    delivery: i64,
    campaign: i64,
    round: Round,
    recipient: RecipientId,
    /// What stands in its place from now on.
    id: String,
}

/// Who asks for it, and when.
struct Asked<'a> {
    at: Timestamp,
    source: &'a str,
    campaign: &'a CampaignId,
}

/// Forgets a person.
struct Forget {
    person: Person,
    word: Word,
}

impl Command for Forget {
    type Output = Erased;
    const ALONE: bool = true;

    fn run(&mut self, store: &mut Store) -> Read<Erased> {
        // No run may hold any of the campaigns: it has letters in its memory. Held until the end of this function.
        let mut locks = Vec::new();
        for (key, name) in campaigns(&store.connection)? {
            locks.push(lock(store, &name, key, self.word.at)?);
        }
        let source = self.word.by.to_string();
        let asked = Asked { at: self.word.at, source: &source, campaign: &self.word.campaign };
        store.forget_suppressions();
        store.forget_rounds();
        erase(&store.connection, &self.person, &asked)
    }

    fn committed(&mut self, store: &mut Store) {
        if let Err(error) = compact(&store.connection) {
            tracing::warn!(%error, "the ledger may still hold what was erased");
        }
    }
}

impl SqliteLedger {
    /// Forgets whoever has an address, in all campaigns: what is left is a keyed hash by which nobody writes to them,
    /// and the numbers.
    ///
    /// # Errors
    /// [`LedgerError::Held`](crate::ledger::LedgerError::Held) while a run sends one of the campaigns, and where the
    /// ledger cannot be written.
    pub fn forget(&self, address: &EmailAddress, word: &Word) -> impl Future<Output = Result<Erased>> + Send + use<> {
        self.ask(Forget { person: Person::at(address), word: word.clone() })
    }

    /// Forgets whoever has an address in a copy of a ledger that lies elsewhere. Nobody else may use it.
    ///
    /// # Errors
    /// Where it is no ledger, or cannot be written.
    pub fn forget_in_copy(path: &Path, address: &EmailAddress, word: &Word) -> Result<Erased> {
        let (connection, path) = file::open(path)?;
        let connection = Connection::Sqlite(connection);
        let source = word.by.to_string();
        let asked = Asked { at: word.at, source: &source, campaign: &word.campaign };
        let forget = || -> Read<Erased> {
            connection.begin(None)?;
            let erased = erase(&connection, &Person::at(address), &asked)?;
            connection.commit()?;
            compact(&connection)?;
            Ok(erased)
        };
        forget().map_err(|failure| failure.into_error(&path))
    }

    /// All that the ledger knows of whoever has an address, as JSON.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn known_of(&self, address: &EmailAddress) -> Result<serde_json::Value> {
        self.read(|connection| known::of(connection, &Person::at(address)))
    }
}

/// Takes a person out of every table.
fn erase(connection: &Connection, person: &Person, asked: &Asked<'_>) -> Read<Erased> {
    let marker = forgotten::marker(connection)?;
    let hash = marker.hash();
    let mark = hash.of(&person.key);
    connection.execute(
        "INSERT INTO forgotten (mark, at) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        params![mark, micros(asked.at)],
    )?;
    let standing = format!("{}{mark}", forgotten::SIGN);
    let letters = letters(connection, person, hash)?;
    let mut erased = Erased { letters: letters.len() as u64, ..Erased::default() };
    files::forget_attachments(connection, &letters)?;
    mails::forget(connection, person, &letters, &mut erased)?;
    events::forget(connection, person, &letters, &mut erased)?;
    rows::forget(connection, (person, &standing), hash, &letters, &mut erased)?;
    for (campaign, round) in rounds(connection)? {
        recount(connection, campaign, round)?;
    }
    events::record(connection, asked, erased)?;
    Ok(erased)
}

/// Makes the file anew, without what was erased, and empties the log beside it; on a server, its tables.
pub(super) fn compact(connection: &Connection) -> rusqlite::Result<()> {
    let file = match connection {
        Connection::Sqlite(file) => file,
        Connection::Postgres(session) => return Ok(postgres::compact(session)?),
    };
    file.execute_batch("PRAGMA secure_delete = ON; VACUUM;")?;
    file.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    // Where a run died, an empty log would be taken for one that was lost.
    file.execute_batch("UPDATE meta SET value = value WHERE key = 'id'")
}

pub(super) fn campaigns(connection: &Connection) -> Read<Vec<(i64, CampaignId)>> {
    let mut statement = connection.prepare("SELECT id, name FROM campaign ORDER BY id")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
    let mut campaigns = Vec::new();
    for row in rows {
        let (key, name): (i64, String) = row?;
        campaigns.push((key, CampaignId::parse(&name).map_err(crate::ledger::LedgerError::Stopped)?));
    }
    Ok(campaigns)
}

fn rounds(connection: &Connection) -> rusqlite::Result<Vec<(i64, Round)>> {
    let mut statement = connection.prepare("SELECT campaign, round FROM plan WHERE generation > 0")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, Round(row.get(1)?))))?;
    rows.collect()
}

/// The letters to a person, of all campaigns and rounds.
fn letters(connection: &Connection, person: &Person, hash: &AddressHash) -> Read<Vec<Letter>> {
    let forgotten = crate::model::Forgotten::new(hash.clone(), std::collections::HashSet::new());
    let mut statement = connection.prepare(
        "SELECT id, campaign, round, recipient FROM delivery WHERE email_key = ?1 ORDER BY campaign, round, id",
    )?;
    let rows = statement.query_map([&person.key], |row| {
        let recipient: String = row.get(3)?;
        Ok(Letter {
            delivery: row.get(0)?,
            campaign: row.get(1)?,
            round: Round(row.get(2)?),
            id: forgotten.id(&recipient),
            recipient: RecipientId::new(recipient),
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_named_by_their_whole_address_alone() {
        let an = Person::at(&EmailAddress::parse("an@example.org").unwrap());
        for text in [
            "an@example.org",
            "<An@Example.org>",
            "to 'an@example.org'.",
            "rfc822;an@example.org: no",
            "x=an@example.org",
        ] {
            assert!(an.is_in(text), "{text}");
        }
        for text in [
            "jan@example.org",
            "an@example.org.uk",
            "an@example.orgs",
            "an.jan@example.org",
            "example.org",
            "x.an@example.org",
        ] {
            assert!(!an.is_in(text), "{text}");
        }
    }
}
