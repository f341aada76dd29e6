//! What becomes of a delivery that was refused and held back, once it is known whom the server meant.

use crate::ledger::AttemptId;
use crate::model::DeliveryState;

/// The state that a delivery gets by what is said of an attempt that was refused: `None` where anything else has become
/// of it since then.
pub(in crate::ledger) fn rule(
    state: DeliveryState,
    last: Option<AttemptId>,
    refused: AttemptId,
    ruled: DeliveryState,
) -> Option<DeliveryState> {
    let waits = state == DeliveryState::Deferred && last == Some(refused);
    (waits && matches!(ruled, DeliveryState::Deferred | DeliveryState::Failed)).then_some(ruled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_waits_since_that_refusal_is_ruled_on() {
        let (first, second) = (AttemptId(1), AttemptId(2));
        for state in DeliveryState::ALL {
            for ruled in DeliveryState::ALL {
                let may = state == DeliveryState::Deferred
                    && matches!(ruled, DeliveryState::Deferred | DeliveryState::Failed);
                assert_eq!(rule(state, Some(first), first, ruled), may.then_some(ruled));
                assert_eq!(rule(state, Some(second), first, ruled), None, "it was tried again since");
                assert_eq!(rule(state, None, first, ruled), None);
            }
        }
    }
}
