//! What a run left open when it died: nobody knows whether it was sent, so that it is in doubt from then on.

use jiff::Timestamp;
use rusqlite::params;
use serde_json::json;

use super::carried::letter_was_left_open;
use super::copies::close_open_copies;
use super::failure::Failure;
use super::hold::lock;
use super::lock::is_held;
use super::timeline::Timeline;
use super::value::micros;
use super::writer::{Happened, Store};
use crate::ledger::rules::ENDED_BEFORE_THE_REPLY;
use crate::model::{CampaignId, DeliveryState, RecipientId, Round};

/// What a campaign has under way: found at the front of the index, before all that was ever sent.
pub(super) const OPEN_ATTEMPTS: &str = "SELECT t.id, t.delivery, t.number, d.round, d.recipient
    FROM account a CROSS JOIN attempt t ON t.account = a.id AND t.counted_from IS NULL
    CROSS JOIN delivery d ON d.id = t.delivery
    WHERE d.campaign = ?1 AND d.state = 'attempting' ORDER BY t.id";

/// Puts in doubt whatever an earlier run left open: it may have been sent.
pub(super) fn close_open_attempts(
    store: &mut Store,
    campaign: i64,
    at: Timestamp,
    time: &Timeline,
) -> rusqlite::Result<u64> {
    let open = {
        let mut statement = store.connection.prepare(OPEN_ATTEMPTS)?;
        let rows = statement.query_map([campaign], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, i64>(1)?,
                row.get::<_, i64>(2)?,
                Round(row.get(3)?),
                RecipientId::new(row.get::<_, String>(4)?),
            ))
        })?;
        rows.collect::<rusqlite::Result<Vec<_>>>()?
    };
    let mut count = 0;
    for (attempt, delivery, number, round, recipient) in open {
        store.connection.execute(
            "UPDATE attempt SET ended_at = ?2, counted_from = ?3, outcome = 'in-doubt', reason = ?4 WHERE id = ?1",
            params![attempt, micros(at), time.of(at), ENDED_BEFORE_THE_REPLY],
        )?;
        store.connection.execute(
            "UPDATE delivery SET state = 'in-doubt', reason = ?2 WHERE id = ?1",
            params![delivery, ENDED_BEFORE_THE_REPLY],
        )?;
        letter_was_left_open(&store.connection, delivery)?;
        store.record(&Happened {
            campaign,
            at,
            delivery: Some((round, &recipient)),
            kind: DeliveryState::InDoubt.as_str(),
            source: &store.source,
            detail: &json!({ "attempt": number, "reason": ENDED_BEFORE_THE_REPLY }),
        })?;
        store.moved(campaign, round, DeliveryState::Attempting, DeliveryState::InDoubt);
        count += 1;
    }
    close_open_copies(store, campaign, at, time)?;
    Ok(count)
}

/// Puts in doubt what runs of other campaigns left open with this account when they died: until somebody does, it fills
/// its windows.
///
/// A run whose lease is held, or may be, is left alone; one that lost it here without noticing is refused at its next
/// step.
pub(super) fn close_what_the_dead_left_open(
    store: &mut Store,
    account: i64,
    at: Timestamp,
    time: &Timeline,
) -> std::result::Result<(), Failure> {
    let open = {
        let mut statement = store.connection.prepare_cached(
            "SELECT DISTINCT c.id, c.name FROM attempt t CROSS JOIN delivery d ON d.id = t.delivery
            CROSS JOIN campaign c ON c.id = d.campaign WHERE t.account = ?1 AND t.counted_from IS NULL",
        )?;
        let rows = statement.query_map([account], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
        rows.collect::<rusqlite::Result<Vec<_>>>()?
    };
    for (key, name) in open {
        let Ok(campaign) = CampaignId::parse(&name) else { continue };
        if store.sessions.contains_key(&campaign) || is_held(&store.connection, &store.beside, &campaign) != Some(false)
        {
            continue;
        }
        // Held until the end of this turn, as in `resolve`: nobody else can write before this is committed.
        let Ok(_lock) = lock(store, &campaign, key, at) else { continue };
        store.connection.execute(
            "UPDATE lease SET number = (SELECT max(number) + 1 FROM lease), host = NULL, pid = NULL, deadline = ?2
            WHERE campaign = ?1",
            params![key, micros(at)],
        )?;
        close_open_attempts(store, key, at, time)?;
    }
    Ok(())
}
