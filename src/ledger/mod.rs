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
mod error;
mod halt;
mod mail;
#[cfg(test)]
pub(crate) mod memory;
mod sent;
pub mod sqlite;
mod tally;

use std::future::Future;

use jiff::Timestamp;

use crate::clock::Clock;
use crate::model::window::Windows;
use crate::model::{
    Addressee, Answer, CampaignId, Columns, DeliveryState, EmailAddress, History, MessageId, RecipientId, Reply, Round,
    SnapshotId, Suppression, Target, Thread, TokenKey,
};

pub use answer::{AddressChange, Hearing, Mark, Marked, Unbounced, Voice, Witness};
pub use error::LedgerError;
pub use halt::Halt;
pub use mail::{Counted, MailLedger, Mailed, Mention, Outcome, SentLetter, Stop, Suggestion, Uids};
pub use sent::{Ended, Sent, SentAttempt};
pub use tally::Tally;

/// What a ledger's functions return.
pub type Result<T> = std::result::Result<T, LedgerError>;

/// The key of a delivery within a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryId(pub i64);

/// The key of an attempt within a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttemptId(pub i64);

/// One recipient in one round, as the ledger holds it: a row of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its key.
    pub id: DeliveryId,
    /// The round.
    pub round: Round,
    /// The recipient's id.
    pub recipient: RecipientId,
    /// The address the letter is addressed to, readable.
    pub email: String,
    /// The recipient's name, or nothing.
    pub name: String,
    /// The recipient's organisation, or nothing.
    pub organisation: String,
    /// Where it stands.
    pub state: DeliveryState,
    /// Why it stands there, where that needs words: `suppressed: asked by phone`, `duplicate of line 3`, `given up after 4 days`.
    pub reason: Option<String>,
    /// How often it was attempted.
    pub attempts: u32,
    /// When it was first attempted.
    pub first_attempt_at: Option<Timestamp>,
    /// When it was last attempted.
    pub last_attempt_at: Option<Timestamp>,
    /// When the server took it.
    pub accepted_at: Option<Timestamp>,
    /// The server's last reply that concerned it.
    pub reply: Option<Reply>,
    /// Its Message-ID, from the first attempt on.
    pub message_id: Option<MessageId>,
    /// What came back.
    pub answer: Answer,
    /// When it came.
    pub answered_at: Option<Timestamp>,
    /// When a deferred one is tried again.
    pub next_attempt_at: Option<Timestamp>,
    /// A person's note.
    pub note: Option<String>,
}

/// A row of the plan, on its way into the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedRow {
    /// The recipient's id; for a duplicate whose id is taken, one made of the id and the line.
    pub recipient: RecipientId,
    /// The address the letter is addressed to.
    pub email: EmailAddress,
    /// The recipient's name, or nothing.
    pub name: String,
    /// The recipient's organisation, or nothing.
    pub organisation: String,
    /// `None` to send it, or why it is skipped.
    pub skip: Option<String>,
    /// The line in the list.
    pub line: u64,
    /// The cells of the row, under the header given to [`WriteLedger::begin_plan`].
    pub cells: Vec<String>,
    /// The keys of Cc and Bcc addresses that are left out of this letter, since they must not be written to or get their own.
    pub left_out: Vec<String>,
}

/// A delivery that may be sent now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Its key.
    pub id: DeliveryId,
    /// The recipient's id.
    pub recipient: RecipientId,
    /// Its place in the plan: deliveries are sent in this order.
    pub place: u64,
    /// The line in the list.
    pub line: u64,
    /// The cells of the row.
    pub cells: Vec<String>,
    /// As in [`PlannedRow::left_out`].
    pub left_out: Vec<String>,
    /// How often it was attempted before.
    pub attempts: u32,
    /// When it was first attempted.
    pub first_attempt_at: Option<Timestamp>,
    /// When it was last attempted.
    pub last_attempt_at: Option<Timestamp>,
}

/// Which deliveries to read.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Of one round alone.
    pub round: Option<Round>,
    /// In one of these states; empty for all.
    pub states: Vec<DeliveryState>,
    /// Of one recipient alone, by id or address (as [`EmailAddress::key`] gives it).
    pub recipient: Option<String>,
}

/// Where a delivery stands, as planning needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its state.
    pub state: DeliveryState,
    /// What came back.
    pub answer: Answer,
    /// The address it is for, as [`EmailAddress::key`] gives it.
    pub address: String,
}

/// A file whose content a round was sent with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrozenFile {
    /// As the campaign names it, or a name in brackets for what is no file.
    pub path: String,
    /// The SHA-256 of its content, in hexadecimal.
    pub sha256: String,
    /// The content, kept so that one can show later what was sent; shared between rounds and campaigns by its hash.
    pub content: Vec<u8>,
}

/// What the letters of a round were made of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SentWith {
    /// The states of its files that letters were sent with, the oldest first; more than one where somebody accepted changes.
    pub snapshots: Vec<(SnapshotId, Vec<FrozenFile>)>,
    /// The headers of the recipients lists.
    pub headers: Vec<Vec<String>>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// To which delivery; `None` for what concerns the whole campaign.
    pub delivery: Option<(Round, RecipientId)>,
    /// What: `planned`, `attempting`, `accepted`, `deferred`, `failed`, `in-doubt`, `skipped`, `resolved`, `frozen`, `answer`, `note`,
    /// `suppressed`, `lifted`, `stopped`, `resumed` ….
    pub kind: String,
    /// Who said so: `run HOST/PID`, `server`, `person USER`, `mail ID`.
    pub source: String,
    /// The details, as a JSON object.
    pub detail: serde_json::Value,
}

/// Who holds a campaign's lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The machine's name.
    pub host: String,
    /// The process there.
    pub pid: u32,
    /// Since when.
    pub since: Timestamp,
}

/// The right to send a campaign: one run holds it at a time.
///
/// Its number goes up with each holder, so that a run that lost its lease without noticing is refused at its next claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The campaign.
    pub campaign: CampaignId,
    /// The number of this holder.
    pub number: i64,
}

/// What a claim says of the letter that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Which delivery.
    pub delivery: DeliveryId,
    /// Now.
    pub at: Timestamp,
    /// The recipient's domain, in ASCII.
    pub domain: String,
    /// For how many the letter counts in the rolling windows.
    pub weight: u32,
    /// Its Message-ID.
    pub message_id: MessageId,
    /// Its token.
    pub token: String,
    /// Its subject.
    pub subject: String,
}

/// What became of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// The intent is durable: the letter may leave.
    Yes(AttemptId),
    /// It must not be sent any more: its state changed, it was suppressed or answered meanwhile. The ledger holds the new state.
    No(DeliveryState),
    /// A rolling window is full, also by what other runs sent: nothing is recorded.
    Full(crate::model::window::Full),
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// Which delivery.
    pub delivery: DeliveryId,
    /// Which attempt.
    pub attempt: AttemptId,
    /// When it ended.
    pub at: Timestamp,
    /// `Accepted`, `Deferred`, `Failed` or `InDoubt`.
    pub state: DeliveryState,
    /// The server's reply, where there is one.
    pub reply: Option<Reply>,
    /// Where and why it ended, where that needs words.
    pub reason: Option<String>,
    /// When it is to be tried again, for a deferred one.
    pub next_attempt_at: Option<Timestamp>,
    /// Copies that the server refused while it took the letter: address and reply.
    pub refused_copies: Vec<(EmailAddress, Reply)>,
}

/// What a person says of a delivery in doubt, or of one that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// It arrived.
    Accepted,
    /// It never left, or is to be tried once more: it will be sent.
    NotSent,
}

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
    /// [`EmailAddress::key`] gives it) under another id counts as this one: a list that got new ids does not write to anybody twice. It
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

    /// Those of some addresses (as [`EmailAddress::key`] gives them) that must not be written to, as the ledger knows it.
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
