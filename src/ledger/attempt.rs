//! Attempts: claimed, settled, and resolved where nobody knows how they ended.

use jiff::Timestamp;

use super::{CopyEnd, DeliveryId, KeptLetter};
use crate::model::window::Full;
use crate::model::{DeliveryState, EmailAddress, MessageId, Reply};

/// The key of an attempt within a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttemptId(pub i64);

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
    /// Who gets a copy in its transaction: from the intent on, they may have it.
    pub copies: Vec<EmailAddress>,
    /// The letter, where a copy of it is to lie in the Sent folder: kept with the intent, since nobody has it any more
    /// once the process is killed.
    pub to_file: Option<Vec<u8>>,
}

/// What became of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// The intent is durable: the letter may leave.
    Yes(AttemptId),
    /// It must not be sent any more: its state changed, it was suppressed or answered meanwhile. The ledger holds the
    /// new state.
    No(DeliveryState),
    /// A rolling window is full, also by what other runs sent: nothing is recorded.
    Full(Full),
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
    /// What became of its copies, where the letter was accepted or is in doubt.
    pub copies: Vec<CopyEnd>,
    /// The letter, where some of them are to be sent later.
    pub kept: Option<KeptLetter>,
}

/// What a run says of a delivery that it had held back, once it knows whom the server meant, or is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// Which delivery.
    pub delivery: DeliveryId,
    /// The attempt that was refused; where there was another one since, nothing becomes of this.
    pub attempt: AttemptId,
    /// Now.
    pub at: Timestamp,
    /// `Failed`, where its recipient is meant; `Deferred`, where that is not so or not known: it is due at once.
    pub state: DeliveryState,
    /// Why.
    pub reason: String,
}

/// What a person says of a delivery in doubt, or of one that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// It arrived.
    Accepted,
    /// It never left, or is to be tried once more: it will be sent.
    NotSent,
}
