//! Copies that are still to be sent, each in a transaction of its own: what a run needs of a ledger for them.

use std::collections::HashSet;
use std::future::Future;

use jiff::Timestamp;

use super::{Claimed, CopyId, DeliveryId, KeptLetter, Lease, Result, Settlement};
use crate::model::{CampaignId, EmailAddress, MessageId, RecipientId, Round, Token};

/// A kept letter, and what else is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsSent {
    /// The letter.
    pub letter: KeptLetter,
    /// Its token.
    pub token: Token,
    /// Its Message-ID.
    pub message_id: MessageId,
    /// Its subject.
    pub subject: String,
}

/// A copy that may be sent now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueCopy {
    /// Its key.
    pub id: CopyId,
    /// The delivery of its letter.
    pub delivery: DeliveryId,
    /// The recipient of the letter.
    pub recipient: RecipientId,
    /// The address that the letter is for, as [`EmailAddress::key`] gives it.
    pub letter_to: String,
    /// Its own address.
    pub address: EmailAddress,
    /// How often it was tried, with its letter for the first time.
    pub attempts: u32,
    /// When it was first tried.
    pub first_attempt_at: Timestamp,
    /// When it was last tried.
    pub last_attempt_at: Timestamp,
}

/// What a claim says of a copy that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimCopy {
    /// Which.
    pub copy: CopyId,
    /// Now.
    pub at: Timestamp,
    /// The domain of its address, in ASCII. It counts for one in the rolling windows.
    pub domain: String,
}

/// Whose copies are looked for.
#[derive(Debug, Clone)]
pub struct CopiesOf {
    /// Of which campaign.
    pub campaign: CampaignId,
    /// Of which round.
    pub round: Round,
    /// Of letters to these recipients alone, by id or address; of all, where it is empty.
    pub only: HashSet<String>,
}

/// How a run sends copies. What holds for letters holds for them: the intent is durable before the copy leaves, and
/// what was left open is in doubt.
pub trait CopyLedger {
    /// The next copies that may be sent at `now`, the oldest first, `limit` at the most: of letters that were accepted.
    fn due_copies(
        &self,
        of: &CopiesOf,
        now: Timestamp,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<DueCopy>>> + Send;

    /// When the next copy is to be sent that may not be sent at `now`.
    fn next_copy_at(&self, of: &CopiesOf, now: Timestamp) -> impl Future<Output = Result<Option<Timestamp>>> + Send;

    /// The letter of which a copy is to be sent, as it left.
    fn as_sent(&self, delivery: DeliveryId) -> impl Future<Output = Result<Option<AsSent>>> + Send;

    /// Claims a copy for a transaction of its own, as [`RunLedger::claim`](super::RunLedger::claim) does a letter.
    /// Where its address is suppressed or gets a letter of its own, the copy is skipped.
    fn claim_copy(&self, lease: &Lease, claim: ClaimCopy) -> impl Future<Output = Result<Claimed>> + Send;

    /// Records how the attempt at a copy ended, as [`RunLedger::settle`](super::RunLedger::settle) does. The settlement
    /// names the delivery of its letter, which stays as it is.
    fn settle_copy(
        &self,
        lease: &Lease,
        copy: CopyId,
        settlement: Settlement,
    ) -> impl Future<Output = Result<()>> + Send;
}
