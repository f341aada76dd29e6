//! The right to send a campaign.

use jiff::Timestamp;

use crate::model::CampaignId;

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
/// Its number goes up with each holder, so that a run that lost its lease without noticing is refused at its next
/// claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The campaign.
    pub campaign: CampaignId,
    /// The number of this holder.
    pub number: i64,
}
