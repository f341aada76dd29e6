//! The log: who was contacted, with what result.

use std::io::Write;

use super::upcoming::Upcoming;
use crate::campaign::error::Result;
use crate::campaign::folder::Folder;
use crate::ledger::{ReadLedger, Selection};
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
    let mut write = |delivery, next: Option<Next>| {
        let next = next.map(|next| next.to_string()).unwrap_or_default();
        Ok(writer.write(&LogRow::new(&settings.id, delivery, next))?)
    };
    if settings.follow_ups.is_empty() {
        for delivery in ledger.deliveries(&settings.id, selection) {
            write(delivery?, None)?;
        }
    } else {
        Upcoming::read(folder, ledger)?.each(selection, &mut write)?;
    }
    Ok(writer.finish()?)
}
