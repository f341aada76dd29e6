//! Letters that are kept until a copy of each lies in the Sent folder.

use std::future::Future;

use rusqlite::params;

use super::SqliteLedger;
use super::failure::Failure;
use super::value::{count, time};
use super::writer::{Command, Store};
use crate::ledger::database::Connection;
use crate::ledger::{Claim, DeliveryId, FilingLedger, Result, Unfiled};
use crate::model::{CampaignId, MessageId};

/// Those that the server took: what is in doubt waits for a person's word.
const ACCEPTED: &str = "FROM campaign k CROSS JOIN unfiled u CROSS JOIN delivery d ON d.id = u.delivery AND d.campaign = k.id
    WHERE k.name = ?1 AND d.state IN ('accepted', 'bounced') AND d.message_id IS NOT NULL AND d.accepted_at IS NOT NULL";

/// Keeps a letter that is about to leave; after a kill, what is kept of it is all that there is.
pub(super) fn keep(connection: &Connection, claim: &Claim) -> rusqlite::Result<()> {
    let Some(message) = &claim.to_file else { return Ok(()) };
    connection.change_one(
        "INSERT INTO unfiled (delivery, message) VALUES (?1, ?2)
        ON CONFLICT (delivery) DO UPDATE SET message = excluded.message",
        params![claim.delivery.0, message],
    )
}

/// Forgets what is kept of a letter that has not left, or lies in the Sent folder.
pub(super) fn forget(connection: &Connection, delivery: i64) -> rusqlite::Result<()> {
    connection.change_any("DELETE FROM unfiled WHERE delivery = ?1", [delivery])
}

/// Forgets letters that lie in the Sent folder.
struct Filed {
    deliveries: Vec<DeliveryId>,
}

impl Command for Filed {
    type Output = ();

    fn run(&mut self, store: &mut Store) -> std::result::Result<(), Failure> {
        self.deliveries.iter().try_for_each(|delivery| forget(&store.connection, delivery.0))?;
        Ok(())
    }
}

impl FilingLedger for SqliteLedger {
    fn unfiled(&self, campaign: &CampaignId, limit: usize) -> impl Future<Output = Result<Vec<Unfiled>>> + Send {
        let campaign = campaign.clone();
        self.look(move |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT u.delivery, d.message_id, d.accepted_at, u.message {ACCEPTED} ORDER BY u.delivery LIMIT ?2"
            ))?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let rows = statement.query_map(params![campaign.as_str(), limit], |row| {
                Ok(Unfiled {
                    delivery: DeliveryId(row.get(0)?),
                    message_id: MessageId::from_text(row.get::<_, String>(1)?),
                    accepted_at: time(row, 2)?,
                    message: row.get(3)?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
        })
    }

    fn count_unfiled(&self, campaign: &CampaignId) -> impl Future<Output = Result<u64>> + Send {
        let campaign = campaign.clone();
        self.look(move |connection| {
            let mut statement = connection.prepare_cached(&format!("SELECT count(*) {ACCEPTED}"))?;
            Ok(statement.query_row([campaign.as_str()], |row| count(row, 0))?)
        })
    }

    fn filed(&self, deliveries: Vec<DeliveryId>) -> impl Future<Output = Result<()>> + Send {
        self.ask(Filed { deliveries })
    }
}
