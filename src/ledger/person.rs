//! What a ledger is told by a person: of a recipient, of an address, of a whole campaign.

use std::future::Future;

use jiff::Timestamp;

use super::{Halt, Mark, Marked, Resolution, Result, Unbounced, Voice};
use crate::model::{CampaignId, RecipientId, Round, Suppression, Target};

/// That somebody says something: who, when, and in which campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The campaign that it is about, or in whose history it stands.
    pub campaign: CampaignId,
    /// Who says so.
    pub by: Voice,
    /// Now.
    pub at: Timestamp,
}

/// What a person says. None of it needs a lease: it is recorded while a run sends, and the next claim knows it.
pub trait PersonLedger {
    /// Records what somebody says of a recipient. It is written to the latest delivery that may have left, or to the
    /// latest of all where none has; a person's word to the one with an answer that stops follow-ups, where there is
    /// one. Whoever opts out is suppressed in all campaigns of the ledger; another answer by a person's word lifts that
    /// again.
    ///
    /// A person's word holds for the recipient: where it stops no follow-up, answers to the other letters that do are
    /// taken back, and nobody waits any more for a day of return.
    ///
    /// # Errors
    /// [`LedgerError::NoSuchDelivery`](super::LedgerError::NoSuchDelivery) where the recipient is not in the ledger.
    fn mark(&self, recipient: &RecipientId, mark: Mark, word: &Word) -> impl Future<Output = Result<Marked>> + Send;

    /// Records that the letters to a recipient did not bounce, whatever a report said: they are what they were before,
    /// and no other report changes that. The address that was suppressed for it may be written to again, where no other
    /// letter to it bounced.
    fn unbounce(&self, recipient: &RecipientId, word: &Word) -> impl Future<Output = Result<Unbounced>> + Send;

    /// Records what a person says of a delivery in doubt, or of one that failed. It holds the campaign's lease for its
    /// own time.
    ///
    /// # Errors
    /// [`LedgerError::Held`](super::LedgerError::Held) while a run has the lease,
    /// [`LedgerError::NotInDoubt`](super::LedgerError::NotInDoubt),
    /// [`LedgerError::AddressTaken`](super::LedgerError::AddressTaken) and
    /// [`LedgerError::NoSuchDelivery`](super::LedgerError::NoSuchDelivery).
    fn resolve(
        &self,
        round: Round,
        recipient: &RecipientId,
        resolution: Resolution,
        word: &Word,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Suppresses an address or a domain in all campaigns of the ledger. Where it is suppressed already, a person's
    /// word replaces what stands, and a mail's changes nothing.
    ///
    /// Gives what stood before.
    fn suppress(
        &self,
        suppression: Suppression,
        word: &Word,
    ) -> impl Future<Output = Result<Option<Suppression>>> + Send;

    /// Takes a suppression out of the ledger; gives it, where it was there.
    fn lift(&self, target: Target, word: &Word) -> impl Future<Output = Result<Option<Suppression>>> + Send;

    /// Stops a campaign: from the next claim on nothing of it is sent, also by a run that is under way. Where it is
    /// stopped already, this word replaces that one.
    ///
    /// Gives what stood before.
    fn stop(&self, reason: Option<String>, word: &Word) -> impl Future<Output = Result<Option<Halt>>> + Send;

    /// Lets a campaign that was stopped go on; gives how it was stopped, where it was.
    fn resume(&self, word: &Word) -> impl Future<Output = Result<Option<Halt>>> + Send;
}
