//! What a run left open when it died: nobody knows whether it was sent, so that it is in doubt from then on.

use jiff::Timestamp;
use rusqlite::params;
use serde_json::json;

use super::carried::letter_was_left_open;
use super::copies::close_open_copies;
use super::session::Whose;
use super::value::micros;
use super::writer::{Happened, Store};
use crate::ledger::rules::ENDED_BEFORE_THE_REPLY;
use crate::model::{DeliveryState, RecipientId, Round};

/// What a campaign has under way: found at the front of the index, before all that was ever sent.
pub(super) const OPEN_ATTEMPTS: &str = "SELECT t.id, t.delivery, t.number, d.round, d.recipient
    FROM account a CROSS JOIN attempt t ON t.account = a.id AND t.counted_from IS NULL
    CROSS JOIN delivery d ON d.id = t.delivery
    WHERE d.campaign = ?1 AND d.state = 'attempting' AND (CAST(?2 AS INTEGER) IS NULL OR t.lease = ?2) ORDER BY t.id";

/// Puts in doubt whatever an earlier run left open: it may have been sent. It counts in the windows from
/// `counted_from`, in the ledger's time.
pub(super) fn close_open_attempts(
    store: &mut Store,
    Whose { campaign, run }: Whose,
    at: Timestamp,
    counted_from: i64,
) -> rusqlite::Result<u64> {
    let open = {
        let mut statement = store.connection.prepare(OPEN_ATTEMPTS)?;
        let rows = statement.query_map(params![campaign, run], |row| {
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
            params![attempt, micros(at), counted_from, ENDED_BEFORE_THE_REPLY],
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
    close_open_copies(store, Whose { campaign, run }, at, counted_from)?;
    Ok(count)
}
