//! Deliveries as the ledger holds them, and which of them to read.

use jiff::Timestamp;

use crate::model::{Answer, DeliveryState, MessageId, RecipientId, Reply, Round};

/// The key of a delivery within a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryId(pub i64);

/// One recipient in one round, as the ledger holds it: a row of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its key.
    pub id: DeliveryId,
    /// The round.
    pub round: Round,
    /// The recipient's id.
    pub recipient: RecipientId,
    /// The address the letter is addressed to, readable.
    pub email: String,
    /// The recipient's name, or nothing.
    pub name: String,
    /// The recipient's organisation, or nothing.
    pub organisation: String,
    /// Where it stands.
    pub state: DeliveryState,
    /// Why it stands there, where that needs words: `suppressed: asked by phone`, `duplicate of line 3`, `given up
    /// after 4 days`.
    pub reason: Option<String>,
    /// How often it was attempted.
    pub attempts: u32,
    /// When it was first attempted.
    pub first_attempt_at: Option<Timestamp>,
    /// When it was last attempted.
    pub last_attempt_at: Option<Timestamp>,
    /// When the server took it.
    pub accepted_at: Option<Timestamp>,
    /// The server's last reply that concerned it.
    pub reply: Option<Reply>,
    /// Its Message-ID, from the first attempt on.
    pub message_id: Option<MessageId>,
    /// What came back.
    pub answer: Answer,
    /// When it came.
    pub answered_at: Option<Timestamp>,
    /// When a deferred one is tried again.
    pub next_attempt_at: Option<Timestamp>,
    /// A person's note.
    pub note: Option<String>,
}

/// Why a row is skipped whose letter has gone to its address under another id: behind the letter's state.
pub const UNDER_ANOTHER_ID: &str = "before, under another id";

impl Delivery {
    /// Whether it is another row of somebody whose letter stands under another id: the person is counted there.
    #[must_use]
    pub fn is_counted_elsewhere(&self) -> bool {
        let reason = self.reason.as_deref().filter(|_| self.state == DeliveryState::Skipped);
        reason.is_some_and(|reason| reason.ends_with(UNDER_ANOTHER_ID))
    }
}

/// Which deliveries to read.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Of one round alone.
    pub round: Option<Round>,
    /// In one of these states; empty for all.
    pub states: Vec<DeliveryState>,
    /// Of one recipient alone, by id or address (as [`EmailAddress::key`](crate::model::EmailAddress::key) gives it).
    pub recipient: Option<String>,
}

/// Where a delivery stands, as planning needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its state.
    pub state: DeliveryState,
    /// What came back.
    pub answer: Answer,
    /// The address it is for, as [`EmailAddress::key`](crate::model::EmailAddress::key) gives it.
    pub address: String,
}
