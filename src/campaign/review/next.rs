//! What comes next for some letters.

use super::Review;
use super::upcoming::Upcoming;
use crate::campaign::error::Result;
use crate::ledger::{self, Delivery, ReadLedger, Selection};
use crate::plan::Next;

impl Review<'_> {
    /// What comes after each of some letters; nothing while that is not known, and where there are no follow-ups.
    ///
    /// # Errors
    /// The faults of the campaign's lists of holidays and suppressions, and where the ledger cannot be read.
    pub fn what_comes_next(&self, of: &[Delivery]) -> Result<Vec<Option<Next>>> {
        let Some(ledger) = self.ledger.as_ref().filter(|_| !self.folder.settings.follow_ups.is_empty()) else {
            return Ok(vec![None; of.len()]);
        };
        let with_cells = |delivery: &Delivery| -> ledger::Result<(Delivery, Option<Vec<String>>)> {
            let recipient = Some(delivery.recipient.to_string());
            let selection = Selection { round: Some(delivery.round), states: Vec::new(), recipient };
            for row in ledger.rows(&self.folder.settings.id, &selection) {
                let (found, cells) = row?;
                if found.id == delivery.id {
                    return Ok((found, cells));
                }
            }
            Ok((delivery.clone(), None))
        };
        let mut next = Vec::with_capacity(of.len());
        for batch in Upcoming::read(self.folder, ledger)?.batches_of(of.iter().map(with_cells), Option::as_ref) {
            next.extend(batch?.into_iter().map(|(_, _, next)| next));
        }
        Ok(next)
    }
}
