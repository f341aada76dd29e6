//! Decides what goes next and when, and when a run is over.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::crew::{Crew, Fewer};
use super::job::{Ending, Job, Report};
use super::pace::Pacer;
use super::queue::{Next, Queue};
use super::ramp::Ramp;
use super::streak::{Endings, Trouble};
use super::unmade::Unmade;
use super::worker::Worker;
use super::{Assignment, Cause, Drain, DrainHandle, End, Finished, Happening, LetterError, Patience};
use crate::clock::{later, until};
use crate::ledger::{self, AttemptEnd, LedgerError, RunLedger};
use crate::model::{DeliveryState, RecipientId};
use crate::transport::{OpenError, is_unknown_recipient};

/// How often the lease is prolonged: well within its deadline.
const RENEWAL: Duration = Duration::from_secs(10);
/// The longest wait for a server that cannot be reached is 2 seconds to the power of this: about a quarter of an hour.
const LONGEST_WAIT_FOR_THE_SERVER: u32 = 10;
/// The shortest wait: what should be due by now and is not must not keep the machine busy.
const SHORTEST: Duration = Duration::from_millis(1);
/// A run that is not to wait waits this long all the same: letters that are spaced out within seconds wait for nothing.
const NO_WAITING: Duration = Duration::from_secs(10);
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
    unmade: Unmade,
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
    let ramp = match prepare(&assignment, &mut pacer).await {
        Ok(ramp) => ramp,
        Err(error) => return Finished { attempts: 0, end: End::Ledger(error) },
    };
    let endings = Endings::new(assignment.pace.stop_after);
    // Nothing is claimed ahead of the pace.
    let letters_each = if assignment.pace.windows().is_empty() { LOOK_AHEAD } else { 1 };
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
        unmade: Unmade::default(),
        unreachable: 0,
        hold_until: None,
        attempts: 0,
        announced: None,
        end: None,
    };
    coordinator.run().await
}

/// Tells the ledger which windows it has to keep, and counts what was sent before into the pace; says how to begin.
async fn prepare<L: RunLedger>(assignment: &Assignment<L>, pacer: &mut Pacer) -> ledger::Result<Ramp> {
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
    Ok(if went_well { Ramp::new(most) } else { Ramp::after_trouble(most) })
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
        let end = match self.end.take().unwrap_or(End::Done) {
            End::Done => self.confirm_done().await,
            other => other,
        };
        Finished { attempts: self.attempts, end }
    }

    /// Where the lease was lost without a word, nothing was left because another run was sending it.
    async fn confirm_done(&self) -> End {
        let now = self.assignment.clock.now();
        match self.assignment.ledger.renew(&self.assignment.lease, now).await {
            Ok(()) => End::Done,
            Err(error) => End::Ledger(error),
        }
    }

    /// Prolongs the lease, and looks whether a person has stopped the campaign: where nothing can go for a while, no
    /// claim would tell.
    async fn keep_lease(&self, now: Timestamp) -> ledger::Result<()> {
        let Assignment { ledger, lease, campaign, .. } = &self.assignment;
        ledger.renew(lease, now).await?;
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
            let held = self.hold_until.filter(|until| *until > self.assignment.clock.now());
            let next = match held {
                Some(_) => Ok(Next::Hold { until: held, cause: None }),
                None if self.reached_limit() => Ok(Next::Empty),
                None => self.queue.next(&self.assignment, &mut self.pacer).await,
            };
            for (recipient, error) in self.queue.take_unmade() {
                self.leave_out(recipient, error);
            }
            match next {
                Ok(Next::Letter(job)) => {
                    self.announced = None;
                    self.hand_over(job, reports, tasks);
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

    /// Waits, or ends the run where it is not to wait.
    fn hold(&mut self, until: Option<Timestamp>, cause: Option<Cause>) -> Option<Timestamp> {
        let Some(cause) = cause else { return until };
        let wait = until.map(|until| crate::clock::until(self.assignment.clock.now(), until));
        if self.assignment.patience == Patience::NoWait && wait.is_none_or(|wait| wait > NO_WAITING) {
            if self.queue.on_the_wire() == 0 {
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
        self.assignment.limit.is_some_and(|limit| self.attempts + self.queue.on_the_wire() as u64 >= limit)
    }

    fn hand_over(&mut self, job: Box<Job>, reports: &mpsc::Sender<Report>, tasks: &mut JoinSet<ledger::Result<()>>) {
        self.queue.hand_over(&job);
        let (assignment, told) = (&self.assignment, &self.workers_told);
        let given = self.crew.give(job, |number, jobs| {
            let worker = Worker {
                number,
                ledger: assignment.ledger.clone(),
                lease: assignment.lease.clone(),
                letters: Arc::clone(&assignment.letters),
                server: Arc::clone(&assignment.server),
                retry: assignment.retry,
                outcomes: assignment.outcomes,
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

    fn take_in(&mut self, report: Report) {
        let Report { worker, job, ending } = report;
        self.queue.take_in(&job);
        self.crew.puts_down(worker);
        let domain = job.recipient.to.domain();
        match &ending {
            Ending::Attempted { .. } => self.pacer.end(domain, job.weight),
            _ => self.pacer.take_back(domain, job.weight),
        }
        match ending {
            Ending::Attempted { state, reply, reason, strain, stop } => {
                self.unreachable = 0;
                self.unmade.is_past();
                self.attempts += 1;
                let trouble = Trouble::of(state, strain);
                let incident = self.crew.has_ended(worker, trouble);
                self.pause(self.crew.pause());
                let said = || reply.as_ref().map(ToString::to_string).or_else(|| reason.clone()).unwrap_or_default();
                if let Some(streak) = self.endings.take_in(trouble, incident, said) {
                    self.stop_with(End::Streak(streak));
                }
                (self.observe)(Happening::Attempted { recipient: job.due.recipient, state, reply, reason });
                if let Some(reason) = stop {
                    self.stop_with(End::Refused(reason));
                }
            }
            Ending::Withheld(state) => (self.observe)(Happening::Withheld { recipient: job.due.recipient, state }),
            Ending::Full(full) => {
                self.pacer.is_full(domain, full);
                self.queue.put_back(job);
            }
            Ending::Returned => self.queue.put_back(job),
            Ending::NoConnection(error) => {
                self.queue.put_back(job);
                self.could_not_connect(worker, error);
            }
            Ending::TooLarge { size } => self.stop_with(End::TooLarge { largest: self.assignment.largest, size }),
            Ending::Unmade(error) => {
                self.queue.leave_out(&job.due);
                self.leave_out(job.due.recipient, error);
            }
            Ending::Ledger(error) => self.stop_with(End::Ledger(error)),
        }
    }

    /// A letter cannot be made: the others go.
    fn leave_out(&mut self, recipient: RecipientId, error: LetterError) {
        (self.observe)(Happening::Unmade { recipient, why: error.to_string() });
        if let Some(error) = self.unmade.take_in(error) {
            self.stop_with(End::Letter(error));
        }
    }

    /// Nothing goes for a while.
    fn pause(&mut self, pause: Duration) {
        if !pause.is_zero() {
            self.hold_until = self.hold_until.max(Some(later(self.assignment.clock.now(), pause)));
        }
    }

    /// The first cause counts, but what the server or the ledger says is worth more than a signal.
    fn stop_with(&mut self, end: End) {
        if self.end.as_ref().is_none_or(|known| matches!(known, End::Signal | End::Done)) {
            self.end = Some(end);
        }
    }

    fn could_not_connect(&mut self, worker: usize, error: OpenError) {
        if error.is_transient()
            && let Some(fewer) = self.crew.could_not_connect(worker)
        {
            if let Fewer::Than(left) = fewer {
                (self.observe)(Happening::FewerConnections { left, error: error.to_string() });
            }
            return;
        }
        self.unreachable += 1;
        let never_reached = self.attempts == 0;
        let impatient = self.assignment.patience == Patience::NoWait;
        if !error.is_transient()
            || never_reached
            || impatient
            || self.unreachable >= self.assignment.pace.stop_after.unreachable
        {
            self.stop_with(End::Server(error));
            return;
        }
        let wait = Duration::from_secs(1 << self.unreachable.min(LONGEST_WAIT_FOR_THE_SERVER));
        let again_at = later(self.assignment.clock.now(), wait);
        self.hold_until = Some(again_at);
        (self.observe)(Happening::Unreachable { error: error.to_string(), again_at });
    }
}

/// A connection's task that ended where it must not.
fn broken(why: impl std::fmt::Display) -> LedgerError {
    LedgerError::Stopped(format!("the task of a connection: {why}"))
}
