//! Decides what goes next and when, and when a run is over.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::crew::Crew;
use super::queue::{Next, Queue};
use super::streak::Streak;
use super::worker::{Ending, Job, Report, Worker};
use super::{Assignment, Cause, End, Finished, Happening, Patience, Stop, StopHandle};
use crate::clock::{later, until};
use crate::ledger::{self, LedgerError, ReadLedger, WriteLedger};
use crate::transport::OpenError;
use crate::transport::pace::Pacer;

/// How often the lease is prolonged: well within its deadline.
const RENEWAL: Duration = Duration::from_secs(10);
/// The shortest wait: what should be due by now and is not must not keep the machine busy.
const SHORTEST: Duration = Duration::from_millis(1);
/// How many letters a worker may have where nothing limits the pace: one on the wire, one that is offered along with it, and one that lies
/// ready, unclaimed, for when the first has ended.
const LOOK_AHEAD: usize = 3;
/// How often in a row the server may be unreachable before the run stops.
const UNREACHABLE: u32 = 6;

struct Coordinator<'a, L> {
    assignment: Assignment<L>,
    observe: &'a mut (dyn FnMut(Happening) + Send),
    stop: Stop,
    /// Tells the workers that nothing more is to go.
    halt: StopHandle,
    halted: Stop,
    pacer: Pacer,
    queue: Queue,
    crew: Crew,
    streak: Streak,
    unreachable: u32,
    /// Nothing goes before this time, for this cause.
    hold_until: Option<(Timestamp, Option<Cause>)>,
    attempts: u64,
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
    if let Err(error) = prepare(&assignment, &mut pacer).await {
        return Finished { attempts: 0, end: End::Ledger(error) };
    }
    // Nothing is claimed ahead of the pace.
    let letters_each = if assignment.pace.windows().is_empty() { LOOK_AHEAD } else { 1 };
    let crew = Crew::new(assignment.pace.connections, letters_each);
    let (halt, halted) = StopHandle::new();
    let coordinator = Coordinator {
        assignment,
        observe,
        stop,
        halt,
        halted,
        pacer,
        queue: Queue::default(),
        crew,
        streak: Streak::default(),
        unreachable: 0,
        hold_until: None,
        attempts: 0,
        announced: None,
        end: None,
    };
    coordinator.run().await
}

/// Tells the ledger which windows it has to keep, and counts what was sent before into the pace.
async fn prepare<L: WriteLedger>(assignment: &Assignment<L>, pacer: &mut Pacer) -> ledger::Result<()> {
    let sent = assignment.ledger.limit(&assignment.lease, &assignment.account, assignment.pace.windows()).await?;
    let now = assignment.clock.now();
    for attempt in &sent.attempts {
        pacer.remember(attempt.ended_at.unwrap_or(now), &attempt.domain, attempt.weight);
    }
    Ok(())
}

impl<L> Coordinator<'_, L>
where
    L: ReadLedger + WriteLedger + Clone + Send + Sync + 'static,
{
    async fn run(mut self) -> Finished {
        let (reports, mut inbox) = mpsc::channel(self.assignment.pace.connections as usize * LOOK_AHEAD);
        let mut tasks = JoinSet::new();
        let mut renewal = tokio::time::interval(RENEWAL);
        renewal.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut drained_was_told = false;
        loop {
            let wake = self.hand_out(&reports, &mut tasks);
            if self.end.is_some() {
                self.halt.stop();
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
                () = self.stop.told(), if !drained_was_told => {
                    drained_was_told = true;
                    let on_the_wire = self.queue.on_the_wire();
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
        Finished { attempts: self.attempts, end: self.end.unwrap_or(End::Done) }
    }

    /// Whether nothing more is to be handed out and nothing is on the wire.
    fn is_over(&self) -> bool {
        self.end.is_some() && self.queue.on_the_wire() == 0
    }

    /// Hands out letters as long as there are workers, letters and room in the pace; says when to look again.
    fn hand_out(
        &mut self,
        reports: &mpsc::Sender<Report>,
        tasks: &mut JoinSet<ledger::Result<()>>,
    ) -> Option<Timestamp> {
        while self.end.is_none() && self.crew.has_hands() {
            let held = self.hold_until.filter(|(until, _)| *until > self.assignment.clock.now());
            let next = match held {
                Some((until, cause)) => Ok(Next::Hold { until: Some(until), cause }),
                None if self.reached_limit() => Ok(Next::Drained),
                None => self.queue.next(&self.assignment, &mut self.pacer),
            };
            match next {
                Ok(Next::Letter(job)) => {
                    self.announced = None;
                    self.hand_over(job, reports, tasks);
                }
                Ok(Next::Hold { until, cause }) => return self.hold(until, cause),
                Ok(Next::Drained) => {
                    if self.queue.on_the_wire() == 0 {
                        self.end = Some(End::Done);
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
        if self.assignment.patience == Patience::NoWait {
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
        let (assignment, halted) = (&self.assignment, &self.halted);
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
                stop: halted.clone(),
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
        self.crew.has_ended(worker);
        let domain = job.recipient.to.domain();
        match &ending {
            Ending::Attempted { .. } => self.pacer.end(domain, job.weight),
            _ => self.pacer.take_back(domain, job.weight),
        }
        match ending {
            Ending::Attempted { state, reply, reason, strain, stop } => {
                self.crew.is_connected(worker);
                self.unreachable = 0;
                self.attempts += 1;
                if let Some(count) = self.streak.count(state, strain) {
                    let last = reply.as_ref().map(ToString::to_string).or_else(|| reason.clone()).unwrap_or_default();
                    self.stop_with(End::Streak { count, last });
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

    fn could_not_connect(&mut self, worker: usize, error: OpenError) {
        if error.is_transient()
            && let Some(left) = self.crew.could_not_connect(worker, self.queue.on_the_wire() > 0)
        {
            (self.observe)(Happening::FewerConnections { left, error: error.to_string() });
            return;
        }
        self.unreachable += 1;
        let never_reached = self.attempts == 0;
        let impatient = self.assignment.patience == Patience::NoWait;
        if !error.is_transient() || never_reached || impatient || self.unreachable >= UNREACHABLE {
            self.stop_with(End::Server(error));
            return;
        }
        let again_at = later(self.assignment.clock.now(), Duration::from_secs(1 << self.unreachable));
        self.hold_until = Some((again_at, None));
        (self.observe)(Happening::Unreachable { error: error.to_string(), again_at });
    }
}

/// A connection's task that ended where it must not.
fn broken(why: impl std::fmt::Display) -> LedgerError {
    LedgerError::Stopped(format!("the task of a connection: {why}"))
}
