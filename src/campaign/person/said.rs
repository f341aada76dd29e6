//! Who says something, and when.

use jiff::Timestamp;

use crate::ledger::{Voice, Word};
use crate::model::CampaignId;

/// Who says something, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The person's name.
    pub by: String,
    /// Now.
    pub at: Timestamp,
}

impl Said {
    /// What is said of a campaign, as the ledger takes it.
    pub(in crate::campaign) fn of(&self, campaign: &CampaignId) -> Word {
        Word { campaign: campaign.clone(), by: Voice::Person(self.by.clone()), at: self.at }
    }
}
