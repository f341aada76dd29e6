//! Who agreed that a letter is sent as it is.

use std::future::Future;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Result, Word};
use crate::model::CampaignId;

/// That somebody agreed to a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who agreed.
    pub person: String,
    /// To which version of it: a digest of all that it is sent with.
    pub version: String,
    /// When that was noted.
    pub at: Timestamp,
    /// Who noted it.
    pub noted_by: String,
    /// What was said with it, where something was.
    pub note: Option<String>,
}

/// What a ledger is told of who agreed. It lets no letter go and keeps none.
pub trait ApprovalLedger {
    /// Notes that somebody agreed; what they agreed to before is replaced.
    ///
    /// # Errors
    /// Where the ledger cannot be written.
    fn agree(&self, approval: Approval, word: &Word) -> impl Future<Output = Result<()>> + Send;

    /// Takes back that somebody agreed; gives what stood, where they had.
    ///
    /// # Errors
    /// Where the ledger cannot be written.
    fn withdraw(&self, person: &str, word: &Word) -> impl Future<Output = Result<Option<Approval>>> + Send;

    /// Who agreed, by name.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    fn approvals(&self, campaign: &CampaignId) -> Result<Vec<Approval>>;
}
