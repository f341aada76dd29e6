//! The plan of a round is gone through: its rows are counted, and its letters tried out.

use std::collections::HashSet;

use jiff::Timestamp;

use super::mark::Fingerprint;
use super::planned::Planned;
use super::prepare::Prepared;
use crate::campaign::check::{Fallbacks, Naming, Stumbles, entry_warnings};
use crate::campaign::doubts::Doubts;
use crate::campaign::error::{Error, Result};
use crate::campaign::folder::Ledger;
use crate::campaign::moved::Moved;
use crate::campaign::note::Note;
use crate::campaign::recipients::Pass;
use crate::campaign::repeated::Repeated;
use crate::campaign::unlisted;
use crate::config::ListSpec;
use crate::dispatch::Tried;
use crate::model::{Fault, Faults, Severity, lookup_key};
use crate::plan::{Decision, Entry, Row, Totals};

/// Whether letters are tried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TryOut {
    /// Every one that is to be sent.
    Each,
    /// None: they were tried out when a person looked at the plan.
    Never,
}

impl Prepared {
    /// Goes through the list, tries every letter out, and says what would be sent now. What a row needs a look for is
    /// told.
    ///
    /// # Errors
    /// All faults of the letters, where `only` names nobody, and where the list or the ledger cannot be read.
    pub fn survey(&self, tell: &mut dyn FnMut(Note)) -> Result<Planned> {
        let mut planner = self.planner.clone();
        let moved = Moved::begin(&self.folder, self.round, self.known.as_ref())?;
        let doubts = Doubts::begin(&self.folder, self.known.as_ref())?;
        let mut survey = Survey::new(self, TryOut::Each, (moved, doubts));
        for batch in Pass::over(&self.folder, &mut planner, self.round, self.known.as_ref())? {
            survey.see(&batch?);
        }
        survey.see_moved(self.known.as_ref())?;
        survey.finish(tell)
    }
}

/// Counts the rows of a plan, and tries their letters out.
pub(super) struct Survey<'a> {
    prepared: &'a Prepared,
    try_out: TryOut,
    lists: &'a ListSpec,
    now: Timestamp,
    only: HashSet<String>,
    matched: HashSet<String>,
    totals: Totals,
    wanted: u64,
    largest: u64,
    fingerprint: Fingerprint,
    faults: Faults,
    stumbles: Stumbles,
    fallbacks: Fallbacks,
    moved: Moved,
    repeated: Repeated,
    doubts: Doubts,
    warnings: Faults,
}

impl<'a> Survey<'a> {
    pub(super) fn new(prepared: &'a Prepared, try_out: TryOut, (moved, doubts): (Moved, Doubts)) -> Self {
        Self {
            prepared,
            try_out,
            lists: &prepared.folder.settings.lists,
            now: prepared.clock.now(),
            only: prepared.wish.only_keys(),
            matched: HashSet::new(),
            totals: Totals::default(),
            wanted: 0,
            largest: 0,
            fingerprint: Fingerprint::default(),
            faults: Faults::new(),
            stumbles: Stumbles::default(),
            fallbacks: Fallbacks::new(Naming::First),
            moved,
            repeated: Repeated::default(),
            doubts,
            warnings: Faults::new(),
        }
    }

    /// Takes in rows.
    pub(super) fn see(&mut self, rows: &[Row]) {
        let tried = match self.try_out {
            TryOut::Never => Vec::new(),
            TryOut::Each => {
                let entries = rows.iter().filter_map(Row::entry);
                let letters = entries.filter(|entry| entry.decision == Decision::Send);
                let letters: Vec<_> = letters.map(|entry| (&entry.recipient, &entry.history)).collect();
                self.prepared.maker.try_out_all(&letters, self.now)
            }
        };
        let mut tried = tried.into_iter();
        for row in rows {
            self.totals.add_row(row);
            self.fingerprint.see(row);
            let Row::Entry(entry) = row else { continue };
            self.warnings.extend(entry_warnings(self.lists, entry));
            if self.try_out == TryOut::Each {
                self.doubts.see(entry, &self.lists.recipients);
            }
            let is_wanted = self.is_wanted(entry);
            if entry.decision != Decision::Send {
                self.warnings.extend((is_wanted && !self.only.is_empty()).then(|| not_sent(self.lists, entry)));
                continue;
            }
            self.wanted += u64::from(is_wanted);
            if is_wanted {
                self.moved.see(entry, &self.lists.recipients);
                self.repeated.see(entry, &self.lists.recipients);
            }
            self.fallbacks.note(self.prepared.maker.letters(), entry, &self.lists.recipients);
            let Some(Tried { made, stumbles }) = tried.next() else { continue };
            match made {
                Ok(size) if is_wanted => self.largest = self.largest.max(size),
                Ok(_) => {}
                Err(faults) => self.faults.extend(faults),
            }
            self.faults.extend(self.stumbles.take(stumbles, &entry.recipient, &self.lists.recipients));
        }
    }

    /// What is said of rows whose address was changed after the letter had gone to the old one, and of letters whose
    /// row is gone. All rows were seen.
    ///
    /// # Errors
    /// Where the ledger or the list cannot be read.
    pub(super) fn see_moved(&mut self, ledger: Option<&Ledger>) -> Result<()> {
        let moved = std::mem::take(&mut self.moved);
        let Prepared { folder, round, .. } = self.prepared;
        for found in moved.found(folder, ledger)? {
            if found.severity == Severity::Error { self.faults.push(found) } else { self.warnings.push(found) }
        }
        if self.try_out == TryOut::Each {
            let doubts = std::mem::take(&mut self.doubts);
            self.warnings.extend(doubts.found(folder, ledger, self.prepared.maker.letters())?);
            self.warnings.extend(unlisted::warnings(folder, *round, ledger)?);
        }
        Ok(())
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

    /// The plan in numbers. What the rows need a look for is told.
    ///
    /// # Errors
    /// All faults of the letters, and where `only` names nobody.
    pub(super) fn finish(mut self, tell: &mut dyn FnMut(Note)) -> Result<Planned> {
        self.warnings.extend(self.stumbles.warnings());
        self.warnings.extend(self.repeated.warnings());
        self.warnings.extend(self.fallbacks.warnings(self.prepared.maker.letters()));
        self.warnings.folded().into_iter().map(Note::Row).for_each(tell);
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

/// Why somebody who was asked for gets no letter.
pub(super) fn not_sent(lists: &ListSpec, entry: &Entry) -> Fault {
    let why = match &entry.decision {
        Decision::Send => String::new(),
        Decision::Skip(reason) => reason.to_string(),
        Decision::Settled(state) => format!("it is {state} already"),
    };
    let place = entry.recipient.place(&lists.recipients, "email");
    Fault::warning(place, format!("`{}`, who was asked for, gets no letter now: {why}", entry.id))
}
