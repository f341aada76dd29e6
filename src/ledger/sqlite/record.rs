//! Events are written down.

use rusqlite::params;
use serde::Serialize;

use super::value::micros;
use super::writer::{Happened, Store};

impl Store {
    /// Writes down that something happened to a delivery.
    pub(super) fn record(&self, event: &Happened<'_, impl Serialize + ?Sized>) -> rusqlite::Result<()> {
        let detail = serde_json::to_string(event.detail)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        self.connection.change_one(
            "INSERT INTO event (campaign, at, round, recipient, kind, source, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                event.campaign,
                micros(event.at),
                event.delivery.map(|(round, _)| round.0),
                event.delivery.map(|(_, recipient)| recipient.as_str()),
                event.kind,
                event.source,
                detail,
            ],
        )
    }
}
