//! The durable record of every delivery, attempt, report and answer.
//!
//! Two traits: [`ReadLedger`] and [`WriteLedger`]. What they promise is the protocol of the product:
//!
//! 1. a claim is durable before it returns, so an attempt is on disk before the first byte of its message leaves;
//! 2. a claim looks again at the state, the suppressions, the answer, whether the campaign is stopped, the lease and the rolling windows, in one
//!    transaction;
//! 3. an outcome is durable before its future resolves; a later claim never overtakes an earlier outcome;
//! 4. nothing here waits for the network.

mod answer;
mod attempt;
mod delivery;
mod error;
mod event;
mod frozen;
mod halt;
mod lease;
mod mail;
#[cfg(test)]
pub(crate) mod memory;
mod row;
mod sent;
pub mod sqlite;
mod tally;

use std::future::Future;

use jiff::Timestamp;

use crate::clock::Clock;
use crate::model::window::Windows;
use crate::model::{
    Addressee, Answer, CampaignId, Columns, History, RecipientId, Round, Suppression, Target, Thread, TokenKey,
};

pub use answer::{AddressChange, Hearing, Mark, Marked, Unbounced, Voice, Witness};
pub use attempt::{AttemptId, Claim, Claimed, Resolution, Settlement};
pub use delivery::{Delivery, DeliveryId, Selection, Standing};
pub use error::LedgerError;
pub use event::Event;
pub use frozen::{FrozenFile, SentWith};
pub use halt::Halt;
pub use lease::{Holder, Lease};
pub use mail::{Counted, MailLedger, Mailed, Mention, Outcome, Stop, Suggestion, Uids};
pub use row::{Due, PlannedRow};
pub use sent::{Ended, Sent, SentAttempt};
pub use tally::Tally;

/// What a ledger's functions return.
pub type Result<T> = std::result::Result<T, LedgerError>;

/// What can be read of a ledger. Reading never waits for a run that writes.
#[expect(clippy::missing_errors_doc, reason = "all functions fail alike: where the ledger cannot be read")]
pub trait ReadLedger {
    /// The secret that makes this ledger's tokens.
    fn token_key(&self) -> Result<TokenKey>;

    /// The header of the recipients list as it was planned last.
    fn columns(&self, campaign: &CampaignId, round: Round) -> Result<Option<Columns>>;

    /// Every selected delivery, by round and by place in the plan.
    fn deliveries(
        &self,
        campaign: &CampaignId,
        selection: &Selection,
        each: &mut dyn FnMut(Delivery) -> Result<()>,
    ) -> Result<()>;

    /// Every selected delivery as in [`deliveries`](ReadLedger::deliveries), with the cells of its row under the header of
    /// [`columns`](ReadLedger::columns); without cells where the row is no longer in the list.
    fn rows(
        &self,
        campaign: &CampaignId,
        selection: &Selection,
        each: &mut dyn FnMut(Delivery, Option<Vec<String>>) -> Result<()>,
    ) -> Result<()>;

    /// Where the delivery to a recipient stands, for planning; `None` where there is none. A letter that may have left for the same address (as
    /// [`EmailAddress::key`](crate::model::EmailAddress::key) gives it) under another id counts as this one: a list that got new ids does not write to anybody twice. It
    /// comes before a delivery under this id that is open, or that failed at another address.
    fn standing(
        &self,
        campaign: &CampaignId,
        round: Round,
        recipient: &RecipientId,
        address: &str,
    ) -> Result<Option<Standing>>;

    /// As [`standing`](ReadLedger::standing), of several recipients at once: id and address of each. The first of them has this place
    /// in the list, the others follow it; where the list is the one that was planned last, that is the shorter way.
    fn standings(
        &self,
        campaign: &CampaignId,
        round: Round,
        first_place: u64,
        recipients: &[(RecipientId, String)],
    ) -> Result<Vec<Option<Standing>>> {
        let _ = first_place;
        recipients.iter().map(|(id, address)| self.standing(campaign, round, id, address)).collect()
    }

    /// What went to each of some recipients before: in the earlier rounds, and to the same address in the campaign that this one continues.
    /// A letter that may have left for the address counts before one to another address of the same person.
    fn histories(&self, thread: &Thread, recipients: &[Addressee]) -> Result<Vec<History>>;

    /// How many deliveries of a round stand where.
    fn tally(&self, campaign: &CampaignId, round: Round) -> Result<Tally>;

    /// The rounds that have deliveries.
    fn rounds(&self, campaign: &CampaignId) -> Result<Vec<Round>>;

    /// The next deliveries of the current plan that may be sent at `now`, by place, after `after`, `limit` at the most.
    fn due(
        &self,
        campaign: &CampaignId,
        round: Round,
        after: Option<u64>,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Due>>;

    /// When the next deferred delivery of the current plan is to be tried again.
    fn next_attempt_at(&self, campaign: &CampaignId, round: Round) -> Result<Option<Timestamp>>;

    /// Everything that happened in a campaign, in its order.
    fn events(&self, campaign: &CampaignId, each: &mut dyn FnMut(Event) -> Result<()>) -> Result<()>;

    /// What a round is frozen to; empty before anything may have left.
    fn frozen(&self, campaign: &CampaignId, round: Round) -> Result<Vec<FrozenFile>>;

    /// What the letters of a round were made of: what [`MadeOf`](crate::model::MadeOf) names.
    fn sent_with(&self, campaign: &CampaignId, round: Round) -> Result<SentWith>;

    /// What came back to a round: how many answers of each kind, none left out but [`Answer::None`].
    fn answers(&self, campaign: &CampaignId, round: Round) -> Result<Vec<(Answer, u64)>>;

    /// Who must not be written to, as the ledger knows it.
    fn suppressions(&self) -> Result<Vec<Suppression>>;

    /// Those of some addresses (as [`EmailAddress::key`](crate::model::EmailAddress::key) gives them) that must not be written to, as the ledger knows it.
    fn suppressed(&self, addresses: Vec<String>) -> Result<Vec<String>>;

    /// That a person stopped a campaign, where one did and it is not taken back.
    fn halt(&self, campaign: &CampaignId) -> Result<Option<Halt>>;

    /// Who holds the campaign's lease, as far as the ledger knows.
    fn holder(&self, campaign: &CampaignId) -> Result<Option<Holder>>;
}

/// What can be written. One writer commits whatever has gathered, so that durability costs one flush for many letters.
///
/// Every function that sends takes the [`Lease`] and fails with [`LedgerError::LeaseLost`] where another run has taken it. What people
/// and mails say needs none: it is recorded while a run sends, and the next claim knows it.
pub trait WriteLedger {
    /// Takes the lease of a campaign; what another run left open (`attempting`) is set to `in-doubt` in the same transaction.
    ///
    /// `clock` is the one that all times of this run are read from. Attempts count in the rolling windows by the time that has really
    /// passed, as far as that can be told, and not by what the wall clock said during another run. A deferral that
    /// another run made waits for as long as that run meant it to, whatever was done to the wall clock since.
    ///
    /// Gives the lease and how many deliveries became in doubt.
    ///
    /// # Errors
    /// [`LedgerError::Held`] where another run has it.
    fn take_lease(&self, campaign: &CampaignId, clock: &Clock) -> impl Future<Output = Result<(Lease, u64)>> + Send;

    /// Gives the lease back, once everything is durable.
    fn release(&self, lease: &Lease, at: Timestamp) -> impl Future<Output = Result<()>> + Send;

    /// Prolongs the lease; a run does so every few seconds. It also looks after what other runs left open, as [`limit`](WriteLedger::limit).
    fn renew(&self, lease: &Lease, at: Timestamp) -> impl Future<Output = Result<()>> + Send;

    /// Begins a new plan for a round. Nothing changes for the deliveries until [`finish_plan`](WriteLedger::finish_plan).
    fn begin_plan(
        &self,
        lease: &Lease,
        round: Round,
        header: &Columns,
        at: Timestamp,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Adds rows, in the order in which they are to be sent.
    fn plan(&self, lease: &Lease, round: Round, rows: Vec<PlannedRow>) -> impl Future<Output = Result<()>> + Send;

    /// Makes the plan the current one. New rows become deliveries; those not sent yet take the row's new content, `planned` or
    /// `skipped`; what was attempted keeps its state, but for a failed one whose row has another address now: it is `deferred`, and due. Deliveries that are not in the plan any more are removed where nothing was
    /// attempted, and otherwise `skipped` where they were still open.
    fn finish_plan(&self, lease: &Lease, round: Round, at: Timestamp) -> impl Future<Output = Result<Tally>> + Send;

    /// Records what a round is sent with, in place of what was recorded before.
    fn freeze(
        &self,
        lease: &Lease,
        round: Round,
        files: Vec<FrozenFile>,
        at: Timestamp,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Sets the rolling windows that claims are checked against, and the account they count for; gives what it sent before.
    ///
    /// What a run of another campaign left open when it died is set to `in-doubt` first: until then it would fill the windows.
    fn limit(&self, lease: &Lease, account: &str, windows: Windows) -> impl Future<Output = Result<Sent>> + Send;

    /// Claims a delivery for one attempt. When it returns `Yes`, the intent is durable.
    ///
    /// # Errors
    /// [`LedgerError::Halted`] where a person has stopped the campaign: nothing is recorded.
    fn claim(&self, lease: &Lease, claim: Claim) -> impl Future<Output = Result<Claimed>> + Send;

    /// Records how an attempt ended. The outcome is queued when this is called, and durable when the future resolves.
    fn settle(&self, lease: &Lease, settlement: Settlement) -> impl Future<Output = Result<()>> + Send;

    /// Records what a person says of a delivery in doubt. Takes no lease: it holds the campaign's for its own time.
    fn resolve(
        &self,
        campaign: &CampaignId,
        round: Round,
        recipient: &RecipientId,
        resolution: Resolution,
        person: &str,
        at: Timestamp,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Records what somebody says of a recipient. It is written to the latest delivery that may have left, or to the latest of all where
    /// none has; a person's word to the one with an answer that stops follow-ups, where there is one. Whoever opts out is suppressed in all
    /// campaigns of the ledger; another answer by a person's word lifts that again.
    ///
    /// A person's word holds for the recipient: where it stops no follow-up, answers to the other letters that do are taken back, and nobody waits any
    /// more for a day of return.
    ///
    /// # Errors
    /// [`LedgerError::NoSuchDelivery`] where the recipient is not in the ledger.
    fn mark(
        &self,
        campaign: &CampaignId,
        recipient: &RecipientId,
        mark: Mark,
    ) -> impl Future<Output = Result<Marked>> + Send;

    /// Records that the letters to a recipient did not bounce, whatever a report said: they are what they were before, and no other report
    /// changes that. The address that was suppressed for it may be written to again, where no other letter to it bounced.
    fn unbounce(
        &self,
        campaign: &CampaignId,
        recipient: &RecipientId,
        person: &str,
        at: Timestamp,
    ) -> impl Future<Output = Result<Unbounced>> + Send;

    /// Suppresses an address or a domain in all campaigns of the ledger; `campaign` is the one whose event it is. Where it is suppressed
    /// already, a person's word replaces what stands, and a mail's changes nothing.
    ///
    /// Gives what stood before.
    fn suppress(
        &self,
        campaign: &CampaignId,
        suppression: Suppression,
        by: Voice,
        at: Timestamp,
    ) -> impl Future<Output = Result<Option<Suppression>>> + Send;

    /// Stops a campaign: from the next claim on nothing of it is sent, also by a run that is under way. Where it is stopped already, this word
    /// replaces that one.
    ///
    /// Gives what stood before.
    fn stop(&self, campaign: &CampaignId, halt: Halt) -> impl Future<Output = Result<Option<Halt>>> + Send;

    /// Lets a campaign that was stopped go on; gives how it was stopped, where it was.
    fn resume(
        &self,
        campaign: &CampaignId,
        person: &str,
        at: Timestamp,
    ) -> impl Future<Output = Result<Option<Halt>>> + Send;

    /// Takes a suppression out of the ledger; gives it, where it was there.
    fn lift(
        &self,
        campaign: &CampaignId,
        target: Target,
        by: Voice,
        at: Timestamp,
    ) -> impl Future<Output = Result<Option<Suppression>>> + Send;
}
