//! What is still to be sent, in its order: read from the ledger in batches, held back where a domain's window is full.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use jiff::Timestamp;

use super::aside::{Aside, Earliest, aside, zone};
use super::copies::Copies;
use super::held::HeldBack;
use super::job::{Job, Key};
use super::pace::{Hold, Pacer};
use super::source::{A_MOMENT, BATCH, BETWEEN_LOOKS, batch, beside, next_deferred, soonest, wanted};
use super::{Assignment, Cause, End, LetterError};
use crate::clock::later;
use crate::ledger::{Beside, DeliveryId, Due, RunLedger, Wanted};
use crate::model::window::Full;
use crate::model::{Addressee, History, RecipientId};

/// How many letters are made ready at once: what went to their recipients before is read for all of them together.
const READY: usize = 64;
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

impl Next {
    /// What holds the next letter; `key` is that of the window, where one does.
    fn held(hold: Hold, key: Option<&'static str>) -> Self {
        match hold {
            Hold::Spacing(until) => Self::Hold { until: Some(until), cause: None },
            Hold::NotBefore(until) => Self::Hold { until: Some(until), cause: Some(Cause::NotBefore) },
            Hold::Hours(until) => Self::Hold { until: Some(until), cause: Some(Cause::Hours) },
            // A window that is full of letters on the wire is looked at again when they have ended.
            Hold::Window(Full { until: None, .. }) => Self::Hold { until: None, cause: None },
            Hold::Window(Full { until, .. }) => Self::Hold { until, cause: Some(Cause::Limit(key)) },
        }
    }
}

/// What is still to be sent.
#[derive(Debug, Default)]
pub(super) struct Queue {
    /// Due deliveries that were read and not handed out.
    pending: VecDeque<Due>,
    /// The first of them, made ready.
    ready: VecDeque<Box<Job>>,
    /// Letters that have to wait while others may go, by what they wait for.
    aside: BTreeMap<Aside, VecDeque<Box<Job>>>,
    aside_ids: HashSet<DeliveryId>,
    /// The place in the plan up to which deliveries were read.
    read_up_to: Option<u64>,
    /// Whether the plan was read to its end: from then on, only deferred deliveries can come due.
    read_all: bool,
    /// Letters that cannot be made: nothing more is done for them in this run.
    left_out: HashSet<DeliveryId>,
    /// Those of them that nobody was told of yet, and why.
    unmade: Vec<(RecipientId, LetterError)>,
    /// Letters and copies that are with a worker, and the number of each.
    on_the_wire: HashMap<Key, u64>,
    /// How many letters were handed out.
    handed_out: u64,
    /// Copies that are sent by themselves.
    copies: Copies,
}

impl Queue {
    /// How many letters are with a worker.
    pub(super) fn on_the_wire(&self) -> usize {
        self.on_the_wire.len()
    }

    /// How many letters were handed out so far.
    pub(super) fn handed_out(&self) -> u64 {
        self.handed_out
    }

    /// A letter is with a worker now.
    pub(super) fn hand_over(&mut self, job: &Job) {
        self.handed_out += 1;
        self.on_the_wire.insert(job.key(), self.handed_out);
    }

    /// A letter is not with a worker any more; gives its number, from 1 in the order in which they were handed out.
    pub(super) fn take_in(&mut self, job: &Job) -> u64 {
        self.copies.take_in(job);
        self.on_the_wire.remove(&job.key()).unwrap_or_default()
    }

    /// Whether letters lie ready that may go, as far as the ledger said.
    pub(super) fn has_pending(&self) -> bool {
        !self.pending.is_empty() || !self.ready.is_empty()
    }

    /// Whether nothing is open but deliveries of one kind.
    pub(super) async fn has_only<L: RunLedger>(
        &self,
        assignment: &Assignment<L>,
        is_of_kind: impl Fn(DeliveryId) -> bool,
    ) -> Result<bool, End> {
        if self.copies.are_ready() || self.copies.next_at().is_some() {
            return Ok(false);
        }
        let Assignment { ledger, campaign, round, .. } = assignment;
        let mut after = None;
        loop {
            let open = ledger.due(campaign, *round, after, Timestamp::MAX, BATCH).await.map_err(End::Ledger)?;
            let Some(last) = open.last() else { return Ok(true) };
            after = Some(last.place);
            for due in open.iter().filter(|due| !is_of_kind(due.id) && !self.left_out.contains(&due.id)) {
                let recipient = assignment.letters.recipient(due);
                let recipient = recipient.map_err(|faults| End::Letter(LetterError::Faults(faults)))?;
                if assignment.is_for(due.recipient.as_str(), &recipient.to.key()) {
                    return Ok(false);
                }
            }
        }
    }

    /// A letter cannot be made, and is left out of this run.
    pub(super) fn leave_out(&mut self, due: &Due) {
        self.left_out.insert(due.id);
    }

    /// The letters that were found since this was asked last to have a row that cannot be read any more, and why.
    pub(super) fn take_unmade(&mut self) -> Vec<(RecipientId, LetterError)> {
        std::mem::take(&mut self.unmade)
    }

    /// A letter that was not sent is the next again. It is made ready anew.
    pub(super) fn put_back(&mut self, job: Box<Job>) {
        if job.copy.is_some() {
            return self.copies.put_back(job);
        }
        while let Some(after) = self.ready.pop_back() {
            self.pending.push_front(after.due);
        }
        self.pending.push_front(job.due);
    }

    /// The next letter that the pace lets go, or how long to wait for it.
    pub(super) async fn next<L: RunLedger>(
        &mut self,
        assignment: &Assignment<L>,
        pacer: &mut Pacer,
        held_back: &HeldBack,
    ) -> Result<Next, End> {
        let now = assignment.clock.now();
        let mut earliest = Earliest::default();
        if let Some(next) = self.next_aside(assignment, pacer, &mut earliest) {
            return Ok(next);
        }
        self.aside.retain(|_, jobs| !jobs.is_empty());
        if let Some(next) = self.next_copy(assignment, pacer, &mut earliest).await? {
            return Ok(next);
        }
        while self.aside_ids.len() < ASIDE {
            let Some(job) = self.next_due(assignment, pacer, now).await? else { break };
            if !self.on_the_wire.is_empty() && self.is_witness(assignment, pacer, held_back).await? {
                self.ready.push_front(job);
                return Ok(Next::Hold { until: None, cause: None });
            }
            let hold = match pacer.start_in(job.zone.as_ref(), job.recipient.to.domain(), job.weight) {
                Ok(()) => return Ok(Next::Letter(job)),
                Err(hold) => hold,
            };
            let Some(place) = aside(&job, hold, assignment.letters.has_places()) else {
                self.ready.push_front(job);
                return Ok(Next::held(hold, pacer.full_key()));
            };
            earliest.hear_of(hold);
            self.aside_ids.insert(job.due.id);
            self.aside.entry(place).or_default().push_back(job);
        }
        if !self.aside.is_empty() || self.copies.are_ready() {
            // Where a domain is full of letters on the wire, their ends say when to look again.
            let (until, cause) = earliest.known();
            return Ok(Next::Hold { until, cause });
        }
        let again = soonest(next_deferred(assignment).await?, self.copies.next_at());
        match beside(assignment, now).await? {
            Beside::Nothing => {}
            // Somebody else has it under his hands at this moment.
            Beside::Free => return Ok(Next::Hold { until: Some(later(now, A_MOMENT)), cause: None }),
            Beside::Taken => {
                let look_at = Some(later(now, BETWEEN_LOOKS));
                let until = soonest(again.filter(|again| *again > now), look_at);
                return Ok(Next::Hold { until, cause: Some(Cause::Others) });
            }
        }
        Ok(match again {
            None => Next::Empty,
            // It is with a worker, whose report says what to do.
            Some(at) if at <= now && !self.on_the_wire.is_empty() => Next::Hold { until: None, cause: None },
            // It cannot be made.
            Some(at) if at <= now && !self.left_out.is_empty() => Next::Empty,
            Some(at) => Next::Hold { until: Some(at), cause: Some(Cause::Deferred) },
        })
    }

    /// The next letter of those that were put aside: they are the oldest. Gives what holds all letters, too.
    fn next_aside<L>(
        &mut self,
        assignment: &Assignment<L>,
        pacer: &mut Pacer,
        earliest: &mut Earliest,
    ) -> Option<Next> {
        let mut next = None;
        let mut moved = Vec::new();
        'all: for (place, jobs) in &mut self.aside {
            while let Some(job) = jobs.front() {
                let hold = match pacer.start_in(job.zone.as_ref(), job.recipient.to.domain(), job.weight) {
                    Ok(()) => {
                        next = jobs.pop_front().map(Next::Letter);
                        break 'all;
                    }
                    Err(hold) => hold,
                };
                let Some(now_at) = aside(job, hold, assignment.letters.has_places()) else {
                    next = Some(Next::held(hold, pacer.full_key()));
                    break 'all;
                };
                earliest.hear_of(hold);
                if now_at == *place {
                    break;
                }
                // It waits for something else by now, and keeps nobody from going.
                moved.extend(jobs.pop_front().map(|job| (now_at, job)));
            }
        }
        for (place, job) in moved {
            self.aside.entry(place).or_default().push_back(job);
        }
        if let Some(Next::Letter(job)) = &next {
            self.aside_ids.remove(&job.due.id);
        }
        next
    }

    /// The next copy that the pace lets go, or what holds all letters.
    async fn next_copy<L: RunLedger>(
        &mut self,
        assignment: &Assignment<L>,
        pacer: &mut Pacer,
        earliest: &mut Earliest,
    ) -> Result<Option<Next>, End> {
        self.copies.look(assignment, &self.on_the_wire, assignment.clock.now()).await?;
        for _ in 0..self.copies.len() {
            let Some(job) = self.copies.next() else { break };
            let hold = match pacer.start_in(job.zone.as_ref(), job.recipient.to.domain(), job.weight) {
                Ok(()) => return Ok(Some(Next::Letter(job))),
                Err(hold) => hold,
            };
            if aside(&job, hold, assignment.letters.has_places()).is_none() {
                self.copies.put_back(job);
                return Ok(Some(Next::held(hold, pacer.full_key())));
            }
            earliest.hear_of(hold);
            self.copies.put_behind(job);
        }
        Ok(None)
    }

    /// The next due delivery that is neither with a worker nor put aside.
    async fn next_due<L: RunLedger>(
        &mut self,
        assignment: &Assignment<L>,
        pacer: &Pacer,
        now: Timestamp,
    ) -> Result<Option<Box<Job>>, End> {
        let mut began_again = false;
        loop {
            while let Some(job) = self.ready.pop_front() {
                if !self.is_elsewhere(&job.due) {
                    return Ok(Some(job));
                }
            }
            if !self.pending.is_empty() {
                self.make_ready(assignment, pacer).await?;
                continue;
            }
            if self.read_all {
                // Deferred deliveries come due at any place of the plan: it is read again from its beginning, once for
                // each look.
                let is_none_due = next_deferred(assignment).await?.is_none_or(|next| next > now);
                if began_again || (is_none_due && beside(assignment, now).await? != Beside::Free) {
                    return Ok(None);
                }
                began_again = true;
                self.read_all = false;
                self.read_up_to = None;
            }
            self.read(assignment, now).await?;
        }
    }

    /// Reads the next due deliveries from the ledger.
    async fn read<L: RunLedger>(&mut self, assignment: &Assignment<L>, now: Timestamp) -> Result<(), End> {
        let Assignment { ledger, lease, .. } = assignment;
        let wanted = Wanted { after: self.read_up_to, limit: batch(assignment), ..wanted(assignment, now) };
        let batch = ledger.reserve(lease, wanted).await.map_err(End::Ledger)?;
        match batch.last() {
            Some(last) => self.read_up_to = Some(last.place),
            None => self.read_all = true,
        }
        // Who was never written to comes first: a run that stops at what was refused before must get on.
        let (tried, fresh): (Vec<Due>, Vec<Due>) = batch.into_iter().partition(|due| due.attempts > 0);
        self.pending.extend(fresh.into_iter().chain(tried));
        Ok(())
    }

    /// Whether the next letter is one of the last, and stays back to show whose the refusals are that others may meet.
    async fn is_witness<L: RunLedger>(
        &mut self,
        assignment: &Assignment<L>,
        pacer: &Pacer,
        held_back: &HeldBack,
    ) -> Result<bool, End> {
        while self.ready.len() < held_back.witnesses() {
            if !self.pending.is_empty() {
                self.make_ready(assignment, pacer).await?;
            } else if self.read_all {
                return Ok(held_back.keeps_waiting(self.ready.len() + 1));
            } else {
                self.read(assignment, assignment.clock.now()).await?;
            }
        }
        Ok(false)
    }

    /// Whether a letter is with a worker, put aside, or left out.
    fn is_elsewhere(&self, due: &Due) -> bool {
        let is_with_a_worker = self.on_the_wire.contains_key(&(due.id, None));
        is_with_a_worker || self.aside_ids.contains(&due.id) || self.left_out.contains(&due.id)
    }

    /// Makes the first pending letters ready, and leaves out those whose row cannot be read.
    async fn make_ready<L: RunLedger>(&mut self, assignment: &Assignment<L>, pacer: &Pacer) -> Result<(), End> {
        let mut jobs = Vec::new();
        while jobs.len() < READY
            && let Some(due) = self.pending.pop_front()
        {
            if self.is_elsewhere(&due) {
                continue;
            }
            let recipient = match assignment.letters.recipient(&due) {
                Ok(recipient) => recipient,
                Err(faults) => {
                    self.leave_out(&due);
                    self.unmade.push((due.recipient, LetterError::Faults(faults)));
                    continue;
                }
            };
            if assignment.is_for(due.recipient.as_str(), &recipient.to.key()) {
                let weight = pacer.weight(recipient.addresses().count());
                jobs.push(Box::new(Job {
                    due,
                    zone: zone(&recipient),
                    recipient,
                    history: History::default(),
                    weight,
                    copy: None,
                    copies_at: None,
                }));
            }
        }
        if assignment.has_earlier() {
            let to = |job: &Job| Addressee { id: job.due.recipient.clone(), ..Addressee::from(&job.recipient) };
            let recipients = jobs.iter().map(|job| to(job)).collect();
            let found = assignment.ledger.histories(&assignment.thread(), recipients).await.map_err(End::Ledger)?;
            for (job, history) in jobs.iter_mut().zip(found) {
                job.history = history;
            }
        }
        self.ready.extend(jobs);
        Ok(())
    }
}
