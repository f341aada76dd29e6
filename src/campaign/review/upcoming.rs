//! What comes next for those in the log: the column `follow_up`.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};
use std::iter;

use crate::campaign::calendar::read_calendar;
use crate::campaign::error::{Error, Result};
use crate::campaign::folder::Folder;
use crate::campaign::listing::Listing;
use crate::ledger::{self, Delivery, ReadLedger, Selection};
use crate::lists::read_suppressions;
use crate::model::{Addressee, Columns, Faults, History, Round, Thread, lookup_key};
use crate::plan::follow_up::{self, Next, Rule};

/// How many recipients the ledger is asked about at once.
const BATCH: usize = 256;

/// A delivery with what is read along with it, and what comes after it.
pub(in crate::campaign) type Told<R> = (Delivery, R, Option<Next>);

/// Knows when which follow-up is due.
pub(in crate::campaign) struct Upcoming<'a, L> {
    folder: &'a Folder,
    ledger: &'a L,
    thread: Thread,
    /// For round 1, 2, ….
    rules: Vec<Rule>,
    /// The header of each round's list.
    columns: BTreeMap<Round, Columns>,
    /// Whom neither the ledger nor the campaign's own list lets anybody write to.
    suppressed: HashSet<String>,
    /// Whether a person has stopped the campaign.
    is_halted: bool,
    /// Who stands in the list, once somebody is due; nothing, where it cannot be read.
    listing: OnceCell<Option<Listing>>,
}

impl<'a, L: ReadLedger> Upcoming<'a, L> {
    /// Reads the rules of a campaign.
    ///
    /// # Errors
    /// The faults of its lists of holidays and suppressions, and where the ledger cannot be read.
    pub(in crate::campaign) fn read(folder: &'a Folder, ledger: &'a L) -> Result<Self> {
        let Folder { workspace, settings, .. } = folder;
        let mut found = Faults::new();
        let calendar = read_calendar(folder, &mut found);
        let format = &settings.lists.format;
        let listed = settings.lists.suppressions.as_ref();
        let listed = listed.and_then(|path| found.keep(read_suppressions(workspace, path, format)));
        if found.has_errors() {
            return Err(found.into());
        }
        let mut columns = BTreeMap::new();
        for round in ledger.rounds(&settings.id)? {
            columns.extend(ledger.columns(&settings.id, round)?.map(|columns| (round, columns)));
        }
        let listed = listed.into_iter().flat_map(|list| list.suppressions);
        let suppressed = ledger.suppressions()?.into_iter().chain(listed);
        let rule = |(round, after)| Rule { round: Round(round), after, calendar: calendar.clone() };
        Ok(Self {
            folder,
            ledger,
            thread: Thread { campaign: settings.id.clone(), before: Round(0), continues: None, quotes: false },
            rules: (1..).zip(settings.follow_ups.iter().map(|spec| spec.after)).map(rule).collect(),
            columns,
            suppressed: suppressed.map(|suppression| suppression.target.as_key()).collect(),
            is_halted: ledger.halt(&settings.id)?.is_some(),
            listing: OnceCell::new(),
        })
    }

    /// Every selected delivery with what comes after it, in batches.
    pub(super) fn batches(
        &self,
        selection: &Selection,
    ) -> impl Iterator<Item = Result<Vec<Told<Option<Vec<String>>>>>> {
        self.batches_of(self.ledger.rows(&self.thread.campaign, selection), Option::as_ref)
    }

    /// The same of deliveries that are read already, each with something of which the cells of its row can be had.
    pub(in crate::campaign) fn batches_of<R>(
        &self,
        mut rows: impl Iterator<Item = ledger::Result<(Delivery, R)>>,
        cells: impl Fn(&R) -> Option<&Vec<String>>,
    ) -> impl Iterator<Item = Result<Vec<Told<R>>>> {
        iter::from_fn(move || {
            let read: ledger::Result<Vec<(Delivery, R)>> = rows.by_ref().take(BATCH).collect();
            let told = read.and_then(|rows| {
                let after = self.after(&rows, &cells)?;
                Ok(rows.into_iter().zip(after).map(|((delivery, row), next)| (delivery, row, next)).collect::<Vec<_>>())
            });
            match told {
                Ok(batch) if batch.is_empty() => None,
                told => Some(told.map_err(Error::from)),
            }
        })
    }

    /// What comes after each of some deliveries; `None` while it is not known what becomes of it. The ledger is asked
    /// once for all of a round that stand together.
    fn after<R>(
        &self,
        rows: &[(Delivery, R)],
        cells: impl Fn(&R) -> Option<&Vec<String>>,
    ) -> ledger::Result<Vec<Option<Next>>> {
        let mut after = Vec::with_capacity(rows.len());
        for rows in rows.chunk_by(|(one, _), (other, _)| one.round == other.round) {
            let round = rows[0].0.round;
            let Some(rule) = self.rules.get(round.0 as usize) else {
                after.extend(rows.iter().map(|_| None));
                continue;
            };
            let thread = Thread { before: Round(rule.round.0 + 1), ..self.thread.clone() };
            let recipients: Vec<Addressee> = rows.iter().map(|(delivery, _)| addressee(delivery)).collect();
            let histories = self.ledger.histories(&thread, &recipients)?;
            let country = self.columns.get(&round).and_then(|columns| columns.position("country"));
            for ((to, history), (delivery, row)) in recipients.iter().zip(histories).zip(rows) {
                let country = cells(row).zip(country).and_then(|(cells, at)| cells.get(at));
                after.push(self.next(rule, delivery, &to.address, &history, country.map(String::as_str)));
            }
        }
        Ok(after)
    }

    fn next(
        &self,
        rule: &Rule,
        delivery: &Delivery,
        address: &str,
        history: &History,
        country: Option<&str>,
    ) -> Option<Next> {
        let state = delivery.state;
        let domain = address.rfind('@').map_or("", |at| &address[at..]);
        let is_suppressed = self.suppressed.contains(address) || self.suppressed.contains(domain);
        // Of whom nothing is known but that they are not to be written to.
        if address.is_empty() && state.may_have_left() {
            return Some(Next::Suppressed);
        }
        match follow_up::next(state, &history.rounds, rule, country)? {
            Next::Due(_) if is_suppressed => Some(Next::Suppressed),
            Next::Due(_) if self.lacks(delivery) => Some(Next::NotListed),
            Next::Due(_) if self.is_halted => Some(Next::Halted),
            next => Some(next),
        }
    }

    /// Whether the recipient of a letter does not stand in the list any more. The list is read where that is first
    /// asked; what is wrong with it is said by whoever plans.
    fn lacks(&self, delivery: &Delivery) -> bool {
        let listing = self.listing.get_or_init(|| Listing::read(self.folder).ok());
        listing.as_ref().is_some_and(|listing| listing.lacks(delivery))
    }
}

fn addressee(delivery: &Delivery) -> Addressee {
    Addressee { id: delivery.recipient.clone(), address: lookup_key(&delivery.email), name: delivery.name.clone() }
}
