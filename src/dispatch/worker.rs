//! One connection: takes a letter at a time, claims it, hands it over, settles it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::retry::settle;
use super::{LetterError, LetterMaker, Stop};
use crate::clock::Clock;
use crate::config::Retry;
use crate::ledger::{self, Claim, Claimed, Due, Lease, LedgerError, WriteLedger};
use crate::model::window::Full;
use crate::model::{DeliveryState, Recipient, Reply, mask_addresses};
use crate::transport::{Connection, OpenError, Server, StopReason, Strain, Verdict, strain, verdict};

/// How many letters go over one connection before it is opened anew: some servers close one after a hundred.
const LETTERS_PER_CONNECTION: u32 = 100;
/// A connection that was idle for longer is opened anew: what stands between may have forgotten it without a word.
const LONGEST_IDLE: Duration = Duration::from_mins(1);

/// A letter on its way through a worker.
#[derive(Debug)]
pub(super) struct Job {
    pub due: Due,
    pub recipient: Recipient,
    /// For how many it counts in the rolling windows.
    pub weight: u32,
}

/// What a worker tells the coordinator. After each report it is ready for the next letter.
#[derive(Debug)]
pub(super) struct Report {
    pub worker: usize,
    pub job: Box<Job>,
    pub ending: Ending,
}

/// What became of a job.
#[derive(Debug)]
pub(super) enum Ending {
    /// It was attempted.
    Attempted {
        state: DeliveryState,
        reply: Option<Reply>,
        reason: Option<String>,
        strain: Option<Strain>,
        stop: Option<StopReason>,
    },
    /// The ledger did not let it go: its state changed meanwhile.
    Withheld(DeliveryState),
    /// A rolling window is full, by what other runs sent.
    Full(Full),
    /// The run was told to stop before it was claimed.
    Returned,
    /// No connection could be opened; nothing was claimed.
    NoConnection(OpenError),
    /// Larger than the server takes; nothing was claimed.
    TooLarge { size: u64 },
    /// It could not be made; nothing was claimed.
    Unmade(LetterError),
    /// The ledger failed.
    Ledger(LedgerError),
}

/// What a worker works with.
pub(super) struct Worker<L> {
    pub number: usize,
    pub ledger: L,
    pub lease: Lease,
    pub letters: Arc<LetterMaker>,
    pub server: Arc<Server>,
    pub retry: Retry,
    pub largest: u64,
    pub clock: Clock,
    pub stop: Stop,
}

/// A connection that stands idle.
struct Idle {
    connection: Connection,
    since: Instant,
}

impl Idle {
    fn now(connection: Connection) -> Self {
        Self { connection, since: Instant::now() }
    }
}

/// An outcome that is queued and not known to be durable yet.
type Settling<'a> = Pin<Box<dyn Future<Output = ledger::Result<()>> + Send + 'a>>;

impl<L: WriteLedger + Send + Sync> Worker<L> {
    /// Works until there are no more jobs, then makes sure that everything is settled and says goodbye to the server.
    pub(super) async fn work(
        self,
        mut jobs: mpsc::Receiver<Box<Job>>,
        reports: mpsc::Sender<Report>,
    ) -> ledger::Result<()> {
        let mut connection = None;
        let mut settling: Option<Settling<'_>> = None;
        let mut settled = Ok(());
        loop {
            let job = tokio::select! {
                ended = finish(&mut settling), if settling.is_some() => {
                    settled = settled.and(ended);
                    continue;
                }
                job = jobs.recv() => job,
            };
            let Some(job) = job else { break };
            let (ending, queued) = match std::mem::replace(&mut settled, Ok(())) {
                Ok(()) => self.take(&job, &mut connection).await,
                Err(error) => (Ending::Ledger(error), None),
            };
            // The ledger answers in order: once a later claim has returned, the earlier outcome is durable.
            settled = finish(&mut settling).await;
            settling = queued;
            // What is to be tried again is looked for in the ledger: it must be there before anybody looks.
            if matches!(ending, Ending::Attempted { state: DeliveryState::Deferred, .. }) {
                settled = settled.and(finish(&mut settling).await);
            }
            if reports.send(Report { worker: self.number, job, ending }).await.is_err() {
                break;
            }
        }
        settled = settled.and(finish(&mut settling).await);
        if let Some(standing) = connection {
            standing.connection.close().await;
        }
        settled
    }

    async fn take<'a>(&'a self, job: &Job, connection: &mut Option<Idle>) -> (Ending, Option<Settling<'a>>) {
        if self.stop.is_told() {
            return (Ending::Returned, None);
        }
        let composed = match self.letters.make(&job.due.recipient, &job.recipient, self.clock.now()) {
            Ok(composed) => composed,
            Err(error) => return (Ending::Unmade(error), None),
        };
        let mut ready = match self.ready(connection.take()).await {
            Ok(ready) => ready,
            Err(error) => return (Ending::NoConnection(error), None),
        };
        let largest = self.largest.max(composed.bytes.len() as u64);
        if !ready.capabilities().takes(largest) {
            let size = ready.capabilities().size.unwrap_or_default();
            *connection = Some(Idle::now(ready));
            return (Ending::TooLarge { size }, None);
        }
        if self.stop.is_told() {
            *connection = Some(Idle::now(ready));
            return (Ending::Returned, None);
        }
        let claim = Claim {
            delivery: job.due.id,
            at: self.clock.now(),
            domain: job.recipient.to.domain().to_owned(),
            weight: job.weight,
            message_id: composed.message_id.clone(),
            token: composed.token.to_string(),
        };
        let claimed = match self.ledger.claim(&self.lease, claim).await {
            Ok(Claimed::Yes(attempt)) => Ok(attempt),
            Ok(Claimed::No(state)) => Err(Ending::Withheld(state)),
            Ok(Claimed::Full(full)) => Err(Ending::Full(full)),
            Err(error) => Err(Ending::Ledger(error)),
        };
        let attempt = match claimed {
            Ok(attempt) => attempt,
            Err(ending) => {
                *connection = Some(Idle::now(ready));
                return (ending, None);
            }
        };
        let ended = ready.attempt(&composed.envelope, &composed.bytes).await;
        tracing::debug!(
            to = job.recipient.to.masked(),
            outcome = mask_addresses(&ended.outcome.to_string()),
            "attempt"
        );
        let strain = strain(&ended.outcome);
        let verdict = verdict(&ended.outcome);
        let settlement = settle(&job.due, attempt, ended, &verdict, &self.retry, self.clock.now(), fastrand::f64());
        let stop = if let Verdict::Stop(reason) = verdict { Some(reason) } else { None };
        let result = Ending::Attempted {
            state: settlement.state,
            reply: settlement.reply.clone(),
            reason: settlement.reason.clone(),
            strain,
            stop,
        };
        let settling = self.ledger.settle(&self.lease, settlement);
        *connection = Some(Idle::now(ready));
        (result, Some(Box::pin(settling)))
    }

    /// The connection that stands, or a new one.
    async fn ready(&self, connection: Option<Idle>) -> Result<Connection, OpenError> {
        match connection {
            Some(Idle { connection, since })
                if connection.is_usable()
                    && connection.sent() < LETTERS_PER_CONNECTION
                    && since.elapsed() < LONGEST_IDLE =>
            {
                return Ok(connection);
            }
            Some(worn) => worn.connection.close().await,
            None => {}
        }
        let opened = Connection::open(&self.server).await;
        match &opened {
            Ok(connection) => {
                tracing::debug!(connection = self.number, offers = ?connection.capabilities(), "connected");
            }
            Err(error) => tracing::debug!(connection = self.number, %error, "not connected"),
        }
        opened
    }
}

/// Waits for an outcome that is queued, where one is.
async fn finish(settling: &mut Option<Settling<'_>>) -> ledger::Result<()> {
    let result = match settling.as_mut() {
        Some(queued) => queued.await,
        None => Ok(()),
    };
    *settling = None;
    result
}
