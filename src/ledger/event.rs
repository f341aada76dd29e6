//! What happened.

use jiff::Timestamp;

use crate::model::{RecipientId, Round};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// To which delivery; `None` for what concerns the whole campaign.
    pub delivery: Option<(Round, RecipientId)>,
    /// What: `planned`, `attempting`, `accepted`, `deferred`, `failed`, `in-doubt`, `skipped`, `resolved`, `frozen`,
    /// `answer`, `note`, `suppressed`, `lifted`, `stopped`, `resumed` ….
    pub kind: String,
    /// Who said so: `run HOST/PID`, `server`, `person USER`, `mail ID`.
    pub source: String,
    /// The details, as a JSON object.
    pub detail: serde_json::Value,
}
