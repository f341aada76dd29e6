//! A ledger with one part of the protocol taken out: what is explored must then fail, or it explores nothing.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::clock::Clock;
use crate::ledger::memory::{ENDED_BEFORE_THE_REPLY, MemoryLedger};
use crate::ledger::{
    AttemptId, Claim, Claimed, Delivery, DeliveryId, Due, Event, FrozenFile, Halt, Holder, Lease, Mark, Marked,
    PlannedRow, ReadLedger, Resolution, Result, Selection, Sent, SentWith, Settlement, Standing, Tally, Unbounced,
    Voice, WriteLedger,
};
use crate::model::window::Windows;
use crate::model::{
    Addressee, Answer, CampaignId, Columns, DeliveryState, History, RecipientId, Round, Suppression, Target, Thread,
    TokenKey,
};

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
}

/// A ledger in memory, with or without a flaw.
#[derive(Clone)]
pub(super) struct Flawed {
    inner: MemoryLedger,
    flaw: Option<Flaw>,
    /// Claims that were granted and not written down.
    granted: Arc<Mutex<BTreeMap<DeliveryId, Claim>>>,
}

impl Flawed {
    pub(super) fn new(inner: MemoryLedger, flaw: Option<Flaw>) -> Self {
        Self { inner, flaw, granted: Arc::default() }
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

impl WriteLedger for Flawed {
    async fn take_lease(&self, campaign: &CampaignId, clock: &Clock) -> Result<(Lease, u64)> {
        let (taken, at) = (self.inner.take_lease(campaign, clock).await?, clock.now());
        match self.flaw {
            Some(Flaw::OpenIsPlannedAgain) => self.trust(DeliveryState::Deferred, at),
            Some(Flaw::OpenIsAccepted) => self.trust(DeliveryState::Accepted, at),
            _ => {}
        }
        Ok(taken)
    }

    fn claim(&self, lease: &Lease, claim: Claim) -> impl Future<Output = Result<Claimed>> + Send {
        if self.flaw == Some(Flaw::NoLeaseCheckAndNoSecondLook) {
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
                let (reply, reason, next_attempt_at, refused_copies) = (None, None, None, Vec::new());
                let hoped = Settlement { delivery, attempt, at, state, reply, reason, next_attempt_at, refused_copies };
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

    async fn release(&self, lease: &Lease, at: Timestamp) -> Result<()> {
        self.inner.release(lease, at).await
    }

    async fn renew(&self, lease: &Lease, at: Timestamp) -> Result<()> {
        self.inner.renew(&self.shown(lease), at).await
    }

    async fn begin_plan(&self, lease: &Lease, round: Round, header: &Columns, at: Timestamp) -> Result<()> {
        self.inner.begin_plan(lease, round, header, at).await
    }

    async fn plan(&self, lease: &Lease, round: Round, rows: Vec<PlannedRow>) -> Result<()> {
        self.inner.plan(lease, round, rows).await
    }

    async fn finish_plan(&self, lease: &Lease, round: Round, at: Timestamp) -> Result<Tally> {
        self.inner.finish_plan(lease, round, at).await
    }

    async fn freeze(&self, lease: &Lease, round: Round, files: Vec<FrozenFile>, at: Timestamp) -> Result<()> {
        self.inner.freeze(lease, round, files, at).await
    }

    async fn limit(&self, lease: &Lease, account: &str, windows: Windows) -> Result<Sent> {
        self.inner.limit(lease, account, windows).await
    }

    async fn resolve(
        &self,
        campaign: &CampaignId,
        round: Round,
        recipient: &RecipientId,
        resolution: Resolution,
        person: &str,
        at: Timestamp,
    ) -> Result<()> {
        self.inner.resolve(campaign, round, recipient, resolution, person, at).await
    }

    async fn mark(&self, campaign: &CampaignId, recipient: &RecipientId, mark: Mark) -> Result<Marked> {
        self.inner.mark(campaign, recipient, mark).await
    }

    async fn unbounce(
        &self,
        campaign: &CampaignId,
        recipient: &RecipientId,
        person: &str,
        at: Timestamp,
    ) -> Result<Unbounced> {
        self.inner.unbounce(campaign, recipient, person, at).await
    }

    async fn suppress(
        &self,
        campaign: &CampaignId,
        suppression: Suppression,
        by: Voice,
        at: Timestamp,
    ) -> Result<Option<Suppression>> {
        self.inner.suppress(campaign, suppression, by, at).await
    }

    async fn stop(&self, campaign: &CampaignId, halt: Halt) -> Result<Option<Halt>> {
        self.inner.stop(campaign, halt).await
    }

    async fn resume(&self, campaign: &CampaignId, person: &str, at: Timestamp) -> Result<Option<Halt>> {
        self.inner.resume(campaign, person, at).await
    }

    async fn lift(
        &self,
        campaign: &CampaignId,
        target: Target,
        by: Voice,
        at: Timestamp,
    ) -> Result<Option<Suppression>> {
        self.inner.lift(campaign, target, by, at).await
    }
}

impl ReadLedger for Flawed {
    fn token_key(&self) -> Result<TokenKey> {
        self.inner.token_key()
    }

    fn columns(&self, campaign: &CampaignId, round: Round) -> Result<Option<Columns>> {
        self.inner.columns(campaign, round)
    }

    fn deliveries(
        &self,
        campaign: &CampaignId,
        selection: &Selection,
        each: &mut dyn FnMut(Delivery) -> Result<()>,
    ) -> Result<()> {
        self.inner.deliveries(campaign, selection, each)
    }

    fn rows(
        &self,
        campaign: &CampaignId,
        selection: &Selection,
        each: &mut dyn FnMut(Delivery, Option<Vec<String>>) -> Result<()>,
    ) -> Result<()> {
        self.inner.rows(campaign, selection, each)
    }

    fn standing(
        &self,
        campaign: &CampaignId,
        round: Round,
        recipient: &RecipientId,
        address: &str,
    ) -> Result<Option<Standing>> {
        self.inner.standing(campaign, round, recipient, address)
    }

    fn histories(&self, thread: &Thread, recipients: &[Addressee]) -> Result<Vec<History>> {
        self.inner.histories(thread, recipients)
    }

    fn tally(&self, campaign: &CampaignId, round: Round) -> Result<Tally> {
        self.inner.tally(campaign, round)
    }

    fn rounds(&self, campaign: &CampaignId) -> Result<Vec<Round>> {
        self.inner.rounds(campaign)
    }

    fn due(
        &self,
        campaign: &CampaignId,
        round: Round,
        after: Option<u64>,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Due>> {
        self.inner.due(campaign, round, after, now, limit)
    }

    fn next_attempt_at(&self, campaign: &CampaignId, round: Round) -> Result<Option<Timestamp>> {
        self.inner.next_attempt_at(campaign, round)
    }

    fn events(&self, campaign: &CampaignId, each: &mut dyn FnMut(Event) -> Result<()>) -> Result<()> {
        self.inner.events(campaign, each)
    }

    fn frozen(&self, campaign: &CampaignId, round: Round) -> Result<Vec<FrozenFile>> {
        self.inner.frozen(campaign, round)
    }

    fn sent_with(&self, campaign: &CampaignId, round: Round) -> Result<SentWith> {
        self.inner.sent_with(campaign, round)
    }

    fn answers(&self, campaign: &CampaignId, round: Round) -> Result<Vec<(Answer, u64)>> {
        self.inner.answers(campaign, round)
    }

    fn suppressions(&self) -> Result<Vec<Suppression>> {
        self.inner.suppressions()
    }

    fn suppressed(&self, addresses: Vec<String>) -> Result<Vec<String>> {
        self.inner.suppressed(addresses)
    }

    fn halt(&self, campaign: &CampaignId) -> Result<Option<Halt>> {
        self.inner.halt(campaign)
    }

    fn holder(&self, campaign: &CampaignId) -> Result<Option<Holder>> {
        self.inner.holder(campaign)
    }
}
