//! What people look at and a run does not: the rows that letters were made of, and their copies.

use jiff::Timestamp;

use super::{Delivery, Pages, Selection};
use crate::model::{CampaignId, Columns, DeliveryState, RecipientId, Reply, Round};

/// The row of a list that a delivery is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeptRow {
    /// It is in the list: its cells, under the header of [`ReadLedger::columns`](super::ReadLedger::columns).
    Listed(Vec<String>),
    /// It is no longer there: the header and the cells with which the letter was sent.
    AsSent(Columns, Vec<String>),
    /// It is no longer there, and no letter was sent with it.
    Gone,
}

/// A copy of a letter, as the ledger holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyRow {
    /// The round of its letter.
    pub round: Round,
    /// To whom the letter is addressed.
    pub recipient: RecipientId,
    /// The copy's own address.
    pub address: String,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried, with its letter for the first time.
    pub attempts: u32,
    /// When it was first tried.
    pub first_attempt_at: Timestamp,
    /// When it was last tried.
    pub last_attempt_at: Timestamp,
    /// When it is tried again, where it was put off.
    pub next_attempt_at: Option<Timestamp>,
    /// What the server said to it, where it said something.
    pub reply: Option<Reply>,
    /// Why it stands there, where that needs words.
    pub reason: Option<String>,
}

/// What is read of a ledger to be looked at.
pub trait ReviewLedger {
    /// Every selected delivery, by round and by place in the plan, with the row that it is about.
    fn kept_rows(&self, campaign: &CampaignId, selection: &Selection) -> Pages<'_, (Delivery, KeptRow)>;

    /// The copies of all letters of a round, or of all rounds, in the order of their letters.
    fn copy_rows(&self, campaign: &CampaignId, round: Option<Round>) -> Pages<'_, CopyRow>;
}
