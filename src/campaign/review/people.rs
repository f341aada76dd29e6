//! The log by person: one row of the list with all its letters.

use std::collections::HashMap;
use std::io::Write;

use jiff::tz::TimeZone;

use super::Review;
use super::query::Query;
use crate::campaign::error::{Error, Result};
use crate::ledger::{CopyRow, Delivery, KeptRow, ReadLedger, ReviewLedger};
use crate::model::{Columns, RecipientId};
use crate::report::{PersonRow, SHEET_ROWS, common_header, workbook};

impl Review<'_> {
    /// Writes what is asked for of the log as a workbook: a row a person. Gives how many there are.
    ///
    /// # Errors
    /// [`Error::TooManyForASheet`], as for [`write_log`](Self::write_log), and where it cannot be written.
    pub fn write_workbook(&self, mut out: impl Write, query: &Query, zone: &TimeZone) -> Result<u64> {
        let Some(ledger) = &self.ledger else {
            out.write_all(&workbook(&Columns::default(), &[], &[], zone)?)?;
            return Ok(0);
        };
        let id = &self.folder.settings.id;
        let mut columns = HashMap::new();
        for round in ledger.rounds(id)? {
            columns.insert(round, ledger.columns(id, round)?.unwrap_or_default());
        }
        let own: Vec<Columns> = {
            let mut rounds: Vec<_> = columns.iter().collect();
            rounds.sort_by_key(|(round, _)| **round);
            let own = |columns: &Columns| Columns::new(self.own(columns).into_iter().map(|at| &columns.names()[at]));
            rounds.into_iter().map(|(_, columns)| own(columns)).collect()
        };
        let header = common_header(&own);
        let mut people: Vec<PersonRow> = Vec::new();
        let mut places: HashMap<RecipientId, usize> = HashMap::new();
        self.each_kept(ledger, query, &mut |(delivery, row, next)| {
            let cells = match &row {
                KeptRow::Listed(cells) => columns.get(&delivery.round).map(|columns| (columns, cells)),
                KeptRow::AsSent(columns, cells) => Some((columns, cells)),
                KeptRow::Gone => None,
            };
            let at = *places.entry(delivery.recipient.clone()).or_insert(people.len());
            if at == people.len() {
                people.push(PersonRow { cells: under(&header, cells, &delivery), letters: Vec::new() });
            } else if let Some(cells) = cells {
                // The row of the latest round is the one that stands in the list now.
                people[at].cells = under(&header, Some(cells), &delivery);
            }
            people[at].letters.push((delivery, next));
            Ok(())
        })?;
        if people.len() as u64 >= SHEET_ROWS {
            return Err(Error::TooManyForASheet(people.len() as u64));
        }
        let mut copies: Vec<CopyRow> = Vec::new();
        for copy in ledger.copy_rows(id, query.selection.round) {
            copies.extend(Some(copy?).filter(|copy| places.contains_key(&copy.recipient)));
        }
        out.write_all(&workbook(&header, &people, &copies, zone)?)?;
        out.flush()?;
        Ok(people.len() as u64)
    }
}

/// The cells of a row under a header; of one whose cells are not known, what the ledger knows.
fn under(header: &Columns, row: Option<(&Columns, &Vec<String>)>, delivery: &Delivery) -> Vec<String> {
    let cell = |name: &String| match row {
        Some((columns, cells)) => columns.position(name).and_then(|at| cells.get(at)).cloned().unwrap_or_default(),
        None => match crate::model::canonical(name).as_str() {
            "id" => delivery.recipient.to_string(),
            "email" => delivery.email.clone(),
            "name" => delivery.name.clone(),
            "organisation" => delivery.organisation.clone(),
            _ => String::new(),
        },
    };
    header.names().iter().map(cell).collect()
}
