//! The reading of what a person looks through.

use rusqlite::{OptionalExtension, params};

use super::events::event;
use super::look::{ANSWERED, Query, by_place};
use super::selection::{DELIVERY, delivery};
use super::value::{json, reply, time, time_if_any, word_if_any};
use super::{SqliteLedger, sent_row};
use crate::ledger::database::{Connection, Row};
use crate::ledger::{
    AboutMail, BrowseLedger, Delivery, DeliveryId, Event, InHour, Look, Passed, ReadLedger, Result, Sight, Tried,
};
use crate::model::{CampaignId, MadeOf, RecipientId, Round};

impl BrowseLedger for SqliteLedger {
    fn browse(&self, campaign: &CampaignId, look: &Look) -> Result<Sight> {
        if look.is_everything() {
            return self.read(|connection| Ok(by_place(connection, campaign, look)?));
        }
        let mut query = Query::of(campaign, look);
        if !look.cells.is_empty() {
            for round in self.rounds(campaign)? {
                query.header(round, &self.columns(campaign, round)?.unwrap_or_default(), look);
            }
            query.close_headers();
        }
        self.read(|connection| Ok(query.read(connection, look)?))
    }

    fn letters_of(&self, campaign: &CampaignId, name: &str) -> Result<Vec<Delivery>> {
        self.read(|connection| Ok(letters_of(connection, campaign, name)?))
    }

    fn whose(&self, campaign: &CampaignId, delivery: DeliveryId) -> Result<Option<RecipientId>> {
        self.read(|connection| {
            let sql = "SELECT d.recipient FROM delivery d JOIN campaign c ON c.id = d.campaign
                WHERE d.id = ?1 AND c.name = ?2";
            let whose = params![delivery.0, campaign.as_str()];
            let found = connection.prepare_cached(sql)?.query_row(whose, |row| row.get::<_, String>(0));
            Ok(found.optional()?.map(RecipientId::new))
        })
    }

    fn made_of(&self, delivery: DeliveryId) -> Result<Option<(MadeOf, Vec<String>)>> {
        self.read(|connection| {
            let Some(made_of) = sent_row::made_of(connection, delivery.0)? else { return Ok(None) };
            let left_out = connection
                .prepare_cached(
                    "SELECT r.left_out FROM delivery d JOIN list_row r ON r.id = d.list_row WHERE d.id = ?1",
                )?
                .query_row([delivery.0], |row| json(row, 0))
                .optional()?;
            Ok(Some((made_of, left_out.unwrap_or_default())))
        })
    }

    fn passed(&self, campaign: &CampaignId) -> Result<Passed> {
        self.read(|connection| Ok(passed(connection, campaign)?))
    }

    fn last_event(&self) -> Result<u64> {
        self.read(|connection| {
            let sql = "SELECT coalesce(max(id), 0) FROM event";
            Ok(connection.prepare_cached(sql)?.query_row([], |row| super::value::count(row, 0))?)
        })
    }

    fn waiting(&self) -> Result<u64> {
        self.read(|connection| {
            if !knows_mentions(connection)? {
                return Ok(0);
            }
            let sql = "SELECT count(DISTINCT mail) FROM mention INDEXED BY mention_waiting WHERE standing = 'waits'";
            Ok(connection.prepare_cached(sql)?.query_row([], |row| super::value::count(row, 0))?)
        })
    }

    fn happened_to(&self, campaign: &CampaignId, recipient: &RecipientId) -> Result<Vec<Event>> {
        self.read(|connection| Ok(happened_to(connection, campaign, recipient)?))
    }

    fn tried(&self, campaign: &CampaignId, recipient: &RecipientId) -> Result<Vec<Tried>> {
        self.read(|connection| Ok(tried(connection, campaign, recipient)?))
    }

    fn mails_about(&self, campaign: &CampaignId, recipient: &RecipientId) -> Result<Vec<AboutMail>> {
        self.read(|connection| Ok(mails_about(connection, campaign, recipient)?))
    }
}

/// Nobody has to go through all letters for those of one: each half of it has an index.
fn letters_of(connection: &Connection, campaign: &CampaignId, name: &str) -> rusqlite::Result<Vec<Delivery>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {DELIVERY} FROM delivery d WHERE d.id IN (
            SELECT o.id FROM campaign c CROSS JOIN delivery o INDEXED BY delivery_of_recipient
                ON o.campaign = c.id AND o.recipient = ?2 WHERE c.name = ?1
            UNION SELECT o.id FROM campaign c CROSS JOIN (SELECT DISTINCT campaign, round FROM tally) t ON t.campaign = c.id
                CROSS JOIN delivery o INDEXED BY delivery_to_address
                ON o.campaign = t.campaign AND o.round = t.round AND o.email_key = ?2 AND o.holds_address = 1 WHERE c.name = ?1)
        ORDER BY d.round, d.place, d.id"
    ))?;
    let letters = statement.query_map(params![campaign.as_str(), name], delivery)?;
    letters.collect()
}

/// What is neither an attempt nor its success: there is an index for it, since few letters have any.
fn happened_to(
    connection: &Connection,
    campaign: &CampaignId,
    recipient: &RecipientId,
) -> rusqlite::Result<Vec<Event>> {
    let mut statement = connection.prepare_cached(
        "SELECT at, round, recipient, kind, source, detail, id FROM event
        WHERE campaign = (SELECT id FROM campaign WHERE name = ?1) AND recipient = ?2
            AND kind <> 'attempting' AND kind <> 'accepted' ORDER BY id",
    )?;
    let events = statement.query_map(params![campaign.as_str(), recipient.as_str()], event)?;
    events.collect()
}

fn tried(connection: &Connection, campaign: &CampaignId, recipient: &RecipientId) -> rusqlite::Result<Vec<Tried>> {
    let mut statement = connection.prepare_cached(
        "SELECT d.round, a.number, a.started_at, a.ended_at, a.outcome, a.smtp_code, a.smtp_enhanced, a.smtp_text, a.reason
        FROM campaign c CROSS JOIN delivery d ON d.campaign = c.id AND d.recipient = ?2
        CROSS JOIN attempt a ON a.delivery = d.id WHERE c.name = ?1 ORDER BY a.id",
    )?;
    let tried = statement.query_map(params![campaign.as_str(), recipient.as_str()], |row| {
        Ok(Tried {
            round: Round(row.get(0)?),
            number: row.get(1)?,
            started_at: time(row, 2)?,
            ended_at: time_if_any(row, 3)?,
            outcome: word_if_any(row, 4)?,
            reply: reply(row, 5)?,
            reason: row.get(8)?,
        })
    })?;
    tried.collect()
}

fn mails_about(
    connection: &Connection,
    campaign: &CampaignId,
    recipient: &RecipientId,
) -> rusqlite::Result<Vec<AboutMail>> {
    if !knows_mentions(connection)? {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare_cached(
        "SELECT l.id, d.round, l.kind, l.sender, l.subject, l.first_line, l.said_at, l.read_at, m.says, m.why, m.standing, m.id
        FROM campaign c CROSS JOIN delivery d ON d.campaign = c.id AND d.recipient = ?2
        CROSS JOIN mention m ON m.delivery = d.id CROSS JOIN mail l ON l.id = m.mail
        WHERE c.name = ?1 ORDER BY l.id, m.id",
    )?;
    let mails = statement.query_map(params![campaign.as_str(), recipient.as_str()], about_mail)?;
    mails.collect()
}

/// Whether a ledger knows what mails say: one of an older version is read as it is, and knows of none.
fn knows_mentions(connection: &Connection) -> rusqlite::Result<bool> {
    connection.has_table("mention")
}

fn passed(connection: &Connection, campaign: &CampaignId) -> rusqlite::Result<Passed> {
    let of_campaign = "d.campaign = (SELECT id FROM campaign WHERE name = ?1)";
    let by_hour = |sql: &str| -> rusqlite::Result<Vec<InHour>> {
        let mut statement = connection.prepare_cached(sql)?;
        let hours = statement.query_map([campaign.as_str()], |row| {
            Ok(InHour { hour: row.get(0)?, count: super::value::count(row, 1)? })
        })?;
        hours.collect()
    };
    // Times are microseconds since 1970; none of a letter is before that.
    let hour = "/ 3600000000, count(*)";
    let sent = format!(
        "SELECT d.accepted_at {hour} FROM delivery d NOT INDEXED WHERE {of_campaign} AND d.accepted_at IS NOT NULL GROUP BY 1 ORDER BY 1"
    );
    let answered = format!(
        "SELECT d.answered_at {hour} FROM {ANSWERED} WHERE {of_campaign} AND d.answer <> 'none'
            AND d.answer IN ('replied', 'declined', 'opted-out') AND d.answered_at IS NOT NULL GROUP BY 1 ORDER BY 1"
    );
    Ok(Passed { sent: by_hour(&sent)?, answered: by_hour(&answered)? })
}

fn about_mail(row: &Row<'_>) -> rusqlite::Result<AboutMail> {
    let says: serde_json::Value = json(row, 8)?;
    let standing: String = row.get(10)?;
    let waits = if standing == "waits" { Some(super::value::count(row, 11)?) } else { None };
    Ok(AboutMail {
        number: super::value::count(row, 0)?,
        round: Round(row.get(1)?),
        kind: row.get(2)?,
        sender: row.get(3)?,
        subject: row.get(4)?,
        first_line: row.get(5)?,
        said_at: time_if_any(row, 6)?,
        read_at: time(row, 7)?,
        effect: says["effect"].as_str().map(str::to_owned),
        why: row.get(9)?,
        waits,
        is_taken_back: standing == "taken-back",
    })
}
