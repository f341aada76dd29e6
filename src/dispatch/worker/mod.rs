//! One connection: takes a letter at a time, claims it, hands it over, settles it. How the connection is had is in
//! [`connect`].

mod connect;

use std::future::Future;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::mpsc;

use super::copies;
use super::desk::{Claimed, Claiming, Desk, Made};
use super::job::{Ending, Job, Report};
use super::retry::{Ended, settle};
use super::ways::Ways;
use super::{Drain, Filing, LetterMaker};
use crate::clock::Clock;
use crate::config::{Outcomes, Retry};
use crate::ledger::{
    self, AttemptId, Claim, ClaimCopy, CopyId, KeptLetter, Lease, LedgerError, RunLedger, Settlement, copies_in_words,
};
use crate::message::Composed;
use crate::model::{DeliveryState, EmailAddress, Recipient, mask_addresses};
use crate::plan;
use crate::transport::{self, Attempt, Offered, OpenError, Outcome, Server, Stage, Untaken, Verdict, strain, verdict};

/// How many outcomes may be queued while the next letters go: the claim that a worker waits for before each letter came
/// after the older one, and the ledger answers in order.
const NEWEST: usize = 1;

/// What a worker works with.
pub(super) struct Worker<L> {
    pub number: usize,
    pub ledger: L,
    pub lease: Lease,
    pub letters: Arc<LetterMaker>,
    pub server: Arc<Server>,
    pub ways: Arc<Ways>,
    pub retry: Retry,
    pub outcomes: Outcomes,
    pub filing: Filing,
    pub largest: u64,
    pub clock: Clock,
    pub drain: Drain,
}

impl<L: RunLedger + Send + Sync> Worker<L> {
    /// Works until there are no more jobs, then makes sure that everything is settled and says goodbye to the server.
    ///
    /// Where a second job lies ready when a letter is handed over, it is claimed and offered along with it, so that a
    /// letter costs one round trip. At most two letters are claimed at any time.
    pub(super) async fn work(
        self,
        mut jobs: mpsc::Receiver<Box<Job>>,
        reports: mpsc::Sender<Report>,
    ) -> ledger::Result<()> {
        let mut desk = Desk::new(reports);
        let mut waiting = None;
        while !desk.is_alone {
            let made = match waiting.take() {
                Some(made) => made,
                None => match self.wait_for_job(&mut jobs, &mut desk).await {
                    None => break,
                    Some(job) => match self.make(job, &mut desk).await {
                        None => continue,
                        Some(made) => made,
                    },
                },
            };
            let mut welcomed = self.begin(made, &mut desk).await;
            while let Some(letter) = welcomed {
                let mut next = self.following(&mut jobs, &mut desk).await;
                if !next.as_ref().is_some_and(|next| self.may_look_ahead(next, &desk)) {
                    waiting = next.take();
                }
                welcomed = self.hand_over(letter, next, &mut desk).await;
            }
            desk.idle_since = Instant::now();
        }
        desk.wait_for_outcomes(0).await;
        if let Some(standing) = desk.connection {
            standing.close().await;
        }
        desk.failure.map_or(Ok(()), Err)
    }

    /// The next job, when there is one; meanwhile outcomes become durable.
    async fn wait_for_job(&self, jobs: &mut mpsc::Receiver<Box<Job>>, desk: &mut Desk<'_>) -> Option<Box<Job>> {
        if let Ok(job) = jobs.try_recv() {
            return Some(job);
        }
        desk.is_cut_off = false;
        loop {
            tokio::select! {
                biased;
                job = jobs.recv() => return job,
                () = desk.wait_for_outcomes(0), if !desk.settling.is_empty() => {}
            }
        }
    }

    /// The job that lies ready already, made.
    async fn following(&self, jobs: &mut mpsc::Receiver<Box<Job>>, desk: &mut Desk<'_>) -> Option<Made> {
        match jobs.try_recv() {
            Ok(job) => self.make(job, desk).await,
            Err(_) => None,
        }
    }

    /// Makes a letter.
    async fn make(&self, mut job: Box<Job>, desk: &mut Desk<'_>) -> Option<Made> {
        if let Err(error) = self.leave_out_copies(&mut job.recipient).await {
            desk.failure.get_or_insert(error);
        }
        let ending = match desk.failure.take() {
            Some(error) => Ending::Ledger(error),
            None if desk.stop.is_some() || desk.is_cut_off || self.drain.is_told() => Ending::Returned,
            None => match self.compose(&job).await {
                Ok(composed) => return Some(Made { job, composed }),
                Err(ending) => ending,
            },
        };
        self.report(job, ending, desk).await;
        None
    }

    /// Merges a letter, as it is now; a copy is its letter, as that left.
    async fn compose(&self, job: &Job) -> Result<Composed, Ending> {
        let Job { due, recipient, history, copy, .. } = job;
        if copy.is_none() {
            let merged = self.letters.make_aside(due, recipient, history, self.clock.now()).await;
            return merged.map_err(Ending::Unmade);
        }
        match self.ledger.as_sent(due.id).await {
            Ok(Some(sent)) => Ok(copies::compose(sent, recipient.to.clone())),
            Ok(None) => {
                let what = format!("the letter to `{}`, of which a copy is to be sent, was not kept", due.recipient);
                Err(Ending::Ledger(LedgerError::Stopped(what)))
            }
            Err(error) => Err(Ending::Ledger(error)),
        }
    }

    /// Leaves out the copies that are suppressed by now: the claim looks at the address of the letter itself.
    async fn leave_out_copies(&self, recipient: &mut Recipient) -> ledger::Result<()> {
        let copies: Vec<String> = recipient.cc.iter().chain(&recipient.bcc).map(EmailAddress::key).collect();
        if !copies.is_empty() {
            plan::leave_out(recipient, &self.ledger.suppressed(copies).await?);
        }
        Ok(())
    }

    /// Claims a letter and offers it to the server; gives it back where the server waits for the message.
    async fn begin<'a>(&'a self, made: Made, desk: &mut Desk<'a>) -> Option<Claimed> {
        let ending = match self.connect(desk).await {
            Err(error) => Some(Ending::NoConnection(error)),
            Ok(connection) => match self.refused_for_size(&made, connection) {
                Some(size) => Some(Ending::TooLarge { size }),
                None => self.drain.is_told().then_some(Ending::Returned),
            },
        };
        let ending = match ending {
            Some(ending) => ending,
            None => match self.claim(&made).await {
                Ok(attempt) => return self.offer(Claimed { made, attempt }, desk).await,
                Err(ending) => ending,
            },
        };
        self.report(made.job, ending, desk).await;
        None
    }

    /// Offers a letter alone. Where the connection that stands takes no more, another is opened for it.
    async fn offer<'a>(&'a self, letter: Claimed, desk: &mut Desk<'a>) -> Option<Claimed> {
        loop {
            let connection = match self.connect(desk).await {
                Ok(connection) => connection,
                Err(error) => {
                    self.put_back(letter, error, desk).await;
                    return None;
                }
            };
            match connection.offer(letter.made.letter()).await {
                Offered::Welcome => return Some(letter),
                Offered::Ended(attempt) => {
                    self.settle(letter, attempt, desk).await;
                    return None;
                }
                // A new connection has not taken any, and what it says is said of the letter.
                Offered::Untaken(why) => self.learn(&why, desk),
            }
        }
    }

    /// Ends the attempt of a letter that was claimed ahead, and for which there is no connection any more: it is due at
    /// once, as if it had never been claimed.
    async fn put_back<'a>(&'a self, letter: Claimed, error: OpenError, desk: &mut Desk<'a>) {
        let Claimed { made: Made { job, .. }, attempt } = letter;
        let at = self.clock.now();
        let settlement = Settlement {
            delivery: job.due.id,
            attempt,
            at,
            state: DeliveryState::Deferred,
            reply: None,
            reason: Some(error.to_string()),
            next_attempt_at: Some(at),
            copies: Vec::new(),
            kept: None,
        };
        self.record(job.copy, settlement, desk);
        desk.wait_for_outcomes(0).await;
        self.report(job, Ending::NoConnection(error), desk).await;
    }

    /// Hands a letter over, claims and offers the next one with it, and gives that one back where the server waits for
    /// its message. What became of the first is settled before anything of the next one is heard.
    async fn hand_over<'a>(&'a self, letter: Claimed, next: Option<Made>, desk: &mut Desk<'a>) -> Option<Claimed> {
        let Some(connection) = &mut desk.connection else { return None };
        let claim = next.as_ref().map(|next| self.claim(next));
        let (ended, ahead) = connection.hand_over(letter.made.letter().message, next.as_ref().map(Made::letter)).await;
        self.settle(letter, ended, desk).await;
        let offered = match (&mut desk.connection, ahead) {
            (Some(connection), Some(ahead)) => connection.hear(ahead).await,
            _ => Offered::Untaken(Untaken::HungUp),
        };
        let (made, claim) = next.zip(claim)?;
        if let Offered::Untaken(why) = &offered {
            self.learn(why, desk);
        }
        match (claim.await, offered) {
            (Ok(attempt), Offered::Welcome | Offered::Untaken(_)) if desk.stop.is_some() => {
                // Nobody is sent a message that would be one too many.
                desk.connection = None;
                let ended = Outcome::Broken { stage: Stage::Body, cause: transport::Cause::Unusable };
                self.settle(Claimed { made, attempt }, ended.into(), desk).await;
                None
            }
            (Ok(attempt), Offered::Welcome) => Some(Claimed { made, attempt }),
            (Ok(attempt), Offered::Ended(ended)) => {
                self.settle(Claimed { made, attempt }, ended, desk).await;
                None
            }
            // Not a byte of its message has left: it goes at once, under the same attempt.
            (Ok(attempt), Offered::Untaken(_)) => self.offer(Claimed { made, attempt }, desk).await,
            (Err(ending), offered) => {
                if offered == Offered::Welcome {
                    // The server waits for a message that it must not get.
                    desk.connection = None;
                }
                self.report(made.job, ending, desk).await;
                None
            }
        }
    }

    /// Claims a letter; the claim is queued when this is called.
    fn claim(&self, made: &Made) -> impl Future<Output = Result<AttemptId, Ending>> + use<'_, L> {
        let Made { job, composed } = made;
        let (at, domain) = (self.clock.now(), job.recipient.to.domain().to_owned());
        let claim: Claiming<'_> = match job.copy {
            Some(copy) => Box::pin(self.ledger.claim_copy(&self.lease, ClaimCopy { copy, at, domain })),
            None => Box::pin(self.ledger.claim(
                &self.lease,
                Claim {
                    delivery: job.due.id,
                    at,
                    domain,
                    weight: job.weight,
                    message_id: composed.message_id.clone(),
                    token: composed.token.to_string(),
                    subject: composed.subject.clone(),
                    copies: composed.envelope.copies.clone(),
                    to_file: (self.filing == Filing::Kept).then(|| composed.bytes.clone()),
                },
            )),
        };
        async move {
            match claim.await {
                Ok(ledger::Claimed::Yes(attempt)) => Ok(attempt),
                Ok(ledger::Claimed::No(state)) => Err(Ending::Withheld(state)),
                Ok(ledger::Claimed::Full(full)) => Err(Ending::Full(full)),
                Err(error) => Err(Ending::Ledger(error)),
            }
        }
    }

    /// Records how an attempt ended, and reports it.
    async fn settle<'a>(&'a self, letter: Claimed, ended: Attempt, desk: &mut Desk<'a>) {
        let Claimed { made: Made { mut job, composed }, attempt } = letter;
        tracing::debug!(
            to = job.recipient.to.masked(),
            outcome = mask_addresses(&ended.outcome.to_string()),
            "attempt"
        );
        let strain = strain(&ended.outcome).filter(|_| !is_of_a_copy_alone(&job, &ended.outcome));
        let verdict = match (&desk.stop, verdict(&ended.outcome)) {
            // What broke off because the run stops is the first of the next one, like the letter that stopped it.
            (Some(reason), Verdict::Deferred | Verdict::Slowed(_)) => Verdict::Stop(reason.clone()),
            (_, verdict) => verdict,
        };
        let ended = Ended { attempt, outcome: ended, verdict: &verdict };
        let refused = ended.outcome.refused_copies.clone();
        let mut settlement = settle(&job.due, ended, &self.retry, self.clock.now(), fastrand::f64());
        let state = settlement.state;
        if let Verdict::Stop(reason) = &verdict {
            desk.stop.get_or_insert_with(|| reason.clone());
        }
        let end = (state, settlement.at);
        settlement.copies = copies::ends(&composed.envelope, &refused, end, &self.retry, fastrand::f64());
        match state {
            DeliveryState::Accepted => settlement.reason = copies_in_words(&settlement.copies),
            DeliveryState::Failed => {
                settlement.reason = copies::left_behind(settlement.reason.take(), &composed.envelope);
            }
            _ => {}
        }
        job.copies_at = settlement.copies.iter().filter_map(|copy| copy.next_attempt_at).min();
        if job.copies_at.is_some() {
            settlement.kept = Some(KeptLetter { sender: composed.envelope.from, message: composed.bytes });
        }
        let looks_again = state == DeliveryState::Deferred || settlement.kept.is_some() || job.copy.is_some();
        let ending = Ending::Attempted {
            attempt,
            verdict,
            state,
            reply: settlement.reply.clone(),
            reason: settlement.reason.clone(),
            strain,
        };
        self.record(job.copy, settlement, desk);
        // What is to be tried again is looked for in the ledger: it must be there before anybody looks.
        let newest = match self.outcomes {
            Outcomes::Queued if !looks_again => NEWEST,
            _ => 0,
        };
        desk.wait_for_outcomes(newest).await;
        self.report(job, ending, desk).await;
    }

    /// Queues an outcome.
    fn record<'a>(&'a self, copy: Option<CopyId>, settlement: Settlement, desk: &mut Desk<'a>) {
        desk.settling.push_back(match copy {
            None => Box::pin(self.ledger.settle(&self.lease, settlement)),
            Some(copy) => Box::pin(self.ledger.settle_copy(&self.lease, copy, settlement)),
        });
    }

    async fn report(&self, job: Box<Job>, ending: Ending, desk: &mut Desk<'_>) {
        desk.is_alone |= desk.reports.send(Report { worker: self.number, job, ending }).await.is_err();
    }
}

/// Whether an outcome is an answer to the RCPT of a copy that goes by itself: that says nothing of the run.
fn is_of_a_copy_alone(job: &Job, outcome: &Outcome) -> bool {
    job.copy.is_some() && matches!(outcome, Outcome::Refused { stage: Stage::Rcpt, .. })
}
