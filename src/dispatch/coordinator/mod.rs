//! Decides what goes next and when, and when a run is over.

mod conclude;
mod intake;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::brake::{Brake, Pulled};
use super::crew::Crew;
use super::held::{HeldBack, Refusal};
use super::job::{Job, Report};
use super::losses::{Full, Losses};
use super::pace::Pacer;
use super::queue::{Next, Queue};
use super::ramp::Ramp;
use super::streak::Endings;
use super::unmade::Unmade;
use super::ways::Ways;
use super::worker::Worker;
use super::{Assignment, Cause, Drain, DrainHandle, End, Finished, Happening, Patience};
use crate::clock::until;
use crate::ledger::{self, AttemptEnd, LedgerError, RunLedger};
use crate::model::DeliveryState;
use crate::transport::is_unknown_recipient;

/// How often the lease is prolonged: well within its deadline.
const RENEWAL: Duration = Duration::from_secs(5);
/// The shortest wait: what should be due by now and is not must not keep the machine busy.
const SHORTEST: Duration = Duration::from_millis(1);
/// Longer than this, a run that is not to wait does not wait: what is spaced out within seconds waits for nothing.
const NO_WAIT: Duration = Duration::from_secs(10);
/// How many letters a worker may have where nothing limits the pace: one on the wire, one that is offered along with
/// it, and one that lies ready, unclaimed, for when the first has ended.
const LOOK_AHEAD: usize = 3;

struct Coordinator<'a, L> {
    assignment: Assignment<L>,
    observe: &'a mut (dyn FnMut(Happening) + Send),
    drain: Drain,
    /// Tells the workers that nothing more is to go.
    tell_workers: DrainHandle,
    workers_told: Drain,
    pacer: Pacer,
    queue: Queue,
    crew: Crew,
    endings: Endings,
    ways: Arc<Ways>,
    unmade: Unmade,
    brake: Brake,
    held_back: HeldBack,
    losses: Losses,
    /// Refusals that are known to be their recipients', and not recorded as that yet.
    decided: Vec<Refusal>,
    unreachable: u32,
    /// Nothing goes before this time: the server was not there, or strained.
    hold_until: Option<Timestamp>,
    attempts: u64,
    announced: Option<(Cause, Timestamp)>,
    end: Option<End>,
}

/// Sends what an assignment says, and tells `observe` of everything that happens.
///
/// It returns when nothing is left, or when something stops it; by then every outcome is durable.
pub async fn run<L>(assignment: Assignment<L>, drain: Drain, observe: &mut (dyn FnMut(Happening) + Send)) -> Finished
where
    L: RunLedger + Clone + Send + Sync + 'static,
{
    let mut pacer = Pacer::new(&assignment.pace, assignment.clock.clone());
    let (ramp, ways) = match prepare(&assignment, &mut pacer).await {
        Ok(known) => known,
        Err(error) => return Finished { attempts: 0, end: End::Ledger(error) },
    };
    let mut losses = Losses::new(assignment.pace.unknown.windows());
    if let Some(since) = losses.since(assignment.clock.now()) {
        match assignment.ledger.losses(since).await {
            Ok(known) => losses.begin(known),
            Err(error) => return Finished { attempts: 0, end: End::Ledger(error) },
        }
    }
    let endings = Endings::new(assignment.pace.stop_after);
    // Nothing is claimed ahead of the pace.
    let letters_each = if assignment.pace.windows().is_empty() { LOOK_AHEAD } else { 1 };
    let connections = assignment.pace.connections as usize;
    let (tell_workers, workers_told) = DrainHandle::new();
    let coordinator = Coordinator {
        assignment,
        observe,
        drain,
        tell_workers,
        workers_told,
        pacer,
        queue: Queue::default(),
        crew: Crew::new(ramp, letters_each),
        endings,
        ways: Arc::new(ways),
        unmade: Unmade::default(),
        brake: Brake::default(),
        held_back: HeldBack::new(connections, letters_each),
        losses,
        decided: Vec::new(),
        unreachable: 0,
        hold_until: None,
        attempts: 0,
        announced: None,
        end: None,
    };
    Box::pin(coordinator.run()).await
}

/// Tells the ledger which windows it has to keep, and counts what was sent before into the pace; says how to begin.
async fn prepare<L: RunLedger>(assignment: &Assignment<L>, pacer: &mut Pacer) -> ledger::Result<(Ramp, Ways)> {
    let sent = assignment.ledger.limit(&assignment.lease, &assignment.account, assignment.pace.windows()).await?;
    let now = assignment.clock.now();
    for attempt in &sent.attempts {
        pacer.remember(attempt.ended_at.unwrap_or(now), &attempt.domain, attempt.weight);
    }
    let most = assignment.pace.connections as usize;
    let went_well = match &sent.last {
        None => true,
        Some(AttemptEnd { state: DeliveryState::Failed, reply }) => reply.as_ref().is_some_and(is_unknown_recipient),
        Some(AttemptEnd { state, .. }) => *state == DeliveryState::Accepted,
    };
    let ways = assignment.ledger.ways(&assignment.server.name(), now).await?;
    Ok((if went_well { Ramp::new(most) } else { Ramp::after_trouble(most) }, Ways::new(ways)))
}

impl<L> Coordinator<'_, L>
where
    L: RunLedger + Clone + Send + Sync + 'static,
{
    async fn run(mut self) -> Finished {
        let (reports, mut inbox) = mpsc::channel(self.assignment.pace.connections as usize * LOOK_AHEAD);
        let mut tasks = JoinSet::new();
        let mut renewal = tokio::time::interval(RENEWAL);
        renewal.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut drained_was_told = false;
        loop {
            let wake = self.hand_out(&reports, &mut tasks).await;
            if self.end.is_some() {
                self.tell_workers.drain();
            }
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
                    self.record_decided().await;
                }
                () = self.drain.told(), if !drained_was_told => {
                    drained_was_told = true;
                    let on_the_wire = self.queue.on_the_wire();
                    (self.observe)(Happening::Draining { on_the_wire });
                    self.end.get_or_insert(End::Signal);
                }
                _ = renewal.tick() => {
                    let now = self.assignment.clock.now();
                    self.pacer.shrink();
                    if let Err(error) = self.keep_lease(now).await {
                        self.end.get_or_insert(End::Ledger(error));
                    }
                }
                () = tokio::time::sleep(sleep) => {}
            }
        }
        self.crew.dismiss();
        drop(reports);
        while let Some(report) = inbox.recv().await {
            self.take_in(report);
        }
        while let Some(joined) = tasks.join_next().await {
            if let Err(error) = joined.unwrap_or_else(|error| Err(broken(error))) {
                self.end = Some(End::Ledger(error));
            }
        }
        self.conclude().await
    }

    /// Prolongs the lease, and looks whether a person has stopped the campaign: where nothing can go for a while, no
    /// claim would tell.
    async fn keep_lease(&mut self, now: Timestamp) -> ledger::Result<()> {
        let Assignment { ledger, lease, campaign, .. } = &self.assignment;
        ledger.renew(lease, now).await?;
        if let Some(since) = self.losses.since(now) {
            self.losses.hear(ledger.losses(since).await?);
        }
        ledger.halt(campaign).await?.map_or(Ok(()), |halt| Err(LedgerError::Halted(halt)))
    }

    /// Whether nothing more is to be handed out and nothing is on the wire.
    fn is_over(&self) -> bool {
        self.end.is_some() && self.queue.on_the_wire() == 0
    }

    /// Hands out letters as long as there are workers, letters and room in the pace; says when to look again.
    async fn hand_out(
        &mut self,
        reports: &mpsc::Sender<Report>,
        tasks: &mut JoinSet<ledger::Result<()>>,
    ) -> Option<Timestamp> {
        while self.end.is_none() && self.crew.has_hands() {
            let next = self.next().await;
            for (recipient, error) in self.queue.take_unmade() {
                self.leave_out(recipient, error);
            }
            match next {
                Ok(Next::Letter(job)) => {
                    self.announced = None;
                    self.hand_over(job, reports, tasks);
                }
                Ok(Next::Hold { cause: Some(Cause::Deferred), .. }) if self.waits_for_nothing_else().await => {
                    self.end.get_or_insert(self.unmade.end());
                }
                Ok(Next::Hold { until, cause }) => return self.hold(until, cause),
                Ok(Next::Empty) => {
                    if self.queue.on_the_wire() == 0 {
                        self.end.get_or_insert(self.unmade.end());
                    }
                    return None;
                }
                Err(end) => self.end = Some(end),
            }
        }
        None
    }

    /// The next letter that may go, as far as the server and the pace let it.
    async fn next(&mut self) -> Result<Next, End> {
        let now = self.assignment.clock.now();
        let held = self.hold_until.filter(|until| *until > now);
        if held.is_some() {
            return Ok(Next::Hold { until: held, cause: None });
        }
        if self.reached_limit() {
            return Ok(Next::Empty);
        }
        let waits = self.held_back.are_many() || self.left().is_some_and(|left| self.held_back.keeps_waiting(left));
        if waits && self.queue.on_the_wire() > 0 {
            return Ok(Next::Hold { until: None, cause: None });
        }
        let Some(hold) = self.held_by_the_server(now) else {
            return self.queue.next(&self.assignment, &mut self.pacer, &self.held_back).await;
        };
        if !self.queue.has_pending() {
            match self.queue.next(&self.assignment, &mut self.pacer, &self.held_back).await? {
                Next::Letter(job) => {
                    self.pacer.take_back(job.recipient.to.domain(), job.weight);
                    self.queue.put_back(job);
                }
                other => return Ok(other),
            }
        }
        Ok(hold)
    }

    /// What holds a letter back that the pace would let go: how fast the server takes them, and how many were lost.
    fn held_by_the_server(&self, now: Timestamp) -> Option<Next> {
        match self.losses.hold(now, self.queue.on_the_wire()) {
            Some(Full::Until(at)) => return Some(Next::Hold { until: Some(at), cause: Some(Cause::Unknown) }),
            Some(Full::OnTheWire) => return Some(Next::Hold { until: None, cause: None }),
            None => {}
        }
        let is_long = |at: Timestamp| until(now, at) > NO_WAIT;
        let waits = self.assignment.patience == Patience::Wait;
        Some(match self.brake.pulled(now)? {
            Pulled::Trying => Next::Hold { until: None, cause: None },
            Pulled::Pause(at) => Next::Hold { until: Some(at), cause: (waits || is_long(at)).then_some(Cause::Rate) },
            // What is spaced out is not waited for, unless it is for long.
            Pulled::Spacing(at) => {
                Next::Hold { until: Some(at), cause: (!waits && is_long(at)).then_some(Cause::Rate) }
            }
        })
    }

    /// Waits, or ends the run where it is not to wait.
    fn hold(&mut self, until: Option<Timestamp>, cause: Option<Cause>) -> Option<Timestamp> {
        let Some(cause) = cause else { return until };
        let wait = until.map(|until| crate::clock::until(self.assignment.clock.now(), until));
        let is_long = cause == Cause::Others || wait.is_none_or(|wait| wait > NO_WAIT);
        if self.assignment.patience == Patience::NoWait && is_long {
            if self.queue.on_the_wire() == 0 {
                self.end = Some(End::NoWait { cause, until });
            }
            return until;
        }
        let is_known = |announced: &(Cause, Timestamp)| {
            announced.0 == cause && (cause == Cause::Others || Some(announced.1) == until)
        };
        if let Some(until) = until
            && !self.announced.as_ref().is_some_and(is_known)
            && (cause == Cause::Others
                || crate::clock::until(self.assignment.clock.now(), until) > Duration::from_secs(1))
        {
            self.announced = Some((cause, until));
            (self.observe)(Happening::Waiting { until, cause });
        }
        until
    }

    /// Whether `--limit` is reached by what was attempted and what is on the wire.
    fn reached_limit(&self) -> bool {
        self.left() == Some(0)
    }

    /// How many letters `--limit` leaves.
    fn left(&self) -> Option<usize> {
        let gone = self.attempts + self.queue.on_the_wire() as u64;
        self.assignment.limit.map(|limit| usize::try_from(limit.saturating_sub(gone)).unwrap_or(usize::MAX))
    }

    fn hand_over(&mut self, job: Box<Job>, reports: &mpsc::Sender<Report>, tasks: &mut JoinSet<ledger::Result<()>>) {
        self.queue.hand_over(&job);
        self.brake.handed_out(self.assignment.clock.now());
        let (assignment, told) = (&self.assignment, &self.workers_told);
        let given = self.crew.give(job, |number, jobs| {
            let worker = Worker {
                number,
                ledger: assignment.ledger.clone(),
                lease: assignment.lease.clone(),
                letters: Arc::clone(&assignment.letters),
                server: Arc::clone(&assignment.server),
                ways: Arc::clone(&self.ways),
                retry: assignment.retry,
                outcomes: assignment.outcomes,
                filing: assignment.filing,
                largest: assignment.largest,
                clock: assignment.clock.clone(),
                drain: told.clone(),
            };
            tasks.spawn(worker.work(jobs, reports.clone()));
        });
        if let Err(job) = given {
            self.queue.take_in(&job);
            self.pacer.take_back(job.recipient.to.domain(), job.weight);
            self.queue.put_back(job);
            self.end = Some(End::Ledger(broken("it does not take letters any more")));
        }
    }
}

/// A connection's task that ended where it must not.
fn broken(why: impl std::fmt::Display) -> LedgerError {
    LedgerError::Stopped(format!("the task of a connection: {why}"))
}
