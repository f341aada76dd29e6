//! The log: who was contacted, with what result.

use std::io::Write;

use super::Review;
use super::upcoming::Upcoming;
use crate::campaign::error::Result;
use crate::campaign::folder::Folder;
use crate::ledger::{Delivery, ReadLedger, Selection};
use crate::model::CampaignId;
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
fn write_log(
    mut writer: LogWriter<impl Write>,
    folder: &Folder,
    ledger: &impl ReadLedger,
    selection: &Selection,
) -> Result<()> {
    write_rows(&mut writer, folder, ledger, &folder.settings.id, selection, &mut |_| {})?;
    Ok(writer.finish()?)
}

/// Writes the selected rows of a campaign, and shows each delivery to `watch`. What comes next for a recipient is known
/// of the folder's own campaign alone.
///
/// # Errors
/// Where the ledger or a list cannot be read, or the log not be written.
pub fn write_rows(
    writer: &mut LogWriter<impl Write>,
    folder: &Folder,
    ledger: &impl ReadLedger,
    campaign: &CampaignId,
    selection: &Selection,
    watch: &mut dyn FnMut(&Delivery),
) -> Result<()> {
    let mut write = |delivery, next| {
        watch(&delivery);
        writer.write(&LogRow::new(campaign, delivery, next))
    };
    if folder.settings.follow_ups.is_empty() || *campaign != folder.settings.id {
        for delivery in ledger.deliveries(campaign, selection) {
            write(delivery?, None)?;
        }
    } else {
        for batch in Upcoming::read(folder, ledger)?.batches(selection) {
            batch?.into_iter().try_for_each(|(delivery, next)| write(delivery, next))?;
        }
    }
    Ok(())
}
