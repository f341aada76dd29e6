//! One connection: takes a letter at a time, claims it, hands it over, settles it.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::desk::{Claimed, Desk, Made};
use super::job::{Ending, Job, Report};
use super::retry::{Ended, settle};
use super::{Drain, LetterError, LetterMaker};
use crate::clock::Clock;
use crate::config::{Outcomes, Retry};
use crate::ledger::{self, AttemptId, Claim, Lease, RunLedger, Settlement};
use crate::message::Composed;
use crate::model::{DeliveryState, EmailAddress, Recipient, mask_addresses};
use crate::plan;
use crate::transport::{
    self, Attempt, Connection, Offered, OpenError, Outcome, Server, Stage, Verdict, strain, verdict,
};

/// How many letters go over one connection before it is opened anew: some servers close one after a hundred.
const LETTERS_PER_CONNECTION: u32 = 100;
/// A connection that was idle for longer is opened anew: what stands between may have forgotten it without a word.
const LONGEST_IDLE: Duration = Duration::from_mins(1);

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
    pub retry: Retry,
    pub outcomes: Outcomes,
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

    /// Whether a letter can be offered together with the message of the one before it, over the connection that stands.
    fn may_look_ahead(&self, next: &Made, desk: &Desk<'_>) -> bool {
        let lasts = |connection: &Connection| connection.sent() + 1 < LETTERS_PER_CONNECTION;
        !self.drain.is_told()
            && desk.connection.as_ref().is_some_and(|connection| {
                connection.looks_ahead() && lasts(connection) && self.refused_for_size(next, connection).is_none()
            })
    }

    /// Makes a letter.
    async fn make(&self, mut job: Box<Job>, desk: &mut Desk<'_>) -> Option<Made> {
        if let Err(error) = self.leave_out_copies(&mut job.recipient).await {
            desk.failure.get_or_insert(error);
        }
        let ending = match desk.failure.take() {
            Some(error) => Ending::Ledger(error),
            None if desk.stop.is_some() || desk.is_cut_off || self.drain.is_told() => Ending::Returned,
            None => match self.merge(&job).await {
                Ok(composed) => return Some(Made { job, composed }),
                Err(error) => Ending::Unmade(error),
            },
        };
        self.report(job, ending, desk).await;
        None
    }

    /// Merges a letter, as it is now.
    async fn merge(&self, job: &Job) -> Result<Composed, LetterError> {
        let Job { due, recipient, history, .. } = job;
        self.letters.make_aside(due, recipient, history, self.clock.now()).await
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

    /// Offers a letter alone.
    async fn offer<'a>(&'a self, letter: Claimed, desk: &mut Desk<'a>) -> Option<Claimed> {
        let connection = match self.connect(desk).await {
            Ok(connection) => connection,
            Err(error) => {
                self.put_back(letter, error, desk).await;
                return None;
            }
        };
        match connection.offer(letter.made.letter()).await {
            Offered::Welcome => Some(letter),
            Offered::Ended(attempt) => {
                self.settle(letter, attempt, desk).await;
                None
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
            refused_copies: Vec::new(),
        };
        desk.settling.push_back(Box::pin(self.ledger.settle(&self.lease, settlement)));
        desk.wait_for_outcomes(0).await;
        self.report(job, Ending::NoConnection(error), desk).await;
    }

    /// Hands a letter over, claims and offers the next one with it, and gives that one back where the server waits for
    /// its message.
    async fn hand_over<'a>(&'a self, letter: Claimed, next: Option<Made>, desk: &mut Desk<'a>) -> Option<Claimed> {
        let Some(connection) = &mut desk.connection else { return None };
        let claim = next.as_ref().map(|next| self.claim(next));
        let (ended, offered) =
            connection.hand_over(letter.made.letter().message, next.as_ref().map(Made::letter)).await;
        self.settle(letter, ended, desk).await;
        let (made, claim) = next.zip(claim)?;
        match (claim.await, offered) {
            (Ok(attempt), Some(Offered::Welcome)) if desk.stop.is_some() => {
                // Nobody is sent a message that would be one too many.
                desk.connection = None;
                let ended = Outcome::Broken { stage: Stage::Body, cause: transport::Cause::Unusable };
                self.settle(Claimed { made, attempt }, ended.into(), desk).await;
                None
            }
            (Ok(attempt), Some(Offered::Welcome)) => Some(Claimed { made, attempt }),
            (Ok(attempt), Some(Offered::Ended(ended))) => {
                self.settle(Claimed { made, attempt }, ended, desk).await;
                None
            }
            (Ok(attempt), None) => self.offer(Claimed { made, attempt }, desk).await,
            (Err(ending), offered) => {
                if offered == Some(Offered::Welcome) {
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
        let claim = self.ledger.claim(
            &self.lease,
            Claim {
                delivery: job.due.id,
                at: self.clock.now(),
                domain: job.recipient.to.domain().to_owned(),
                weight: job.weight,
                message_id: composed.message_id.clone(),
                token: composed.token.to_string(),
                subject: composed.subject.clone(),
            },
        );
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
        let Claimed { made: Made { job, .. }, attempt } = letter;
        tracing::debug!(
            to = job.recipient.to.masked(),
            outcome = mask_addresses(&ended.outcome.to_string()),
            "attempt"
        );
        let strain = strain(&ended.outcome);
        let verdict = match (&desk.stop, verdict(&ended.outcome)) {
            // What broke off because the run stops is the first of the next one, like the letter that stopped it.
            (Some(reason), Verdict::Deferred | Verdict::Slowed(_)) => Verdict::Stop(reason.clone()),
            (_, verdict) => verdict,
        };
        let ended = Ended { attempt, outcome: ended, verdict: &verdict };
        let settlement = settle(&job.due, ended, &self.retry, self.clock.now(), fastrand::f64());
        let state = settlement.state;
        if let Verdict::Stop(reason) = &verdict {
            desk.stop.get_or_insert_with(|| reason.clone());
        }
        let ending = Ending::Attempted {
            attempt,
            verdict,
            state,
            reply: settlement.reply.clone(),
            reason: settlement.reason.clone(),
            strain,
        };
        desk.settling.push_back(Box::pin(self.ledger.settle(&self.lease, settlement)));
        // What is to be tried again is looked for in the ledger: it must be there before anybody looks.
        let newest = match self.outcomes {
            Outcomes::Queued if state != DeliveryState::Deferred => NEWEST,
            _ => 0,
        };
        desk.wait_for_outcomes(newest).await;
        self.report(job, ending, desk).await;
    }

    async fn report(&self, job: Box<Job>, ending: Ending, desk: &mut Desk<'_>) {
        desk.is_alone |= desk.reports.send(Report { worker: self.number, job, ending }).await.is_err();
    }

    /// What the server takes, where that is less than a letter or the largest of the run.
    fn refused_for_size(&self, made: &Made, connection: &Connection) -> Option<u64> {
        let offered = connection.capabilities();
        let largest = self.largest.max(made.composed.bytes.len() as u64);
        (!offered.takes(largest)).then(|| offered.size.unwrap_or_default())
    }

    /// The connection that stands, or a new one.
    async fn connect<'d>(&self, desk: &'d mut Desk<'_>) -> Result<&'d mut Connection, OpenError> {
        let fit = desk.connection.take_if(|connection| {
            connection.is_usable()
                && connection.sent() < LETTERS_PER_CONNECTION
                && desk.idle_since.elapsed() < LONGEST_IDLE
        });
        if let Some(connection) = fit {
            return Ok(desk.connection.insert(connection));
        }
        if let Some(worn) = desk.connection.take() {
            worn.close().await;
        }
        let opened = Connection::open(&self.server).await;
        match &opened {
            Ok(connection) => {
                tracing::debug!(connection = self.number, offers = ?connection.capabilities(), "connected");
            }
            Err(error) => tracing::debug!(connection = self.number, %error, "not connected"),
        }
        desk.idle_since = Instant::now();
        desk.is_cut_off = opened.is_err();
        Ok(desk.connection.insert(opened?))
    }
}
