//! What a run says after it was closed: it is written down as what it is, and changes nothing.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde_json::{Value, json};

use crate::ledger::sqlite::writer::{Happened, Store};
use crate::ledger::{Lease, Settlement};
use crate::model::{RecipientId, Round};

/// The kind of the events.
const EVENT: &str = "late";

/// Writes down how a letter ended of which nobody waited to hear any more.
pub(in crate::ledger::sqlite) fn ended_late(
    store: &Store,
    lease: &Lease,
    settlement: &Settlement,
) -> rusqlite::Result<()> {
    record(store, lease, settlement, None)
}

/// The same of a copy.
pub(in crate::ledger::sqlite) fn copy_ended_late(
    store: &Store,
    lease: &Lease,
    settlement: &Settlement,
) -> rusqlite::Result<()> {
    let address: Option<String> = store
        .connection
        .prepare_cached("SELECT address FROM copy WHERE attempt = ?1")?
        .query_row([settlement.attempt.0], |row| row.get(0))
        .optional()?;
    record(store, lease, settlement, address)
}

fn record(store: &Store, lease: &Lease, settlement: &Settlement, copy: Option<String>) -> rusqlite::Result<()> {
    if store.connection.server().is_none() {
        return Ok(());
    }
    let found: Option<(i64, Round, RecipientId, i64)> = store
        .connection
        .prepare_cached(
            "SELECT d.campaign, d.round, d.recipient, t.number FROM attempt t JOIN delivery d ON d.id = t.delivery
            WHERE t.id = ?1 AND t.lease = ?2 AND t.delivery = ?3 AND t.ended_at IS NOT NULL",
        )?
        .query_row(params![settlement.attempt.0, lease.number, settlement.delivery.0], |row| {
            Ok((row.get(0)?, Round(row.get(1)?), RecipientId::new(row.get::<_, String>(2)?), row.get(3)?))
        })
        .optional()?;
    let Some((campaign, round, recipient, number)) = found else { return Ok(()) };
    store.record(&Happened {
        campaign,
        at: settlement.at,
        delivery: Some((round, &recipient)),
        kind: EVENT,
        source: &store.source,
        detail: &told(settlement, number, copy),
    })
}

fn told(settlement: &Settlement, number: i64, copy: Option<String>) -> Value {
    let Settlement { state, reply, reason, at, .. } = settlement;
    let at: &Timestamp = at;
    let reply = reply.as_ref().map(ToString::to_string);
    let mut told =
        json!({ "attempt": number, "state": state.as_str(), "reply": reply, "reason": reason, "ended_at": at });
    if let Some(copy) = copy {
        told["address"] = copy.into();
    }
    told
}
