//! A letter that a person sends to themselves, to see it: no delivery, but counted.

use jiff::Timestamp;

use crate::model::window::Full;
use crate::model::{DeliveryState, Reply, Round};

/// A test letter that is about to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestLetter {
    /// The round that is tried out.
    pub round: Round,
    /// The recipient whose letter it is.
    pub of: String,
    /// Where it goes instead.
    pub address: String,
    /// The domain of that, in ASCII.
    pub domain: String,
    /// Its own Message-ID.
    pub message_id: String,
    /// Now.
    pub at: Timestamp,
    /// When its attempt has ended at the latest.
    pub ends_by: Timestamp,
}

/// The key of a test letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TestId(pub(in crate::ledger) i64);

/// Whether a test letter may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestBegun {
    /// It may: that is durable.
    Yes(TestId),
    /// A rolling window is full.
    Full(Full),
}

/// How the attempt at a test letter ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestEnd {
    /// When.
    pub at: Timestamp,
    /// What became of it: `accepted`, `failed` or `in-doubt`.
    pub state: DeliveryState,
    /// What the server said.
    pub reply: Option<Reply>,
    /// Why it was not taken, where the server did not say.
    pub reason: Option<String>,
}
