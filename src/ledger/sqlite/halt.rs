//! Campaigns that a person stopped.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;

use super::campaign::campaign_key;
use super::failure::Failure;
use super::value::{micros, time};
use super::writer::{Command, Happened, Store};
use crate::ledger::Halt;
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
pub(super) struct Stop {
    pub(super) campaign: CampaignId,
    pub(super) halt: Halt,
}

impl Command for Stop {
    type Output = Option<Halt>;

    fn run(&mut self, store: &mut Store) -> Result<Option<Halt>, Failure> {
        let before = halt(&store.connection, &self.campaign)?;
        let campaign = campaign_key(&store.connection, &self.campaign)?;
        let Halt { at, person, reason } = &self.halt;
        store.connection.execute(
            "INSERT INTO halt (campaign, at, person, reason) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (campaign) DO UPDATE
            SET at = excluded.at, person = excluded.person, reason = coalesce(excluded.reason, reason)",
            params![campaign, micros(*at), person, reason],
        )?;
        store.forget_rounds();
        record(store, campaign, *at, person, "stopped", &json!({ "reason": reason }))?;
        Ok(before)
    }
}

/// Lets a campaign go on.
pub(super) struct Resume {
    pub(super) campaign: CampaignId,
    pub(super) person: String,
    pub(super) at: Timestamp,
}

impl Command for Resume {
    type Output = Option<Halt>;

    fn run(&mut self, store: &mut Store) -> Result<Option<Halt>, Failure> {
        let Some(before) = halt(&store.connection, &self.campaign)? else { return Ok(None) };
        let campaign = campaign_key(&store.connection, &self.campaign)?;
        store.connection.execute("DELETE FROM halt WHERE campaign = ?1", [campaign])?;
        store.forget_rounds();
        record(store, campaign, self.at, &self.person, "resumed", &json!({ "reason": before.reason }))?;
        Ok(Some(before))
    }
}

fn record(
    store: &Store,
    campaign: i64,
    at: Timestamp,
    person: &str,
    kind: &str,
    detail: &serde_json::Value,
) -> rusqlite::Result<()> {
    let source = format!("person {person}");
    store.record(&Happened { campaign, at, delivery: None::<(Round, &RecipientId)>, kind, source: &source, detail })
}
