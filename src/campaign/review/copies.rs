//! The log of copies: what became of each address in Cc and Bcc, and in which of the two it stood.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use super::Review;
use crate::campaign::error::Result;
use crate::ledger::{CopyRow, Delivery, KeptRow, ReadLedger, ReviewLedger, Selection};
use crate::lists::RecipientReader;
use crate::model::{Columns, DeliveryState, EmailAddress, Round};
use crate::report::{CopyField, CopyWriter};

/// The rows of letters, in the order in which their copies are read.
struct Letters<I> {
    rows: I,
    /// The letter that is looked at.
    last: Option<(Delivery, KeptRow)>,
    /// The headers of the lists, by round.
    headers: BTreeMap<Round, Arc<Columns>>,
    list: String,
}

impl Review<'_> {
    /// Writes what became of the copies of letters; nothing, where there is no ledger yet. Gives how many rows it has.
    ///
    /// # Errors
    /// Where the ledger cannot be read, or the table not be written.
    pub fn write_copies(
        &self,
        mut writer: CopyWriter<impl Write>,
        round: Option<Round>,
        states: &[DeliveryState],
    ) -> Result<u64> {
        let mut written = 0;
        if let Some(ledger) = &self.ledger {
            let id = &self.folder.settings.id;
            let mut headers = BTreeMap::new();
            for round in ledger.rounds(id)? {
                headers.extend(ledger.columns(id, round)?.map(|columns| (round, Arc::new(columns))));
            }
            let rows = ledger.kept_rows(id, &Selection { round, ..Selection::default() });
            let list = self.folder.settings.lists.recipients.clone();
            let mut letters = Letters { rows, last: None, headers, list };
            for copy in ledger.copy_rows(id, round) {
                let copy = copy?;
                let field = letters.field(&copy)?;
                if states.is_empty() || states.contains(&copy.state) {
                    writer.write(&copy, field)?;
                    written += 1;
                }
            }
        }
        writer.finish()?;
        Ok(written)
    }
}

impl<I: Iterator<Item = crate::ledger::Result<(Delivery, KeptRow)>>> Letters<I> {
    /// In which field of its letter a copy stood; nothing, where its row is no longer known, or has it no more.
    fn field(&mut self, copy: &CopyRow) -> Result<Option<CopyField>> {
        let is_its =
            |(letter, _): &(Delivery, KeptRow)| letter.round == copy.round && letter.recipient == copy.recipient;
        while !self.last.as_ref().is_some_and(is_its) {
            let Some(next) = self.rows.next() else { return Ok(None) };
            self.last = Some(next?);
        }
        let Some((letter, row)) = &self.last else { return Ok(None) };
        let (columns, cells) = match row {
            KeptRow::Listed(cells) => match self.headers.get(&letter.round) {
                Some(columns) => (Arc::clone(columns), cells),
                None => return Ok(None),
            },
            KeptRow::AsSent(columns, cells) => (Arc::new(columns.clone()), cells),
            KeptRow::Gone => return Ok(None),
        };
        // A row that cannot be read any more says nothing of its copies.
        let Ok(recipient) = RecipientReader::new(columns, &self.list).read(1, cells.clone()) else { return Ok(None) };
        let has = |addresses: &[EmailAddress]| addresses.iter().any(|known| known.to_string() == copy.address);
        Ok(match (has(&recipient.cc), has(&recipient.bcc)) {
            (true, _) => Some(CopyField::Cc),
            (false, true) => Some(CopyField::Bcc),
            (false, false) => None,
        })
    }
}
