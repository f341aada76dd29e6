//! The plan on its way into the ledger.

use std::pin::Pin;

use crate::campaign::folder::Ledger;
use crate::ledger::{self, Lease, PlannedRow, StageLedger, UNDER_ANOTHER_ID};
use crate::model::{Person, Round};
use crate::plan::{Decision, Entry, Row, SkipReason};

/// How many rows of the plan are written at once.
const BATCH: usize = 1_000;

/// Rows on their way.
type Writing<'a> = Pin<Box<dyn Future<Output = ledger::Result<()>> + 'a>>;

/// Writes the plan's rows into the ledger, where they change nothing until the plan is finished.
pub(super) struct Stage<'a> {
    ledger: &'a Ledger,
    lease: &'a Lease,
    round: Round,
    rows: Vec<PlannedRow>,
    /// Rows that are being written while the next ones are read.
    writing: Option<Writing<'a>>,
}

impl<'a> Stage<'a> {
    pub(super) fn new(ledger: &'a Ledger, lease: &'a Lease, round: Round) -> Self {
        Self { ledger, lease, round, rows: Vec::new(), writing: None }
    }

    /// Takes in a batch of rows.
    pub(super) async fn take(&mut self, rows: Vec<Row>) -> ledger::Result<()> {
        self.rows.extend(rows.into_iter().map(planned_row));
        if self.rows.len() >= BATCH { self.flush().await } else { Ok(()) }
    }

    async fn flush(&mut self) -> ledger::Result<()> {
        let writing = self.ledger.plan(self.lease, self.round, std::mem::take(&mut self.rows));
        match self.writing.replace(Box::pin(writing)) {
            Some(before) => before.await,
            None => Ok(()),
        }
    }

    /// Waits until all rows are written.
    pub(super) async fn finish(mut self) -> ledger::Result<()> {
        self.flush().await?;
        match self.writing.take() {
            Some(last) => last.await,
            None => Ok(()),
        }
    }
}

fn planned_row(row: Row) -> PlannedRow {
    match row {
        Row::Entry(entry) => entry_row(*entry),
        Row::Unaddressed { id, row } => PlannedRow {
            recipient: id,
            person: Person::default(),
            name: row.fields.filled("name").unwrap_or_default().to_owned(),
            organisation: row.fields.filled("organisation").unwrap_or_default().to_owned(),
            skip: Some(SkipReason::NoAddress.to_string()),
            line: row.line,
            cells: row.fields.into_cells(),
            left_out: Vec::new(),
            email: None,
        },
    }
}

fn entry_row(entry: Entry) -> PlannedRow {
    let skip = match &entry.decision {
        Decision::Send => None,
        Decision::Skip(reason) => Some(reason.to_string()),
        // Only where the letter left under another id is there a row to be skipped: a settled delivery keeps its state.
        Decision::Settled(state) => Some(format!("{state} {UNDER_ANOTHER_ID}")),
    };
    let recipient = entry.recipient;
    PlannedRow {
        recipient: entry.id,
        person: entry.person,
        name: recipient.name().unwrap_or_default().to_owned(),
        organisation: recipient.organisation().unwrap_or_default().to_owned(),
        skip,
        line: recipient.line,
        cells: recipient.fields.into_cells(),
        left_out: entry.left_out.iter().map(|(address, _)| address.key()).collect(),
        email: Some(recipient.to),
    }
}
