//! Rows of the plan, on their way into the ledger and out of it.

use std::collections::HashSet;

use jiff::Timestamp;

use super::DeliveryId;
use crate::model::{EmailAddress, MessageId, Person, RecipientId, Round};

/// A row of the plan, on its way into the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedRow {
    /// The recipient's id; for a duplicate whose id is taken, one made of the id and the line.
    pub recipient: RecipientId,
    /// The address the letter is addressed to; nothing, for a row that has none and is skipped.
    pub email: Option<EmailAddress>,
    /// Whose it is, where several people share the address and each gets a letter; nobody in particular, as a rule.
    pub person: Person,
    /// The recipient's name, or nothing.
    pub name: String,
    /// The recipient's organisation, or nothing.
    pub organisation: String,
    /// `None` to send it, or why it is skipped.
    pub skip: Option<String>,
    /// The line in the list.
    pub line: u64,
    /// The cells of the row, under the header given to [`StageLedger::begin_plan`](super::StageLedger::begin_plan).
    pub cells: Vec<String>,
    /// The keys of addresses that are left out of this letter, since they must not be written to or get their own.
    pub left_out: Vec<String>,
}

/// A delivery that may be sent now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Its key.
    pub id: DeliveryId,
    /// The recipient's id.
    pub recipient: RecipientId,
    /// Its place in the plan: deliveries are sent in this order.
    pub place: u64,
    /// The line in the list.
    pub line: u64,
    /// The cells of the row.
    pub cells: Vec<String>,
    /// As in [`PlannedRow::left_out`].
    pub left_out: Vec<String>,
    /// How often it was attempted before.
    pub attempts: u32,
    /// When it was first attempted.
    pub first_attempt_at: Option<Timestamp>,
    /// When it was last attempted.
    pub last_attempt_at: Option<Timestamp>,
    /// The Message-ID under which it was attempted: the next attempt has it too.
    pub message_id: Option<MessageId>,
}

/// Letters of a round that a run wants to send next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The round.
    pub round: Round,
    /// Only those whose recipient's id or address (as [`EmailAddress::key`] gives it) is among these; all, where it is
    /// empty.
    pub only: HashSet<String>,
    /// Those behind this place in the plan.
    pub after: Option<u64>,
    /// Now.
    pub now: Timestamp,
    /// So many at the most.
    pub limit: usize,
}

/// What there is of a round beside what a run has reserved, where several runs share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// Nothing that would be sent.
    Nothing,
    /// Letters that are due and that nobody has.
    Free,
    /// Letters that other runs have: reserved, or on the wire.
    Taken,
}
