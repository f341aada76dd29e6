//! Campaigns that a person stopped.

use rusqlite::{OptionalExtension, params};
use serde_json::json;

use super::campaign::campaign_key;
use super::failure::Failure;
use super::value::{micros, time};
use super::writer::{Command, Happened, Store};
use crate::ledger::database::Connection;
use crate::ledger::{Halt, Word};
use crate::model::{CampaignId, RecipientId, Round};

/// That a campaign is stopped, where it is.
pub(super) fn halt(connection: &Connection, campaign: &CampaignId) -> rusqlite::Result<Option<Halt>> {
    connection
        .prepare_cached(
            "SELECT h.at, h.person, h.reason FROM campaign c JOIN halt h ON h.campaign = c.id WHERE c.name = ?1",
        )?
        .query_row([campaign.as_str()], |row| Ok(Halt { at: time(row, 0)?, person: row.get(1)?, reason: row.get(2)? }))
        .optional()
}

/// Stops a campaign.
pub(super) struct HaltCampaign {
    pub(super) reason: Option<String>,
    pub(super) word: Word,
}

impl Command for HaltCampaign {
    type Output = Option<Halt>;

    fn run(&mut self, store: &mut Store) -> Result<Option<Halt>, Failure> {
        let Self { reason, word } = &*self;
        let before = halt(&store.connection, &word.campaign)?;
        let campaign = campaign_key(&store.connection, &word.campaign)?;
        store.connection.execute(
            "INSERT INTO halt (campaign, at, person, reason) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (campaign) DO UPDATE
            SET at = excluded.at, person = excluded.person, reason = coalesce(excluded.reason, halt.reason)",
            params![campaign, micros(word.at), word.by.name(), reason],
        )?;
        store.forget_rounds();
        record(store, campaign, word, "stopped", reason.as_deref())?;
        Ok(before)
    }
}

/// Lets a campaign go on.
pub(super) struct ResumeCampaign {
    pub(super) word: Word,
}

impl Command for ResumeCampaign {
    type Output = Option<Halt>;

    fn run(&mut self, store: &mut Store) -> Result<Option<Halt>, Failure> {
        let Some(before) = halt(&store.connection, &self.word.campaign)? else { return Ok(None) };
        let campaign = campaign_key(&store.connection, &self.word.campaign)?;
        store.connection.execute("DELETE FROM halt WHERE campaign = ?1", [campaign])?;
        store.forget_rounds();
        record(store, campaign, &self.word, "resumed", before.reason.as_deref())?;
        Ok(Some(before))
    }
}

fn record(store: &Store, campaign: i64, word: &Word, kind: &str, reason: Option<&str>) -> rusqlite::Result<()> {
    store.record(&Happened {
        campaign,
        at: word.at,
        delivery: None::<(Round, &RecipientId)>,
        kind,
        source: &word.by.to_string(),
        detail: &json!({ "reason": reason }),
    })
}
