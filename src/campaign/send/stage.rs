//! The plan in numbers, and on its way into the ledger.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::Pin;

use jiff::Timestamp;

use super::prepare::Prepared;
use crate::campaign::check::entry_warnings;
use crate::campaign::error::{Error, Result};
use crate::campaign::note::Note;
use crate::ledger::sqlite::SqliteLedger;
use crate::ledger::{self, Lease, PlannedRow, WriteLedger};
use crate::model::{Faults, Round, lookup_key};
use crate::plan::{Decision, Entry, Totals};

/// How many rows of the plan are written at once.
const BATCH: usize = 1_000;

/// What would be sent, or is to be sent: the plan in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Planned {
    /// Of the whole plan.
    pub totals: Totals,
    /// How many letters the run is to send: what `only` and `limit` leave.
    pub letters: u64,
    /// The largest message that was tried out, in bytes.
    pub largest: u64,
    /// What tells this plan from another one: of each row the recipient, the addresses, the cells, and what is decided.
    pub(super) fingerprint: u64,
}

impl Planned {
    /// Whether the same letters would go to the same people, and the same people be left out for the same reasons.
    pub(super) fn is_same_plan(&self, other: &Self) -> bool {
        (self.fingerprint, self.letters, self.totals) == (other.fingerprint, other.letters, other.totals)
    }
}

/// Whether letters are tried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TryOut {
    /// Every one that is to be sent.
    Each,
    /// None: they were tried out when a person looked at the plan.
    Never,
}

/// Counts the rows of a plan, and tries their letters out.
pub(super) struct Survey<'a> {
    prepared: &'a Prepared,
    try_out: TryOut,
    list: &'a str,
    now: Timestamp,
    only: HashSet<String>,
    matched: HashSet<String>,
    totals: Totals,
    wanted: u64,
    largest: u64,
    fingerprint: DefaultHasher,
    faults: Faults,
}

impl<'a> Survey<'a> {
    pub(super) fn new(prepared: &'a Prepared, try_out: TryOut) -> Self {
        Self {
            prepared,
            try_out,
            list: &prepared.folder.settings.lists.recipients,
            now: prepared.clock.now(),
            only: prepared.wish.only_keys(),
            matched: HashSet::new(),
            totals: Totals::default(),
            wanted: 0,
            largest: 0,
            fingerprint: DefaultHasher::new(),
            faults: Faults::new(),
        }
    }

    /// Takes in a row; what it needs a look for is told.
    pub(super) fn see(&mut self, entry: &Entry, tell: &mut dyn FnMut(Note)) {
        self.totals.add(entry);
        self.add_to_fingerprint(entry);
        entry_warnings(self.list, entry).into_iter().map(Note::Row).for_each(tell);
        let is_wanted = self.is_wanted(entry);
        if entry.decision != Decision::Send {
            return;
        }
        self.wanted += u64::from(is_wanted);
        if self.try_out == TryOut::Never {
            return;
        }
        match self.prepared.maker.try_out(&entry.recipient, &entry.history, self.now) {
            Ok(size) if is_wanted => self.largest = self.largest.max(size),
            Ok(_) => {}
            Err(faults) => self.faults.extend(faults),
        }
    }

    fn is_wanted(&mut self, entry: &Entry) -> bool {
        if self.only.is_empty() {
            return true;
        }
        let names = [entry.id.to_string(), entry.recipient.to.key()];
        let is_wanted = names.iter().any(|name| self.only.contains(name));
        self.matched.extend(names.into_iter().filter(|name| self.only.contains(name)));
        is_wanted
    }

    /// A letter whose outcome the ledger has learned meanwhile was not to be sent, and is not: that changes no plan.
    fn add_to_fingerprint(&mut self, entry: &Entry) {
        let hasher = &mut self.fingerprint;
        entry.id.as_str().hash(hasher);
        entry.recipient.fields.cells().hash(hasher);
        for address in entry.recipient.addresses() {
            address.key().hash(hasher);
        }
        match &entry.decision {
            Decision::Send => "send".hash(hasher),
            Decision::Skip(reason) => reason.to_string().hash(hasher),
            Decision::Settled(_) => "settled".hash(hasher),
        }
    }

    /// The plan in numbers.
    ///
    /// # Errors
    /// All faults of the letters, and where `only` names nobody.
    pub(super) fn finish(self) -> Result<Planned> {
        if self.faults.has_errors() {
            return Err(self.faults.into());
        }
        let wish = &self.prepared.wish;
        let known = |id: &&String| self.matched.contains(*id) || self.matched.contains(&lookup_key(id));
        if let Some(id) = wish.only.iter().find(|id| !known(id)) {
            return Err(Error::OnlyNobody(id.clone()));
        }
        let letters = wish.limit.map_or(self.wanted, |limit| limit.min(self.wanted));
        let fingerprint = self.fingerprint.finish();
        Ok(Planned { totals: self.totals, letters, largest: self.largest, fingerprint })
    }
}

/// Rows on their way.
type Writing<'a> = Pin<Box<dyn Future<Output = ledger::Result<()>> + 'a>>;

/// Writes the plan's rows into the ledger, where they change nothing until the plan is finished.
pub(super) struct Stage<'a> {
    ledger: &'a SqliteLedger,
    lease: &'a Lease,
    round: Round,
    rows: Vec<PlannedRow>,
    /// Rows that are being written while the next ones are read.
    writing: Option<Writing<'a>>,
}

impl<'a> Stage<'a> {
    pub(super) fn new(ledger: &'a SqliteLedger, lease: &'a Lease, round: Round) -> Self {
        Self { ledger, lease, round, rows: Vec::new(), writing: None }
    }

    /// Takes in a batch of rows.
    pub(super) async fn take(&mut self, entries: Vec<Entry>) -> ledger::Result<()> {
        self.rows.extend(entries.into_iter().map(planned_row));
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

fn planned_row(entry: Entry) -> PlannedRow {
    let skip = match &entry.decision {
        Decision::Send => None,
        Decision::Skip(reason) => Some(reason.to_string()),
        // Only where the letter left under another id is there a row to be skipped: a settled delivery keeps its state.
        Decision::Settled(state) => Some(format!("{state} before, under another id")),
    };
    let recipient = entry.recipient;
    PlannedRow {
        recipient: entry.id,
        name: recipient.name().unwrap_or_default().to_owned(),
        organisation: recipient.organisation().unwrap_or_default().to_owned(),
        skip,
        line: recipient.line,
        cells: recipient.fields.into_cells(),
        left_out: entry.left_out.iter().map(|(address, _)| address.key()).collect(),
        email: recipient.to,
    }
}
