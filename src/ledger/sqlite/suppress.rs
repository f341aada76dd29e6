//! Who must not be written to, whatever the campaign.

use rusqlite::{OptionalExtension, params};
use serde_json::json;

use super::campaign::campaign_key;
use super::failure::Failure;
use super::forgotten;
use super::value::micros;
use super::writer::{Command, Happened, Store};
use crate::ledger::database::{Connection, Row};
use crate::ledger::{Witness, Word};
use crate::model::{Forgotten, RecipientId, Round, Suppression, Target};

/// That the ledger suppresses an address or its domain, where it does.
pub(super) fn suppressed(connection: &Connection, email_key: &str) -> rusqlite::Result<Option<Suppression>> {
    let at = email_key.rfind('@').unwrap_or(0);
    let found = connection
        .prepare_cached("SELECT key, reason FROM suppression WHERE key IN (?1, ?2) ORDER BY key DESC LIMIT 1")?
        .query_row([email_key, &email_key[at..]], suppression)
        .optional()?;
    if found.is_some() || !forgotten::has(connection, email_key)? {
        return Ok(found);
    }
    let reason = Some(Forgotten::REASON.to_owned());
    Ok(Some(Suppression { target: Target::Address(email_key.to_owned()), reason }))
}

fn suppression(row: &Row<'_>) -> rusqlite::Result<Suppression> {
    Ok(Suppression { target: Target::from_key(row.get(0)?), reason: row.get(1)? })
}

/// Everybody who must not be written to.
pub(super) fn suppressions(connection: &Connection) -> rusqlite::Result<Vec<Suppression>> {
    let mut statement = connection.prepare_cached("SELECT key, reason FROM suppression ORDER BY key")?;
    statement.query_map([], suppression)?.collect()
}

/// The suppression under a key.
fn find(connection: &Connection, target: &Target) -> rusqlite::Result<Option<Suppression>> {
    connection
        .prepare_cached("SELECT reason FROM suppression WHERE key = ?1")?
        .query_row([target.as_key()], |row| Ok(Suppression { target: target.clone(), reason: row.get(0)? }))
        .optional()
}

/// Suppresses the address of a recipient who opted out; gives whether it was not suppressed before.
pub(super) fn opt_out(
    store: &mut Store,
    delivery: i64,
    email_key: &str,
    event: &Happened<'_, impl ?Sized>,
) -> rusqlite::Result<bool> {
    let target = Target::Address(email_key.to_owned());
    let suppression = Suppression { target, reason: Some("opted out".to_owned()) };
    suppress_for(store, &suppression, Some(delivery), None, event)
}

/// Suppresses an address because of what happened to a delivery, unless it is suppressed already; gives whether it was
/// not. Where `lifted_by` is given, another answer to that delivery lifts it; it is taken back with the mail that says
/// so.
pub(super) fn suppress_for(
    store: &mut Store,
    Suppression { target, reason }: &Suppression,
    lifted_by: Option<i64>,
    mail: Option<i64>,
    event: &Happened<'_, impl ?Sized>,
) -> rusqlite::Result<bool> {
    let key = target.as_key();
    let added = store
        .connection
        .prepare_cached(
            "INSERT INTO suppression (key, reason, at, source, delivery, mail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT DO NOTHING",
        )?
        .execute(params![key, reason, micros(event.at), event.source, lifted_by, mail])?;
    if added == 0 && lifted_by.is_none() {
        // It is so for good: no answer lifts it any more.
        store
            .connection
            .prepare_cached(
                "UPDATE suppression SET reason = ?2, source = ?3, delivery = NULL, mail = ?4
                WHERE key = ?1 AND delivery IS NOT NULL",
            )?
            .execute(params![key, reason, event.source, mail])?;
    }
    if added > 0 {
        store.forget_suppressions();
        let detail = json!({ "address": key, "reason": reason });
        store.record(&event.and("suppressed", &detail))?;
    }
    Ok(added > 0)
}

/// Lifts what was suppressed since the recipient of a delivery opted out; gives whether there was anything. Where they
/// opted out of another letter too, it stays.
pub(super) fn opt_in(store: &mut Store, delivery: i64, event: &Happened<'_, impl ?Sized>) -> rusqlite::Result<bool> {
    let keys: Vec<String> = store
        .connection
        .prepare_cached("SELECT key FROM suppression WHERE delivery = ?1 ORDER BY key")?
        .query_map([delivery], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut lifted = false;
    for key in keys {
        let other: Option<i64> = store
            .connection
            .query_row(
                "SELECT id FROM delivery INDEXED BY delivery_answered
                WHERE answer <> 'none' AND answer = 'opted-out' AND email_key = ?1 AND id <> ?2 LIMIT 1",
                params![key, delivery],
                |row| row.get(0),
            )
            .optional()?;
        if let Some(other) = other {
            store
                .connection
                .execute("UPDATE suppression SET delivery = ?2, mail = NULL WHERE key = ?1", params![key, other])?;
            continue;
        }
        store.connection.execute("DELETE FROM suppression WHERE key = ?1", [&key])?;
        store.forget_suppressions();
        store.record(&event.and("lifted", &json!({ "address": key })))?;
        lifted = true;
    }
    Ok(lifted)
}

/// Lifts what was suppressed since a report said that an address does not exist, where no letter to it is bounced any
/// more; gives whether there was anything.
pub(super) fn readmit(store: &mut Store, key: &str, event: &Happened<'_, impl ?Sized>) -> rusqlite::Result<bool> {
    let lifted = store.connection.execute(
        "DELETE FROM suppression WHERE key = ?1 AND delivery IS NULL AND source LIKE 'mail %'
            AND NOT EXISTS (SELECT 1 FROM delivery WHERE state <> 'planned' AND state <> 'attempting' AND state <> 'accepted'
                AND state = 'bounced' AND email_key = ?1)",
        [key],
    )?;
    if lifted > 0 {
        store.forget_suppressions();
        store.record(&event.and("lifted", &json!({ "address": key })))?;
    }
    Ok(lifted > 0)
}

/// Suppresses an address or a domain.
pub(super) struct Suppress {
    pub(super) suppression: Suppression,
    pub(super) word: Word,
}

impl Command for Suppress {
    type Output = Option<Suppression>;

    fn run(&mut self, store: &mut Store) -> std::result::Result<Self::Output, Failure> {
        let Suppression { target, reason } = &self.suppression;
        let Word { campaign, by, at } = &self.word;
        let before = find(&store.connection, target)?;
        if before.is_some() && by.witness() == Witness::Mail {
            return Ok(before);
        }
        let (key, source) = (target.as_key(), by.to_string());
        store
            .connection
            .prepare_cached(
                "INSERT INTO suppression (key, reason, at, source) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (key) DO UPDATE
                SET reason = coalesce(excluded.reason, suppression.reason), at = excluded.at, source = excluded.source, delivery = NULL, mail = NULL",
            )?
            .execute(params![key, reason, micros(*at), source])?;
        store.forget_suppressions();
        store.record(&Happened {
            campaign: campaign_key(&store.connection, campaign)?,
            at: *at,
            delivery: None::<(Round, &RecipientId)>,
            kind: "suppressed",
            source: &source,
            detail: &json!({ "address": key, "reason": reason }),
        })?;
        Ok(before)
    }
}

/// Takes a suppression back.
pub(super) struct Lift {
    pub(super) target: Target,
    pub(super) word: Word,
}

impl Command for Lift {
    type Output = Option<Suppression>;

    fn run(&mut self, store: &mut Store) -> std::result::Result<Self::Output, Failure> {
        let Word { campaign, by, at } = &self.word;
        let Some(lifted) = find(&store.connection, &self.target)? else { return Ok(None) };
        let key = self.target.as_key();
        store.connection.execute("DELETE FROM suppression WHERE key = ?1", [&key])?;
        store.forget_suppressions();
        store.record(&Happened {
            campaign: campaign_key(&store.connection, campaign)?,
            at: *at,
            delivery: None::<(Round, &RecipientId)>,
            kind: "lifted",
            source: &by.to_string(),
            detail: &json!({ "address": key, "reason": lifted.reason }),
        })?;
        Ok(Some(lifted))
    }
}
