//! A ledger in memory, for tests: the rules of the protocol in their plainest form, and a disk that one can look at
//! between any two commits.
//!
//! It knows plans, leases, claims with their windows, settlements, resolutions, answers, suppressions and mail. What no
//! run of a test needs is left out: events and snapshots. A test has it and the SQLite ledger do the same random
//! things, and compares every answer.

mod answer;
mod as_person;
mod as_reader;
mod as_run;
mod attempts;
mod belief;
mod browse;
mod copies;
mod disk;
mod dismiss;
mod history;
mod lease;
mod mail;
mod mailbox;
mod place;
mod plan;
mod read;
mod record;
mod shared;
mod unsaid;
mod witness;

use std::future::Future;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::{Notify, oneshot};

pub(crate) use self::copies::CopyShown;
pub(crate) use self::disk::Disk;
use self::record::Process;
pub(crate) use super::rules::ENDED_BEFORE_THE_REPLY;
use super::{Claim, ClaimCopy, Claimed, CopyId, Delivery, Lease, LedgerError, Result, Settlement};
use crate::model::CampaignId;

/// One process's way to a disk.
#[derive(Clone)]
pub(crate) struct MemoryLedger {
    disk: Arc<Mutex<Disk>>,
    process: Process,
    commits: Commits,
    queue: Arc<Mutex<Vec<Command>>>,
    asked: Arc<Notify>,
}

/// When what was asked is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Commits {
    /// As soon as it is asked.
    AtOnce,
    /// When somebody calls [`MemoryLedger::commit`]; until then, a crash loses it.
    WhenTold,
}

type Command = Box<dyn FnOnce(&mut Disk) -> Answer + Send>;

/// Tells whoever asked for a command what became of it.
pub(crate) type Answer = Box<dyn FnOnce() + Send>;

impl MemoryLedger {
    /// Opens a disk as a new process on a machine of that name.
    pub(crate) fn open(disk: &Arc<Mutex<Disk>>, host: &str, commits: Commits) -> Self {
        let process = lock(disk).start(host);
        Self { disk: Arc::clone(disk), process, commits, queue: Arc::default(), asked: Arc::default() }
    }

    /// Waits until something was asked that is not committed.
    pub(crate) async fn asked(&self) {
        while lock(&self.queue).is_empty() {
            self.asked.notified().await;
        }
    }

    /// Commits what was asked. The answers are to be given by the caller, once they may be.
    pub(crate) fn commit(&self) -> Vec<Answer> {
        let commands = mem::take(&mut *lock(&self.queue));
        let mut disk = lock(&self.disk);
        commands.into_iter().map(|command| command(&mut disk)).collect()
    }

    /// Ends the process as a kill does: what is not committed is lost, and its locks are free.
    pub(crate) fn die(&self) {
        lock(&self.queue).clear();
        lock(&self.disk).bury(&self.process);
    }

    /// The lease as the disk has it, whoever holds it.
    pub(crate) fn lease(&self, campaign: &CampaignId) -> Option<Lease> {
        lock(&self.disk).lease(campaign)
    }

    /// Loses the log of sent letters.
    pub(crate) fn lose_witness(&self) {
        lock(&self.disk).lose_witness();
    }

    /// Closes runs by another clock than the server's.
    pub(crate) fn close_by(&self, now: Timestamp) {
        lock(&self.disk).close_by(&self.process, now, now);
    }

    /// Changes deliveries past all rules.
    pub(crate) fn meddle(&self, change: impl FnMut(&mut Delivery)) {
        lock(&self.disk).meddle(change);
    }

    /// Claims under a lease that need not outlive the answer.
    pub(crate) fn claim_under(
        &self,
        lease: Lease,
        claim: Claim,
    ) -> impl Future<Output = Result<Claimed>> + Send + use<> {
        self.ask(move |disk| disk.claim(&lease, claim))
    }

    /// Settles under a lease that need not outlive the answer.
    pub(crate) fn settle_under(
        &self,
        lease: Lease,
        settlement: Settlement,
    ) -> impl Future<Output = Result<()>> + Send + use<> {
        self.ask(move |disk| disk.settle(&lease, settlement))
    }

    /// Claims a copy under a lease that need not outlive the answer.
    pub(crate) fn claim_copy_under(
        &self,
        lease: Lease,
        claim: ClaimCopy,
    ) -> impl Future<Output = Result<Claimed>> + Send + use<> {
        self.ask(move |disk| disk.claim_copy(&lease, claim))
    }

    /// Settles a copy under a lease that need not outlive the answer.
    pub(crate) fn settle_copy_under(
        &self,
        lease: Lease,
        copy: CopyId,
        settlement: Settlement,
    ) -> impl Future<Output = Result<()>> + Send + use<> {
        self.ask(move |disk| disk.settle_copy(&lease, copy, settlement))
    }

    /// Every copy: to whom its letter went, its address, where it stands, and why.
    pub(crate) fn all_copies(&self) -> Vec<CopyShown> {
        lock(&self.disk).all_copies()
    }

    /// Queues a command, now; the future resolves once it is committed, or refused.
    fn ask<T, C>(&self, command: C) -> impl Future<Output = Result<T>> + Send + use<T, C>
    where
        T: Send + 'static,
        C: FnOnce(&mut Disk) -> Result<T> + Send + 'static,
    {
        let process = self.process.clone();
        self.ask_anywhere(move |disk| disk.refuse_handed_over(&process).and_then(|()| command(disk)))
    }

    /// The same for what is carried out where the ledger was handed over from, too.
    fn ask_anywhere<T, C>(&self, command: C) -> impl Future<Output = Result<T>> + Send + use<T, C>
    where
        T: Send + 'static,
        C: FnOnce(&mut Disk) -> Result<T> + Send + 'static,
    {
        let (asker, answer) = oneshot::channel();
        let command = move |disk: &mut Disk| {
            let outcome = command(disk);
            let answer = move || {
                // Whoever asked may have gone.
                let _ = asker.send(outcome);
            };
            Box::new(answer) as Answer
        };
        lock(&self.queue).push(Box::new(command));
        match self.commits {
            Commits::AtOnce => self.commit().into_iter().for_each(|answer| answer()),
            Commits::WhenTold => self.asked.notify_one(),
        }
        async move { answer.await.unwrap_or_else(|_| Err(LedgerError::Stopped("it is dead".to_owned()))) }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
