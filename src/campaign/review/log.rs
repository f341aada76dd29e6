//! The log: who was contacted, with what result.

use std::io::Write;

use super::upcoming::Upcoming;
use crate::campaign::error::Result;
use crate::campaign::folder::Folder;
use crate::ledger::{LedgerError, ReadLedger, Selection};
use crate::plan::Next;
use crate::report::{LogRow, LogWriter};

/// Writes the selected rows of the log; none, where there is no ledger yet.
///
/// # Errors
/// Where the ledger or a list cannot be read, or the log not be written.
pub fn write_log<W: Write>(
    mut writer: LogWriter<W>,
    folder: &Folder,
    ledger: Option<&impl ReadLedger>,
    selection: &Selection,
) -> Result<()> {
    let settings = &folder.settings;
    let Some(ledger) = ledger else { return Ok(writer.finish()?) };
    let mut failed = None;
    let mut write = |delivery, next: Option<Next>| {
        let next = next.map(|next| next.to_string()).unwrap_or_default();
        writer.write(&LogRow::new(&settings.id, delivery, next)).map_err(|error| {
            failed = Some(error);
            LedgerError::Stopped("the log cannot be written".to_owned())
        })
    };
    let read = if settings.follow_ups.is_empty() {
        ledger.deliveries(&settings.id, selection, &mut |delivery| write(delivery, None))
    } else {
        let upcoming = Upcoming::read(folder, ledger)?;
        upcoming.each(selection, &mut write)
    };
    match failed {
        Some(error) => return Err(error.into()),
        None => read?,
    }
    Ok(writer.finish()?)
}
