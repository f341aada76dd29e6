//! What was sent before a run: what its pace has to know.

use jiff::Timestamp;

use crate::model::{DeliveryState, Reply};

/// What an account sent before a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sent {
    /// The attempts that still count in a rolling window.
    pub attempts: Vec<SentAttempt>,
    /// How the last attempt ended, whether it counts or not.
    pub last: Option<AttemptEnd>,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptEnd {
    /// `Accepted`, `Deferred`, `Failed` or `InDoubt`.
    pub state: DeliveryState,
    /// The server's reply, where there was one.
    pub reply: Option<Reply>,
}

/// An attempt that counts in a rolling window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentAttempt {
    /// When it ended, by the clock of the run that asks; `None` while it is under way.
    pub ended_at: Option<Timestamp>,
    /// The recipient's domain, in ASCII.
    pub domain: String,
    /// For how many it counts.
    pub weight: u32,
}

/// When letters were lost lately, in the order in which they were.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Losses {
    /// The server refused them.
    pub refused: Vec<Timestamp>,
    /// A report of their failure was read.
    pub reported: Vec<Timestamp>,
}
