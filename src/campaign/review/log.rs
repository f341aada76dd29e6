//! The log: who was contacted, with what result.

use std::io::Write;

use super::Review;
use super::query::{Filter, Query};
use super::upcoming::{Told, Upcoming};
use crate::campaign::error::Result;
use crate::campaign::folder::{Folder, Ledger};
use crate::ledger::{KeptRow, ReadLedger, ReviewLedger, Selection};
use crate::model::CampaignId;
use crate::report::{LogRow, LogWriter};

impl Review<'_> {
    /// Writes what is asked for of the log; nothing, where there is no ledger yet. Gives how many rows it has.
    ///
    /// # Errors
    /// [`Error::NoColumn`](crate::campaign::Error::NoColumn), and where the ledger or a list cannot be read, or the log
    /// not be written.
    pub fn write_log(&self, mut writer: LogWriter<impl Write>, query: &Query) -> Result<u64> {
        let mut written = 0;
        if let Some(ledger) = &self.ledger {
            let id = &self.folder.settings.id;
            if query.is_plain() {
                each_row(self.folder, ledger, id, &query.selection, &mut |row| {
                    written += 1;
                    Ok(writer.write(&row)?)
                })?;
            } else {
                self.each_kept(ledger, query, &mut |(delivery, _, next)| {
                    written += 1;
                    Ok(writer.write(&LogRow::new(id, delivery, next))?)
                })?;
            }
        }
        writer.finish()?;
        Ok(written)
    }

    /// Goes through what is asked for, each delivery with the row that it is about and what comes next.
    pub(super) fn each_kept(
        &self,
        ledger: &Ledger,
        query: &Query,
        each: &mut dyn FnMut(Told<KeptRow>) -> Result<()>,
    ) -> Result<()> {
        let id = &self.folder.settings.id;
        let filter = Filter::of(query, self, ledger)?;
        let rows = ledger.kept_rows(id, &query.selection);
        let rows = rows.filter(|row| row.as_ref().map_or(true, |(delivery, row)| filter.takes(delivery, row)));
        if self.folder.settings.follow_ups.is_empty() {
            for row in rows {
                let (delivery, row) = row?;
                each((delivery, row, None))?;
            }
            return Ok(());
        }
        for batch in Upcoming::read(self.folder, ledger)?.batches_of(rows, listed) {
            batch?.into_iter().try_for_each(&mut *each)?;
        }
        Ok(())
    }
}

/// The cells of a row that is in the list.
fn listed(row: &KeptRow) -> Option<&Vec<String>> {
    match row {
        KeptRow::Listed(cells) => Some(cells),
        KeptRow::AsSent(..) | KeptRow::Gone => None,
    }
}

/// Gives the selected rows of a campaign, one by one. What comes next for a recipient is known of the folder's own
/// campaign alone.
///
/// # Errors
/// Where the ledger or a list cannot be read, and what `take` says.
pub fn each_row(
    folder: &Folder,
    ledger: &impl ReadLedger,
    campaign: &CampaignId,
    selection: &Selection,
    take: &mut dyn FnMut(LogRow) -> Result<()>,
) -> Result<()> {
    let mut take = |delivery, next| take(LogRow::new(campaign, delivery, next));
    if folder.settings.follow_ups.is_empty() || *campaign != folder.settings.id {
        for delivery in ledger.deliveries(campaign, selection) {
            take(delivery?, None)?;
        }
    } else {
        for batch in Upcoming::read(folder, ledger)?.batches(selection) {
            batch?.into_iter().try_for_each(|(delivery, _, next)| take(delivery, next))?;
        }
    }
    Ok(())
}
