//! What is still to be sent, in its order: read from the ledger in batches, held back where a domain's window is full.

use std::collections::{BTreeMap, HashSet, VecDeque};

use jiff::Timestamp;

use super::job::Job;
use super::pace::{Hold, Pacer};
use super::{Assignment, Cause, End, LetterError};
use crate::ledger::{DeliveryId, Due, ReadLedger, Selection};
use crate::model::window::Full;
use crate::model::{Addressee, DeliveryState, History, lookup_key};

/// How many due deliveries are read from the ledger at once.
const BATCH: usize = 512;
/// How many letters to full domains are put aside while others go.
const ASIDE: usize = 10_000;

/// What can be done next.
pub(super) enum Next {
    /// This letter may go: the pace has let it.
    Letter(Box<Job>),
    /// Nothing may go before a time, or before a letter on the wire has ended.
    Hold {
        /// Until when, where it is known.
        until: Option<Timestamp>,
        /// For what, where it is more than the spacing between two letters.
        cause: Option<Cause>,
    },
    /// Nothing is left.
    Empty,
}

impl From<Hold> for Next {
    fn from(hold: Hold) -> Self {
        match hold {
            Hold::Spacing(until) => Self::Hold { until: Some(until), cause: None },
            Hold::Hours(until) => Self::Hold { until: Some(until), cause: Some(Cause::Hours) },
            // A window that is full of letters on the wire is looked at again when they have ended.
            Hold::Window(Full { until: None, .. }) => Self::Hold { until: None, cause: None },
            Hold::Window(Full { until, .. }) => Self::Hold { until, cause: Some(Cause::Limit) },
        }
    }
}

/// What is still to be sent.
#[derive(Debug, Default)]
pub(super) struct Queue {
    /// Due deliveries that were read and not handed out.
    pending: VecDeque<Due>,
    /// Letters to domains whose window is full, by domain.
    aside: BTreeMap<String, VecDeque<Box<Job>>>,
    aside_ids: HashSet<DeliveryId>,
    /// The place in the plan up to which deliveries were read.
    read_up_to: Option<u64>,
    /// Whether the plan was read to its end: from then on, only deferred deliveries can come due.
    read_all: bool,
    /// Letters that are with a worker.
    on_the_wire: HashSet<DeliveryId>,
}

impl Queue {
    /// How many letters are with a worker.
    pub(super) fn on_the_wire(&self) -> usize {
        self.on_the_wire.len()
    }

    /// A letter is with a worker now.
    pub(super) fn hand_over(&mut self, job: &Job) {
        self.on_the_wire.insert(job.due.id);
    }

    /// A letter is not with a worker any more.
    pub(super) fn take_in(&mut self, job: &Job) {
        self.on_the_wire.remove(&job.due.id);
    }

    /// A letter that was not sent is the next again.
    pub(super) fn put_back(&mut self, job: Box<Job>) {
        self.pending.push_front(job.due);
    }

    /// The next letter that the pace lets go, or how long to wait for it.
    pub(super) fn next<L: ReadLedger>(&mut self, assignment: &Assignment<L>, pacer: &mut Pacer) -> Result<Next, End> {
        let now = assignment.clock.now();
        let mut earliest: Option<Timestamp> = None;
        // Letters whose domain was full come first: they are the oldest.
        for (domain, jobs) in &mut self.aside {
            let Some(job) = jobs.front() else { continue };
            match pacer.start(domain, job.weight) {
                Ok(()) => {
                    if let Some(job) = jobs.pop_front() {
                        self.aside_ids.remove(&job.due.id);
                        return Ok(Next::Letter(job));
                    }
                }
                Err(Hold::Window(Full { until, domain_only: true })) => earliest = soonest(earliest, until),
                Err(hold) => return Ok(hold.into()),
            }
        }
        self.aside.retain(|_, jobs| !jobs.is_empty());
        while self.aside_ids.len() < ASIDE {
            let Some(job) = self.next_due(assignment, pacer, now)? else { break };
            match pacer.start(job.recipient.to.domain(), job.weight) {
                Ok(()) => return Ok(Next::Letter(job)),
                Err(Hold::Window(Full { until, domain_only: true })) => {
                    earliest = soonest(earliest, until);
                    self.aside_ids.insert(job.due.id);
                    self.aside.entry(job.recipient.to.domain().to_owned()).or_default().push_back(job);
                }
                Err(hold) => {
                    self.put_back(job);
                    return Ok(hold.into());
                }
            }
        }
        if !self.aside.is_empty() {
            // Where a domain is full of letters on the wire, their ends say when to look again.
            return Ok(Next::Hold { until: earliest, cause: earliest.map(|_| Cause::Limit) });
        }
        let again = next_deferred(assignment)?;
        Ok(match again {
            None => Next::Empty,
            // It is with a worker, whose report says what to do.
            Some(at) if at <= now && !self.on_the_wire.is_empty() => Next::Hold { until: None, cause: None },
            Some(at) => Next::Hold { until: Some(at), cause: Some(Cause::Deferred) },
        })
    }

    /// The next due delivery that is neither with a worker nor put aside.
    fn next_due<L: ReadLedger>(
        &mut self,
        assignment: &Assignment<L>,
        pacer: &Pacer,
        now: Timestamp,
    ) -> Result<Option<Box<Job>>, End> {
        let mut began_again = false;
        loop {
            while let Some(due) = self.pending.pop_front() {
                if let Some(job) = self.job(assignment, pacer, due)? {
                    return Ok(Some(job));
                }
            }
            if self.read_all {
                // Deferred deliveries come due at any place of the plan: it is read again from its beginning, once for each look.
                if began_again || next_deferred(assignment)?.is_none_or(|next| next > now) {
                    return Ok(None);
                }
                began_again = true;
                self.read_all = false;
                self.read_up_to = None;
            }
            let Assignment { ledger, campaign, round, .. } = assignment;
            let batch = ledger.due(campaign, *round, self.read_up_to, now, BATCH).map_err(End::Ledger)?;
            match batch.last() {
                Some(last) => self.read_up_to = Some(last.place),
                None => self.read_all = true,
            }
            self.pending.extend(batch);
        }
    }

    fn job<L: ReadLedger>(&self, assignment: &Assignment<L>, pacer: &Pacer, due: Due) -> Result<Option<Box<Job>>, End> {
        if self.on_the_wire.contains(&due.id) || self.aside_ids.contains(&due.id) {
            return Ok(None);
        }
        let recipient =
            assignment.letters.recipient(&due).map_err(|faults| End::Letter(LetterError::Faults(faults)))?;
        if !assignment.is_for(due.recipient.as_str(), &recipient.to.key()) {
            return Ok(None);
        }
        let weight = pacer.weight(recipient.addresses().count());
        let history = if assignment.has_earlier() {
            let thread = assignment.thread();
            let to = Addressee { id: due.recipient.clone(), ..Addressee::from(&recipient) };
            let found = assignment.ledger.histories(&thread, &[to]).map_err(End::Ledger)?;
            found.into_iter().next().unwrap_or_default()
        } else {
            History::default()
        };
        Ok(Some(Box::new(Job { due, recipient, history, weight })))
    }
}

/// When the next deferred delivery of this assignment is due.
fn next_deferred<L: ReadLedger>(assignment: &Assignment<L>) -> Result<Option<Timestamp>, End> {
    let Assignment { ledger, campaign, round, .. } = assignment;
    if assignment.only.is_empty() {
        return ledger.next_attempt_at(campaign, *round).map_err(End::Ledger);
    }
    let selection = Selection { round: Some(*round), states: vec![DeliveryState::Deferred], recipient: None };
    let mut earliest = None;
    let read = ledger.deliveries(campaign, &selection, &mut |delivery| {
        if assignment.is_for(delivery.recipient.as_str(), &lookup_key(&delivery.email)) {
            earliest = soonest(earliest, delivery.next_attempt_at);
        }
        Ok(())
    });
    read.map_err(End::Ledger)?;
    Ok(earliest)
}

fn soonest(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
