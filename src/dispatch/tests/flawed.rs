//! A ledger with one part of the protocol taken out: what is explored must then fail, or it explores nothing.

use std::collections::{BTreeMap, HashSet};
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::clock::Clock;
use crate::ledger::memory::{ENDED_BEFORE_THE_REPLY, MemoryLedger};
use crate::ledger::{
    AsSent, AttemptId, Beside, Claim, ClaimCopy, Claimed, CopiesOf, CopyId, CopyLedger, DeliveryId, Due, DueCopy, Halt,
    Lease, Losses, Result, Ruling, RunLedger, Sent, ServerWays, Settlement, Wanted,
};
use crate::model::window::Windows;
use crate::model::{Addressee, CampaignId, DeliveryState, History, Reply, Round, Thread};

/// What is taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    /// A claim is granted at once, and written down with the outcome.
    NoIntent,
    /// Whoever has lost the lease may go on.
    NoLeaseCheck,
    /// And whoever claims a letter gets it, whatever has become of it since it was read.
    NoLeaseCheckAndNoSecondLook,
    /// Nobody knows whether the final dot had left: a connection that broke is a connection that broke.
    NoFlagAtTheDot,
    /// The outcome is written down before there is one.
    SettledBeforeTheReply,
    /// What a dead run left open is to be sent.
    OpenIsPlannedAgain,
    /// What a dead run left open is taken to be sent.
    OpenIsAccepted,
    /// An outcome is told and never written down.
    NoOutcome,
    /// A copy is claimed only once it has ended.
    NoIntentOfCopies,
    /// What became of the copies is not written down.
    NoCopies,
    /// Whoever is refused for good has failed at once.
    MarkedAtOnce,
    /// Nobody asks the log of sent letters.
    NoWitness,
    /// Letters are not reserved: whoever reads one may send it, whatever has become of it since.
    NoReservation,
    /// Whether a run is over is seen by the clock of the machine that looks.
    DeadlineByOwnClock,
    /// What a run that was closed had on the wire is to be sent.
    TakenOverIsPlannedAgain,
}

/// A ledger in memory, with or without a flaw.
#[derive(Clone)]
pub(super) struct Flawed {
    inner: MemoryLedger,
    flaw: Option<Flaw>,
    /// Claims that were granted and not written down.
    granted: Arc<Mutex<BTreeMap<DeliveryId, Claim>>>,
    granted_copies: Arc<Mutex<BTreeMap<CopyId, ClaimCopy>>>,
}

impl Flawed {
    pub(super) fn new(inner: MemoryLedger, flaw: Option<Flaw>) -> Self {
        Self { inner, flaw, granted: Arc::default(), granted_copies: Arc::default() }
    }

    fn granted(&self) -> MutexGuard<'_, BTreeMap<DeliveryId, Claim>> {
        self.granted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lease as it is shown to the ledger.
    fn shown(&self, lease: &Lease) -> Lease {
        let is_unchecked = matches!(self.flaw, Some(Flaw::NoLeaseCheck | Flaw::NoLeaseCheckAndNoSecondLook));
        let stolen = is_unchecked.then(|| self.inner.lease(&lease.campaign)).flatten();
        stolen.unwrap_or_else(|| lease.clone())
    }

    /// Takes every delivery that a dead run left open out of doubt.
    fn trust(&self, state: DeliveryState, at: Timestamp) {
        self.inner.meddle(|delivery| {
            let was_open = delivery.reason.as_deref() == Some(ENDED_BEFORE_THE_REPLY);
            if delivery.state == DeliveryState::InDoubt && was_open {
                delivery.state = state;
                delivery.next_attempt_at = (state == DeliveryState::Deferred).then_some(at);
                delivery.accepted_at = (state == DeliveryState::Accepted).then_some(at);
            }
        });
    }
}

impl RunLedger for Flawed {
    async fn take_lease(&self, campaign: &CampaignId, clock: &Clock) -> Result<(Lease, u64)> {
        if self.flaw == Some(Flaw::NoWitness) {
            self.inner.lose_witness();
        }
        let (taken, at) = (self.inner.take_lease(campaign, clock).await?, clock.now());
        match self.flaw {
            Some(Flaw::OpenIsPlannedAgain) => self.trust(DeliveryState::Deferred, at),
            Some(Flaw::OpenIsAccepted) => self.trust(DeliveryState::Accepted, at),
            _ => {}
        }
        Ok(taken)
    }

    fn claim(&self, lease: &Lease, claim: Claim) -> impl Future<Output = Result<Claimed>> + Send {
        if matches!(self.flaw, Some(Flaw::NoLeaseCheckAndNoSecondLook | Flaw::NoReservation)) {
            self.inner.meddle(|delivery| {
                if delivery.id == claim.delivery {
                    (delivery.state, delivery.next_attempt_at) = (DeliveryState::Planned, None);
                }
            });
        }
        // Queued when this is called, and not when the future is looked at.
        let (shown, unwritten) = (self.shown(lease), self.flaw == Some(Flaw::NoIntent));
        let queued = (!unwritten).then(|| self.inner.claim_under(shown.clone(), claim.clone()));
        async move {
            let Some(queued) = queued else {
                let attempt = AttemptId(claim.delivery.0);
                self.granted().insert(claim.delivery, claim);
                return Ok(Claimed::Yes(attempt));
            };
            let claimed = queued.await?;
            if let (Some(Flaw::SettledBeforeTheReply), Claimed::Yes(attempt)) = (self.flaw, &claimed) {
                let (delivery, attempt, at, state) = (claim.delivery, *attempt, claim.at, DeliveryState::Accepted);
                let (reply, reason, next_attempt_at, copies, kept) = (None, None, None, Vec::new(), None);
                let hoped = Settlement { delivery, attempt, at, state, reply, reason, next_attempt_at, copies, kept };
                self.inner.settle(&shown, hoped).await?;
            }
            Ok(claimed)
        }
    }

    fn settle(&self, lease: &Lease, mut settlement: Settlement) -> impl Future<Output = Result<()>> + Send {
        if self.flaw == Some(Flaw::NoFlagAtTheDot) && settlement.state == DeliveryState::InDoubt {
            settlement.state = DeliveryState::Deferred;
            settlement.next_attempt_at = Some(settlement.at);
        }
        if self.flaw == Some(Flaw::NoCopies) {
            (settlement.copies, settlement.kept) = (Vec::new(), None);
        }
        let is_refused = settlement.reply.as_ref().is_some_and(Reply::is_permanent);
        if self.flaw == Some(Flaw::MarkedAtOnce) && settlement.state == DeliveryState::Deferred && is_refused {
            settlement.state = DeliveryState::Failed;
        }
        let granted = self.granted().remove(&settlement.delivery);
        let lease = self.shown(lease);
        let is_bent = matches!(self.flaw, Some(Flaw::NoIntent | Flaw::SettledBeforeTheReply | Flaw::NoOutcome));
        let queued = (!is_bent).then(|| self.inner.settle_under(lease.clone(), settlement.clone()));
        async move {
            match queued {
                Some(queued) => return queued.await,
                None if matches!(self.flaw, Some(Flaw::SettledBeforeTheReply | Flaw::NoOutcome)) => return Ok(()),
                None => {}
            }
            if let Some(claim) = granted
                && let Claimed::Yes(attempt) = self.inner.claim(&lease, claim).await?
            {
                settlement.attempt = attempt;
            }
            self.inner.settle(&lease, settlement).await
        }
    }

    async fn rule(&self, lease: &Lease, ruling: Ruling) -> Result<DeliveryState> {
        self.inner.rule(&self.shown(lease), ruling).await
    }

    async fn release(&self, lease: &Lease, at: Timestamp) -> Result<()> {
        self.inner.release(lease, at).await
    }

    async fn renew(&self, lease: &Lease, at: Timestamp) -> Result<()> {
        if self.flaw == Some(Flaw::DeadlineByOwnClock) {
            self.inner.close_by(at);
        }
        self.inner.renew(&self.shown(lease), at).await?;
        if self.flaw == Some(Flaw::TakenOverIsPlannedAgain) {
            self.trust(DeliveryState::Deferred, at);
        }
        Ok(())
    }

    async fn limit(&self, lease: &Lease, account: &str, windows: Windows) -> Result<Sent> {
        self.inner.limit(lease, account, windows).await
    }

    async fn ways(&self, server: &str, now: Timestamp) -> Result<ServerWays> {
        self.inner.ways(server, now).await
    }

    async fn learn(&self, lease: &Lease, server: String, learned: ServerWays, at: Timestamp) -> Result<()> {
        self.inner.learn(&self.shown(lease), server, learned, at).await
    }

    fn is_shared(&self) -> bool {
        self.inner.is_shared()
    }

    async fn reserve(&self, lease: &Lease, wanted: Wanted) -> Result<Vec<Due>> {
        if self.flaw == Some(Flaw::NoReservation) {
            let Wanted { round, after, now, limit, .. } = wanted;
            return self.inner.due(&lease.campaign, round, after, now, limit).await;
        }
        self.inner.reserve(lease, wanted).await
    }

    async fn beside(&self, lease: &Lease, wanted: Wanted) -> Result<Beside> {
        self.inner.beside(lease, wanted).await
    }

    async fn due(
        &self,
        campaign: &CampaignId,
        round: Round,
        after: Option<u64>,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Due>> {
        self.inner.due(campaign, round, after, now, limit).await
    }

    async fn next_attempt_at(
        &self,
        campaign: &CampaignId,
        round: Round,
        only: &HashSet<String>,
    ) -> Result<Option<Timestamp>> {
        self.inner.next_attempt_at(campaign, round, only).await
    }

    async fn histories(&self, thread: &Thread, recipients: Vec<Addressee>) -> Result<Vec<History>> {
        self.inner.histories(thread, recipients).await
    }

    async fn suppressed(&self, addresses: Vec<String>) -> Result<Vec<String>> {
        self.inner.suppressed(addresses).await
    }

    async fn losses(&self, since: Timestamp) -> Result<Losses> {
        self.inner.losses(since).await
    }

    async fn halt(&self, campaign: &CampaignId) -> Result<Option<Halt>> {
        self.inner.halt(campaign).await
    }
}

impl CopyLedger for Flawed {
    async fn due_copies(&self, of: &CopiesOf, now: Timestamp, limit: usize) -> Result<Vec<DueCopy>> {
        self.inner.due_copies(of, now, limit).await
    }

    async fn next_copy_at(&self, of: &CopiesOf, now: Timestamp) -> Result<Option<Timestamp>> {
        self.inner.next_copy_at(of, now).await
    }

    async fn as_sent(&self, delivery: DeliveryId) -> Result<Option<AsSent>> {
        self.inner.as_sent(delivery).await
    }

    fn claim_copy(&self, lease: &Lease, claim: ClaimCopy) -> impl Future<Output = Result<Claimed>> + Send {
        let unwritten = self.flaw == Some(Flaw::NoIntentOfCopies);
        let queued = (!unwritten).then(|| self.inner.claim_copy_under(self.shown(lease), claim.clone()));
        async move {
            let Some(queued) = queued else {
                let attempt = AttemptId(claim.copy.0);
                self.granted_copies.lock().unwrap_or_else(PoisonError::into_inner).insert(claim.copy, claim);
                return Ok(Claimed::Yes(attempt));
            };
            queued.await
        }
    }

    fn settle_copy(
        &self,
        lease: &Lease,
        copy: CopyId,
        mut settlement: Settlement,
    ) -> impl Future<Output = Result<()>> + Send {
        let granted = self.granted_copies.lock().unwrap_or_else(PoisonError::into_inner).remove(&copy);
        let lease = self.shown(lease);
        let queued = granted.is_none().then(|| self.inner.settle_copy_under(lease.clone(), copy, settlement.clone()));
        async move {
            if let Some(queued) = queued {
                return queued.await;
            }
            if let Some(claim) = granted
                && let Claimed::Yes(attempt) = self.inner.claim_copy(&lease, claim).await?
            {
                settlement.attempt = attempt;
            }
            self.inner.settle_copy(&lease, copy, settlement).await
        }
    }
}
