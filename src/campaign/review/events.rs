//! Everything that ever happened in a campaign.

use std::io::{self, Write};

use super::Review;
use crate::campaign::error::Result;
use crate::ledger::{LedgerError, ReadLedger};
use crate::report::event_json;

impl Review<'_> {
    /// Writes all events, one JSON object a line; none, where there is no ledger yet.
    ///
    /// # Errors
    /// Where the ledger cannot be read, or an event not be written.
    pub fn write_events(&self, mut out: impl Write) -> Result<()> {
        let id = &self.folder.settings.id;
        if let Some(ledger) = &self.ledger {
            let mut failed: Option<io::Error> = None;
            let read = ledger.events(id, &mut |event| {
                writeln!(out, "{}", event_json(id, &event)).map_err(|error| {
                    failed = Some(error);
                    LedgerError::Stopped("the events cannot be written".to_owned())
                })
            });
            match failed {
                Some(error) => return Err(error.into()),
                None => read?,
            }
        }
        Ok(out.flush()?)
    }
}
