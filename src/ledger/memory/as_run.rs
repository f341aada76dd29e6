//! What a run asks of the ledger in memory: what it reads is there at once, so that what is explored goes the same way
//! each time.

use std::collections::HashSet;
use std::future::{Future, ready};

use jiff::Timestamp;

use super::super::{
    Claim, Claimed, Due, FrozenFile, Halt, Lease, Losses, PlannedRow, Result, Ruling, RunLedger, Sent, Settlement,
    StageLedger, Tally,
};
use super::{MemoryLedger, lock};
use crate::clock::Clock;
use crate::model::window::Windows;
use crate::model::{Addressee, CampaignId, Columns, DeliveryState, History, Round, Thread};

impl RunLedger for MemoryLedger {
    fn take_lease(&self, campaign: &CampaignId, clock: &Clock) -> impl Future<Output = Result<(Lease, u64)>> + Send {
        let (process, campaign, at) = (self.process.clone(), campaign.clone(), clock.now());
        self.ask(move |disk| disk.take_lease(&process, &campaign, at))
    }

    fn renew(&self, lease: &Lease, at: Timestamp) -> impl Future<Output = Result<()>> + Send {
        let lease = lease.clone();
        self.ask(move |disk| disk.renew(&lease, at))
    }

    fn release(&self, lease: &Lease, at: Timestamp) -> impl Future<Output = Result<()>> + Send {
        let (process, lease) = (self.process.clone(), lease.clone());
        self.ask(move |disk| disk.release(&process, &lease, at))
    }

    fn limit(&self, lease: &Lease, account: &str, windows: Windows) -> impl Future<Output = Result<Sent>> + Send {
        let (lease, account) = (lease.clone(), account.to_owned());
        self.ask(move |disk| disk.limit(&lease, &account, &windows))
    }

    fn due(
        &self,
        campaign: &CampaignId,
        round: Round,
        after: Option<u64>,
        now: Timestamp,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Due>>> + Send {
        ready(Ok(lock(&self.disk).due(campaign, round, after, now, limit)))
    }

    fn next_attempt_at(
        &self,
        campaign: &CampaignId,
        round: Round,
        only: &HashSet<String>,
    ) -> impl Future<Output = Result<Option<Timestamp>>> + Send {
        ready(Ok(lock(&self.disk).next_attempt_at(campaign, round, only)))
    }

    fn histories(
        &self,
        thread: &Thread,
        recipients: Vec<Addressee>,
    ) -> impl Future<Output = Result<Vec<History>>> + Send {
        let disk = lock(&self.disk);
        ready(Ok(recipients.iter().map(|to| disk.history(thread, to)).collect()))
    }

    fn suppressed(&self, mut addresses: Vec<String>) -> impl Future<Output = Result<Vec<String>>> + Send {
        let disk = lock(&self.disk);
        addresses.retain(|address| disk.suppression_of(address).is_some());
        ready(Ok(addresses))
    }

    fn halt(&self, campaign: &CampaignId) -> impl Future<Output = Result<Option<Halt>>> + Send {
        ready(Ok(lock(&self.disk).halts.get(campaign).cloned()))
    }

    /// It keeps no time of what a mail said.
    fn losses(&self, since: Timestamp) -> impl Future<Output = Result<Losses>> + Send {
        ready(Ok(lock(&self.disk).losses(since)))
    }

    fn claim(&self, lease: &Lease, claim: Claim) -> impl Future<Output = Result<Claimed>> + Send {
        self.claim_under(lease.clone(), claim)
    }

    fn settle(&self, lease: &Lease, settlement: Settlement) -> impl Future<Output = Result<()>> + Send {
        self.settle_under(lease.clone(), settlement)
    }

    fn rule(&self, lease: &Lease, ruling: Ruling) -> impl Future<Output = Result<DeliveryState>> + Send {
        let lease = lease.clone();
        self.ask(move |disk| disk.rule(&lease, &ruling))
    }
}

impl StageLedger for MemoryLedger {
    fn begin_plan(&self, lease: &Lease, round: Round, header: &Columns) -> impl Future<Output = Result<()>> + Send {
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
}
