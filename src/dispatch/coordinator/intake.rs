//! What the workers report of their letters, and what that means for the run.

use std::time::Duration;

use super::Coordinator;
use crate::clock::later;
use crate::dispatch::brake::Slowing;
use crate::dispatch::crew::Fewer;
use crate::dispatch::held::{Letter, Refusal};
use crate::dispatch::job::{Ending, Job, Report};
use crate::dispatch::ramp::Incident;
use crate::dispatch::streak::Trouble;
use crate::dispatch::{End, Happening, LetterError, Patience};
use crate::ledger::{AttemptId, RunLedger};
use crate::model::{DeliveryState, RecipientId, Reply};
use crate::transport::{OpenError, StopReason, Strain, Verdict};

/// The longest wait for a server that cannot be reached is 2 seconds to the power of this: about a quarter of an hour.
const LONGEST_WAIT_FOR_THE_SERVER: u32 = 10;

/// An attempt that was reported.
struct Attempted {
    letter: Letter,
    attempt: AttemptId,
    verdict: Verdict,
    state: DeliveryState,
    reply: Option<Reply>,
    reason: Option<String>,
    strain: Option<Strain>,
}

impl<L> Coordinator<'_, L>
where
    L: RunLedger + Clone + Send + Sync + 'static,
{
    pub(super) fn take_in(&mut self, report: Report) {
        let Report { worker, job, ending } = report;
        let number = self.queue.take_in(&job);
        self.crew.puts_down(worker);
        let domain = job.recipient.to.domain();
        match &ending {
            Ending::Attempted { .. } => self.pacer.end(domain, job.weight),
            _ => {
                self.pacer.take_back(domain, job.weight);
                self.brake.knows_nothing();
            }
        }
        match ending {
            Ending::Attempted { attempt, verdict, state, reply, reason, strain } => {
                let letter = Letter { number, worker };
                self.take_in_attempt(&job, Attempted { letter, attempt, verdict, state, reply, reason, strain });
            }
            Ending::Withheld(_) if job.copy.is_some() => {}
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

    fn take_in_attempt(&mut self, job: &Job, attempted: Attempted) {
        let weighed = self.weigh(job, &attempted);
        let Attempted { letter, verdict, state, reply, reason, strain, .. } = attempted;
        self.unreachable = 0;
        self.unmade.is_past();
        // A letter that came too fast goes again: it counts when it does.
        self.attempts += u64::from(job.copy.is_none() && !matches!(verdict, Verdict::Slowed(_)));
        if state == DeliveryState::Failed {
            self.losses.lose(self.assignment.clock.now());
        }
        let trouble = Trouble::of(state, strain);
        let incident = self.crew.has_ended(letter.worker, trouble).or(weighed);
        self.pause(self.crew.pause());
        let said = || reply.as_ref().map(ToString::to_string).or_else(|| reason.clone()).unwrap_or_default();
        if let Some(streak) = self.endings.take_in(trouble, incident, said) {
            self.stop_with(End::Streak(streak));
        }
        let recipient = job.due.recipient.clone();
        (self.observe)(match job.copy {
            None => Happening::Attempted { recipient, state, reply, reason },
            Some(_) => Happening::Copied { recipient, state, reply, reason },
        });
        if let Verdict::Stop(reason) = verdict {
            self.stop_with(End::Refused(reason));
        }
    }

    /// What an attempt says of the letters that are held back, and of how fast the server takes them. Gives whether it
    /// is held back itself for what others that were on the wire with it are.
    fn weigh(&mut self, job: &Job, attempted: &Attempted) -> Incident {
        let (now, delivery) = (self.assignment.clock.now(), job.due.id);
        let Attempted { letter, .. } = *attempted;
        match &attempted.verdict {
            Verdict::Accepted => {
                self.brake.took(letter.number, now);
                let decided = self.held_back.accept(delivery, letter);
                self.endings.are_explained(decided.len());
                self.decided.extend(decided);
                return Incident::New;
            }
            Verdict::HeldBack if attempted.state == DeliveryState::Deferred && job.copy.is_none() => {
                self.brake.knows_nothing();
                return self.held_back.refuse(Refusal {
                    delivery,
                    attempt: attempted.attempt,
                    recipient: job.due.recipient.clone(),
                    reply: attempted.reply.clone(),
                    reason: attempted.reason.clone(),
                    letter,
                    handed_out: self.queue.handed_out(),
                });
            }
            Verdict::Slowed(said) => {
                let slowing = self.brake.refused(letter.number, self.queue.handed_out(), *said, now);
                if let (Slowing::Standstill, Some(reply)) = (slowing, attempted.reply.clone()) {
                    self.stop_with(End::Refused(StopReason::QuotaUsedUp(reply)));
                }
            }
            // A server that counts letters may refuse a recipient before it looks at how many they are.
            Verdict::Failed
            | Verdict::Greylisted(_)
            | Verdict::Deferred
            | Verdict::HeldBack
            | Verdict::InDoubt
            | Verdict::Stop(_) => self.brake.knows_nothing(),
        }
        self.held_back.forget(delivery);
        Incident::New
    }

    /// A letter cannot be made: the others go.
    pub(super) fn leave_out(&mut self, recipient: RecipientId, error: LetterError) {
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
    pub(super) fn stop_with(&mut self, end: End) {
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
