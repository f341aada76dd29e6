//! Who agreed to a letter. They are few: each stands in `meta` under the campaign and the name, and what was said and
//! taken back is told by events.

use std::future::Future;

use rusqlite::{OptionalExtension, params};
use serde_json::json;

use super::SqliteLedger;
use super::campaign::campaign_key;
use super::failure::Failure;
use super::writer::{Command, Happened, Store};
use crate::ledger::database::Connection;
use crate::ledger::{Approval, ApprovalLedger, Result, Word};
use crate::model::{CampaignId, RecipientId, Round};

impl ApprovalLedger for SqliteLedger {
    fn agree(&self, approval: Approval, word: &Word) -> impl Future<Output = Result<()>> + Send {
        self.ask(Agree { approval, word: word.clone() })
    }

    fn withdraw(&self, person: &str, word: &Word) -> impl Future<Output = Result<Option<Approval>>> + Send {
        self.ask(Withdraw { person: person.to_owned(), word: word.clone() })
    }

    fn approvals(&self, campaign: &CampaignId) -> Result<Vec<Approval>> {
        self.read(|connection| Ok(all(connection, campaign)?))
    }
}

/// Under which key an approval stands. No id of a campaign has a line break.
fn key(campaign: &CampaignId, person: &str) -> String {
    format!("approval\n{campaign}\n{person}")
}

/// The keys of a campaign's approvals lie from the first on and before the second.
fn range(campaign: &CampaignId) -> (String, String) {
    (key(campaign, ""), format!("approval\n{campaign}\u{b}"))
}

fn all(connection: &Connection, campaign: &CampaignId) -> rusqlite::Result<Vec<Approval>> {
    let (first, end) = range(campaign);
    let mut statement =
        connection.prepare_cached("SELECT value FROM meta WHERE key >= ?1 AND key < ?2 ORDER BY key")?;
    let rows = statement.query_map(params![first, end], |row| row.get::<_, Vec<u8>>(0))?;
    // What cannot be read was not written by this program.
    let read = |value: rusqlite::Result<Vec<u8>>| value.map(|value| serde_json::from_slice(&value).ok()).transpose();
    rows.filter_map(read).collect()
}

struct Agree {
    approval: Approval,
    word: Word,
}

impl Command for Agree {
    type Output = ();

    fn run(&mut self, store: &mut Store) -> std::result::Result<(), Failure> {
        let Self { approval, word } = &*self;
        let value = json!(approval).to_string().into_bytes();
        store.connection.execute(
            "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            params![key(&word.campaign, &approval.person), value],
        )?;
        record(store, word, "agreed", approval)
    }
}

struct Withdraw {
    person: String,
    word: Word,
}

impl Command for Withdraw {
    type Output = Option<Approval>;

    fn run(&mut self, store: &mut Store) -> std::result::Result<Option<Approval>, Failure> {
        let key = key(&self.word.campaign, &self.person);
        let stood: Option<Vec<u8>> = store
            .connection
            .query_row("DELETE FROM meta WHERE key = ?1 RETURNING value", [key], |row| row.get(0))
            .optional()?;
        let stood: Option<Approval> = stood.and_then(|value| serde_json::from_slice(&value).ok());
        if let Some(approval) = &stood {
            record(store, &self.word, "agreement-withdrawn", approval)?;
        }
        Ok(stood)
    }
}

/// Takes out who agreed to a campaign's letter.
pub(super) fn forget(connection: &Connection, campaign: &CampaignId) -> rusqlite::Result<()> {
    let (first, end) = range(campaign);
    connection.execute("DELETE FROM meta WHERE key >= ?1 AND key < ?2", params![first, end])?;
    Ok(())
}

fn record(store: &Store, word: &Word, kind: &str, approval: &Approval) -> std::result::Result<(), Failure> {
    let campaign = campaign_key(&store.connection, &word.campaign)?;
    let Approval { person, version, note, .. } = approval;
    store.record(&Happened {
        campaign,
        at: word.at,
        delivery: None::<(Round, &RecipientId)>,
        kind,
        source: &word.by.to_string(),
        detail: &json!({ "person": person, "version": version, "note": note }),
    })?;
    Ok(())
}
