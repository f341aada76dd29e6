//! A ledger in memory, for tests: the rules of the protocol in their plainest form, and a disk that one can look at between any two
//! commits.
//!
//! It knows plans, leases, claims with their windows, settlements, resolutions, answers, suppressions and mail. What no run of a test needs
//! is left out: events and snapshots. A test has it and the SQLite ledger do the same random things, and compares every answer.

mod answer;
mod attempts;
mod disk;
mod history;
mod lease;
mod mail;
mod plan;
mod read;
mod record;

use std::future::Future;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::{Notify, oneshot};

pub(crate) use self::disk::Disk;
pub(crate) use self::lease::ENDED_BEFORE_THE_REPLY;
use self::record::Process;
use super::{
    Claim, Claimed, Counted, Delivery, Due, Event, FrozenFile, Halt, Holder, Lease, LedgerError, MailLedger, Mailed,
    Mark, Marked, PlannedRow, ReadLedger, Resolution, Result, Selection, Sent, SentWith, Settlement, Standing, Tally,
    Uids, Unbounced, Voice, WriteLedger,
};
use crate::clock::Clock;
use crate::model::window::Windows;
use crate::model::{
    Addressee, Answer as Said, CampaignId, Columns, History, RecipientId, Round, SentLetter, Suppression, Target,
    Thread, TokenKey,
};

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

    /// Queues a command, now; the future resolves once it is committed, or refused.
    fn ask<T, C>(&self, command: C) -> impl Future<Output = Result<T>> + Send + use<T, C>
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

impl ReadLedger for MemoryLedger {
    fn token_key(&self) -> Result<TokenKey> {
        Ok(TokenKey::new([7; 32]))
    }

    fn columns(&self, campaign: &CampaignId, round: Round) -> Result<Option<Columns>> {
        Ok(lock(&self.disk).columns(campaign, round))
    }

    fn deliveries(
        &self,
        campaign: &CampaignId,
        selection: &Selection,
        each: &mut dyn FnMut(Delivery) -> Result<()>,
    ) -> Result<()> {
        self.rows(campaign, selection, &mut |delivery, _| each(delivery))
    }

    fn rows(
        &self,
        campaign: &CampaignId,
        selection: &Selection,
        each: &mut dyn FnMut(Delivery, Option<Vec<String>>) -> Result<()>,
    ) -> Result<()> {
        let found = lock(&self.disk).rows(campaign, selection);
        found.into_iter().try_for_each(|(delivery, cells)| each(delivery, cells))
    }

    fn standing(
        &self,
        campaign: &CampaignId,
        round: Round,
        recipient: &RecipientId,
        address: &str,
    ) -> Result<Option<Standing>> {
        Ok(lock(&self.disk).standing(campaign, round, recipient, address))
    }

    fn histories(&self, thread: &Thread, recipients: &[Addressee]) -> Result<Vec<History>> {
        let disk = lock(&self.disk);
        Ok(recipients.iter().map(|to| disk.history(thread, to)).collect())
    }

    fn tally(&self, campaign: &CampaignId, round: Round) -> Result<Tally> {
        Ok(lock(&self.disk).tally(campaign, round))
    }

    fn rounds(&self, campaign: &CampaignId) -> Result<Vec<Round>> {
        Ok(lock(&self.disk).rounds(campaign))
    }

    fn due(
        &self,
        campaign: &CampaignId,
        round: Round,
        after: Option<u64>,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Due>> {
        Ok(lock(&self.disk).due(campaign, round, after, now, limit))
    }

    fn next_attempt_at(&self, campaign: &CampaignId, round: Round) -> Result<Option<Timestamp>> {
        Ok(lock(&self.disk).next_attempt_at(campaign, round))
    }

    fn events(&self, _campaign: &CampaignId, _each: &mut dyn FnMut(Event) -> Result<()>) -> Result<()> {
        Ok(())
    }

    fn frozen(&self, _campaign: &CampaignId, _round: Round) -> Result<Vec<FrozenFile>> {
        Ok(Vec::new())
    }

    fn sent_with(&self, _campaign: &CampaignId, _round: Round) -> Result<SentWith> {
        Ok(SentWith::default())
    }

    fn answers(&self, campaign: &CampaignId, round: Round) -> Result<Vec<(Said, u64)>> {
        Ok(lock(&self.disk).answers(campaign, round))
    }

    fn suppressions(&self) -> Result<Vec<Suppression>> {
        Ok(lock(&self.disk).suppressions())
    }

    fn suppressed(&self, mut addresses: Vec<String>) -> Result<Vec<String>> {
        let disk = lock(&self.disk);
        addresses.retain(|address| disk.refusal(Said::None, address).is_some());
        Ok(addresses)
    }

    fn halt(&self, campaign: &CampaignId) -> Result<Option<Halt>> {
        Ok(lock(&self.disk).halts.get(campaign).cloned())
    }

    fn holder(&self, campaign: &CampaignId) -> Result<Option<Holder>> {
        Ok(lock(&self.disk).holder(&self.process, campaign))
    }
}

impl WriteLedger for MemoryLedger {
    fn take_lease(&self, campaign: &CampaignId, clock: &Clock) -> impl Future<Output = Result<(Lease, u64)>> + Send {
        let (process, campaign, at) = (self.process.clone(), campaign.clone(), clock.now());
        self.ask(move |disk| disk.take_lease(&process, &campaign, at))
    }

    fn release(&self, lease: &Lease, at: Timestamp) -> impl Future<Output = Result<()>> + Send {
        let (process, lease) = (self.process.clone(), lease.clone());
        self.ask(move |disk| disk.release(&process, &lease, at))
    }

    fn renew(&self, lease: &Lease, at: Timestamp) -> impl Future<Output = Result<()>> + Send {
        let lease = lease.clone();
        self.ask(move |disk| disk.renew(&lease, at))
    }

    fn begin_plan(
        &self,
        lease: &Lease,
        round: Round,
        header: &Columns,
        _at: Timestamp,
    ) -> impl Future<Output = Result<()>> + Send {
        let (lease, header) = (lease.clone(), header.clone());
        self.ask(move |disk| disk.begin_plan(&lease, round, header))
    }

    fn plan(&self, lease: &Lease, round: Round, rows: Vec<PlannedRow>) -> impl Future<Output = Result<()>> + Send {
        let lease = lease.clone();
        self.ask(move |disk| disk.add_rows(&lease, round, rows))
    }

    fn finish_plan(&self, lease: &Lease, round: Round, _at: Timestamp) -> impl Future<Output = Result<Tally>> + Send {
        let lease = lease.clone();
        self.ask(move |disk| disk.finish_plan(&lease, round))
    }

    fn freeze(
        &self,
        lease: &Lease,
        _round: Round,
        _files: Vec<FrozenFile>,
        _at: Timestamp,
    ) -> impl Future<Output = Result<()>> + Send {
        let lease = lease.clone();
        self.ask(move |disk| disk.check(&lease))
    }

    fn limit(&self, lease: &Lease, account: &str, windows: Windows) -> impl Future<Output = Result<Sent>> + Send {
        let (lease, account) = (lease.clone(), account.to_owned());
        self.ask(move |disk| disk.limit(&lease, &account, &windows))
    }

    fn claim(&self, lease: &Lease, claim: Claim) -> impl Future<Output = Result<Claimed>> + Send {
        self.claim_under(lease.clone(), claim)
    }

    fn settle(&self, lease: &Lease, settlement: Settlement) -> impl Future<Output = Result<()>> + Send {
        self.settle_under(lease.clone(), settlement)
    }

    fn resolve(
        &self,
        campaign: &CampaignId,
        round: Round,
        recipient: &RecipientId,
        resolution: Resolution,
        _person: &str,
        at: Timestamp,
    ) -> impl Future<Output = Result<()>> + Send {
        let (process, campaign, recipient) = (self.process.clone(), campaign.clone(), recipient.clone());
        self.ask(move |disk| disk.resolve(&process, &campaign, round, &recipient, resolution, at))
    }

    fn mark(
        &self,
        campaign: &CampaignId,
        recipient: &RecipientId,
        mark: Mark,
    ) -> impl Future<Output = Result<Marked>> + Send {
        let (campaign, recipient) = (campaign.clone(), recipient.clone());
        self.ask(move |disk| disk.mark(&campaign, &recipient, &mark))
    }

    fn unbounce(
        &self,
        campaign: &CampaignId,
        recipient: &RecipientId,
        _person: &str,
        _at: Timestamp,
    ) -> impl Future<Output = Result<Unbounced>> + Send {
        let (campaign, recipient) = (campaign.clone(), recipient.clone());
        self.ask(move |disk| Ok(disk.unbounce(&campaign, &recipient)))
    }

    fn suppress(
        &self,
        _campaign: &CampaignId,
        suppression: Suppression,
        by: Voice,
        _at: Timestamp,
    ) -> impl Future<Output = Result<Option<Suppression>>> + Send {
        self.ask(move |disk| Ok(disk.suppress(suppression, &by)))
    }

    fn stop(&self, campaign: &CampaignId, halt: Halt) -> impl Future<Output = Result<Option<Halt>>> + Send {
        let campaign = campaign.clone();
        self.ask(move |disk| Ok(disk.stop(campaign, halt)))
    }

    fn resume(
        &self,
        campaign: &CampaignId,
        _person: &str,
        _at: Timestamp,
    ) -> impl Future<Output = Result<Option<Halt>>> + Send {
        let campaign = campaign.clone();
        self.ask(move |disk| Ok(disk.halts.remove(&campaign)))
    }

    fn lift(
        &self,
        _campaign: &CampaignId,
        target: Target,
        _by: Voice,
        _at: Timestamp,
    ) -> impl Future<Output = Result<Option<Suppression>>> + Send {
        self.ask(move |disk| Ok(disk.lift(&target)))
    }
}

impl MailLedger for MemoryLedger {
    fn letters(&self, each: &mut dyn FnMut(SentLetter) -> Result<()>) -> Result<()> {
        let letters = lock(&self.disk).letters();
        letters.into_iter().try_for_each(each)
    }

    fn has_counted(&self, fingerprint: &str) -> Result<bool> {
        Ok(lock(&self.disk).has_counted(fingerprint))
    }

    fn uids(&self, mailbox: &str) -> Result<Option<Uids>> {
        Ok(lock(&self.disk).mailboxes.get(mailbox).cloned())
    }

    fn unmatched(&self, each: &mut dyn FnMut(Mailed) -> Result<()>) -> Result<()> {
        let mails = lock(&self.disk).unmatched();
        mails.into_iter().try_for_each(each)
    }

    fn count(&self, mail: Mailed) -> impl Future<Output = Result<Counted>> + Send {
        self.ask(move |disk| disk.count(mail))
    }

    fn inbox_read_at(&self, campaign: &CampaignId) -> Result<Option<Timestamp>> {
        Ok(lock(&self.disk).inboxes.get(campaign).copied())
    }

    fn inbox_was_read(&self, campaign: &CampaignId, at: Timestamp) -> impl Future<Output = Result<()>> + Send {
        let campaign = campaign.clone();
        self.ask(move |disk| {
            disk.inbox_was_read(campaign, at);
            Ok(())
        })
    }

    fn remember(&self, uids: Uids) -> impl Future<Output = Result<()>> + Send {
        self.ask(move |disk| {
            disk.remember(uids);
            Ok(())
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
