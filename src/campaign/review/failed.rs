//! The rows of the recipients list whose delivery failed or bounced: mended, they can be sent again as a list.

use std::io::Write;

use super::Review;
use crate::campaign::error::{Error, Result};
use crate::ledger::{ReadLedger, Selection};
use crate::lists::RecipientList;
use crate::model::{Columns, DeliveryState, Round};
use crate::report::{FailedRow, FailedWriter};

/// How many deliveries failed or bounced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Failures {
    /// How many rows were written.
    pub written: u64,
    /// How many were not, since they are no longer in the list.
    pub gone: u64,
}

impl Review<'_> {
    /// The header under which the failed rows stand: that of the recipients list as it was planned, for one round or
    /// for all.
    ///
    /// # Errors
    /// [`Error::OtherColumns`] where the rounds were sent to different lists, and where the ledger cannot be read.
    pub fn list_columns(&self, round: Option<Round>) -> Result<Columns> {
        let Some(ledger) = &self.ledger else { return Ok(Columns::default()) };
        let id = &self.folder.settings.id;
        let rounds = round.map_or_else(|| ledger.rounds(id), |round| Ok(vec![round]))?;
        let mut headers = Vec::new();
        for round in rounds {
            headers.extend(ledger.columns(id, round)?);
        }
        headers.dedup();
        if headers.len() > 1 {
            return Err(Error::OtherColumns);
        }
        let header = headers.pop().unwrap_or_default();
        let own = self.own(&header);
        Ok(Columns::new(own.into_iter().map(|at| header.names()[at].clone())))
    }

    /// The columns of a header that are the list's own: those that are made of others are made anew when the list is
    /// read again.
    pub(super) fn own(&self, header: &Columns) -> Vec<usize> {
        let (workspace, lists) = (&self.folder.workspace, &self.folder.settings.lists);
        let list = RecipientList::open(workspace, &lists.recipients, &lists.format, &lists.rules);
        let made = list.map(|list| list.made_columns().to_vec()).unwrap_or_default();
        (0..header.len()).filter(|at| !made.contains(&header.names()[*at])).collect()
    }

    /// Writes the failed rows of one round or of all; none, where there is no ledger yet. The writer was given the
    /// header of [`list_columns`](Self::list_columns).
    ///
    /// # Errors
    /// Where the ledger cannot be read, or a row not be written.
    pub fn write_failed(&self, mut writer: FailedWriter<impl Write>, round: Option<Round>) -> Result<Failures> {
        let mut failures = Failures::default();
        if let Some(ledger) = &self.ledger {
            let states = vec![DeliveryState::Failed, DeliveryState::Bounced];
            let selection = Selection { round, states, recipient: None };
            let id = &self.folder.settings.id;
            let mut own: Option<(Round, Vec<usize>)> = None;
            for row in ledger.rows(id, &selection) {
                let (delivery, Some(cells)) = row? else {
                    failures.gone += 1;
                    continue;
                };
                failures.written += 1;
                if own.as_ref().is_none_or(|(round, _)| *round != delivery.round) {
                    let header = ledger.columns(id, delivery.round)?.unwrap_or_default();
                    own = Some((delivery.round, self.own(&header)));
                }
                let own = own.iter().flat_map(|(_, columns)| columns);
                let cells = own.map(|at| cells.get(*at).cloned().unwrap_or_default()).collect();
                writer.write(FailedRow::new(delivery, cells))?;
            }
        }
        writer.finish()?;
        Ok(failures)
    }
}
