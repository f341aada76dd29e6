//! The plan on its way into the ledger: every letter is tried out, every row written down.

use std::collections::HashSet;
use std::pin::Pin;

use anyhow::{Result, bail};
use jiff::Timestamp;

use super::check::entry_warnings;
use super::send::Sending;
use super::terminal::say_faults;
use crate::dispatch::LetterMaker;
use crate::ledger::{self, PlannedRow, StageLedger};
use crate::model::{Faults, lookup_key};
use crate::plan::{Decision, Entry, Totals};

/// How many rows of the plan are written at once.
const BATCH: usize = 1_000;

/// What planning found out.
pub(super) struct Planned {
    /// Of the whole plan.
    pub(super) totals: Totals,
    /// How many letters this run is to send: what `--only` and `--limit` leave.
    pub(super) letters: u64,
    /// The largest message, in bytes.
    pub(super) largest: u64,
}

/// Rows on their way.
type Writing<'a> = Pin<Box<dyn Future<Output = ledger::Result<()>> + 'a>>;

/// Gathers the plan's rows on their way into the ledger, and tries every letter out.
pub(super) struct Stage<'a> {
    sending: &'a Sending<'a>,
    maker: &'a LetterMaker,
    list: &'a str,
    now: Timestamp,
    only: HashSet<String>,
    matched: HashSet<String>,
    rows: Vec<PlannedRow>,
    /// Rows that are being written while the next ones are read.
    writing: Option<Writing<'a>>,
    totals: Totals,
    wanted: u64,
    largest: u64,
    faults: Faults,
}

impl<'a> Stage<'a> {
    pub(super) fn new(sending: &'a Sending<'a>, maker: &'a LetterMaker, list: &'a str) -> Self {
        Self {
            sending,
            maker,
            list,
            now: sending.context.clock.now(),
            only: sending.only(),
            matched: HashSet::new(),
            rows: Vec::new(),
            writing: None,
            totals: Totals::default(),
            wanted: 0,
            largest: 0,
            faults: Faults::new(),
        }
    }

    pub(super) fn take(&mut self, entry: Entry) -> Result<()> {
        self.totals.add(&entry);
        if !self.sending.context.quiet {
            say_faults(entry_warnings(self.list, &entry).iter());
        }
        let mut is_wanted = self.only.is_empty();
        if !is_wanted {
            let names = [entry.id.to_string(), entry.recipient.to.key()];
            is_wanted = names.iter().any(|name| self.only.contains(name));
            self.matched.extend(names.into_iter().filter(|name| self.only.contains(name)));
        }
        let mut skip = None;
        match &entry.decision {
            Decision::Send => {
                self.wanted += u64::from(is_wanted);
                match self.maker.try_out(&entry.recipient, &entry.history, self.now) {
                    Ok(size) if is_wanted => self.largest = self.largest.max(size),
                    Ok(_) => {}
                    Err(faults) => self.faults.extend(faults),
                }
            }
            Decision::Skip(reason) => skip = Some(reason.to_string()),
            // Only where the letter left under another id is there a row to be skipped: a settled delivery keeps its state.
            Decision::Settled(state) => skip = Some(format!("{state} before, under another id")),
        }
        let recipient = entry.recipient;
        self.rows.push(PlannedRow {
            recipient: entry.id,
            name: recipient.name().unwrap_or_default().to_owned(),
            organisation: recipient.organisation().unwrap_or_default().to_owned(),
            skip,
            line: recipient.line,
            cells: recipient.fields.into_cells(),
            left_out: entry.left_out.iter().map(|(address, _)| address.key()).collect(),
            email: recipient.to,
        });
        if self.rows.len() >= BATCH { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        let rows = std::mem::take(&mut self.rows);
        let writing = self.sending.ledger.plan(&self.sending.lease, self.sending.round, rows);
        let before = self.writing.replace(Box::pin(writing));
        before.map_or(Ok(()), |before| self.sending.wait(before))
    }

    pub(super) fn finish(mut self) -> Result<Planned> {
        self.flush()?;
        if let Some(last) = self.writing.take() {
            self.sending.wait(last)?;
        }
        if self.faults.has_errors() {
            return Err(self.faults.into());
        }
        let known = |id: &&String| self.matched.contains(*id) || self.matched.contains(&lookup_key(id));
        if let Some(id) = self.sending.args.only.iter().find(|id| !known(id)) {
            bail!("`--only {id}`: no recipient has this id or address; `undersigned plan` lists them");
        }
        let letters = self.sending.args.limit.map_or(self.wanted, |limit| limit.min(self.wanted));
        Ok(Planned { totals: self.totals, letters, largest: self.largest })
    }
}
