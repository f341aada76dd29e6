//! Everything that ever happened in a campaign.

use std::io::Write;

use super::Review;
use crate::campaign::error::Result;
use crate::ledger::ReadLedger;
use crate::report::event_json;

impl Review<'_> {
    /// Writes all events, one JSON object a line; none, where there is no ledger yet.
    ///
    /// # Errors
    /// Where the ledger cannot be read, or an event not be written.
    pub fn write_events(&self, mut out: impl Write) -> Result<()> {
        let id = &self.folder.settings.id;
        if let Some(ledger) = &self.ledger {
            for event in ledger.events(id) {
                writeln!(out, "{}", event_json(id, &event?))?;
            }
        }
        Ok(out.flush()?)
    }
}
