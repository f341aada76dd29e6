//! Decides what goes next and when, and when a run is over.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::worker::{Ending, Job, Report, Worker};
use super::{Assignment, Cause, End, Finished, Happening, LetterError, Patience, Stop};
use crate::clock::{earlier, later, until};
use crate::ledger::{self, DeliveryId, Due, LedgerError, ReadLedger, WriteLedger};
use crate::model::DeliveryState;
use crate::model::window::Full;
use crate::transport::Strain;
use crate::transport::pace::{Hold, Pacer};

/// How many due deliveries are read from the ledger at once.
const BATCH: usize = 512;
/// How many letters to full domains are put aside while others go.
const ASIDE: usize = 10_000;
/// How often the lease is prolonged: well within its deadline.
const RENEWAL: Duration = Duration::from_secs(10);
/// The shortest wait: what should be due by now and is not must not keep the machine busy.
const SHORTEST: Duration = Duration::from_millis(1);
/// How often in a row the server may be unreachable before the run stops.
const UNREACHABLE: u32 = 6;
/// How many refusals alike, one after another, stop the run.
const STREAK: u32 = 5;

/// What kind of refusals follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Strained(Strain),
    InDoubt,
}

/// What the coordinator can do next.
enum Next {
    /// Hand this letter to a worker.
    Letter(Box<Job>),
    /// Wait for a report or until a time.
    Hold { until: Option<Timestamp>, cause: Option<Cause> },
    /// Nothing is left but what is on the wire.
    Drained,
}

struct Coordinator<'a, L> {
    assignment: Assignment<L>,
    observe: &'a mut (dyn FnMut(Happening) + Send),
    stop: Stop,
    pacer: Pacer,
    /// Due deliveries that were read and not handed out.
    pending: VecDeque<Due>,
    /// Letters to domains whose window is full, by domain.
    aside: BTreeMap<String, VecDeque<Box<Job>>>,
    aside_ids: HashSet<DeliveryId>,
    /// The place in the plan up to which deliveries were read.
    read_up_to: Option<u64>,
    /// When the plan was read to its end last: from then on only deferred deliveries can be new.
    read_all: bool,
    on_the_wire: HashSet<DeliveryId>,
    /// Letters that were not sent in this run and are not to be tried again in it.
    passed: HashSet<DeliveryId>,
    idle: Vec<usize>,
    workers: Vec<mpsc::Sender<Job>>,
    most_workers: usize,
    /// Workers that have handed over at least one letter: their connection stands.
    connected: HashSet<usize>,
    unreachable: u32,
    hold_until: Option<Timestamp>,
    attempts: u64,
    streak: Option<(Kind, u32)>,
    announced: Option<(Cause, Timestamp)>,
    end: Option<End>,
}

/// Sends what an assignment says, and tells `observe` of everything that happens.
///
/// It returns when nothing is left, or when something stops it; by then every outcome is durable.
pub async fn run<L>(assignment: Assignment<L>, stop: Stop, observe: &mut (dyn FnMut(Happening) + Send)) -> Finished
where
    L: ReadLedger + WriteLedger + Clone + Send + Sync + 'static,
{
    let mut pacer = Pacer::new(&assignment.pace, assignment.clock.clone());
    let prepared = prepare(&assignment, &mut pacer).await;
    if let Err(error) = prepared {
        return Finished { attempts: 0, end: End::Ledger(error) };
    }
    let most_workers = assignment.pace.connections as usize;
    let coordinator = Coordinator {
        assignment,
        observe,
        stop,
        pacer,
        pending: VecDeque::new(),
        aside: BTreeMap::new(),
        aside_ids: HashSet::new(),
        read_up_to: None,
        read_all: false,
        on_the_wire: HashSet::new(),
        passed: HashSet::new(),
        idle: Vec::new(),
        workers: Vec::new(),
        most_workers,
        connected: HashSet::new(),
        unreachable: 0,
        hold_until: None,
        attempts: 0,
        streak: None,
        announced: None,
        end: None,
    };
    coordinator.run().await
}

/// Counts what was sent before into the pace, and tells the ledger which windows it has to keep.
async fn prepare<L: ReadLedger + WriteLedger>(assignment: &Assignment<L>, pacer: &mut Pacer) -> ledger::Result<()> {
    let windows = assignment.pace.windows();
    let now = assignment.clock.now();
    if !windows.is_empty() {
        for sent in assignment.ledger.sent_since(&assignment.account, earlier(now, windows.longest()))? {
            pacer.remember(sent.ended_at.unwrap_or(now), &sent.domain, sent.weight);
        }
    }
    assignment.ledger.limit(&assignment.lease, &assignment.account, windows).await
}

impl<L> Coordinator<'_, L>
where
    L: ReadLedger + WriteLedger + Clone + Send + Sync + 'static,
{
    async fn run(mut self) -> Finished {
        let (reports, mut inbox) = mpsc::channel(self.most_workers * 2);
        let mut tasks = JoinSet::new();
        let mut renewal = tokio::time::interval(RENEWAL);
        renewal.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut drained_was_told = false;
        loop {
            let wake = self.hand_out(&reports, &mut tasks);
            if self.is_over() {
                break;
            }
            let sleep = wake.map_or(RENEWAL, |at| until(self.assignment.clock.now(), at).clamp(SHORTEST, RENEWAL));
            tokio::select! {
                Some(joined) = tasks.join_next() => {
                    // No connection's task ends before its letters do: something is badly wrong.
                    self.end = Some(End::Ledger(joined.map_or_else(broken, |ended| ended.err().unwrap_or_else(|| broken("it ended early")))));
                    break;
                }
                Some(report) = inbox.recv() => {
                    self.take_in(report);
                    while let Ok(report) = inbox.try_recv() {
                        self.take_in(report);
                    }
                }
                () = self.stop.told(), if !drained_was_told => {
                    drained_was_told = true;
                    let on_the_wire = self.on_the_wire.len();
                    (self.observe)(Happening::Draining { on_the_wire });
                    self.end.get_or_insert(End::Signal);
                }
                _ = renewal.tick() => {
                    let now = self.assignment.clock.now();
                    self.pacer.shrink();
                    if let Err(error) = self.assignment.ledger.renew(&self.assignment.lease, now).await {
                        self.end.get_or_insert(End::Ledger(error));
                    }
                }
                () = tokio::time::sleep(sleep) => {}
            }
        }
        self.workers.clear();
        drop(reports);
        while let Some(report) = inbox.recv().await {
            self.take_in(report);
        }
        while let Some(joined) = tasks.join_next().await {
            if let Err(error) = joined.unwrap_or_else(|error| Err(broken(error))) {
                self.end = Some(End::Ledger(error));
            }
        }
        Finished { attempts: self.attempts, end: self.end.unwrap_or(End::Done) }
    }

    /// Whether nothing more is to be handed out and nothing is on the wire.
    fn is_over(&self) -> bool {
        self.end.is_some() && self.on_the_wire.is_empty()
    }

    /// Hands out letters as long as there are workers, letters and room in the pace; says when to look again.
    fn hand_out(
        &mut self,
        reports: &mpsc::Sender<Report>,
        tasks: &mut JoinSet<ledger::Result<()>>,
    ) -> Option<Timestamp> {
        while self.end.is_none() {
            if self.idle.is_empty() && self.workers.len() >= self.most_workers {
                return None;
            }
            if self.reached_limit() {
                if self.on_the_wire.is_empty() {
                    self.end = Some(End::Done);
                }
                return None;
            }
            let next = match self.next() {
                Ok(next) => next,
                Err(end) => {
                    self.end = Some(end);
                    return None;
                }
            };
            match next {
                Next::Letter(job) => {
                    self.announced = None;
                    self.hand_over(*job, reports, tasks);
                }
                Next::Hold { until, cause } => return self.hold(until, cause),
                Next::Drained => {
                    if self.on_the_wire.is_empty() {
                        self.end = Some(End::Done);
                    }
                    return None;
                }
            }
        }
        None
    }

    /// Waits, or ends the run where it is not to wait.
    fn hold(&mut self, until: Option<Timestamp>, cause: Option<Cause>) -> Option<Timestamp> {
        let Some(cause) = cause else { return until };
        if self.assignment.patience == Patience::NoWait {
            if self.on_the_wire.is_empty() {
                self.end = Some(End::NoWait { cause, until });
            }
            return until;
        }
        if let Some(until) = until
            && self.announced != Some((cause, until))
            && crate::clock::until(self.assignment.clock.now(), until) > Duration::from_secs(1)
        {
            self.announced = Some((cause, until));
            (self.observe)(Happening::Waiting { until, cause });
        }
        until
    }

    /// Whether `--limit` is reached by what was attempted and what is on the wire.
    fn reached_limit(&self) -> bool {
        self.assignment.limit.is_some_and(|limit| self.attempts + self.on_the_wire.len() as u64 >= limit)
    }

    fn next(&mut self) -> Result<Next, End> {
        let now = self.assignment.clock.now();
        if let Some(until) = self.hold_until.filter(|until| *until > now) {
            return Ok(Next::Hold { until: Some(until), cause: None });
        }
        // Letters whose domain was full come first: they are the oldest.
        let mut earliest: Option<Timestamp> = None;
        for (domain, jobs) in &mut self.aside {
            let Some(job) = jobs.front() else { continue };
            match self.pacer.start(domain, job.weight) {
                Ok(()) => {
                    if let Some(job) = jobs.pop_front() {
                        self.aside_ids.remove(&job.due.id);
                        return Ok(Next::Letter(job));
                    }
                }
                Err(Hold::Window(Full { until, domain_only: true })) => earliest = soonest(earliest, until),
                Err(hold) => return Ok(held(hold)),
            }
        }
        self.aside.retain(|_, jobs| !jobs.is_empty());
        loop {
            if self.aside_ids.len() >= ASIDE {
                return Ok(Next::Hold { until: earliest, cause: Some(Cause::Limit) });
            }
            let Some(job) = self.next_due(now)? else { break };
            match self.pacer.start(job.recipient.to.domain(), job.weight) {
                Ok(()) => return Ok(Next::Letter(job)),
                Err(Hold::Window(Full { until, domain_only: true })) => {
                    earliest = soonest(earliest, until);
                    self.aside_ids.insert(job.due.id);
                    self.aside.entry(job.recipient.to.domain().to_owned()).or_default().push_back(job);
                }
                Err(hold) => {
                    self.pending.push_front(job.due);
                    return Ok(held(hold));
                }
            }
        }
        if !self.aside.is_empty() {
            return Ok(Next::Hold { until: earliest, cause: Some(Cause::Limit) });
        }
        let again = self.next_deferred().map_err(End::Ledger)?;
        Ok(again.map_or(Next::Drained, |at| Next::Hold { until: Some(at), cause: Some(Cause::Deferred) }))
    }

    /// When the next deferred delivery of this assignment is due. With `--only`, others may be due earlier: it is looked at again then.
    fn next_deferred(&self) -> ledger::Result<Option<Timestamp>> {
        let assignment = &self.assignment;
        if assignment.only.is_empty() && self.passed.is_empty() {
            return assignment.ledger.next_attempt_at(&assignment.campaign, assignment.round);
        }
        let selection = crate::ledger::Selection {
            round: Some(assignment.round),
            states: vec![DeliveryState::Deferred],
            recipient: None,
        };
        let mut earliest = None;
        assignment.ledger.deliveries(&assignment.campaign, &selection, &mut |delivery| {
            let wanted = assignment.only.is_empty()
                || assignment.only.contains(delivery.recipient.as_str())
                || assignment.only.contains(&delivery.email.to_lowercase());
            if wanted && !self.passed.contains(&delivery.id) {
                earliest = soonest(earliest, delivery.next_attempt_at);
            }
            Ok(())
        })?;
        Ok(earliest)
    }

    /// The next due delivery that is neither on the wire nor put aside, and that `--only` names.
    fn next_due(&mut self, now: Timestamp) -> Result<Option<Box<Job>>, End> {
        let mut began_again = false;
        loop {
            while let Some(due) = self.pending.pop_front() {
                if let Some(job) = self.job(due)? {
                    return Ok(Some(job));
                }
            }
            if self.read_all {
                // Deferred deliveries come due at any place of the plan: it is read again from its beginning, once for each look.
                if began_again {
                    return Ok(None);
                }
                began_again = true;
                let next = self.next_deferred().map_err(End::Ledger)?;
                if next.is_none_or(|next| next > now) {
                    return Ok(None);
                }
                self.read_all = false;
                self.read_up_to = None;
            }
            let assignment = &self.assignment;
            let batch = assignment
                .ledger
                .due(&assignment.campaign, assignment.round, self.read_up_to, now, BATCH)
                .map_err(End::Ledger)?;
            match batch.last() {
                Some(last) => self.read_up_to = Some(last.place),
                None => self.read_all = true,
            }
            self.pending.extend(batch);
        }
    }

    fn job(&self, due: Due) -> Result<Option<Box<Job>>, End> {
        if [&self.on_the_wire, &self.passed, &self.aside_ids].iter().any(|known| known.contains(&due.id)) {
            return Ok(None);
        }
        let recipient =
            self.assignment.letters.recipient(&due).map_err(|faults| End::Letter(LetterError::Faults(faults)))?;
        let only = &self.assignment.only;
        if !only.is_empty() && !only.contains(due.recipient.as_str()) && !only.contains(&recipient.to.key()) {
            return Ok(None);
        }
        let weight = self.pacer.weight(recipient.addresses().count());
        Ok(Some(Box::new(Job { due, recipient, weight })))
    }

    fn hand_over(&mut self, job: Job, reports: &mpsc::Sender<Report>, tasks: &mut JoinSet<ledger::Result<()>>) {
        self.on_the_wire.insert(job.due.id);
        let worker = self.idle.pop().unwrap_or_else(|| self.hire(reports, tasks));
        // A worker that is idle has an empty channel; if it is gone, its task tells why when it is joined.
        if let Err(error) = self.workers[worker].try_send(job) {
            let job = error.into_inner();
            self.on_the_wire.remove(&job.due.id);
            self.pacer.take_back(job.recipient.to.domain(), job.weight);
            self.pending.push_front(job.due);
            self.end = Some(End::Ledger(broken("it does not take letters any more")));
        }
    }

    fn hire(&mut self, reports: &mpsc::Sender<Report>, tasks: &mut JoinSet<ledger::Result<()>>) -> usize {
        let (sender, jobs) = mpsc::channel(1);
        let number = self.workers.len();
        self.workers.push(sender);
        let assignment = &self.assignment;
        let worker = Worker {
            number,
            ledger: assignment.ledger.clone(),
            lease: assignment.lease.clone(),
            letters: Arc::clone(&assignment.letters),
            server: Arc::clone(&assignment.server),
            retry: assignment.retry,
            largest: assignment.largest,
            clock: assignment.clock.clone(),
            stop: self.stop.clone(),
        };
        tasks.spawn(worker.work(jobs, reports.clone()));
        number
    }

    fn take_in(&mut self, report: Report) {
        let Report { worker, job, result } = report;
        let domain = job.recipient.to.domain().to_owned();
        self.on_the_wire.remove(&job.due.id);
        self.idle.push(worker);
        if let Ending::Attempted { .. } = result {
            self.pacer.end(&domain, job.weight);
        } else {
            self.pacer.take_back(&domain, job.weight);
        }
        match result {
            Ending::Attempted { state, reply, reason, strain, stop } => {
                self.connected.insert(worker);
                self.unreachable = 0;
                self.attempts += 1;
                let last = reply.as_ref().map(ToString::to_string).or_else(|| reason.clone()).unwrap_or_default();
                (self.observe)(Happening::Attempted { recipient: job.due.recipient, state, reply, reason });
                self.count_streak(state, strain, last);
                if let Some(reason) = stop {
                    self.stop_with(End::Refused(reason));
                }
            }
            Ending::Withheld(state) => {
                self.passed.insert(job.due.id);
                (self.observe)(Happening::Withheld { recipient: job.due.recipient, state });
            }
            Ending::Full(full) => {
                let now = self.assignment.clock.now();
                self.hold_until = Some(full.until.unwrap_or_else(|| later(now, Duration::from_secs(1))));
                self.pending.push_front(job.due);
            }
            Ending::Returned => self.pending.push_front(job.due),
            Ending::NoConnection(error) => {
                self.pending.push_front(job.due);
                self.connected.remove(&worker);
                self.no_connection(worker, error);
            }
            Ending::TooLarge { size } => {
                let largest = self.assignment.largest;
                self.stop_with(End::TooLarge { largest, size });
            }
            Ending::Unmade(error) => self.stop_with(End::Letter(error)),
            Ending::Ledger(error) => self.stop_with(End::Ledger(error)),
        }
    }

    /// The first cause counts, but what the server or the ledger says is worth more than a signal.
    fn stop_with(&mut self, end: End) {
        if self.end.as_ref().is_none_or(|known| matches!(known, End::Signal | End::Done)) {
            self.end = Some(end);
        }
    }

    fn no_connection(&mut self, worker: usize, error: crate::transport::OpenError) {
        if error.is_transient() && !self.connected.is_empty() {
            // Others work: the server takes fewer connections than the pace allows.
            self.idle.retain(|idle| *idle != worker);
            self.most_workers = self.connected.len();
            (self.observe)(Happening::FewerConnections { left: self.most_workers, error: error.to_string() });
            return;
        }
        self.unreachable += 1;
        let first = self.attempts == 0;
        if !error.is_transient()
            || first
            || self.assignment.patience == Patience::NoWait
            || self.unreachable >= UNREACHABLE
        {
            self.stop_with(End::Server(error));
            return;
        }
        let wait = Duration::from_secs(1 << self.unreachable.min(6));
        let again_at = later(self.assignment.clock.now(), wait);
        self.hold_until = Some(again_at);
        (self.observe)(Happening::Unreachable { error: error.to_string(), again_at });
    }

    /// Refusals of one kind, one after another, say something about the run and not about the recipients.
    fn count_streak(&mut self, state: DeliveryState, strain: Option<Strain>, last: String) {
        let kind = match (state, strain) {
            (DeliveryState::InDoubt, _) => Some(Kind::InDoubt),
            (_, Some(strain)) => Some(Kind::Strained(strain)),
            _ => None,
        };
        self.streak = kind.map(|kind| match self.streak {
            Some((known, count)) if known == kind => (kind, count + 1),
            _ => (kind, 1),
        });
        if let Some((_, count)) = self.streak.filter(|(_, count)| *count >= STREAK) {
            self.stop_with(End::Streak { count, last });
        }
    }
}

/// A connection's task that ended where it must not.
fn broken(why: impl std::fmt::Display) -> LedgerError {
    LedgerError::Stopped(format!("the task of a connection: {why}"))
}

fn soonest(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

fn held(hold: Hold) -> Next {
    match hold {
        Hold::Spacing(until) => Next::Hold { until: Some(until), cause: None },
        Hold::Hours(until) => Next::Hold { until: Some(until), cause: Some(Cause::Hours) },
        // A window that is full of letters on the wire is looked at again with their reports.
        Hold::Window(Full { until: None, .. }) => Next::Hold { until: None, cause: None },
        Hold::Window(Full { until, .. }) => Next::Hold { until, cause: Some(Cause::Limit) },
    }
}
