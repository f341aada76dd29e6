//! What a run asks the ledger for: the letters of its round that are its own, and those that others have.

use std::time::Duration;

use jiff::Timestamp;

use super::{Assignment, End};
use crate::ledger::{Beside, RunLedger, Wanted};

/// How many due deliveries are read from the ledger at once.
pub(super) const BATCH: usize = 512;
/// The same where other runs share the round.
const SHARED_BATCH: usize = 96;
/// How long a run that has nothing left waits before it looks again whether others left something.
pub(super) const BETWEEN_LOOKS: Duration = Duration::from_millis(400);
/// How long it waits for somebody else's transaction.
pub(super) const A_MOMENT: Duration = Duration::from_millis(100);

/// What a run asks for of its round.
pub(super) fn wanted<L>(assignment: &Assignment<L>, now: Timestamp) -> Wanted {
    Wanted { round: assignment.round, only: assignment.only.clone(), after: None, now, limit: BATCH }
}

/// How many due deliveries are read at once. What is reserved for a run that has no use for it keeps others from it.
pub(super) fn batch<L: RunLedger>(assignment: &Assignment<L>) -> usize {
    let most = if assignment.ledger.is_shared() { SHARED_BATCH } else { return BATCH };
    assignment.limit.map_or(most, |limit| most.min(usize::try_from(limit).unwrap_or(most)))
}

/// What there is of the round that this run has not.
pub(super) async fn beside<L: RunLedger>(assignment: &Assignment<L>, now: Timestamp) -> Result<Beside, End> {
    assignment.ledger.beside(&assignment.lease, wanted(assignment, now)).await.map_err(End::Ledger)
}

/// When the next deferred delivery of this assignment is due.
pub(super) async fn next_deferred<L: RunLedger>(assignment: &Assignment<L>) -> Result<Option<Timestamp>, End> {
    let Assignment { ledger, campaign, round, only, .. } = assignment;
    ledger.next_attempt_at(campaign, *round, only).await.map_err(End::Ledger)
}

pub(super) fn soonest(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
