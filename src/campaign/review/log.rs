//! The log: who was contacted, with what result.

use std::io::Write;

use super::Review;
use super::upcoming::Upcoming;
use crate::campaign::error::Result;
use crate::campaign::folder::Folder;
use crate::ledger::{ReadLedger, Selection};
use crate::report::{LogRow, LogWriter};

impl Review<'_> {
    /// Writes the selected rows of the log; none, where there is no ledger yet.
    ///
    /// # Errors
    /// Where the ledger or a list cannot be read, or the log not be written.
    pub fn write_log(&self, writer: LogWriter<impl Write>, selection: &Selection) -> Result<()> {
        match &self.ledger {
            Some(ledger) => write_log(writer, self.folder, ledger, selection),
            None => Ok(writer.finish()?),
        }
    }
}

/// Writes the selected rows of the log.
///
/// # Errors
/// Where the ledger or a list cannot be read, or the log not be written.
pub fn write_log(
    mut writer: LogWriter<impl Write>,
    folder: &Folder,
    ledger: &impl ReadLedger,
    selection: &Selection,
) -> Result<()> {
    let settings = &folder.settings;
    let mut write = |delivery, next| writer.write(&LogRow::new(&settings.id, delivery, next));
    if settings.follow_ups.is_empty() {
        for delivery in ledger.deliveries(&settings.id, selection) {
            write(delivery?, None)?;
        }
    } else {
        for batch in Upcoming::read(folder, ledger)?.batches(selection) {
            batch?.into_iter().try_for_each(|(delivery, next)| write(delivery, next))?;
        }
    }
    Ok(writer.finish()?)
}
