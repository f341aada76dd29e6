//! What a run asks of the ledger in memory: what it reads is there at once, so that what is explored goes the same way
//! each time.

use std::collections::HashSet;
use std::future::{Future, ready};

use jiff::Timestamp;

use super::super::{
    AsSent, Beside, Claim, ClaimCopy, Claimed, CopiesOf, CopyId, CopyLedger, DeliveryId, Due, DueCopy, FrozenFile,
    Halt, Lease, Losses, PlannedRow, Result, Ruling, RunLedger, Sent, ServerWays, Settlement, StageLedger, Tally,
    Wanted,
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
        let (process, lease) = (self.process.clone(), lease.clone());
        self.ask(move |disk| disk.renew(&process, &lease, at))
    }

    fn release(&self, lease: &Lease, at: Timestamp) -> impl Future<Output = Result<()>> + Send {
        let (process, lease) = (self.process.clone(), lease.clone());
        self.ask(move |disk| disk.release(&process, &lease, at))
    }

    fn limit(&self, lease: &Lease, account: &str, windows: Windows) -> impl Future<Output = Result<Sent>> + Send {
        let (lease, account) = (lease.clone(), account.to_owned());
        self.ask(move |disk| disk.limit(&lease, &account, &windows))
    }

    fn ways(&self, server: &str, now: Timestamp) -> impl Future<Output = Result<ServerWays>> + Send {
        ready(Ok(lock(&self.disk).ways(server, now)))
    }

    fn learn(
        &self,
        lease: &Lease,
        server: String,
        learned: ServerWays,
        at: Timestamp,
    ) -> impl Future<Output = Result<()>> + Send {
        let lease = lease.clone();
        self.ask(move |disk| disk.learn(&lease, server, learned, at))
    }

    fn is_shared(&self) -> bool {
        lock(&self.disk).is_shared()
    }

    fn reserve(&self, lease: &Lease, wanted: Wanted) -> impl Future<Output = Result<Vec<Due>>> + Send {
        let mut disk = lock(&self.disk);
        let Wanted { round, after, now, limit, .. } = wanted;
        let due = if disk.is_shared() {
            disk.reserve(lease, &wanted)
        } else {
            disk.due(&lease.campaign, round, after, now, limit)
        };
        ready(Ok(due))
    }

    fn beside(&self, lease: &Lease, wanted: Wanted) -> impl Future<Output = Result<Beside>> + Send {
        ready(Ok(lock(&self.disk).beside(lease, &wanted)))
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

impl CopyLedger for MemoryLedger {
    fn due_copies(
        &self,
        of: &CopiesOf,
        now: Timestamp,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<DueCopy>>> + Send {
        ready(Ok(lock(&self.disk).due_copies(of, now, limit)))
    }

    fn next_copy_at(&self, of: &CopiesOf, now: Timestamp) -> impl Future<Output = Result<Option<Timestamp>>> + Send {
        ready(Ok(lock(&self.disk).next_copy_at(of, now)))
    }

    fn as_sent(&self, delivery: DeliveryId) -> impl Future<Output = Result<Option<AsSent>>> + Send {
        ready(Ok(lock(&self.disk).as_sent(delivery)))
    }

    fn claim_copy(&self, lease: &Lease, claim: ClaimCopy) -> impl Future<Output = Result<Claimed>> + Send {
        self.claim_copy_under(lease.clone(), claim)
    }

    fn settle_copy(
        &self,
        lease: &Lease,
        copy: CopyId,
        settlement: Settlement,
    ) -> impl Future<Output = Result<()>> + Send {
        self.settle_copy_under(lease.clone(), copy, settlement)
    }
}

impl StageLedger for MemoryLedger {
    fn begin_plan(&self, lease: &Lease, round: Round, header: &Columns) -> impl Future<Output = Result<()>> + Send {
        let (process, lease, header) = (self.process.clone(), lease.clone(), header.clone());
        self.ask(move |disk| disk.begin_plan(&process, &lease, round, header))
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
