//! Letters that are to lie in the sender's own Sent folder, kept until they do.

use std::future::Future;

use jiff::Timestamp;

use super::{DeliveryId, Result};
use crate::model::{CampaignId, MessageId};

/// A letter that was accepted, and of which no copy is known to lie in the Sent folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfiled {
    /// Its delivery.
    pub delivery: DeliveryId,
    /// Its Message-ID: by that it is looked for before it is put there.
    pub message_id: MessageId,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// The letter, as it left.
    pub message: Vec<u8>,
}

/// What putting letters into the Sent folder needs of a ledger. It changes no delivery.
pub trait FilingLedger {
    /// The next letters of a campaign that are to be put there, the oldest first, `limit` at the most. One in doubt is
    /// not among them, until a person says that it arrived.
    fn unfiled(&self, campaign: &CampaignId, limit: usize) -> impl Future<Output = Result<Vec<Unfiled>>> + Send;

    /// How many there are.
    fn count_unfiled(&self, campaign: &CampaignId) -> impl Future<Output = Result<u64>> + Send;

    /// Forgets letters that lie there now.
    fn filed(&self, deliveries: Vec<DeliveryId>) -> impl Future<Output = Result<()>> + Send;
}
