//! What a run needs of a ledger, from its lease to the last outcome.

use std::collections::HashSet;
use std::future::Future;

use jiff::Timestamp;

use super::{
    Beside, Claim, Claimed, CopyLedger, Due, Halt, Lease, Losses, Result, Ruling, Sent, ServerWays, Settlement, Wanted,
};
use crate::clock::Clock;
use crate::model::window::Windows;
use crate::model::{Addressee, CampaignId, DeliveryState, History, Round, Thread};

/// What a run does with a ledger while letters are on the wire: nothing of it blocks the thread that asks.
///
/// One writer commits whatever has gathered, so that durability costs one flush for many letters. Every function that
/// sends takes the [`Lease`] and fails with [`LedgerError::LeaseLost`](super::LedgerError::LeaseLost) where another run
/// has taken it. What is read is what is committed.
pub trait RunLedger: CopyLedger {
    /// Takes the lease of a campaign; what another run left open (`attempting`) is set to `in-doubt` in the same
    /// transaction.
    ///
    /// `clock` is the one that all times of this run are read from. Attempts count in the rolling windows by the time
    /// that has really passed, as far as that can be told, and not by what the wall clock said during another run. A
    /// deferral that another run made waits for as long as that run meant it to, whatever was done to the wall clock
    /// since.
    ///
    /// Gives the lease and how many deliveries became in doubt.
    ///
    /// Where runs share a campaign, this is one more, and what was left open is that of the runs that are over.
    ///
    /// # Errors
    /// [`LedgerError::Held`](super::LedgerError::Held) where another run has it.
    fn take_lease(&self, campaign: &CampaignId, clock: &Clock) -> impl Future<Output = Result<(Lease, u64)>> + Send;

    /// Prolongs the lease; a run does so every few seconds. It also looks after what other runs left open, as
    /// [`limit`](RunLedger::limit).
    fn renew(&self, lease: &Lease, at: Timestamp) -> impl Future<Output = Result<()>> + Send;

    /// Gives the lease back, once everything is durable.
    fn release(&self, lease: &Lease, at: Timestamp) -> impl Future<Output = Result<()>> + Send;

    /// Sets the rolling windows that claims are checked against, and the account they count for; gives what it sent
    /// before.
    ///
    /// What a run of another campaign left open when it died is set to `in-doubt` first: until then it would fill the
    /// windows.
    fn limit(&self, lease: &Lease, account: &str, windows: Windows) -> impl Future<Output = Result<Sent>> + Send;

    /// What is known of a server, by its name and port.
    fn ways(&self, server: &str, now: Timestamp) -> impl Future<Output = Result<ServerWays>> + Send;

    /// Remembers what was learned of a server, for the next runs.
    fn learn(
        &self,
        lease: &Lease,
        server: String,
        learned: ServerWays,
        at: Timestamp,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Whether several runs share a campaign here: each reserves what it sends, and takes over what the dead had.
    fn is_shared(&self) -> bool {
        false
    }

    /// The next deliveries of the current plan that may be sent, by place. Where runs share a campaign they are
    /// reserved for this one, for as long as it stands, and those of others are left out.
    fn reserve(&self, lease: &Lease, wanted: Wanted) -> impl Future<Output = Result<Vec<Due>>> + Send {
        self.due(&lease.campaign, wanted.round, wanted.after, wanted.now, wanted.limit)
    }

    /// What there is to be sent beside what is reserved for this run: nothing, where runs do not share.
    fn beside(&self, lease: &Lease, wanted: Wanted) -> impl Future<Output = Result<Beside>> + Send {
        let _ = (lease, wanted);
        std::future::ready(Ok(Beside::Nothing))
    }

    /// The next deliveries of the current plan that may be sent at `now`, by place, after `after`, `limit` at the most,
    /// whoever has them.
    fn due(
        &self,
        campaign: &CampaignId,
        round: Round,
        after: Option<u64>,
        now: Timestamp,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Due>>> + Send;

    /// When the next deferred delivery of the current plan is to be tried again: of those whose recipient's id or
    /// address (as [`EmailAddress::key`](crate::model::EmailAddress::key) gives it) is in `only`, or of all, where that
    /// is empty.
    fn next_attempt_at(
        &self,
        campaign: &CampaignId,
        round: Round,
        only: &HashSet<String>,
    ) -> impl Future<Output = Result<Option<Timestamp>>> + Send;

    /// What went to each of some recipients before, as [`ReadLedger::histories`](super::ReadLedger::histories).
    fn histories(
        &self,
        thread: &Thread,
        recipients: Vec<Addressee>,
    ) -> impl Future<Output = Result<Vec<History>>> + Send;

    /// Those of some addresses (as [`EmailAddress::key`](crate::model::EmailAddress::key) gives them) that must not be
    /// written to, as the ledger knows it.
    fn suppressed(&self, addresses: Vec<String>) -> impl Future<Output = Result<Vec<String>>> + Send;

    /// That a person stopped a campaign, where one did and it is not taken back.
    fn halt(&self, campaign: &CampaignId) -> impl Future<Output = Result<Option<Halt>>> + Send;

    /// When letters failed or bounced since a time, of all campaigns.
    fn losses(&self, since: Timestamp) -> impl Future<Output = Result<Losses>> + Send;

    /// Claims a delivery for one attempt; the claim is queued when this is called. When it gives `Yes`, the intent is
    /// durable.
    ///
    /// # Errors
    /// [`LedgerError::Halted`](super::LedgerError::Halted) where a person has stopped the campaign: nothing is
    /// recorded.
    fn claim(&self, lease: &Lease, claim: Claim) -> impl Future<Output = Result<Claimed>> + Send;

    /// Records how an attempt ended. The outcome is queued when this is called, and durable when the future resolves.
    fn settle(&self, lease: &Lease, settlement: Settlement) -> impl Future<Output = Result<()>> + Send;

    /// Says what becomes of a delivery that was deferred since nobody knew whether its recipient was meant, and gives
    /// the state in which it is now: another one where anything has become of it meanwhile.
    fn rule(&self, lease: &Lease, ruling: Ruling) -> impl Future<Output = Result<DeliveryState>> + Send;
}
